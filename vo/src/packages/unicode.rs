//! Package unicode.

mod tables;

use vo_ffi::prelude::*;

use super::text::{simple_lower, simple_upper};

macro_rules! categories {
    ($($vo:literal $name:ident $table:ident;)*) => {$(
        #[vo_extern($vo)]
        fn $name(r: i32) -> bool {
            contains(tables::$table, r)
        }
    )*};
}

categories! {
    "unicode.IsLetter" is_letter LETTER;
    "unicode.IsUpper" is_upper UPPER;
    "unicode.IsLower" is_lower LOWER;
    "unicode.IsTitle" is_title TITLE;
    "unicode.IsMark" is_mark MARK;
    "unicode.IsDigit" is_digit DIGIT;
    "unicode.IsNumber" is_number NUMBER;
    "unicode.IsPunct" is_punct PUNCT;
    "unicode.IsSymbol" is_symbol SYMBOL;
}

fn contains(table: &[(u32, u32, u32)], rune: i32) -> bool {
    let Ok(rune) = u32::try_from(rune) else { return false };
    let after = table.partition_point(|&(first, ..)| first <= rune);
    let range = after.checked_sub(1).map(|index| table[index]);
    range.is_some_and(|(first, last, step)| rune <= last && (rune - first).is_multiple_of(step))
}

fn rune_of(rune: i32) -> Option<char> {
    u32::try_from(rune).ok().and_then(char::from_u32)
}

#[vo_extern("unicode.IsSpace")]
fn is_space(r: i32) -> bool {
    rune_of(r).is_some_and(char::is_whitespace)
}

#[vo_extern("unicode.IsControl")]
fn is_control(r: i32) -> bool {
    rune_of(r).is_some_and(char::is_control)
}

fn mapped(rune: i32, map: impl Fn(char) -> char) -> i32 {
    rune_of(rune).map_or(rune, |rune| u32::from(map(rune)) as i32)
}

#[vo_extern("unicode.ToUpper")]
fn to_upper(r: i32) -> i32 {
    mapped(r, simple_upper)
}

#[vo_extern("unicode.ToLower")]
fn to_lower(r: i32) -> i32 {
    mapped(r, simple_lower)
}

#[vo_extern("unicode.ToTitle")]
fn to_title(r: i32) -> i32 {
    mapped(r, |rune| match rune {
        // The letters of two parts, and Georgian, which has no title case.
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => rune,
        _ => simple_upper(rune),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runes_have_their_categories() {
        let has = |table, runes: &str| runes.chars().all(|rune| contains(table, rune as i32));
        assert!(has(tables::LETTER, "aZéßλд日ªʰ"));
        assert!(has(tables::UPPER, "AZÉΛ") && !has(tables::UPPER, "Ⓐ") && !has(tables::UPPER, "a"));
        assert!(has(tables::LOWER, "azéß") && !has(tables::LOWER, "ª"));
        assert!(has(tables::DIGIT, "09٣") && !has(tables::DIGIT, "½") && has(tables::NUMBER, "½Ⅷ"));
        assert!(has(tables::PUNCT, "!-—«") && has(tables::SYMBOL, "+€$") && has(tables::MARK, "\u{301}"));
        assert!(!contains(tables::LETTER, -1) && !contains(tables::LETTER, i32::MAX));
    }
}

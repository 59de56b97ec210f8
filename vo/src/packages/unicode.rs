//! Package unicode.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};
use vo_ffi::prelude::*;

use super::text::{simple_lower, simple_upper};

macro_rules! categories {
    ($($vo:literal $name:ident $category:ident;)*) => {$(
        #[vo_extern($vo)]
        fn $name(r: i32) -> bool {
            rune_of(r).is_some_and(|rune| rune.general_category() == GeneralCategory::$category)
        }
    )*};
}

macro_rules! groups {
    ($($vo:literal $name:ident $group:ident;)*) => {$(
        #[vo_extern($vo)]
        fn $name(r: i32) -> bool {
            rune_of(r).is_some_and(|rune| rune.general_category_group() == GeneralCategoryGroup::$group)
        }
    )*};
}

categories! {
    "unicode.IsUpper" is_upper UppercaseLetter;
    "unicode.IsLower" is_lower LowercaseLetter;
    "unicode.IsTitle" is_title TitlecaseLetter;
    "unicode.IsDigit" is_digit DecimalNumber;
}

groups! {
    "unicode.IsLetter" is_letter Letter;
    "unicode.IsMark" is_mark Mark;
    "unicode.IsNumber" is_number Number;
    "unicode.IsPunct" is_punct Punctuation;
    "unicode.IsSymbol" is_symbol Symbol;
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
        let all = |has: fn(i32) -> bool, runes: &str| runes.chars().all(|rune| has(rune as i32));
        assert!(all(is_letter, "aZéßλд日ªʰ"));
        assert!(all(is_upper, "AZÉΛ") && !all(is_upper, "Ⓐ") && !all(is_upper, "a"));
        assert!(all(is_lower, "azéß") && !all(is_lower, "ª"));
        assert!(all(is_digit, "09٣") && !all(is_digit, "½") && all(is_number, "½Ⅷ"));
        assert!(all(is_punct, "!-—«") && all(is_symbol, "+€$") && all(is_mark, "\u{301}"));
        assert!(!is_letter(-1) && !is_letter(i32::MAX));
    }
}

//! Programs as lists of tokens, and changes to such lists: what is near to a program reaches further than bytes do.

use super::random::Random;

/// Words that programs are made of, beside those that a program has already: one in quotes on each line.
const DICTIONARY: &str = include_str!("../vo.dict");

/// Words of `import "C"`, for programs that have it.
const C_DICTIONARY: &str = concat!(include_str!("../c.dict"), include_str!("../import_c.dict"));

/// How many tokens a change copies, moves or drops at once at most.
const STRETCH: usize = 12;

/// The program with one or several changes to its tokens.
pub(crate) fn mutate(text: &str, random: &mut Random) -> String {
    let imports_c = text.contains("\"C\"") || text.contains("C.");
    mutate_with(if imports_c && random.chance(40) { C_DICTIONARY } else { DICTIONARY }, text, random)
}

/// The text with one or several changes to its tokens; the dictionary has new ones.
pub(crate) fn mutate_with(dictionary: &str, text: &str, random: &mut Random) -> String {
    let mut tokens = split(text);
    let words: Vec<&str> =
        dictionary.lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"')).collect();
    change(&mut tokens, &words, random);
    while random.chance(60) {
        change(&mut tokens, &words, random);
    }
    tokens.concat()
}

/// Deletes, doubles, moves, swaps or replaces tokens.
fn change<'t>(tokens: &mut Vec<&'t str>, words: &[&'t str], random: &mut Random) {
    if tokens.is_empty() {
        return tokens.push(*random.pick(words));
    }
    let at = random.below(tokens.len());
    let other = random.below(tokens.len());
    let end = (at + 1 + random.below(STRETCH)).min(tokens.len());
    match random.below(8) {
        0 => drop(tokens.remove(at)),
        1 => drop(tokens.drain(at..end)),
        2 => tokens.insert(at, tokens[at]),
        3 => {
            let stretch = tokens[at..end].to_vec();
            tokens.splice(other..other, stretch);
        }
        4 => tokens.swap(at, other),
        5 => tokens[at] = tokens[other],
        6 => tokens[at] = *random.pick(words),
        _ => tokens.insert(at, *random.pick(words)),
    }
}

/// Words, numbers, strings, comments and runs of space as one piece each, all else by character.
fn split(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            _ if is_word(first) => rest.find(|c| !is_word(c)),
            '"' | '\'' => quoted(rest, first),
            '/' if rest.starts_with("//") => rest.find('\n'),
            ' ' | '\t' => rest.find(|c| c != ' ' && c != '\t'),
            _ => Some(first.len_utf8()),
        };
        let (token, behind) = rest.split_at(length.unwrap_or(rest.len()));
        tokens.push(token);
        rest = behind;
    }
    tokens
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The length of a string or rune in quotes; nothing where it does not end.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().skip(1).find_map(|(at, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends.then_some(at + c.len_utf8())
    })
}

//! Package path, which `path/filepath` uses too.

use vo_ffi::decode_rune;
use vo_ffi::prelude::*;

#[vo_extern("path.Clean")]
fn clean<'call>(ctx: &mut ExternCtx<'call>, path: VoString<'call>) -> VoString<'call> {
    let cleaned = cleaned(path.as_bytes());
    if cleaned == path.as_bytes() { path } else { ctx.new_string(cleaned) }
}

fn cleaned(path: &[u8]) -> Vec<u8> {
    let rooted = path.first() == Some(&b'/');
    let mut elements: Vec<&[u8]> = Vec::new();
    for element in path.split(|&byte| byte == b'/') {
        match element {
            b"" | b"." => {}
            b".." if elements.last().is_some_and(|last| *last != b"..") => drop(elements.pop()),
            b".." if rooted => {}
            _ => elements.push(element),
        }
    }
    let joined = elements.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}

/// Whether the name fits, and whether the pattern is one.
#[vo_extern("path.match")]
fn match_name(pattern: VoString, name: VoString) -> (bool, bool) {
    match fits(pattern.as_bytes(), name.as_bytes()) {
        Ok(fits) => (fits, true),
        Err(BadPattern) => (false, false),
    }
}

struct BadPattern;

fn fits(mut pattern: &[u8], mut name: &[u8]) -> Result<bool, BadPattern> {
    // Where to go on when something behind the last star does not fit.
    let mut star: Option<(&[u8], &[u8])> = None;
    let mut fitting = true;
    loop {
        if let [b'*', rest @ ..] = pattern {
            pattern = rest;
            star = fitting.then_some((pattern, name));
            continue;
        }
        if pattern.is_empty() && (!fitting || name.is_empty()) {
            return Ok(fitting);
        }
        let next = if pattern.is_empty() { None } else { Some(element(pattern, name)?) };
        match next {
            Some((rest, Some(len))) if fitting => (pattern, name) = (rest, &name[len..]),
            _ => match star {
                Some((behind, from)) if fitting && !from.is_empty() && from[0] != b'/' => {
                    name = &from[decode_rune(from).1..];
                    pattern = behind;
                    star = Some((behind, name));
                }
                // As in Go, the rest of the pattern is looked at all the same.
                _ => {
                    fitting = false;
                    match next {
                        Some((rest, _)) => pattern = rest,
                        None => return Ok(false),
                    }
                }
            },
        }
    }
}

/// The pattern behind its first element, and how much of the name that element fits.
fn element<'p>(pattern: &'p [u8], name: &[u8]) -> Result<(&'p [u8], Option<usize>), BadPattern> {
    let (rune, len) = decode_rune(name);
    let there = len > 0;
    match pattern {
        [b'?', rest @ ..] => Ok((rest, (there && rune != '/').then_some(len))),
        [b'[', rest @ ..] => {
            let (rest, contains) = class(rest, rune)?;
            Ok((rest, (there && contains).then_some(len)))
        }
        [b'\\'] => Err(BadPattern),
        [b'\\', byte, rest @ ..] | [byte, rest @ ..] => Ok((rest, (name.first() == Some(byte)).then_some(1))),
        [] => Err(BadPattern),
    }
}

/// Whether a rune is in a class, `^a-z]`, and what is behind it.
fn class(mut pattern: &[u8], rune: char) -> Result<(&[u8], bool), BadPattern> {
    let negated = pattern.first() == Some(&b'^');
    pattern = &pattern[usize::from(negated)..];
    let (mut contains, mut ranges) = (false, 0);
    loop {
        if let ([b']', rest @ ..], 1..) = (pattern, ranges) {
            return Ok((rest, contains != negated));
        }
        let (low, rest) = class_rune(pattern)?;
        let (high, rest) = match rest {
            [b'-', rest @ ..] => class_rune(rest)?,
            _ => (low, rest),
        };
        if rest.is_empty() {
            return Err(BadPattern);
        }
        contains |= low <= rune && rune <= high;
        (pattern, ranges) = (rest, ranges + 1);
    }
}

fn class_rune(pattern: &[u8]) -> Result<(char, &[u8]), BadPattern> {
    let pattern = match pattern {
        [] | [b'-' | b']', ..] => return Err(BadPattern),
        [b'\\', rest @ ..] => rest,
        _ => pattern,
    };
    let (rune, len) = decode_rune(pattern);
    match len {
        0 => Err(BadPattern),
        1 if !rune.is_ascii() => Err(BadPattern),
        _ => Ok((rune, &pattern[len..])),
    }
}

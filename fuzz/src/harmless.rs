//! Programs that call C and yet can do no harm: behind a fixed preamble, and without ways to make an address.

/// The imports, the preamble and functions that pass pointers as C wants them.
const PROLOGUE: &str = include_str!("../harmless.vo");

/// What programs begin with that are to stand behind it.
const MARK: &str = "// harmless\n";

/// The names of C that programs may use: nothing that takes or gives a pointer.
const NAMES: &[&str] = &[
    "BLUE",
    "GREEN",
    "LIMIT",
    "RED",
    "abs",
    "char",
    "copysign",
    "div",
    "div_t",
    "double",
    "enum_color",
    "fabs",
    "ffs",
    "float",
    "fma",
    "fminf",
    "has_abs",
    "has_not_there",
    "hypot",
    "int",
    "isalpha",
    "labs",
    "ldexp",
    "ldiv",
    "ldiv_t",
    "llabs",
    "long",
    "not_there",
    "short",
    "sizeof_int",
    "sizeof_struct_event",
    "sizeof_union_number",
    "struct_bits",
    "struct_event",
    "struct_nested",
    "struct_packed",
    "tolower",
    "toupper",
    "uchar",
    "union_number",
];

/// The whole program, where its text asks for C and can do no harm with it.
pub(crate) fn program(text: &str) -> Option<String> {
    let body = text.strip_prefix(MARK)?;
    is_harmless(body).then(|| format!("{PROLOGUE}\n{body}"))
}

/// Whether a program has only the names of C that do no harm, imports and declares no others, and has no words for a
/// conversion to a pointer. Comments and strings count as well; a comment that could hide a part of that is refused.
fn is_harmless(body: &str) -> bool {
    let tokens: Vec<&str> = split(body).into_iter().filter(|token| !token.trim().is_empty()).collect();
    let at = |index: usize| tokens.get(index).copied().unwrap_or_default();
    !body.contains("/*")
        && tokens.iter().enumerate().all(|(index, &token)| match token {
            "import" | "extern" | "uintptr" => false,
            "C" => at(index + 1) == "." && NAMES.contains(&at(index + 2)),
            // `(*T)(p)`
            "(" => !matches!(at(index + 1), "*" | "/"),
            // `type P *T`, for `P(p)`
            "type" => is_declared(at(index + 1), at(index + 2), at(index + 3)),
            "func" => at(index + 2) != "[",
            _ => true,
        })
}

/// Whether a declared type is no pointer, no alias and has no parameters, or this is no declaration.
fn is_declared(name: &str, first: &str, second: &str) -> bool {
    match first {
        "=" | "*" | "/" | "(" => false,
        "[" => second == "]" || second.starts_with(|c: char| c.is_ascii_digit()),
        _ => name != "(",
    }
}

/// Words, and all else by character.
fn split(text: &str) -> Vec<&str> {
    let is_word = |c: char| c == '_' || c.is_alphanumeric();
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let (token, behind) = rest.split_at(if is_word(first) { word } else { first.len_utf8() });
        tokens.push(token);
        rest = behind;
    }
    tokens
}

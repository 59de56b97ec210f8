//! The words of Vo that are no names.

/// The keywords, in alphabetical order: those of Go, and `extern`.
///
/// ```
/// use vo_ffi_core::declared::KEYWORDS;
/// assert!(KEYWORDS.contains(&"extern") && !KEYWORDS.contains(&"string"));
/// ```
pub const KEYWORDS: [&str; 26] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "extern",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
];

/// The operators and delimiters but for the semicolon; longer ones come first, so that the first match is the longest.
/// `~`, `?` and `@` are read so that errors can name them.
///
/// ```
/// use vo_ffi_core::declared::OPERATORS;
/// let text = "&^= y";
/// assert_eq!(OPERATORS.iter().find(|operator| text.starts_with(**operator)), Some(&"&^="));
/// ```
pub const OPERATORS: [&str; 49] = [
    "<<=", ">>=", "&^=", "...", "<<", ">>", "&^", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "&&", "||",
    "<-", "++", "--", "==", "!=", "<=", ">=", ":=", "+", "-", "*", "/", "%", "&", "|", "^", "<", ">", "=",
    "!", "(", ")", "[", "]", "{", "}", ",", ".", ":", "~", "?", "@",
];

//! The words of Vo that are no names.

/// The keywords, in alphabetical order: those of Go, and `extern`.
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
pub const OPERATORS: [&str; 49] = [
    "<<=", ">>=", "&^=", "...", "<<", ">>", "&^", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "&&", "||",
    "<-", "++", "--", "==", "!=", "<=", ">=", ":=", "+", "-", "*", "/", "%", "&", "|", "^", "<", ">", "=",
    "!", "(", ")", "[", "]", "{", "}", ",", ".", ":", "~", "?", "@",
];

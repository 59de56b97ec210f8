//! Whether an entry is whole.

use crate::diagnostic::Diagnostics;
use crate::lexer::{Tok, lex};

/// Operators that can end an entry; behind all others something must follow.
const ENDS: [&str; 5] = [")", "]", "}", "++", "--"];

/// Whether a text goes on in the next line.
pub(super) fn is_open(text: &str) -> bool {
    let diagnostics = Diagnostics::default();
    // Behind the end of a line only strings in backquotes and comments are still open.
    let tokens = lex(0, &format!("{text}\n"), &diagnostics);
    let unclosed = ["string not terminated", "comment not terminated"];
    if diagnostics.into_sorted().iter().any(|error| unclosed.contains(&error.message.as_str())) {
        return true;
    }
    let mut depth = 0_i32;
    let mut last = &Tok::Eof;
    for token in &tokens {
        match token.tok {
            Tok::Op("(" | "[" | "{") => depth += 1,
            Tok::Op(")" | "]" | "}") => depth -= 1,
            _ => {}
        }
        if !matches!(token.tok, Tok::Eof | Tok::Semi { automatic: true }) {
            last = &token.tok;
        }
    }
    // A comment may be the preamble of `import "C"`; an empty line ends it.
    let only_comments = matches!(last, Tok::Eof) && !text.trim().is_empty() && !text.ends_with("\n\n");
    depth > 0 || only_comments || matches!(last, Tok::Op(op) if depth == 0 && !ENDS.contains(op))
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn entries_end_where_nothing_is_open() {
        let rows = [
            ("", false),
            ("x := 1", false),
            ("x :=", true),
            ("1 +", true),
            ("func f() {", true),
            ("func f() {\n}", false),
            ("f(1,", true),
            ("f(1,\n2)", false),
            ("s := `a", true),
            ("s := `a\nb`", false),
            ("s := \"{\"", false),
            ("s := \"a", false),
            ("/* a", true),
            ("x++", false),
            ("x // {", false),
            ("}", false),
            ("} +", false),
            ("type T struct {", true),
            ("strings.", true),
            ("// int f(void);", true),
            ("/*\nint f(void);\n*/\n", true),
            ("/* int f(void); */\nimport \"C\"", false),
            ("// a note\n\n", false),
        ];
        for (text, expected) in rows {
            assert_eq!(is_open(text), expected, "{text:?}");
        }
    }
}

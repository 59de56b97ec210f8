//! Whether two texts are the same program: the same tokens and comments, but for what formatting may change.

use crate::diagnostic::Diagnostics;
use crate::lexer::{Tok, lex_with_comments};

use super::number;

/// Whether formatting `before` may give `after`.
pub(super) fn is_same_program(before: &str, after: &str) -> bool {
    let (before, after) = (Essence::of(before), Essence::of(after));
    before.tokens == after.tokens && before.comments == after.comments && before.parens >= after.parens
}

/// What stays: all tokens, without commas before a closing token, semicolons that separate nothing, and parentheses;
/// the lines of imports and the comments in alphabetical order, since imports are sorted.
#[derive(Debug)]
struct Essence {
    tokens: Vec<String>,
    comments: Vec<String>,
    parens: usize,
}

impl Essence {
    fn of(text: &str) -> Essence {
        let (tokens, comments) = lex_with_comments(0, text, &Diagnostics::default());
        let mut essence = Essence { tokens: Vec::new(), comments: Vec::new(), parens: 0 };
        let mut import = None;
        for token in &tokens {
            let written = &text[token.span.start as usize..token.span.end as usize];
            let word = match &token.tok {
                Tok::Semi { .. } => ";",
                Tok::Eof => "",
                _ => written,
            };
            match (word, &import) {
                ("(", _) if essence.tokens.last().is_some_and(|last| last == "import") => {
                    import = Some(essence.tokens.len());
                }
                (")", &Some(start)) => {
                    essence.sort_lines(start);
                    import = None;
                }
                _ => {}
            }
            essence.add(word);
        }
        let comment = |start: u32, end: u32| {
            let lines = text[start as usize..end as usize].lines().map(str::trim);
            lines.filter(|line| !line.is_empty()).collect::<Vec<&str>>().join("\n")
        };
        essence.comments = comments.iter().map(|span| comment(span.start, span.end)).collect();
        essence.comments.sort();
        essence
    }

    fn add(&mut self, word: &str) {
        let last = self.tokens.last().map_or(";", String::as_str);
        match word {
            "(" | ")" => {
                self.parens += 1;
                if word == ")" && matches!(last, "," | ";") {
                    self.tokens.pop();
                }
                return;
            }
            "}" | "]" | "" if matches!(last, "," | ";") => drop(self.tokens.pop()),
            // Of the head of a statement: `for ; ; {`.
            "{" => while self.tokens.pop_if(|last| last == ";").is_some() {},
            ";" if matches!(last, ";" | "{" | ":" | "for" | "if" | "switch") => return,
            _ => {}
        }
        self.tokens.push(number::normalized(word).into_owned());
    }

    /// Sorts the lines of a group of imports.
    fn sort_lines(&mut self, start: usize) {
        let tail = self.tokens.split_off(start.min(self.tokens.len()));
        let mut lines: Vec<&[String]> = tail.split(|token| token == ";").filter(|line| !line.is_empty()).collect();
        lines.sort();
        let lines: Vec<String> = lines.into_iter().flatten().cloned().collect();
        self.tokens.extend(lines);
    }
}

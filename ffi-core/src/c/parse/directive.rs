//! Lines that begin with `#`: `#pragma pack` counts, what marks lines is passed over, and the rest is refused by name.

use super::lexer::{Lexer, word_length};

/// Which `#pragma pack` is in force at each token.
#[derive(Default)]
pub(super) struct Packs {
    /// From which token on, and what.
    changes: Vec<(usize, Option<u32>)>,
    pushed: Vec<(Option<String>, Option<u32>)>,
}

impl Packs {
    pub(super) fn at(&self, token: usize) -> Option<u32> {
        let before = self.changes.partition_point(|&(from, _)| from <= token);
        before.checked_sub(1).and_then(|last| self.changes[last].1)
    }

    fn current(&self) -> Option<u32> {
        self.changes.last().and_then(|&(_, pack)| pack)
    }

    /// Pops to the entry of a name, or the last one; false where there is none.
    fn pop(&mut self, name: Option<&str>, from: usize) -> bool {
        let entry = match name {
            Some(name) => self.pushed.iter().rposition(|(pushed, _)| pushed.as_deref() == Some(name)),
            None => self.pushed.len().checked_sub(1),
        };
        let Some(entry) = entry else { return false };
        let pack = self.pushed[entry].1;
        self.pushed.truncate(entry);
        self.changes.push((from, pack));
        true
    }
}

impl Lexer<'_> {
    /// The directive whose `#` is at the cursor, up to the end of its line.
    pub(super) fn directive(&mut self) {
        let start = self.at;
        self.skip_line();
        let line = self.text[start..self.at].trim_end();
        let line = line.find("//").map_or(line, |comment| line[..comment].trim_end());
        let body = line[1..].trim_start();
        let word = &body[..word_length(body)];
        let rest = body[word.len()..].trim();
        let end = start + line.len();
        match word {
            "line" | "ident" => {}
            _ if body.is_empty() || body.starts_with(|c: char| c.is_ascii_digit()) => {}
            "pragma" => self.pragma(rest, start, end),
            "define" => self.define(rest, start, end),
            "error" => {
                self.error(start, end, format!("#error {rest}"));
            }
            "" => {
                self.error(start, end, "`#` begins no directive");
            }
            word => {
                let name_end = start + line.len() - body.len() + word.len();
                let message = format!("`#{word}` needs a preprocessor: only declarations can stand here");
                let error = self.error(start, name_end, message);
                if word == "include" {
                    error.help.push(
                        "copy the declarations that are used; standard types as `size_t` and `int32_t` are known"
                            .into(),
                    );
                }
            }
        }
    }

    fn define(&mut self, rest: &str, start: usize, end: usize) {
        let name = &rest[..word_length(rest)];
        let value = rest[name.len()..].trim_start();
        let macro_with_arguments = rest[name.len()..].starts_with('(');
        let error =
            self.error(start, end, "`#define` needs a preprocessor: only declarations can stand here");
        if value.is_empty() || macro_with_arguments || name.is_empty() {
            return;
        }
        error.help.push(match value.as_bytes()[0] {
            b'"' => format!("write `static const char {name}[] = {value};`"),
            _ if value.contains('.') && !value.contains('(') => {
                format!("write `static const double {name} = {value};`")
            }
            _ => format!("write `enum {{ {name} = {value} }};` or `static const int {name} = {value};`"),
        });
    }

    fn pragma(&mut self, rest: &str, start: usize, end: usize) {
        let word = &rest[..word_length(rest)];
        match word {
            "pack" => {
                let arguments = rest[word.len()..].trim();
                if let Err(problem) = self.pack(arguments) {
                    self.error(start, end, problem).help.push(
                        "write `#pragma pack(n)`, `#pragma pack(push, n)`, `#pragma pack(pop)` or `#pragma pack()`"
                            .into(),
                    );
                }
            }
            "scalar_storage_order" | "ms_struct" => {
                let message = format!("`#pragma {word}` changes layouts in a way that is not supported");
                self.error(start, end, message);
            }
            _ => {}
        }
    }

    /// `(n)`, `()`, `(push)`, `(push, n)`, `(push, name, n)`, `(pop)`, `(pop, name)`
    fn pack(&mut self, arguments: &str) -> Result<(), String> {
        let from = self.lexed.tokens.len();
        let packs = &mut self.lexed.packs;
        let inside = arguments.strip_prefix('(').and_then(|inside| inside.strip_suffix(')'));
        let inside = inside.ok_or("`#pragma pack` wants its argument in parentheses")?;
        let parts: Vec<&str> = inside.split(',').map(str::trim).collect();
        let number = |text: &str| match text {
            // 0 is the target's own packing.
            "0" => Ok(None),
            "1" | "2" | "4" | "8" | "16" => Ok(text.parse().ok()),
            _ => Err(format!("`#pragma pack` wants 1, 2, 4, 8 or 16, not `{text}`")),
        };
        let starts_with_digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        match parts[..] {
            [""] => packs.changes.push((from, None)),
            ["push"] => packs.pushed.push((None, packs.current())),
            ["push", n] if starts_with_digit(n) => {
                let pack = number(n)?;
                packs.pushed.push((None, packs.current()));
                packs.changes.push((from, pack));
            }
            ["push", name] => packs.pushed.push((Some(name.into()), packs.current())),
            ["push", name, n] => {
                let pack = number(n)?;
                packs.pushed.push((Some(name.into()), packs.current()));
                packs.changes.push((from, pack));
            }
            ["pop"] => {
                packs.pop(None, from).then_some(()).ok_or("`#pragma pack(pop)` without a `push`")?;
            }
            ["pop", name] => {
                let found = packs.pop(Some(name), from);
                found.then_some(()).ok_or(format!("no `#pragma pack(push, {name})` comes before this"))?;
            }
            [n] => packs.changes.push((from, number(n)?)),
            _ => return Err("`#pragma pack` has arguments that mean nothing".into()),
        }
        Ok(())
    }
}

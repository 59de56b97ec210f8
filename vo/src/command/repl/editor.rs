//! Entries from a terminal: lines that can be edited, names that are completed, a history that is kept.

use std::cell::RefCell;
use std::io::Write as _;
use std::path::PathBuf;
use std::rc::Rc;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Helper};
use vo_vm::Session;

use super::{COMMANDS, Read, goes_on};

const PROMPT: &str = "vo> ";

/// How many entries the history has at most.
const HISTORY: usize = 10_000;

/// A terminal.
pub(super) struct Editor {
    editor: rustyline::Editor<Names, FileHistory>,
    history: Option<PathBuf>,
}

impl Editor {
    /// The terminal of standard input and output; none where it cannot be one.
    pub(super) fn open(session: Rc<RefCell<Session>>) -> Option<Editor> {
        let config = Config::builder().max_history_size(HISTORY).ok()?;
        let config = config.completion_type(CompletionType::List).tab_stop(4).build();
        let mut editor = rustyline::Editor::with_config(config).ok()?;
        editor.set_helper(Some(Names { session }));
        let history = history_path();
        if let Some(path) = &history {
            // There is none before the first session.
            let _ = editor.load_history(path);
        }
        Some(Editor { editor, history })
    }

    /// The next entry.
    pub(super) fn read(&mut self) -> Read {
        match self.editor.readline(PROMPT) {
            Ok(entry) if entry.trim().is_empty() => Read::Nothing,
            Ok(entry) => {
                self.remember(&entry);
                Read::Entry(entry)
            }
            Err(ReadlineError::Interrupted | ReadlineError::Signal(_)) => Read::Nothing,
            Err(ReadlineError::Eof) => Read::End,
            Err(error) => {
                let _ = writeln!(anstream::stderr(), "vo: {error}");
                Read::End
            }
        }
    }

    /// Adds an entry to the history; the file has it at once, since the entry may end `vo`.
    fn remember(&mut self, entry: &str) {
        if !self.editor.add_history_entry(entry).unwrap_or(false) {
            return;
        }
        let Some(path) = &self.history else { return };
        let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        if let Err(error) =
            folder.map_err(ReadlineError::from).and_then(|()| self.editor.append_history(path))
        {
            let _ = writeln!(anstream::stderr(), "vo: the history is not kept: {}: {error}", path.display());
            self.history = None;
        }
    }
}

/// `$XDG_STATE_HOME/vo/history`, by the XDG Base Directory Specification.
fn history_path() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state"));
    Some(state.or_else(home)?.join("vo/history"))
}

/// What is known while a line is edited.
struct Names {
    session: Rc<RefCell<Session>>,
}

impl Completer for Names {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = &line[..at];
        if typed.starts_with(':') && !typed.contains(' ') {
            let commands = COMMANDS.iter().filter(|command| command.starts_with(typed));
            return Ok((0, commands.map(|command| command.to_string()).collect()));
        }
        let completion = self.session.borrow().complete(typed);
        Ok((completion.start, completion.names))
    }
}

impl Validator for Names {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(match goes_on(context.input()) {
            true => ValidationResult::Incomplete,
            false => ValidationResult::Valid(None),
        })
    }
}

impl Hinter for Names {
    type Hint = String;
}

impl Highlighter for Names {}

impl Helper for Names {}

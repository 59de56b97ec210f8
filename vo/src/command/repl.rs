//! `vo repl`

#[cfg(feature = "repl")]
mod editor;
mod lines;

use std::cell::RefCell;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use vo_ffi::{Trap, TrapKind};
use vo_vm::{Failure, Session, diagnostic};

use super::bounds::Bounds;
use super::run::{catch_ctrl_c, report, show};
use super::{EXIT_INTERRUPTED, EXIT_LOST, EXIT_PANIC, EXIT_REJECTED};
use lines::Lines;

const HELP: &str = "\
1 + 2                 an expression: its value is printed
x := 1                a variable, which all later entries see
func f() int { … }    so do functions, types, constants and variables declared otherwise
strings.ToUpper(s)    packages need no import
:type EXPRESSION      its type; it is not evaluated
:help                 this text
:quit                 the end, as Ctrl-D is

An entry goes on in the next line while brackets, strings or comments are open. What is declared again with the
same type takes the place of the old one. Tab completes names, Ctrl-C stops what runs.
";

/// The commands of the loop.
const COMMANDS: [&str; 3] = [":type", ":help", ":quit"];

/// Where entries come from.
enum Input {
    Lines(Lines),
    #[cfg(feature = "repl")]
    Editor(Box<editor::Editor>),
}

/// What is read next.
enum Read {
    Entry(String),
    /// An empty line, or Ctrl-C: once more.
    #[cfg(feature = "repl")]
    Nothing,
    End,
}

/// Reads entries, carries them out and prints what they are, until there are no more.
pub(super) fn run(bounds: &Bounds) -> ExitCode {
    let session = match Session::new(bounds.vm()) {
        Ok(session) => Rc::new(RefCell::new(session)),
        Err(error) => {
            let _ = writeln!(anstream::stderr(), "vo: {error}");
            return ExitCode::FAILURE;
        }
    };
    session.borrow_mut().program().set_args(["repl"]);
    let interrupt = Arc::clone(session.borrow_mut().program().interrupt().flag());
    let is_terminal = std::io::stdin().is_terminal();
    let mut input = open(&session, is_terminal);
    // Behind the editor, which sets a handler of its own.
    let pressed = catch_ctrl_c(&interrupt);
    let mut status = 0;
    loop {
        let entry = match input.read() {
            Read::Entry(entry) => entry,
            #[cfg(feature = "repl")]
            Read::Nothing => continue,
            Read::End => break,
        };
        interrupt.store(false, Ordering::Relaxed);
        match carry_out(&session, &entry) {
            Some(Done::Quit) => break,
            Some(Done::Failed(code)) => status = status.max(code),
            None => {}
        }
        if !is_terminal && pressed.load(Ordering::Relaxed) {
            return ExitCode::from(EXIT_INTERRUPTED);
        }
    }
    // At a terminal, errors have been dealt with.
    ExitCode::from(if is_terminal { 0 } else { status })
}

#[cfg(feature = "repl")]
fn open(session: &Rc<RefCell<Session>>, is_terminal: bool) -> Input {
    if is_terminal && let Some(editor) = editor::Editor::open(Rc::clone(session)) {
        println!("vo {}; :help tells what can be done here", env!("CARGO_PKG_VERSION"));
        return Input::Editor(Box::new(editor));
    }
    Input::Lines(Lines::new())
}

#[cfg(not(feature = "repl"))]
fn open(_: &Rc<RefCell<Session>>, _: bool) -> Input {
    Input::Lines(Lines::new())
}

impl Input {
    fn read(&mut self) -> Read {
        match self {
            Input::Lines(lines) => lines.read(),
            #[cfg(feature = "repl")]
            Input::Editor(editor) => editor.read(),
        }
    }
}

/// How an entry ended, where it is not as usual.
enum Done {
    Quit,
    /// With the status that `vo` ends with.
    Failed(u8),
}

fn carry_out(session: &RefCell<Session>, entry: &str) -> Option<Done> {
    let entry = entry.trim();
    if entry.starts_with(':') {
        let (command, rest) = entry.split_once(char::is_whitespace).unwrap_or((entry, ""));
        return command_line(session, command, rest.trim());
    }
    let result = session.borrow_mut().eval(entry);
    match result {
        Ok(()) => None,
        Err(Failure::Rejected(errors)) => {
            show(&errors);
            Some(Done::Failed(EXIT_REJECTED))
        }
        Err(Failure::Ended(trap)) => Some(ended(&trap)),
    }
}

fn ended(trap: &Trap) -> Done {
    match trap.kind() {
        // The system takes of it what it takes.
        TrapKind::Exit(status) => std::process::exit(status),
        TrapKind::Interrupted | TrapKind::LostOutput => {
            let _ = writeln!(anstream::stderr(), "{trap}");
            Done::Failed(if trap.kind() == TrapKind::Interrupted { EXIT_INTERRUPTED } else { EXIT_LOST })
        }
        _ => {
            report(trap);
            Done::Failed(EXIT_PANIC)
        }
    }
}

fn command_line(session: &RefCell<Session>, command: &str, rest: &str) -> Option<Done> {
    match command {
        ":quit" | ":q" => return Some(Done::Quit),
        ":help" | ":h" => print!("{HELP}"),
        ":type" | ":t" => match session.borrow().type_of(rest) {
            Ok(ty) => println!("{ty}"),
            Err(errors) => {
                show(&errors);
                return Some(Done::Failed(EXIT_REJECTED));
            }
        },
        _ => {
            let mut err = anstream::stderr().lock();
            let _ = writeln!(err, "vo: there is no command {command}");
            let near = diagnostic::nearest(command, COMMANDS).unwrap_or(":help");
            let _ = writeln!(err, "  did you mean {near}?");
            return Some(Done::Failed(EXIT_REJECTED));
        }
    }
    None
}

/// Whether an entry goes on in the next line.
fn goes_on(text: &str) -> bool {
    !text.trim_start().starts_with(':') && Session::is_open(text)
}

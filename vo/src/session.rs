//! A program that grows while it runs: what a read-eval-print loop talks to.

use std::fmt;
use std::sync::Arc;

use vo_ffi::Trap;

use crate::check::Rejected;
use crate::check::session::{CheckedEntry, Environment};
use crate::compile::{Tables, compile_more};
use crate::diagnostic::{self, Diagnostic};
use crate::machine::{LoadError, Machine};
use crate::program::Program;
use crate::source::Span;
use crate::vm::{Sources, Vm, reject};

mod completion;
mod open;

pub use completion::Completion;

/// How many bytes the variables of a session can take together; what they refer to is in the heap.
const VARIABLES: usize = 64 << 20;

/// Entries, one after the other, each of which sees what the ones before declared and did.
///
/// An entry is declarations and statements in any order. What it declares with `:=` outside of blocks is a variable
/// of the session. An entry that ends in an expression prints its value. Packages need no import. Everything may be
/// declared again: a function or variable of the same type takes the place of the old one, also for those that use
/// it; with another type it is a new one, and who used the old one keeps it.
///
/// ```
/// use vo_ffi::ExternRegistry;
/// use vo_vm::{Session, Vm};
///
/// let mut session = Session::new(Vm::new(ExternRegistry::from_inventory())).expect("there is memory");
/// session.eval("n := 20").expect("no errors");
/// session.eval("func add(m int) { n += m }").expect("no errors");
/// session.eval("add(22)").expect("no panic");
/// assert_eq!(session.type_of("n").expect("no errors"), "int");
/// session.eval("if n != 42 { panic(n) }").expect("no panic");
/// ```
#[derive(Debug)]
pub struct Session {
    vm: Vm,
    environment: Environment,
    tables: Tables,
    entries: u32,
    program: Program,
}

/// Why an entry was not carried out to its end.
#[derive(Debug)]
pub enum Failure {
    /// It has errors; nothing of it has happened.
    Rejected(Box<Rejected>),
    /// It panicked, came to a limit or called `os.Exit`; [`Trap::kind`] tells. What it declared is there, what it
    /// did remains done.
    Ended(Trap),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Rejected(errors) => {
                let text = diagnostic::render(&errors.sources, &errors.diagnostics, false);
                f.write_str(text.trim_end())
            }
            Failure::Ended(trap) => write!(f, "{trap:#}"),
        }
    }
}

impl std::error::Error for Failure {}

impl Session {
    /// A session with the natives, limits and permissions of a machine; limits of instructions and time are for
    /// each entry.
    ///
    /// # Errors
    /// Where there is no memory.
    pub fn new(vm: Vm) -> Result<Session, LoadError> {
        let environment = Environment::new();
        let types = Arc::clone(&environment.types);
        let machine = Machine::empty(Arc::clone(&types), VARIABLES)?;
        Ok(Session {
            tables: Tables::of_session(types, vm.limits.instructions.is_some()),
            environment,
            entries: 0,
            program: Program::new(machine, Vec::new(), vm.limits, &vm.permissions),
            vm,
        })
    }

    /// Carries out an entry.
    ///
    /// # Errors
    /// The errors of the entry, or what ended it.
    pub fn eval(&mut self, text: &str) -> Result<(), Failure> {
        self.eval_as(&format!("entry {}", self.entries + 1), text)
    }

    /// Carries out an entry that messages and traces call by this name.
    ///
    /// # Errors
    /// As for [`Session::eval`].
    pub fn eval_as(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        self.entries += 1;
        let entry = self.check(name, text).map_err(Failure::Rejected)?;
        self.load(entry).map_err(Failure::Rejected)?;
        self.program.run_entry().map_err(Failure::Ended)
    }

    /// The program that the entries make: its functions, its streams, its interrupts.
    pub fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// The type of an expression, which is not evaluated; of each, where it has several values.
    ///
    /// # Errors
    /// The errors of the expression.
    pub fn type_of(&self, expression: &str) -> Result<String, Box<Rejected>> {
        let entry = self.check(&format!("entry {}", self.entries), expression)?;
        match entry.printed {
            Some(types) => Ok(types),
            None => {
                let sources = entry.program.sources;
                let span = Span::new(sources.len() - 1, 0, expression.len());
                Err(reject(sources, vec![Diagnostic::new(span, "this is not an expression with a value")]))
            }
        }
    }

    /// Whether an entry goes on in the next line: brackets, a string or a comment are open, or a line ends in an
    /// operator.
    pub fn is_open(text: &str) -> bool {
        open::is_open(text)
    }

    /// What a name at the end of the text could be completed to.
    pub fn complete(&self, text: &str) -> Completion {
        completion::complete(text, &self.environment, |package| {
            let import = format!("import \"{package}\"");
            let entry = self.environment.check("completion", &import, &Sources::new(&[])).ok()?;
            Some(entry.into_environment())
        })
    }

    fn check(&self, name: &str, text: &str) -> Result<CheckedEntry, Box<Rejected>> {
        self.environment.check(name, text, &Sources::new(&[]).permitted(&self.vm.permissions))
    }

    /// Compiles and links an entry, and gives it to the machine to run.
    fn load(&mut self, entry: CheckedEntry) -> Result<(), Box<Rejected>> {
        let checked = &entry.program;
        let compiled = compile_more(checked, &entry.steps, self.tables.clone()).and_then(|mut tables| {
            let new = self.vm.link(checked, tables.program(), self.program.extern_count())?;
            Ok((tables, new))
        });
        let (mut tables, new) = match compiled {
            Ok(compiled) => compiled,
            Err(diagnostics) => return Err(reject(entry.program.sources, diagnostics)),
        };
        // SAFETY: `compile_more` made the bytecode from the tables that the program's was made with; `link` compared
        // each extern with its declaration.
        match unsafe { self.program.extend(tables.take_program(), new) } {
            Ok(()) => {
                self.tables = tables;
                self.environment = entry.into_environment();
                Ok(())
            }
            Err(error) => {
                let sources = entry.program.sources;
                let span = Span::new(sources.len() - 1, 0, 0);
                Err(reject(sources, vec![Diagnostic::new(span, error.to_string())]))
            }
        }
    }
}

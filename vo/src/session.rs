//! A program that grows while it runs: what a read-eval-print loop talks to.

use std::fmt;
use std::sync::Arc;

use vo_ffi::{Callee, ExternRegistry, PanicGuard, Trap};

use crate::check::Rejected;
use crate::check::session::{CheckedEntry, Environment};
use crate::compile::{Tables, compile_more};
use crate::diagnostic::Diagnostic;
use crate::machine::{InterruptHandle, LoadError, Machine};
use crate::source::Span;
use crate::vm::{BuiltinPackages, Extern, Vm, reject};

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
/// use vo_vm::Session;
///
/// let mut session = Session::new(ExternRegistry::from_inventory()).expect("there is memory");
/// session.eval("n := 20").expect("no errors");
/// session.eval("func add(m int) { n += m }").expect("no errors");
/// session.eval("add(22)").expect("no panic");
/// assert_eq!(session.type_of("n").expect("no errors"), "int");
/// session.eval("if n != 42 { panic(n) }").expect("no panic");
/// ```
#[derive(Debug)]
pub struct Session {
    environment: Environment,
    tables: Tables,
    entries: u32,
    machine: Machine,
    // Behind the machine, so that they are dropped after it.
    externs: Vec<Extern>,
    vm: Vm,
}

/// Why an entry was not carried out to its end.
#[derive(Debug)]
pub enum Failure {
    /// It has errors; nothing of it has happened.
    Rejected(Box<Rejected>),
    /// It panicked. What it declared is there, what it did remains done.
    Panicked(Trap),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Rejected(errors) => {
                let text = crate::diagnostic::render(&errors.sources, &errors.diagnostics, false);
                f.write_str(text.trim_end())
            }
            Failure::Panicked(trap) => write!(f, "panic: {trap:#}"),
        }
    }
}

impl std::error::Error for Failure {}

impl Session {
    /// A session with these natives.
    ///
    /// # Errors
    /// Where there is no memory.
    pub fn new(registry: ExternRegistry) -> Result<Session, LoadError> {
        let environment = Environment::new();
        let types = Arc::clone(&environment.types);
        Ok(Session {
            tables: Tables::new(Arc::clone(&types), true),
            environment,
            entries: 0,
            machine: Machine::empty(types, VARIABLES)?,
            externs: Vec::new(),
            vm: Vm::new(registry),
        })
    }

    /// Carries out an entry.
    ///
    /// # Errors
    /// The errors of the entry, or the panic that ended it.
    pub fn eval(&mut self, text: &str) -> Result<(), Failure> {
        self.entries += 1;
        let entry = self.check(text).map_err(Failure::Rejected)?;
        self.load(entry).map_err(Failure::Rejected)?;
        let _guard = PanicGuard::new();
        self.machine.run_main().map_err(Failure::Panicked)
    }

    /// The type of an expression, which is not evaluated; of each, where it has several values.
    ///
    /// # Errors
    /// The errors of the expression.
    pub fn type_of(&self, expression: &str) -> Result<String, Box<Rejected>> {
        let entry = self.check(expression)?;
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
        completion::complete(&self.environment, text)
    }

    /// Ends what runs; may be used by another thread or a signal handler.
    pub fn interrupt(&self) -> InterruptHandle {
        self.machine.interrupts().clone()
    }

    fn check(&self, text: &str) -> Result<CheckedEntry, Box<Rejected>> {
        self.environment.check(&format!("entry {}", self.entries), text, &BuiltinPackages)
    }

    /// Compiles and links an entry, and gives it to the machine to run.
    fn load(&mut self, entry: CheckedEntry) -> Result<(), Box<Rejected>> {
        let checked = &entry.program;
        let compiled = compile_more(checked, &entry.steps, self.tables.clone()).and_then(|tables| {
            let new = self.vm.link(checked, tables.program(), self.externs.len())?;
            Ok((tables, new))
        });
        let (mut tables, new) = match compiled {
            Ok(compiled) => compiled,
            Err(diagnostics) => return Err(reject(entry.program.sources, diagnostics)),
        };
        let callees: Vec<*const Callee> = self.externs.iter().chain(&new).map(Extern::callee).collect();
        // SAFETY: `compile_more` made the bytecode from the tables of the machine's own; `link` compared each callee
        // with its declaration, and the session keeps them, boxed, until after the machine is gone.
        match unsafe { self.machine.extend(tables.take_program(), &callees) } {
            Ok(()) => {
                self.externs.extend(new);
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

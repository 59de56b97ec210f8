//! What an engine has to give to be measured.

use std::error::Error;

/// Whatever an engine's own errors are.
pub(crate) type Failure = Box<dyn Error>;

#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Makes the engine, registers the natives and compiles the script.
    pub(crate) load: fn() -> Result<Box<dyn Script>, Failure>,
    /// The rows that the engine cannot express, and why.
    pub(crate) absent: &'static [(&'static str, &'static str)],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Interpreter,
    /// It makes machine code of the script, so it is shown, but vo is not compared with it.
    Compiler,
}

/// A compiled script with one function for each row.
pub(crate) trait Script {
    /// Calls a function of the script with how often it has to loop.
    fn call(&mut self, function: &str, n: i64) -> Result<i64, Failure>;
}

impl Engine {
    pub(crate) fn lacks(&self, row: &str) -> bool {
        self.absent.iter().any(|(name, _)| *name == row)
    }
}

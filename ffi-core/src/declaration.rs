//! A function that is declared in Vo and implemented elsewhere.

use crate::types::FuncType;

/// Where a declared function comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `extern func`: a Rust native of the registry.
    Rust,
    /// `extern "library" func`: a C function.
    C {
        /// The library, as written.
        library: String,
        /// The symbol, which is not always the Vo name.
        symbol: String,
    },
}

/// A function that is declared in Vo and implemented elsewhere: plain data, from a VM's front end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// `pkg.Name` or `pkg.Type.Method`.
    pub name: String,
    /// Its type; for a method, the receiver is the first parameter.
    pub func: FuncType,
    /// The names of its parameters.
    pub param_names: Vec<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// The file of the declaration.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
}

impl Declaration {
    /// The declaration's place, as `file:line`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

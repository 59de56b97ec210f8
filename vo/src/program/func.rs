//! Functions of a program, as Rust calls them.

use std::fmt;
use std::sync::Arc;

use vo_ffi::{CallArgs, CallMismatch, CallPart, CallResults, Trap, TypedCall, nearest};

use super::Program;
use crate::bytecode::Function;
use crate::machine::Machine;

/// A function of a program that takes `A` and returns `R`; [`Program::func`] finds it.
#[derive(Debug)]
pub struct TypedFunc<A, R> {
    program: Arc<()>,
    number: usize,
    call: TypedCall<A, R>,
}

impl<A, R> TypedFunc<A, R>
where
    A: for<'call> CallArgs<'call>,
    R: for<'call> CallResults<'call>,
{
    pub(super) fn find(
        machine: &Machine,
        program: &Arc<()>,
        name: &str,
    ) -> Result<TypedFunc<A, R>, FuncError> {
        // In a session the last declaration is the one that is meant.
        let named = machine.functions().filter(|(_, function)| function.name == name).last();
        let Some((number, function)) = named else {
            let names = machine.functions().map(|(_, function)| function.name.as_str());
            let nearest = nearest(name, names).into_iter().map(String::from).collect();
            return Err(FuncError::Missing { name: name.into(), nearest });
        };
        match TypedCall::check(&function.ty, machine.context().types()) {
            Ok(call) => Ok(TypedFunc { program: Arc::clone(program), number, call }),
            Err(mismatch) => Err(FuncError::different(function, mismatch)),
        }
    }

    /// Calls the function. The packages of the program are initialised before the first call.
    ///
    /// # Errors
    /// What ended the call; or that a value could not be converted, as a string that is not UTF-8 to a `String`.
    ///
    /// # Panics
    /// If the function was looked up in another program.
    pub fn call(&self, program: &mut Program, args: A) -> Result<R, Trap> {
        assert!(Arc::ptr_eq(&self.program, &program.identity), "a function of another program");
        // SAFETY: the type of this function, of this program, was checked when it was looked up.
        program.enter(|machine| unsafe { machine.call_typed(self.number, &self.call, args) })
    }
}

/// Why a function cannot be called.
#[derive(Debug)]
#[non_exhaustive]
pub enum FuncError {
    /// The program has none of this name.
    Missing {
        /// The name.
        name: String,
        /// Names that are almost the same.
        nearest: Vec<String>,
    },
    /// It has other arguments or results than Rust was told.
    Different {
        /// The function.
        name: String,
        /// The name of the argument, where it is one that does not fit.
        param: Option<String>,
        /// What does not fit.
        mismatch: CallMismatch,
    },
}

impl FuncError {
    fn different(function: &Function, mismatch: CallMismatch) -> FuncError {
        let param = match mismatch.part() {
            CallPart::Argument(index) => function.param_names.get(index).cloned(),
            _ => None,
        };
        FuncError::Different { name: function.name.clone(), param, mismatch }
    }
}

impl fmt::Display for FuncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FuncError::Missing { name, nearest } => {
                write!(f, "there is no function {name}")?;
                match nearest.as_slice() {
                    [] => Ok(()),
                    names => write!(f, "; did you mean {}?", names.join(" or ")),
                }
            }
            FuncError::Different { name, param: Some(param), mismatch } => {
                let text = mismatch.to_string();
                let (argument, difference) = text.split_once(": ").unwrap_or((&text, ""));
                write!(f, "{name}: {argument} `{param}`: {difference}")
            }
            FuncError::Different { name, mismatch, .. } => write!(f, "{name}: {mismatch}"),
        }
    }
}

impl std::error::Error for FuncError {}

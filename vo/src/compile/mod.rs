//! The compiler: from a checked program to bytecode.
//!
//! [`unit`] holds the program's tables, [`body`] the function in the making. Expressions are compiled *to a
//! register* (`value`), or to wherever they already are (`operand`); conditions are compiled to jumps
//! (`branch`); what can be assigned to is a [`place`]. Structs and arrays are handled through the addresses
//! of their images: a `value` is an image of one's own, an `operand` may be anyone's.

mod access;
mod arith;
mod assign;
mod bits;
mod body;
mod borrow;
mod builtin;
mod c_value;
mod call;
mod closure;
mod compare;
mod composite;
mod convert;
mod declare;
mod defer;
mod direct;
mod effects;
mod expr;
mod frame;
mod init;
mod place;
mod pointer;
mod range;
mod registers;
mod stmt;
mod switch;
mod tables;
#[cfg(test)]
mod tests;
mod thunk;
mod unit;

use std::sync::Arc;

use crate::bytecode::Program;
use crate::check::CheckedProgram;
use crate::check::info::Step;
use crate::diagnostic::Diagnostic;

pub(crate) use direct::NOT_ASKED;
pub(crate) use tables::Tables;
use unit::Unit;

/// Compiles a program; `metered` code counts its instructions.
///
/// # Errors
/// What exceeds the limits of the bytecode, and what the machine cannot do yet.
pub(crate) fn compile(checked: &CheckedProgram, metered: bool) -> Result<Program, Vec<Diagnostic>> {
    let tables = Tables::new(Arc::clone(&checked.types), metered);
    Ok(compile_more(checked, &checked.info.startup_of(0, &checked.ast), tables)?.take_program())
}

/// Compiles what is new in a program since `tables` were made; the entry takes these steps.
///
/// # Errors
/// As for [`compile`].
pub(crate) fn compile_more(
    checked: &CheckedProgram,
    steps: &[Step],
    tables: Tables,
) -> Result<Tables, Vec<Diagnostic>> {
    let mut unit = Unit::new(checked, tables);
    unit.compile_functions();
    unit.compile_methods();
    unit.compile_entry(steps);
    unit.finish()
}

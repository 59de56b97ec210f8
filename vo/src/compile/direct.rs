//! C functions that the machine calls with nothing between: those that are declared `//vo:unguarded` and take and return
//! what is in registers alone.

use crate::bytecode::{MAX_DIRECT, Op};
use crate::check::info::{ArgumentPass, ExternInfo};
use crate::types::{FuncType, Scalar, TypeId, TypeKind, TypeTable};

/// How a C function is called directly.
#[derive(Clone, Copy, Debug)]
pub(super) struct Direct {
    pub(super) op: Op,
    /// The type of the result, where there is one.
    pub(super) result: Option<Scalar>,
}

/// Why most functions are not.
pub(crate) const NOT_ASKED: &str = "it is not declared so";

/// Which of the two sets of registers a value is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bank {
    Ints,
    Floats,
}

/// Whether this machine's calling convention leaves registers alone that a function does not look at, and passes the two
/// kinds of values in sets of registers of their own.
const KNOWN: bool = cfg!(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")));

impl Direct {
    /// How an extern is called directly.
    ///
    /// # Errors
    /// Why it is not, in a few words.
    pub(super) fn of(decl: &ExternInfo, func: &FuncType, types: &TypeTable) -> Result<Direct, &'static str> {
        if !decl.unguarded {
            return Err(NOT_ASKED);
        }
        if !KNOWN {
            return Err("this machine's calls are not known well enough");
        }
        if decl.optional {
            return Err("it may be missing");
        }
        if !decl.passes_in_place() {
            return Err("its arguments are converted");
        }
        let bank = |&ty: &TypeId| bank(types, ty);
        let passed = |(index, ty): (usize, &TypeId)| match decl.passes.get(index) {
            None | Some(ArgumentPass::AsIs) => bank(ty),
            Some(_) => Some(Bank::Ints),
        };
        let Some(params) = func.params.iter().enumerate().map(passed).collect::<Option<Vec<_>>>() else {
            return Err("it takes structs");
        };
        if params.len() > MAX_DIRECT {
            return Err("it takes more than six arguments");
        }
        let result = match func.results.as_slice() {
            [] => None,
            [one] if bank(one).is_some() => Some(*one),
            [_] => return Err("it returns a struct"),
            _ => return Err("errno is asked for"),
        };
        let all = params.iter().copied().chain(result.as_ref().and_then(bank));
        let op = match (all.clone().all(|one| one == Bank::Ints), all.clone().all(|one| one == Bank::Floats))
        {
            (true, _) => Op::CallCInts,
            (_, true) => Op::CallCFloats,
            _ => return Err("it has integers and floats"),
        };
        let result = result.map(|ty| types.as_scalar(ty).unwrap_or(Scalar::Uintptr));
        Ok(Direct { op, result })
    }
}

fn bank(types: &TypeTable, ty: TypeId) -> Option<Bank> {
    match types.kind(ty) {
        TypeKind::Scalar(scalar) if scalar.is_float() => Some(Bank::Floats),
        TypeKind::Scalar(_) | TypeKind::Pointer(_) => Some(Bank::Ints),
        _ => None,
    }
}

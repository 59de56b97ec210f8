//! What a func value is to C: how the arguments of a C function pointer become a closure's, and its result C's.

mod fit;

use std::collections::HashMap;

use crate::c::{CScalar, CType, CTypes, FuncSig};
use crate::c_extern::fit::{Misfit, misfit};
use crate::c_extern::signature::Records;
use crate::scalar::Class;
use crate::types::{FuncType, TypeId, TypeKind, TypeTable};
use fit::Fit;

/// How C calls a func value of one type. Holding one proves that every part of the type can cross.
///
/// C's arguments come in slots, in order, extended from their widths, and as addresses of their images; see
/// [`CallPlan`](crate::c::CallPlan). Each becomes one slot of the closure.
///
/// ```
/// use vo_ffi_core::{CClosure, ClosureArg, ClosureResult, FuncType, Scalar, TypeId, TypeKind, TypeTable};
///
/// let mut types = TypeTable::new();
/// // func(name string, count int32) bool
/// let params = vec![TypeId::STRING, TypeId::scalar(Scalar::Int32)];
/// let func = FuncType { params, variadic: false, results: vec![TypeId::BOOL] };
/// let func = types.intern(TypeKind::Func(func));
/// let closure = CClosure::of(func, &types).expect("C has such functions");
/// assert_eq!(closure.declaration(), "_Bool (const char *, int)");
/// assert_eq!(*closure.args(), [ClosureArg::CopyText, ClosureArg::InPlace]);
/// assert_eq!(closure.result(), ClosureResult::InPlace);
/// ```
#[derive(Clone, Debug)]
pub struct CClosure {
    types: CTypes,
    sig: FuncSig,
    args: Box<[ClosureArg]>,
    result: ClosureResult,
}

/// How an argument that C gives becomes the closure's.
///
/// [`CClosure`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosureArg {
    /// As it is: a scalar of the same class, or an address.
    InPlace,
    /// A `float`, as a float64.
    Widen,
    /// A copy of the text up to its NUL; "" for NULL.
    CopyText,
    /// So many bytes of the struct, in a new object of this type.
    Struct(TypeId, u32),
}

/// How what a closure returns becomes C's.
///
/// [`CClosure`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosureResult {
    /// It returns nothing.
    Void,
    /// As it is: a scalar that C's type has room for.
    InPlace,
    /// As it is, an address, which C may use until its call ends.
    Pointer,
    /// The integer, which must fit into C's narrower one.
    Narrow {
        /// C's class.
        class: Class,
        /// C's width.
        bytes: u8,
    },
    /// A float32, as a `double`.
    Widen,
    /// A float64, as a `float`, whose range it must have.
    Round,
    /// So many bytes of the struct.
    Struct(u32),
}

impl CClosure {
    /// What C sees of a func type, where nothing else tells its function type: every type of Vo as it is as a parameter
    /// of a C function, and pointers as `void *`.
    ///
    /// # Errors
    /// All that C has not.
    pub fn of(func: TypeId, types: &TypeTable) -> Result<CClosure, Vec<Misfit>> {
        let TypeKind::Func(func) = types.kind(func) else { return misfit("it is no func", "").map_err(one) };
        let mut c = CTypes::new();
        let text = c.pointer_to_const(CType::scalar(CScalar::Char));
        let mut records = Records { types, c: &mut c, known: HashMap::new() };
        let mut misfits = Vec::new();
        let (mut params, mut args) = (Vec::new(), Vec::new());
        for (index, &ty) in func.params.iter().enumerate() {
            let param = match func.variadic && index + 1 == func.params.len() {
                true => misfit(
                    "it takes any number of arguments, and C does not tell how many",
                    "take the arguments that C gives",
                ),
                false => param(index, ty, types),
            };
            match param {
                Ok(arg) => args.push(arg),
                Err(misfit) => misfits.push(misfit),
            }
            params.push(match types.kind(ty) {
                TypeKind::String => text,
                TypeKind::Scalar(_) | TypeKind::Struct(_) if misfits.is_empty() => records.of(ty),
                _ => CType::POINTER,
            });
        }
        let result = result(func, types).map_err(|misfit| misfits.push(misfit));
        match result {
            Ok(result) if misfits.is_empty() => {
                let returned = match func.results.first() {
                    None => CType::VOID,
                    Some(&ty) => records.of(ty),
                };
                let sig = FuncSig { params, variadic: false, result: returned, convention: None };
                Ok(CClosure { types: c, sig, args: args.into(), result })
            }
            _ => Err(misfits),
        }
    }

    /// The same for a function type that C declares. `alike` says whether a pointer to the one type may be used as a
    /// pointer to the other; where both are structs, they have the same bytes.
    ///
    /// ```
    /// use vo_ffi_core::c::{CScalar, CType, CTypes, FuncSig};
    /// use vo_ffi_core::{CClosure, ClosureResult, FuncType, TypeId, TypeKind, TypeTable};
    /// let (mut types, mut c) = (TypeTable::new(), CTypes::new());
    /// let int = CType::scalar(CScalar::Int);
    /// // int (*)(int, double)
    /// let params = vec![int, CType::scalar(CScalar::Double)];
    /// let sig = FuncSig { params, variadic: false, result: int, convention: None };
    ///
    /// let mut func = |params| {
    ///     let func = FuncType { params, variadic: false, results: vec![TypeId::INT] };
    ///     types.intern(TypeKind::Func(func))
    /// };
    /// let (wider, other) = (func(vec![TypeId::INT, TypeId::FLOAT64]), func(vec![TypeId::INT; 2]));
    /// let closure = CClosure::fitting(wider, &types, &sig, &c, &|_, _| false).expect("it fits");
    /// assert!(matches!(closure.result(), ClosureResult::Narrow { bytes: 4, .. }));
    /// let misfits = CClosure::fitting(other, &types, &sig, &c, &|_, _| false).unwrap_err();
    /// assert_eq!(misfits[0].problem, "parameter 2: C gives `double`, and the closure takes int");
    /// ```
    ///
    /// # Errors
    /// All that does not fit.
    pub fn fitting(
        func: TypeId,
        types: &TypeTable,
        sig: &FuncSig,
        c: &CTypes,
        alike: &dyn Fn(TypeId, CType) -> bool,
    ) -> Result<CClosure, Vec<Misfit>> {
        let TypeKind::Func(func) = types.kind(func) else { return misfit("it is no func", "").map_err(one) };
        let fit = Fit { types, c, alike };
        if sig.variadic || func.variadic {
            let problem = "it takes any number of arguments, and C does not tell how many";
            return misfit(problem, "").map_err(one);
        }
        if sig.params.len() != func.params.len() {
            let (given, taken) = (arguments(sig.params.len()), func.params.len());
            return misfit(format!("C gives {given}, and the closure takes {taken}"), "").map_err(one);
        }
        let mut misfits = Vec::new();
        let mut args = Vec::with_capacity(sig.params.len());
        for (index, (&ty, &given)) in func.params.iter().zip(&sig.params).enumerate() {
            match fit.arg(ty, given) {
                Some(arg) => args.push(arg),
                None => misfits.push(fit.misfit_of(index, ty, given)),
            }
        }
        match fit.result(&func.results, sig.result) {
            Ok(result) if misfits.is_empty() => {
                Ok(CClosure { types: c.clone(), sig: sig.clone(), args: args.into(), result })
            }
            Ok(_) => Err(misfits),
            Err(misfit) => Err(misfits.into_iter().chain([misfit]).collect()),
        }
    }

    /// C's type of the function.
    pub fn sig(&self) -> &FuncSig {
        &self.sig
    }

    /// The table of its types.
    pub fn types(&self) -> &CTypes {
        &self.types
    }

    /// The function's type, as C writes it.
    pub fn declaration(&self) -> String {
        let mut types = self.types.clone();
        let ty = types.func(self.sig.clone());
        types.name(ty)
    }

    /// What becomes of each argument.
    pub fn args(&self) -> &[ClosureArg] {
        &self.args
    }

    /// What becomes of the result.
    pub fn result(&self) -> ClosureResult {
        self.result
    }
}

impl Misfit {
    /// Several in one sentence, with the first advice.
    pub(super) fn joined(misfits: Vec<Misfit>) -> Misfit {
        let problems: Vec<&str> = misfits.iter().map(|misfit| misfit.problem.as_str()).collect();
        let problem = problems.join("; ");
        let advice = misfits.into_iter().map(|misfit| misfit.advice).find(|advice| !advice.is_empty());
        Misfit { problem, advice: advice.unwrap_or_default() }
    }
}

fn one(misfit: Misfit) -> Vec<Misfit> {
    vec![misfit]
}

fn arguments(count: usize) -> String {
    format!("{count} argument{}", if count == 1 { "" } else { "s" })
}

/// What C may give for a parameter of this type.
fn param(index: usize, ty: TypeId, types: &TypeTable) -> Result<ClosureArg, Misfit> {
    let is = || format!("its parameter {} is {}", index + 1, types.name(ty));
    match types.kind(ty) {
        TypeKind::Scalar(_) => Ok(ClosureArg::InPlace),
        TypeKind::String => Ok(ClosureArg::CopyText),
        TypeKind::Pointer(target) => shared(*target, types, is).map(|()| ClosureArg::InPlace),
        TypeKind::Struct(_) => {
            shared(ty, types, is).map(|()| ClosureArg::Struct(ty, types.layout(ty).size as u32))
        }
        TypeKind::Slice(elem) => misfit(
            format!("{}, and a C pointer has no length", is()),
            format!("take *{}, and the length if C gives it", types.name(*elem)),
        ),
        TypeKind::Array(..) => {
            misfit(format!("{}, and C gives pointers to arrays", is()), format!("take *{}", types.name(ty)))
        }
        TypeKind::Map(..) => misfit(format!("{}, and C has no maps", is()), "take what C gives"),
        TypeKind::Func(_) => {
            let advice = "take uintptr, or a pointer to a function of `import \"C\"`";
            misfit(format!("{}, and C gives an address, which is no func", is()), advice)
        }
        TypeKind::Interface(_) => misfit(
            format!("{}, and C gives one exact type", is()),
            "take that type, as int32, float64 or string",
        ),
        TypeKind::Incomplete => misfit(format!("{}, which is not declared", is()), "declare it"),
        TypeKind::Opaque => misfit(format!("{}, which C does not make", is()), "take uintptr"),
    }
}

/// What C may get from a function of this type.
fn result(func: &FuncType, types: &TypeTable) -> Result<ClosureResult, Misfit> {
    let ty = match func.results[..] {
        [] => return Ok(ClosureResult::Void),
        [ty] => ty,
        _ => {
            return misfit("it returns several values, and C takes one", "write the others through pointers");
        }
    };
    let is = || format!("it returns {}", types.name(ty));
    match types.kind(ty) {
        TypeKind::Scalar(_) => Ok(ClosureResult::InPlace),
        TypeKind::Pointer(target) => shared(*target, types, is).map(|()| ClosureResult::Pointer),
        TypeKind::Struct(_) => {
            shared(ty, types, is).map(|()| ClosureResult::Struct(types.layout(ty).size as u32))
        }
        TypeKind::String => no_text(),
        TypeKind::Interface(_) if ty == TypeId::ERROR => {
            misfit(format!("{}, which C does not know", is()), "return a number that tells of it, as int32")
        }
        _ => misfit(format!("{}, which C does not take", is()), "return a scalar, a pointer or a struct"),
    }
}

fn no_text<T>() -> Result<T, Misfit> {
    misfit(
        "it returns string, and C cannot tell how long its bytes stay",
        "return uintptr, the address of a text that C owns",
    )
}

/// Whether C sees the same bytes as Vo in a value of this type.
fn shared(ty: TypeId, types: &TypeTable, is: impl Fn() -> String) -> Result<(), Misfit> {
    let Some((path, part)) = types.unshared_part(ty) else { return Ok(()) };
    let part = types.name(part);
    let has = if path.is_empty() { String::new() } else { format!(" with the field `{path}`, {part}") };
    misfit(
        format!("{}{has}, which C cannot share", is()),
        "use scalars, and arrays and structs of them; uintptr for an address that C gave",
    )
}

#[cfg(test)]
mod tests;

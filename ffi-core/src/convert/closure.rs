//! Arguments and results of the functions of a program that natives, or the embedder, call.

use std::fmt;

use crate::call_slots::CallSlots;
use crate::convert::{Arg, FromVo, IntoVo, Unfit};
use crate::ctx::{Access, VmCtx};
use crate::error::{Mismatch, VoError};
use crate::slot::Slot;
use crate::spec::TypeSpec;
use crate::types::{TypeId, TypeTable};
use crate::value::{VoInterface, VoString, VoValue};

/// A tuple of arguments for [`VmCtx::call`] and [`TypedCall`](crate::TypedCall).
///
/// ```
/// use vo_ffi_core::{CallArgs, CallResults, TypeSpec, VmCtx, VoError, VoFunc};
///
/// /// Calls until two results in a row are the same.
/// fn settle<'call, A: CallArgs<'call> + Copy, R: CallResults<'call> + PartialEq>(
///     ctx: &mut VmCtx<'call>,
///     func: VoFunc<'call, A, R>,
///     args: A,
/// ) -> Result<R, VoError> {
///     let mut last = func.call(ctx, args)?;
///     loop {
///         match func.call(ctx, args)? {
///             same if same == last => return Ok(same),
///             other => last = other,
///         }
///     }
/// }
/// # use vo_ffi_core::{Slot, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # let twice: vm::Func = Box::new(|args| Ok(vec![Slot::from_i64(2 * args[0].as_i64())]));
/// # vm::with_func(&[TypeId::INT], &[TypeId::INT], Some(twice), |ctx, twice| {
/// # let twice = twice.typed::<(i64,), i64>().expect("a func(int) int");
/// assert_eq!(settle(ctx, twice, (21,)).expect("no panic"), 42);
/// # });
/// assert_eq!(<(&str, char) as CallArgs>::TYPES, [TypeSpec::String, TypeSpec::Rune]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no tuple of arguments for a function of the script",
    label = "not a tuple of arguments",
    note = "arguments are a tuple of up to 8: `()`, `(a,)`, `(a, b)`; each is what a native may return"
)]
pub trait CallArgs<'call> {
    /// What the function may declare.
    const TYPES: &'static [TypeSpec];
    /// How many slots they take.
    #[doc(hidden)]
    const SLOTS: usize;

    /// Compares the types with the parameters.
    #[doc(hidden)]
    fn check(types: &TypeTable, params: &[TypeId]) -> Result<(), CallMismatch>;

    /// Converts the arguments for the parameters, which `check` accepted.
    #[doc(hidden)]
    fn write(self, access: Access<'call>, params: &[TypeId], out: &mut CallSlots)
    -> Result<(), CallMismatch>;
}

/// What a function returns: `()`, a value, or a tuple of values; a `Result<_, VoError>` of these where the last
/// result is an `error`.
///
/// ```
/// use vo_ffi_core::{CallResults, TypeSpec, VoError};
///
/// /// The types of all results, the `error` among them.
/// fn types<'call, R: CallResults<'call>>() -> Vec<TypeSpec> {
///     R::TYPES.iter().copied().chain(R::FALLIBLE.then_some(TypeSpec::Error)).collect()
/// }
/// assert_eq!(types::<()>(), []);
/// assert_eq!(types::<(String, bool)>().len(), 2);
/// assert_eq!(types::<Result<String, VoError>>(), [TypeSpec::String, TypeSpec::Error]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the result of a function of the script",
    label = "not a result of functions",
    note = "a function returns `()`, what a parameter of a native may be, or a tuple of up to 8 of these; where its last result is \
            an `error`, a `Result<_, VoError>` of them",
    note = "where nothing says what it is, write it: `ctx.call::<()>(&func, args)?`"
)]
pub trait CallResults<'call>: Sized {
    /// What the function may declare.
    const TYPES: &'static [TypeSpec];
    /// Whether the function returns one `error` more.
    const FALLIBLE: bool = false;
    /// How many slots they take.
    #[doc(hidden)]
    const SLOTS: usize;

    /// Compares the types with the results.
    #[doc(hidden)]
    fn check(types: &TypeTable, results: &[TypeId]) -> Result<(), CallMismatch>;

    /// Converts the results.
    ///
    /// # Safety
    /// `slots` hold values of the types `results`, which `check` accepted.
    #[doc(hidden)]
    unsafe fn read(
        access: Access<'call>,
        results: &[TypeId],
        slots: &CallSlots,
    ) -> Result<Self, CallMismatch>;
}

/// A part of a call that does not fit its function.
///
/// ```
/// # use vo_ffi_core::{CallPart, FuncType, TypeId, TypeTable, TypedCall};
/// let add = FuncType { params: vec![TypeId::INT; 2], variadic: false, results: vec![TypeId::INT] };
/// let part = |error: vo_ffi_core::CallMismatch| error.part();
/// let one = TypedCall::<(i64,), i64>::check(&add, &TypeTable::new()).map_err(part);
/// assert_eq!(one.unwrap_err(), CallPart::Arguments);
/// let text = TypedCall::<(i64, &str), i64>::check(&add, &TypeTable::new()).map_err(part);
/// assert_eq!(text.unwrap_err(), CallPart::Argument(1));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallPart {
    /// How many arguments there are.
    Arguments,
    /// An argument, from 0.
    Argument(usize),
    /// How many results there are.
    Results,
    /// A result, from 0.
    Result(usize),
}

/// What keeps Rust types or values from fitting a function.
///
/// ```
/// # use vo_ffi_core::{FuncType, TypeId, TypeTable, TypedCall};
/// let add = FuncType { params: vec![TypeId::INT; 2], variadic: false, results: vec![TypeId::INT] };
/// let error = TypedCall::<(i64, &str), i64>::check(&add, &TypeTable::new()).unwrap_err();
/// assert_eq!((error.expected(), error.found()), ("int", "string"));
/// assert_eq!(error.to_string(), "argument 2: expected int, found string");
/// ```
#[derive(Debug)]
pub struct CallMismatch {
    part: CallPart,
    mismatch: Mismatch,
}

impl CallMismatch {
    #[cold]
    fn count(part: CallPart, declared: usize, given: usize) -> CallMismatch {
        let what = match (part, declared) {
            (CallPart::Arguments, 1) => "argument",
            (CallPart::Arguments, _) => "arguments",
            (_, 1) => "result",
            _ => "results",
        };
        CallMismatch { part, mismatch: Mismatch::new(format!("{declared} {what}"), given.to_string()) }
    }

    #[cold]
    fn of_type(types: &TypeTable, part: CallPart, declared: TypeId, given: String) -> CallMismatch {
        CallMismatch { part, mismatch: Mismatch::new(types.name(declared), given) }
    }

    /// What does not fit.
    pub fn part(&self) -> CallPart {
        self.part
    }

    /// What the function declares.
    pub fn expected(&self) -> &str {
        self.mismatch.expected()
    }

    /// What Rust has.
    pub fn found(&self) -> &str {
        self.mismatch.found()
    }
}

impl fmt::Display for CallMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            CallPart::Argument(index) => write!(f, "argument {}: ", index + 1)?,
            CallPart::Result(index) => write!(f, "result {}: ", index + 1)?,
            CallPart::Arguments | CallPart::Results => {}
        }
        self.mismatch.fmt(f)
    }
}

impl std::error::Error for CallMismatch {}

impl<'call> CallArgs<'call> for () {
    const TYPES: &'static [TypeSpec] = &[];
    const SLOTS: usize = 0;

    fn check(_: &TypeTable, params: &[TypeId]) -> Result<(), CallMismatch> {
        match params.len() {
            0 => Ok(()),
            declared => Err(CallMismatch::count(CallPart::Arguments, declared, 0)),
        }
    }

    fn write(self, _: Access<'call>, _: &[TypeId], _: &mut CallSlots) -> Result<(), CallMismatch> {
        Ok(())
    }
}

impl<'call> CallResults<'call> for () {
    const TYPES: &'static [TypeSpec] = &[];
    const SLOTS: usize = 0;

    fn check(_: &TypeTable, results: &[TypeId]) -> Result<(), CallMismatch> {
        match results.len() {
            0 => Ok(()),
            declared => Err(CallMismatch::count(CallPart::Results, declared, 0)),
        }
    }

    unsafe fn read(_: Access<'call>, _: &[TypeId], _: &CallSlots) -> Result<(), CallMismatch> {
        Ok(())
    }
}

macro_rules! tuples {
    ($(($($ty:ident $index:tt),*) $count:literal;)*) => {$(
        impl<'call, $($ty: IntoVo<'call>),*> CallArgs<'call> for ($($ty,)*) {
            const TYPES: &'static [TypeSpec] = &[$($ty::TYPE),*];
            const SLOTS: usize = (0 $(+ size_of::<$ty::Raw>())*) / size_of::<Slot>();

            #[inline]
            fn check(types: &TypeTable, params: &[TypeId]) -> Result<(), CallMismatch> {
                if params.len() != $count {
                    return Err(CallMismatch::count(CallPart::Arguments, params.len(), $count));
                }
                $(
                    if !$ty::TYPE.accepts(types, params[$index]) {
                        let (part, given) = (CallPart::Argument($index), $ty::TYPE.found_for(types, params[$index]));
                        return Err(CallMismatch::of_type(types, part, params[$index], given));
                    }
                )*
                Ok(())
            }

            #[inline]
            fn write(
                self,
                access: Access<'call>,
                params: &[TypeId],
                out: &mut CallSlots,
            ) -> Result<(), CallMismatch> {
                let mut next = 0;
                $(
                    let raw = self.$index.into_slots(access, params[$index]).map_err(|why| {
                        let mismatch = match why {
                            Unfit::Type(error) => error,
                            failed => Mismatch::new("a value", failed.to_string()),
                        };
                        CallMismatch { part: CallPart::Argument($index), mismatch }
                    })?;
                    // SAFETY: a tuple has at most 8 elements of at most 2 slots, and the array has more.
                    unsafe { out.as_mut_ptr().add(next).cast::<$ty::Raw>().write(raw) };
                    next += size_of::<$ty::Raw>() / size_of::<Slot>();
                )*
                let _ = next;
                Ok(())
            }
        }

        impl<'call, $($ty: FromVo<'call>),*> CallResults<'call> for ($($ty,)*) {
            const TYPES: &'static [TypeSpec] = &[$($ty::TYPE),*];
            const SLOTS: usize = 0 $(+ $ty::SLOTS)*;

            fn check(types: &TypeTable, results: &[TypeId]) -> Result<(), CallMismatch> {
                if results.len() != $count {
                    return Err(CallMismatch::count(CallPart::Results, results.len(), $count));
                }
                $(
                    if !$ty::TYPE.accepts(types, results[$index]) {
                        let (part, given) = (CallPart::Result($index), $ty::TYPE.found_for(types, results[$index]));
                        return Err(CallMismatch::of_type(types, part, results[$index], given));
                    }
                )*
                Ok(())
            }

            unsafe fn read(
                access: Access<'call>,
                results: &[TypeId],
                slots: &CallSlots,
            ) -> Result<Self, CallMismatch> {
                let mut at = slots.as_ptr();
                // SAFETY: the caller vouches for the values.
                unsafe {
                    let values = ($({
                        let value = returned(access, results[$index], at)
                            .map_err(|mismatch| CallMismatch { part: CallPart::Result($index), mismatch })?;
                        at = at.add($ty::SLOTS);
                        value
                    },)*);
                    let _ = at;
                    Ok(values)
                }
            }
        }
    )*};
}

tuples! {
    (A 0) 1;
    (A 0, B 1) 2;
    (A 0, B 1, C 2) 3;
    (A 0, B 1, C 2, D 3) 4;
    (A 0, B 1, C 2, D 3, E 4) 5;
    (A 0, B 1, C 2, D 3, E 4, F 5) 6;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6) 7;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7) 8;
}

/// A result of a closure. Nothing but the native holds it, so it is handed out.
///
/// # Safety
/// `at` holds a value of type `ty`, which `T::TYPE` accepts.
#[inline]
unsafe fn returned<'call, T: FromVo<'call>>(
    access: Access<'call>,
    ty: TypeId,
    at: *const Slot,
) -> Result<T, Mismatch> {
    // SAFETY: the caller vouches for the value, which has as many slots as `T`.
    unsafe {
        if !T::SEES_HEAP {
            return T::from_vo(Arg { access, at, ty });
        }
        let second = if T::SLOTS == 2 { *at.add(1) } else { Slot::ZERO };
        T::from_slots(access, ty, &[*at, second])
    }
}

#[diagnostic::do_not_recommend]
impl<'call, T: FromVo<'call>> CallResults<'call> for T {
    const TYPES: &'static [TypeSpec] = &[T::TYPE];
    const SLOTS: usize = T::SLOTS;

    fn check(types: &TypeTable, results: &[TypeId]) -> Result<(), CallMismatch> {
        <(T,)>::check(types, results)
    }

    #[inline]
    unsafe fn read(
        access: Access<'call>,
        results: &[TypeId],
        slots: &CallSlots,
    ) -> Result<Self, CallMismatch> {
        // SAFETY: passed on.
        Ok(unsafe { <(T,)>::read(access, results, slots)? }.0)
    }
}

impl<'call, R: CallResults<'call>> CallResults<'call> for Result<R, VoError> {
    const TYPES: &'static [TypeSpec] = R::TYPES;
    const FALLIBLE: bool = {
        assert!(
            !R::FALLIBLE,
            "a function of the script returns one `error` last, so no `Result` stands in a `Result`"
        );
        true
    };
    const SLOTS: usize = R::SLOTS + 2;

    fn check(types: &TypeTable, results: &[TypeId]) -> Result<(), CallMismatch> {
        let Some((&last, before)) = results.split_last() else {
            return Err(CallMismatch::count(CallPart::Results, 0, 1));
        };
        if types.underlying(last) != types.underlying(TypeId::ERROR) {
            let part = CallPart::Result(before.len());
            return Err(CallMismatch::of_type(types, part, last, types.name(TypeId::ERROR)));
        }
        R::check(types, before)
    }

    unsafe fn read(
        access: Access<'call>,
        results: &[TypeId],
        slots: &CallSlots,
    ) -> Result<Self, CallMismatch> {
        let before = results.split_last().map_or(results, |(_, before)| before);
        // SAFETY: `check` found an `error` behind the results of `R`.
        unsafe {
            match slots.as_ptr().add(R::SLOTS).cast::<[Slot; 2]>().read() {
                [Slot::ZERO, _] => R::read(access, before, slots).map(Ok),
                error => Ok(Err(error_value(access, VoInterface::from_slots(access, error)))),
            }
        }
    }
}

/// What an `error` that is not nil says; where that cannot be found out, the trap.
fn error_value<'call>(access: Access<'call>, error: VoInterface<'call>) -> VoError {
    match VmCtx::new(access).call_method::<VoString>(error, "Error", ()) {
        Ok(Some(text)) => VoError::new(text.to_str_lossy()),
        Err(trap) => trap,
        // A machine without methods has no other errors than those of natives.
        Ok(None) => match error.value() {
            VoValue::Object(object) if error.type_id() == TypeId::ERROR_STRING_PTR => match object.field(0) {
                VoValue::String(text) => VoError::new(text.to_str_lossy()),
                _ => VoError::new(""),
            },
            _ => VoError::new(format!("an error of type {}", error.type_name())),
        },
    }
}

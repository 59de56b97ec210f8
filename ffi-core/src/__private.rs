//! What the output of `#[vo_extern]` names. Not for use by hand; it may change with any version.

mod choice;
mod derive;
mod object;
mod require;
mod shape;

use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

pub use inventory;
pub use std::option::Option::{None, Some};
pub use std::result::Result::{Err, Ok};

pub use crate::call::{CallContext, Callee, Status};
pub use crate::convert::{
    Arg, Composite, FromVo, IntoVo, Nilable, NilableParam, NilableResult, Results, Unfit,
};
pub use crate::ctx::Access;
pub use crate::registry::{Effects, ExternEntry};
pub use crate::rust_object::{ObjectSpec, RustObject};
pub use crate::scalar::Scalar;
pub use crate::slot::Slot;
pub use crate::spec::{FieldSpec, ParamFacts, ParamSpec, SignatureSpec, StructSpec, TypeSpec};
pub use crate::types::TypeId;
pub use crate::value::Packed;
pub use choice::{Choice, ChoiceOut, choice_out};
pub use derive::{
    FieldIn, FieldOut, Image, Variant, check_layout, facts_of_fields, field_in, field_out, load_image,
    new_image, no_variant, packed_align,
};
pub use object::{Object, bytes_of, lend, lend_mut, new_rust, object, object_type};
pub use require::{
    no_elements, one_argument, owned, param_as_declared, result_as_declared, results_as_declared, scalar,
    scalar_results,
};
pub use shape::Shape;

use crate::call::Unlocked;
use crate::ctx::{ExternCtx, VmCtx};
use crate::error::Trap;
pub use crate::error::{Failure, Mismatch};
use crate::plan::Place;
use crate::state::NoState;
use crate::unwind::trap_of_panic;

/// How an argument of type `T` is taken. One function has the bound on `T`, so that a type which is no
/// parameter gives one error, though it is named twice.
#[derive(Debug)]
pub struct Param<'call, T> {
    convert: unsafe fn(Arg<'call>) -> Taken<T>,
    slots: usize,
    ty: TypeSpec,
    facts: ParamFacts,
}

/// How an argument of type `T` is taken.
#[inline(always)]
pub const fn param<'call, T: FromVo<'call>>() -> Param<'call, T> {
    Param { convert: T::from_vo, slots: T::SLOTS, ty: T::TYPE, facts: facts_of::<T>() }
}

const fn facts_of<'call, T: FromVo<'call>>() -> ParamFacts {
    ParamFacts {
        sees_heap: T::SEES_HEAP,
        variadic: T::VARIADIC,
        borrows_elements: T::BORROWS_ELEMENTS,
        owned: T::OWNED,
    }
}

impl<T> Param<'_, T> {
    /// What a declaration may say.
    pub const fn ty(&self) -> TypeSpec {
        self.ty
    }

    /// What the type says about a native.
    pub const fn facts(&self) -> ParamFacts {
        self.facts
    }

    /// What a native with such a parameter says about it.
    pub const fn spec(&self, name: &'static str) -> ParamSpec {
        ParamSpec { name, ty: self.ty, optional: false, facts: self.facts }
    }

    /// The same, where a declaration may leave the parameter out.
    pub const fn optional(&self, name: &'static str) -> ParamSpec {
        ParamSpec { name, ty: self.ty, optional: true, facts: self.facts }
    }
}

/// What is made of an argument, or of a field.
pub type Taken<T> = Result<T, Mismatch>;

/// What becomes of a result, or of a field.
pub type Given<T> = Result<T, Unfit>;

/// How the results `R` are written; with one bound, as [`Param`] has.
#[derive(Debug)]
pub struct Output<'call, R> {
    write: unsafe fn(R, Access<'call>, &[Place], *mut Slot) -> Result<(), Failure>,
    facts: ResultFacts,
}

/// How the results `R` are written.
#[inline(always)]
pub const fn output<'call, R: Results<'call, How>, How>() -> Output<'call, R> {
    let facts = ResultFacts { types: R::TYPES, fallible: R::FALLIBLE, sees_heap: R::SEES_HEAP };
    Output { write: R::write, facts }
}

/// The same for results that have parts.
#[inline(always)]
pub const fn outputs<'call, R: Composite<'call, How>, How>() -> Output<'call, R> {
    output::<R, How>()
}

impl<R> Output<'_, R> {
    /// What the type says about a native with such results.
    pub const fn facts(&self) -> ResultFacts {
        self.facts
    }
}

/// The parameters of a native.
pub type Params = &'static [ParamSpec];

/// How a native ends; its results are in the frame.
pub type Outcome = Result<(), Failure>;

/// What the type that a native returns says about it.
#[derive(Clone, Copy, Debug)]
pub struct ResultFacts {
    types: &'static [TypeSpec],
    fallible: bool,
    sees_heap: bool,
}

/// A native as the attribute writes it: what its types say, and the function that takes it from slots to slots.
pub trait NativeBody {
    /// Its parameters.
    const PARAMS: Params;
    /// Its results.
    const RESULTS: ResultFacts;
    /// Whether it takes a context.
    const TAKES_CONTEXT: bool = false;
    /// The word `reentrant`.
    const REENTRANT: bool = false;
    /// The word `blocking`.
    const BLOCKING: bool = false;
    /// The word `fast`.
    const FAST: bool = false;

    /// Takes the arguments from the frame, calls the user's function and writes its results.
    ///
    /// # Safety
    /// The frame of the call was made for this signature.
    unsafe fn call(call: Call<'_>) -> Outcome;
}

/// Whether a native can see the heap: through its context, a parameter or a result.
pub const fn sees_heap<N: NativeBody>() -> bool {
    let (mut sees, mut index) = (N::TAKES_CONTEXT || N::RESULTS.sees_heap, 0);
    while index < N::PARAMS.len() {
        sees |= N::PARAMS[index].facts.sees_heap;
        index += 1;
    }
    sees
}

/// Gives a native to the inventory, and is its entry.
#[doc(hidden)]
#[macro_export]
macro_rules! __submit {
    ($native:ty, $name:literal, $docs:literal) => {{
        const ENTRY: $crate::ExternEntry =
            $crate::__private::entry::<$native>($name, $docs, ::core::file!(), ::core::line!());
        $crate::__private::inventory::submit!(ENTRY);
        ENTRY
    }};
}

pub use __submit as submit;

/// What a registry is given of a native.
pub const fn entry<N: NativeBody>(
    name: &'static str,
    docs: &'static str,
    file: &'static str,
    line: u32,
) -> ExternEntry {
    let variadic = match N::PARAMS {
        [.., last] => last.facts.variadic,
        [] => false,
    };
    let ResultFacts { types: results, fallible, .. } = N::RESULTS;
    let effects = Effects {
        reentrant: N::REENTRANT,
        blocking: N::BLOCKING,
        fast: N::FAST,
        sees_heap: sees_heap::<N>(),
    };
    let signature = SignatureSpec { params: N::PARAMS, variadic, results, fallible };
    ExternEntry { name, signature, wrapper: wrapper::<N>, docs, file, line, effects }
}

/// The wrapper of a native: what a machine calls.
///
/// # Safety
/// As [`Native`](crate::Native).
unsafe extern "C" fn wrapper<N: NativeBody>(
    cx: *mut CallContext,
    callee: *const Callee,
    frame: *mut Slot,
) -> Status {
    // SAFETY: passed on; whoever has linked the callee gives frames of its signature.
    unsafe {
        if const { sees_heap::<N>() } {
            enter_heap(cx, callee, frame, N::REENTRANT, |call| N::call(call))
        } else {
            enter_scalar(cx, callee, frame, |call| N::call(call))
        }
    }
}

/// A running call, from which a wrapper takes arguments in order.
#[derive(Debug)]
pub struct Call<'call> {
    access: Access<'call>,
    callee: *const Callee,
    next: *mut Slot,
    index: usize,
}

impl<'call> Call<'call> {
    /// The next argument.
    ///
    /// # Safety
    /// The call's frame was made for a signature that has a `T` here.
    #[inline(always)]
    pub unsafe fn arg<T>(&mut self, param: Param<'call, T>) -> Result<T, Failure> {
        let (at, index) = (self.next, self.index);
        // SAFETY: the caller vouches for an argument of `T` here; the callee outlives the call.
        unsafe {
            self.next = at.add(param.slots);
            self.index = index + 1;
            let callee = &*self.callee;
            let ty = callee.plan.params.get(index).map_or(TypeId::NIL, |place| place.ty);
            match (param.convert)(Arg { access: self.access, at, ty }) {
                Ok(value) => Ok(value),
                Err(error) => Err(wrong_argument(callee, index, &error)),
            }
        }
    }

    /// The next argument, where the declaration has it.
    ///
    /// # Safety
    /// As [`Call::arg`], where the declaration has it.
    #[inline]
    pub unsafe fn optional_arg<T>(&mut self, param: Param<'call, T>) -> Result<Option<T>, Failure> {
        // SAFETY: the callee outlives the call.
        let declared = unsafe { &*self.callee }.plan.params.len();
        // SAFETY: passed on.
        if self.index < declared { unsafe { self.arg(param) }.map(Some) } else { Ok(None) }
    }

    /// Runs a blocking native's own code: meanwhile other threads may use the VM.
    pub fn unlocked<R>(&self, run: impl FnOnce() -> R) -> R {
        // SAFETY: the context is valid for 'call, and nothing of the VM is borrowed: a blocking native owns its arguments.
        let _unlocked = unsafe { Unlocked::new(self.access.cx()) };
        run()
    }

    /// A context for the native.
    pub fn extern_ctx(&self) -> ExternCtx<'call> {
        ExternCtx::new(self.access)
    }

    /// A context for a reentrant native.
    pub fn vm_ctx(&self) -> VmCtx<'call> {
        VmCtx::new(self.access)
    }

    /// The embedder's value of this type, for as long as the native runs.
    pub fn state<T: 'static>(&self) -> Result<StateLoan<'call, T>, Failure> {
        // SAFETY: the borrow of the states ends here.
        match unsafe { self.access.states() }.lend::<T>() {
            Ok(value) => Ok(StateLoan { access: self.access, value }),
            Err(why) => Err(self.no_state::<T>(why)),
        }
    }

    #[cold]
    fn no_state<T>(&self, why: NoState) -> Failure {
        // SAFETY: the callee outlives the call.
        let name = unsafe { &(*self.callee).name };
        Failure::Trap(Trap::new(format!("{name}: {}", why.message::<T>())))
    }

    /// Writes the results behind the arguments.
    ///
    /// # Safety
    /// All arguments were taken, and the frame was made for a signature with the results `R`.
    #[inline(always)]
    pub unsafe fn finish<R>(self, output: Output<'call, R>, results: R) -> Outcome {
        // SAFETY: behind the last argument stand the results; the callee outlives the call.
        unsafe { (output.write)(results, self.access, &(*self.callee).plan.results, self.next) }
    }
}

#[cold]
fn wrong_argument(callee: &Callee, index: usize, error: &Mismatch) -> Failure {
    let name = callee.param_names.get(index).map(|name| format!(" `{name}`")).unwrap_or_default();
    Failure::Trap(Trap::new(format!("{}: argument {}{name}: {error}", callee.name, index + 1)))
}

/// The embedder's value while a native has it as a parameter: nobody else gets it.
#[derive(Debug)]
pub struct StateLoan<'call, T: 'static> {
    access: Access<'call>,
    value: NonNull<T>,
}

impl<T> Deref for StateLoan<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the value stays where it is while it is lent, and it is lent to this alone.
        unsafe { self.value.as_ref() }
    }
}

impl<T> DerefMut for StateLoan<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as for `deref`.
        unsafe { self.value.as_mut() }
    }
}

impl<T: 'static> Drop for StateLoan<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the borrow of the states ends here.
        unsafe { self.access.states() }.give_back::<T>();
    }
}

/// Runs a wrapper's body for a native of scalars.
///
/// # Safety
/// As [`Native`](crate::Native).
#[inline(always)]
pub unsafe fn enter_scalar(
    cx: *mut CallContext,
    callee: *const Callee,
    frame: *mut Slot,
    body: impl for<'call> FnOnce(Call<'call>) -> Outcome,
) -> Status {
    // SAFETY: the caller vouches for `cx`, and the body cannot keep 'call.
    let access = unsafe { Access::new(NonNull::new_unchecked(cx)) };
    let call = Call { access, callee, next: frame, index: 0 };
    let failure = match catch_unwind(AssertUnwindSafe(|| body(call))) {
        Ok(Ok(())) => return Status::Ok,
        Ok(Err(failure)) => failure,
        Err(payload) => Failure::Trap(trap_of_panic(payload)),
    };
    // SAFETY: the caller vouches for `cx`, and the body has ended.
    unsafe { (*cx).fail(failure) }
}

/// Runs a wrapper's body while collection is paused; with `reentrant`, values handed out are recorded.
///
/// # Safety
/// As [`Native`](crate::Native).
#[inline(always)]
pub unsafe fn enter_heap(
    cx: *mut CallContext,
    callee: *const Callee,
    frame: *mut Slot,
    reentrant: bool,
    body: impl for<'call> FnOnce(Call<'call>) -> Outcome,
) -> Status {
    // SAFETY: the caller vouches for `cx`; each borrow ends at its statement.
    unsafe {
        let (lent, recording) = ((*cx).lent.len(), (*cx).recording);
        let handed_out = if reentrant { (*cx).handed_out_len() } else { 0 };
        (*cx).paused += 1;
        (*cx).recording = reentrant;
        // `enter_scalar` catches every unwinding, so the pause always ends.
        let status = enter_scalar(cx, callee, frame, body);
        (*cx).recording = recording;
        (*cx).paused -= 1;
        (*cx).lent.truncate(lent);
        if reentrant {
            (*cx).truncate_handed_out(handed_out);
        }
        status
    }
}

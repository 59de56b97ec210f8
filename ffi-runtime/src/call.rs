//! The natives behind bound C functions: arguments from the frame, the call, results into the frame.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::Arc;

use vo_ffi_core::{
    CPlan, CReturn, CallContext, Callee, Failure, Heap, Native, Pass, Plan, Scalar, Slot, Status, Take, Trap,
    TypeId, TypeTable, new_errno, new_error, raise,
};

use crate::closure::{ClosureParam, Lent, watched};
use crate::library::Code;
use crate::long_double;
use crate::stub::Target;
use crate::unfit::{Unfit, integer_fits, nul_before};

/// How many slots a call needs at most that has them on the stack for nothing.
const INLINE: usize = 18;

/// What a callee's `target` points to.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Bound {
    pub(crate) target: Target,
    pub(crate) plan: CPlan,
    /// The parameters that take funcs, in order.
    pub(crate) closures: Box<[Arc<ClosureParam>]>,
    /// Whether C may call closures meanwhile: those of the call, or of one below.
    pub(crate) watched: bool,
    /// Whether the first argument is the address of the function, and not one of its own.
    pub(crate) through: bool,
}

impl Bound {
    /// The native that follows the plan: the stub alone, where slots are what C takes and gives.
    pub(crate) fn native(&self) -> Native {
        match (self.plan.sees_heap, self.plan.errno) {
            _ if self.through => invoke_with_heap,
            (true, None) if self.only_converts() && self.watched => invoke_converting_watched,
            (true, None) if self.only_converts() => invoke_converting,
            (true, _) => invoke_with_heap,
            (false, _) if self.watched => invoke_watched,
            (false, Some(_)) => invoke_with_errno,
            (false, None) => self.target.stub.native(),
        }
    }

    /// Whether values are converted on their way to C alone, and nothing is made in the heap.
    fn only_converts(&self) -> bool {
        let is_simple = |pass: Pass| !matches!(pass, Pass::Closure(_) | Pass::LongDouble);
        let takes = self.plan.result.is_none_or(|result| matches!(result.take, Take::Extend(_) | Take::Into));
        takes && self.plan.args.len() + 2 <= INLINE && self.plan.args.iter().all(|arg| is_simple(arg.pass))
    }
}

/// A call whose arguments are converted, and whose result is as C gives it.
///
/// # Safety
/// As [`Native`]; the callee was made by this crate.
unsafe extern "C" fn invoke_converting(
    cx: *mut CallContext,
    callee: *const Callee,
    frame: *mut Slot,
) -> Status {
    // SAFETY: a callee of this crate has a `Bound`, whose plan the frame follows; the context and its heap are valid, and
    // C cannot make the heap collect. The slots are the arguments, the result and errno; the stub reads those written here.
    unsafe {
        let Bound { target, plan, .. } = &*(*callee).target.cast::<Bound>();
        let heap = (*cx).heap_ptr();
        let mut kept = Kept::default();
        let mut slots = [MaybeUninit::<Slot>::uninit(); INLINE];
        for (index, arg) in plan.args.iter().enumerate() {
            let slot = frame.add(arg.slot.into()).read();
            match word(heap, arg.pass, slot, &mut kept) {
                Ok(word) => slots[index].write(word),
                Err(unfit) => return refuse(cx, callee, Refused { index, unfit }),
            };
        }
        let written = std::slice::from_raw_parts(slots.as_ptr().cast::<Slot>(), plan.args.len());
        if let Some(refused) = null_argument(plan, written) {
            return refuse(cx, callee, refused);
        }
        let returned = slots.as_mut_ptr().cast::<Slot>().add(plan.args.len());
        if let Some(CReturn { take: Take::Into, .. }) = plan.result {
            returned.write(into_slot(plan, frame));
        }
        let status = (target.stub.native())(cx, callee, slots.as_mut_ptr().cast());
        if let Some(result) = plan.result {
            frame.add(result.slot.into()).write(returned.read());
        }
        status
    }
}

/// The same, where C may call closures of the calls below.
///
/// # Safety
/// As [`Native`]; the callee was made by this crate.
unsafe extern "C" fn invoke_converting_watched(
    cx: *mut CallContext,
    callee: *const Callee,
    frame: *mut Slot,
) -> Status {
    // SAFETY: the promises are passed on; the call does not unwind.
    unsafe { watched_status(cx, callee, || invoke_converting(cx, callee, frame)) }
}

/// Makes a call in which C may call closures; what fails in them is the call's failure.
///
/// # Safety
/// Both are those of the call, which does not unwind.
unsafe fn watched_status(
    cx: *mut CallContext,
    callee: *const Callee,
    call: impl FnOnce() -> Status,
) -> Status {
    // SAFETY: the caller vouches for both; the references end here.
    unsafe {
        (*cx).paused += 1;
        let ended = watched(cx, callee, call);
        (*cx).paused -= 1;
        ended.unwrap_or_else(|failure| (*cx).fail(failure))
    }
}

/// # Safety
/// Both are those of a call.
#[cold]
unsafe fn refuse(cx: *mut CallContext, callee: *const Callee, refused: Refused) -> Status {
    // SAFETY: the caller vouches for both; the references end here.
    unsafe { (*cx).fail(Failure::Trap(Trap::new(refused.describe(&*callee)))) }
}

/// A call whose slots are what C takes and gives, and in which C may call closures of the calls below.
///
/// # Safety
/// As [`Native`]; the callee was made by this crate.
unsafe extern "C" fn invoke_watched(cx: *mut CallContext, callee: *const Callee, frame: *mut Slot) -> Status {
    // SAFETY: a callee of this crate has a `Bound`; the context is valid, and the call does not unwind.
    unsafe {
        let Bound { target, plan, .. } = &*(*callee).target.cast::<Bound>();
        let native = if plan.errno.is_some() { invoke_with_errno } else { target.stub.native() };
        watched_status(cx, callee, || native(cx, callee, frame))
    }
}

/// A call whose slots are what C takes and gives, with errno as its last result.
///
/// # Safety
/// As [`Native`]; the callee was made by this crate.
unsafe extern "C" fn invoke_with_errno(
    cx: *mut CallContext,
    callee: *const Callee,
    frame: *mut Slot,
) -> Status {
    // SAFETY: a callee of this crate has a `Bound`, whose stub has the plan's slots for arguments, result and errno.
    unsafe {
        let Bound { target, plan, .. } = &*(*callee).target.cast::<Bound>();
        let status = (target.stub.native())(cx, callee, frame);
        let Some(errno) = plan.errno else { return status };
        let code = (*frame.add(errno.slot.into())).as_i64() as c_int;
        let result = plan.result.map_or(Slot::ZERO, |result| *frame.add(result.slot.into()));
        match failure_of(plan, result, code) {
            None => {
                write_results(plan, frame, result, [Slot::ZERO; 2]);
                status
            }
            Some(code) => CallContext::with_heap(cx, |mut heap| {
                let error = new_errno(heap.as_mut(), (*cx).types(), code);
                write_results(plan, frame, result, error);
                Ok(())
            }),
        }
    }
}

/// A call whose arguments or result lie in the heap.
///
/// # Safety
/// As [`Native`]; the callee was made by this crate.
unsafe extern "C" fn invoke_with_heap(
    cx: *mut CallContext,
    callee: *const Callee,
    frame: *mut Slot,
) -> Status {
    // SAFETY: a callee of this crate has a `Bound`, whose plan the frame follows; the context is valid, and its heap is too
    // while a native runs.
    unsafe {
        let callee = &*callee;
        let bound = &*callee.target.cast::<Bound>();
        CallContext::with_heap(cx, |mut heap| {
            let called = match bound.watched {
                true => watched(cx, callee, || call_with_heap(cx, callee, bound, frame, heap))?,
                false => call_with_heap(cx, callee, bound, frame, heap),
            };
            let (result, error) = match called {
                Ok(returned) => take(&bound.plan, returned, heap, (*cx).types()),
                Err(refused) => {
                    let message = refused.describe(callee);
                    let Some(errno) = bound.plan.errno else {
                        return Err(Failure::Trap(Trap::new(message)));
                    };
                    let result = match bound.plan.result.map(|result| result.take) {
                        Some(Take::Struct(ty)) => new_struct(heap, ty),
                        Some(Take::Into) => into_slot(&bound.plan, frame),
                        _ => errno.failing.sample(),
                    };
                    (result, new_error(heap.as_mut(), &message))
                }
            };
            write_results(&bound.plan, frame, result, error);
            Ok(())
        })
    }
}

/// What C gave back.
#[derive(Clone, Copy, Debug)]
struct Returned {
    /// The result in its slot form; a pointer for a text.
    result: Slot,
    /// errno, where the plan asks for it, else 0.
    errno: c_int,
}

/// Converts the arguments and calls.
///
/// # Safety
/// As [`invoke_with_heap`], with the heap of the call.
unsafe fn call_with_heap(
    cx: *mut CallContext,
    callee: &Callee,
    bound: &Bound,
    frame: *mut Slot,
    heap: NonNull<dyn Heap>,
) -> Result<Returned, Refused> {
    let plan = &bound.plan;
    let mut kept = Kept::default();
    // SAFETY: the context and the heap are the call's; calls with funcs are watched.
    let mut closures = unsafe { Lent::new(cx, heap) };
    with_slots(plan.args.len() + 2, |slots| {
        for (index, arg) in plan.args.iter().enumerate() {
            // SAFETY: the frame has the plan's slots, and each holds a value of the heap of the plan's type.
            let slot = unsafe { frame.add(arg.slot.into()).read() };
            if let Pass::Closure(number) = arg.pass {
                let param = &bound.closures[usize::from(number)];
                // SAFETY: as above; arguments are alive as long as the call.
                slots[index] = unsafe { lend(&mut closures, param, slot) };
                continue;
            }
            // SAFETY: as above.
            let word = unsafe { word(heap, arg.pass, slot, &mut kept) };
            let own = index.saturating_sub(bound.through.into());
            slots[index] = word.map_err(|unfit| Refused { index: own, unfit })?;
        }
        if let Some(refused) = null_argument(plan, slots) {
            return Err(refused);
        }
        let mut long_double = [0_u64; 2];
        match plan.result.map(|result| result.take) {
            Some(Take::Struct(ty)) => {
                // SAFETY: the caller vouches for the heap.
                let image = unsafe { new_struct(heap, ty) };
                // SAFETY: the context is the call's; the borrow ends here. Closures may run before a frame has it.
                unsafe { (*cx).keep(image) };
                slots[plan.args.len()] = image;
            }
            Some(Take::LongDouble) => slots[plan.args.len()] = Slot::from_ptr(long_double.as_mut_ptr()),
            // SAFETY: the result has its slot, with an address of the caller's.
            Some(Take::Into) => slots[plan.args.len()] = unsafe { into_slot(plan, frame) },
            _ => {}
        }
        let native = bound.target.stub.native();
        match bound.through {
            // SAFETY: every argument has its slot, the rest is for the result and errno, and the caller vouches for the
            // function's types.
            false => unsafe { native(cx, callee, slots.as_mut_ptr()) },
            true => {
                let address = NonNull::new(slots[0].as_ptr::<()>());
                let address = address.ok_or(Refused { index: 0, unfit: Unfit::NoFunction })?;
                let there = Target { code: Code::at(address), stub: Arc::clone(&bound.target.stub) };
                let called = Callee { target: (&raw const there).cast(), ..nameless(native) };
                // SAFETY: as above; the program vouches for the address. A stub looks at its callee's target alone.
                unsafe { native(cx, &called, slots[1..].as_mut_ptr()) }
            }
        };
        let (mut result, errno) = match plan.result.map(|result| result.take) {
            None | Some(Take::Nothing) => (Slot::ZERO, slots[plan.args.len()]),
            Some(_) => (slots[plan.args.len()], slots[plan.args.len() + 1]),
        };
        if let Some(Take::LongDouble) = plan.result.map(|result| result.take) {
            let [low, high] = long_double.map(u128::from);
            result = Slot::from_f64(long_double::narrow((high << 64 | low).to_le_bytes()));
        }
        Ok(Returned { result, errno: errno.as_i64() as c_int })
    })
}

/// A callee without what only messages need.
fn nameless(native: Native) -> Callee {
    let (plan, target) = (Plan::default(), std::ptr::null());
    Callee { native, plan, target, name: String::new(), param_names: Vec::new() }
}

/// The result and the error.
///
/// # Safety
/// The heap is that of the call, and C returned what the plan says.
unsafe fn take(
    plan: &CPlan,
    returned: Returned,
    mut heap: NonNull<dyn Heap>,
    types: &TypeTable,
) -> (Slot, [Slot; 2]) {
    let result = match plan.result.map(|result| result.take) {
        // SAFETY: the caller vouches for the heap, and for a text at the address that C returned.
        Some(Take::CopyText) => unsafe { copy_text(heap, returned.result) },
        Some(Take::Extend(_) | Take::Struct(_) | Take::Into | Take::LongDouble | Take::Nothing) | None => {
            returned.result
        }
    };
    // Whether it failed is told by what C returned: NULL and a pointer to "" are both "" in Vo.
    let error = match failure_of(plan, returned.result, returned.errno) {
        None => [Slot::ZERO; 2],
        // SAFETY: the caller vouches for the heap, and no other borrow of it is alive.
        Some(code) => new_errno(unsafe { heap.as_mut() }, types, code),
    };
    (result, error)
}

/// Where the caller wants a struct.
///
/// # Safety
/// `frame` has the slots that the plan names.
unsafe fn into_slot(plan: &CPlan, frame: *mut Slot) -> Slot {
    // SAFETY: the caller vouches for the frame.
    plan.result.map_or(Slot::ZERO, |result| unsafe { frame.add(result.slot.into()).read() })
}

/// Lends `f` so many slots. Up to 18 need no allocation.
#[inline]
pub(crate) fn with_slots<R>(count: usize, f: impl FnOnce(&mut [Slot]) -> R) -> R {
    if count <= INLINE { f(&mut [Slot::ZERO; INLINE][..count]) } else { f(&mut vec![Slot::ZERO; count]) }
}

/// An argument that C cannot take.
struct Refused {
    /// The argument, from 0.
    index: usize,
    unfit: Unfit,
}

/// The first argument that is NULL, where C takes none.
#[inline]
fn null_argument(plan: &CPlan, slots: &[Slot]) -> Option<Refused> {
    let &index = plan.nonnull.iter().find(|&&index| slots[index] == Slot::ZERO)?;
    let empty = plan.args[index].pass == Pass::Elements;
    Some(Refused { index, unfit: Unfit::Null { empty } })
}

impl Refused {
    #[cold]
    fn describe(&self, callee: &Callee) -> String {
        self.unfit.describe(callee, self.index)
    }
}

/// Copies that live as long as the call, aligned for whatever C takes them for.
#[derive(Default)]
struct Kept(Vec<Box<[u64]>>);

impl Kept {
    fn keep(&mut self, bytes: impl ExactSizeIterator<Item = u8>) -> *const u8 {
        let mut words = vec![0_u64; bytes.len().div_ceil(8)].into_boxed_slice();
        let at = words.as_mut_ptr().cast::<u8>();
        for (index, byte) in bytes.enumerate() {
            // SAFETY: there are words for all of the bytes.
            unsafe { at.add(index).write(byte) };
        }
        self.0.push(words);
        at
    }
}

/// A function pointer for a func value.
///
/// # Safety
/// As for [`Lent::pointer`].
unsafe fn lend(closures: &mut Lent, param: &Arc<ClosureParam>, func: Slot) -> Slot {
    // SAFETY: passed on.
    match unsafe { closures.pointer(param, func) } {
        Ok(code) => Slot::from_ptr(code),
        Err(reason) => raise(reason),
    }
}

/// What C gets for an argument.
///
/// # Safety
/// `heap` is valid, and `slot` is of a type that `pass` is for.
#[inline(always)]
unsafe fn word(heap: NonNull<dyn Heap>, pass: Pass, slot: Slot, kept: &mut Kept) -> Result<Slot, Unfit> {
    match pass {
        // A closure has become a pointer already.
        Pass::InPlace | Pass::Closure(_) => Ok(slot),
        Pass::Elements => {
            // SAFETY: the caller vouches for the heap and for a slice in the slot.
            let raw = unsafe { heap.as_ref().slice(slot) };
            Ok(if raw.len == 0 { Slot::ZERO } else { Slot::from_ptr(raw.data) })
        }
        // SAFETY: the caller vouches for the heap and for a string in the slot.
        Pass::Text => unsafe { text(heap, slot, kept) }.map(Slot::from_ptr),
        Pass::Integer { from, to } if integer_fits(slot, from, to) => Ok(slot),
        Pass::Integer { from, to } => Err(Unfit::integer(slot, from, to)),
        // SAFETY: the promises are passed on.
        _ => unsafe { rare_word(heap, pass, slot, kept) },
    }
}

/// The same, for conversions that cost more than the way here.
///
/// # Safety
/// As [`word`].
unsafe fn rare_word(heap: NonNull<dyn Heap>, pass: Pass, slot: Slot, kept: &mut Kept) -> Result<Slot, Unfit> {
    match pass {
        Pass::InPlace | Pass::Closure(_) | Pass::Elements | Pass::Text | Pass::Integer { .. } => Ok(slot),
        Pass::Bytes => {
            // SAFETY: as above.
            let (data, len) = unsafe { heap.as_ref().string(slot) };
            Ok(Slot::from_ptr(if len == 0 { c"".as_ptr().cast() } else { data }))
        }
        // SAFETY: as above.
        Pass::WideText(unit) => unsafe { wide_text(heap, slot, unit, kept) }.map(Slot::from_ptr),
        Pass::Float { to: Scalar::Float32, .. } => Ok(Slot::from_f32(slot.as_f64() as f32)),
        Pass::Float { .. } => Ok(Slot::from_f64(slot.as_f32().into())),
        Pass::LongDouble => Ok(Slot::from_ptr(kept.keep(long_double::widen(slot.as_f64()).into_iter()))),
    }
}

/// The address of a copy of a string in UTF-16 or UTF-32, which ends in a zero.
///
/// # Safety
/// As [`word`], for a string.
unsafe fn wide_text(
    heap: NonNull<dyn Heap>,
    string: Slot,
    unit: u8,
    kept: &mut Kept,
) -> Result<*const u8, Unfit> {
    // SAFETY: the caller vouches for a string, whose bytes stay while collection is paused.
    let bytes = unsafe {
        let (data, len) = heap.as_ref().string(string);
        std::slice::from_raw_parts(if len == 0 { NonNull::dangling().as_ptr() } else { data }, len)
    };
    let text = std::str::from_utf8(bytes).map_err(|error| Unfit::NoText(error.valid_up_to()))?;
    if let Some(at) = text.find('\0') {
        return Err(Unfit::Nul(at));
    }
    let wide: Vec<u8> = match unit {
        2 => text.encode_utf16().chain([0]).flat_map(u16::to_ne_bytes).collect(),
        _ => text.chars().map(u32::from).chain([0]).flat_map(u32::to_ne_bytes).collect(),
    };
    Ok(kept.keep(wide.into_iter()))
}

/// The address of a string's bytes with a NUL behind them.
///
/// # Safety
/// As [`word`], for a string.
unsafe fn text(heap: NonNull<dyn Heap>, string: Slot, kept: &mut Kept) -> Result<*const u8, Unfit> {
    // SAFETY: the caller vouches for the heap, and for a string; nothing allocates in it while this borrow is used.
    let known = unsafe { heap.as_ref().c_string(string) };
    let Some((data, len)) = known else {
        // SAFETY: the promises are passed on.
        return unsafe { copied_text(heap, string, kept) };
    };
    // SAFETY: the heap has a NUL behind so many bytes.
    match unsafe { nul_before(data, len) } {
        None => Ok(data),
        Some(at) => Err(Unfit::Nul(at)),
    }
}

/// The same of a string that no NUL follows, as far as its heap knows.
///
/// # Safety
/// As [`word`], for a string.
#[cold]
unsafe fn copied_text(heap: NonNull<dyn Heap>, string: Slot, kept: &mut Kept) -> Result<*const u8, Unfit> {
    // SAFETY: the caller vouches for a string, whose bytes stay as long as it is an argument.
    let bytes = unsafe {
        let (data, len) = heap.as_ref().string(string);
        std::slice::from_raw_parts(if len == 0 { NonNull::dangling().as_ptr() } else { data }, len)
    };
    match bytes.iter().position(|&byte| byte == 0) {
        Some(at) => Err(Unfit::Nul(at)),
        None if bytes.is_empty() => Ok(c"".as_ptr().cast()),
        None => {
            let copy: Vec<u8> = bytes.iter().copied().chain([0]).collect();
            Ok(kept.keep(copy.into_iter()))
        }
    }
}

/// The address of a new struct's image, for C to fill.
///
/// # Safety
/// `heap` is valid, and no borrow of it is alive.
unsafe fn new_struct(mut heap: NonNull<dyn Heap>, ty: TypeId) -> Slot {
    // SAFETY: the caller vouches for it.
    Slot::from_ptr(unsafe { heap.as_mut() }.new_object(ty))
}

/// A new string with the text that C returned.
///
/// # Safety
/// `heap` is valid, and `at` is NULL or the address of a text that ends in a NUL.
unsafe fn copy_text(mut heap: NonNull<dyn Heap>, at: Slot) -> Slot {
    let text = at.as_ptr::<std::ffi::c_char>();
    if text.is_null() {
        return Slot::ZERO;
    }
    // SAFETY: the caller vouches for the text and the heap.
    unsafe { heap.as_mut().new_string(std::ffi::CStr::from_ptr(text).to_bytes()) }
}

/// errno, where it and the result tell of a failure.
#[inline]
fn failure_of(plan: &CPlan, result: Slot, errno: c_int) -> Option<c_int> {
    let rule = plan.errno?;
    (errno != 0 && rule.failing.matches(result)).then_some(errno)
}

/// # Safety
/// `frame` has the slots that the plan names.
#[inline]
unsafe fn write_results(plan: &CPlan, frame: *mut Slot, result: Slot, error: [Slot; 2]) {
    // SAFETY: the caller vouches for the frame.
    unsafe {
        if let Some(place) = plan.result {
            frame.add(place.slot.into()).write(result);
        }
        if let Some(place) = plan.errno {
            frame.add(place.slot.into()).cast::<[Slot; 2]>().write(error);
        }
    }
}

//! Rust functions that C can call: a function pointer of any type, made at run time.

use std::any::Any;
use std::ffi::c_void;
use std::fmt;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use libffi::low::ffi_cif;
use libffi::middle::Closure;
use vo_ffi_core::c::{CTypes, CallPlan, Form, FuncSig, ResultPlan, Target as Machine};
use vo_ffi_core::{Class, Slot};

use crate::call::with_slots;
use crate::stub::{CallPath, Entry, Interface, StubChoice, StubError, Thunk};

/// What a callback runs.
type Handler = dyn Fn(&mut CallbackFrame<'_>) + Send + Sync;

/// A C function pointer that runs a Rust closure, as long as this lives.
///
/// ```
/// use vo_ffi_core::Slot;
/// use vo_ffi_core::c::{CScalar, CType, CTypes, FuncSig};
/// use vo_ffi_runtime::Callback;
///
/// let double = CType::scalar(CScalar::Double);
/// let sig = FuncSig { params: vec![double], variadic: false, result: double, convention: None };
/// let twice = Callback::new(&CTypes::new(), &sig, |frame| {
///     let x = frame.arg(0).as_f64();
///     frame.set_result(Slot::from_f64(2.0 * x));
/// })?;
/// // SAFETY: the callback has this type, and lives.
/// let function: extern "C" fn(f64) -> f64 = unsafe { std::mem::transmute(twice.code()) };
/// assert_eq!(function(21.0), 42.0);
/// # Ok::<(), vo_ffi_runtime::StubError>(())
/// ```
pub struct Callback {
    // The code goes before what it uses.
    way: Way,
    head: Box<Head<Handler>>,
    code: *const (),
}

// SAFETY: the code and the head are this value's own and are never written; the handler is `Send` and `Sync`.
unsafe impl Send for Callback {}
// SAFETY: as for `Send`.
unsafe impl Sync for Callback {}

/// What keeps the code alive.
enum Way {
    Native { _thunk: Thunk, _entry: Arc<Entry> },
    Libffi { _closure: Closure<'static>, reason: String },
}

/// What a thunk names. An entry of our own reads the first word, a thunk the second.
#[repr(C)]
struct Head<H: ?Sized> {
    /// [`run`] for this handler, with the head and the frame.
    run: unsafe extern "C" fn(*const (), *mut Slot),
    entry: *const (),
    plan: Arc<CallPlan>,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    handler: H,
}

impl Callback {
    /// A function pointer of this type. The way it takes is what [`StubChoice::from_env`] says.
    ///
    /// # Errors
    /// Why there can be none of this type; variadic functions cannot be callbacks.
    pub fn new(
        types: &CTypes,
        sig: &FuncSig,
        handler: impl Fn(&mut CallbackFrame<'_>) + Send + Sync + 'static,
    ) -> Result<Callback, StubError> {
        Callback::with_choice(StubChoice::from_env(), types, sig, handler)
    }

    /// As [`Callback::new`], by this way.
    ///
    /// # Errors
    /// As [`Callback::new`].
    pub fn with_choice<H: Fn(&mut CallbackFrame<'_>) + Send + Sync + 'static>(
        choice: StubChoice,
        types: &CTypes,
        sig: &FuncSig,
        handler: H,
    ) -> Result<Callback, StubError> {
        if sig.variadic {
            return Err(StubError::VariadicCallback);
        }
        let plan = CallPlan::new(types, Machine::HOST, sig, &[]).map_err(StubError::Plan)?;
        let mut head = Box::new(Head {
            run: run::<H>,
            entry: std::ptr::null(),
            plan: Arc::new(plan),
            panic: Mutex::new(None),
            handler,
        });
        let reason = match choice {
            StubChoice::Libffi => "libffi was asked for".to_string(),
            StubChoice::Auto | StubChoice::Native => match native(&mut head) {
                Ok((thunk, entry)) => {
                    let code = thunk.code();
                    return Ok(Callback { head, code, way: Way::Native { _thunk: thunk, _entry: entry } });
                }
                Err(reason) => reason,
            },
        };
        if choice == StubChoice::Native {
            return Err(StubError::NoPath { stub: reason, libffi: "a stub was asked for".into() });
        }
        match closure(types, sig, &head) {
            Ok(closure) => {
                let code = *closure.code_ptr() as *const ();
                Ok(Callback { head, code, way: Way::Libffi { _closure: closure, reason } })
            }
            Err(libffi) => Err(StubError::NoPath { stub: reason, libffi }),
        }
    }

    /// The function pointer, valid as long as this lives.
    pub fn code(&self) -> *const () {
        self.code
    }

    /// Which way C comes in.
    pub fn path(&self) -> CallPath {
        match &self.way {
            Way::Native { .. } => CallPath::Stub,
            Way::Libffi { reason, .. } => CallPath::Libffi { reason: reason.clone() },
        }
    }

    /// Where C puts the arguments.
    pub fn plan(&self) -> &CallPlan {
        &self.head.plan
    }

    /// The first panic of the closure, which nobody has taken yet. C got a result of zeros then: nothing unwinds
    /// through it.
    pub fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        self.head.panic.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("code", &self.code)
            .field("plan", &self.head.plan)
            .finish_non_exhaustive()
    }
}

fn native<H>(head: &mut Head<H>) -> Result<(Thunk, Arc<Entry>), String> {
    let entry = Entry::get(&head.plan)?;
    head.entry = entry.code();
    let thunk = Thunk::new((&raw const *head).cast())?;
    Ok((thunk, entry))
}

/// A closure of libffi, which must not be called once its head is gone; or why there can be none.
fn closure<H: 'static>(types: &CTypes, sig: &FuncSig, head: &Head<H>) -> Result<Closure<'static>, String> {
    let interface = Interface::new(types, sig, &[], &head.plan)?;
    // SAFETY: the callback that gets the closure drops it before the head, which does not move.
    let user: &'static Head<H> = unsafe { &*std::ptr::from_ref(head) };
    Closure::try_new(interface.into_cif(), run_closure, user)
        .map_err(|error| format!("libffi makes no closure: {error:?}"))
}

/// The arguments of one call of a callback, and room for its result.
#[derive(Debug)]
pub struct CallbackFrame<'c> {
    plan: &'c CallPlan,
    slots: *mut Slot,
    /// The frame is this call's alone.
    call: PhantomData<&'c mut Slot>,
}

impl CallbackFrame<'_> {
    /// How many arguments there are.
    #[inline]
    pub fn args(&self) -> usize {
        self.plan.args.len()
    }

    /// What the slot of an argument holds.
    ///
    /// # Panics
    /// If there is no such argument.
    pub fn form(&self, index: usize) -> Form {
        self.plan.args[index].form
    }

    /// The slot of an argument: a value, extended from its width, or the address of an image.
    ///
    /// # Panics
    /// If there is no such argument.
    #[inline]
    pub fn arg(&self, index: usize) -> Slot {
        assert!(index < self.args(), "there are {} arguments, and none at {index}", self.args());
        // SAFETY: the frame has the slots of its plan; each argument is in the one of its number.
        unsafe { *self.slots.add(index) }
    }

    /// The bytes of an argument that is an image; a value has none.
    ///
    /// # Panics
    /// If there is no such argument.
    pub fn image(&self, index: usize) -> &[u8] {
        match self.plan.args[index].form {
            Form::Value { .. } => &[],
            // SAFETY: the slot has the address of an image of this size, which lives as long as the call.
            Form::Image { bytes, .. } => unsafe {
                std::slice::from_raw_parts(self.arg(index).as_ptr(), bytes as usize)
            },
        }
    }

    /// Sets a result that is a value. What C gets otherwise is zero.
    #[inline]
    pub fn set_result(&mut self, result: Slot) {
        if let ResultPlan::Value { slot, .. } = self.plan.result {
            // SAFETY: the frame has the slots of its plan.
            unsafe { self.slots.add(slot.into()).write(result) };
        }
    }

    #[inline]
    fn clear_result(&mut self) {
        match self.plan.result {
            ResultPlan::Void => {}
            ResultPlan::Value { .. } => self.set_result(Slot::ZERO),
            ResultPlan::Parts { .. } | ResultPlan::Memory { .. } => self.result_image().fill(0),
        }
    }

    /// The bytes of a result that is an image, zero at first; a value has none.
    pub fn result_image(&mut self) -> &mut [u8] {
        match self.plan.result {
            ResultPlan::Parts { slot, bytes, .. } | ResultPlan::Memory { slot, bytes, .. } => {
                // SAFETY: the slot has the address of so many bytes for the result, which are this call's.
                unsafe {
                    let at = (*self.slots.add(slot.into())).as_ptr();
                    std::slice::from_raw_parts_mut(at, bytes as usize)
                }
            }
            ResultPlan::Void | ResultPlan::Value { .. } => &mut [],
        }
    }
}

/// # Safety
/// C called the callback of this head, whose handler is an `H`, and its arguments are in the slots.
unsafe extern "C" fn run<H: Fn(&mut CallbackFrame<'_>)>(head: *const (), slots: *mut Slot) {
    // SAFETY: the thunk names the head of a callback, which lives while C may call it.
    let head = unsafe { &*head.cast::<Head<H>>() };
    let mut frame = CallbackFrame { plan: &head.plan, slots, call: PhantomData };
    frame.clear_result();
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| (head.handler)(&mut frame))) {
        frame.clear_result();
        keep(&head.panic, payload);
    }
}

#[cold]
fn keep(panic: &Mutex<Option<Box<dyn Any + Send>>>, payload: Box<dyn Any + Send>) {
    panic.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(payload);
}

/// # Safety
/// libffi calls it with the addresses of all arguments, and room for the result of at least a word.
unsafe extern "C" fn run_closure<H>(
    _: &ffi_cif,
    result: &mut c_void,
    args: *const *const c_void,
    head: &Head<H>,
) {
    // SAFETY: libffi gives what the plan has, and the slots are those of the plan.
    unsafe {
        in_slots(&head.plan, result, args, |slots| {
            (head.run)(std::ptr::from_ref(head).cast(), slots);
        });
    }
}

/// Puts what libffi gives into slots of a plan for `run`, and the result where libffi wants it.
///
/// # Safety
/// `args` are the addresses of the plan's arguments; `result` has room for its result, and for at least a word.
pub(crate) unsafe fn in_slots(
    plan: &CallPlan,
    result: *mut c_void,
    args: *const *const c_void,
    run: impl FnOnce(*mut Slot),
) {
    // SAFETY: passed on, with the slots of the plan.
    with_slots(plan.slots(), |slots| unsafe { move_through(plan, slots, result, args, run) });
}

/// # Safety
/// As [`in_slots`]; the slots are those of the plan.
unsafe fn move_through(
    plan: &CallPlan,
    slots: &mut [Slot],
    result: *mut c_void,
    args: *const *const c_void,
    run: impl FnOnce(*mut Slot),
) {
    for (index, arg) in plan.args.iter().enumerate() {
        // SAFETY: libffi gives the address of each argument.
        let at = unsafe { *args.add(index) };
        slots[usize::from(arg.slot)] = match arg.form {
            // SAFETY: the argument has this width.
            Form::Value { class, bytes } => unsafe { load(class, bytes, at.cast()) },
            Form::Image { .. } => Slot::from_ptr(at),
        };
    }
    if let ResultPlan::Parts { slot, .. } | ResultPlan::Memory { slot, .. } = plan.result {
        slots[usize::from(slot)] = Slot::from_ptr(result);
    }
    run(slots.as_mut_ptr());
    match plan.result {
        // SAFETY: there is room for a float.
        ResultPlan::Value { slot, class: Class::Float, bytes: 4, .. } => unsafe {
            result.cast::<u32>().write(slots[usize::from(slot)].bits() as u32);
        },
        ResultPlan::Value { slot, class, bytes, .. } => {
            // SAFETY: there is room for a word, which libffi wants extended.
            unsafe {
                let extended = load(class, bytes, (&raw const slots[usize::from(slot)]).cast());
                result.cast::<u64>().write(extended.bits());
            }
        }
        ResultPlan::Void | ResultPlan::Parts { .. } | ResultPlan::Memory { .. } => {}
    }
}

/// # Safety
/// `at` is readable for so many bytes.
unsafe fn load(class: Class, bytes: u8, at: *const u8) -> Slot {
    let mut word = [0; 8];
    // SAFETY: the caller vouches for the bytes.
    unsafe { at.copy_to_nonoverlapping(word.as_mut_ptr(), usize::from(bytes)) };
    class.extend(bytes, u64::from_le_bytes(word))
}

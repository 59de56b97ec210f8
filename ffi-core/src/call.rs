//! The one call ABI: what a VM and everything callable agree on.

use std::fmt;
use std::marker::PhantomPinned;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::ctx::Lent;
use crate::error::{Failure, Trap};
use crate::heap::Heap;
use crate::plan::Plan;
use crate::root::Roots;
use crate::slot::Slot;
use crate::state::States;
use crate::types::TypeTable;
use crate::unwind::raise;

/// Everything callable: Rust natives, C functions, and a VM's own functions when natives call them.
///
/// Arguments are `frame[..args]`, results `frame[args..args + results]`, as the callee's [`Plan`] counts
/// them. The ranges never overlap, so the arguments stay readable during the call.
///
/// ```
/// use vo_ffi_core::{CallContext, Callee, Native, Slot, Status};
///
/// /// `func Div(a, b int) int`
/// unsafe extern "C" fn div(cx: *mut CallContext, _: *const Callee, frame: *mut Slot) -> Status {
///     // SAFETY: the caller vouches for the context, and for a frame of two arguments and a result.
///     unsafe {
///         match (*frame).as_i64().checked_div((*frame.add(1)).as_i64()) {
///             Some(quotient) => *frame.add(2) = Slot::from_i64(quotient),
///             None => return (*cx).trap("integer divide by zero"),
///         }
///     }
///     Status::Ok
/// }
/// let _: Native = div;
/// ```
///
/// # Safety
/// `cx` and `callee` are valid for the call, `frame` is valid for `args + results` slots, and the
/// arguments are of the types that `callee` declares.
pub type Native =
    unsafe extern "C" fn(cx: *mut CallContext, callee: *const Callee, frame: *mut Slot) -> Status;

/// How a VM is entered from a native: calls the function value `func`.
///
/// It saves [`CallContext::paused`], sets it to 0 while Vo code runs, and restores it. With any status but
/// `Ok`, the reason is in the context and `results` is not written.
///
/// ```
/// use vo_ffi_core::{CallContext, Enter, Slot, Status};
///
/// /// This VM has one function, of number 1: `func(n int) int { return n + 1 }`.
/// unsafe fn enter(cx: *mut CallContext, func: Slot, args: &[Slot], results: &mut [Slot]) -> Status {
///     // SAFETY: the caller vouches for the context; each borrow of it ends at its statement.
///     unsafe {
///         let paused = std::mem::replace(&mut (*cx).paused, 0);
///         let outcome = match func.bits() {
///             1 => Ok(Slot::from_i64(args[0].as_i64() + 1)),
///             _ => Err("there is no such function"),
///         };
///         (*cx).paused = paused;
///         match outcome {
///             Ok(result) => results[0] = result,
///             Err(message) => return (*cx).trap(message),
///         }
///         Status::Ok
///     }
/// }
/// let enter: Enter = enter;
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::context(|cx| {
/// # let mut results = [Slot::ZERO];
/// # // SAFETY: the function takes an int and returns one.
/// # let status = unsafe { enter(cx, Slot::from_bits(1), &[Slot::from_i64(6)], &mut results) };
/// # assert_eq!((status, results[0].as_i64()), (Status::Ok, 7));
/// # });
/// ```
///
/// # Safety
/// `cx` is valid; `func` is a function value of the VM whose parameters take `args.len()` slots and whose
/// results take `results.len()`.
pub type Enter = unsafe fn(cx: *mut CallContext, func: Slot, args: &[Slot], results: &mut [Slot]) -> Status;

/// How a native calls a method of a value that it knows by its dynamic type only: `receiver` is an
/// interface value, type word and data, that is not nil.
///
/// `None` where its dynamic type has no method of this name. Else it finds the method, embedded and
/// pointer receivers included, and goes on as [`Enter`].
///
/// ```
/// use vo_ffi_core::{CallContext, EnterMethod, Slot, Status, TypeId};
///
/// /// This VM has one method: the one that errors of natives have.
/// unsafe fn enter_method(
///     _: *mut CallContext,
///     receiver: [Slot; 2],
///     name: &str,
///     _: &[Slot],
///     results: &mut [Slot],
/// ) -> Option<Status> {
///     let ty = TypeId::from_number(receiver[0].bits() as u32);
///     (ty == TypeId::ERROR_STRING_PTR && name == "Error").then(|| {
///         // SAFETY: an `errors.errorString` is a struct of one string, the text.
///         results[0] = unsafe { *receiver[1].as_ptr::<Slot>() };
///         Status::Ok
///     })
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::context(|cx| {
/// let enter_method: EnterMethod = enter_method;
/// // SAFETY: the type of `Error` in every table is `func() string`.
/// unsafe { cx.set_enter_method(enter_method) };
/// # });
/// ```
///
/// # Safety
/// As [`Enter`]; the method has the type that [`TypeTable::method`] gives for this name.
pub type EnterMethod = unsafe fn(
    cx: *mut CallContext,
    receiver: [Slot; 2],
    name: &str,
    args: &[Slot],
    results: &mut [Slot],
) -> Option<Status>;

/// How a call ended.
///
/// ```
/// # use vo_ffi_core::*;
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::{OPEN, TWICE};
/// # let (twice, open) = (vm::link(&TWICE), vm::link(&OPEN));
/// # vm::context(|cx| {
/// // `twice` is the callee of `Twice(n int) int`, `open` that of `Open(name string) (int, error)`, which finds no file.
/// let mut frame = [Slot::from_i64(21), Slot::ZERO];
/// // SAFETY: the frame has the slots of the plan, and an argument of the declared type.
/// let status = unsafe { (twice.native)(cx, &twice, frame.as_mut_ptr()) };
/// assert_eq!((status, frame[1].as_i64()), (Status::Ok, 42));
///
/// let mut frame = [Slot::ZERO; 4];
/// // SAFETY: as above.
/// let status = unsafe { (open.native)(cx, &open, frame.as_mut_ptr()) };
/// assert_eq!(status, Status::Error);
/// let Some(Failure::Error(error)) = cx.take_failure() else { panic!("an error") };
/// assert_eq!(error.message(), "no such file");
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Status {
    /// All results are written.
    Ok = 0,
    /// The native failed with a [`VoError`](crate::VoError), now in the context; no result is written.
    Error = 1,
    /// The call cannot go on; the [`Trap`] is in the context; no result is written.
    Trap = 2,
}

/// What a function declares and where it is: the callee's half of a call.
///
/// ```
/// # use vo_ffi_core::*;
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::OPEN;
/// # let open = vm::link(&OPEN);
/// // `open` is the callee of `extern func Open(name string) (int, error)`.
/// assert_eq!((open.name.as_str(), open.param_names[0].as_str()), ("files.Open", "name"));
/// assert_eq!((open.plan.arg_slots, open.plan.result_slots), (1, 3));
/// ```
#[derive(Debug)]
#[repr(C)]
pub struct Callee {
    /// Its code.
    pub native: Native,
    /// Which slot holds what.
    pub plan: Plan,
    /// What the code needs beside its arguments: for C functions the address and its plan.
    pub target: *const (),
    /// The full name, `fmt.Println`.
    pub name: String,
    /// The names of its parameters, for traps.
    pub param_names: Vec<String>,
}

impl Callee {
    /// Calls it. An error becomes the `error` that the declaration ends in, the other results zero; where it
    /// ends in something else, a trap.
    ///
    /// A machine that counts nanoseconds calls [`Callee::native`] and looks at the status itself.
    ///
    /// ```
    /// # use vo_ffi_core::*;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::OPEN;
    /// # let open = vm::link(&OPEN);
    /// # vm::context(|cx| {
    /// // `open` is the callee of `Open(name string) (int, error)`, which finds no file.
    /// let mut frame = [Slot::ZERO; 4];
    /// // SAFETY: the frame has the slots of the plan, and an argument of the declared type: "".
    /// unsafe { open.call(cx, frame.as_mut_ptr()).expect("no trap") };
    /// let [_, handle, error @ ..] = frame;
    /// assert_eq!(handle.as_i64(), 0);
    /// assert_eq!(error[0].bits() as u32, TypeId::ERROR_STRING_PTR.number());
    /// # });
    /// ```
    ///
    /// # Errors
    /// The trap that ended the call; an error, where the declaration does not end in `error`.
    ///
    /// # Safety
    /// As [`Native`]; `cx` is the context of the thread, and no reference to it is alive.
    pub unsafe fn call(&self, cx: *mut CallContext, frame: *mut Slot) -> Result<(), Trap> {
        // SAFETY: the caller vouches for the context and the frame, and the plan says where the results are.
        unsafe {
            let status = (self.native)(cx, self, frame);
            let error = match (status, (*cx).failure.take()) {
                (Status::Ok, _) => None,
                (_, Some(Failure::Error(error))) => Some(error),
                (_, Some(Failure::Trap(trap))) => return Err(trap),
                (_, None) => return Err(Trap::new(format!("{} failed without a reason", self.name))),
            };
            match (self.plan.error_result, error) {
                (None, error) => error.map_or(Ok(()), |error| Err(Trap::new(error.message()))),
                (Some(_), Some(error)) => (*cx).write_error(&self.plan, &error, frame),
                (Some(place), None) => {
                    frame.add(place.at.into()).cast::<[Slot; 2]>().write([Slot::ZERO; 2]);
                    Ok(())
                }
            }
        }
    }
}

/// The state of one VM thread that natives see. A VM usually makes it the first field of its own.
///
/// ```
/// use std::{ptr::NonNull, sync::Arc};
/// use vo_ffi_core::{ArenaHeap, CallContext, Heap, Slot, Status, TypeTable};
///
/// /// This VM has no functions that natives could call.
/// unsafe fn enter(cx: *mut CallContext, _: Slot, _: &[Slot], _: &mut [Slot]) -> Status {
///     // SAFETY: the caller vouches for the context.
///     unsafe { (*cx).trap("there are no functions") }
/// }
///
/// let types = Arc::new(TypeTable::new());
/// let mut heap = ArenaHeap::new(types.clone());
/// // SAFETY: the heap is used through the context alone, which it outlives.
/// let mut cx = unsafe { CallContext::new(NonNull::from(&mut heap), types, enter) };
/// assert_eq!((cx.paused, cx.roots().count()), (0, 0));
/// ```
#[repr(C)]
pub struct CallContext {
    /// While this is not 0 nothing is collected and nothing that a native holds may move.
    pub paused: u32,
    /// Whether values handed to natives are recorded in [`CallContext::handed_out`].
    pub(crate) recording: bool,
    heap: NonNull<dyn Heap>,
    types: Arc<TypeTable>,
    enter: Enter,
    enter_method: Option<EnterMethod>,
    failure: Option<Failure>,
    /// References that running reentrant natives hold: roots of the collector.
    handed_out: Vec<Slot>,
    /// What is lent as references to the running natives.
    pub(crate) lent: Vec<Lent>,
    pub(crate) states: States,
    pub(crate) roots: Roots,
    lock: Option<VmLock>,
    /// The heap of a VM looks at its context, as at `paused`, by a pointer of its own, also while there is a
    /// `&mut CallContext`. That is no unique reference, then, and for the compiler those to types that are not `Unpin`
    /// are none.
    _shared: PhantomPinned,
}

/// How a thread lets go of a VM that it shares with others, while it does something that takes long.
///
/// Natives declared `blocking` run between `release` and `acquire`. The context stays the thread's own; what others may use
/// meanwhile is the heap, and all else of the VM.
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use vo_ffi_core::{CallContext, VmLock};
///
/// static HELD: AtomicBool = AtomicBool::new(true);
///
/// unsafe fn release(_: *mut CallContext) {
///     HELD.store(false, Ordering::Release);
/// }
///
/// unsafe fn acquire(_: *mut CallContext) {
///     while HELD.swap(true, Ordering::Acquire) {
///         std::thread::yield_now();
///     }
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::context(|cx| {
/// // SAFETY: this thread holds the lock, and no other uses the VM.
/// unsafe { cx.set_lock(VmLock { release, acquire }) };
/// # vm::call_blocking(cx, || {
/// // While a `blocking` native runs:
/// assert!(!HELD.load(Ordering::Relaxed));
/// # });
/// # assert!(HELD.load(Ordering::Relaxed));
/// # });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct VmLock {
    /// Lets other threads use the VM.
    pub release: unsafe fn(cx: *mut CallContext),
    /// Waits until no other thread does.
    pub acquire: unsafe fn(cx: *mut CallContext),
}

/// While it lives, other threads may use the VM.
pub(crate) struct Unlocked {
    cx: NonNull<CallContext>,
    paused: u32,
}

impl Unlocked {
    /// # Safety
    /// `cx` is valid as long as this lives, and meanwhile nothing of the VM is used.
    pub(crate) unsafe fn new(cx: NonNull<CallContext>) -> Unlocked {
        // SAFETY: the caller vouches for the context.
        unsafe {
            let paused = std::mem::replace(&mut (*cx.as_ptr()).paused, 0);
            if let Some(lock) = (*cx.as_ptr()).lock {
                (lock.release)(cx.as_ptr());
            }
            Unlocked { cx, paused }
        }
    }
}

impl Drop for Unlocked {
    fn drop(&mut self) {
        // SAFETY: `new` was promised a valid context.
        unsafe {
            if let Some(lock) = (*self.cx.as_ptr()).lock {
                (lock.acquire)(self.cx.as_ptr());
            }
            (*self.cx.as_ptr()).paused = self.paused;
        }
    }
}

impl CallContext {
    /// A context over a heap.
    ///
    /// The example of [`CallContext`] makes one.
    ///
    /// # Safety
    /// `heap` outlives the context, is used by one thread at a time, and no reference to it is alive while
    /// a native runs. `enter` keeps the promises of [`Enter`].
    pub unsafe fn new(heap: NonNull<dyn Heap>, types: Arc<TypeTable>, enter: Enter) -> CallContext {
        CallContext {
            paused: 0,
            recording: false,
            heap,
            types,
            enter,
            enter_method: None,
            failure: None,
            handed_out: Vec::new(),
            lent: Vec::new(),
            states: States::default(),
            roots: Roots::default(),
            lock: None,
            _shared: PhantomPinned,
        }
    }

    /// Lets natives call methods of values, as `fmt.Println` does with `Error` and `String`. Without it no
    /// value has methods for them.
    ///
    /// [`EnterMethod`] has an example.
    ///
    /// # Safety
    /// `enter_method` keeps the promises of [`EnterMethod`].
    pub unsafe fn set_enter_method(&mut self, enter_method: EnterMethod) {
        self.enter_method = Some(enter_method);
    }

    /// Shares the VM: while a `blocking` native runs its own code, the lock is released.
    ///
    /// [`VmLock`] has an example.
    ///
    /// # Safety
    /// Whoever holds the lock is the only one to use the VM. The thread of this context holds it whenever it uses the VM,
    /// and calls natives; what natives were given as arguments stays alive while it is released. Rust values in the heap are
    /// of types that any thread may drop.
    pub unsafe fn set_lock(&mut self, lock: VmLock) {
        self.lock = Some(lock);
    }

    /// Gives natives a value, which they find by its type: [`ExternCtx::state`](crate::ExternCtx::state). The result
    /// is the value of this type that was there before.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// struct Greeting(&'static str);
    ///
    /// assert!(cx.set_state(Greeting("hello")).is_none());
    /// # vm::call_in(cx, |ctx| {
    /// // A native that runs:
    /// assert_eq!(ctx.state::<Greeting>().0, "hello");
    /// # });
    /// let before = cx.set_state(Greeting("hi"));
    /// assert_eq!(before.map(|greeting| greeting.0), Some("hello"));
    /// # });
    /// ```
    ///
    /// # Panics
    /// If the one that is there is a parameter of a native that is running, and so cannot go.
    pub fn set_state<T: 'static>(&mut self, value: T) -> Option<T> {
        self.states.set(value).unwrap_or_else(|why| raise(why.message::<T>()))
    }

    /// The value of this type that was given to natives.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// cx.set_state(vec!["a", "b"]);
    /// assert_eq!(cx.state::<Vec<&str>>().map(Vec::len), Some(2));
    /// assert!(cx.state::<String>().is_none());
    /// # });
    /// ```
    pub fn state<T: 'static>(&self) -> Option<&T> {
        self.states.get().ok()
    }

    /// The same, to be changed.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// cx.set_state(vec!["a", "b"]);
    /// cx.state_mut::<Vec<&str>>().expect("just given").push("c");
    /// assert_eq!(cx.take_state(), Some(vec!["a", "b", "c"]));
    /// # });
    /// ```
    pub fn state_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.states.get_mut().ok()
    }

    /// The same; where there is none, it is made first.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// *cx.state_or_default::<u64>() += 1;
    /// *cx.state_or_default::<u64>() += 1;
    /// assert_eq!(cx.take_state(), Some(2_u64));
    /// # });
    /// ```
    ///
    /// # Panics
    /// While a native that has the state as a parameter runs.
    pub fn state_or_default<T: Default + 'static>(&mut self) -> &mut T {
        self.states.get_or_default().unwrap_or_else(|why| raise(why.message::<T>()))
    }

    /// Takes the value of this type away from natives.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// cx.set_state(7_u64);
    /// assert_eq!(cx.take_state::<u64>(), Some(7));
    /// assert_eq!(cx.take_state::<u64>(), None);
    /// # });
    /// ```
    pub fn take_state<T: 'static>(&mut self) -> Option<T> {
        self.states.take()
    }

    /// The types of this VM.
    ///
    /// ```
    /// # use vo_ffi_core::TypeId;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// assert_eq!(cx.types().name(TypeId::ANYS), "[]any");
    /// # });
    /// ```
    pub fn types(&self) -> &Arc<TypeTable> {
        &self.types
    }

    /// Replaces the table of types by one that has more.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// // A session has read `type Celsius float64`.
    /// let mut types: TypeTable = (**cx.types()).clone();
    /// let celsius = types.new_named("main.Celsius");
    /// types.set_underlying(celsius, TypeId::FLOAT64);
    /// // SAFETY: no native runs, and the new table has all that the old one has.
    /// unsafe { cx.set_types(Arc::new(types)) };
    /// assert_eq!(cx.types().find_named("main.Celsius"), Some(celsius));
    /// # });
    /// ```
    ///
    /// # Safety
    /// No native runs; ids of the old table mean the same types in the new one.
    pub unsafe fn set_types(&mut self, types: Arc<TypeTable>) {
        self.types = types;
    }

    /// The heap, for the VM itself between calls.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// let text = cx.heap().new_string(b"a constant of the program");
    /// // SAFETY: the string was just made.
    /// assert_eq!(unsafe { cx.heap().string(text) }.1, 25);
    /// # });
    /// ```
    pub fn heap(&mut self) -> &mut dyn Heap {
        // SAFETY: `new` was promised that the heap outlives the context and is used here only, and no native
        // runs while the VM has the context to itself.
        unsafe { self.heap.as_mut() }
    }

    /// The references that reentrant natives hold. A collector treats them as roots.
    ///
    /// [`CallContext::roots`] has an example.
    pub fn handed_out(&self) -> &[Slot] {
        &self.handed_out
    }

    /// The values that Rust keeps beyond calls, as interfaces: type word and data. A collector treats them as roots.
    ///
    /// ```
    /// use vo_ffi_core::{CallContext, Slot, TypeId};
    ///
    /// /// The addresses that a collector starts from beside those of the VM's own frames and variables.
    /// fn roots(cx: &CallContext) -> Vec<Slot> {
    ///     let ty = |word: Slot| TypeId::from_number(word.bits() as u32);
    ///     let kept = cx.roots().filter(|value| cx.types().as_scalar(ty(value[0])).is_none());
    ///     cx.handed_out().iter().copied().chain(kept.map(|[_, data]| data)).collect()
    /// }
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// # let mut kept = Vec::new();
    /// # vm::call_in(cx, |ctx| {
    /// // A native has done:
    /// let text = ctx.new_string("kept");
    /// let root = ctx.root(text);
    /// # kept.push(root);
    /// # });
    /// assert_eq!(roots(cx).len(), 1);
    /// # });
    /// ```
    pub fn roots(&self) -> impl Iterator<Item = [Slot; 2]> {
        self.roots.values()
    }

    /// Takes the reason of the last status that was not `Ok`.
    ///
    /// ```
    /// # use vo_ffi_core::{Failure, Status};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// assert_eq!(cx.trap("index out of range"), Status::Trap);
    /// let Some(Failure::Trap(trap)) = cx.take_failure() else { panic!("a trap") };
    /// assert_eq!(trap.message(), "index out of range");
    /// assert!(cx.take_failure().is_none());
    /// # });
    /// ```
    pub fn take_failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }

    /// Records why a call ended, and gives the status to return.
    ///
    /// ```
    /// # use vo_ffi_core::{Status, Trap, VoError};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// assert_eq!(cx.fail(VoError::new("no such file").into()), Status::Error);
    /// assert_eq!(cx.fail(Trap::new("index out of range").into()), Status::Trap);
    /// # });
    /// ```
    #[cold]
    pub fn fail(&mut self, failure: Failure) -> Status {
        let status = match &failure {
            Failure::Error(error) if !error.is_trap() => Status::Error,
            _ => Status::Trap,
        };
        self.failure = Some(match failure {
            Failure::Error(error) => error.into_failure(),
            trap => trap,
        });
        status
    }

    /// Records a panic, and gives [`Status::Trap`].
    ///
    /// As [`CallContext::fail`] with a [`Trap::new`].
    #[cold]
    pub fn trap(&mut self, message: impl Into<String>) -> Status {
        self.fail(Failure::Trap(Trap::new(message)))
    }

    /// The heap of the calls, for code that must hold no reference to it while foreign code runs.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// let heap = cx.heap_ptr();
    /// // SAFETY: the heap lives as long as the context, and nothing else borrows it now.
    /// assert_eq!(unsafe { heap.as_ref() }.collections(), Some(0));
    /// # });
    /// ```
    #[inline]
    pub fn heap_ptr(&self) -> NonNull<dyn Heap> {
        self.heap
    }

    pub(crate) fn enter_fn(&self) -> Enter {
        self.enter
    }

    pub(crate) fn enter_method_fn(&self) -> Option<EnterMethod> {
        self.enter_method
    }

    pub(crate) fn hand_out(&mut self, reference: Slot) {
        if self.recording {
            self.handed_out.push(reference);
        }
    }

    /// Also where nothing is recorded.
    pub(crate) fn keep_until_truncated(&mut self, reference: Slot) {
        self.handed_out.push(reference);
    }

    pub(crate) fn handed_out_len(&self) -> usize {
        self.handed_out.len()
    }

    pub(crate) fn truncate_handed_out(&mut self, len: usize) {
        self.handed_out.truncate(len);
    }
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext")
            .field("paused", &self.paused)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

//! The one call ABI: what a VM and everything callable agree on.

use std::fmt;
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
}

/// How a thread lets go of a VM that it shares with others, while it does something that takes long.
///
/// Natives declared `blocking` run between `release` and `acquire`. The context stays the thread's own; what others may use
/// meanwhile is the heap, and all else of the VM.
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
        }
    }

    /// Lets natives call methods of values, as `fmt.Println` does with `Error` and `String`. Without it no
    /// value has methods for them.
    ///
    /// # Safety
    /// `enter_method` keeps the promises of [`EnterMethod`].
    pub unsafe fn set_enter_method(&mut self, enter_method: EnterMethod) {
        self.enter_method = Some(enter_method);
    }

    /// Shares the VM: while a `blocking` native runs its own code, the lock is released.
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
    pub fn set_state<T: 'static>(&mut self, value: T) -> Option<T> {
        self.states.set(value)
    }

    /// The value of this type that was given to natives.
    pub fn state<T: 'static>(&self) -> Option<&T> {
        self.states.get().ok()
    }

    /// The same, to be changed.
    pub fn state_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.states.get_mut().ok()
    }

    /// The same; where there is none, it is made first.
    pub fn state_or_default<T: Default + 'static>(&mut self) -> &mut T {
        self.states.get_or_default().unwrap_or_else(|why| raise(why.message::<T>()))
    }

    /// Takes the value of this type away from natives.
    pub fn take_state<T: 'static>(&mut self) -> Option<T> {
        self.states.take()
    }

    /// The types of this VM.
    pub fn types(&self) -> &Arc<TypeTable> {
        &self.types
    }

    /// Replaces the table of types by one that has more.
    ///
    /// # Safety
    /// No native runs; ids of the old table mean the same types in the new one.
    pub unsafe fn set_types(&mut self, types: Arc<TypeTable>) {
        self.types = types;
    }

    /// The heap, for the VM itself between calls.
    pub fn heap(&mut self) -> &mut dyn Heap {
        // SAFETY: `new` was promised that the heap outlives the context and is used here only, and no native
        // runs while the VM has the context to itself.
        unsafe { self.heap.as_mut() }
    }

    /// The references that reentrant natives hold. A collector treats them as roots.
    pub fn handed_out(&self) -> &[Slot] {
        &self.handed_out
    }

    /// The values that Rust keeps beyond calls, as interfaces: type word and data. A collector treats them as roots.
    pub fn roots(&self) -> impl Iterator<Item = [Slot; 2]> {
        self.roots.values()
    }

    /// Takes the reason of the last status that was not `Ok`.
    pub fn take_failure(&mut self) -> Option<Failure> {
        self.failure.take()
    }

    /// Records why a call ended, and gives the status to return.
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
    #[cold]
    pub fn trap(&mut self, message: impl Into<String>) -> Status {
        self.fail(Failure::Trap(Trap::new(message)))
    }

    pub(crate) fn heap_ptr(&self) -> NonNull<dyn Heap> {
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

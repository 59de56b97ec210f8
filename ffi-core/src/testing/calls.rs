//! One call of a native, and what must hold after it.

use std::cell::Cell;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;

use crate::call::{CallContext, Callee, Status};
use crate::error::{Failure, Trap, TrapKind};
use crate::heap::ArenaHeap;
use crate::root::Roots;
use crate::scalar::Scalar;
use crate::slot::Slot;
use crate::testing::values::Behaviour;
use crate::types::{TypeId, TypeKind, TypeTable};
use crate::unwind::raise_trap;

/// Results stand on this before a call, and still after one that fails.
const UNTOUCHED: Slot = Slot::from_bits(0xdead_beef_dead_beef);

/// How many functions one call may call: a native may go on as long as a function says so.
const MOST_FUNCTION_CALLS: u32 = 100;

thread_local! {
    static FUNCTION_CALLS: Cell<u32> = const { Cell::new(0) };
}

/// A VM that has a heap and functions that do nothing much.
pub(super) struct Machine {
    cx: CallContext,
    /// The machine's own, to which the context points too.
    heap: NonNull<ArenaHeap>,
    watch: Rc<Watch>,
}

/// What is known of the allocations in a call.
#[derive(Default)]
struct Watch {
    cx: Cell<Option<NonNull<CallContext>>>,
    /// How many the heap still makes, where it is not endless.
    left: Cell<Option<u32>>,
    was_full: Cell<bool>,
    was_unpaused: Cell<bool>,
}

impl Watch {
    fn allocation(&self) {
        let Some(cx) = self.cx.get() else { return };
        // SAFETY: the context stays where it is during a call, and is known here no longer.
        if unsafe { (*cx.as_ptr()).paused } == 0 {
            self.was_unpaused.set(true);
        }
        match self.left.get() {
            Some(0) => {
                self.was_full.set(true);
                raise_trap(Trap::of_kind(TrapKind::OutOfMemory, "out of memory"));
            }
            left => self.left.set(left.map(|left| left - 1)),
        }
    }
}

impl Machine {
    pub(super) fn new(types: &Arc<TypeTable>) -> Machine {
        let mut heap = Box::new(ArenaHeap::new(Arc::clone(types)));
        let watch = Rc::new(Watch::default());
        let watcher = Rc::clone(&watch);
        heap.watch(move || watcher.allocation());
        let heap = NonNull::from(Box::leak(heap));
        // SAFETY: the heap is freed after the context, and nothing else uses it during a call.
        let cx = unsafe { CallContext::new(heap, Arc::clone(types), enter) };
        Machine { cx, heap, watch }
    }

    /// Where arguments are made.
    pub(super) fn heap(&mut self) -> &mut ArenaHeap {
        // SAFETY: no native runs, so this is the only reference to it.
        unsafe { self.heap.as_mut() }
    }

    /// Lets the heap be full after so many allocations.
    pub(super) fn fill_after(&mut self, allocations: Option<u32>) {
        self.watch.left.set(allocations);
        self.watch.was_full.set(false);
    }

    /// Whether an allocation failed since.
    pub(super) fn was_full(&self) -> bool {
        self.watch.was_full.get()
    }

    /// Calls a native: its results, or none where it fails; or what it did that it must not.
    pub(super) fn call(&mut self, callee: &Callee, arguments: &[Slot]) -> Result<Option<Vec<Slot>>, String> {
        let mut frame = arguments.to_vec();
        frame.resize(arguments.len() + usize::from(callee.plan.result_slots), UNTOUCHED);
        FUNCTION_CALLS.set(0);
        let cx: *mut CallContext = &raw mut self.cx;
        self.watch.was_unpaused.set(false);
        self.watch.cx.set(NonNull::new(cx));
        // SAFETY: the frame has the slots that the plan counts, and the arguments are of the linked types.
        let status = unsafe { (callee.native)(cx, callee, frame.as_mut_ptr()) };
        self.watch.cx.set(None);
        let failure = self.cx.take_failure();
        let found = self.check_idle().and_then(|()| check_end(arguments, &frame, status, &failure));
        // What is rooted is stale from now on.
        self.cx.roots = Roots::default();
        if found.is_err() {
            (self.cx.paused, self.cx.recording) = (0, false);
            self.cx.lent.clear();
            self.cx.truncate_handed_out(0);
        }
        if !found? {
            return Ok(None);
        }
        check_results(callee, self.cx.types(), &frame)?;
        Ok(Some(frame.split_off(arguments.len())))
    }

    fn check_idle(&self) -> Result<(), String> {
        let cx = &self.cx;
        if self.watch.was_unpaused.get() {
            return Err("allocates while a collection may run, which would free what it holds".into());
        }
        match cx.paused == 0 && !cx.recording && cx.lent.is_empty() && cx.handed_out().is_empty() {
            true => Ok(()),
            false => Err("leaves collection paused, or values lent or handed out".into()),
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // SAFETY: `new` has boxed it, and after this the context is not used.
        drop(unsafe { Box::from_raw(self.heap.as_ptr()) });
    }
}

/// Whether the call ended well, and nothing is written that must not be.
fn check_end(
    arguments: &[Slot],
    frame: &[Slot],
    status: Status,
    failure: &Option<Failure>,
) -> Result<bool, String> {
    let (kept, results) = frame.split_at(arguments.len());
    if kept != arguments {
        return Err("changes its arguments".into());
    }
    match (status, failure) {
        (Status::Ok, None) => Ok(true),
        (Status::Error, Some(Failure::Error(_))) | (Status::Trap, Some(Failure::Trap(_))) => {
            match results.iter().all(|slot| *slot == UNTOUCHED) {
                true => Ok(false),
                false => Err("fails, and writes results".into()),
            }
        }
        _ => Err(format!("ends with {status:?}, and gives {failure:?} as the reason")),
    }
}

/// Whether all scalars among the results are extended as their types ask, and everything is written.
fn check_results(callee: &Callee, types: &TypeTable, frame: &[Slot]) -> Result<(), String> {
    let places = callee.plan.results.iter().filter(|&&place| Some(place) != callee.plan.error_result);
    for (index, place) in places.enumerate() {
        let slot = frame[usize::from(place.at)];
        let is_right = match types.kind(place.ty) {
            TypeKind::Scalar(Scalar::Bool) => slot.bits() < 2,
            TypeKind::Scalar(scalar) => {
                let mut image = 0u64;
                let at = (&raw mut image).cast();
                // SAFETY: no scalar is larger than the image.
                unsafe {
                    scalar.store(at, slot);
                    scalar.load(at) == slot
                }
            }
            TypeKind::Interface(_) => {
                let word = slot.bits();
                word < types.len() as u64 && !types.is_interface(TypeId::from_number(word as u32))
            }
            _ => slot != UNTOUCHED,
        };
        if !is_right {
            return Err(format!(
                "writes {slot:?} as result {}, which is no {}",
                index + 1,
                types.name(place.ty)
            ));
        }
    }
    Ok(())
}

/// Calls a function of the test.
unsafe fn enter(cx: *mut CallContext, func: Slot, _: &[Slot], results: &mut [Slot]) -> Status {
    FUNCTION_CALLS.set(FUNCTION_CALLS.get() + 1);
    // SAFETY: the native that calls gives its own context, and each borrow of it ends at its statement.
    unsafe {
        if FUNCTION_CALLS.get() > MOST_FUNCTION_CALLS {
            return (*cx).trap("the native calls functions without end");
        }
        let (ty, behaviour) = Behaviour::of(func);
        let types = Arc::clone((*cx).types());
        let TypeKind::Func(func) = types.kind(ty) else { return (*cx).trap("that is no function") };
        if behaviour == Behaviour::Panics {
            return (*cx).trap("the function panics");
        }
        let mut next = 0;
        for &result in &func.results {
            results[next] = match types.kind(result) {
                TypeKind::Scalar(_) => Slot::from_bits(u64::from(behaviour == Behaviour::ReturnsSomething)),
                TypeKind::Struct(_) | TypeKind::Array(..) => Slot::from_ptr((*cx).heap().new_object(result)),
                _ => Slot::ZERO,
            };
            next += types.slots(result);
        }
        Status::Ok
    }
}

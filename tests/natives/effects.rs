//! `blocking` and `fast`.

use std::cell::{RefCell, UnsafeCell};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use vo_ffi::prelude::*;
use vo_ffi::{
    ArenaHeap, CallContext, Declaration, Effects, FuncType, Origin, Scalar, Slot, Status, TypeId, TypeTable,
    VmLock,
};

use crate::host::{End, Host, func, int};

/// Set by one thread, awaited by a blocking native of another.
static RUNG: AtomicBool = AtomicBool::new(false);

#[vo_extern("effects.Ring")]
fn ring() {
    RUNG.store(true, Ordering::SeqCst);
}

#[vo_extern("effects.Wait", blocking)]
fn wait(names: Vec<String>, most: u32) -> Result<Vec<String>, VoError> {
    for _ in 0..most {
        if RUNG.load(Ordering::SeqCst) {
            return Ok(names);
        }
        thread::sleep(Duration::from_millis(1));
    }
    Err(VoError::new("nobody rang"))
}

#[vo_extern("effects.Explode", blocking)]
fn explode(#[vo(state)] left: &mut u32) {
    *left -= 1;
    panic!("while others run");
}

#[vo_extern("effects.Fast", fast)]
fn fast(a: i64, b: f32, c: bool, d: char) -> (i64, u32) {
    (a + i64::from(b as i32) + i64::from(c), d.into())
}

#[test]
fn effects_are_registered() {
    let registry = ExternRegistry::from_inventory();
    let none = Effects::NONE;
    let rows = [
        ("effects.Ring", none),
        ("effects.Wait", Effects { blocking: true, sees_heap: true, ..none }),
        ("effects.Explode", Effects { blocking: true, ..none }),
        ("effects.Fast", Effects { fast: true, ..none }),
    ];
    for (name, expected) in rows {
        assert_eq!(registry.get(name).unwrap().effects, expected, "{name}");
    }
}

#[test]
fn a_blocking_native_that_panics_is_a_trap_as_others() {
    let mut host = Host::new();
    host.set_state(2u32);
    let end = host.call("effects.Explode", &func(&[], &[]), &[]);
    assert_eq!(end.panic_message(), Some("while others run"));
}

#[test]
fn a_fast_native_takes_scalars() {
    let (float, uint) = (TypeId::scalar(Scalar::Float32), TypeId::scalar(Scalar::Uint32));
    let fast = func(&[TypeId::INT, float, TypeId::BOOL, TypeId::RUNE], &[TypeId::INT, uint]);
    let end = Host::new().call("effects.Fast", &fast, &[int(1), Slot::from_f32(2.5), int(1), int(65)]);
    assert_eq!(end, End::Ok(vec![int(4), int(65)]));
}

/// One VM that two threads share: who holds the lock uses the heap.
struct Shared {
    lock: Lock,
    heap: UnsafeCell<ArenaHeap>,
    types: Arc<TypeTable>,
}

/// A lock that is taken in one function and given back in another.
#[derive(Default)]
struct Lock {
    held: Mutex<bool>,
    free: Condvar,
    releases: AtomicU32,
}

impl Lock {
    fn acquire(&self) {
        let mut held = self.held.lock().expect("no thread panics");
        while *held {
            held = self.free.wait(held).expect("no thread panics");
        }
        *held = true;
    }

    fn release(&self) {
        self.releases.fetch_add(1, Ordering::SeqCst);
        *self.held.lock().expect("no thread panics") = false;
        self.free.notify_one();
    }
}

// SAFETY: the heap has no Rust values in it, and is used under the lock alone; the rest may be shared.
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

thread_local! {
    static VM: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

fn with_lock(f: fn(&Lock)) {
    VM.with_borrow(|shared| shared.iter().for_each(|shared| f(&shared.lock)));
}

/// Calls a native on this thread, under the lock.
fn run(shared: &Arc<Shared>, name: &str, func: FuncType, arguments: &[Slot]) -> Status {
    let declaration = Declaration {
        name: name.into(),
        func,
        param_names: Vec::new(),
        origin: Origin::Rust,
        file: "effects.vo".into(),
        line: 1,
    };
    let linked = ExternRegistry::from_inventory().link(&[declaration], &shared.types);
    let callee = linked.expect("the native fits").remove(0);
    VM.set(Some(Arc::clone(shared)));
    with_lock(Lock::acquire);
    // SAFETY: this thread has the lock, and the heap does not move.
    let heap = unsafe { NonNull::new_unchecked(shared.heap.get()) };
    // SAFETY: the heap outlives the context, and whoever has the lock is the only one to use it.
    let mut cx = unsafe { CallContext::new(heap, shared.types.clone(), |_, _, _, _| Status::Trap) };
    // SAFETY: the lock is held whenever natives of this context run, but for their own code.
    unsafe {
        cx.set_lock(VmLock {
            release: |cx| {
                assert_eq!((*cx).paused, 0);
                with_lock(Lock::release);
            },
            acquire: |_| with_lock(Lock::acquire),
        });
    }
    let mut frame = arguments.to_vec();
    frame.resize(arguments.len() + usize::from(callee.plan.result_slots), Slot::ZERO);
    // SAFETY: the frame has the plan's slots, and the arguments are of its types.
    let status = unsafe { (callee.native)(&raw mut cx, &raw const callee, frame.as_mut_ptr()) };
    assert_eq!(cx.paused, 0);
    with_lock(Lock::release);
    status
}

#[test]
fn others_use_the_vm_while_a_blocking_native_waits() {
    let mut types = TypeTable::new();
    let strings = types.slice_of(TypeId::STRING);
    let types = Arc::new(types);
    let heap = UnsafeCell::new(ArenaHeap::new(types.clone()));
    let shared = Shared { lock: Lock::default(), heap, types };
    let shared = Arc::new(shared);
    let wait = func(&[strings, TypeId::INT], &[strings, TypeId::ERROR]);
    thread::scope(|scope| {
        let waits = scope.spawn(|| run(&shared, "effects.Wait", wait, &[Slot::ZERO, int(30_000)]));
        while shared.lock.releases.load(Ordering::SeqCst) == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        // The first thread is in its native, and without the lock.
        assert!(!waits.is_finished());
        assert_eq!(run(&shared, "effects.Ring", func(&[], &[]), &[]), Status::Ok);
        assert_eq!(waits.join().unwrap(), Status::Ok);
    });
}

//! A function pointer: its code, what it runs while it lives, and where it rests when it is dead.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vo_ffi_core::{CallContext, Slot};

use crate::closure::running::this_thread;
use crate::closure::shape::{Shape, Way};
use crate::closure::{ClosureParam, run};
use crate::stub::{LibffiClosure, Thunk};

/// How many others must die after a pointer before its code runs another closure.
pub(super) const REST: usize = 65_536;

/// What the code of a pointer names. An entry of our own reads the first word, a thunk the second.
///
/// It is never freed, since C may keep the pointer. The cells are the thread's that the pointer is alive on, or whose
/// context keeps it; other threads look at the atomic fields, and at the parameter under the lock.
#[repr(C)]
#[derive(Debug)]
pub(super) struct Head {
    run: unsafe extern "C" fn(*const (), *mut Slot),
    entry: AtomicPtr<()>,
    /// The thread whose call it is alive for; 0 when it is dead.
    owner: AtomicUsize,
    pub(super) func: Cell<Slot>,
    pub(super) cx: Cell<*mut CallContext>,
    param: Cell<*const ClosureParam>,
    shape: AtomicPtr<Shape>,
    code: Code,
    /// How many calls have it, one inside the other.
    pub(super) depth: Cell<u32>,
    /// Whether its context may find it again.
    pub(super) cached: Cell<bool>,
    /// How often the heap had been collected when the last of these calls ended.
    pub(super) collections: Cell<Option<u64>>,
    /// Whether somebody was told already that C called it when it must not.
    pub(super) reported: AtomicBool,
}

#[derive(Debug)]
enum Code {
    Native(Option<Thunk>),
    Libffi(LibffiClosure),
}

impl Head {
    /// A pointer for a parameter, which is dead yet; or why there is none.
    pub(super) fn get(param: &Arc<ClosureParam>) -> Result<NonNull<Head>, String> {
        let mut resting = resting(param.shape);
        if resting.len() <= REST {
            drop(resting);
            return Head::new(param);
        }
        let Some(Resting(found)) = resting.pop_front() else { return Head::new(param) };
        // SAFETY: heads are never freed, and this one was in the queue, so nobody else uses it.
        let before = unsafe { found.as_ref() }.set_param(param);
        drop(resting);
        let before = before?;
        // SAFETY: the head had a parameter of its own, which nobody else looks at any more.
        unsafe { drop(Arc::from_raw(before)) };
        Ok(found)
    }

    fn new(param: &Arc<ClosureParam>) -> Result<NonNull<Head>, String> {
        let code = match &param.shape.way {
            Way::Native(_) => Code::Native(None),
            Way::Libffi(_) => Code::Libffi(LibffiClosure::new()?),
        };
        let mut head = Box::new(Head {
            run: run::run,
            entry: AtomicPtr::default(),
            owner: AtomicUsize::new(0),
            func: Cell::new(Slot::ZERO),
            cx: Cell::new(std::ptr::null_mut()),
            param: Cell::new(std::ptr::null()),
            shape: AtomicPtr::default(),
            code,
            depth: Cell::new(0),
            cached: Cell::new(false),
            collections: Cell::new(None),
            reported: AtomicBool::new(false),
        });
        if let Code::Native(_) = head.code {
            head.code = Code::Native(Some(Thunk::new((&raw const *head).cast())?));
        }
        head.set_param(param)?;
        Ok(NonNull::from(Box::leak(head)))
    }

    /// Gives it to a parameter of the same way; the one that it had, or NULL, goes to the caller.
    fn set_param(&self, param: &Arc<ClosureParam>) -> Result<*const ClosureParam, String> {
        match (&param.shape.way, &self.code) {
            (Way::Libffi(interface), Code::Libffi(closure)) => {
                closure.prepare(interface, run::run_from_libffi, std::ptr::from_ref(self).cast())?;
            }
            (Way::Libffi(_), _) => {}
            (Way::Native(entry), _) => self.entry.store(entry.code().cast_mut(), Ordering::Release),
        }
        self.shape.store(std::ptr::from_ref(param.shape).cast_mut(), Ordering::Release);
        Ok(self.param.replace(Arc::into_raw(param.clone())))
    }

    /// The function pointer.
    pub(super) fn code(&self) -> *const () {
        match &self.code {
            Code::Native(Some(thunk)) => thunk.code(),
            Code::Native(None) => std::ptr::null(),
            Code::Libffi(closure) => closure.code(),
        }
    }

    /// The parameter that it was made for.
    ///
    /// # Safety
    /// The pointer is alive or kept on this thread, or its way is locked with [`resting`].
    pub(super) unsafe fn param(&self) -> &ClosureParam {
        // SAFETY: it is an `Arc` of this head's, which goes when the caller's thread gives it another, or under the lock.
        unsafe { &*self.param.get() }
    }

    /// The shape of the calls that come in.
    pub(super) fn shape(&self) -> &'static Shape {
        // SAFETY: shapes are never freed, and a head gets one before anybody sees it.
        unsafe { &*self.shape.load(Ordering::Acquire) }
    }

    /// Lets C call it on this thread.
    pub(super) fn begin(&self, cx: *mut CallContext, func: Slot) {
        if self.depth.replace(self.depth.get() + 1) == 0 {
            self.cx.set(cx);
            self.func.set(func);
            self.reported.store(false, Ordering::Relaxed);
            self.owner.store(this_thread(), Ordering::Relaxed);
        }
    }

    /// Whether the last call that had it has ended: then it is dead.
    pub(super) fn end(&self) -> bool {
        self.depth.set(self.depth.get() - 1);
        if self.depth.get() > 0 {
            return false;
        }
        self.owner.store(0, Ordering::Relaxed);
        true
    }

    /// Whether C calls it on the thread of a call that has it.
    #[inline]
    pub(super) fn is_alive_here(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == this_thread()
    }

    /// Whether no call has it.
    pub(super) fn is_dead(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == 0
    }
}

/// A pointer whose context has forgotten it.
pub(super) struct Resting(NonNull<Head>);

// SAFETY: nobody uses the cells of a head that rests, but for whoever takes it out of the queue.
unsafe impl Send for Resting {}

type Queue = Mutex<VecDeque<Resting>>;

/// The longest dead first: those of our own, and those of libffi.
static RESTING: [Queue; 2] = [const { Mutex::new(VecDeque::new()) }; 2];

/// The queue of a way. As long as it is locked, none of its heads gets another parameter.
pub(super) fn resting(shape: &Shape) -> MutexGuard<'static, VecDeque<Resting>> {
    let queue = &RESTING[usize::from(matches!(shape.way, Way::Libffi(_)))];
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts a dead pointer to rest.
///
/// # Safety
/// Nobody else has the head.
pub(super) unsafe fn rest(head: NonNull<Head>) {
    // SAFETY: heads are never freed.
    let shape = unsafe { head.as_ref() }.shape();
    resting(shape).push_back(Resting(head));
}

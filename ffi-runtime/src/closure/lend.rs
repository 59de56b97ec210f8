//! Function pointers for the duration of a call.

use std::ptr::NonNull;
use std::sync::Arc;

use vo_ffi_core::{CallContext, Heap, Slot};

use crate::closure::ClosureParam;
use crate::closure::pointer::{Head, rest};

/// How many dead pointers a context keeps, to find them again.
const KEPT: usize = 64;

/// The pointers that calls of one context have, or had last: one with the same func for the same parameter revives its own.
#[derive(Default)]
pub(super) struct Pointers(Vec<Option<NonNull<Head>>>);

impl Drop for Pointers {
    fn drop(&mut self) {
        // SAFETY: the context has ended, so no call has them, and only it knew them.
        self.0.drain(..).flatten().for_each(|head| unsafe { rest(head) });
    }
}

/// The pointers of one call. They are dead when it is dropped.
pub(crate) struct Lent {
    cx: *mut CallContext,
    heap: NonNull<dyn Heap>,
    heads: Vec<NonNull<Head>>,
}

impl Lent {
    /// None yet.
    ///
    /// # Safety
    /// The context and its heap are those of a call that lasts longer than this, and is watched.
    pub(crate) unsafe fn new(cx: *mut CallContext, heap: NonNull<dyn Heap>) -> Lent {
        Lent { cx, heap, heads: Vec::new() }
    }

    /// A function pointer that runs a func value; NULL for nil.
    ///
    /// # Errors
    /// Why there can be none.
    ///
    /// # Safety
    /// `func` is a func value of the context, of the parameter's type, and lives as long as this.
    pub(crate) unsafe fn pointer(
        &mut self,
        param: &Arc<ClosureParam>,
        func: Slot,
    ) -> Result<*const (), String> {
        if func == Slot::ZERO {
            return Ok(std::ptr::null());
        }
        // SAFETY: the context and the heap are the call's; each borrow ends here.
        let (pointers, collections) = unsafe {
            let pointers: &mut Pointers = (*self.cx).state_or_default();
            (pointers, self.heap.as_ref().collections())
        };
        let found = find(pointers, param, func, collections)?;
        // SAFETY: heads are never freed.
        let head = unsafe { found.as_ref() };
        head.begin(self.cx, func);
        self.heads.push(found);
        Ok(head.code())
    }
}

/// The pointer of a func value that the context knows, or another one that is dead.
pub(super) fn find(
    pointers: &mut Pointers,
    param: &Arc<ClosureParam>,
    func: Slot,
    collections: Option<u64>,
) -> Result<NonNull<Head>, String> {
    if pointers.0.is_empty() {
        pointers.0.resize(KEPT, None);
    }
    let place = &mut pointers.0[place_of(param, func)];
    if let Some(found) = *place {
        // SAFETY: heads are never freed, and this one is the context's.
        let (head, own) = unsafe { (found.as_ref(), std::ptr::from_ref(found.as_ref().param())) };
        let alive = head.depth.get() > 0;
        // A func value that died may have left its address to another, but not without a collection.
        let same = alive || collections.is_some() && head.collections.get() == collections;
        if same && head.func.get() == func && own == Arc::as_ptr(param) {
            return Ok(found);
        }
        if alive {
            return uncached(param);
        }
        *place = None;
        // SAFETY: the context has just forgotten it, and no call has it.
        unsafe { rest(found) };
    }
    let head = uncached(param)?;
    // SAFETY: nobody else has it.
    unsafe { head.as_ref() }.cached.set(true);
    *place = Some(head);
    Ok(head)
}

fn uncached(param: &Arc<ClosureParam>) -> Result<NonNull<Head>, String> {
    let head = Head::get(param)?;
    // SAFETY: nobody else has it.
    unsafe { head.as_ref() }.cached.set(false);
    Ok(head)
}

fn place_of(param: &Arc<ClosureParam>, func: Slot) -> usize {
    let address = func.bits() ^ (Arc::as_ptr(param).addr() as u64).rotate_left(7);
    // The high bits of a product depend on all bits: see Knuth, The Art of Computer Programming 3, 6.4.
    (address.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - KEPT.ilog2())) as usize
}

impl Drop for Lent {
    fn drop(&mut self) {
        for &found in &self.heads {
            // SAFETY: heads are never freed; the heap is the call's, which has not ended.
            let (head, collections) = unsafe { (found.as_ref(), self.heap.as_ref().collections()) };
            if head.end() {
                head.collections.set(collections);
                if !head.cached.get() {
                    // SAFETY: no call has it any more, and its context does not know it.
                    unsafe { rest(found) };
                }
            }
        }
    }
}

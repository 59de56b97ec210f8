//! Room on the native stack for the slots of a call that starts in Rust.

use std::mem::MaybeUninit;

use crate::slot::Slot;

/// The arguments, or the results, of a function that a native or an embedder calls. Only what is used is written.
pub struct CallSlots([MaybeUninit<Slot>; CallSlots::MAX]);

impl CallSlots {
    /// The most slots: those of a tuple of eight and an `error`.
    const MAX: usize = 18;

    #[inline]
    pub(crate) fn new() -> CallSlots {
        CallSlots([MaybeUninit::uninit(); CallSlots::MAX])
    }

    /// The first `len`, zero.
    #[inline]
    pub(crate) fn zeroed(&mut self, len: usize) -> &mut [Slot] {
        self.0[..len].fill(MaybeUninit::new(Slot::ZERO));
        // SAFETY: they were just written.
        unsafe { std::slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), len) }
    }

    /// The first `len`.
    ///
    /// # Safety
    /// They were written.
    #[inline]
    pub(crate) unsafe fn written(&self, len: usize) -> &[Slot] {
        // SAFETY: the caller vouches for them.
        unsafe { std::slice::from_raw_parts(self.0[..len].as_ptr().cast(), len) }
    }

    #[inline]
    pub(crate) fn as_ptr(&self) -> *const Slot {
        self.0.as_ptr().cast()
    }

    #[inline]
    pub(crate) fn as_mut_ptr(&mut self) -> *mut Slot {
        self.0.as_mut_ptr().cast()
    }
}

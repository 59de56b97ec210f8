//! Function values.

use std::marker::PhantomData;

use crate::slot::Slot;
use crate::types::TypeId;

/// A function value of the VM, to be called through a [`VmCtx`](crate::VmCtx).
#[derive(Clone, Copy, Debug)]
pub struct VoFunc<'call> {
    slot: Slot,
    ty: TypeId,
    call: PhantomData<fn(&'call ()) -> &'call ()>,
}

impl VoFunc<'_> {
    /// # Safety
    /// `slot` is a function value of type `ty` that stays alive for the call.
    pub(crate) unsafe fn from_slot(slot: Slot, ty: TypeId) -> Self {
        VoFunc { slot, ty, call: PhantomData }
    }

    pub(crate) fn slot(&self) -> Slot {
        self.slot
    }

    /// Its type.
    pub fn type_id(&self) -> TypeId {
        self.ty
    }

    /// Whether it is nil.
    pub fn is_nil(&self) -> bool {
        self.slot == Slot::ZERO
    }
}

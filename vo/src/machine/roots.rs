//! What the collector starts from: the frames of all runs, the arguments of natives that entered runs, what
//! natives hold, the results of one that has just returned, and the package-level variables.

use vo_ffi::{Place, Slot, TypeTable};

use super::load::VoFunction;
use super::thread::Thread;
use crate::heap::{Marker, RootSource};

// SAFETY: `visit` sees every frame, and a frame's function says which of its registers hold references. What a native
// holds besides its arguments is handed out. Neither method uses the heap.
unsafe impl RootSource for Thread {
    unsafe fn may_collect(this: *const Thread) -> bool {
        // SAFETY: `this` is the machine's thread.
        unsafe { (*this).cx.paused == 0 }
    }

    unsafe fn visit(this: *const Thread, marker: &mut Marker<'_>) {
        // SAFETY: `this` is the machine's thread, at work for an instruction or in a native that is not paused; either
        // way its innermost frame is in `base`.
        unsafe {
            mark_frames((*this).base, marker);
            let types = &(*(*this).loaded).program.types;
            if let Some(native) = (*this).returned.as_ref() {
                mark_places(&native.plan.results, (*this).native_frame, types, marker);
            }
            for suspended in &(*this).suspended {
                if let Some(native) = suspended.native.as_ref() {
                    mark_places(&native.plan.params, suspended.native_frame, types, marker);
                }
                mark_frames(suspended.base, marker);
            }
            (*this).panics.visit(marker);
            for slot in (*this).cx.handed_out() {
                marker.reference(slot.bits() as usize);
            }
            for [type_word, data] in (*this).cx.roots() {
                marker.dynamic(type_word.bits(), data);
            }
            for global in &(*(*this).loaded).program.globals {
                marker.image(global.ty, (*this).globals.add(global.offset as usize));
            }
        }
    }
}

unsafe fn mark_frames(mut base: *mut Slot, marker: &mut Marker<'_>) {
    while !base.is_null() {
        // SAFETY: frames hang together by their links, which name the function of each.
        unsafe {
            let function = &*(*base.sub(1)).as_ptr::<VoFunction>();
            for &register in &function.refs {
                marker.reference((*base.add(register as usize)).bits() as usize);
            }
            for &register in &function.data {
                let data = base.add(register as usize);
                marker.dynamic((*data.sub(1)).bits(), *data);
            }
            base = *base.sub(3).cast();
        }
    }
}

unsafe fn mark_places(places: &[Place], frame: *mut Slot, types: &TypeTable, marker: &mut Marker<'_>) {
    for place in places {
        // SAFETY: the plan describes the frame; arguments stay readable during the call, results are written.
        unsafe {
            let at = frame.add(place.at as usize);
            if place.slots == 2 {
                marker.dynamic((*at).bits(), *at.add(1));
            } else if types.as_scalar(place.ty).is_none() {
                marker.reference((*at).bits() as usize);
            }
        }
    }
}

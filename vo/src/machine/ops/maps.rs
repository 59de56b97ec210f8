//! Maps.

use vo_ffi::{Slot, TypeKind};

use crate::bytecode::NO_REG;
use crate::heap::{HeapError, NO_VALUE};
use crate::machine::load::{KEY_PAIR, VALUE_IMAGE, VALUE_PAIR};
use crate::machine::thread::{Done, Raised, Step, Thread};

fn key_slots(flags: u8) -> usize {
    if flags & KEY_PAIR != 0 { 2 } else { 1 }
}

fn value_slots(flags: u8) -> usize {
    if flags & VALUE_PAIR != 0 { 2 } else { 1 }
}

/// Writes the value under a key of one slot to a register, or to a pair, and tells whether there was an entry. `None`,
/// and nothing is written, where it takes longer: then [`get`] does it.
///
/// # Safety
/// `thread` is valid, `map` and `key` are of the types that the flags were made from, and so are the registers.
#[inline(never)]
pub(in crate::machine) unsafe fn get_quickly(
    thread: *mut Thread,
    [map, key]: [Slot; 2],
    flags: u8,
    value: *mut Slot,
) -> Option<bool> {
    // SAFETY: the caller vouches for the operands; what is found has as many slots as the flags say.
    unsafe {
        let at = (*(*thread).heap).map_peek(map, key);
        let found = at != NO_VALUE.as_ptr();
        if at.is_null() || !found && flags & VALUE_IMAGE != 0 {
            return None;
        }
        *value = *at;
        if flags & VALUE_PAIR != 0 {
            *value.add(1) = *at.add(1);
        }
        Some(found)
    }
}

/// `MapGet`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn get(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe { look_up(step) }.map(|_| ())
}

/// `MapGetOk`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn get_ok(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let found = look_up(step)?;
        step.set(step.ext(1).a, Slot::from_bool(found));
    }
    Ok(())
}

unsafe fn look_up(step: Step) -> Result<bool, Raised> {
    // SAFETY: as for Step; the loader noted in `x` how many slots keys and values take.
    unsafe {
        let (i, flags) = (step.insn, step.insn.x);
        let key = step.value(i.c, key_slots(flags));
        let found = step.heap().map_lookup(step.get(i.b), key).map_err(|error| step.heap_error(error))?;
        let value = match found {
            Some(value) => value,
            None if flags & VALUE_IMAGE != 0 => [zero_image(step)?, Slot::ZERO],
            None => [Slot::ZERO; 2],
        };
        step.set_value(i.a, value_slots(flags), value);
        Ok(found.is_some())
    }
}

#[cold]
unsafe fn zero_image(step: Step) -> Result<Slot, Raised> {
    // SAFETY: as for Step.
    unsafe {
        let TypeKind::Map(_, value) = *step.types().kind(step.ext_type()) else { return Ok(Slot::ZERO) };
        let image = step.heap().alloc_object(value).map_err(|error| step.heap_error(error))?;
        Ok(Slot::from_ptr(image))
    }
}

/// `MapSet`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn set(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let (i, flags) = (step.insn, step.insn.x);
        let (key, value) = (step.value(i.b, key_slots(flags)), step.value(i.c, value_slots(flags)));
        step.heap().map_assign(step.get(i.a), key, value).map_err(|error| step.heap_error(error))
    }
}

/// Where the value under a key of one slot is; nil where there is none yet or it takes longer: then [`slot`] does it.
///
/// # Safety
/// As for [`get_quickly`].
#[inline(never)]
pub(in crate::machine) unsafe fn slot_quickly(thread: *mut Thread, [map, key]: [Slot; 2], flags: u8) -> Slot {
    if flags & VALUE_IMAGE != 0 {
        return Slot::ZERO;
    }
    // SAFETY: the caller vouches for the operands.
    let at = unsafe { (*(*thread).heap).map_peek(map, key) };
    if at == NO_VALUE.as_ptr() { Slot::ZERO } else { Slot::from_ptr(at) }
}

/// `MapSlot`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn slot(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let i = step.insn;
        let map = step.get(i.b);
        if map == Slot::ZERO {
            return Err(step.heap_error(HeapError::NilMap));
        }
        let key = step.value(i.c, key_slots(i.x));
        let at = step.heap().map_slot(map, key).map_err(|error| step.heap_error(error))?;
        step.set(i.a, Slot::from_ptr(at));
    }
    Ok(())
}

/// `MapNext`: whether there was an entry.
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn next(step: Step) -> bool {
    // SAFETY: as for Step.
    unsafe {
        let (i, flags) = (step.insn, step.insn.x);
        let [cursor, end] = step.pair(i.a).map(|slot| slot.bits() as usize);
        let Some(entry) = step.heap().map_next_before(step.get(i.b), cursor, end) else { return false };
        step.set(i.a, Slot::from_bits(entry.next as u64));
        let (key, value) = (step.ext(0).a, step.ext(1).a);
        if key != NO_REG {
            step.set_value(key, key_slots(flags), entry.key);
        }
        if value != NO_REG {
            step.set_value(value, value_slots(flags), entry.value);
        }
        true
    }
}

/// [`RuntimeFn::MakeMap`](crate::bytecode::RuntimeFn::MakeMap)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn make(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let TypeKind::Map(key, value) = *step.types().kind(step.ext_type()) else { return Ok(()) };
        let map = step.heap().alloc_map(key, value).map_err(|error| step.heap_error(error))?;
        step.set(step.insn.a, map);
    }
    Ok(())
}

/// [`RuntimeFn::MapLen`](crate::bytecode::RuntimeFn::MapLen)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn len(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let len = step.heap().map_len(step.get(step.insn.b));
        step.set(step.insn.a, Slot::from_bits(len as u64));
    }
    Ok(())
}

/// [`RuntimeFn::MapEnd`](crate::bytecode::RuntimeFn::MapEnd)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn end(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let end = step.heap().map_end(step.get(step.insn.b));
        step.set(step.insn.a, Slot::from_bits(end as u64));
    }
    Ok(())
}

/// [`RuntimeFn::MapDelete`](crate::bytecode::RuntimeFn::MapDelete)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn delete(step: Step) -> Done {
    // SAFETY: as for Step; the loader noted in the extension's `x` how many slots a key takes.
    unsafe {
        let key = step.value(step.insn.b, key_slots(step.ext(0).x));
        step.heap().map_delete(step.get(step.insn.a), key).map_err(|error| step.heap_error(error))
    }
}

/// [`RuntimeFn::MapClear`](crate::bytecode::RuntimeFn::MapClear)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn clear(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe { step.heap().map_clear(step.get(step.insn.a)) };
    Ok(())
}

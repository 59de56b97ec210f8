//! Slices.

use vo_ffi::{RawSlice, Slot, TypeId, TypeKind};

use crate::bytecode::NO_REG;
use crate::heap::{slice_parts, string_bytes};
use crate::machine::load::PAIR_WIDTH;
use crate::machine::thread::{Done, Raised, Step, Thread};
use crate::machine::unwind::NIL;

/// Checked bounds: `low <= high <= max <= cap`.
pub(super) struct Bounds {
    pub(super) low: usize,
    pub(super) high: usize,
    pub(super) max: usize,
}

/// Reads and checks the bounds of a slice expression. `unit` is what messages call the capacity.
///
/// # Safety
/// As for [`Step`], with the bounds in registers from `c` on.
pub(super) unsafe fn bounds(
    step: Step,
    flags: u8,
    len: usize,
    cap: usize,
    unit: &str,
) -> Result<Bounds, Raised> {
    // SAFETY: as for Step; the flags say which registers hold bounds.
    unsafe {
        let bound = |bit: u8, default: usize| match flags & 1 << bit {
            0 => default as u64,
            _ => step.get(step.insn.c + bit as u16).bits(),
        };
        let (low, high, max) = (bound(0, 0), bound(1, len), bound(2, cap));
        if low <= high && high <= max && max <= cap as u64 {
            return Ok(Bounds { low: low as usize, high: high as usize, max: max as usize });
        }
        Err(step.raise(bounds_message([low, high, max].map(|bound| bound as i64), flags & 4 != 0, cap, unit)))
    }
}

#[cold]
fn bounds_message([low, high, max]: [i64; 3], with_max: bool, cap: usize, unit: &str) -> String {
    let beyond = |bound: i64| bound < 0 || bound as u64 > cap as u64;
    let with = |bound: i64, unit: &str| match bound < 0 {
        true => String::new(),
        false => format!(" with {unit} {cap}"),
    };
    let what = match with_max {
        true if beyond(max) => format!("[::{max}]{}", with(max, unit)),
        true if high < 0 => format!("[:{high}:]"),
        true if high > max => format!("[:{high}:{max}]"),
        true if low < 0 => format!("[{low}::]"),
        true => format!("[{low}:{high}:]"),
        false if beyond(high) => format!("[:{high}]{}", with(high, unit)),
        false if low < 0 => format!("[{low}:]"),
        false => format!("[{low}:{high}]"),
    };
    format!("runtime error: slice bounds out of range {what}")
}

/// `SliceSlice`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn slice(step: Step) -> Done {
    // SAFETY: as for Step; the bounds are checked.
    unsafe {
        let slice = step.get(step.insn.b);
        let RawSlice { len, cap, .. } = slice_parts(slice);
        let Bounds { low, high, max } = bounds(step, step.insn.x, len, cap, "capacity")?;
        let part = step.heap().alloc_reslice(step.ext_type(), slice, low, high, max);
        step.set(step.insn.a, part.map_err(|error| step.heap_error(error))?);
    }
    Ok(())
}

/// `append(slice, value)` where the array has room, for elements of `width` bytes; nil where it takes longer: then
/// [`append`] does it.
///
/// # Safety
/// `thread` is valid, `slice` a slice in a register, with elements of the width that the loader found.
#[inline(never)]
pub(in crate::machine) unsafe fn append_quickly(
    thread: *mut Thread,
    slice: Slot,
    value: Slot,
    width: u8,
) -> Slot {
    // SAFETY: the caller vouches for the operands.
    unsafe { (*(*thread).heap).append_now(slice, value, width) }.unwrap_or_default()
}

/// `Append`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn append(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let value = step.value(step.insn.c, if step.insn.x == PAIR_WIDTH { 2 } else { 1 });
        let slice = step.heap().alloc_append(step.ext_type(), step.get(step.insn.b), value);
        step.set(step.insn.a, slice.map_err(|error| step.heap_error(error))?);
    }
    Ok(())
}

/// [`RuntimeFn::MakeSlice`](crate::bytecode::RuntimeFn::MakeSlice)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn make(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let elem = step.ext_type();
        let len = step.get(step.insn.b).as_i64();
        let cap = if step.insn.c == NO_REG { len } else { step.get(step.insn.c).as_i64() };
        let size = step.types().layout(elem).size.max(1) as i64;
        if len < 0 || len > isize::MAX as i64 / size {
            return Err(step.raise("runtime error: makeslice: len out of range"));
        }
        if cap < len || cap > isize::MAX as i64 / size {
            return Err(step.raise("runtime error: makeslice: cap out of range"));
        }
        let slice = step.heap().alloc_slice(elem, len as usize, cap as usize);
        step.set(step.insn.a, slice.map_err(|error| step.heap_error(error))?.0);
    }
    Ok(())
}

/// [`RuntimeFn::SliceArray`](crate::bytecode::RuntimeFn::SliceArray)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn slice_array(step: Step) -> Done {
    // SAFETY: as for Step; what is not nil is an image of the array type, and the bounds are checked.
    unsafe {
        let TypeKind::Array(elem, len) = *step.types().kind(step.ext_type()) else { return Ok(()) };
        let image = step.get(step.insn.b).as_ptr::<u8>();
        if image.is_null() {
            return Err(step.raise(NIL));
        }
        let len = len as usize;
        let Bounds { low, high, max } = bounds(step, step.ext(0).a as u8, len, len, "length")?;
        // An address behind the last element would belong to the next object.
        let offset = if low == max { 0 } else { low * step.types().layout(elem).size };
        let slice = step.heap().alloc_slice_header(image.add(offset), high - low, max - low);
        step.set(step.insn.a, slice.map_err(|error| step.heap_error(error))?);
    }
    Ok(())
}

/// [`RuntimeFn::SliceToArray`](crate::bytecode::RuntimeFn::SliceToArray)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn to_array(step: Step) -> Done {
    // SAFETY: as for Step; the array is no longer than the slice.
    unsafe {
        let TypeKind::Array(_, want) = *step.types().kind(step.ext_type()) else { return Ok(()) };
        let slice = step.get(step.insn.b);
        let RawSlice { data, len, .. } = slice_parts(slice);
        if (len as u64) < want {
            return Err(step.raise(format!(
                "runtime error: cannot convert slice with length {len} to array or pointer to array with length {want}"
            )));
        }
        step.set(step.insn.a, if slice == Slot::ZERO { Slot::ZERO } else { Slot::from_ptr(data) });
    }
    Ok(())
}

/// [`RuntimeFn::AppendSlice`](crate::bytecode::RuntimeFn::AppendSlice)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn append_slice(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let more = slice_parts(step.get(step.insn.c));
        append_all(step, step.ext_type(), more.data, more.len)
    }
}

/// [`RuntimeFn::AppendStr`](crate::bytecode::RuntimeFn::AppendStr)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn append_string(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let more = string_bytes(step.get(step.insn.c));
        append_all(step, TypeId::BYTE, more.as_ptr(), more.len())
    }
}

unsafe fn append_all(step: Step, elem: TypeId, from: *const u8, count: usize) -> Done {
    // SAFETY: the elements are those of an operand.
    unsafe {
        let slice = step.heap().alloc_append_all(elem, step.get(step.insn.b), from, count);
        step.set(step.insn.a, slice.map_err(|error| step.heap_error(error))?);
    }
    Ok(())
}

/// [`RuntimeFn::CopySlice`](crate::bytecode::RuntimeFn::CopySlice)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn copy(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let from = slice_parts(step.get(step.insn.c));
        copy_from(step, step.ext_type(), from.data, from.len)
    }
}

/// [`RuntimeFn::CopyStr`](crate::bytecode::RuntimeFn::CopyStr)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn copy_string(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let from = string_bytes(step.get(step.insn.c));
        copy_from(step, TypeId::BYTE, from.as_ptr(), from.len())
    }
}

unsafe fn copy_from(step: Step, elem: TypeId, from: *const u8, count: usize) -> Done {
    // SAFETY: the elements are those of an operand.
    unsafe {
        let copied = step.heap().copy_elements(elem, step.get(step.insn.b), from, count);
        if step.insn.a != NO_REG {
            step.set(step.insn.a, Slot::from_bits(copied as u64));
        }
    }
    Ok(())
}

/// [`RuntimeFn::ClearSlice`](crate::bytecode::RuntimeFn::ClearSlice)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn clear(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let slice = slice_parts(step.get(step.insn.a));
        slice.data.write_bytes(0, slice.len * step.types().layout(step.ext_type()).size);
    }
    Ok(())
}

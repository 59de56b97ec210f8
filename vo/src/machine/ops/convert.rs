//! Conversions between strings, bytes and runes.

use vo_ffi::{Slot, TypeId, TypeKind, c_text};

use super::strings::{REPLACEMENT, decode};
use crate::heap::{slice_parts, string_bytes};
use crate::machine::thread::{Done, Step};
use crate::machine::unwind::NIL;

/// [`RuntimeFn::BytesToStr`](crate::bytecode::RuntimeFn::BytesToStr)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn bytes_to_string(step: Step) -> Done {
    // SAFETY: as for Step; the slice is reachable from its register.
    unsafe {
        let bytes = slice_parts(step.get(step.insn.b));
        set_string(step, std::slice::from_raw_parts(bytes.data, bytes.len))
    }
}

/// [`RuntimeFn::StrToBytes`](crate::bytecode::RuntimeFn::StrToBytes)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn string_to_bytes(step: Step) -> Done {
    // SAFETY: as for Step; the string is reachable from its register.
    unsafe { set_slice(step, TypeId::BYTE, string_bytes(step.get(step.insn.b))) }
}

/// [`RuntimeFn::RunesToStr`](crate::bytecode::RuntimeFn::RunesToStr)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn runes_to_string(step: Step) -> Done {
    // SAFETY: as for Step; the elements lie one after the other, in a packed struct anywhere.
    unsafe {
        let runes = slice_parts(step.get(step.insn.b));
        let rune = |index| runes.data.cast::<i32>().add(index).read_unaligned();
        let text: String = (0..runes.len).map(|index| char_of(rune(index) as i64)).collect();
        set_string(step, text.as_bytes())
    }
}

/// [`RuntimeFn::CharsToStr`](crate::bytecode::RuntimeFn::CharsToStr)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn characters_to_string(step: Step) -> Done {
    // SAFETY: as for Step; an image has as many bytes as its type says.
    unsafe {
        let image = step.get(step.insn.b).as_ptr::<u8>();
        if image.is_null() {
            return Err(step.raise(NIL));
        }
        let TypeKind::Array(elem, _) = *step.types().kind(step.ext_type()) else { return Ok(()) };
        let bytes = std::slice::from_raw_parts(image, step.types().layout(step.ext_type()).size);
        set_string(step, &c_text(step.types().layout(elem).size, bytes))
    }
}

/// [`RuntimeFn::StrToRunes`](crate::bytecode::RuntimeFn::StrToRunes)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn string_to_runes(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let mut bytes = string_bytes(step.get(step.insn.b));
        let mut runes: Vec<u32> = Vec::with_capacity(bytes.len());
        while !bytes.is_empty() {
            let (rune, len) = decode(bytes);
            runes.push(rune);
            bytes = &bytes[len..];
        }
        set_slice(step, TypeId::RUNE, &runes)
    }
}

/// [`RuntimeFn::RuneToStr`](crate::bytecode::RuntimeFn::RuneToStr)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn rune_to_string(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let mut text = [0; 4];
        let text = char_of(step.get(step.insn.b).as_i64()).encode_utf8(&mut text);
        set_string(step, text.as_bytes())
    }
}

fn char_of(rune: i64) -> char {
    let rune = u32::try_from(rune).unwrap_or(REPLACEMENT);
    char::from_u32(rune).unwrap_or(char::REPLACEMENT_CHARACTER)
}

unsafe fn set_string(step: Step, bytes: &[u8]) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let string = step.heap().alloc_string(bytes).map_err(|error| step.heap_error(error))?;
        step.set(step.insn.a, string);
    }
    Ok(())
}

unsafe fn set_slice<T>(step: Step, elem: TypeId, items: &[T]) -> Done {
    // SAFETY: as for Step; the new slice has room for the items, which are of the element type's size.
    unsafe {
        let slice = step.heap().alloc_slice(elem, items.len(), items.len());
        let (slice, data): (Slot, *mut u8) = slice.map_err(|error| step.heap_error(error))?;
        data.cast::<T>().copy_from_nonoverlapping(items.as_ptr(), items.len());
        step.set(step.insn.a, slice);
    }
    Ok(())
}

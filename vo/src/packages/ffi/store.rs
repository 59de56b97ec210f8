//! From Vo to C's memory: members of structs, elements of arrays, variables.

use vo_ffi::Class;
use vo_ffi::c::{CKind, Target};
use vo_ffi::prelude::*;

use super::ctype::{Bits, Place, TypeRef};
use super::load::{is_char, write_bits};
use super::memory::{Kept, Memory};
use super::pass::{Alive, Passed, Passing, scalar_word, unexpected};
use super::shape::fits;

/// Writes a value of Vo as one of C.
///
/// # Errors
/// Why it is none of this type; that C's memory cannot keep alive what it points to. Then nothing is written.
///
/// # Safety
/// A value of this type lies in the memory, nothing else uses it now, and C is prepared for the new one.
pub(super) unsafe fn store<'call>(
    ctx: &mut ExternCtx<'call>,
    (ty, memory, bits): (&TypeRef, &Memory, Option<Bits>),
    arg: VoInterface<'call>,
) -> Result<(), String> {
    if let (Some(bits), Some(scalar)) = (bits, ty.scalar()) {
        let word = scalar_word(&arg, scalar).map_err(|error| error.tell(&arg, ty))?;
        let class = scalar.class(Target::HOST);
        if !fits_bits(word, class, bits.width) {
            let value = if class == Class::Signed { (word as i64).to_string() } else { word.to_string() };
            return Err(format!("{value} does not fit `{}` of {} bits", ty.name(), bits.width));
        }
        // SAFETY: the caller vouches for the bit-field.
        unsafe { write_bits(memory.address(), bits, word) };
        return Ok(());
    }
    if let CKind::Array { of, len: Some(len) } = ty.kind() {
        let of = ty.to(*of);
        // SAFETY: passed on.
        return unsafe { store_array(ctx, (ty, memory), (&of, *len as usize), arg) };
    }
    let mut passing = Passing::new(ctx.types());
    let passed = passing.pass(&arg, ty)?;
    let alive = passing.alive;
    // SAFETY: the caller vouches for the memory, and a value that was passed has all bytes of its type.
    unsafe {
        match passed {
            Passed::Image(image) => copy_image(ty, memory, &image),
            Passed::Word(word) => {
                let kept = keep(ctx, memory, alive, arg)?;
                memory.keep(ty.size(), kept);
                let bytes = word.to_le_bytes();
                memory.address().copy_from_nonoverlapping(bytes.as_ptr(), ty.size().min(8));
                Ok(())
            }
        }
    }
}

fn fits_bits(word: u64, class: Class, width: u32) -> bool {
    let unused = 64 - width;
    match class {
        Class::Signed => (word << unused) as i64 >> unused == word as i64,
        _ => word << unused >> unused == word,
    }
}

/// What the memory must keep for an address that is written to it.
fn keep<'call>(
    ctx: &mut ExternCtx<'call>,
    memory: &Memory,
    mut alive: Vec<Alive>,
    arg: VoInterface<'call>,
) -> Result<Option<Kept>, String> {
    let Some(alive) = alive.pop() else { return Ok(None) };
    if memory.is_of_c() {
        return Err("C's memory cannot keep alive what this points to: give an ffi.Pointer to memory that stays, as of malloc".into());
    }
    Ok(Some(match alive {
        Alive::Kept(kept) => kept,
        Alive::Passed => Kept::Root(ctx.root(VoValue::Interface(arg))),
    }))
}

/// # Safety
/// Both have a value of this type.
unsafe fn copy_image(ty: &TypeRef, memory: &Memory, image: &Memory) -> Result<(), String> {
    let size = ty.size();
    if memory.is_of_c() && image.keeps_any(size) {
        return Err("C's memory cannot keep alive what the pointers of this value point to".into());
    }
    memory.keep_as(image, size);
    // SAFETY: the caller vouches for both; a value may be copied over a part of itself.
    unsafe { memory.address().copy_from(image.address(), size) };
    Ok(())
}

/// # Safety
/// As `store`; the memory has an array of this type.
unsafe fn store_array(
    ctx: &ExternCtx,
    (ty, memory): (&TypeRef, &Memory),
    (of, len): (&TypeRef, usize),
    arg: VoInterface,
) -> Result<(), String> {
    let size = ty.size();
    match arg.value() {
        VoValue::String(text) if is_char(of) => {
            let text = text.as_bytes();
            if text.len() >= len {
                return Err(format!(
                    "a string of {} bytes and its NUL do not fit `{}`",
                    text.len(),
                    ty.name()
                ));
            }
            if let Some(at) = text.iter().position(|&byte| byte == 0) {
                return Err(format!("the string has a NUL at byte {at}, where C would take it to end"));
            }
            // SAFETY: the array has more bytes than the text.
            unsafe {
                memory.address().write_bytes(0, size);
                memory.address().copy_from_nonoverlapping(text.as_ptr(), text.len());
            }
            Ok(())
        }
        VoValue::Slice(slice) if fits(ctx.types(), slice.elem_type(), of) => {
            if slice.len() != len {
                let (name, found) = (ty.name(), slice.len());
                return Err(format!("expected {len} elements for `{name}`, found {found}"));
            }
            memory.keep(size, None);
            // SAFETY: both have so many elements of one size; the slice may be of C's view of the same memory.
            unsafe { memory.address().copy_from(slice.as_ptr(), size) };
            Ok(())
        }
        _ => match Passing::new(ctx.types()).pass(&arg, ty) {
            // SAFETY: passed on.
            Ok(Passed::Image(image)) => unsafe { copy_image(ty, memory, &image) },
            Ok(Passed::Word(_)) => Err(unexpected(&arg, ty)),
            Err(error) => Err(error),
        },
    }
}

/// What lies at a place of some memory, where that is known to have it.
pub(super) fn within(whole: &TypeRef, memory: &Memory, place: &Place) -> Result<(TypeRef, Memory), String> {
    let ty = whole.to(place.ty);
    let size = place.bits.map_or(ty.size(), |bits| (bits.first + bits.width).div_ceil(8) as usize);
    match memory.ends_before(place.offset, size) {
        true => Err(format!("`{}` ends before its byte {}", whole.name(), place.offset + size)),
        false => Ok((ty, memory.part(place.offset))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_bit_fields() {
        let rows = [
            (7, Class::Unsigned, 3, true),
            (8, Class::Unsigned, 3, false),
            (3, Class::Signed, 3, true),
            (4, Class::Signed, 3, false),
            (-4_i64 as u64, Class::Signed, 3, true),
            (-5_i64 as u64, Class::Signed, 3, false),
            (u64::MAX, Class::Unsigned, 64, true),
        ];
        for (word, class, width, expected) in rows {
            assert_eq!(fits_bits(word, class, width), expected, "{word} in {width} bits");
        }
    }
}

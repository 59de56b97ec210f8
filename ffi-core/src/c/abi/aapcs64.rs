//! AAPCS64 as Linux has it. Source: "Procedure Call Standard for the Arm 64-bit Architecture", section 6.8.2; the rules
//! have their numbers there. gcc for empty structs.

use crate::c::LayoutError;
use crate::c::abi::aapcs::{homogeneous, natural_align};
use crate::c::abi::place::{ByValue, Passing, Results};
use crate::c::abi::{Move, Place, RegisterAllocator, ResultPart, Returned};

/// Where a value goes that is larger than a slot or no scalar. Copies that are passed by reference get their place
/// later.
pub(super) fn pass(value: &ByValue<'_>, allocator: &mut RegisterAllocator) -> Result<Passing, LayoutError> {
    if let Some(floats) = homogeneous(value)? {
        // C.1 to C.6
        return match allocator.use_registers(true, floats.count.into(), 1) {
            Some(first) => Ok((0..floats.count)
                .map(|index| Move::Part {
                    from: u32::from(index) * u32::from(floats.bytes),
                    bytes: floats.bytes,
                    to: Place::Vector(first + index),
                })
                .collect()),
            None => {
                allocator.exhaust(true);
                copy(value, allocator)
            }
        };
    }
    if value.bytes > 16 {
        // B.4: a pointer takes its place.
        return Ok(vec![Move::Reference { copy: 0, to: allocator.place(false) }]);
    }
    // C.10 to C.12
    let words = value.bytes.div_ceil(8);
    let step = if words == 2 && natural_align(value)? == 16 { 2 } else { 1 };
    match allocator.use_registers(false, words as usize, step) {
        Some(first) => Ok((0..words)
            .map(|index| Move::Part {
                from: index * 8,
                bytes: (value.bytes - index * 8).min(8) as u8,
                to: Place::Int(first + index as u8),
            })
            .collect()),
        None => {
            // C.13: what follows finds no register, even if it would fit one.
            allocator.exhaust(false);
            copy(value, allocator)
        }
    }
}

/// C.14 and C.15: onto the stack, whose alignment is the largest.
fn copy(value: &ByValue<'_>, allocator: &mut RegisterAllocator) -> Result<Passing, LayoutError> {
    let to = allocator.reserve(value.bytes, natural_align(value)?.clamp(8, 16));
    Ok(vec![Move::Push { from: 0, to }])
}

/// Where a result is that is larger than a slot or no scalar. Source: section 6.9.
pub(super) fn results(value: &ByValue<'_>) -> Result<Results, LayoutError> {
    if let Some(floats) = homogeneous(value)? {
        let part = |index: u8| ResultPart {
            to: u32::from(index) * u32::from(floats.bytes),
            bytes: floats.bytes,
            from: Returned::Vector(index),
        };
        return Ok(Results::Parts((0..floats.count).map(part).collect()));
    }
    if value.bytes > 16 {
        return Ok(Results::Memory);
    }
    let part = |index: u32| ResultPart {
        to: index * 8,
        bytes: (value.bytes - index * 8).min(8) as u8,
        from: Returned::Int(index as u8),
    };
    Ok(Results::Parts((0..value.bytes.div_ceil(8)).map(part).collect()))
}

//! AAPCS with floating registers, as Linux's `armhf` has it. Source: "Procedure Call Standard for the Arm Architecture",
//! sections 6.4 and 7.1; the rules have their numbers there. Variadic functions have the base standard, which uses no
//! floating registers.

use crate::c::LayoutError;
use crate::c::abi::aapcs::{homogeneous, natural_align};
use crate::c::abi::place::{ByValue, Passing, Results};
use crate::c::abi::{Move, Place, RegisterAllocator, ResultPart, Returned};

/// Where a scalar goes. One of 8 bytes takes two registers, the first of which has an even number.
pub(super) fn scalar(bytes: u32, in_vector: bool, allocator: &mut RegisterAllocator) -> Place {
    let words = bytes.div_ceil(4);
    match allocator.use_registers(in_vector, words as usize, words) {
        Some(first) if in_vector => Place::Vector(first),
        Some(first) => Place::Int(first),
        None => {
            allocator.exhaust(in_vector);
            Place::Stack(allocator.reserve(bytes, words * 4))
        }
    }
}

/// Where a struct, a union or a complex number goes.
pub(super) fn pass(
    value: &ByValue<'_>,
    variadic: bool,
    allocator: &mut RegisterAllocator,
) -> Result<Passing, LayoutError> {
    let align = natural_align(value)?.clamp(4, 8);
    if !variadic && let Some(floats) = homogeneous(value)? {
        // C.1.cp: the lowest free registers, also between others. C.2.cp: or none from now on.
        let words = floats.bytes / 4;
        let count = usize::from(floats.count * words);
        return Ok(match allocator.use_registers(true, count, words.into()) {
            Some(first) => (0..floats.count)
                .map(|index| Move::Part {
                    from: u32::from(index * floats.bytes),
                    bytes: floats.bytes,
                    to: Place::Vector(first + index * words),
                })
                .collect(),
            None => {
                allocator.exhaust(true);
                vec![Move::Push { from: 0, to: allocator.reserve(value.bytes, align) }]
            }
        });
    }
    Ok(core(value.bytes, align, allocator))
}

/// C.3 to C.8: core registers, then the stack; one argument may lie in both.
fn core(bytes: u32, align: u32, allocator: &mut RegisterAllocator) -> Passing {
    let on_stack = allocator.stack() > 0;
    allocator.skip_to_multiple(align / 4);
    if bytes == 0 {
        // It has no place, but its alignment counts.
        if allocator.free(false) == 0 {
            allocator.reserve(0, align);
        }
        return Vec::new();
    }
    let (words, free) = (bytes.div_ceil(4) as usize, allocator.free(false));
    let in_registers = if words <= free || !on_stack { words.min(free) } else { 0 };
    let mut moves = Vec::new();
    if let Some(first) = allocator.use_registers(false, in_registers, 1) {
        moves.extend((0..in_registers as u32).map(|index| Move::Part {
            from: index * 4,
            bytes: (bytes - index * 4).min(4) as u8,
            to: Place::Int(first + index as u8),
        }));
    }
    if in_registers < words {
        let from = in_registers as u32 * 4;
        // The rest of a value that began in registers follows at the first word of the stack.
        let align = if from > 0 { 4 } else { align };
        allocator.exhaust(false);
        moves.push(Move::Push { from, to: allocator.reserve(bytes - from, align) });
    }
    moves
}

/// Where a scalar result is.
pub(super) fn scalar_result(is_float: bool, variadic: bool) -> Returned {
    if is_float && !variadic { Returned::Vector(0) } else { Returned::Int(0) }
}

/// Where another result is. Source: sections 6.5 and 7.1.
pub(super) fn results(value: &ByValue<'_>, variadic: bool) -> Result<Results, LayoutError> {
    if !variadic && let Some(floats) = homogeneous(value)? {
        let part = |index: u8| ResultPart {
            to: u32::from(index * floats.bytes),
            bytes: floats.bytes,
            from: Returned::Vector(index * (floats.bytes / 4)),
        };
        return Ok(Results::Parts((0..floats.count).map(part).collect()));
    }
    Ok(match value.bytes {
        0 => Results::Parts(Vec::new()),
        bytes @ 1..=4 => {
            Results::Parts(vec![ResultPart { to: 0, bytes: bytes as u8, from: Returned::Int(0) }])
        }
        _ => Results::Memory,
    })
}

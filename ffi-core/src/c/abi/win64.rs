//! Windows on x86-64, also for `ms_abi` functions on other systems. Source: Microsoft, "x64 calling convention"; gcc's
//! `ms_abi` for what Windows lacks (`__int128`, `_Complex`, `long double` of 16 bytes, empty structs).

use crate::c::abi::place::{ByValue, Passing, Results};
use crate::c::abi::{Move, Place, RegisterAllocator, ResultPart, Returned};

/// Values of these sizes travel in a register, whatever they are made of; all others by reference.
fn fits_register(bytes: u32) -> bool {
    matches!(bytes, 1 | 2 | 4 | 8)
}

/// Where a value goes that is larger than a slot or no scalar. Copies get their place later.
pub(super) fn pass(value: &ByValue<'_>, allocator: &mut RegisterAllocator) -> Passing {
    if value.is_empty && fits_register(value.bytes) {
        // It takes the register of its position, and no room on the stack.
        allocator.use_register(false);
        return Vec::new();
    }
    let to = allocator.place(false);
    if fits_register(value.bytes) {
        vec![Move::Part { from: 0, bytes: value.bytes as u8, to }]
    } else {
        vec![Move::Reference { copy: 0, to }]
    }
}

/// Where a floating argument of a variadic call is read from too: the callee does not know that it is one.
pub(super) fn twin(to: Place) -> Option<Place> {
    match to {
        Place::Vector(number) => Some(Place::Int(number)),
        _ => None,
    }
}

/// Where a result is that is larger than a slot or no scalar.
pub(super) fn results(value: &ByValue<'_>) -> Results {
    let from = match value.bytes {
        16 if value.is_int128 => Returned::Vector(0),
        bytes if fits_register(bytes) => Returned::Int(0),
        _ => return Results::Memory,
    };
    Results::Parts(vec![ResultPart { to: 0, bytes: value.bytes as u8, from }])
}

//! The order in which the keys of a map are printed.

use std::cmp::Ordering;

use crate::ctx::Access;
use crate::scalar::Class;
use crate::slot::Slot;
use crate::types::{TypeId, TypeKind};
use crate::value::VoString;

/// Compares two keys of type `ty`: numbers and strings by value, NaN before other floats, false before true,
/// structs and arrays part by part, interfaces by type and then by value.
///
/// # Safety
/// `a` and `b` are values of type `ty` that are alive.
pub(super) unsafe fn compare(access: Access<'_>, ty: TypeId, a: [Slot; 2], b: [Slot; 2]) -> Ordering {
    let types = access.types();
    // SAFETY: the caller vouches for the type, and each arm reads values of that type.
    unsafe {
        match types.kind(ty) {
            TypeKind::Scalar(scalar) => match scalar.class() {
                Class::Signed => a[0].as_i64().cmp(&b[0].as_i64()),
                Class::Float if scalar.size() == 4 => floats(a[0].as_f32().into(), b[0].as_f32().into()),
                Class::Float => floats(a[0].as_f64(), b[0].as_f64()),
                Class::Bool | Class::Unsigned => a[0].bits().cmp(&b[0].bits()),
            },
            TypeKind::String => {
                let bytes = |slot| VoString::from_slot(access, slot).as_bytes();
                bytes(a[0]).cmp(bytes(b[0]))
            }
            TypeKind::Struct(fields) => {
                let offsets = &types.layout(ty).offsets;
                let parts = fields.iter().zip(offsets).map(|(field, &offset)| (field.ty, offset));
                compare_parts(access, parts, a[0], b[0])
            }
            TypeKind::Array(elem, len) => {
                let size = types.layout(*elem).size;
                let parts = (0..*len as usize).map(|index| (*elem, index * size));
                compare_parts(access, parts, a[0], b[0])
            }
            TypeKind::Interface(_) if a[0] == b[0] && a[0] != Slot::ZERO => {
                let dynamic = TypeId::from_number(a[0].bits() as u32);
                compare(access, dynamic, [a[1], Slot::ZERO], [b[1], Slot::ZERO])
            }
            _ => a[0].bits().cmp(&b[0].bits()),
        }
    }
}

/// # Safety
/// Both slots are addresses of images that have these parts.
unsafe fn compare_parts(
    access: Access<'_>,
    parts: impl Iterator<Item = (TypeId, usize)>,
    a: Slot,
    b: Slot,
) -> Ordering {
    parts
        // SAFETY: the caller vouches for the parts.
        .map(|(ty, offset)| unsafe {
            let part = |image: Slot| access.load_slots(ty, image.as_ptr::<u8>().add(offset));
            compare(access, ty, part(a), part(b))
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

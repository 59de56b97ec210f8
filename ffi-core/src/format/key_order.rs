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
            TypeKind::Struct(fields) => first_difference(fields.len(), |index| {
                let field = fields[index].ty;
                let part = |image: Slot| access.load_field(ty, index, field, image.as_ptr());
                compare(access, field, part(a[0]), part(b[0]))
            }),
            TypeKind::Array(elem, len) => first_difference(*len as usize, |index| {
                let offset = index * types.layout(*elem).size;
                let part = |image: Slot| access.load_slots(*elem, image.as_ptr::<u8>().add(offset));
                compare(access, *elem, part(a[0]), part(b[0]))
            }),
            TypeKind::Interface(_) if a[0] == b[0] && a[0] != Slot::ZERO => {
                let dynamic = TypeId::from_number(a[0].bits() as u32);
                compare(access, dynamic, [a[1], Slot::ZERO], [b[1], Slot::ZERO])
            }
            _ => a[0].bits().cmp(&b[0].bits()),
        }
    }
}

fn first_difference(count: usize, compare: impl Fn(usize) -> Ordering) -> Ordering {
    (0..count).map(compare).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

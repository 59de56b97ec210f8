//! Values of C as texts: `{id: 7, name: "seven", tags: [1 2 3]}`.

use std::fmt::Write as _;

use vo_ffi::c::{CKind, CType, Target};
use vo_ffi::{Class, append_float, append_float32, append_quoted};

use super::ctype::{Place, TypeRef};
use super::load::{Loaded, load};
use super::memory::Memory;
use super::store::within;
use super::value::Value;

/// Of longer arrays only the first elements are shown.
const MOST_ELEMENTS: u64 = 64;

/// Of what makes a longer text, only the first parts.
const LONGEST: usize = 64 << 10;

/// Appends a value. What its pointers point to is not read.
pub(super) fn show(value: &Value, out: &mut String) {
    show_value(&value.ty, &value.memory, out);
}

fn show_value(ty: &TypeRef, memory: &Memory, out: &mut String) {
    match ty.kind() {
        CKind::Record(_) => {
            let members = ty.members();
            let parts = members.iter().map(|(name, place)| (Some(name.as_str()), place.clone()));
            show_parts(ty, memory, ("{", ", ", "}"), parts, out);
        }
        CKind::Array { len, .. } => {
            let len = len.unwrap_or(0);
            let shown = (0..len.min(MOST_ELEMENTS)).filter_map(|index| ty.element(index).ok());
            let end = if len > MOST_ELEMENTS { " …]" } else { "]" };
            show_parts(ty, memory, ("[", " ", end), shown.map(|place| (None, place)), out);
        }
        _ => {
            let _ = write!(out, "<{}>", ty.name());
        }
    }
}

fn show_parts<'n>(
    ty: &TypeRef,
    memory: &Memory,
    (start, between, end): (&str, &str, &str),
    parts: impl Iterator<Item = (Option<&'n str>, Place)>,
    out: &mut String,
) {
    out.push_str(start);
    for (number, (name, place)) in parts.enumerate() {
        out.push_str(if number > 0 { between } else { "" });
        if out.len() > LONGEST {
            out.push('…');
            break;
        }
        if let Some(name) = name {
            let _ = write!(out, "{name}: ");
        }
        match within(ty, memory, &place) {
            Ok((ty, memory)) => show_part(&ty, &memory, &place, out),
            Err(_) => out.push('…'),
        }
    }
    out.push_str(end);
}

fn show_part(ty: &TypeRef, memory: &Memory, place: &Place, out: &mut String) {
    // A text that is no text any more must not be followed.
    let ty = if let CKind::Pointer { .. } = ty.kind() { ty.to(CType::POINTER) } else { ty.clone() };
    // SAFETY: the place is inside a value of its type.
    match unsafe { load(&ty, memory, place.bits) } {
        Loaded::Nothing => {}
        Loaded::Address(0) => out.push_str("nil"),
        Loaded::Address(address) => _ = write!(out, "{address:#x}"),
        Loaded::Text(text) => append(out, |bytes| append_quoted(bytes, &text, false)),
        Loaded::Scalar(Class::Bool, slot) => _ = write!(out, "{}", slot.as_bool()),
        Loaded::Scalar(Class::Float, slot) => append(out, |bytes| match ty.size() {
            4 => append_float32(bytes, slot.as_f64() as f32, b'g', None),
            _ => append_float(bytes, slot.as_f64(), b'g', None),
        }),
        Loaded::Scalar(Class::Unsigned, slot) => _ = write!(out, "{}", slot.bits()),
        Loaded::Scalar(Class::Signed, slot) => match constant_name(&ty, slot.as_i64()) {
            Some(name) => out.push_str(name),
            None => _ = write!(out, "{}", slot.as_i64()),
        },
        Loaded::Value(value) => show(&value, out),
    }
}

fn append(out: &mut String, write: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = Vec::new();
    write(&mut bytes);
    out.push_str(&String::from_utf8_lossy(&bytes));
}

/// The constant of an enum with this value.
fn constant_name(ty: &TypeRef, value: i64) -> Option<&str> {
    let CKind::Enum(id) = ty.kind() else { return None };
    let enumeration = ty.types.enumeration(*id);
    // The bits of an enum larger than an int are those of its own type.
    let value = match enumeration.underlying.class(Target::HOST) {
        Class::Unsigned => i128::from(value as u64),
        _ => value.into(),
    };
    let constant = enumeration.constants.iter().flatten().find(|(_, constant)| *constant == value)?;
    Some(&constant.0)
}

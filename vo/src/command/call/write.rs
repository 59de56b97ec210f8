//! C values as JSON.

use std::ffi::CStr;
use std::fmt::Write as _;

use vo_ffi::Class;
use vo_ffi::c::{CKind, CScalar, CType, CTypes, Member, MemberLayout, Record, Target};

use super::read::end_of;
use super::{long_double, peek};

/// Writes the JSON of a value.
///
/// # Safety
/// `image` has the bytes of a value of this type; where it is a `char *`, it is NULL or the address of a text that
/// ends in a NUL.
pub(super) unsafe fn value(out: &mut String, types: &CTypes, ty: CType, image: &[u8]) {
    match (types.unaligned_kind(ty), word(image) as usize) {
        (CKind::Pointer { to, .. }, address) if is_char(types, *to) && address != 0 => {
            // SAFETY: the caller vouches for the text.
            let text = unsafe { CStr::from_ptr(std::ptr::with_exposed_provenance(address)) };
            quoted(out, &text.to_string_lossy());
        }
        _ => part(out, types, ty, image),
    }
}

/// Writes a value that is a part of another: a `char *` there may be none. In a union another member may have been set,
/// and a member that says so; where it leads to no text, its address is shown.
fn part(out: &mut String, types: &CTypes, ty: CType, image: &[u8]) {
    match types.unaligned_kind(ty) {
        CKind::Void | CKind::Func(_) => out.push_str("null"),
        CKind::Scalar(scalar) => scalar_value(out, *scalar, image),
        CKind::Enum(id) => scalar_value(out, types.enumeration(*id).underlying, image),
        CKind::Complex(part) => {
            let (real, imaginary) = image.split_at(part.size(Target::HOST));
            out.push('[');
            scalar_value(out, *part, real);
            out.push(',');
            scalar_value(out, *part, imaginary);
            out.push(']');
        }
        CKind::Pointer { to, .. } => {
            let address = word(image) as usize;
            match is_char(types, *to) {
                true if address == 0 => out.push_str("null"),
                true => match peek::text(address) {
                    Some(text) => quoted(out, &String::from_utf8_lossy(&text)),
                    None => drop(write!(out, "{address}")),
                },
                false => drop(write!(out, "{address}")),
            }
        }
        CKind::Array { of, .. } => array(out, types, *of, image),
        CKind::Record(id) => record(out, types, ty, types.record(*id), image),
        CKind::Aligned { .. } => {}
    }
}

/// Whether a pointer to it is a text.
pub(super) fn is_char(types: &CTypes, ty: CType) -> bool {
    *types.unaligned_kind(ty) == CKind::Scalar(CScalar::Char)
}

/// As many elements as the image has.
pub(super) fn array(out: &mut String, types: &CTypes, of: CType, image: &[u8]) {
    let size = types.layout(of, Target::HOST).map_or(0, |layout| layout.size as usize);
    out.push('[');
    for (index, element) in image.chunks_exact(size.max(1)).enumerate() {
        if index > 0 {
            out.push(',');
        }
        part(out, types, of, element);
    }
    out.push(']');
}

fn record(out: &mut String, types: &CTypes, ty: CType, record: &Record, image: &[u8]) {
    out.push('{');
    let start = out.len();
    members(out, start, types, ty, record, image);
    out.push('}');
}

/// The members, those of members without a name among them.
fn members(out: &mut String, start: usize, types: &CTypes, ty: CType, record: &Record, image: &[u8]) {
    let Ok(layout) = types.record_layout(ty, Target::HOST) else { return };
    for (member, placed) in record.members.iter().flatten().zip(&layout.members) {
        let Some(name) = &member.name else {
            if let (None, Some(inner)) = (member.bits, types.as_record(member.ty)) {
                let bytes = bytes_of(types, member, placed, image);
                members(out, start, types, member.ty, inner, bytes);
            }
            continue;
        };
        if out.len() > start {
            out.push(',');
        }
        quoted(out, name);
        out.push(':');
        match member.bits {
            Some(bits) => bit_field(out, types, member, placed, bits, image),
            None => part(out, types, member.ty, bytes_of(types, member, placed, image)),
        }
    }
}

/// The bytes of a member that is no bit-field.
fn bytes_of<'i>(types: &CTypes, member: &Member, placed: &MemberLayout, image: &'i [u8]) -> &'i [u8] {
    &image[placed.offset() as usize..end_of(types, member, placed, image.len())]
}

fn bit_field(
    out: &mut String,
    types: &CTypes,
    member: &Member,
    placed: &MemberLayout,
    bits: u32,
    image: &[u8],
) {
    let mut value = 0_u128;
    for bit in 0..u64::from(bits) {
        let at = placed.bit_offset + bit;
        value |= u128::from(image[(at / 8) as usize] >> (at % 8) & 1) << bit;
    }
    let class = types.as_scalar(member.ty).map_or(Class::Unsigned, |scalar| scalar.class(Target::HOST));
    let unused = 128 - bits;
    match class {
        Class::Bool => out.push_str(if value == 0 { "false" } else { "true" }),
        Class::Signed => integer(out, (value << unused) as i128 >> unused, placed.layout.size == 16),
        _ => unsigned(out, value, placed.layout.size == 16),
    }
}

fn scalar_value(out: &mut String, scalar: CScalar, image: &[u8]) {
    let mut bytes = [0; 16];
    let len = scalar.size(Target::HOST);
    bytes[..len].copy_from_slice(&image[..len]);
    let bits = u128::from_le_bytes(bytes);
    let unused = 128 - 8 * len as u32;
    match (scalar.class(Target::HOST), len) {
        (Class::Bool, _) => out.push_str(if bits == 0 { "false" } else { "true" }),
        (Class::Signed, _) => integer(out, (bits << unused) as i128 >> unused, len == 16),
        (Class::Unsigned, _) => unsigned(out, bits, len == 16),
        (Class::Float, 4) => {
            float(out, f64::from(f32::from_bits(bits as u32)), |value| format!("{:?}", value as f32))
        }
        (Class::Float, 8) if scalar != CScalar::LongDouble => {
            float(out, f64::from_bits(bits as u64), |value| format!("{value:?}"));
        }
        (Class::Float, _) => quoted(out, &long_double::print(&image[..len])),
    }
}

/// A 128-bit integer is a text: most readers of JSON would round it.
fn integer(out: &mut String, value: i128, wide: bool) {
    let _ = if wide { write!(out, "\"{value}\"") } else { write!(out, "{value}") };
}

fn unsigned(out: &mut String, value: u128, wide: bool) {
    let _ = if wide { write!(out, "\"{value}\"") } else { write!(out, "{value}") };
}

/// The shortest text that is read as the same number; JSON has none for some.
fn float(out: &mut String, value: f64, shortest: impl Fn(f64) -> String) {
    match value {
        _ if value.is_nan() => out.push_str("\"nan\""),
        f64::INFINITY => out.push_str("\"inf\""),
        f64::NEG_INFINITY => out.push_str("\"-inf\""),
        _ => {
            let text = shortest(value);
            let whole = text.strip_suffix(".0").filter(|&whole| whole != "-0");
            out.push_str(whole.unwrap_or(&text));
        }
    }
}

/// The answer to a line that could not be carried out.
pub(super) fn error(out: &mut String, message: &str) {
    out.push_str("{\"error\": ");
    quoted(out, message);
    out.push('}');
}

/// A text of JSON.
pub(super) fn quoted(out: &mut String, text: &str) {
    // A text can always be written.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

/// The first eight bytes.
fn word(image: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let len = image.len().min(8);
    bytes[..len].copy_from_slice(&image[..len]);
    u64::from_le_bytes(bytes)
}

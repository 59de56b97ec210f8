//! C's types as libffi describes them, and what it cannot describe.

use libffi::middle::Type;
use vo_ffi_core::Class;
use vo_ffi_core::c::{CKind, CScalar, CType, CTypes, Record, Target};

/// libffi has no arrays: a struct has each element as a member. Larger ones are refused.
const MOST_MEMBERS: u64 = 4096;

/// The type of a parameter; or why libffi has none.
pub(super) fn ffi_type(types: &CTypes, ty: CType) -> Result<Type, String> {
    let refuse = |why: &str| Err(format!("libffi {why}: {}", types.name(ty)));
    match types.unaligned_kind(ty) {
        CKind::Void => Ok(Type::void()),
        CKind::Scalar(scalar) => scalar_type(*scalar).map_or_else(|| refuse("has no 128-bit integers"), Ok),
        CKind::Enum(id) => ffi_type(types, CType::scalar(types.enumeration(*id).underlying)),
        CKind::Pointer { .. } => Ok(Type::pointer()),
        CKind::Complex(part) => {
            complex_type(*part).map_or_else(|| refuse("has no complex numbers on Windows"), Ok)
        }
        CKind::Record(id) => match types.record(*id) {
            record if record.union => refuse("has no unions"),
            record => struct_type(types, ty, record),
        },
        CKind::Array { .. } | CKind::Func(_) | CKind::Aligned { .. } => refuse("cannot pass"),
    }
}

/// The type of a result; or why libffi has none, or returns it wrongly.
pub(super) fn result_type(types: &CTypes, ty: CType) -> Result<Type, String> {
    if types.as_record(ty).is_some() && has_long_double(types, ty) {
        // Every version so far returns such a struct from the wrong registers.
        return Err(format!("libffi returns structs with long double wrongly: {}", types.name(ty)));
    }
    ffi_type(types, ty)
}

fn scalar_type(scalar: CScalar) -> Option<Type> {
    Some(match (scalar.class(Target::HOST), scalar.size(Target::HOST)) {
        (Class::Signed, 1) => Type::i8(),
        (Class::Signed, 2) => Type::i16(),
        (Class::Signed, 4) => Type::i32(),
        (Class::Signed, 8) => Type::i64(),
        (Class::Bool, _) | (Class::Unsigned, 1) => Type::u8(),
        (Class::Unsigned, 2) => Type::u16(),
        (Class::Unsigned, 4) => Type::u32(),
        (Class::Unsigned, 8) => Type::u64(),
        (Class::Float, 4) => Type::f32(),
        (Class::Float, 8) => Type::f64(),
        (Class::Float, _) => Type::longdouble(),
        _ => return None,
    })
}

#[cfg(not(windows))]
fn complex_type(part: CScalar) -> Option<Type> {
    Some(match part {
        CScalar::Float => Type::c32(),
        CScalar::Double => Type::c64(),
        _ => Type::complex_longdouble(),
    })
}

#[cfg(windows)]
fn complex_type(_: CScalar) -> Option<Type> {
    None
}

fn struct_type(types: &CTypes, ty: CType, record: &Record) -> Result<Type, String> {
    let refuse = |why: &str| Err(format!("libffi {why}: {}", types.name(ty)));
    let layout = types.record_layout(ty, Target::HOST).map_err(|error| error.to_string())?;
    let mut fields = Fields::default();
    for (member, placed) in record.members.iter().flatten().zip(&layout.members) {
        if member.bits.is_some() {
            return refuse("has no bit-fields");
        }
        fields.add(types, member.ty, placed.offset())?;
    }
    if fields.types.is_empty() {
        return refuse("has no empty structs");
    }
    let mut described = Type::structure(fields.types);
    // It fills in the size, and tells whether the description is right.
    let offsets = described.struct_offsets(libffi::middle::ffi_abi_FFI_DEFAULT_ABI).unwrap_or_default();
    // SAFETY: the pointer is to the type that `described` owns.
    let (size, align) = unsafe { ((*described.as_raw_ptr()).size, (*described.as_raw_ptr()).alignment) };
    let same = offsets.iter().map(|&offset| offset as u64).eq(fields.offsets);
    match (layout.whole.size, layout.whole.align) == (size as u64, u64::from(align)) && same {
        true => Ok(described),
        false => refuse("would lay it out otherwise"),
    }
}

/// The members as libffi has them, with their offsets.
#[derive(Default)]
struct Fields {
    types: Vec<Type>,
    offsets: Vec<u64>,
}

impl Fields {
    fn add(&mut self, types: &CTypes, ty: CType, at: u64) -> Result<(), String> {
        let CKind::Array { of, len } = types.unaligned_kind(ty) else {
            self.types.push(ffi_type(types, ty)?);
            self.offsets.push(at);
            return Ok(());
        };
        if *len == Some(0) {
            return Err(format!("libffi has no arrays without elements: {}", types.name(ty)));
        }
        let len = len.unwrap_or(0);
        if len.saturating_add(self.types.len() as u64) > MOST_MEMBERS {
            return Err(format!(
                "libffi describes arrays element by element, too many of {}",
                types.name(ty)
            ));
        }
        let size = types.layout(*of, Target::HOST).map_err(|error| error.to_string())?.size;
        (0..len).try_for_each(|index| self.add(types, *of, at + index * size))
    }
}

fn has_long_double(types: &CTypes, ty: CType) -> bool {
    match types.unaligned_kind(ty) {
        CKind::Scalar(CScalar::LongDouble) | CKind::Complex(CScalar::LongDouble) => true,
        CKind::Array { of, .. } => has_long_double(types, *of),
        CKind::Record(id) => {
            types.record(*id).members.iter().flatten().any(|member| has_long_double(types, member.ty))
        }
        _ => false,
    }
}

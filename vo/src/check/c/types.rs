//! Vo's types of C's types.

use vo_ffi::c::{CKind, CScalar, CType, Record, RecordLayout, Target};
use vo_ffi::{BitField, Layout};

use super::name_in_vo;
use crate::check::checker::Checker;
use crate::types::{Field, Scalar, TypeId, TypeKind};

/// The most that values in Vo's heap are aligned to.
const MAX_ALIGN: u64 = 16;

impl Checker<'_> {
    /// The type of Vo that stands for a type of C. What Vo has no values of is behind a pointer alone.
    pub(super) fn c_type(&mut self, ty: CType) -> TypeId {
        let own = self.c_value(ty);
        while let Some(record) = self.c_unit().incomplete.pop() {
            self.c_value(record);
        }
        own
    }

    /// The alignment of a struct that is complete in C, but that Vo's heap has no place for.
    pub(in crate::check) fn too_aligned_for_vo(&self, ty: TypeId) -> Option<u64> {
        let mut units = self.c_units.values();
        let (unit, &c) = units.find_map(|unit| unit.made.get(&ty).map(|c| (unit, c)))?;
        let layout = unit.declarations.types.layout(c, Target::HOST).ok()?;
        (layout.align > MAX_ALIGN).then_some(layout.align)
    }

    /// The type of values, which is complete.
    fn c_value(&mut self, ty: CType) -> TypeId {
        if let Some(&known) = self.c_unit().types.get(&ty)
            && *self.kind(known) != TypeKind::Incomplete
        {
            return known;
        }
        match self.c_unit().declarations.types.kind(ty).clone() {
            CKind::Scalar(scalar) => self.c_scalar(ty, scalar),
            CKind::Complex(scalar) => self.c_complex(ty, scalar),
            CKind::Pointer { to, .. } => {
                let to = self.c_pointee(to);
                self.types.pointer_to(to)
            }
            CKind::Array { of, len } => {
                let elem = self.c_value(of);
                self.types.array_of(elem, len.unwrap_or(0))
            }
            CKind::Aligned { of, .. } => self.c_value(of),
            CKind::Enum(_) => self.c_enum(ty),
            CKind::Record(_) => self.c_record(ty),
            CKind::Void | CKind::Func(_) => self.c_opaque(ty),
        }
    }

    /// The type of what a pointer points to. A struct is completed later: its members may lead back to it.
    fn c_pointee(&mut self, ty: CType) -> TypeId {
        let types = &self.c_unit().declarations.types;
        match types.kind(ty).clone() {
            CKind::Array { of, len } => {
                let elem = self.c_pointee(of);
                self.types.array_of(elem, len.unwrap_or(0))
            }
            CKind::Aligned { of, .. } => self.c_pointee(of),
            CKind::Record(_) => self.c_declared_record(ty),
            _ => self.c_value(ty),
        }
    }

    fn keep_c_type(&mut self, c: CType, ty: TypeId) -> TypeId {
        let unit = self.c_unit();
        unit.types.insert(c, ty);
        unit.made.insert(ty, c);
        ty
    }

    fn c_scalar(&mut self, c: CType, scalar: CScalar) -> TypeId {
        let own = scalar.in_vo(Target::HOST);
        match (scalar, own) {
            (CScalar::Char, Some(own)) => {
                let ty = self.types.new_c_character("C.char", own);
                self.keep_c_type(c, ty)
            }
            (_, Some(own)) => TypeId::scalar(own),
            (CScalar::LongDouble, None) => self.c_words(c, "C.longdouble", &[("bytes", TypeId::BYTE, 16)]),
            (CScalar::Int128, None) => {
                let high = TypeId::scalar(Scalar::Int64);
                self.c_words(c, "C.int128", &[("low", TypeId::UINT64, 0), ("high", high, 0)])
            }
            (_, None) => {
                self.c_words(c, "C.uint128", &[("low", TypeId::UINT64, 0), ("high", TypeId::UINT64, 0)])
            }
        }
    }

    fn c_complex(&mut self, c: CType, scalar: CScalar) -> TypeId {
        let part = self.c_value(CType::scalar(scalar));
        let name = format!("C.complex{}", scalar.name().replace(' ', ""));
        self.c_words(c, &name, &[("real", part, 0), ("imag", part, 0)])
    }

    /// A struct that stands for a number that Vo has not: of such fields, arrays where they have a length.
    fn c_words(&mut self, c: CType, name: &str, parts: &[(&str, TypeId, u64)]) -> TypeId {
        let (mut fields, mut offsets, mut at) = (Vec::new(), Vec::new(), 0);
        for &(name, ty, len) in parts {
            let ty = if len > 0 { self.types.array_of(ty, len) } else { ty };
            fields.push(Field { name: name.into(), ty, embedded: false });
            offsets.push(at);
            at += self.types.layout(ty).size;
        }
        let Ok(whole) = self.c_unit().declarations.types.layout(c, Target::HOST) else {
            return self.c_opaque(c);
        };
        let layout = Layout { size: whole.size as usize, align: whole.align as usize, offsets };
        let ty = self.types.new_named(name);
        self.types.set_c_record(ty, fields, layout, false, Vec::new());
        self.keep_c_type(c, ty)
    }

    fn c_enum(&mut self, c: CType) -> TypeId {
        let name = self.c_type_name(c);
        let types = &self.c_unit().declarations.types;
        let underlying = types.as_scalar(c).and_then(|scalar| scalar.in_vo(Target::HOST));
        let constants = match types.unaligned_kind(c) {
            CKind::Enum(id) => types.enumeration(*id).constants.clone(),
            _ => None,
        };
        let ty =
            self.types.new_c_enum(name, underlying.unwrap_or(Scalar::Uint32), constants.unwrap_or_default());
        self.keep_c_type(c, ty)
    }

    fn c_opaque(&mut self, c: CType) -> TypeId {
        let name = self.c_type_name(c);
        let ty = self.types.new_c_opaque(name);
        self.keep_c_type(c, ty)
    }

    /// As programs write the type: `C.struct_point`, or `C.point` where a typedef alone names it.
    pub(super) fn c_type_name(&mut self, c: CType) -> String {
        let name = self.c_unit().declarations.types.name(c);
        match name.split_once(' ') {
            Some((word @ ("struct" | "union" | "enum"), tag))
                if tag.chars().all(|c| c.is_alphanumeric() || c == '_') =>
            {
                format!("C.{word}_{tag}")
            }
            Some(_) => format!("C.({name})"),
            None => format!("C.{name}"),
        }
    }

    /// The type of a struct or union, which may still be incomplete.
    fn c_declared_record(&mut self, c: CType) -> TypeId {
        if let Some(&known) = self.c_unit().types.get(&c) {
            return known;
        }
        let layout = self.c_unit().declarations.types.layout(c, Target::HOST);
        if layout.is_ok_and(|whole| whole.align <= MAX_ALIGN && whole.size <= u32::MAX.into()) {
            let name = self.c_type_name(c);
            let ty = self.types.new_named(name);
            self.c_unit().incomplete.push(c);
            self.keep_c_type(c, ty)
        } else {
            self.c_opaque(c)
        }
    }

    fn c_record(&mut self, c: CType) -> TypeId {
        let ty = self.c_declared_record(c);
        let types = &self.c_unit().declarations.types;
        let record = types.as_record(c).cloned().unwrap_or_default();
        if *self.kind(ty) == TypeKind::Incomplete
            && let Ok(layout) = self.c_unit().declarations.types.record_layout(c, Target::HOST)
        {
            self.complete_c_record(ty, &record, &layout);
        }
        ty
    }

    fn complete_c_record(&mut self, ty: TypeId, record: &Record, layout: &RecordLayout) {
        let (mut fields, mut offsets, mut bits) = (Vec::new(), Vec::new(), Vec::new());
        for (member, place) in record.members.iter().flatten().zip(&layout.members) {
            if member.name.is_none() && member.bits.is_some() {
                continue;
            }
            let embedded = member.name.is_none();
            let name = member.name.clone().unwrap_or_else(|| format!("anon{}", fields.len()));
            fields.push(Field { name: name_in_vo(&name), ty: self.c_value(member.ty), embedded });
            offsets.push(place.offset() as usize);
            bits.push(place.bits.map(|width| BitField { offset: place.bit_offset, width }));
        }
        let layout = Layout { size: layout.whole.size as usize, align: layout.whole.align as usize, offsets };
        let bits = if bits.iter().any(Option::is_some) { bits } else { Vec::new() };
        self.types.set_c_record(ty, fields, layout, record.union, bits);
    }
}

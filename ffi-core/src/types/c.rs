//! Types of C in the table: characters, enums, structs and unions with layouts of their own, and what only pointers reach.

use super::{Field, Layout, TypeId, TypeKind, TypeTable};
use crate::scalar::Scalar;

/// What a named type is in C, beyond what it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CMeaning {
    /// A character of a text: `char`, `wchar_t`, `char16_t`, `char32_t`.
    Character,
    /// An enum, with its constants in order.
    Enum(Vec<(String, i128)>),
    /// A struct or union.
    Record {
        /// Whether it is a union: all fields are at its start.
        union: bool,
        /// For each field that is a bit-field, its bits; empty where none is.
        bits: Vec<Option<BitField>>,
    },
    /// What programs know behind a pointer alone: `void`, an incomplete struct, a function.
    Opaque,
}

/// How a struct departs from the layout that its fields ask for, as gcc's attributes `packed` and `aligned` have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Packing {
    /// Whether its fields follow each other without gaps.
    pub packed: bool,
    /// The least alignment of the whole, a power of two.
    pub align: Option<usize>,
}

/// The bits of a bit-field. The field's type is an integer as wide as was declared; its sign is the field's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BitField {
    /// The first bit, counted from the struct's first byte; on a little-endian machine the lowest.
    pub offset: u64,
    /// How many bits, at least one.
    pub width: u32,
}

impl TypeTable {
    /// A new named type of characters: an integer, arrays of which are texts.
    ///
    /// ```
    /// use vo_ffi_core::{CMeaning, Scalar, TypeTable};
    /// let mut types = TypeTable::new();
    /// let char = types.new_c_character("C.char", Scalar::Int8);
    /// assert_eq!(types.info(char).c, Some(CMeaning::Character));
    /// assert_eq!(types.as_scalar(char), Some(Scalar::Int8));
    /// ```
    pub fn new_c_character(&mut self, name: impl Into<String>, scalar: Scalar) -> TypeId {
        self.new_c_integer(name, scalar, CMeaning::Character)
    }

    /// A new named type of an enum's constants, which print as their names.
    ///
    /// ```
    /// use vo_ffi_core::{Scalar, TypeTable};
    /// let mut types = TypeTable::new();
    /// let color = types.new_c_enum("C.enum_color", Scalar::Uint32, vec![("RED".into(), 0), ("BLUE".into(), 1)]);
    /// assert_eq!(types.c_enum_name(color, 1), Some("BLUE"));
    /// assert_eq!(types.c_enum_name(color, 7), None);
    /// ```
    pub fn new_c_enum(
        &mut self,
        name: impl Into<String>,
        scalar: Scalar,
        constants: Vec<(String, i128)>,
    ) -> TypeId {
        self.new_c_integer(name, scalar, CMeaning::Enum(constants))
    }

    fn new_c_integer(&mut self, name: impl Into<String>, scalar: Scalar, meaning: CMeaning) -> TypeId {
        let named = self.new_named(name);
        self.set_underlying(named, TypeId::scalar(scalar));
        self.rows[named.0 as usize].c = Some(meaning);
        named
    }

    /// The name of an enum's constant; the first, where several have the value.
    ///
    /// [`TypeTable::new_c_enum`] has an example.
    pub fn c_enum_name(&self, ty: TypeId, value: i128) -> Option<&str> {
        match self.info(ty).c.as_ref()? {
            CMeaning::Enum(constants) => {
                constants.iter().find(|(_, own)| *own == value).map(|(name, _)| name.as_str())
            }
            _ => None,
        }
    }

    /// A new named type that programs know behind a pointer alone, and that is C's.
    ///
    /// ```
    /// use vo_ffi_core::{CMeaning, TypeKind, TypeTable};
    /// let mut types = TypeTable::new();
    /// let file = types.new_c_opaque("C.FILE");
    /// assert_eq!((types.kind(file), &types.info(file).c), (&TypeKind::Opaque, &Some(CMeaning::Opaque)));
    /// ```
    pub fn new_c_opaque(&mut self, name: impl Into<String>) -> TypeId {
        let named = self.new_opaque(name);
        self.rows[named.0 as usize].c = Some(CMeaning::Opaque);
        named
    }

    /// Completes a named type as a struct or union of C, with the layout that it has there.
    ///
    /// Where that is the layout of Vo's struct of these fields, the two convert into one another; else it is like no other.
    ///
    /// ```
    /// use vo_ffi_core::{Field, Layout, Scalar, TypeId, TypeTable};
    /// let mut types = TypeTable::new();
    /// // union { int32_t i; float f; }
    /// let either = types.new_named("C.union_either");
    /// let field = |name: &str, scalar| Field { name: name.into(), ty: TypeId::scalar(scalar), embedded: false };
    /// let fields = vec![field("i", Scalar::Int32), field("f", Scalar::Float32)];
    /// types.set_c_record(either, fields, Layout { size: 4, align: 4, offsets: vec![0, 0] }, true, Vec::new());
    /// assert_eq!((types.layout(either).size, types.underlying(either)), (4, either));
    /// ```
    pub fn set_c_record(
        &mut self,
        named: TypeId,
        fields: Vec<Field>,
        layout: Layout,
        union: bool,
        bits: Vec<Option<BitField>>,
    ) {
        let natural = !union && bits.is_empty() && self.struct_layout(&fields, Packing::default()) == layout;
        if natural {
            let underlying = self.intern(TypeKind::Struct(fields));
            self.set_underlying(named, underlying);
        } else {
            let row = &mut self.rows[named.0 as usize];
            row.kind = TypeKind::Struct(fields);
            row.layout = layout.into();
        }
        self.rows[named.0 as usize].c = Some(CMeaning::Record { union, bits });
    }

    /// Completes a named type as a struct that is packed or aligned. No other type is like it.
    ///
    /// ```
    /// use vo_ffi_core::{Field, Layout, Packing, Scalar, TypeId, TypeTable};
    /// let mut types = TypeTable::new();
    /// let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
    /// let fields = vec![field("kind", TypeId::BYTE), field("length", TypeId::scalar(Scalar::Uint32))];
    /// let [header, block] = ["main.Header", "main.Block"].map(|name| types.new_named(name));
    /// types.set_packed(header, fields.clone(), Packing { packed: true, align: None });
    /// types.set_packed(block, fields, Packing { packed: false, align: Some(16) });
    /// assert_eq!(*types.layout(header), Layout { size: 5, align: 1, offsets: vec![0, 1] });
    /// assert_eq!(*types.layout(block), Layout { size: 16, align: 16, offsets: vec![0, 4] });
    /// // What is made of it has its layout.
    /// let frame = types.new_named("main.Frame");
    /// types.set_underlying(frame, header);
    /// assert_eq!(types.layout(frame).size, 5);
    /// ```
    pub fn set_packed(&mut self, named: TypeId, fields: Vec<Field>, packing: Packing) {
        let row = &mut self.rows[named.0 as usize];
        row.kind = TypeKind::Struct(fields);
        row.underlying = named;
        row.c = Some(CMeaning::Record { union: false, bits: Vec::new() });
        row.packing = packing;
    }

    /// Whether it is a character of C, arrays of which are texts.
    ///
    /// [`TypeTable::new_c_character`] makes one.
    pub fn is_c_character(&self, ty: TypeId) -> bool {
        self.info(ty).c == Some(CMeaning::Character)
    }

    /// Whether it is a union of C: its fields are at its start, and it is compared by its bytes.
    ///
    /// [`TypeTable::set_c_record`] makes one.
    pub fn is_c_union(&self, ty: TypeId) -> bool {
        matches!(self.info(ty).c, Some(CMeaning::Record { union: true, .. }))
    }

    pub(super) fn fields_and_bits(&self, ty: TypeId) -> (&[Field], &[Option<BitField>]) {
        let info = self.info(ty);
        match (&info.kind, &info.c) {
            (TypeKind::Struct(fields), Some(CMeaning::Record { bits, .. })) => (fields, bits),
            _ => (&[], &[]),
        }
    }

    /// The bits of a struct's field, where it is a bit-field.
    pub fn bit_field(&self, ty: TypeId, field: usize) -> Option<BitField> {
        match self.info(ty).c.as_ref()? {
            CMeaning::Record { bits, .. } => bits.get(field).copied().flatten(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The layouts are those that gcc 12 gives for `packed` and `aligned` on x86-64.
    #[test]
    fn packed_and_aligned_structs_lie_as_with_gcc() {
        let mut types = TypeTable::new();
        let [char, short, int, long, double] =
            [Scalar::Int8, Scalar::Int16, Scalar::Int32, Scalar::Int64, Scalar::Float64].map(TypeId::scalar);
        let three = types.array_of(int, 3);
        let mut make = |name: &str, fields: &[TypeId], packed, align| {
            let named = types.new_named(name);
            let field = |(index, &ty)| Field { name: format!("f{index}"), ty, embedded: false };
            let fields: Vec<Field> = fields.iter().enumerate().map(field).collect();
            types.set_packed(named, fields, Packing { packed, align });
            (named, types.layout(named).clone())
        };
        let (a, a_layout) = make("a", &[char, int, double], true, None);
        let (b, b_layout) = make("b", &[char, int], false, Some(16));
        let rows = [
            (a_layout, 13, 1, vec![0, 1, 5]),
            (b_layout, 16, 16, vec![0, 4]),
            (make("c", &[char, long, char], true, Some(4)).1, 12, 4, vec![0, 1, 9]),
            (make("d", &[char, b, char], true, None).1, 18, 1, vec![0, 1, 17]),
            (make("e", &[char, a, short, b], false, None).1, 32, 16, vec![0, 1, 14, 16]),
            (make("f", &[long, char], false, Some(2)).1, 16, 8, vec![0, 8]),
            (make("g", &[short, three, char], true, None).1, 15, 1, vec![0, 2, 14]),
        ];
        for (layout, size, align, offsets) in rows {
            assert_eq!(layout, Layout { size, align, offsets });
        }
    }
}

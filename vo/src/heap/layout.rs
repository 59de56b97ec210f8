//! What the collector and the operations on values know of each type, made once from the table of types.

use vo_ffi::{Layout, Scalar, TypeId, TypeKind, TypeTable};

/// How an object is scanned. The number is part of the object's tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ShapeId(u32);

impl ShapeId {
    /// Without references: numbers, and strings that own their bytes.
    pub(super) const LEAF: ShapeId = ShapeId(0);
    /// One reference at the start: substrings and slice headers.
    pub(super) const HEADER: ShapeId = ShapeId(1);
    /// A map.
    pub(super) const MAP: ShapeId = ShapeId(2);
    /// A func object.
    pub(super) const FUNC: ShapeId = ShapeId(3);
    /// A buffer of strings that grow; without references.
    pub(super) const BUFFER: ShapeId = ShapeId(4);
    const TYPES: u32 = 5;

    /// The tag of an object of this shape.
    #[inline]
    pub(super) fn tag(self, epoch: u8) -> u32 {
        self.0 << 8 | epoch as u32
    }

    /// The shape in a tag.
    #[inline]
    pub(super) fn of_tag(tag: u32) -> ShapeId {
        ShapeId(tag >> 8)
    }
}

/// Images of one type, one after the other to the end of the object.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// From one image to the next.
    pub(super) stride: usize,
    /// Offsets of references.
    pub(super) references: Vec<usize>,
    /// Offsets of interfaces.
    pub(super) dynamics: Vec<usize>,
    /// Parts too large to be listed one by one.
    pub(super) parts: Vec<Part>,
}

/// Images of another shape inside of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) offset: usize,
    pub(super) bytes: usize,
    pub(super) shape: ShapeId,
}

/// More than this many references of a part are not listed one by one.
const MAX_LISTED: usize = 32;

impl Shape {
    fn entries(&self) -> usize {
        self.references.len() + self.dynamics.len() + self.parts.len()
    }
}

/// How a value's slots relate to its bytes in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Scalar(Scalar),
    String,
    /// Slices, maps, funcs, pointers: 8 bytes.
    Reference,
    /// Type word and data.
    Interface,
    /// The slot holds the address of the bytes.
    Image,
}

/// What is known of a type.
#[derive(Clone, Copy, Debug)]
pub(super) struct TypeRow {
    pub(super) form: Form,
    /// Bytes in memory.
    pub(super) size: usize,
    /// The shape of its images.
    pub(super) shape: ShapeId,
    /// Whether it has `==`.
    pub(super) comparable: bool,
    /// Whether equal bytes mean equal values, and the reverse.
    pub(super) bytewise: bool,
}

impl TypeRow {
    /// Whether the slot of a value, or the data of an interface that holds it, is a reference.
    #[inline]
    pub(super) fn is_reference(&self) -> bool {
        matches!(self.form, Form::String | Form::Reference | Form::Image)
    }
}

/// A row per type.
pub(super) struct LayoutTable {
    rows: Vec<TypeRow>,
    shapes: Vec<Shape>,
}

impl LayoutTable {
    /// The rows of all types.
    pub(super) fn new(types: &TypeTable) -> LayoutTable {
        let mut table = LayoutTable { rows: Vec::new(), shapes: Vec::new() };
        table.extend(types);
        table
    }

    /// Adds the rows of the types that are new; shapes keep their ids, which are in the tags of objects.
    pub(super) fn extend(&mut self, types: &TypeTable) {
        let mut rows: Vec<Option<TypeRow>> = self.rows.iter().copied().map(Some).collect();
        rows.resize(types.len(), None);
        let mut builder = Builder { types, rows, shapes: std::mem::take(&mut self.shapes) };
        let new = self.rows.len()..types.len();
        self.rows.extend(new.map(|number| builder.row(TypeId::from_number(number as u32))));
        self.shapes = builder.shapes;
    }

    /// The row of a type.
    #[inline]
    pub(super) fn row(&self, ty: TypeId) -> &TypeRow {
        &self.rows[ty.number() as usize]
    }

    /// The row that a type word names; `None` where it names no type.
    #[inline]
    pub(super) fn dynamic_row(&self, type_word: u64) -> Option<&TypeRow> {
        self.rows.get(usize::try_from(type_word).ok()?)
    }

    /// The shape with an id other than the fixed ones.
    #[inline]
    pub(super) fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[(id.0 - ShapeId::TYPES) as usize]
    }
}

/// Whether fields lie one after the other, and are all of a struct.
fn has_no_gaps(rows: &[TypeRow], layout: &Layout) -> bool {
    let mut end = 0;
    for (row, &offset) in rows.iter().zip(&layout.offsets) {
        if offset != end {
            return false;
        }
        end += row.size;
    }
    end == layout.size
}

struct Builder<'a> {
    types: &'a TypeTable,
    rows: Vec<Option<TypeRow>>,
    shapes: Vec<Shape>,
}

impl Builder<'_> {
    fn row(&mut self, ty: TypeId) -> TypeRow {
        let number = ty.number() as usize;
        if let Some(row) = self.rows[number] {
            return row;
        }
        let row = self.make_row(ty);
        self.rows[number] = Some(row);
        row
    }

    fn make_row(&mut self, ty: TypeId) -> TypeRow {
        let types = self.types;
        let (form, comparable, bytewise) = match types.kind(ty) {
            TypeKind::Incomplete | TypeKind::Opaque => (Form::Image, false, false),
            TypeKind::Scalar(scalar) => (Form::Scalar(*scalar), true, !scalar.is_float()),
            TypeKind::String => (Form::String, true, false),
            TypeKind::Pointer(_) => (Form::Reference, true, true),
            TypeKind::Slice(_) | TypeKind::Map(..) | TypeKind::Func(_) => (Form::Reference, false, true),
            TypeKind::Interface(_) => (Form::Interface, true, false),
            TypeKind::Array(elem, _) => {
                let elem = self.row(*elem);
                (Form::Image, elem.comparable, elem.bytewise)
            }
            TypeKind::Struct(fields) => {
                let rows: Vec<TypeRow> = fields.iter().map(|field| self.row(field.ty)).collect();
                let named = fields.iter().all(|field| field.name != "_");
                let whole =
                    named && has_no_gaps(&rows, types.layout(ty)) && rows.iter().all(|row| row.bytewise);
                let bits = types.bit_fields(ty).next().is_some();
                // Which of a union's fields has the value nobody knows.
                let bytewise = types.is_c_union(ty) || whole && !bits;
                (Form::Image, rows.iter().all(|row| row.comparable), bytewise)
            }
        };
        TypeRow { form, size: types.layout(ty).size, shape: self.shape(ty, form), comparable, bytewise }
    }

    fn shape(&mut self, ty: TypeId, form: Form) -> ShapeId {
        let mut shape = Shape { stride: self.types.layout(ty).size, ..Shape::default() };
        match (form, self.types.kind(ty)) {
            (Form::Scalar(_), _) => return ShapeId::LEAF,
            (Form::String | Form::Reference, _) => shape.references.push(0),
            (Form::Interface, _) => shape.dynamics.push(0),
            // An array is its elements, one after the other, and so is an object that holds it.
            (_, TypeKind::Array(elem, _)) => return self.row(*elem).shape,
            (_, TypeKind::Struct(fields)) => {
                for (field, &offset) in fields.iter().zip(&self.types.layout(ty).offsets) {
                    self.add_field(&mut shape, field.ty, offset);
                }
            }
            _ => {}
        }
        if shape.entries() == 0 {
            return ShapeId::LEAF;
        }
        self.shapes.push(shape);
        ShapeId(ShapeId::TYPES + self.shapes.len() as u32 - 1)
    }

    fn add_field(&mut self, shape: &mut Shape, ty: TypeId, offset: usize) {
        let row = self.row(ty);
        if row.shape == ShapeId::LEAF || row.size == 0 {
            return;
        }
        let inner = &self.shapes[(row.shape.0 - ShapeId::TYPES) as usize];
        let count = row.size / inner.stride;
        if !inner.parts.is_empty() || inner.entries().saturating_mul(count) > MAX_LISTED {
            shape.parts.push(Part { offset, bytes: row.size, shape: row.shape });
            return;
        }
        for start in (0..count).map(|index| offset + index * inner.stride) {
            shape.references.extend(inner.references.iter().map(|at| start + at));
            shape.dynamics.extend(inner.dynamics.iter().map(|at| start + at));
        }
    }
}

//! Declared types as constants, compared with Rust's when a native is compiled: what `declarations = "file.vo"` expands to.
//!
//! What a file alone does not tell, such as a type of another package, fits everything here; it is compared when a program
//! is linked, by [`TypeSpec::accepts`].

use crate::__private::ResultFacts;
use crate::scalar::Scalar;
use crate::spec::{FieldSpec, FuncSpec, TypeSpec, scalar_accepts};

/// A type as a file declares it, its names looked up.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// What the file does not tell.
    Unknown,
    /// bool, an integer or a float
    Scalar(Scalar),
    /// `string`
    String,
    /// `[]T`
    Slice(&'static Shape),
    /// `[N]T`
    Array,
    /// `map[K]V`
    Map(&'static Shape, &'static Shape),
    /// The names and types of the fields.
    Struct(&'static [(&'static str, Shape)]),
    /// A pointer to anything but an opaque type
    Pointer,
    /// A pointer to the opaque type of this name, `pkg.Type`
    Opaque(&'static str),
    /// Parameters and results
    Func(&'static [Shape], &'static [Shape]),
    /// `any`
    Any,
    /// `error`
    Error,
    /// An interface with methods
    Interface,
}

/// Whether a declaration may say this where Rust has that.
pub(super) const fn fits(spec: &TypeSpec, shape: &Shape) -> bool {
    match (spec, shape) {
        (_, Shape::Unknown) => true,
        (TypeSpec::Scalar(rust), Shape::Scalar(vo)) => scalar_accepts(*rust, *vo),
        (TypeSpec::Rune, Shape::Scalar(vo)) => matches!(vo, Scalar::Int32),
        (TypeSpec::String, Shape::String)
        | (TypeSpec::Slice(None), Shape::Slice(_))
        | (TypeSpec::Map, Shape::Map(..))
        | (TypeSpec::Struct, Shape::Struct(_))
        | (TypeSpec::Pointer, Shape::Pointer | Shape::Opaque(_))
        | (TypeSpec::Func, Shape::Func(..))
        // What methods an interface has in the end is not told.
        | (TypeSpec::Any, Shape::Any | Shape::Interface)
        | (TypeSpec::Error, Shape::Error | Shape::Interface)
        | (TypeSpec::Interface, Shape::Any | Shape::Error | Shape::Interface) => true,
        (TypeSpec::Slice(Some(elem)), Shape::Slice(vo)) => element_fits(elem, vo),
        (TypeSpec::MapOf(key, value), Shape::Map(vo_key, vo_value)) => {
            fits(key, vo_key) && fits(value, vo_value)
        }
        (TypeSpec::StructOf(spec), Shape::Struct(fields)) => fields_fit(spec.fields, fields),
        (TypeSpec::Object(spec), Shape::Opaque(name)) => is_type(spec.name.as_bytes(), name.as_bytes()),
        (TypeSpec::FuncOf(spec), Shape::Func(params, results)) => func_fits(spec, params, results),
        _ => false,
    }
}

/// Elements and fields lie in memory as they are, so that their size must be the same, too.
const fn element_fits(spec: &TypeSpec, shape: &Shape) -> bool {
    match (spec, shape) {
        (TypeSpec::Scalar(rust), Shape::Scalar(vo)) => rust.size() == vo.size() && scalar_accepts(*rust, *vo),
        _ => fits(spec, shape),
    }
}

const fn fields_fit(specs: &[FieldSpec], fields: &[(&str, Shape)]) -> bool {
    if specs.len() != fields.len() {
        return false;
    }
    let mut index = 0;
    while index < specs.len() {
        let (spec, (name, shape)) = (&specs[index], &fields[index]);
        if !is_field(spec, name) || !element_fits(&spec.ty, shape) {
            return false;
        }
        index += 1;
    }
    true
}

/// Letters beyond ASCII are compared when a program is linked.
const fn is_field(spec: &FieldSpec, name: &str) -> bool {
    if !spec.name.is_ascii() || !name.is_ascii() {
        return true;
    }
    let (a, b) = (spec.name.as_bytes(), name.as_bytes());
    if spec.exact {
        return same(a, b);
    }
    if same(b, b"_") {
        return a[0] == b'_';
    }
    let (mut i, mut j) = (0, 0);
    loop {
        while i < a.len() && a[i] == b'_' {
            i += 1;
        }
        while j < b.len() && b[j] == b'_' {
            j += 1;
        }
        if i == a.len() || j == b.len() {
            return i == a.len() && j == b.len();
        }
        if !a[i].eq_ignore_ascii_case(&b[j]) {
            return false;
        }
        (i, j) = (i + 1, j + 1);
    }
}

/// Whether a full name, whose package may be a path, is that of the type.
const fn is_type(full: &[u8], name: &[u8]) -> bool {
    let mut start = full.len().saturating_sub(name.len());
    if start > 0 && full[start - 1] != b'/' {
        return false;
    }
    let mut index = 0;
    while index < name.len() {
        if start >= full.len() || full[start] != name[index] {
            return false;
        }
        (start, index) = (start + 1, index + 1);
    }
    true
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && is_type(a, b)
}

const fn func_fits(spec: &FuncSpec, params: &[Shape], results: &[Shape]) -> bool {
    let results = match results {
        [before @ .., Shape::Error | Shape::Interface | Shape::Unknown] if spec.fallible => before,
        _ if spec.fallible => return false,
        _ => results,
    };
    all_fit(spec.params, params) && all_fit(spec.results, results)
}

const fn all_fit(specs: &[TypeSpec], shapes: &[Shape]) -> bool {
    if specs.len() != shapes.len() {
        return false;
    }
    let mut index = 0;
    while index < specs.len() {
        if !fits(&specs[index], &shapes[index]) {
            return false;
        }
        index += 1;
    }
    true
}

/// The declared results without the `error` that a `Result` stands for.
const fn declared_results<'s>(facts: &ResultFacts, shapes: &'s [Shape]) -> &'s [Shape] {
    match shapes {
        [before @ .., Shape::Error] if facts.fallible => before,
        _ => shapes,
    }
}

/// Whether there are as many results as declared.
pub(super) const fn result_count_fits(facts: &ResultFacts, shapes: &[Shape]) -> bool {
    declared_results(facts, shapes).len() == facts.types.len()
}

/// Whether a result is of the declared type; true where the counts differ, which is told by itself.
pub(super) const fn result_fits(facts: &ResultFacts, shapes: &[Shape], index: usize) -> bool {
    let shapes = declared_results(facts, shapes);
    shapes.len() != facts.types.len() || index >= shapes.len() || fits(&facts.types[index], &shapes[index])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Field, FuncType, TypeId, TypeKind, TypeTable};

    const INT: TypeSpec = TypeSpec::Scalar(Scalar::Int64);
    const NARROW: TypeSpec = TypeSpec::Scalar(Scalar::Int16);
    const FIELDS: &[FieldSpec] = &[
        FieldSpec { name: "first_name", exact: false, ty: TypeSpec::String },
        FieldSpec { name: "Age", exact: true, ty: NARROW },
    ];
    const OBJECT: crate::ObjectSpec = crate::ObjectSpec { name: "a/b.T", docs: "", file: "", line: 0 };

    /// The shape of a type of a table.
    fn shape(types: &TypeTable, ty: TypeId) -> Shape {
        let leak = |shape| &*Box::leak(Box::new(shape));
        let all = |ids: &[TypeId]| -> &'static [Shape] {
            Box::leak(ids.iter().map(|id| shape(types, *id)).collect())
        };
        match types.kind(ty) {
            TypeKind::Scalar(scalar) => Shape::Scalar(*scalar),
            TypeKind::String => Shape::String,
            TypeKind::Slice(elem) => Shape::Slice(leak(shape(types, *elem))),
            TypeKind::Array(..) => Shape::Array,
            TypeKind::Map(key, value) => Shape::Map(leak(shape(types, *key)), leak(shape(types, *value))),
            TypeKind::Struct(fields) => {
                let fields: Vec<(&'static str, Shape)> = (fields.iter())
                    .map(|field| (&*field.name.clone().leak(), shape(types, field.ty)))
                    .collect();
                Shape::Struct(fields.leak())
            }
            TypeKind::Pointer(target) => match types.kind(*target) {
                TypeKind::Opaque => Shape::Opaque(types.name(*target).leak()),
                _ => Shape::Pointer,
            },
            TypeKind::Func(func) => Shape::Func(all(&func.params), all(&func.results)),
            TypeKind::Interface(methods) if methods.is_empty() => Shape::Any,
            TypeKind::Interface(_) if ty == TypeId::ERROR => Shape::Error,
            TypeKind::Interface(_) => Shape::Interface,
            TypeKind::Incomplete | TypeKind::Opaque => Shape::Unknown,
        }
    }

    /// Both comparisons say the same of every pair.
    #[test]
    fn what_fits_when_compiled_fits_when_linked() {
        let mut types = TypeTable::new();
        let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
        let int16 = TypeId::scalar(Scalar::Int16);
        let opaque = types.new_named("b.T");
        types.set_opaque(opaque);
        let other = types.new_named("x.T");
        types.set_opaque(other);
        let mut found: Vec<TypeId> = crate::SCALARS.iter().map(|row| TypeId::scalar(row.scalar)).collect();
        found.extend([TypeId::STRING, TypeId::ANY, TypeId::ERROR, TypeId::BYTES, TypeId::ERROR_STRING_PTR]);
        found.extend([TypeId::INT, int16, TypeId::STRING].map(|elem| types.slice_of(elem)));
        found.push(types.array_of(TypeId::INT, 2));
        found.extend([(TypeId::STRING, TypeId::INT), (TypeId::INT, int16)].map(|(k, v)| types.map_of(k, v)));
        found.extend([opaque, other].map(|target| types.pointer_to(target)));
        for fields in [
            vec![field("FirstName", TypeId::STRING), field("Age", int16)],
            vec![field("firstname", TypeId::STRING), field("age", int16)],
            vec![field("FirstName", TypeId::STRING), field("Age", TypeId::INT)],
            vec![field("FirstName", TypeId::STRING)],
            vec![field("_", TypeId::STRING), field("Age", int16)],
        ] {
            found.push(types.intern(TypeKind::Struct(fields)));
        }
        for (params, results) in [
            (vec![TypeId::INT], vec![TypeId::BOOL]),
            (vec![TypeId::INT], vec![TypeId::BOOL, TypeId::ERROR]),
            (vec![TypeId::STRING], vec![]),
            (vec![], vec![TypeId::ERROR]),
        ] {
            found.push(types.intern(TypeKind::Func(FuncType { params, variadic: false, results })));
        }
        let struct_spec = &*Box::leak(Box::new(crate::StructSpec { name: "S", fields: FIELDS }));
        let bool_spec: &'static [TypeSpec] = &[TypeSpec::Scalar(Scalar::Bool)];
        let func = |params, results, fallible| {
            TypeSpec::FuncOf(Box::leak(Box::new(FuncSpec { params, results, fallible })))
        };
        let mut specs: Vec<TypeSpec> =
            crate::SCALARS.iter().map(|row| TypeSpec::Scalar(row.scalar)).collect();
        specs.extend([TypeSpec::Rune, TypeSpec::String, TypeSpec::Map, TypeSpec::Struct, TypeSpec::Pointer]);
        specs.extend([TypeSpec::Func, TypeSpec::Any, TypeSpec::Interface, TypeSpec::Error]);
        specs.extend([TypeSpec::Slice(None), TypeSpec::Slice(Some(&INT)), TypeSpec::Slice(Some(&NARROW))]);
        specs.extend([TypeSpec::MapOf(&TypeSpec::String, &INT), TypeSpec::MapOf(&INT, &NARROW)]);
        specs.extend([TypeSpec::StructOf(struct_spec), TypeSpec::Object(&OBJECT)]);
        specs.extend([func(&[INT], bool_spec, false), func(&[INT], bool_spec, true), func(&[], &[], true)]);
        let mut fitting = 0;
        for &ty in &found {
            for spec in &specs {
                let expected = spec.accepts(&types, ty);
                assert_eq!(fits(spec, &shape(&types, ty)), expected, "{spec:?}, {}", types.name(ty));
                fitting += usize::from(expected);
            }
        }
        assert_eq!((found.len() * specs.len(), fitting), (1188, 56));
    }
}

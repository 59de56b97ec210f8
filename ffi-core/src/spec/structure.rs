//! Rust structs as specs: the fields that a struct of Vo must have.

use crate::nearest::nearest;
use crate::spec::TypeSpec;
use crate::types::{Field, TypeId, TypeKind, TypeTable};

/// A Rust struct whose fields stand for those of a Vo struct, in the same order.
///
/// ```
/// use vo_ffi_core::{Field, FieldSpec, Scalar, StructSpec, TypeId, TypeKind, TypeSpec, TypeTable};
///
/// // #[derive(FromVo)] struct Size { first_line: i64 }
/// const FIELDS: &[FieldSpec] =
///     &[FieldSpec { name: "first_line", exact: false, ty: TypeSpec::Scalar(Scalar::Int64) }];
/// const SIZE: StructSpec = StructSpec { name: "Size", fields: FIELDS };
///
/// let mut types = TypeTable::new();
/// let mut of = |name: &str, ty| types.intern(TypeKind::Struct(vec![Field { name: name.into(), ty, embedded: false }]));
/// let (same, other) = (of("FirstLine", TypeId::INT), of("FirstLine", TypeId::RUNE));
/// assert!(TypeSpec::StructOf(&SIZE).accepts(&types, same));
/// assert!(!TypeSpec::StructOf(&SIZE).accepts(&types, other));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StructSpec {
    /// Its name in Rust.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [FieldSpec],
}

/// A field of a [`StructSpec`].
///
/// ```
/// # use vo_ffi_core::{FieldSpec, TypeSpec};
/// // #[vo(rename = "ID")] id: String
/// let id = FieldSpec { name: "ID", exact: true, ty: TypeSpec::String };
/// assert_eq!(id.ty.vo_name(), "string");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name in Rust, or the one that `#[vo(rename = "…")]` gives it.
    pub name: &'static str,
    /// Whether Vo's field has exactly this name; otherwise case and underscores make no difference.
    pub exact: bool,
    /// Its type, which is of the same size in Vo.
    pub ty: TypeSpec,
}

impl FieldSpec {
    fn is_named(&self, vo: &str) -> bool {
        if self.exact {
            return self.name == vo;
        }
        let letters = |name: &'_ str| {
            name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect::<String>()
        };
        match vo {
            "_" => self.name.starts_with('_'),
            _ => letters(self.name) == letters(vo),
        }
    }
}

impl StructSpec {
    pub(super) fn accepts(&self, types: &TypeTable, fields: &[Field]) -> bool {
        self.fields.len() == fields.len()
            && (self.fields.iter().zip(fields))
                .all(|(spec, field)| spec.is_named(&field.name) && spec.ty.accepts_element(types, field.ty))
    }

    /// The struct type without a name that has these fields.
    pub(super) fn usual(
        &self,
        types: &mut TypeTable,
        open: fn(TypeSpec, &mut TypeTable) -> Option<TypeId>,
    ) -> Option<TypeId> {
        let field = |spec: &FieldSpec| {
            Some(Field { name: spec.name.into(), ty: spec.ty.usual(types, open)?, embedded: false })
        };
        let fields = self.fields.iter().map(field).collect::<Option<_>>()?;
        Some(types.intern(TypeKind::Struct(fields)))
    }

    /// Each difference from the struct `ty`, in words. `path` leads to the struct, `position.`; `verb` says what Rust does
    /// with it.
    pub(super) fn differences(&self, types: &TypeTable, ty: TypeId, path: &str, verb: &str) -> Vec<String> {
        let TypeKind::Struct(fields) = types.kind(ty) else { return Vec::new() };
        let unnamed = self.unnamed(types, ty, fields, path);
        if !unnamed.is_empty() {
            return unnamed;
        }
        if !self.fields.iter().zip(fields).all(|(spec, field)| spec.is_named(&field.name)) {
            let order: Vec<&str> = self.fields.iter().map(|field| field.name).collect();
            let (inner, name) = (types.name(ty), self.name);
            return vec![format!(
                "the fields of {inner} are in another order than {name}'s: {}",
                order.join(", ")
            )];
        }
        (self.fields.iter().zip(fields))
            .filter(|(spec, field)| !spec.ty.accepts_element(types, field.ty))
            .flat_map(|(spec, field)| {
                let path = format!("{path}{}", field.name);
                spec.ty.differences_at(types, field.ty, &path, verb)
            })
            .collect()
    }

    /// The fields that one of the two does not have.
    fn unnamed(&self, types: &TypeTable, ty: TypeId, fields: &[Field], path: &str) -> Vec<String> {
        let vo_only = |field: &&Field| !self.fields.iter().any(|spec| spec.is_named(&field.name));
        let mut extra: Vec<&str> = fields.iter().filter(vo_only).map(|field| field.name.as_str()).collect();
        let (inner, name) = (types.name(ty), self.name);
        let mut found = Vec::new();
        for spec in self.fields.iter().filter(|spec| !fields.iter().any(|field| spec.is_named(&field.name))) {
            let near = nearest(spec.name, extra.iter().copied()).first().copied();
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            found.push(format!("field `{path}{}`: {name} has it, {inner} has not{hint}", spec.name));
            extra.retain(|field| Some(*field) != near);
        }
        found.extend(
            extra.iter().map(|field| format!("field `{path}{field}`: {inner} has it, {name} has not")),
        );
        found
    }
}

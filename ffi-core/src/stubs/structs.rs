//! Declarations of the structs that natives take and return.

use std::fmt::Write as _;

use crate::spec::{FieldSpec, SignatureSpec, StructSpec, TypeSpec};

/// The structs of a signature, and those inside them.
pub(super) fn of(signature: &SignatureSpec) -> Vec<&'static StructSpec> {
    let mut found = Vec::new();
    let types = signature.params.iter().map(|param| param.ty).chain(signature.results.iter().copied());
    types.for_each(|ty| collect(ty, &mut found));
    found
}

/// `type name struct` in a package, with the fields in Go's spelling.
pub(super) fn declaration(name: &str, spec: &StructSpec, package: &str) -> String {
    if spec.fields.is_empty() {
        return format!("type {name} struct{{}}\n");
    }
    let fields: Vec<(String, String)> =
        spec.fields.iter().map(|field| (field_name(field), field.ty.vo_name_in(package))).collect();
    let width = fields.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let mut text = format!("type {name} struct {{\n");
    for (name, ty) in fields {
        let _ = writeln!(text, "\t{name:width$} {ty}");
    }
    text + "}\n"
}

fn collect(ty: TypeSpec, found: &mut Vec<&'static StructSpec>) {
    match ty {
        TypeSpec::StructOf(spec) if !found.contains(&spec) => {
            found.push(spec);
            spec.fields.iter().for_each(|field| collect(field.ty, found));
        }
        TypeSpec::Slice(Some(elem)) => collect(*elem, found),
        TypeSpec::MapOf(key, value) => {
            collect(*key, found);
            collect(*value, found);
        }
        _ => {}
    }
}

/// `first_name` as other packages may use it, `FirstName`; `_` for a field that nobody uses.
fn field_name(field: &FieldSpec) -> String {
    if field.exact {
        return field.name.into();
    }
    if field.name.starts_with('_') {
        return "_".into();
    }
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    field.name.split('_').map(capital).collect()
}

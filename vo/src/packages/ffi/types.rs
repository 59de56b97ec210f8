//! Types of C from texts: structs and unions with their fields, and what `Load` and `Store` name.

use std::collections::{BTreeSet, HashMap};

use vo_ffi::c::{CErrors, CKind, CTag, CType, CTypes, Declarations, Target};
use vo_ffi::prelude::*;
use vo_ffi::runtime::render_c_errors;

use super::ctype::TypeRef;
use super::memory::Memory;
use super::value::{Value, failed};

/// A type of C.
#[derive(VoObject)]
#[vo(name = "ffi.Type")]
pub(super) struct Type(pub(super) TypeRef);

/// What a text of C declares.
pub(super) fn parse(text: &str) -> Result<Declarations, VoError> {
    Declarations::parse(text, Target::HOST).map_err(|errors| wrong(&errors, text))
}

fn wrong(errors: &CErrors, text: &str) -> VoError {
    VoError::new(render_c_errors(errors, text, "C", false))
}

/// The struct or union that a text is, or that it defines.
#[vo_extern("ffi.structType")]
fn struct_type(text: &str) -> Result<Type, VoError> {
    let mut declarations = Declarations::new(Target::HOST);
    // `struct p { int x; }` by itself is a type; with a semicolon, behind other declarations, it is a declaration.
    let alone = declarations.parse_type(text.trim_end().trim_end_matches(';'));
    let ty = match alone {
        Ok(ty) => ty,
        Err(_) => {
            declarations = parse(text)?;
            outermost(&declarations)?
        }
    };
    let types = &declarations.types;
    if types.as_record(ty).is_none() {
        let name = types.name(ty);
        return Err(failed(format!(
            "`{name}` is no struct or union; Load and Store take other types by their names"
        )));
    }
    types.layout(ty, Target::HOST).map_err(|error| failed(error.to_string()))?;
    Ok(Type(TypeRef::new(declarations.types, ty)))
}

/// The one struct or union that no other of the text is made with.
fn outermost(declarations: &Declarations) -> Result<CType, VoError> {
    let types = &declarations.types;
    let tags = declarations.tags().filter_map(|(_, tag)| match tag {
        CTag::Record(id) => Some(types.record_type(id)),
        CTag::Enum(_) => None,
    });
    let named = declarations.typedefs().iter().map(|typedef| typedef.ty);
    let mut defined: Vec<CType> = Vec::new();
    for ty in tags.chain(named) {
        let is_defined = types.as_record(ty).is_some_and(|record| record.members.is_some());
        if is_defined && !defined.contains(&ty) {
            defined.push(ty);
        }
    }
    let mut parts = BTreeSet::new();
    for &whole in &defined {
        let members = types.as_record(whole).and_then(|record| record.members.as_ref());
        for member in members.into_iter().flatten() {
            add_part(types, whole, member.ty, &mut parts);
        }
    }
    let mut outer = defined.clone();
    outer.retain(|ty| !parts.contains(ty));
    // Types that point to one another are all parts.
    match if outer.is_empty() { &defined[..] } else { &outer[..] } {
        [ty] => Ok(*ty),
        [] => Err(failed(
            "the text defines no struct or union; write one, as \"struct point { int x, y; };\"".into(),
        )),
        several => {
            let names: Vec<String> = several.iter().map(|&ty| format!("`{}`", types.name(ty))).collect();
            Err(failed(format!(
                "the text defines several types, {}; give one with what it needs",
                names.join(", ")
            )))
        }
    }
}

/// Adds the struct or union that a member of another is, points to or has as elements.
fn add_part(types: &CTypes, whole: CType, member: CType, parts: &mut BTreeSet<CType>) {
    match types.unaligned_kind(member) {
        CKind::Record(id) => {
            let part = types.record_type(*id);
            if part != whole {
                parts.insert(part);
            }
        }
        CKind::Pointer { to, .. } | CKind::Array { of: to, .. } => add_part(types, whole, *to, parts),
        _ => {}
    }
}

/// The types that `Load` and `Store` have read, by their texts.
#[derive(Default)]
pub(super) struct Named(HashMap<String, TypeRef>);

impl Named {
    /// So many are remembered.
    const MOST: usize = 256;

    pub(super) fn find(&mut self, text: &str) -> Result<TypeRef, VoError> {
        if let Some(known) = self.0.get(text) {
            return Ok(known.clone());
        }
        let mut declarations = Declarations::new(Target::HOST);
        let ty = declarations.parse_type(text).map_err(|errors| wrong(&errors, text))?;
        declarations.types.layout(ty, Target::HOST).map_err(|error| failed(error.to_string()))?;
        let found = TypeRef::new(declarations.types, ty);
        if self.0.len() == Named::MOST {
            self.0.clear();
        }
        self.0.insert(text.into(), found.clone());
        Ok(found)
    }
}

#[vo_extern("ffi.Type.Name")]
fn name(t: &Type) -> String {
    t.0.name()
}

#[vo_extern("ffi.Type.Size")]
fn size(t: &Type) -> i64 {
    t.0.size() as i64
}

#[vo_extern("ffi.Type.Align")]
fn align(t: &Type) -> i64 {
    t.0.align() as i64
}

/// The definition, as C has it.
#[vo_extern("ffi.Type.String")]
fn text(t: &Type) -> String {
    t.0.types.definitions(&[t.0.ty]).trim_end().to_string()
}

#[vo_extern("ffi.Type.fieldCount")]
fn field_count(t: &Type) -> i64 {
    t.0.members().len() as i64
}

/// The name, the declaration's type, the offset, the size in bytes, and the first bit and the width of a bit-field.
#[vo_extern("ffi.Type.field")]
fn field(t: &Type, i: i64) -> Result<(String, String, i64, i64, i64, i64), VoError> {
    let members = t.0.members();
    let member = usize::try_from(i).ok().and_then(|index| members.get(index));
    let (name, place) = member.ok_or_else(|| failed(format!("there is no field {i}")))?;
    let ty = t.0.to(place.ty);
    let (first, width) = place.bits.map_or((0, 0), |bits| (bits.first.into(), bits.width.into()));
    Ok((name.clone(), ty.name(), place.offset as i64, ty.size() as i64, first, width))
}

#[vo_extern("ffi.Type.New")]
fn new(t: &Type) -> Result<Value, VoError> {
    let memory = t.0.zeroed().map_err(failed)?;
    Ok(Value::new(t.0.clone(), memory))
}

#[vo_extern("ffi.at")]
fn at(t: &Type, p: u64) -> Result<Value, VoError> {
    let address = super::pointer::readable(p, &format!("`{}`", t.0.name()))?;
    Ok(Value::new(t.0.clone(), Memory::of_c(address)))
}

//! Types of C with the table that they are in, and the way to a member by its path.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use hashbrown::HashMap;
use vo_ffi::c::{CKind, CLayout, CScalar, CType, CTypes, MemberLayout, Target};
use vo_ffi::nearest;
use vo_ffi::runtime::FfiType;

/// A type of C.
#[derive(Clone)]
pub(super) struct TypeRef {
    pub(super) types: Rc<Table>,
    pub(super) ty: CType,
}

/// A table of types, with what has been found out about them.
pub(super) struct Table {
    types: Arc<CTypes>,
    layouts: RefCell<HashMap<CType, CLayout>>,
    places: RefCell<HashMap<CType, HashMap<Box<str>, Place>>>,
}

/// So many paths of a type are remembered.
const MOST_PATHS: usize = 1024;

impl Table {
    pub(super) fn new(types: Arc<CTypes>) -> Rc<Table> {
        Rc::new(Table { types, layouts: RefCell::default(), places: RefCell::default() })
    }
}

impl Deref for Table {
    type Target = CTypes;

    fn deref(&self) -> &CTypes {
        &self.types
    }
}

/// Where a member is, from the start of the whole.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) offset: usize,
    pub(super) ty: CType,
    pub(super) bits: Option<Bits>,
}

/// A bit-field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits {
    /// Its first bit in its first byte.
    pub(super) first: u32,
    pub(super) width: u32,
}

impl TypeRef {
    pub(super) fn new(types: CTypes, ty: CType) -> TypeRef {
        TypeRef { types: Table::new(Arc::new(types)), ty }
    }

    /// Another type of the same table.
    pub(super) fn to(&self, ty: CType) -> TypeRef {
        TypeRef { types: Rc::clone(&self.types), ty }
    }

    pub(super) fn kind(&self) -> &CKind {
        self.types.unaligned_kind(self.ty)
    }

    pub(super) fn name(&self) -> String {
        self.types.name(self.ty)
    }

    /// Its size; 0 where it has none, as an array without a length.
    pub(super) fn size(&self) -> usize {
        match self.kind() {
            CKind::Scalar(scalar) => scalar.size(Target::HOST),
            _ => self.layout().size as usize,
        }
    }

    pub(super) fn align(&self) -> usize {
        self.layout().align as usize
    }

    fn layout(&self) -> CLayout {
        let compute = || self.types.layout(self.ty, Target::HOST).unwrap_or(CLayout { size: 0, align: 1 });
        *self.types.layouts.borrow_mut().entry(self.ty).or_insert_with(compute)
    }

    /// The scalar that fits a word of Vo, where it is one.
    pub(super) fn scalar(&self) -> Option<CScalar> {
        self.types
            .as_scalar(self.ty)
            .filter(|scalar| *scalar != CScalar::LongDouble && scalar.size(Target::HOST) <= 8)
    }

    pub(super) fn is_pointer_to_function(&self) -> bool {
        matches!(*self.kind(), CKind::Pointer { to, .. } if matches!(self.to(to).kind(), CKind::Func(_)))
    }

    pub(super) fn is_long_double(&self) -> bool {
        *self.kind() == CKind::Scalar(CScalar::LongDouble)
    }

    /// Whether both are the same type; of structs that are only named, whether they have one name.
    pub(super) fn is(&self, other: &TypeRef) -> bool {
        if Rc::ptr_eq(&self.types, &other.types) && self.ty == other.ty {
            return true;
        }
        let records = self.types.as_record(self.ty).zip(other.types.as_record(other.ty));
        match records {
            Some((a, b)) if a.members.is_none() || b.members.is_none() => {
                a.union == b.union && a.tag.is_some() && a.tag == b.tag
            }
            _ => self.ffi_type().is_some_and(|ty| other.ffi_type().is_some_and(|other| ty == other)),
        }
    }

    fn ffi_type(&self) -> Option<FfiType> {
        FfiType::of(&self.types.types, self.ty).ok()
    }

    /// The member that a path names: `pos.x`, `items[2].name`, `[1]`; the whole for "".
    pub(super) fn member(&self, path: &str) -> Result<Place, String> {
        let mut places = self.types.places.borrow_mut();
        let places = places.entry(self.ty).or_default();
        if let Some(place) = places.get(path) {
            return Ok(place.clone());
        }
        let place = self.follow(path)?;
        if places.len() == MOST_PATHS {
            places.clear();
        }
        places.insert(path.into(), place.clone());
        Ok(place)
    }

    fn follow(&self, path: &str) -> Result<Place, String> {
        let mut place = Place { offset: 0, ty: self.ty, bits: None };
        let mut rest = path;
        while !rest.is_empty() {
            let step;
            (step, rest) = next_step(path, rest)?;
            let of = self.to(place.ty);
            let inner = match step {
                Step::Name(name) => of.named(name)?,
                Step::Index(index) => of.element(index)?,
            };
            place = Place { offset: place.offset + inner.offset, ..inner };
        }
        Ok(place)
    }

    fn named(&self, name: &str) -> Result<Place, String> {
        if self.types.as_record(self.ty).is_none() {
            let help = match self.kind() {
                CKind::Pointer { .. } => "; read what it points to with At or Load",
                _ => "",
            };
            return Err(format!("`{}` has no members, so no `{name}`{help}", self.name()));
        }
        self.find(name).ok_or_else(|| {
            let names: Vec<String> = self.members().into_iter().map(|(name, _)| name).collect();
            let near = nearest(name, names.iter().map(String::as_str));
            let (lead, names): (_, Vec<&str>) = match near.is_empty() {
                true => ("it has", names.iter().map(String::as_str).collect()),
                false => ("did you mean", near),
            };
            let mark = if lead == "it has" { "" } else { "?" };
            let names = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            match names.as_str() {
                "" => format!("`{}` has no member `{name}`, since it has none", self.name()),
                names => format!("`{}` has no member `{name}`; {lead} {names}{mark}", self.name()),
            }
        })
    }

    fn find(&self, name: &str) -> Option<Place> {
        self.members().into_iter().find(|(member, _)| member == name).map(|(_, place)| place)
    }

    /// The members with names, in order; those of anonymous structs and unions too.
    pub(super) fn members(&self) -> Vec<(String, Place)> {
        let Ok(layout) = self.types.record_layout(self.ty, Target::HOST) else { return Vec::new() };
        let Some(record) = self.types.as_record(self.ty) else { return Vec::new() };
        let mut found = Vec::new();
        for (member, laid) in record.members.iter().flatten().zip(&layout.members) {
            let place = Place { offset: laid.offset() as usize, ty: member.ty, bits: bits(laid) };
            match &member.name {
                Some(name) => found.push((name.clone(), place)),
                None if member.bits.is_some() => {}
                None => found.extend(
                    self.to(member.ty)
                        .members()
                        .into_iter()
                        .map(|(name, inner)| (name, Place { offset: place.offset + inner.offset, ..inner })),
                ),
            }
        }
        found
    }

    /// An element of an array; of one without a length, any.
    pub(super) fn element(&self, index: u64) -> Result<Place, String> {
        let CKind::Array { of, len } = self.kind() else {
            return Err(format!("`{}` is no array, so there is no [{index}] of it", self.name()));
        };
        let size = self.to(*of).size() as u64;
        let offset = index.checked_mul(size).and_then(|offset| usize::try_from(offset).ok());
        match offset.filter(|_| len.is_none_or(|len| index < len)) {
            Some(offset) => Ok(Place { offset, ty: *of, bits: None }),
            None => Err(format!("index {index} is out of range of `{}`", self.name())),
        }
    }
}

fn bits(laid: &MemberLayout) -> Option<Bits> {
    laid.bits.map(|width| Bits { first: (laid.bit_offset % 8) as u32, width })
}

enum Step<'p> {
    Name(&'p str),
    Index(u64),
}

/// The first step of what is left of a path, and what follows it.
fn next_step<'p>(path: &'p str, rest: &'p str) -> Result<(Step<'p>, &'p str), String> {
    let wrong = || format!("{path:?} names no member; write a path as `a`, `a.b` or `a[2]`");
    if let Some(index) = rest.strip_prefix('[') {
        let (index, rest) = index.split_once(']').ok_or_else(wrong)?;
        return Ok((Step::Index(index.parse().map_err(|_| wrong())?), rest));
    }
    let rest = match rest.strip_prefix('.') {
        Some(rest) if rest.len() + 1 < path.len() => rest,
        Some(_) => return Err(wrong()),
        None => rest,
    };
    let (name, rest) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
    if name.is_empty() { Err(wrong()) } else { Ok((Step::Name(name), rest)) }
}

#[cfg(test)]
mod tests {
    use vo_ffi::c::Declarations;

    use super::*;

    fn type_of(text: &str) -> TypeRef {
        let mut declarations = Declarations::new(Target::HOST);
        let ty = declarations.parse_type(text).unwrap();
        TypeRef::new(declarations.types, ty)
    }

    #[test]
    fn paths_lead_to_members() {
        let ty = type_of(
            "struct s { int a; struct { short b, c[3]; union { char d; double e; }; } in[2]; unsigned f : 3, g : 9; }",
        );
        let bits = |first, width| Some(Bits { first, width });
        let rows = [
            ("", Ok((0, None))),
            ("a", Ok((0, None))),
            ("in[1].c[2]", Ok((8 + 16 + 6, None))),
            ("in[0].e", Ok((16, None))),
            ("f", Ok((40, bits(0, 3)))),
            ("g", Ok((40, bits(3, 9)))),
            ("in[2]", Err("index 2 is out of range of `struct[2]`")),
            ("a.x", Err("`int` has no members, so no `x`")),
            ("a[0]", Err("`int` is no array, so there is no [0] of it")),
            ("h", Err("`struct s` has no member `h`; it has `a`, `in`, `f`, `g`")),
            ("inn", Err("`struct s` has no member `inn`; did you mean `in`?")),
            ("in[1", Err("\"in[1\" names no member; write a path as `a`, `a.b` or `a[2]`")),
            ("in[-1]", Err("\"in[-1]\" names no member; write a path as `a`, `a.b` or `a[2]`")),
            (".a", Err("\".a\" names no member; write a path as `a`, `a.b` or `a[2]`")),
            ("in[0].", Err("\"in[0].\" names no member; write a path as `a`, `a.b` or `a[2]`")),
        ];
        for (path, expected) in rows {
            let found = ty.member(path).map(|place| (place.offset, place.bits));
            assert_eq!(found, expected.map_err(String::from), "{path}");
        }
    }

    #[test]
    fn types_of_two_texts_are_the_same_where_their_definitions_are() {
        let rows = [
            ("struct p { int x; }", "struct p { int x; }", true),
            ("struct p { int x; }", "struct p", true),
            ("struct p { int x; }", "struct q", false),
            ("struct p { int x; }", "struct p { int y; }", false),
            ("struct p { int x; }", "union p { int x; }", false),
            ("union p", "struct p", false),
            ("long double", "long double", true),
            ("int[2]", "int[3]", false),
        ];
        for (a, b, expected) in rows {
            assert_eq!(type_of(a).is(&type_of(b)), expected, "{a}, {b}");
            assert_eq!(type_of(b).is(&type_of(a)), expected, "{b}, {a}");
        }
    }
}

//! Types that are more than a name: structs, unions, arrays.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use vo_ffi_core::c::{CKind, CLayout, CType, CTypes, LayoutError, Member, Record, Target};

use crate::ffi_type::FfiType;

/// A C type with its definition. Two are equal where C text that defines them is the same.
#[derive(Clone)]
pub struct OtherType(Arc<Inner>);

struct Inner {
    types: Arc<CTypes>,
    ty: CType,
    layout: CLayout,
    definition: OnceLock<String>,
}

impl OtherType {
    pub(super) fn new(types: &Arc<CTypes>, ty: CType) -> Result<OtherType, LayoutError> {
        let layout = types.layout(ty, Target::HOST)?;
        Ok(OtherType(Arc::new(Inner { types: types.clone(), ty, layout, definition: OnceLock::new() })))
    }

    /// The table that it is in.
    pub fn types(&self) -> &Arc<CTypes> {
        &self.0.types
    }

    /// Itself, in its table.
    pub fn c_type(&self) -> CType {
        self.0.ty
    }

    pub(super) fn layout(&self) -> CLayout {
        self.0.layout
    }

    /// C text that defines a member of this type, by which types of several tables are compared.
    fn definition(&self) -> &str {
        self.0.definition.get_or_init(|| {
            let mut types = CTypes::new();
            let ty = types.import(&self.0.types, &[self.0.ty])[0];
            let members = Some(vec![Member::new("value", ty)]);
            let whole =
                types.declare_record(Record { tag: Some("whole".into()), members, ..Record::default() });
            types.definitions(&[types.record_type(whole)])
        })
    }

    pub(super) fn member(&self, name: &str) -> Option<(usize, FfiType)> {
        let Inner { types, ty, .. } = &*self.0;
        let (offset, ty) = match types.unaligned_kind(*ty) {
            CKind::Record(_) => member_of(types, *ty, name)?,
            CKind::Array { of, len } => {
                let index: u64 = name.parse().ok().filter(|index| Some(*index) < *len)?;
                (index * types.layout(*of, Target::HOST).ok()?.size, *of)
            }
            _ => return None,
        };
        Some((offset as usize, FfiType::of(types, ty).ok()?))
    }
}

fn member_of(types: &CTypes, ty: CType, name: &str) -> Option<(u64, CType)> {
    let layout = types.record_layout(ty, Target::HOST).ok()?;
    let members = types.as_record(ty)?.members.iter().flatten().zip(&layout.members);
    let mut members = members.filter(|(member, _)| member.bits.is_none());
    members.find_map(|(member, placed)| match &member.name {
        Some(own) => (own == name).then_some((placed.offset(), member.ty)),
        None => member_of(types, member.ty, name).map(|(offset, ty)| (placed.offset() + offset, ty)),
    })
}

impl PartialEq for OtherType {
    fn eq(&self, other: &OtherType) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.layout == other.0.layout && self.definition() == other.definition())
    }
}

impl Eq for OtherType {}

impl Hash for OtherType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.layout.hash(state);
    }
}

impl fmt::Display for OtherType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { types, ty, layout, .. } = &*self.0;
        f.write_str(&types.name(*ty))?;
        match types.as_record(*ty) {
            Some(record) if record.tag.is_none() => write!(f, " of {} bytes", layout.size),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for OtherType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OtherType({self})")
    }
}

//! How large types are as texts and as trees, so that none is made that later walks could not pass in time.

use std::collections::HashMap;

use crate::c::{CKind, CType, CTypes};

/// Types may be nested this deep, like brackets and expressions.
pub(super) const MAX_DEPTH: u32 = 200;
/// So many parts may the text of a type have.
const MAX_PARTS: u32 = 50_000;
/// So many members may a struct have, those of the structs inside it included.
const MAX_MEMBERS: u32 = 65_536;

/// The shapes of all types that are more than a scalar.
#[derive(Clone, Debug, Default)]
pub(super) struct Shapes(HashMap<CType, Shape>);

#[derive(Clone, Copy, Debug)]
struct Shape {
    /// The depth of its text, and of it as a value: pointers end the second, names the first.
    depths: (u32, u32),
    parts: u32,
    members: u32,
}

const LEAF: Shape = Shape { depths: (1, 1), parts: 1, members: 1 };

impl Shapes {
    /// Takes in a new type; says what is wrong with it.
    pub(super) fn admit(&mut self, types: &CTypes, ty: CType) -> Result<(), String> {
        if self.0.contains_key(&ty) {
            return Ok(());
        }
        let shape = self.derived(types.kind(ty));
        self.check(ty, shape)
    }

    /// Takes in the members of a struct or union; a wrong one must not get them.
    pub(super) fn complete(
        &mut self,
        record: CType,
        members: impl Iterator<Item = CType>,
    ) -> Result<(), String> {
        let mut shape = LEAF;
        for member in members {
            let member = self.of(member);
            shape.depths.1 = shape.depths.1.max(member.depths.1 + 1);
            shape.members = shape.members.saturating_add(member.members);
        }
        self.check(record, shape)
    }

    fn check(&mut self, ty: CType, shape: Shape) -> Result<(), String> {
        if shape.depths.0.max(shape.depths.1) > MAX_DEPTH {
            return Err(format!("this type is nested more than {MAX_DEPTH} levels deep"));
        }
        if shape.parts > MAX_PARTS {
            return Err(format!("this type has more than {MAX_PARTS} parts"));
        }
        if shape.members > MAX_MEMBERS {
            return Err(format!("this type has more than {MAX_MEMBERS} members"));
        }
        self.0.insert(ty, shape);
        Ok(())
    }

    fn of(&self, ty: CType) -> Shape {
        self.0.get(&ty).copied().unwrap_or(LEAF)
    }

    fn derived(&self, kind: &CKind) -> Shape {
        let above = |shape: Shape| Shape {
            depths: (shape.depths.0 + 1, shape.depths.1 + 1),
            parts: shape.parts.saturating_add(1),
            members: shape.members.saturating_add(1),
        };
        match kind {
            CKind::Pointer { to, .. } => {
                let to = above(self.of(*to));
                Shape { depths: (to.depths.0, 1), members: 1, ..to }
            }
            CKind::Array { of, .. } | CKind::Aligned { of, .. } => above(self.of(*of)),
            CKind::Func(sig) => {
                let mut shape = above(self.of(sig.result));
                for &param in &sig.params {
                    let param = self.of(param);
                    shape.depths.0 = shape.depths.0.max(param.depths.0 + 1);
                    shape.parts = shape.parts.saturating_add(param.parts);
                }
                Shape { depths: (shape.depths.0, 1), members: 1, ..shape }
            }
            _ => LEAF,
        }
    }
}

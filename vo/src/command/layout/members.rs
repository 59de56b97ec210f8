//! The members of a type, at their places, with what is unused between them: what all drawings show.

use vo_ffi::c::{CKind, CLayout, CType, CTypes, LayoutError, Member, MemberLayout, Target};

/// Nested records are opened up to here; what is behind shows as one member.
const MOST_MEMBERS: usize = 10_000;
const MOST_LEVELS: usize = 16;

/// A type that is drawn.
pub(super) struct Drawn {
    /// `struct point`
    pub(super) name: String,
    pub(super) target: &'static str,
    pub(super) size: u64,
    pub(super) align: u64,
    /// Of a struct or union.
    pub(super) body: Option<Body>,
}

/// What is in a struct or union, in order of place.
pub(super) struct Body {
    pub(super) union: bool,
    pub(super) parts: Vec<Part>,
}

pub(super) enum Part {
    Member(Placed),
    Padding(Padding),
}

/// Bits that no member has.
#[derive(Clone, Copy)]
pub(super) struct Padding {
    /// From the start of the whole.
    pub(super) bit_offset: u64,
    pub(super) bits: u64,
    /// Whether it is behind the last member.
    pub(super) trailing: bool,
}

/// A member at its place.
pub(super) struct Placed {
    /// Its name; bit-fields and records may lack one.
    pub(super) name: Option<String>,
    /// How the whole names it: `at.x`.
    pub(super) path: String,
    /// Its type, as C writes it.
    pub(super) ty: String,
    /// As C declares it: `char name[20]`.
    pub(super) declaration: String,
    /// The same with the whole path.
    pub(super) full: String,
    /// From the start of the whole.
    pub(super) bit_offset: u64,
    /// The width of a bit-field.
    pub(super) bit_width: Option<u32>,
    /// Of its type.
    pub(super) layout: CLayout,
    /// What is in it, if it is a struct or union, or an array of such without a tag: then of the first element.
    pub(super) body: Option<Body>,
    /// How many of these there are in an array.
    pub(super) elements: u64,
}

impl Placed {
    /// How many bits it takes.
    pub(super) fn bits(&self) -> u64 {
        self.bit_width.map_or(8 * self.layout.size, u64::from)
    }

    /// Whether its body is all of it, and not the first of several elements.
    pub(super) fn body_is_whole(&self) -> bool {
        self.elements == 1
    }

    /// A short name for it: that of an anonymous union lists its members'.
    pub(super) fn label(&self) -> String {
        match (&self.name, &self.body, self.bit_width) {
            (Some(_), _, _) => self.path.clone(),
            (None, Some(body), _) => body.members().map(Placed::label).collect::<Vec<_>>().join(" | "),
            (None, None, Some(bits)) => format!(":{bits}"),
            (None, None, None) => self.ty.clone(),
        }
    }

    /// The first byte that it has bits in.
    pub(super) fn offset(&self) -> u64 {
        self.bit_offset / 8
    }
}

impl Body {
    /// The members, without the padding.
    pub(super) fn members(&self) -> impl Iterator<Item = &Placed> {
        self.parts.iter().filter_map(|part| match part {
            Part::Member(member) => Some(member),
            Part::Padding(_) => None,
        })
    }

    /// The padding between and behind the members, without theirs.
    pub(super) fn padding(&self) -> impl Iterator<Item = Padding> {
        self.parts.iter().filter_map(|part| match part {
            Part::Member(_) => None,
            Part::Padding(padding) => Some(*padding),
        })
    }
}

impl Drawn {
    /// How many bits are padding, in nested structs too.
    pub(super) fn padding(&self) -> u64 {
        self.body.as_ref().map_or(0, padding_of)
    }

    /// Places the members of a type.
    pub(super) fn new(types: &CTypes, ty: CType, target: &Target) -> Result<Drawn, LayoutError> {
        let CLayout { size, align } = types.layout(ty, target)?;
        let mut opener = Opener { types, target, members: 0 };
        let body = opener.body(ty, 0, "", 0)?;
        Ok(Drawn { name: types.name(ty), target: target.name, size, align, body })
    }
}

struct Opener<'t> {
    types: &'t CTypes,
    target: &'t Target,
    members: usize,
}

impl Opener<'_> {
    /// What is in a struct or union that begins at a bit; `None` for other types, and for what would be too much.
    fn body(&mut self, ty: CType, base: u64, path: &str, level: usize) -> Result<Option<Body>, LayoutError> {
        let Some(record) = self.types.as_record(ty) else { return Ok(None) };
        let layout = self.types.record_layout(ty, self.target)?;
        self.members += layout.members.len();
        if self.members > MOST_MEMBERS || level > MOST_LEVELS {
            return Ok(None);
        }
        let mut parts = Vec::new();
        let mut end = 0;
        for (member, placed) in record.members.iter().flatten().zip(layout.members) {
            let start = placed.bit_offset;
            if start > end && !record.union {
                parts.push(padding(base + end, start - end, false));
            }
            end = end.max(start + placed.width());
            parts.push(Part::Member(self.placed(member, placed, base, path, level)?));
        }
        if 8 * layout.whole.size > end {
            parts.push(padding(base + end, 8 * layout.whole.size - end, true));
        }
        Ok(Some(Body { union: record.union, parts }))
    }

    fn placed(
        &mut self,
        member: &Member,
        placed: MemberLayout,
        base: u64,
        path: &str,
        level: usize,
    ) -> Result<Placed, LayoutError> {
        let name = member.name.as_deref().unwrap_or_default();
        let bits = member.bits.map(|bits| format!(" : {bits}")).unwrap_or_default();
        let path = if path.is_empty() || name.is_empty() {
            format!("{path}{name}")
        } else {
            format!("{path}.{name}")
        };
        let bit_offset = base + placed.bit_offset;
        let (inner, elements) = self.opened(member.ty);
        Ok(Placed {
            name: member.name.clone(),
            ty: self.types.name(member.ty),
            declaration: self.types.declare(member.ty, name) + &bits,
            full: self.types.declare(member.ty, &path) + &bits,
            bit_offset,
            bit_width: member.bits,
            layout: placed.layout,
            body: self.body(inner, bit_offset, &path, level + 1)?,
            elements,
            path,
        })
    }

    /// The type whose members are shown for a member's, and how often it has them: of an array of structs without a
    /// tag, its elements'.
    fn opened(&self, ty: CType) -> (CType, u64) {
        let CKind::Array { of, len } = self.types.kind(ty) else { return (ty, 1) };
        let (inner, elements) = self.opened(*of);
        match self.types.as_record(inner) {
            Some(record) if record.tag.is_none() => (inner, elements.saturating_mul(len.unwrap_or(0))),
            _ => (ty, 1),
        }
    }
}

/// The bits of padding in a struct; in a union, those that are padding whatever it holds.
fn padding_of(body: &Body) -> u64 {
    let own: u64 = body.padding().map(|padding| padding.bits).sum();
    let nested = body.members().filter(|member| !body.union && member.body_is_whole());
    own + nested.filter_map(|member| member.body.as_ref()).map(padding_of).sum::<u64>()
}

fn padding(bit_offset: u64, bits: u64, trailing: bool) -> Part {
    Part::Padding(Padding { bit_offset, bits, trailing })
}

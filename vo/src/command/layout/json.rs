//! The facts of a layout for programs.

use serde::Serialize;

use super::members::{Body, Drawn, Padding, Placed};

/// A type. All offsets are from its start.
#[derive(Serialize)]
pub(super) struct Type<'d> {
    #[serde(rename = "type")]
    name: &'d str,
    target: &'d str,
    size: u64,
    align: u64,
    padding_bits: u64,
    #[serde(flatten)]
    body: Option<Parts<'d>>,
}

/// What is in a struct or union.
#[derive(Serialize)]
struct Parts<'d> {
    union: bool,
    members: Vec<Member<'d>>,
    holes: Vec<Hole>,
    trailing_padding: Option<Hole>,
}

#[derive(Serialize)]
struct Member<'d> {
    /// Null for anonymous members and unnamed bit-fields.
    name: Option<&'d str>,
    path: &'d str,
    #[serde(rename = "type")]
    ty: &'d str,
    offset: u64,
    /// Of the type, for a bit-field too.
    size: u64,
    align: u64,
    #[serde(flatten)]
    bits: Option<Bits>,
    /// Of an array, how many elements have the members below; their offsets are the first's.
    #[serde(skip_serializing_if = "Option::is_none")]
    elements: Option<u64>,
    #[serde(flatten)]
    body: Option<Parts<'d>>,
}

/// Where a bit-field is.
#[derive(Serialize)]
struct Bits {
    bit_offset: u64,
    bit_width: u32,
}

#[derive(Serialize)]
struct Hole {
    offset: u64,
    bit_offset: u64,
    bits: u64,
}

pub(super) fn facts(drawn: &Drawn) -> Type<'_> {
    Type {
        name: &drawn.name,
        target: drawn.target,
        size: drawn.size,
        align: drawn.align,
        padding_bits: drawn.padding(),
        body: drawn.body.as_ref().map(parts),
    }
}

fn parts(body: &Body) -> Parts<'_> {
    let holes = body.padding().filter(|padding| !padding.trailing).map(hole);
    Parts {
        union: body.union,
        members: body.members().map(member).collect(),
        holes: holes.collect(),
        trailing_padding: body.padding().find(|padding| padding.trailing).map(hole),
    }
}

fn member(placed: &Placed) -> Member<'_> {
    let bits = placed.bit_width.map(|bit_width| Bits { bit_offset: placed.bit_offset, bit_width });
    let opened_array = placed.body.is_some() && !placed.body_is_whole();
    Member {
        name: placed.name.as_deref(),
        path: &placed.path,
        ty: &placed.ty,
        offset: placed.offset(),
        size: placed.layout.size,
        align: placed.layout.align,
        bits,
        elements: opened_array.then_some(placed.elements),
        body: placed.body.as_ref().map(parts),
    }
}

fn hole(padding: Padding) -> Hole {
    Hole { offset: padding.bit_offset / 8, bit_offset: padding.bit_offset, bits: padding.bits }
}

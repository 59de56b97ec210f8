//! How values of each width are read and written, wherever they are: one table.

use crate::bytecode::Op;
use crate::types::{Class, TypeId, TypeKind, TypeTable};

/// How a value takes its bytes in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    Word,
    /// An interface.
    Pair,
    /// A struct or an array, which is handled through its address.
    Image,
}

/// The instructions of a width.
pub(super) struct Access {
    pub(super) load: Op,
    pub(super) store: Op,
    pub(super) global_load: Op,
    pub(super) global_store: Op,
    pub(super) index: Op,
    pub(super) set_index: Op,
    pub(super) array: Op,
    pub(super) set_array: Op,
}

const fn row(memory: [Op; 2], global: [Op; 2], index: [Op; 2], array: [Op; 2]) -> Access {
    Access {
        load: memory[0],
        store: memory[1],
        global_load: global[0],
        global_store: global[1],
        index: index[0],
        set_index: index[1],
        array: array[0],
        set_array: array[1],
    }
}

/// In the order of [`Width`]. The last row serves addresses of images.
static ACCESS: [Access; 9] = {
    use Op::*;
    [
        row([LoadI8, Store8], [GlobalLoadI8, GlobalStore8], [IndexI8, SetIndex8], [ArrayI8, SetArray8]),
        row([LoadU8, Store8], [GlobalLoadU8, GlobalStore8], [IndexU8, SetIndex8], [ArrayU8, SetArray8]),
        row(
            [LoadI16, Store16],
            [GlobalLoadI16, GlobalStore16],
            [IndexI16, SetIndex16],
            [ArrayI16, SetArray16],
        ),
        row(
            [LoadU16, Store16],
            [GlobalLoadU16, GlobalStore16],
            [IndexU16, SetIndex16],
            [ArrayU16, SetArray16],
        ),
        row(
            [LoadI32, Store32],
            [GlobalLoadI32, GlobalStore32],
            [IndexI32, SetIndex32],
            [ArrayI32, SetArray32],
        ),
        row(
            [LoadU32, Store32],
            [GlobalLoadU32, GlobalStore32],
            [IndexU32, SetIndex32],
            [ArrayU32, SetArray32],
        ),
        WORD,
        row(
            [LoadPair, StorePair],
            [GlobalLoadPair, GlobalStorePair],
            [IndexPair, SetIndexPair],
            [ArrayPair, SetArrayPair],
        ),
        WORD,
    ]
};

const WORD: Access = row(
    [Op::Load64, Op::Store64],
    [Op::GlobalLoad64, Op::GlobalStore64],
    [Op::Index64, Op::SetIndex64],
    [Op::Array64, Op::SetArray64],
);

impl Width {
    /// The width of values of a type.
    pub(super) fn of(types: &TypeTable, ty: TypeId) -> Width {
        match types.kind(ty) {
            TypeKind::Scalar(scalar) => match (scalar.class(), scalar.size()) {
                (Class::Signed, 1) => Width::I8,
                (Class::Signed, 2) => Width::I16,
                (Class::Signed, 4) => Width::I32,
                (_, 1) => Width::U8,
                (_, 2) => Width::U16,
                (_, 4) => Width::U32,
                _ => Width::Word,
            },
            TypeKind::Interface(_) => Width::Pair,
            TypeKind::Struct(_) | TypeKind::Array(..) => Width::Image,
            _ => Width::Word,
        }
    }

    /// The instructions that read and write an element behind a pointer, which is no interface.
    pub(super) fn pointed(self) -> [Op; 2] {
        match self {
            Width::I8 => [Op::PointedI8, Op::SetPointed8],
            Width::U8 => [Op::PointedU8, Op::SetPointed8],
            Width::I16 => [Op::PointedI16, Op::SetPointed16],
            Width::U16 => [Op::PointedU16, Op::SetPointed16],
            Width::I32 => [Op::PointedI32, Op::SetPointed32],
            Width::U32 => [Op::PointedU32, Op::SetPointed32],
            Width::Word | Width::Pair | Width::Image => [Op::Pointed64, Op::SetPointed64],
        }
    }

    /// The instructions of this width.
    pub(super) fn access(self) -> &'static Access {
        &ACCESS[self as usize]
    }
}

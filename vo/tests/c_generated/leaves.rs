//! The scalars in a value: written, read and computed in C and in Vo by the same rules.

use crate::random::Random;
use crate::types::{Kind, Scalar, Type};

/// The two languages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Language {
    C,
    Vo,
}

use Language::{C, Vo};

/// A scalar at a path, as `a0.m1[2]`, which is the same in both languages.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub(crate) path: String,
    pub(crate) scalar: Scalar,
    /// How many bits its values have: less than the scalar's, of a bit-field.
    pub(crate) bits: u32,
}

/// The value of a leaf.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    Integer(i128),
    Float(f64),
}

impl Leaf {
    pub(crate) fn new(path: impl Into<String>, scalar: Scalar) -> Leaf {
        Leaf { path: path.into(), scalar, bits: scalar.bits }
    }

    /// A value that the leaf has room for: often one at an end of its range.
    pub(crate) fn value(&self, random: &mut Random) -> Value {
        let any = random.below(usize::MAX) as i128;
        if matches!(self.scalar.kind, Kind::Float | Kind::LongDouble) {
            return Value::Float((any % 2_000_000 - 1_000_000) as f64 / 8.0);
        }
        let (low, high) = match self.scalar.kind {
            Kind::Signed => (-(1 << (self.bits - 1)), (1 << (self.bits - 1)) - 1),
            _ => (0, (1_i128 << self.bits) - 1),
        };
        Value::Integer(match random.below(6) {
            0 => low,
            1 => high,
            2 => 0,
            _ => low + any % (high - low + 1),
        })
    }

    /// A value as this scalar is written.
    pub(crate) fn literal(&self, language: Language, value: Value) -> String {
        match (value, self.scalar.kind, language) {
            (Value::Float(value), ..) => format!("{value:?}"),
            (Value::Integer(value), Kind::Bool, Vo) => (value != 0).to_string(),
            (Value::Integer(value), Kind::Address, Vo) => format!("(*C.void)(uintptr({value}))"),
            (Value::Integer(value), _, Vo) => value.to_string(),
            (Value::Integer(value), _, C) => format!("({}){:#x}ull", self.scalar.c, value as u64),
        }
    }

    /// The leaf as an unsigned number of 64 bits.
    pub(crate) fn number(&self, language: Language) -> String {
        let path = &self.path;
        match (self.scalar.kind, self.bits, language) {
            (Kind::LongDouble, _, C) => format!("bits64((double){path})"),
            (Kind::Float, 32, C) => format!("bits32({path})"),
            (Kind::Float, _, C) => format!("bits64({path})"),
            (_, _, C) => format!("(unsigned long long){path}"),
            (Kind::Float, 32, Vo) => format!("uint64(math.Float32bits({path}))"),
            (Kind::Float | Kind::LongDouble, _, Vo) => format!("math.Float64bits({path})"),
            (Kind::Bool, _, Vo) => format!("bit({path})"),
            (Kind::Address, _, Vo) => format!("uint64(uintptr({path}))"),
            (_, _, Vo) => format!("uint64({path})"),
        }
    }

    /// A statement that makes the leaf of the number `h`.
    pub(crate) fn fill(&self, language: Language, shift: usize) -> String {
        let Leaf { path, scalar: Scalar { c, vo, kind, bits }, .. } = self;
        let from = format!("(h >> {shift})");
        match (kind, language) {
            (Kind::Float | Kind::LongDouble, C) => format!("{path} = ({c})((int){from} % 100000) / 8;"),
            (Kind::Float | Kind::LongDouble, Vo) => format!("{path} = {vo}(int32{from} % 100000) / 8;"),
            (Kind::Bool, C) => format!("{path} = {from} & 1;"),
            (Kind::Bool, Vo) => format!("{path} = {from} & 1 != 0;"),
            (Kind::Address, Vo) => format!("{path} = (*C.void)(uintptr{from});"),
            (_, C) if *bits == 7 => format!("{path} = ({c})({from} & 127);"),
            (_, Vo) if *bits == 7 => format!("{path} = {vo}({from} & 127);"),
            (_, C) => format!("{path} = ({c}){from};"),
            (_, Vo) => format!("{path} = {vo}{from};"),
        }
    }
}

/// Statements that mix leaves into the number `h`.
pub(crate) fn fold(language: Language, leaves: &[Leaf]) -> String {
    leaves.iter().map(|leaf| format!("h = mix(h, {}); ", leaf.number(language))).collect()
}

/// Statements that make leaves of the number `h`.
pub(crate) fn fill(language: Language, leaves: &[Leaf]) -> String {
    let shifts = (0..32).cycle();
    leaves.iter().zip(shifts).map(|(leaf, shift)| leaf.fill(language, shift) + " ").collect()
}

/// Statements that give leaves their values.
pub(crate) fn assign(language: Language, leaves: &[Leaf], values: &[Value]) -> String {
    let assigned = leaves.iter().zip(values);
    assigned.map(|(leaf, &value)| format!("{} = {}; ", leaf.path, leaf.literal(language, value))).collect()
}

/// A declaration of a variable of a type, all of it zero.
pub(crate) fn variable(language: Language, ty: &Type, name: &str) -> String {
    match language {
        C => format!("{} {name}; memset(&{name}, 0, sizeof {name}); ", ty.c()),
        Vo => format!("var {name} {}; ", ty.vo()),
    }
}

//! Types of C with what they are in Vo: scalars, and random structs and unions of them.

use std::fmt::Write as _;
use std::rc::Rc;

use crate::leaves::Leaf;
use crate::random::Random;

/// What a scalar's values are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Signed,
    Unsigned,
    Bool,
    Float,
    /// A float64 for Vo.
    LongDouble,
    Address,
}

/// A scalar: its name in C and in Vo, and how many bits its values have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scalar {
    pub(crate) c: &'static str,
    pub(crate) vo: &'static str,
    pub(crate) kind: Kind,
    pub(crate) bits: u32,
}

const fn scalar(c: &'static str, vo: &'static str, kind: Kind, bits: u32) -> Scalar {
    Scalar { c, vo, kind, bits }
}

/// Integers; the common ones first, which variadic functions take as they are.
const INTEGERS: &[Scalar] = &[
    scalar("int", "C.int", Kind::Signed, 32),
    scalar("unsigned", "C.uint", Kind::Unsigned, 32),
    scalar("long", "C.long", Kind::Signed, 64),
    scalar("unsigned long long", "C.ulonglong", Kind::Unsigned, 64),
    scalar("signed char", "C.schar", Kind::Signed, 8),
    scalar("unsigned char", "C.uchar", Kind::Unsigned, 8),
    scalar("short", "C.short", Kind::Signed, 16),
    scalar("unsigned short", "C.ushort", Kind::Unsigned, 16),
    // Its sign is the machine's: values of seven bits are the same.
    scalar("char", "C.char", Kind::Unsigned, 7),
    scalar("enum level", "C.enum_level", Kind::Unsigned, 32),
];

/// What is in C's registers for floats, and the rest.
const OTHERS: &[Scalar] = &[
    scalar("double", "C.double", Kind::Float, 64),
    scalar("float", "C.float", Kind::Float, 32),
    scalar("_Bool", "C.bool", Kind::Bool, 1),
    scalar("void *", "*C.void", Kind::Address, 64),
];

const LONG_DOUBLE: Scalar = scalar("long double", "float64", Kind::LongDouble, 64);

impl Scalar {
    pub(crate) fn random(random: &mut Random) -> Scalar {
        let some = if random.chance(55) { INTEGERS } else { OTHERS };
        *random.pick(some)
    }

    /// One that variadic functions take without a promotion.
    pub(crate) fn promoted(random: &mut Random) -> Scalar {
        if random.chance(60) { INTEGERS[random.below(4)] } else { OTHERS[0] }
    }

    pub(crate) fn is_integer(self) -> bool {
        matches!(self.kind, Kind::Signed | Kind::Unsigned) && !self.c.starts_with("enum")
    }
}

/// What a parameter or a result is.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    Scalar(Scalar),
    Record(Rc<Record>),
}

impl Type {
    pub(crate) fn random(random: &mut Random, records: &[Rc<Record>]) -> Type {
        if random.chance(4) { Type::Scalar(LONG_DOUBLE) } else { Type::of_closure(random, records) }
    }

    /// What closures have too: all but `long double`.
    pub(crate) fn of_closure(random: &mut Random, records: &[Rc<Record>]) -> Type {
        match random.below(100) {
            0..58 => Type::Scalar(Scalar::random(random)),
            _ => Type::Record(random.pick(records).clone()),
        }
    }

    pub(crate) fn c(&self) -> String {
        match self {
            Type::Scalar(scalar) => scalar.c.to_string(),
            Type::Record(record) => format!("{} {}", record.keyword(), record.tag),
        }
    }

    pub(crate) fn vo(&self) -> String {
        match self {
            Type::Scalar(scalar) => scalar.vo.to_string(),
            Type::Record(record) => format!("C.{}_{}", record.keyword(), record.tag),
        }
    }

    /// The scalars of a value that is at this path.
    pub(crate) fn leaves(&self, path: &str) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        match self {
            Type::Scalar(scalar) => leaves.push(Leaf::new(path, *scalar)),
            Type::Record(record) => record.collect(path, &mut leaves),
        }
        leaves
    }

    /// Whether libffi can express it.
    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Type::Scalar(_) => true,
            Type::Record(record) => record.is_plain(),
        }
    }
}

/// A struct or a union.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) tag: String,
    union: bool,
    packed: bool,
    members: Vec<(String, Member)>,
}

#[derive(Debug)]
enum Member {
    Scalar(Scalar),
    Bits(Scalar, u32),
    Array(Scalar, usize),
    Record(Rc<Record>),
    /// Without a name, so that its members are the struct's.
    Anonymous(Record),
}

impl Record {
    /// A struct of a few members that libffi can express; those that there are already may be in it.
    pub(crate) fn plain(random: &mut Random, tag: String, others: &[Rc<Record>]) -> Record {
        Record::inner(random, tag, 0, false, others)
    }

    /// A struct with bit-fields and whatever else there is, or a union.
    pub(crate) fn random(random: &mut Random, tag: String, others: &[Rc<Record>]) -> Record {
        let with_bits = random.chance(40);
        let mut record = Record::inner(random, tag, 0, with_bits, others);
        record.union = random.chance(12);
        record.packed = random.chance(12);
        if random.chance(20) {
            let inner = Record::inner(random, String::new(), 10, with_bits, &[]);
            record.members.push((String::new(), Member::Anonymous(inner)));
        }
        record
    }

    fn inner(
        random: &mut Random,
        tag: String,
        first: usize,
        with_bits: bool,
        others: &[Rc<Record>],
    ) -> Record {
        let count = 1 + random.below(4);
        let member = |index| (format!("m{}", first + index), Member::random(random, with_bits, others));
        Record { tag, union: false, packed: false, members: (0..count).map(member).collect() }
    }

    fn keyword(&self) -> &'static str {
        if self.union { "union" } else { "struct" }
    }

    /// The definition in C, without its end.
    pub(crate) fn definition(&self) -> String {
        let packed = if self.packed { " __attribute__((packed))" } else { "" };
        let mut text = format!("{}{packed} {} {{ ", self.keyword(), self.tag);
        for (name, member) in &self.members {
            let _ = match member {
                Member::Scalar(scalar) => write!(text, "{} {name}; ", scalar.c),
                Member::Bits(scalar, bits) => write!(text, "{} {name} : {bits}; ", scalar.c),
                Member::Array(scalar, length) => write!(text, "{} {name}[{length}]; ", scalar.c),
                Member::Record(record) => write!(text, "{} {} {name}; ", record.keyword(), record.tag),
                Member::Anonymous(record) => write!(text, "{}; ", record.definition()),
            };
        }
        text + "}"
    }

    /// Of a union, those of its first member alone.
    fn collect(&self, path: &str, leaves: &mut Vec<Leaf>) {
        for (name, member) in &self.members[..if self.union { 1 } else { self.members.len() }] {
            let path = format!("{path}.{name}");
            match member {
                Member::Scalar(scalar) => leaves.push(Leaf::new(path, *scalar)),
                Member::Bits(scalar, bits) => {
                    leaves.push(Leaf { bits: scalar.bits.min(*bits), ..Leaf::new(path, *scalar) });
                }
                Member::Array(scalar, length) => {
                    leaves.extend((0..*length).map(|index| Leaf::new(format!("{path}[{index}]"), *scalar)));
                }
                Member::Record(record) => record.collect(&path, leaves),
                Member::Anonymous(record) => record.collect(path.trim_end_matches('.'), leaves),
            }
        }
    }

    pub(crate) fn is_plain(&self) -> bool {
        let plain = |member: &Member| match member {
            Member::Bits(..) => false,
            Member::Record(record) => record.is_plain(),
            Member::Anonymous(record) => record.is_plain(),
            Member::Scalar(_) | Member::Array(..) => true,
        };
        !self.union && !self.packed && self.members.iter().all(|(_, member)| plain(member))
    }
}

impl Member {
    fn random(random: &mut Random, with_bits: bool, others: &[Rc<Record>]) -> Member {
        match random.below(100) {
            0..40 if with_bits => {
                let scalar = INTEGERS[random.below(8)];
                Member::Bits(scalar, 1 + random.below(scalar.bits as usize) as u32)
            }
            40..60 => Member::Array(Scalar::random(random), 1 + random.below(3)),
            60..75 if !others.is_empty() => Member::Record(random.pick(others).clone()),
            _ => Member::Scalar(Scalar::random(random)),
        }
    }
}

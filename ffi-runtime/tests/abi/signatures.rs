//! Random functions: up to 20 parameters of all types, with structs of the sizes that conventions care about.

use std::sync::Arc;

use vo_ffi_core::c::{CKind, CScalar, CType, CTypes, Convention, FuncSig, Member, Record};

use crate::TARGET;
use crate::random::{Generator, Random};

/// A function of the library.
pub(crate) struct Signature {
    pub(crate) sig: FuncSig,
    /// The types of arguments behind the parameters of a variadic one, as they are promoted.
    pub(crate) more: Vec<CType>,
}

impl Signature {
    /// The types of all arguments.
    pub(crate) fn args(&self) -> impl Iterator<Item = CType> + '_ {
        self.sig.params.iter().chain(&self.more).copied()
    }

    /// The types of all arguments and of the result.
    pub(crate) fn all(&self) -> impl Iterator<Item = CType> + '_ {
        self.args().chain([self.sig.result])
    }
}

/// The functions of a library.
pub(crate) struct Library {
    pub(crate) types: Arc<CTypes>,
    pub(crate) functions: Vec<Signature>,
    /// The types by value that need a definition.
    pub(crate) defined: Vec<CType>,
}

impl Library {
    pub(crate) fn generate(seed: u64, count: usize, convention: Convention) -> Library {
        let Generator { types, records, .. } = Generator::generate(seed, 60, TARGET);
        let mut maker = Maker { random: Random(!seed), types, records, small: Vec::new() };
        for _ in 0..120 {
            let ty = maker.small_record(2);
            maker.small.push(ty);
        }
        let functions = (0..count).map(|_| maker.function(convention)).collect();
        let defined = maker.records.iter().chain(&maker.small).copied().collect();
        Library { types: Arc::new(maker.types), functions, defined }
    }
}

struct Maker {
    random: Random,
    types: CTypes,
    records: Vec<CType>,
    small: Vec<CType>,
}

impl Maker {
    fn function(&mut self, convention: Convention) -> Signature {
        let most = self.random.one_of(&[3, 7, 12, 20]);
        let count = self.random.below(most + 1);
        let mut params: Vec<CType> = (0..count).map(|_| self.any()).collect();
        let result = if self.random.percent(8) { CType::VOID } else { self.any() };
        let variadic = !params.is_empty() && self.random.percent(20);
        let mut more = Vec::new();
        if variadic {
            more = params.split_off(1 + self.random.below(params.len() as u64) as usize);
            for ty in &mut more {
                *ty = self.types.promoted(*ty);
            }
        }
        let sig = FuncSig { params, variadic, result, convention: Some(convention) };
        Signature { sig, more }
    }

    fn any(&mut self) -> CType {
        match self.random.below(100) {
            0..=54 => self.scalar(),
            55..=61 => {
                let part = self.random.one_of(&[CScalar::Float, CScalar::Double, CScalar::LongDouble]);
                self.types.intern(CKind::Complex(part))
            }
            62..=66 => self.types.pointer_to(CType::VOID),
            67..=90 => self.random.one_of(&self.small),
            _ => self.random.one_of(&self.records),
        }
    }

    fn scalar(&mut self) -> CType {
        // Half of them are the kinds that fill two register files.
        let common = [CScalar::Int, CScalar::Long, CScalar::Double, CScalar::Float, CScalar::Char];
        let all = CScalar::ALL;
        CType::scalar(if self.random.percent(50) {
            self.random.one_of(&common)
        } else {
            self.random.one_of(&all)
        })
    }

    /// A struct or union of at most about 24 bytes.
    fn small_record(&mut self, depth: u32) -> CType {
        let count = if self.random.percent(2) { 0 } else { 1 + self.random.below(4) };
        let members = (0..count).map(|index| self.member(depth, index)).collect();
        let tag = (depth == 2).then(|| format!("s{}", self.small.len()));
        let record = Record {
            tag,
            union: self.random.percent(20),
            members: Some(members),
            packed: self.random.percent(12),
            pack: self.random.percent(8).then(|| self.random.one_of(&[1, 2, 4])),
            align: self.random.percent(8).then(|| self.random.one_of(&[4, 8, 16, 32])),
            ..Record::default()
        };
        let id = self.types.declare_record(record);
        self.types.record_type(id)
    }

    fn member(&mut self, depth: u32, index: u64) -> Member {
        let name = format!("m{index}");
        match self.random.below(100) {
            0..=14 => {
                let integers = [CScalar::Int, CScalar::UnsignedLong, CScalar::UnsignedChar, CScalar::Short];
                let scalar = self.random.one_of(&integers);
                let bits = 1 + self.random.below(8 * scalar.size(TARGET) as u64) as u32;
                Member::bits(name, CType::scalar(scalar), bits)
            }
            15..=34 => {
                let (of, len) = (self.scalar(), 1 + self.random.below(5));
                Member::new(name, self.types.array_of(of, Some(len)))
            }
            35..=44 if depth > 0 => Member::new(name, self.small_record(depth - 1)),
            45..=49 => {
                let part = self.random.one_of(&[CScalar::Float, CScalar::Double]);
                Member::new(name, self.types.intern(CKind::Complex(part)))
            }
            _ => Member::new(name, self.scalar()),
        }
    }
}

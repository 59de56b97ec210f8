//! Random types and signatures. The same seed gives the same ones.

use vo_ffi_core::c::{CKind, CScalar, CType, CTypes, EnumType, FuncSig, Member, Record, Target};

/// SplitMix64.
#[derive(Clone, Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// A function, and which arguments beyond its parameters it is called with.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    pub(super) func: FuncSig,
    pub(super) more: Vec<CType>,
    pub(super) errno: bool,
}

/// Some types, and functions of them.
#[derive(Debug)]
pub(super) struct Generated {
    pub(super) types: CTypes,
    /// The structs, unions and enums, in the order in which C has to see them.
    pub(super) defined: Vec<CType>,
    pub(super) signatures: Vec<Signature>,
}

const FLOATS: [CScalar; 3] = [CScalar::Float, CScalar::Double, CScalar::LongDouble];

/// As many signatures, and a third as many types.
pub(super) fn generate(seed: u64, count: usize) -> Generated {
    let generated = Generated { types: CTypes::new(), defined: Vec::new(), signatures: Vec::new() };
    let mut generator = Generator { random: Random(seed), generated };
    generator.enumeration();
    for number in 0..(count / 3).max(20) {
        generator.record(number);
    }
    generator.extremes();
    while generator.generated.signatures.len() < count {
        generator.signature();
    }
    generator.generated
}

struct Generator {
    random: Random,
    generated: Generated,
}

impl Generator {
    fn enumeration(&mut self) {
        let types = &mut self.generated.types;
        let constants = Some(vec![("small".into(), 0), ("large".into(), 3_000_000_000)]);
        let id = types.declare_enum(EnumType {
            tag: Some("e".into()),
            named_by_typedef: false,
            underlying: CScalar::UnsignedInt,
            constants,
        });
        self.generated.defined.push(types.enum_type(id));
    }

    fn record(&mut self, number: usize) {
        let members = match self.random.below(10) {
            0..3 => self.equal_floats(),
            3 => self.bit_fields(),
            4 => self.large(),
            5 => Vec::new(),
            _ => self.members(),
        };
        let mut record =
            Record { tag: Some(format!("r{number}")), members: Some(members), ..Record::default() };
        record.union = self.random.one_in(5);
        match self.random.below(10) {
            0 => record.packed = true,
            1 => record.pack = Some(self.random.pick(&[1, 2, 4, 8])),
            2 => record.align = Some(self.random.pick(&[4, 16, 32])),
            _ => {}
        }
        self.keep_out_what_compilers_disagree_about(&mut record);
        let id = self.generated.types.declare_record(record);
        self.generated.defined.push(self.generated.types.record_type(id));
    }

    /// gcc before version 13 passes 16 bytes with packed bit-fields of 16 as aligned ones. And it passes a struct of a
    /// complex number and empty arrays as the number alone, which clang does not.
    fn keep_out_what_compilers_disagree_about(&mut self, record: &mut Record) {
        let types = &mut self.generated.types;
        let members = record.members.iter_mut().flatten();
        let mut has_scalar = false;
        for member in members {
            let scalar = types.as_scalar(member.ty);
            has_scalar |= scalar.is_some() && member.bits.is_none();
            if record.packed && scalar.is_some_and(is_int128) && member.bits.is_some_and(|bits| bits > 0) {
                (member.ty, member.bits) = (CType::scalar(CScalar::UnsignedLong), Some(40));
            }
            if !has_scalar && let CKind::Array { of, len: Some(0) } = *types.kind(member.ty) {
                member.ty = types.array_of(of, Some(1));
            }
        }
    }

    fn members(&mut self) -> Vec<Member> {
        (0..1 + self.random.below(4)).map(|index| self.member(index)).collect()
    }

    fn member(&mut self, index: u64) -> Member {
        let mut ty = self.any_type();
        if self.random.one_in(5) {
            let len = self.random.below(5);
            ty = self.generated.types.array_of(ty, Some(len));
        }
        let mut member = Member::new(format!("m{index}"), ty);
        if self.random.one_in(8) {
            member.align = Some(self.random.pick(&[2, 8, 16, 32]));
        }
        member.packed = self.random.one_in(12);
        member
    }

    /// What travels in vector registers, or nearly so.
    fn equal_floats(&mut self) -> Vec<Member> {
        let scalar = CType::scalar(self.random.pick(&FLOATS));
        let members = 1 + self.random.below(5);
        let mut all: Vec<Member> = (0..members)
            .map(|index| {
                let ty = match self.random.below(6) {
                    0 => self.generated.types.array_of(scalar, Some(1 + index % 3)),
                    _ => scalar,
                };
                Member::new(format!("m{index}"), ty)
            })
            .collect();
        if self.random.one_in(6) {
            all.push(Member { name: None, ..Member::bits("", CType::scalar(CScalar::Int), 0) });
        }
        if self.random.one_in(8) {
            all.push(Member::new("other", self.random.pick(&self.generated.defined)));
        }
        all
    }

    fn bit_fields(&mut self) -> Vec<Member> {
        use CScalar::*;
        (0..1 + self.random.below(5))
            .map(|index| {
                let scalar = self.random.pick(&[
                    UnsignedChar,
                    Char,
                    Short,
                    Int,
                    UnsignedInt,
                    Long,
                    UnsignedLongLong,
                    Int128,
                    Bool,
                ]);
                let most = match scalar {
                    Bool => 1,
                    _ => scalar.size(&Target::LINUX_AARCH64) as u64 * 8,
                };
                let ty = CType::scalar(scalar);
                match self.random.below(8) {
                    0 => Member { name: None, ..Member::bits("", ty, 0) },
                    1 => self.member(index),
                    _ => Member::bits(format!("m{index}"), ty, 1 + self.random.below(most) as u32),
                }
            })
            .collect()
    }

    fn large(&mut self) -> Vec<Member> {
        let scalar = CType::scalar(self.random.pick(&CScalar::ALL));
        let len = 1 + self.random.below(30);
        let array = self.generated.types.array_of(scalar, Some(len));
        let bytes = self.random.below(40);
        let tail = self.generated.types.array_of(CType::scalar(CScalar::Char), Some(bytes));
        vec![Member::new("array", array), Member::new("tail", tail)]
    }

    fn any_type(&mut self) -> CType {
        match self.random.below(10) {
            0..4 => CType::scalar(self.random.pick(&CScalar::ALL)),
            4 => {
                let part = self.random.pick(&FLOATS);
                self.generated.types.intern(CKind::Complex(part))
            }
            5 => self.generated.types.pointer_to_const(CType::VOID),
            6 => CType::scalar(self.random.pick(&FLOATS)),
            _ => self.random.pick(&self.generated.defined),
        }
    }

    fn signature(&mut self) {
        let count = match self.random.below(3) {
            0 => self.random.below(4),
            1 => self.random.below(10),
            _ => self.random.below(21),
        };
        // Some have many of one kind, so that registers run out.
        let favourite = self.any_type();
        let favours = self.random.one_in(3);
        let mut params: Vec<CType> = (0..count)
            .map(|_| if favours && !self.random.one_in(3) { favourite } else { self.any_type() })
            .collect();
        let result = if self.random.one_in(8) { CType::VOID } else { self.any_type() };
        let variadic = !params.is_empty() && self.random.one_in(6);
        let more = match variadic {
            true => params.split_off(1 + self.random.below(params.len() as u64) as usize),
            false => Vec::new(),
        };
        let func = FuncSig { params, variadic, result, convention: None };
        self.generated.signatures.push(Signature { func, more, errno: self.random.one_in(4) });
    }

    /// Frames and stack areas beyond the reach of instructions, and beyond a page.
    fn extremes(&mut self) {
        let types = &mut self.generated.types;
        let page = types.array_of(CType::scalar(CScalar::Char), Some(5000));
        let page = types.declare_record(Record {
            tag: Some("page".into()),
            members: Some(vec![Member::new("bytes", page)]),
            ..Record::default()
        });
        let page = types.record_type(page);
        self.generated.defined.push(page);
        let scalars = CScalar::ALL.into_iter().cycle().map(CType::scalar);
        for (params, result) in [
            (scalars.take(700).collect(), CType::scalar(CScalar::SignedChar)),
            (vec![page; 3], page),
            (vec![CType::scalar(CScalar::Short); 600], CType::VOID),
        ] {
            let func = FuncSig { params, variadic: false, result, convention: None };
            self.generated.signatures.push(Signature { func, more: Vec::new(), errno: true });
        }
    }
}

fn is_int128(scalar: CScalar) -> bool {
    matches!(scalar, CScalar::Int128 | CScalar::UnsignedInt128)
}

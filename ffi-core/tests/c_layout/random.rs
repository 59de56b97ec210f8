//! Random structs and unions: all kinds of members, with all attributes.

use vo_ffi_core::c::{CKind, CScalar, CType, CTypes, EnumType, FuncSig, Member, Record, Target};

/// Numbers that a seed decides: splitmix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}

/// A table of random types.
pub(crate) struct Generator<'t> {
    random: Random,
    target: &'t Target,
    pub(crate) types: CTypes,
    /// The structs and unions with tags.
    pub(crate) records: Vec<CType>,
    enums: Vec<CType>,
    names: usize,
}

impl Generator<'_> {
    /// So many structs and unions with tags, for a target.
    pub(crate) fn generate(seed: u64, count: usize, target: &Target) -> Generator<'_> {
        let random = Random(seed);
        let types = CTypes::new();
        let mut generator =
            Generator { random, target, types, records: Vec::new(), enums: Vec::new(), names: 0 };
        for _ in 0..8 {
            let ty = generator.enumeration();
            generator.enums.push(ty);
        }
        while generator.records.len() < count {
            let flexible = generator.random.percent(6);
            let tag = Some(format!("r{}", generator.records.len()));
            let ty = generator.record(tag, 2, flexible);
            generator.records.push(ty);
        }
        generator
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("m{}", self.names)
    }

    fn enumeration(&mut self) -> CType {
        let (underlying, last) = self.random.one_of(&[
            (CScalar::UnsignedInt, 200),
            (CScalar::UnsignedInt, 0xffff_ffff),
            (CScalar::Int, -5),
            (CScalar::UnsignedChar, 255),
            (CScalar::Short, -300),
        ]);
        let name = self.name().to_uppercase();
        let constants = vec![(format!("{name}_FIRST"), 1), (format!("{name}_LAST"), last)];
        let tag = Some(format!("e{}", self.enums.len()));
        let enumeration = EnumType {
            tag,
            named_by_typedef: self.random.percent(30),
            underlying,
            constants: Some(constants),
        };
        let id = self.types.declare_enum(enumeration);
        self.types.enum_type(id)
    }

    fn record(&mut self, tag: Option<String>, depth: u32, flexible: bool) -> CType {
        let union = !flexible && self.random.percent(25);
        let count = if self.random.percent(3) { 0 } else { 1 + self.random.below(9) };
        let bits = self.random.percent(60);
        let mut members: Vec<Member> = (0..count).map(|_| self.member(depth, bits)).collect();
        if flexible {
            members.push(Member::new(self.name(), CType::scalar(CScalar::Char)));
            let of = self.simple();
            let ty = self.types.array_of(of, None);
            if self.is_sized(of) {
                members.push(Member::new(self.name(), ty));
            }
        }
        let record = Record {
            named_by_typedef: tag.is_some() && self.random.percent(20),
            tag,
            union,
            members: Some(members),
            packed: self.random.percent(20),
            pack: self.random.percent(25).then(|| self.random.one_of(&[1, 2, 4, 8, 16])),
            align: self.random.percent(20).then(|| self.random.one_of(&[1, 2, 4, 8, 16, 32, 64])),
        };
        let id = self.types.declare_record(record);
        self.types.record_type(id)
    }

    fn member(&mut self, depth: u32, bits: bool) -> Member {
        let mut member = match self.random.below(100) {
            0..=54 if bits => self.bit_field(),
            55..=62 if depth > 0 => return self.anonymous(depth),
            _ => Member::new(self.name(), self.any(depth)),
        };
        if self.random.percent(10) {
            member.packed = true;
        }
        if self.random.percent(12) {
            member.align = Some(self.random.one_of(&[1, 2, 4, 8, 16, 32]));
        }
        member
    }

    /// Only `_Alignas`, which never makes less of an alignment, can be said of an anonymous member.
    fn anonymous(&mut self, depth: u32) -> Member {
        let ty = self.record(None, depth - 1, false);
        let least = self.types.layout(ty, self.target).map_or(1, |layout| layout.align as u32);
        let align = self.random.percent(20).then(|| least * self.random.one_of(&[1, 2, 4]));
        Member { align, ..Member::anonymous(ty) }
    }

    fn bit_field(&mut self) -> Member {
        let ty = self.integer();
        let ty = if self.random.percent(8) { self.aligned(ty) } else { ty };
        let widest = match self.types.as_scalar(ty) {
            Some(CScalar::Bool) => 1,
            Some(scalar) => 8 * scalar.size(self.target) as u64,
            None => unreachable!("an integer is a scalar"),
        };
        let bits = match self.random.below(100) {
            0..=7 => return Member { name: None, ..Member::bits("", ty, 0) },
            8..=30 => self.random.one_of(&[8, 16, 32, 64, 128, 1]).min(widest),
            _ => 1 + self.random.below(widest),
        };
        let member = Member::bits(self.name(), ty, bits as u32);
        if self.random.percent(8) { Member { name: None, ..member } } else { member }
    }

    /// A type of bit-fields.
    fn integer(&mut self) -> CType {
        if self.random.percent(8) {
            return self.random.one_of(&self.enums);
        }
        let integers = CScalar::ALL.into_iter().filter(|scalar| !scalar.is_float());
        let known: Vec<CScalar> = integers.filter(|&scalar| self.knows(scalar)).collect();
        CType::scalar(self.random.one_of(&known))
    }

    fn knows(&self, scalar: CScalar) -> bool {
        self.target.int128 || !matches!(scalar, CScalar::Int128 | CScalar::UnsignedInt128)
    }

    fn any(&mut self, depth: u32) -> CType {
        match self.random.below(100) {
            0..=11 if depth > 0 => self.array(depth),
            12..=21 if !self.records.is_empty() => self.known_record(),
            22..=27 if depth > 0 => self.record(None, depth - 1, false),
            28..=36 => {
                let of = self.simple();
                self.aligned(of)
            }
            _ => self.simple(),
        }
    }

    fn array(&mut self, depth: u32) -> CType {
        let of = self.any(depth - 1);
        let len = self.random.below(6);
        if self.is_sized(of) { self.types.array_of(of, Some(len)) } else { of }
    }

    /// Whether there may be arrays of it.
    fn is_sized(&self, ty: CType) -> bool {
        self.types.layout(ty, self.target).is_ok_and(|layout| layout.size % layout.align == 0)
    }

    /// One of the last, which have no array without a length: there is no array of these.
    fn known_record(&mut self) -> CType {
        let recent = &self.records[self.records.len().saturating_sub(20)..];
        let fixed = |&ty: &CType| {
            let members = self.types.as_record(ty).and_then(|record| record.members.as_deref());
            let last = members.and_then(|members| members.last()).map(|last| self.types.kind(last.ty));
            !matches!(last, Some(CKind::Array { len: None, .. }))
        };
        let fixed: Vec<CType> = recent.iter().copied().filter(fixed).collect();
        if fixed.is_empty() { CType::scalar(CScalar::Int) } else { self.random.one_of(&fixed) }
    }

    fn aligned(&mut self, of: CType) -> CType {
        let align = self.random.one_of(&[1, 2, 4, 8, 16, 32]);
        self.types.aligned(of, align)
    }

    /// A scalar or a pointer.
    fn simple(&mut self) -> CType {
        let scalars: Vec<CScalar> = CScalar::ALL.into_iter().filter(|&scalar| self.knows(scalar)).collect();
        let scalar = self.random.one_of(&scalars);
        match self.random.below(12) {
            0 => self.random.one_of(&self.enums),
            1 => {
                let part = self.random.one_of(&[CScalar::Float, CScalar::Double, CScalar::LongDouble]);
                self.types.intern(CKind::Complex(part))
            }
            2 => self.types.pointer_to(CType::scalar(scalar)),
            3 => {
                let params = vec![CType::scalar(scalar)];
                let sig = FuncSig { params, variadic: false, result: CType::VOID, convention: None };
                let func = self.types.func(sig);
                self.types.pointer_to(func)
            }
            _ => CType::scalar(scalar),
        }
    }
}

//! Random signatures, with the structs and unions that AAPCS64 cares about. The same seed gives the same ones.

use vo_ffi_core::c::{CKind, CScalar, CType, CTypes, FuncSig, Member, Record};

use super::TARGET;
use super::random::{Generator, Random};

/// A function, and which arguments beyond its parameters it is called with.
#[derive(Clone, Debug)]
pub(super) struct Signature {
    pub(super) func: FuncSig,
    pub(super) more: Vec<CType>,
    pub(super) errno: bool,
}

impl Signature {
    /// The types of all arguments.
    pub(super) fn args(&self) -> Vec<CType> {
        [&self.func.params[..], &self.more].concat()
    }
}

/// Some types, and functions of them.
#[derive(Debug)]
pub(super) struct Generated {
    pub(super) types: CTypes,
    /// The structs and unions.
    pub(super) defined: Vec<CType>,
    pub(super) signatures: Vec<Signature>,
}

const FLOATS: [CScalar; 3] = [CScalar::Float, CScalar::Double, CScalar::LongDouble];

pub(super) fn generate(seed: u64, count: usize) -> Generated {
    let Generator { types, records, .. } = Generator::generate(seed, 40, TARGET);
    let mut maker = Maker { random: Random(!seed), types, records, small: Vec::new() };
    for _ in 0..80 {
        let ty = maker.small_record();
        maker.small.push(ty);
    }
    let mut signatures = maker.extremes();
    let defined = [&maker.records[..], &maker.small].concat();
    let types = &maker.types;
    maker.records.retain(|&ty| !is_disputed(types, ty));
    maker.small.retain(|&ty| !is_disputed(types, ty));
    signatures.extend((signatures.len()..count).map(|_| maker.signature()));
    Generated { types: maker.types, defined, signatures }
}

struct Maker {
    random: Random,
    types: CTypes,
    /// Of all sizes and kinds.
    records: Vec<CType>,
    /// Many of which travel in registers.
    small: Vec<CType>,
}

impl Maker {
    fn signature(&mut self) -> Signature {
        let most = self.random.one_of(&[3, 9, 20]);
        let count = self.random.below(most + 1);
        // Some have many of one kind, so that registers run out.
        let favourite = self.any();
        let favours = self.random.percent(30);
        let mut params: Vec<CType> = (0..count)
            .map(|_| if favours && self.random.percent(65) { favourite } else { self.any() })
            .collect();
        let result = if self.random.percent(12) { CType::VOID } else { self.any() };
        let variadic = !params.is_empty() && self.random.percent(15);
        let more = match variadic {
            true => params.split_off(1 + self.random.below(params.len() as u64) as usize),
            false => Vec::new(),
        };
        let more = more.into_iter().map(|ty| self.types.promoted(ty)).collect();
        let func = FuncSig { params, variadic, result, convention: None };
        Signature { func, more, errno: self.random.percent(25) }
    }

    /// Frames and stack areas beyond the reach of instructions, and beyond a page.
    fn extremes(&mut self) -> Vec<Signature> {
        let bytes = self.types.array_of(CType::scalar(CScalar::Char), Some(5000));
        let page = self.record(vec![Member::new("bytes", bytes)]);
        self.small.push(page);
        let all = CScalar::ALL.into_iter().cycle().map(CType::scalar);
        let signature = |params, result| {
            let func = FuncSig { params, variadic: false, result, convention: None };
            Signature { func, more: Vec::new(), errno: true }
        };
        vec![
            signature(all.take(700).collect(), CType::scalar(CScalar::SignedChar)),
            signature(vec![page; 3], page),
            signature(vec![CType::scalar(CScalar::Short); 600], CType::VOID),
        ]
    }

    fn any(&mut self) -> CType {
        match self.random.below(100) {
            0..=39 => CType::scalar(self.random.one_of(&CScalar::ALL)),
            40..=49 => CType::scalar(self.random.one_of(&FLOATS)),
            50..=57 => self.complex(),
            58..=64 => self.types.pointer_to_const(CType::VOID),
            65..=90 if !self.small.is_empty() => self.random.one_of(&self.small),
            _ => self.random.one_of(&self.records),
        }
    }

    fn complex(&mut self) -> CType {
        let part = self.random.one_of(&FLOATS);
        self.types.intern(CKind::Complex(part))
    }

    fn record(&mut self, members: Vec<Member>) -> CType {
        let tag = Some(format!("s{}", self.small.len()));
        let id = self.types.declare_record(Record { tag, members: Some(members), ..Record::default() });
        self.types.record_type(id)
    }

    fn small_record(&mut self) -> CType {
        let members = match self.random.below(10) {
            0..=3 => self.equal_floats(),
            4..=5 => self.bit_fields(),
            _ => (0..1 + self.random.below(3)).map(|index| self.member(index)).collect(),
        };
        let ty = self.record(members);
        let CKind::Record(id) = *self.types.kind(ty) else { return ty };
        let record = Record {
            union: self.random.percent(20),
            packed: self.random.percent(10),
            pack: self.random.percent(10).then(|| self.random.one_of(&[1, 2, 4, 8])),
            align: self.random.percent(10).then(|| self.random.one_of(&[4, 16, 32])),
            ..self.types.record(id).clone()
        };
        *self.types.record_mut(id) = record;
        ty
    }

    /// What travels in vector registers, or nearly so.
    fn equal_floats(&mut self) -> Vec<Member> {
        let scalar = CType::scalar(self.random.one_of(&FLOATS));
        let array = self.types.array_of(scalar, Some(2));
        let mut members: Vec<Member> = (0..1 + self.random.below(5))
            .map(|index| {
                let ty = if self.random.percent(15) { array } else { scalar };
                Member::new(format!("m{index}"), ty)
            })
            .collect();
        match self.random.below(6) {
            0 => members.push(Member { name: None, ..Member::bits("", CType::scalar(CScalar::Int), 0) }),
            1 if !self.small.is_empty() => {
                members.push(Member::new("other", self.random.one_of(&self.small)))
            }
            _ => {}
        }
        members
    }

    fn bit_fields(&mut self) -> Vec<Member> {
        use CScalar::*;
        (0..1 + self.random.below(4))
            .map(|index| {
                let scalar = self.random.one_of(&[UnsignedChar, Short, Int, UnsignedLong, Int128, Bool]);
                let ty = CType::scalar(scalar);
                let most = if scalar == Bool { 1 } else { 8 * scalar.size(TARGET) as u64 };
                match self.random.below(8) {
                    0 => Member { name: None, ..Member::bits("", ty, 0) },
                    1 => self.member(index),
                    _ => Member::bits(format!("m{index}"), ty, 1 + self.random.below(most) as u32),
                }
            })
            .collect()
    }

    fn member(&mut self, index: u64) -> Member {
        let mut ty = self.any();
        if self.random.percent(20) {
            let len = self.random.below(4);
            ty = self.types.array_of(ty, Some(len));
        }
        let align = self.random.percent(12).then(|| self.random.one_of(&[2, 8, 16, 32]));
        Member { align, packed: self.random.percent(8), ..Member::new(format!("m{index}"), ty) }
    }
}

/// Whether compilers disagree about how to pass a type.
fn is_disputed(types: &CTypes, ty: CType) -> bool {
    // gcc passes a struct of a complex number and arrays without elements as the number alone, clang does not.
    let disputed_complex = is_complex_alone(types, ty) && has_empty_array(types, ty);
    disputed_complex || has_packed_wide_bits(types, ty)
}

/// Whether a type has a bit-field whose type's alignment is 16 or more, but not its own. gcc before version 13 aligns such a type
/// where it is `packed`, and all versions under `#pragma pack`, which their `va_arg` does not expect; clang never does.
fn has_packed_wide_bits(types: &CTypes, ty: CType) -> bool {
    let Some(record) = types.as_record(ty) else { return false };
    record.members.iter().flatten().any(|member| {
        let wide = types.layout(member.ty, TARGET).is_ok_and(|layout| layout.align >= 16);
        wide && (member.packed || record.packed || record.pack.is_some())
            && member.bits.is_some_and(|bits| bits > 0)
    })
}

fn is_complex_alone(types: &CTypes, ty: CType) -> bool {
    match types.unaligned_kind(ty) {
        CKind::Complex(_) => true,
        CKind::Array { of, len: Some(1) } => is_complex_alone(types, *of),
        CKind::Record(id) => {
            let members = types.record(*id).members.iter().flatten();
            let mut sized = members.filter(|member| {
                member.bits.is_none() && types.layout(member.ty, TARGET).is_ok_and(|layout| layout.size > 0)
            });
            sized.next().is_some_and(|member| is_complex_alone(types, member.ty)) && sized.next().is_none()
        }
        _ => false,
    }
}

fn has_empty_array(types: &CTypes, ty: CType) -> bool {
    match types.unaligned_kind(ty) {
        CKind::Array { of, len } => matches!(len, None | Some(0)) || has_empty_array(types, *of),
        CKind::Record(id) => {
            let mut members = types.record(*id).members.iter().flatten();
            members.any(|member| has_empty_array(types, member.ty))
        }
        _ => false,
    }
}

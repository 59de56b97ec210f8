//! One record for each rule, and the errors; `tests/c_layout` compares thousands with compilers.

use crate::c::{BitFields, CScalar, CType, CTypes, LayoutError, Member, Record, Target};

const CHAR: CType = CType::scalar(CScalar::Char);
const SHORT: CType = CType::scalar(CScalar::Short);
const INT: CType = CType::scalar(CScalar::Int);
const LONG_LONG: CType = CType::scalar(CScalar::LongLong);
const MICROSOFT: Target = Target { bit_fields: BitFields::Microsoft, ..Target::LINUX_X64 };

fn record(types: &mut CTypes, record: Record) -> CType {
    let id = types.declare_record(record);
    types.record_type(id)
}

fn unnamed(ty: CType, bits: u32) -> Member {
    Member { name: None, ..Member::bits("", ty, bits) }
}

/// Size, alignment, and the first bit of each member.
#[track_caller]
fn check(target: &Target, whole: Record, expected: (u64, u64, &[u64])) {
    let mut types = CTypes::new();
    let ty = record(&mut types, whole);
    let layout = types.record_layout(ty, target).unwrap();
    let offsets: Vec<u64> = layout.members.iter().map(|member| member.bit_offset).collect();
    let text = types.definitions(&[ty]);
    assert_eq!(
        (layout.whole.size, layout.whole.align, offsets.as_slice()),
        expected,
        "{}: {text}",
        target.name
    );
}

fn of(members: &[Member]) -> Record {
    Record { members: Some(members.to_vec()), ..Record::default() }
}

fn packed(members: &[Member]) -> Record {
    Record { packed: true, ..of(members) }
}

fn pack(pack: u32, members: &[Member]) -> Record {
    Record { pack: Some(pack), ..of(members) }
}

#[test]
fn bit_fields_stay_within_units_of_their_type() {
    let fields = [Member::new("c", CHAR), Member::bits("a", INT, 20), Member::bits("b", INT, 10)];
    check(&Target::LINUX_X64, of(&fields), (8, 4, &[0, 8, 32]));
    check(&Target::LINUX_X64, packed(&fields), (5, 1, &[0, 8, 28]));
    check(&Target::LINUX_X64, pack(8, &fields), (8, 4, &[0, 8, 28]));
    check(&MICROSOFT, of(&fields), (8, 4, &[0, 32, 52]));
    check(&MICROSOFT, packed(&fields), (5, 1, &[0, 8, 28]));
}

#[test]
fn microsofts_units_are_for_types_of_one_size() {
    let fields = [Member::bits("a", INT, 3), Member::bits("b", SHORT, 3), Member::bits("c", CHAR, 2)];
    check(&Target::LINUX_X64, of(&fields), (4, 4, &[0, 3, 6]));
    check(&MICROSOFT, of(&fields), (8, 4, &[0, 32, 48]));
    check(&Target::WINDOWS_X64, packed(&fields), (7, 1, &[0, 32, 48]));
}

#[test]
fn zero_widths_end_units() {
    let fields = [Member::bits("a", CHAR, 3), unnamed(INT, 0), Member::bits("b", CHAR, 3)];
    check(&Target::LINUX_X64, of(&fields), (5, 1, &[0, 32, 32]));
    check(&Target::LINUX_X64, packed(&fields), (5, 1, &[0, 32, 32]));
    check(&Target::LINUX_AARCH64, of(&fields), (8, 4, &[0, 32, 32]));
    check(&MICROSOFT, of(&fields), (8, 4, &[0, 32, 32]));
    // Without a bit-field before, it is nothing to Microsoft.
    let first = [Member::new("a", CHAR), unnamed(INT, 0), Member::bits("b", CHAR, 3)];
    check(&Target::LINUX_X64, of(&first), (5, 1, &[0, 32, 32]));
    check(&MICROSOFT, of(&first), (2, 1, &[0, 8, 8]));
}

#[test]
fn unnamed_bit_fields_align_records_on_arm() {
    let fields = [Member::new("a", CHAR), unnamed(INT, 3)];
    check(&Target::LINUX_X64, of(&fields), (2, 1, &[0, 8]));
    check(&Target::LINUX_AARCH64, of(&fields), (4, 4, &[0, 8]));
    check(&Target::LINUX_ARM, of(&fields), (4, 4, &[0, 8]));
}

#[test]
fn attributes_of_members_and_records() {
    let aligned = |align, member| Member { align: Some(align), ..member };
    let packed_one = |member| Member { packed: true, ..member };
    let long = Member::new("b", LONG_LONG);
    let of_two = |member: Member| of(&[Member::new("a", CHAR), member]);
    let host = &Target::LINUX_X64;
    check(host, of_two(long.clone()), (16, 8, &[0, 64]));
    check(host, of_two(packed_one(long.clone())), (9, 1, &[0, 8]));
    check(host, of_two(packed_one(aligned(2, long.clone()))), (10, 2, &[0, 16]));
    check(host, of_two(aligned(2, long.clone())), (16, 8, &[0, 64]));
    check(host, of_two(aligned(32, long.clone())), (64, 32, &[0, 256]));
    check(host, Record { pack: Some(4), ..of_two(aligned(32, long.clone())) }, (12, 4, &[0, 32]));
    check(host, Record { pack: Some(4), align: Some(16), ..of_two(long.clone()) }, (16, 16, &[0, 32]));
    check(host, Record { union: true, ..of_two(long.clone()) }, (8, 8, &[0, 0]));
    check(host, Record { union: true, ..packed(&[Member::bits("a", INT, 9)]) }, (2, 1, &[0]));
    check(host, of(&[]), (0, 1, &[]));
}

#[test]
fn alignments_of_typedefs() {
    let mut types = CTypes::new();
    let low = types.aligned(LONG_LONG, 2);
    let high = types.aligned(CHAR, 16);
    let array = types.array_of(LONG_LONG, None);
    let members = [
        Member::new("c", CHAR),
        Member::new("low", low),
        Member::new("high", high),
        Member::new("rest", array),
    ];
    let ty = record(&mut types, of(&members));
    let layout = types.record_layout(ty, &Target::LINUX_X64).unwrap();
    let offsets: Vec<u64> = layout.members.iter().map(|member| member.offset()).collect();
    assert_eq!((layout.whole.size, layout.whole.align, offsets), (32, 16, vec![0, 2, 16, 24]));
}

#[test]
fn types_without_a_layout_say_why() {
    let mut types = CTypes::new();
    let tag = |tag: &str| Some(tag.to_string());
    let own = types.declare_record(Record { tag: tag("own"), ..Record::default() });
    let own_type = types.record_type(own);
    let three = types.array_of(own_type, Some(3));
    types.record_mut(own).members = Some(vec![Member::new("a", INT), Member::new("b", three)]);
    let named = types.declare_record(Record { tag: tag("later"), ..Record::default() });
    let high = types.aligned(INT, 8);
    let wide = CType::scalar(CScalar::Int128);
    for (ty, target, expected) in [
        (types.record_type(named), &Target::LINUX_X64, "`struct later` has no size: it is incomplete"),
        (own_type, &Target::LINUX_X64, "`struct own` contains itself; its member can be a pointer to it"),
        (
            types.array_of(high, Some(2)),
            &Target::LINUX_X64,
            "an array of `int` is impossible: its size 4 is no multiple of its alignment 8",
        ),
        (types.array_of(INT, Some(1 << 62)), &Target::LINUX_X64, "`int[4611686018427387904]` is too large"),
        (types.array_of(INT, Some(1 << 29)), &Target::WASM32, "`int[536870912]` is too large"),
        (wide, &Target::LINUX_ARM, "`__int128` does not exist on linux-arm"),
    ] {
        assert_eq!(types.layout(ty, target).unwrap_err().to_string(), expected);
    }
    assert_eq!(
        types.record_layout(three, &Target::HOST.clone()).unwrap_err(),
        LayoutError::Recursive { ty: "struct own".into() }
    );
}

#[test]
fn shared_members_are_looked_at_once() {
    let mut types = CTypes::new();
    let mut ty = record(&mut types, of(&[]));
    for _ in 0..90 {
        ty = record(&mut types, of(&[Member::new("a", ty), Member::new("b", ty)]));
    }
    assert_eq!(types.layout(ty, Target::HOST).unwrap().size, 0);
}

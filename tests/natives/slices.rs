//! Slices, borrowed and not, and variadic parameters.

use vo_ffi::prelude::*;
use vo_ffi::{Field, FuncType, Heap, RawSlice, Scalar, Slot, TypeId, TypeKind, TypeTable};

use crate::host::{End, Host, func, int, trap, word};

#[vo_extern("slices.Sum")]
fn sum(items: &[f64]) -> f64 {
    items.iter().sum()
}

#[vo_extern("slices.Bytes")]
fn bytes(items: &[u8]) -> &[u8] {
    items.strip_prefix(b"\0").unwrap_or(items)
}

#[vo_extern("slices.Reverse")]
fn reverse(mut items: VoSlice<i64>) -> VoSlice<i64> {
    let len = items.len();
    (0..len / 2).for_each(|index| items.swap(index, len - 1 - index));
    items
}

#[vo_extern("slices.Double")]
fn double(mut items: VoSlice<i32>) {
    for index in 0..items.len() {
        items.set(index, items.get(index) * 2);
    }
}

#[vo_extern("slices.At")]
fn at(items: VoSlice<i64>, index: u64) -> i64 {
    items.get(index as usize)
}

#[vo_extern("slices.Fill")]
fn fill(mut items: VoSlice<u8>, data: &str) -> i64 {
    items.copy_from_slice(data.as_bytes());
    data.len() as i64
}

#[vo_extern("slices.WriteWhileBorrowed")]
fn write_while_borrowed(mut items: VoSlice<i64>, how: u8) {
    let first = items.as_slice().first().copied();
    match how {
        0 => items.set(0, 1),
        1 => items.swap(0, 1),
        _ => items.copy_from_slice(&[1, 2]),
    }
    unreachable!("{first:?}");
}

#[vo_extern("slices.Shared")]
fn shared(read: &[i64], mut write: VoSlice<i64>) -> i64 {
    write.set(0, 100);
    read.iter().sum()
}

#[vo_extern("slices.Overwrite")]
fn overwrite(mut row: VoObject, with: VoStruct, items: &[i64]) -> i64 {
    row.set_field(1, with);
    items.iter().sum()
}

#[vo_extern("slices.Join")]
fn join(parts: Vec<String>, sep: &str) -> String {
    parts.join(sep)
}

#[vo_extern("slices.Rows")]
fn rows(rows: Vec<Vec<i64>>, names: VoSlice<&str>) -> (Vec<Vec<i64>>, Vec<i64>) {
    (rows.into_iter().rev().collect(), names.iter().map(|name| name.len() as i64).collect())
}

#[vo_extern("slices.Longest")]
fn longest(parts: VoSlice<VoString>) -> Option<VoError> {
    parts.iter().max_by_key(VoString::len).map(|part| VoError::new(part.to_string()))
}

#[vo_extern("slices.Flags")]
fn flags(flags: Vec<bool>, runes: VoSlice<char>) -> (Vec<bool>, Vec<char>) {
    (flags.iter().map(|flag| !flag).collect(), runes.iter().rev_chars())
}

trait RevChars {
    fn rev_chars(self) -> Vec<char>;
}

impl<I: Iterator<Item = char>> RevChars for I {
    fn rev_chars(self) -> Vec<char> {
        let mut all: Vec<char> = self.collect();
        all.reverse();
        all
    }
}

#[vo_extern("slices.Split")]
fn split(text: VoString, ctx: &mut ExternCtx) -> Vec<VoString> {
    text.as_str().split(',').map(|part| ctx.new_string(part)).collect()
}

#[vo_extern("slices.Make")]
fn make(ctx: &mut ExternCtx) -> (VoSlice<i64>, VoSlice<u8>, Vec<f32>) {
    (ctx.new_slice(&[1i64, -2]), ctx.new_byte_slice(b"ab"), vec![0.5])
}

/// A slice of any type, element by element.
#[vo_extern("slices.Describe")]
fn describe(items: VoSlice) -> String {
    items.iter().map(|item| format!("{item:?} ")).collect()
}

#[vo_extern("slices.Count")]
fn count(first: i64, rest: VoVariadic) -> (i64, String) {
    (first + rest.len() as i64, rest.iter().map(|item| format!("{item:?} ")).collect())
}

#[vo_extern("slices.Max")]
fn max(rest: VoVariadic<i64>) -> Result<i64, VoError> {
    rest.iter().max().ok_or_else(|| VoError::new("max of nothing"))
}

struct Types {
    ints: TypeId,
    int32s: TypeId,
    floats: TypeId,
    float32s: TypeId,
    strings: TypeId,
    bools: TypeId,
    runes: TypeId,
}

fn host() -> (Host, Types) {
    let mut table = TypeTable::new();
    let types = Types {
        ints: table.slice_of(TypeId::INT),
        int32s: table.slice_of(TypeId::scalar(Scalar::Int32)),
        floats: table.slice_of(TypeId::FLOAT64),
        float32s: table.slice_of(TypeId::scalar(Scalar::Float32)),
        strings: table.slice_of(TypeId::STRING),
        bools: table.slice_of(TypeId::BOOL),
        runes: table.slice_of(TypeId::RUNE),
    };
    (Host::with_types(table), types)
}

#[test]
fn borrowed_elements_are_read_in_place() {
    let (mut host, types) = host();
    let floats = host.slice(TypeId::FLOAT64, &[0.5, 1.25, -2.0]);
    let sum = func(&[types.floats], &[TypeId::FLOAT64]);
    assert_eq!(host.call("slices.Sum", &sum, &[floats]), End::Ok(vec![Slot::from_f64(-0.25)]));
    assert_eq!(host.call("slices.Sum", &sum, &[Slot::ZERO]), End::Ok(vec![Slot::from_f64(-0.0)]));

    let bytes = host.slice(TypeId::BYTE, b"\0abc");
    let strip = func(&[TypeId::BYTES], &[TypeId::BYTES]);
    let End::Ok(results) = host.call("slices.Bytes", &strip, &[bytes]) else { panic!() };
    assert_eq!(host.read_slice::<u8>(results[0]), b"abc");
}

#[test]
fn elements_are_what_parameters_can_be() {
    let mut table = TypeTable::new();
    let (ints, strings) = (table.slice_of(TypeId::INT), table.slice_of(TypeId::STRING));
    let all = table.slice_of(ints);
    let mut host = Host::with_types(table);
    let (first, second) = (host.slice(TypeId::INT, &[1i64, 2]), host.slice(TypeId::INT, &[3i64]));
    let (both, names) = (host.slice(ints, &[first, second, Slot::ZERO]), host.strings(&["a", "", "abc"]));
    let rows = func(&[all, strings], &[all, ints]);
    let End::Ok(results) = host.call("slices.Rows", &rows, &[both, names]) else { panic!() };
    let reversed = host.read_slice::<Slot>(results[0]);
    let reversed: Vec<Vec<i64>> = reversed.into_iter().map(|row| host.read_slice(row)).collect();
    assert_eq!(reversed, [vec![], vec![3], vec![1, 2]]);
    assert_eq!(host.read_slice::<i64>(results[1]), [1, 0, 3]);

    let (bad, both) = (host.string(b"a\xff"), host.slice(ints, &[first]));
    let names = host.slice(TypeId::STRING, &[bad]);
    let end = host.call("slices.Rows", &rows, &[both, names]);
    let message = "element 0: expected a string of UTF-8, found one that is not valid UTF-8 from byte 1";
    assert_eq!(end.panic_message(), Some(message));
}

#[test]
fn elements_are_changed_through_the_slice() {
    let (mut host, types) = host();
    let ints = host.slice(TypeId::INT, &[1i64, 2, 3]);
    let reverse = func(&[types.ints], &[types.ints]);
    assert_eq!(host.call("slices.Reverse", &reverse, &[ints]), End::Ok(vec![ints]));
    assert_eq!(host.read_slice::<i64>(ints), [3, 2, 1]);

    let int32s = host.slice(TypeId::RUNE, &[5i32, -6]);
    assert_eq!(host.call("slices.Double", &func(&[types.int32s], &[]), &[int32s]), End::Ok(vec![]));
    assert_eq!(host.read_slice::<i32>(int32s), [10, -12]);

    let (bytes, text) = (host.slice(TypeId::BYTE, b"....."), host.string("abc"));
    let fill = func(&[TypeId::BYTES, TypeId::STRING], &[TypeId::INT]);
    assert_eq!(host.call("slices.Fill", &fill, &[bytes, text]), End::Ok(vec![int(3)]));
    assert_eq!(host.read_slice::<u8>(bytes), b"abc..");
}

#[test]
fn an_index_beyond_the_end_is_a_trap() {
    let (mut host, types) = host();
    let ints = host.slice(TypeId::INT, &[7i64, 8, 9]);
    let at = func(&[types.ints, TypeId::UINT64], &[TypeId::INT]);
    let beyond =
        |index: u64, len| trap(format!("runtime error: index out of range [{index}] with length {len}"));
    assert_eq!(host.call("slices.At", &at, &[ints, int(2)]), End::Ok(vec![int(9)]));
    assert_eq!(host.call("slices.At", &at, &[ints, int(3)]), beyond(3, 3));
    assert_eq!(host.call("slices.At", &at, &[ints, int(-1)]), beyond(u64::MAX, 3));
    assert_eq!(host.call("slices.At", &at, &[Slot::ZERO, int(0)]), beyond(0, 0));

    let (bytes, text) = (host.slice(TypeId::BYTE, b"."), host.string("ab"));
    let fill = func(&[TypeId::BYTES, TypeId::STRING], &[TypeId::INT]);
    assert_eq!(host.call("slices.Fill", &fill, &[bytes, text]), beyond(1, 1));
}

#[test]
fn what_is_borrowed_cannot_be_written() {
    let (mut host, types) = host();
    let message = "write to a slice that the native borrows as &[T]; use get and set, or to_vec";
    let ints = host.slice(TypeId::INT, &[1i64, 2, 3]);
    let write = func(&[types.ints, TypeId::BYTE], &[]);
    for how in 0..3 {
        assert_eq!(host.call("slices.WriteWhileBorrowed", &write, &[ints, int(how)]), trap(message));
    }
    let shared = func(&[types.ints, types.ints], &[TypeId::INT]);
    assert_eq!(host.call("slices.Shared", &shared, &[ints, ints]), trap(message));
    assert_eq!(host.read_slice::<i64>(ints), [1, 2, 3]);

    // The marks end with the call, and other arrays have none.
    let other = host.slice(TypeId::INT, &[0i64]);
    assert_eq!(host.call("slices.Shared", &shared, &[ints, other]), End::Ok(vec![int(6)]));
    assert_eq!(host.read_slice::<i64>(other), [100]);
    assert_eq!(
        host.call("slices.Reverse", &func(&[types.ints], &[types.ints]), &[ints]),
        End::Ok(vec![ints])
    );
}

#[test]
fn what_is_borrowed_inside_a_struct_cannot_be_written_either() {
    let mut table = TypeTable::new();
    let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
    let pair = table.array_of(TypeId::INT, 2);
    let inner = table.intern(TypeKind::Struct(vec![field("pair", pair)]));
    let row = table.intern(TypeKind::Struct(vec![field("id", TypeId::INT), field("inner", inner)]));
    let (row_ptr, ints) = (table.pointer_to(row), table.slice_of(TypeId::INT));
    let mut host = Host::with_types(table);
    let overwrite = func(&[row_ptr, inner, ints], &[TypeId::INT]);

    let mut image = |values: &[i64]| {
        let at = host.heap().new_object(row).cast::<i64>();
        // SAFETY: a new image of up to three integers.
        unsafe { at.copy_from(values.as_ptr(), values.len()) };
        at
    };
    let (row, with) = (image(&[1, 2, 3]), image(&[40, 50]));
    // row.inner.pair[1:]
    let (slice, _) = host.heap().new_slice(TypeId::INT, 0);
    let tail = row.wrapping_add(2).cast();
    // SAFETY: a slice value of an `ArenaHeap` is the address of its header, and this one is new.
    unsafe { slice.as_ptr::<RawSlice>().write(RawSlice { data: tail, len: 1, cap: 1 }) };

    let args = [Slot::from_ptr(row), Slot::from_ptr(with), slice];
    let message = "write to a slice that the native borrows as &[T]; use get and set, or to_vec";
    assert_eq!(host.call("slices.Overwrite", &overwrite, &args), trap(message));
    let apart = host.slice(TypeId::INT, &[7i64]);
    let end = host.call("slices.Overwrite", &overwrite, &[args[0], args[1], apart]);
    assert_eq!(end, End::Ok(vec![int(7)]));
    // SAFETY: the image is three integers.
    assert_eq!(unsafe { row.cast::<[i64; 3]>().read() }, [1, 40, 50]);
}

#[test]
fn elements_of_other_types_are_converted() {
    let (mut host, types) = host();
    let (parts, sep) = (host.strings(&["a", "", "bcd"]), host.string("-"));
    let join = func(&[types.strings, TypeId::STRING], &[TypeId::STRING]);
    let End::Ok(results) = host.call("slices.Join", &join, &[parts, sep]) else { panic!() };
    assert_eq!(host.read_string(results[0]), "a--bcd");

    let longest = func(&[types.strings], &[TypeId::ERROR]);
    let End::Ok(results) = host.call("slices.Longest", &longest, &[parts]) else { panic!() };
    assert_eq!(host.read_error(&results), "bcd");
    assert_eq!(host.call("slices.Longest", &longest, &[Slot::ZERO]), End::Ok(vec![Slot::ZERO; 2]));

    let flags = host.slice(TypeId::BOOL, &[true, false]);
    let runes = host.slice(TypeId::RUNE, &[0x61i32, 0xe9]);
    let both = func(&[types.bools, types.runes], &[types.bools, types.runes]);
    let End::Ok(results) = host.call("slices.Flags", &both, &[flags, runes]) else { panic!() };
    assert_eq!(host.read_slice::<bool>(results[0]), [false, true]);
    assert_eq!(host.read_slice::<i32>(results[1]), [0xe9, 0x61]);
}

#[test]
fn new_slices_are_results() {
    let (mut host, types) = host();
    let text = host.string("a,,b");
    let split = func(&[TypeId::STRING], &[types.strings]);
    let End::Ok(results) = host.call("slices.Split", &split, &[text]) else { panic!() };
    assert_eq!(host.read_strings(results[0]), ["a", "", "b"]);

    let make = func(&[], &[types.ints, TypeId::BYTES, types.float32s]);
    let End::Ok(results) = host.call("slices.Make", &make, &[]) else { panic!() };
    assert_eq!(host.read_slice::<i64>(results[0]), [1, -2]);
    assert_eq!(host.read_slice::<u8>(results[1]), b"ab");
    assert_eq!(host.read_slice::<f32>(results[2]), [0.5]);
}

#[test]
fn a_slice_of_any_type_is_read_by_its_type() {
    let (mut host, types) = host();
    let anys = [word(TypeId::INT), int(-1), Slot::ZERO, Slot::ZERO, word(TypeId::BOOL), int(1)];
    let anys: Vec<[Slot; 2]> = anys.chunks(2).map(|pair| [pair[0], pair[1]]).collect();
    let rows = [
        (types.ints, host.slice(TypeId::INT, &[1i64, 2]), "Int(1) Int(2) "),
        (types.float32s, host.slice(TypeId::scalar(Scalar::Float32), &[0.5f32]), "Float(0.5) "),
        (TypeId::BYTES, host.slice(TypeId::BYTE, &[255u8]), "Uint(255) "),
        (types.strings, host.strings(&["a"]), "String(\"a\") "),
        (TypeId::ANYS, host.slice(TypeId::ANY, &anys), "Int(-1) Nil Bool(true) "),
    ];
    for (ty, slice, expected) in rows {
        let End::Ok(results) = host.call("slices.Describe", &func(&[ty], &[TypeId::STRING]), &[slice]) else {
            panic!("{expected}")
        };
        assert_eq!(host.read_string(results[0]), expected);
    }
}

#[test]
fn variadic_arguments_are_the_last_slice() {
    let (mut host, types) = host();
    let variadic =
        |params: &[TypeId], results: &[TypeId]| FuncType { variadic: true, ..func(params, results) };
    let text = host.string("x");
    let rest = host.slice(TypeId::ANY, &[[word(TypeId::STRING), text], [word(TypeId::INT), int(5)]]);
    let count = variadic(&[TypeId::INT, TypeId::ANYS], &[TypeId::INT, TypeId::STRING]);
    let End::Ok(results) = host.call("slices.Count", &count, &[int(40), rest]) else { panic!() };
    assert_eq!((results[0], host.read_string(results[1])), (int(42), "String(\"x\") Int(5) ".into()));
    let End::Ok(results) = host.call("slices.Count", &count, &[int(40), Slot::ZERO]) else { panic!() };
    assert_eq!((results[0], host.read_string(results[1])), (int(40), "".into()));

    let ints = host.slice(TypeId::INT, &[3i64, 9, -1]);
    let max = variadic(&[types.ints], &[TypeId::INT]);
    assert_eq!(host.call("slices.Max", &max, &[ints]), End::Ok(vec![int(9)]));
    assert_eq!(host.call("slices.Max", &max, &[Slot::ZERO]), End::Error("max of nothing".into()));
}

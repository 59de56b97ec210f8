//! Numbers, bools and runes: the whole range of each, and what lies outside.

use vo_ffi::prelude::*;
use vo_ffi::{Scalar, Slot, TypeId};

use crate::host::{End, Host, func, int, trap};

macro_rules! echoes {
    ($($name:literal $ident:ident $ty:ty;)*) => {$(
        #[vo_extern($name)]
        fn $ident(n: $ty) -> $ty {
            n
        }
    )*};
}

echoes! {
    "echo.Int8" int8 i8;
    "echo.Int16" int16 i16;
    "echo.Int32" int32 i32;
    "echo.Int64" int64 i64;
    "echo.Uint8" uint8 u8;
    "echo.Uint16" uint16 u16;
    "echo.Uint32" uint32 u32;
    "echo.Uint64" uint64 u64;
    "echo.Float32" float32 f32;
    "echo.Float64" float64 f64;
    "echo.Bool" bool bool;
    "echo.Rune" rune char;
}

const RUNE: TypeId = TypeId::RUNE;

fn scalar(scalar: Scalar) -> TypeId {
    TypeId::scalar(scalar)
}

#[test]
fn values_pass_unchanged() {
    let mut host = Host::new();
    let mut check = |name, ty, slot| {
        let end = host.call(name, &func(&[ty], &[ty]), &[slot]);
        assert_eq!(end, End::Ok(vec![slot]), "{name} of {slot:?}");
    };
    for (name, ty) in [
        ("echo.Int8", scalar(Scalar::Int8)),
        ("echo.Int16", scalar(Scalar::Int16)),
        ("echo.Int32", scalar(Scalar::Int32)),
        ("echo.Int64", scalar(Scalar::Int64)),
        ("echo.Int64", TypeId::INT),
        ("echo.Uint8", TypeId::BYTE),
        ("echo.Uint16", scalar(Scalar::Uint16)),
        ("echo.Uint32", scalar(Scalar::Uint32)),
        ("echo.Uint64", TypeId::UINT64),
        ("echo.Uint64", TypeId::UINTPTR),
        ("echo.Uint64", scalar(Scalar::Uint)),
        ("echo.Bool", TypeId::BOOL),
    ] {
        let (low, high) =
            [Scalar::Bool, Scalar::Int8, Scalar::Int16, Scalar::Int32, Scalar::Int64, Scalar::Int]
                .into_iter()
                .chain([
                    Scalar::Uint,
                    Scalar::Uint8,
                    Scalar::Uint16,
                    Scalar::Uint32,
                    Scalar::Uint64,
                    Scalar::Uintptr,
                ])
                .find(|known| scalar(*known) == ty)
                .and_then(Scalar::range)
                .unwrap();
        for value in [low, 0, 1, high] {
            check(name, ty, Slot::from_bits(value as u64));
        }
    }
    for value in [0.0, -0.0, 1.5, f64::MIN_POSITIVE, f64::INFINITY, f64::from_bits(0x7ff4_0000_0000_0001)] {
        check("echo.Float64", TypeId::FLOAT64, Slot::from_f64(value));
    }
    for value in [0.0, -0.0, 1.5, f32::MAX, f32::NEG_INFINITY, f32::from_bits(0x7fe0_0001)] {
        check("echo.Float32", scalar(Scalar::Float32), Slot::from_f32(value));
    }
    for value in ['\0', 'a', '\u{d7ff}', '\u{e000}', '\u{10ffff}'] {
        check("echo.Rune", RUNE, int(u32::from(value).into()));
    }
}

#[test]
fn narrow_parameters_check_what_a_declaration_calls_int() {
    let mut host = Host::new();
    let int_to = |ty| func(&[TypeId::INT], &[ty]);
    let rows = [
        ("echo.Int8", 300, "expected int8 (-128 to 127), found 300"),
        ("echo.Int8", -129, "expected int8 (-128 to 127), found -129"),
        ("echo.Int16", 32768, "expected int16 (-32768 to 32767), found 32768"),
        ("echo.Int32", i64::MIN, "expected int32 (-2147483648 to 2147483647), found -9223372036854775808"),
        ("echo.Uint8", 256, "expected uint8 (0 to 255), found 256"),
        ("echo.Uint8", -1, "expected uint8 (0 to 255), found -1"),
        ("echo.Uint16", 65536, "expected uint16 (0 to 65535), found 65536"),
        ("echo.Uint32", 1 << 32, "expected uint32 (0 to 4294967295), found 4294967296"),
    ];
    for (name, value, expected) in rows {
        let end = host.call(name, &int_to(TypeId::INT), &[int(value)]);
        assert_eq!(end, trap(format!("{name}: argument 1 `n`: {expected}")));
    }
    assert_eq!(host.call("echo.Int8", &int_to(TypeId::INT), &[int(-128)]), End::Ok(vec![int(-128)]));
    assert_eq!(host.call("echo.Uint8", &int_to(TypeId::INT), &[int(255)]), End::Ok(vec![int(255)]));
}

#[test]
fn a_rune_that_is_no_character_is_refused() {
    let mut host = Host::new();
    let ty = func(&[RUNE], &[RUNE]);
    for (code, found) in [(0xd800, "0xd800"), (0x110000, "0x110000"), (-1, "-1")] {
        let expected = format!("echo.Rune: argument 1 `n`: expected a Unicode scalar value, found {found}");
        assert_eq!(host.call("echo.Rune", &ty, &[int(code)]), trap(expected));
    }
}

#[vo_extern("numbers.Mixed")]
fn mixed(a: i64, b: f64, c: bool, d: i8, e: u64) -> f64 {
    if c { a as f64 + b + f64::from(d) + e as f64 } else { -1.0 }
}

#[vo_extern("numbers.F")]
fn third(_a: i64, _b: f64, n: i8) -> i8 {
    n
}

#[vo_extern("numbers.Eight")]
#[allow(clippy::type_complexity)]
fn eight() -> (i8, u8, i16, u16, i32, u32, f32, char) {
    (-1, 255, -2, 65535, -3, u32::MAX, -0.5, 'é')
}

#[vo_extern("numbers.Single")]
fn single() -> (i64,) {
    (7,)
}

#[vo_extern("numbers.Nothing")]
fn nothing() {}

#[test]
fn arguments_and_results_stand_in_order() {
    let mut host = Host::new();
    let (int8, float32) = (scalar(Scalar::Int8), scalar(Scalar::Float32));
    let mixed = func(&[TypeId::INT, TypeId::FLOAT64, TypeId::BOOL, int8, TypeId::UINT64], &[TypeId::FLOAT64]);
    let args = [int(1), Slot::from_f64(0.25), Slot::from_bool(true), int(-3), int(100)];
    assert_eq!(host.call("numbers.Mixed", &mixed, &args), End::Ok(vec![Slot::from_f64(98.25)]));

    let third = func(&[TypeId::INT, TypeId::FLOAT64, TypeId::INT], &[int8]);
    let end = host.call("numbers.F", &third, &[int(1), Slot::from_f64(2.0), int(300)]);
    assert_eq!(end, trap("numbers.F: argument 3 `n`: expected int8 (-128 to 127), found 300"));

    let kinds = [Scalar::Int8, Scalar::Uint8, Scalar::Int16, Scalar::Uint16, Scalar::Int32, Scalar::Uint32];
    let results: Vec<TypeId> = kinds.into_iter().map(scalar).chain([float32, RUNE]).collect();
    let expected = vec![
        int(-1),
        int(255),
        int(-2),
        int(65535),
        int(-3),
        int(u32::MAX.into()),
        Slot::from_bits(0xbf00_0000),
        int(0xe9),
    ];
    assert_eq!(host.call("numbers.Eight", &func(&[], &results), &[]), End::Ok(expected));
    assert_eq!(host.call("numbers.Single", &func(&[], &[TypeId::INT]), &[]), End::Ok(vec![int(7)]));
    assert_eq!(host.call("numbers.Nothing", &func(&[], &[]), &[]), End::Ok(vec![]));
}

#[test]
fn natives_of_scalars_see_no_heap() {
    let registry = ExternRegistry::from_inventory();
    let effects =
        |name: &str| registry.get(name).map(|entry| (entry.effects.sees_heap, entry.effects.reentrant));
    for name in ["echo.Int8", "echo.Uint64", "echo.Float32", "echo.Bool", "echo.Rune", "numbers.Mixed"] {
        assert_eq!(effects(name), Some((false, false)), "{name}");
    }
    for name in ["numbers.Eight", "numbers.Nothing", "fail.Checked"] {
        assert_eq!(effects(name), Some((false, false)), "{name}");
    }
    for name in ["text.Echo", "slices.Sum", "objects.NewThing", "text.Letter", "fail.Optional"] {
        assert_eq!(effects(name), Some((true, false)), "{name}");
    }
    assert_eq!(effects("closures.Apply"), Some((true, true)));
}

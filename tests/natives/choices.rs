//! Enums whose variants hold values: one of several types in an `any`.

use vo_ffi::prelude::*;
use vo_ffi::{Heap, Scalar, Slot, TypeId, TypeTable};

use crate::host::{End, Host, func, int, trap, word};

#[derive(Debug, FromVo, IntoVo)]
enum Json {
    Null,
    Bool(bool),
    Small(i8),
    Number(f64),
    Text(String),
    Bytes(Vec<u8>),
}

#[expect(dead_code, reason = "the fields are printed")]
#[derive(Debug, FromVo)]
enum Any<'call> {
    Ints(&'call [i64]),
    Nested(Option<VoMap<'call, &'call str, i64>>),
    Other(VoValue<'call>),
}

#[derive(FromVo)]
enum Owned {
    Int(i64),
    Texts(Vec<String>),
}

#[vo_extern("choices.Show")]
fn show(value: Json) -> String {
    format!("{value:?}")
}

#[vo_extern("choices.Same")]
fn same(value: Json) -> Json {
    value
}

#[vo_extern("choices.All")]
fn all(values: Vec<Json>, more: VoVariadic<Json>) -> (String, Vec<Json>) {
    (format!("{values:?} {}", more.len()), vec![Json::Null, Json::Small(-1), Json::Text("x".into())])
}

#[vo_extern("choices.ShowAny")]
fn show_any(value: Any<'_>) -> String {
    format!("{value:?}")
}

#[vo_extern("choices.Wait", blocking)]
fn wait(value: Owned) -> i64 {
    match value {
        Owned::Int(value) => value,
        Owned::Texts(texts) => texts.len() as i64,
    }
}

const ANY: TypeId = TypeId::ANY;
const STRING: TypeId = TypeId::STRING;

fn host() -> (Host, [TypeId; 3]) {
    let mut table = TypeTable::new();
    let ids = [table.slice_of(TypeId::INT), table.map_of(STRING, TypeId::INT), table.slice_of(STRING)];
    (Host::with_types(table), ids)
}

fn shown(host: &mut Host, native: &str, value: [Slot; 2]) -> Result<String, String> {
    match host.call(native, &func(&[ANY], &[STRING]), &value) {
        End::Ok(slots) => Ok(host.read_string(slots[0])),
        End::Trap(message) => Err(message),
        End::Error(text) => panic!("{text}"),
    }
}

#[test]
fn the_type_of_a_value_picks_the_variant() {
    let (mut host, [ints, ..]) = host();
    let (text, bytes) = (host.string("a"), host.slice(TypeId::BYTE, &[1u8, 2]));
    let int8 = TypeId::scalar(Scalar::Int8);
    let none = "choices.Show: argument 1 `value`: expected a variant of Json: nil (Null), bool (Bool), int8 (Small), float64 (Number), \
                string (Text), []byte (Bytes), found";
    let rows = [
        ([Slot::ZERO; 2], Ok("Null".to_string())),
        ([word(TypeId::BOOL), int(1)], Ok("Bool(true)".into())),
        ([word(int8), int(-3)], Ok("Small(-3)".into())),
        ([word(TypeId::FLOAT64), Slot::from_f64(0.5)], Ok("Number(0.5)".into())),
        ([word(STRING), text], Ok("Text(\"a\")".into())),
        ([word(TypeId::BYTES), bytes], Ok("Bytes([1, 2])".into())),
        // An int may be narrower in Rust, and is checked then.
        ([word(TypeId::INT), int(5)], Ok("Small(5)".into())),
        (
            [word(TypeId::INT), int(300)],
            Err(
                "choices.Show: argument 1 `value`: expected int8 (-128 to 127) as variant `Small`, found 300"
                    .into(),
            ),
        ),
        ([word(ints), Slot::ZERO], Err(format!("{none} []int"))),
        ([word(TypeId::ERROR_STRING_PTR), Slot::ZERO], Err(format!("{none} *errors.errorString"))),
    ];
    for (value, expected) in rows {
        assert_eq!(shown(&mut host, "choices.Show", value), expected);
    }
}

#[test]
fn variants_are_values_of_their_types_again() {
    let (mut host, _) = host();
    let (text, bytes) = (host.string("a"), host.slice(TypeId::BYTE, &[7u8]));
    let values = [
        [Slot::ZERO; 2],
        [word(TypeId::BOOL), int(1)],
        [word(TypeId::scalar(Scalar::Int8)), int(-3)],
        [word(TypeId::FLOAT64), Slot::from_f64(-0.0)],
    ];
    for value in values {
        assert_eq!(host.call("choices.Same", &func(&[ANY], &[ANY]), &value), End::Ok(value.to_vec()));
    }
    let End::Ok(slots) = host.call("choices.Same", &func(&[ANY], &[ANY]), &[word(STRING), text]) else {
        panic!()
    };
    assert_eq!((slots[0], host.read_string(slots[1]).as_str()), (word(STRING), "a"));
    let end = host.call("choices.Same", &func(&[ANY], &[ANY]), &[word(TypeId::BYTES), bytes]);
    let End::Ok(slots) = end else { panic!() };
    assert_eq!((slots[0], host.read_slice::<u8>(slots[1])), (word(TypeId::BYTES), vec![7]));
}

#[test]
fn they_are_elements_and_further_arguments() {
    let (mut host, _) = host();
    let values = host.slice(ANY, &[[word(TypeId::BOOL), int(0)], [Slot::ZERO; 2]]);
    let ty = vo_ffi::FuncType {
        params: vec![TypeId::ANYS; 2],
        variadic: true,
        results: vec![STRING, TypeId::ANYS],
    };
    let End::Ok(slots) = host.call("choices.All", &ty, &[values, values]) else { panic!() };
    assert_eq!(host.read_string(slots[0]), "[Bool(false), Null] 2");
    let made = host.read_slice::<[Slot; 2]>(slots[1]);
    assert_eq!(made[..2], [[Slot::ZERO; 2], [word(TypeId::scalar(Scalar::Int8)), int(-1)]]);
}

#[test]
fn a_variant_of_any_value_takes_the_rest() {
    let (mut host, [ints, map, texts]) = host();
    let slice = host.slice(TypeId::INT, &[1i64, 2]);
    let empty = host.heap().new_map(STRING, TypeId::INT);
    let rows = [
        ([word(ints), slice], "Ints([1, 2])"),
        ([word(map), empty], "Nested(Some({}))"),
        ([word(map), Slot::ZERO], "Nested(None)"),
        ([word(TypeId::INT), int(1)], "Other(Int(1))"),
        ([Slot::ZERO; 2], "Other(Nil)"),
        ([word(texts), Slot::ZERO], "Other(Slice(VoSlice(0 of string)))"),
    ];
    for (value, expected) in rows {
        assert_eq!(shown(&mut host, "choices.ShowAny", value).as_deref(), Ok(expected));
    }
    let wait = func(&[ANY], &[TypeId::INT]);
    let texts_of = host.strings(&["a", "b"]);
    assert_eq!(host.call("choices.Wait", &wait, &[word(texts), texts_of]), End::Ok(vec![int(2)]));
    let message = "choices.Wait: argument 1 `value`: expected a variant of Owned: int (Int), []string (Texts), found nil";
    assert_eq!(host.call("choices.Wait", &wait, &[Slot::ZERO; 2]), trap(message));
}

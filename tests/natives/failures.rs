//! Errors, traps and panics: what becomes of each, and what a failed call leaves behind.

use vo_ffi::prelude::*;
use vo_ffi::{Slot, Trap, TypeId};

use crate::host::{End, Host, func, int, trap};

#[vo_extern("fail.Checked")]
fn checked(a: i64, b: i64) -> Result<i64, VoError> {
    a.checked_div(b).ok_or_else(|| VoError::new("no quotient"))
}

#[vo_extern("fail.Open")]
fn open(path: &str) -> Result<Vec<u8>, VoError> {
    Ok(std::fs::read(path)?)
}

#[vo_extern("fail.Parse")]
fn parse(text: &str) -> Result<(i64, VoString), VoError> {
    text.parse::<i64>()?;
    Err(VoError::of_path("open", text, &std::io::Error::from_raw_os_error(2)))
}

#[vo_extern("fail.Optional")]
fn optional(kind: u8) -> (i64, Option<VoError>) {
    let error = match kind {
        0 => None,
        1 => Some(VoError::new("half done")),
        _ => Some(VoError::from_trap(Trap::new("on its way"))),
    };
    (41, error)
}

#[vo_extern("fail.PassTrap")]
fn pass_trap(text: &str) -> Result<i64, VoError> {
    Err(VoError::from_trap(Trap::new(text)))
}

const PANIC_LINE: u32 = line!() + 6;

#[vo_extern("fail.Panic")]
fn panics(n: i64, text: VoString) -> i64 {
    match n {
        0 => text.len() as i64,
        1 => panic!("boom {n}"),
        2 => panic!("a literal"),
        _ => std::panic::panic_any(n),
    }
}

#[vo_extern("fail.PanicOfScalars")]
fn panics_without_heap(n: i64) -> (i64, i64) {
    assert!(n < 10, "too large: {n}");
    (n, n)
}

const INT: TypeId = TypeId::INT;
const STRING: TypeId = TypeId::STRING;

#[test]
fn an_error_is_an_error() {
    let mut host = Host::new();
    // Whether the declaration ends in `error` is the VM's business: the frame differs, the end does not.
    for results in [&[INT][..], &[INT, TypeId::ERROR]] {
        let end = host.call("fail.Checked", &func(&[INT, INT], results), &[int(1), int(0)]);
        assert_eq!(end, End::Error("no quotient".into()));
    }
    assert_eq!(
        host.call("fail.Checked", &func(&[INT, INT], &[INT]), &[int(7), int(2)]),
        End::Ok(vec![int(3)])
    );

    let path = host.string("/no/such/file");
    let end = host.call("fail.Open", &func(&[STRING], &[TypeId::BYTES]), &[path]);
    assert_eq!(end, End::Error("no such file or directory".into()));
    for (text, message) in
        [("x", "invalid digit found in string"), ("12", "open 12: no such file or directory")]
    {
        let text = host.string(text);
        let end = host.call("fail.Parse", &func(&[STRING], &[INT, STRING]), &[text]);
        assert_eq!(end, End::Error(message.into()));
    }
}

#[test]
fn a_result_of_error_is_the_last_of_a_declaration_and_left_to_the_vm() {
    let host = Host::new();
    let error_result =
        |results: &[TypeId]| host.link("fail.Checked", &func(&[INT, INT], results)).plan.error_result;
    assert_eq!(error_result(&[INT]), None);
    let place = error_result(&[INT, TypeId::ERROR]).map(|place| (place.at, place.slots, place.ty));
    assert_eq!(place, Some((3, 2, TypeId::ERROR)));
}

#[test]
fn a_whole_call_makes_the_declared_result_of_an_error() {
    let mut host = Host::new();
    let plain = host.link("fail.Checked", &func(&[INT, INT], &[INT]));
    let with_error = host.link("fail.Checked", &func(&[INT, INT], &[INT, TypeId::ERROR]));
    let (fine, wrong) = ([int(7), int(2)], [int(7), int(0)]);
    assert_eq!(host.call_whole(&plain, &fine), Ok(vec![int(3)]));
    assert_eq!(host.call_whole(&plain, &wrong), Err("no quotient".into()));
    assert_eq!(host.call_whole(&with_error, &fine), Ok(vec![int(3), Slot::ZERO, Slot::ZERO]));
    let results = host.call_whole(&with_error, &wrong).unwrap();
    assert_eq!((results[0], host.read_error(&results[1..])), (int(0), "no quotient".into()));

    let traps = host.link("fail.PassTrap", &func(&[STRING], &[INT, TypeId::ERROR]));
    let text = host.string("on its way");
    assert_eq!(host.call_whole(&traps, &[text]), Err("on its way".into()));
}

#[test]
fn an_optional_error_is_a_result() {
    let mut host = Host::new();
    let ty = func(&[TypeId::BYTE], &[INT, TypeId::ERROR]);
    let end = host.call("fail.Optional", &ty, &[int(0)]);
    assert_eq!(end, End::Ok(vec![int(41), Slot::ZERO, Slot::ZERO]));
    let End::Ok(results) = host.call("fail.Optional", &ty, &[int(1)]) else { panic!() };
    assert_eq!((results[0], host.read_error(&results[1..])), (int(41), "half done".into()));
    // The second result fails to convert, and the host sees that the first is not written either.
    assert_eq!(host.call("fail.Optional", &ty, &[int(2)]), trap("on its way"));
}

#[test]
fn a_trap_goes_on_as_a_trap() {
    let mut host = Host::new();
    let text = host.string("from a closure");
    assert_eq!(host.call("fail.PassTrap", &func(&[STRING], &[INT]), &[text]), trap("from a closure"));
}

#[test]
fn a_panic_becomes_a_trap_with_its_message_and_place() {
    let mut host = Host::new();
    let text = host.string("text");
    let ty = func(&[INT, STRING], &[INT]);
    let at = |line: u32| format!("(Rust panic at tests/natives/failures.rs:{line})");
    let rows = [
        (1, format!("boom 1 {}", at(PANIC_LINE))),
        (2, format!("a literal {}", at(PANIC_LINE + 1))),
        (3, format!("a panic without a message {}", at(PANIC_LINE + 2))),
    ];
    for (n, message) in rows {
        assert_eq!(host.call("fail.Panic", &ty, &[int(n), text]), trap(message));
    }
    assert_eq!(host.call("fail.Panic", &ty, &[int(0), text]), End::Ok(vec![int(4)]));

    let ty = func(&[INT], &[INT, INT]);
    let End::Trap(message) = host.call("fail.PanicOfScalars", &ty, &[int(11)]) else { panic!() };
    assert!(message.starts_with("too large: 11 (Rust panic at tests/natives/failures.rs:"), "{message}");
    assert_eq!(host.call("fail.PanicOfScalars", &ty, &[int(1)]), End::Ok(vec![int(1), int(1)]));
}

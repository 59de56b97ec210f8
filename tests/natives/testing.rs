//! Every native of these tests keeps the ABI, whatever it is called with; and what one does that does not is found.

use vo_ffi::testing::check_all;
use vo_ffi::{
    CallContext, Callee, Effects, ExternEntry, ExternRegistry, Native, Scalar, SignatureSpec, Slot, Status,
    TypeSpec,
};

vo_ffi::test_all_externs!();

const fn entry(name: &'static str, wrapper: Native) -> ExternEntry {
    ExternEntry {
        name,
        signature: SignatureSpec {
            params: &[],
            variadic: false,
            results: &[TypeSpec::Scalar(Scalar::Bool)],
            fallible: false,
        },
        wrapper,
        docs: "",
        file: "natives.rs",
        line: 1,
        effects: Effects::NONE,
    }
}

unsafe extern "C" fn pauses(cx: *mut CallContext, _: *const Callee, frame: *mut Slot) -> Status {
    // SAFETY: the caller vouches for the context and the frame, which has one result.
    unsafe {
        (*cx).paused += 1;
        *frame = Slot::ZERO;
    }
    Status::Ok
}

unsafe extern "C" fn writes_and_fails(cx: *mut CallContext, _: *const Callee, frame: *mut Slot) -> Status {
    // SAFETY: as above.
    unsafe {
        *frame = Slot::ZERO;
        (*cx).trap("no")
    }
}

unsafe extern "C" fn writes_nothing(_: *mut CallContext, _: *const Callee, _: *mut Slot) -> Status {
    Status::Ok
}

unsafe extern "C" fn gives_no_reason(_: *mut CallContext, _: *const Callee, _: *mut Slot) -> Status {
    Status::Error
}

unsafe extern "C" fn is_sound(_: *mut CallContext, _: *const Callee, frame: *mut Slot) -> Status {
    // SAFETY: as above.
    unsafe { *frame = Slot::from_bool(true) };
    Status::Ok
}

#[test]
fn what_natives_must_not_do_is_found() {
    static ENTRIES: [ExternEntry; 5] = [
        entry("bad.Pauses", pauses),
        entry("bad.WritesAndFails", writes_and_fails),
        entry("bad.WritesNothing", writes_nothing),
        entry("bad.GivesNoReason", gives_no_reason),
        entry("good.IsSound", is_sound),
    ];
    let registry = ENTRIES.iter().fold(ExternRegistry::new(), ExternRegistry::with);
    let expected = "\
5 natives in 5 calls, 1 without an error, 0 with a full heap; 20 other declarations refused: 4 faults
  bad.GivesNoReason at natives.rs:1 ends with Error, and gives None as the reason, called with []
  bad.Pauses at natives.rs:1 leaves collection paused, or values lent or handed out, called with []
  bad.WritesAndFails at natives.rs:1 fails, and writes results, called with []
  bad.WritesNothing at natives.rs:1 writes Slot(0xdeadbeefdeadbeef) as result 1, which is no bool, called with []";
    assert_eq!(check_all(&registry, |_| true).to_string(), expected);
}

#[test]
fn types_that_only_programs_know_have_samples() {
    let report = check_all(&ExternRegistry::from_inventory(), |entry| entry.package() == "made/stubs");
    let expected = "\
5 natives in 176 calls, 150 without an error, 10 with a full heap; 32 other declarations refused: 0 faults";
    assert_eq!(report.to_string(), expected);
}

#[test]
fn objects_of_one_native_are_arguments_of_others() {
    let report = check_all(&ExternRegistry::from_inventory(), |entry| entry.package() == "tally");
    assert!(report.successes * 4 > report.calls && report.full > 10, "{report}");
    assert_eq!(report.faults.len(), 0, "{report}");
}

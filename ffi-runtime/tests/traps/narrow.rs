//! Values that are narrower than where they travel: what is above them in registers, stack words and slots.

use std::sync::{Arc, Mutex};

use libtest_mimic::{Failed, Trial};
use vo_ffi_core::Slot;
use vo_ffi_core::c::{CScalar, CType, CTypes, Convention, FuncSig};
use vo_ffi_runtime::{Callback, CallbackFrame, StubChoice};

use crate::fixture::{Fixture, bytes, call};

const WAYS: [StubChoice; 2] = [StubChoice::Native, StubChoice::Libffi];

/// A function of `traps.h`, its last argument, and the result's slot.
type Row = (&'static str, Vec<u8>, u64);

/// Callees that read 32 bits of an argument that has fewer.
fn arguments() -> Vec<Row> {
    vec![
        ("first_char", bytes![-128_i8], 0xffff_ff80),
        ("first_unsigned_char", bytes![0x80_u8], 0x80),
        ("first_short", bytes![-32768_i16], 0xffff_8000),
        ("first_unsigned_short", bytes![0x8000_u16], 0x8000),
        ("first_bool", bytes![1_u8], 1),
    ]
}

/// The same on the stack. libffi copies their bytes alone; no compiler reads more.
fn extended_by_stubs_alone() -> Vec<Row> {
    vec![("seventh_char", bytes![-128_i8], 0xffff_ff80), ("seventh_short", bytes![-32768_i16], 0xffff_8000)]
}

/// Callees that return 0x1122334455668880, or something else with garbage above it.
fn results() -> Vec<Row> {
    vec![
        ("garbage_char", vec![], 0xffff_ffff_ffff_ff80),
        ("garbage_unsigned_char", vec![], 0x80),
        ("garbage_short", vec![], 0xffff_ffff_ffff_8880),
        ("garbage_unsigned_short", vec![], 0x8880),
        ("garbage_int", vec![], 0x5566_8880),
        ("garbage_unsigned", vec![], 0x5566_8880),
        ("garbage_bool", vec![], 1),
        ("garbage_float", vec![], 0x3fc0_0000),
    ]
}

/// What a callback sees of eight arguments that are all 0x1122334455668880.
const CALLED_BACK: [(CScalar, u64); 8] = [
    (CScalar::SignedChar, 0xffff_ffff_ffff_ff80),
    (CScalar::UnsignedChar, 0x80),
    (CScalar::Short, 0xffff_ffff_ffff_8880),
    (CScalar::UnsignedShort, 0x8880),
    (CScalar::Int, 0x5566_8880),
    (CScalar::UnsignedInt, 0x5566_8880),
    (CScalar::Long, 0x1122_3344_5566_8880),
    // A byte that is not 0.
    (CScalar::Bool, 1),
];

pub(crate) fn trials(fixture: &Fixture) -> Vec<Trial> {
    let name = |what: &str| format!("{} {what}", fixture.compiler);
    let (compiled, caller) = (fixture.clone(), fixture.clone());
    vec![
        Trial::test(name("garbage above values"), move || {
            arguments().iter().chain(&results()).try_for_each(|row| check(&compiled, row, &WAYS))?;
            extended_by_stubs_alone().iter().try_for_each(|row| check(&compiled, row, &WAYS[..1]))
        }),
        Trial::test(name("garbage above arguments of callbacks"), move || {
            let callers =
                [("call_with_garbage", Convention::SysV64), ("call_ms_with_garbage", Convention::Win64)];
            callers.into_iter().try_for_each(|(name, convention)| check_callbacks(&caller, name, convention))
        }),
    ]
}

fn check(fixture: &Fixture, (name, last, expected): &Row, ways: &[StubChoice]) -> Result<(), Failed> {
    for &way in ways {
        let function = fixture.function(name, &[], way)?;
        let mut args = vec![bytes![0_i64]; function.plan().args.len().saturating_sub(1)];
        args.extend((!last.is_empty()).then(|| last.clone()));
        assert_eq!(call(&function, &args), bytes![expected], "{name}, {way:?}");
    }
    Ok(())
}

fn check_callbacks(fixture: &Fixture, caller: &str, convention: Convention) -> Result<(), Failed> {
    let caller = fixture.library.symbol(caller)?.address();
    // SAFETY: it takes a function of eight words, which it calls.
    let caller: extern "C" fn(*const ()) = unsafe { std::mem::transmute(caller) };
    for (scalar, expected) in CALLED_BACK {
        for way in WAYS {
            let sig = FuncSig {
                params: vec![CType::scalar(scalar); 8],
                variadic: false,
                result: CType::VOID,
                convention: Some(convention),
            };
            let seen: Arc<Mutex<Vec<Slot>>> = Arc::default();
            let log = seen.clone();
            let callback =
                Callback::with_choice(way, &CTypes::new(), &sig, move |frame: &mut CallbackFrame<'_>| {
                    *log.lock().expect("no panic") = (0..8).map(|index| frame.arg(index)).collect();
                })?;
            caller(callback.code());
            let seen = seen.lock().expect("no panic");
            assert_eq!(*seen, [Slot::from_bits(expected); 8], "{}, {way:?}", scalar.name());
        }
    }
    Ok(())
}

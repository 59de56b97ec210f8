//! Structs of all sizes to 31 bytes, arguments and results, which end where the next page must not be touched.

use std::fmt::Write as _;
use std::path::PathBuf;

use libtest_mimic::{Failed, Trial};
use vo_ffi_runtime::StubChoice;

use crate::fixture::{Fixture, call};

/// The members: bytes, and floats, which travel in other registers.
const MEMBERS: [(&str, usize, usize); 2] = [("unsigned char", 1, 31), ("float", 4, 7)];

/// Functions that turn the members of a struct round.
fn declarations() -> String {
    let mut text = String::new();
    for (member, size, most) in MEMBERS {
        for count in 1..=most {
            let tag = format!("{}{count}", if size == 1 { "b" } else { "f" });
            let _ = writeln!(text, "struct {tag} {{ {member} m[{count}]; }};");
            let _ = writeln!(text, "struct {tag} turn_{tag}(struct {tag} s);");
            let _ = writeln!(text, "__attribute__((ms_abi)) struct {tag} turn_{tag}_ms(struct {tag} s);");
        }
    }
    text
}

fn source() -> String {
    let mut text = declarations();
    for (_, size, most) in MEMBERS {
        for count in 1..=most {
            let tag = format!("{}{count}", if size == 1 { "b" } else { "f" });
            let body = format!(
                "{{ struct {tag} r; for (int i = 0; i < {count}; i++) r.m[i] = s.m[{count} - 1 - i]; return r; }}"
            );
            let _ = writeln!(text, "struct {tag} turn_{tag}(struct {tag} s) {body}");
            let _ =
                writeln!(text, "__attribute__((ms_abi)) struct {tag} turn_{tag}_ms(struct {tag} s) {body}");
        }
    }
    text
}

pub(crate) fn trials(compiler: &'static str) -> Vec<Trial> {
    vec![Trial::test(format!("{compiler} odd tails beside a guard page"), move || check(compiler))]
}

fn check(compiler: &'static str) -> Result<(), Failed> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("tails-{compiler}.c"));
    std::fs::write(&path, source())?;
    let fixture = Fixture::of(compiler, "tails", &path, &declarations()).expect("a compiler");
    let mut calls = 0;
    for function in fixture.declarations.functions() {
        let bytes_each = if function.name.starts_with("turn_b") { 1 } else { 4 };
        for way in [StubChoice::Native, StubChoice::Libffi] {
            let ready = fixture.function(&function.name, &[], way)?;
            let size = ready.param_types()[0].size();
            // Small floats, whose bits nobody changes.
            let given: Vec<u8> =
                (0..size).map(|index| if index % 4 == 3 { 0x3f } else { index as u8 }).collect();
            let turned: Vec<u8> = given.chunks(bytes_each).rev().flatten().copied().collect();
            assert_eq!(call(&ready, &[given]), turned, "{}, {way:?}", function.name);
            calls += 1;
        }
    }
    assert_eq!(calls, 2 * 2 * (31 + 7));
    Ok(())
}

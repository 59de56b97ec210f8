//! Types that are written in Rust, as programs use them: `extern type` with natives of this test.

mod bank;
mod memory;
mod scripts;
mod sessions;
#[path = "../written/mod.rs"]
mod written;

use std::process::Command;

use vo_ffi::testing::check_all;
use vo_ffi::{ExternRegistry, stubs};
use vo_vm::check::Rejected;
use vo_vm::{Input, Program, Vm};
use written::Written;

/// The declarations of package `bank`, as they are written from the registry.
const STUBS: &str = include_str!("bank.vo");
/// What package `bank` has beside them.
const IN_VO: &str = include_str!("bank_more.vo");

fn vm() -> Vm {
    Vm::new(ExternRegistry::from_inventory())
}

/// A program that may import `bank`.
fn try_load(vm: &Vm, text: &str) -> Result<Program, Box<Rejected>> {
    vm.load(&[
        Input::new("main.vo", text),
        Input::in_package("bank", "bank.vo", STUBS),
        Input::in_package("bank", "bank_more.vo", IN_VO),
    ])
}

/// The same without errors, and what it writes.
#[track_caller]
fn load(vm: &Vm, text: &str) -> (Program, Written) {
    let mut program = try_load(vm, text).unwrap_or_else(|rejected| panic!("{rejected}"));
    let output = Written::default();
    program.set_stdout(output.clone());
    (program, output)
}

#[test]
fn declarations_are_what_stubs_write() {
    let registry = ExternRegistry::from_inventory();
    if std::env::var_os("UPDATE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rust_objects/bank.vo");
        return std::fs::write(path, stubs(&registry, "bank")).expect("the file can be written");
    }
    assert_eq!(stubs(&registry, "bank"), STUBS);
    let files = vec![Input::new("bank.vo", STUBS), Input::new("bank_more.vo", IN_VO)];
    vm().check_stubs("bank", files).unwrap_or_else(|rejected| panic!("{rejected}"));
}

/// All tests once more, but for those that allocate much.
#[test]
fn with_a_collection_at_every_allocation() {
    const STRESS: &str = "VO_GC_STRESS";
    if std::env::var_os(STRESS).is_some() {
        return;
    }
    let this = std::env::current_exe().expect("the test knows itself");
    let output = Command::new(this)
        .env(STRESS, "1")
        .args(["--skip", "large", "--skip", "limits"])
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn natives_keep_the_abi() {
    let report = check_all(&ExternRegistry::from_inventory(), |entry| entry.package() == "bank");
    let natives = STUBS.matches("extern func").count();
    assert_eq!(report.called.len(), natives, "{report}");
    assert!(report.faults.is_empty(), "{report}");
}

//! Backtraces go through stubs and callback entries, in both directions: Rust calls C through a stub, C calls Rust back,
//! and gdb and Rust's own unwinder name every function from there to `main`.

use std::backtrace::Backtrace;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use vo_ffi_core::Slot;
use vo_ffi_core::c::{CScalar, CType, CTypes, Convention, FuncSig};
use vo_ffi_runtime::{CallOptions, Callback, CallbackFrame, Function, StubChoice};

/// Where the program under gdb finds the library.
const LIBRARY: &str = "VO_FFI_FRAMES_LIBRARY";
const CONVENTION: &str = "VO_FFI_FRAMES_CONVENTION";

#[cfg(target_arch = "x86_64")]
const CONVENTIONS: &[Convention] = &[Convention::SysV64, Convention::Win64];
#[cfg(target_arch = "aarch64")]
const CONVENTIONS: &[Convention] = &[Convention::Aapcs64];

fn main() {
    if let Some(library) = std::env::var_os(LIBRARY) {
        let named =
            |one: &&Convention| std::env::var(CONVENTION).is_ok_and(|name| name == one.registers().name);
        let convention = *CONVENTIONS.iter().find(named).expect("one of the conventions");
        return debuggee(library.as_ref(), convention);
    }
    let library = compile();
    let gdb = Command::new("gdb").arg("--version").output().is_ok();
    let mut trials = Vec::new();
    for &convention in CONVENTIONS {
        let name = convention.registers().name;
        let missing = if gdb { "" } else { " IS NOT INSTALLED" };
        let path = library.clone();
        let trial = Trial::test(format!("gdb{missing}, {name}"), move || gdb_names_all(&path, convention));
        trials.push(trial.with_ignored_flag(!gdb));
        let path = library.clone();
        trials.push(Trial::test(format!("backtrace, {name}"), move || rust_names_all(&path, convention)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn compile() -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("libframes.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/c/frames.c");
    let flags = ["-shared", "-fPIC", "-O1", "-g", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls"];
    let built = Command::new("cc").args(flags).arg(source).arg("-o").arg(&path).status();
    assert!(built.is_ok_and(|status| status.success()), "cc cannot compile {source}");
    path
}

/// The names of a backtrace from the inside out, of which others may be in between.
fn expected(convention: Convention, stub: Option<&'static str>) -> Vec<&'static str> {
    let calls_back = if convention == Convention::Win64 { "calls_back_ms" } else { "calls_back" };
    [Some("handler"), stub, Some(calls_back), stub, Some("call_c"), Some("main")]
        .into_iter()
        .flatten()
        .collect()
}

fn gdb_names_all(library: &Path, convention: Convention) -> Result<(), Failed> {
    let program = std::env::current_exe()?;
    let commands =
        ["set debuginfod enabled off", "set breakpoint pending on", "break innermost", "run", "backtrace"];
    let output = Command::new("gdb")
        .args(["-batch", "-nx"])
        .args(commands.iter().flat_map(|command| ["-ex", command]))
        .arg(program)
        .env(LIBRARY, library)
        .env(CONVENTION, convention.registers().name)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let frames: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    match frames.iter().find(|frame| frame.contains("??")) {
        Some(unknown) => Err(format!("gdb does not know {unknown}:\n{text}").into()),
        None => in_order(&frames, &expected(convention, Some("vo_ffi_stub"))),
    }
}

fn rust_names_all(library: &Path, convention: Convention) -> Result<(), Failed> {
    // The unwinder knows no symbols of code that no file has.
    let seen = Arc::new(Mutex::new(String::new()));
    let log = seen.clone();
    call_c(library, convention, move || {
        *log.lock().expect("no panic") = Backtrace::force_capture().to_string();
    });
    let text = seen.lock().expect("no panic").clone();
    let frames: Vec<&str> = text.lines().collect();
    in_order(&frames, &expected(convention, None))
}

fn in_order(frames: &[&str], names: &[&str]) -> Result<(), Failed> {
    let mut rest = frames.iter();
    for name in names {
        if !rest.any(|frame| frame.contains(name)) {
            return Err(format!("no {name} where it should be:\n{}", frames.join("\n")).into());
        }
    }
    Ok(())
}

/// What runs under gdb.
fn debuggee(library: &Path, convention: Convention) {
    // SAFETY: the library has no initialisers.
    let code = unsafe { libloading::Library::new(library) }.expect("the library");
    // SAFETY: the function has this type.
    let innermost = unsafe { *code.get::<extern "C" fn()>(b"innermost").expect("a function") };
    call_c(library, convention, move || innermost());
}

/// Calls a C function that calls `at_the_end` back.
#[inline(never)]
fn call_c(library: &Path, convention: Convention, at_the_end: impl Fn() + Send + Sync + 'static) {
    let long = CType::scalar(CScalar::Long);
    let mut types = CTypes::new();
    let back = FuncSig { params: vec![long], variadic: false, result: long, convention: Some(convention) };
    let func = types.func(back.clone());
    let params = vec![long, types.pointer_to(func)];
    let callback = Callback::with_choice(StubChoice::Native, &types, &back, move |frame| {
        handler(frame, &at_the_end);
    });
    let callback = callback.expect("a callback");
    let name = if convention == Convention::Win64 { "calls_back_ms" } else { "calls_back" };
    // SAFETY: the library has no initialisers.
    let code = unsafe { libloading::Library::new(library) }.expect("the library");
    // SAFETY: only the address is taken.
    let address = unsafe { *code.get::<*const ()>(name.as_bytes()).expect("a function") };
    let options = CallOptions { errno: false, stubs: StubChoice::Native };
    let sig = FuncSig { params, ..back };
    // SAFETY: the library stays loaded for as long as the function.
    let function = unsafe { Function::at(address, Arc::new(types), sig, options) }.expect("a function");
    let mut frame = [Slot::from_i64(1), Slot::from_ptr(callback.code()), Slot::ZERO];
    // SAFETY: the function has this type.
    unsafe { function.call_frame(&mut frame) };
    assert_eq!(frame[2].as_i64(), 5);
}

#[inline(never)]
fn handler(frame: &mut CallbackFrame<'_>, at_the_end: &dyn Fn()) {
    at_the_end();
    let x = frame.arg(0).as_i64();
    frame.set_result(Slot::from_i64(2 * x));
}

//! Each stage of a program, on any text, on a machine that allows nothing but computing. Programs with `import "C"` are
//! linked with the symbols of the process, and run where they can do no harm.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::sync::LazyLock;

use vo_ffi::{ExternRegistry, declared};
use vo_vm::diagnostic::render;
use vo_vm::{Input, Libraries, Limits, Permissions, Rejected, Vm};

use super::harmless;

/// Enough for every small program, and over within a second under sanitizers.
const LIMITS: Limits = Limits { memory: Some(32 << 20), instructions: Some(300_000), time: None };

/// A machine whose programs cannot use the system, with small limits.
pub fn closed_vm() -> Vm {
    Vm::new(ExternRegistry::from_inventory()).with_limits(LIMITS).with_permissions(Permissions::none())
}

/// The same, with the C functions of the process and of libm.
static VM_WITH_C: LazyLock<Vm> = LazyLock::new(|| {
    let names = ["self", "libm", "libm.so.6", "libc.so.6"].map(String::from);
    let permissions = Permissions { c: Libraries::Only(names.into()), ..Permissions::none() };
    closed_vm().with_permissions(permissions)
});

/// Lexes and parses, and shows the errors. A second file with an error keeps the checker out.
pub fn parse(vm: &Vm, text: &[u8]) {
    if let Err(errors) = declared::parse_file(&String::from_utf8_lossy(text)) {
        assert!(!errors.is_empty(), "what has no declarations has an error");
    }
    let broken = Input::new("broken.vo", "package main\n@");
    let rejected = vm.check(&[program(text), broken]).expect_err("one of the files has an error");
    show(&rejected);
}

/// Checks, and shows the errors. What would start `pkg-config` is left out, here and in the further stages.
pub fn check(vm: &Vm, text: &[u8]) {
    if has(text, "pkg-config") {
        return;
    }
    if let Err(rejected) = vm.check(&[program(text)]) {
        show(&rejected);
    }
}

/// Checks, compiles, verifies and loads; where there is C, also with its symbols, none of which is called.
pub fn load(vm: &Vm, text: &[u8]) {
    if has(text, "pkg-config") {
        return;
    }
    if let Err(rejected) = vm.load(&[program(text)]) {
        show(&rejected);
    }
    if has(text, "\"C\"")
        && let Err(rejected) = VM_WITH_C.load(&[program(text)])
    {
        show(&rejected);
    }
}

/// Runs what has no errors, and keeps what it writes. Programs that would wait are left out.
pub fn run(vm: &Vm, text: &[u8]) {
    if has(text, "Sleep") || has(text, "pkg-config") {
        return;
    }
    let harmless = harmless::program(&String::from_utf8_lossy(text));
    let loaded = match &harmless {
        Some(whole) => VM_WITH_C.load(&[program(whole.as_bytes())]),
        None => vm.load(&[program(text)]),
    };
    let Ok(mut program) = loaded else { return };
    let output = Captured::default();
    program.set_stdin(io::empty());
    program.set_stdout(output.clone());
    program.set_stderr(output.clone());
    program.set_args(["fuzz.vo"]);
    if let Err(trap) = program.run() {
        assert!(!format!("{trap:#}").is_empty(), "a trap tells what happened");
    }
}

fn has(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).any(|bytes| bytes == word.as_bytes())
}

fn program(text: &[u8]) -> Input {
    Input::new("fuzz.vo", text)
}

fn show(rejected: &Rejected) {
    assert!(!rejected.diagnostics.is_empty(), "what is rejected has an error");
    assert!(!render(&rejected.sources, &rejected.diagnostics, false).is_empty(), "errors are shown");
}

/// How much output is kept.
const OUTPUT: usize = 1 << 20;

/// The first mebibyte of output; the streams of a program share it.
#[derive(Clone, Debug, Default)]
struct Captured(Rc<RefCell<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.borrow_mut();
        let room = OUTPUT - kept.len();
        kept.extend_from_slice(&text[..text.len().min(room)]);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! Stubs and entries for generated signatures, assembled here and run by a C program under `qemu-aarch64`. gcc is the
//! judge: through a stub, a function sees and returns what it does when C calls it.
//!
//! `VO_FFI_PROGRAMS=20` runs so many programs instead of two.

mod generate;
mod program;
#[path = "../../../../../ffi-core/tests/c_layout/random.rs"]
mod random;

use std::fs;
use std::mem::offset_of;
use std::path::{Path, PathBuf};
use std::process::Command;

use vo_ffi_core::Callee;
use vo_ffi_core::c::{CallPlan, Target};

use super::{assemble_call, assemble_entry, assemble_thunk};
use generate::{Generated, generate};

const TARGET: &Target = &Target::LINUX_AARCH64;

/// How many functions a program has.
const SIGNATURES: usize = 300;

#[test]
fn stubs_do_what_calls_do() {
    let programs = std::env::var("VO_FFI_PROGRAMS").map_or(2, |count| count.parse().expect("a number"));
    let seeds = std::thread::scope(|scope| {
        let halves = ["-O1", "-O2"].map(|optimisation| {
            let seeds = (1..=programs).filter(move |seed| (seed % 2 == 0) == (optimisation == "-O2"));
            scope.spawn(move || seeds.map(|seed| check(seed, optimisation)).count())
        });
        halves.map(|half| half.join().expect("a half that passes")).iter().sum::<usize>()
    });
    assert_eq!(seeds as u64, programs);
}

fn check(seed: u64, optimisation: &str) {
    let generated = generate(seed, SIGNATURES);
    let plans: Vec<CallPlan> = generated.signatures.iter().map(|sig| plan(&generated, sig)).collect();
    let folder = std::env::temp_dir().join(format!("vo-ffi-aarch64-{}-{seed}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the program");
    let binary = build(&folder, &program::program(&generated, &plans), optimisation);
    let errno = run(&binary, Path::new("errno-offset")).parse().expect("errno's place");
    let code = folder.join("code");
    let entries = plans.iter().zip(&generated.signatures).filter(|(_, sig)| !sig.func.variadic).count();
    fs::write(&code, assemble(&generated, &plans, errno)).expect("room for the code");
    assert_eq!(
        run(&binary, &code),
        format!("{SIGNATURES} stubs, {entries} entries, 0 failures\n"),
        "seed {seed}, {optimisation}, in {}",
        folder.display()
    );
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

fn plan(generated: &Generated, signature: &generate::Signature) -> CallPlan {
    let plan = CallPlan::new(&generated.types, TARGET, &signature.func, &signature.more).expect("a plan");
    if signature.errno { plan.with_errno() } else { plan }
}

fn build(folder: &Path, functions: &str, optimisation: &str) -> PathBuf {
    let (source, binary) = (folder.join("program.c"), folder.join("program"));
    let driver = include_str!("tests/driver.c");
    let target = offset_of!(Callee, target);
    fs::write(&source, format!("#define TARGET_OFFSET {target}\n{driver}\n{functions}")).expect("room for C");
    let mut gcc = Command::new("aarch64-linux-gnu-gcc");
    output(gcc.args(["-static", "-w", "-Wno-psabi", optimisation, "-o"]).arg(&binary).arg(&source));
    binary
}

/// What the program prints.
fn run(binary: &Path, argument: &Path) -> String {
    output(Command::new("qemu-aarch64").arg(binary).arg(argument))
}

fn output(command: &mut Command) -> String {
    let missing = "install gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and qemu-user";
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; {missing}"));
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    let (out, errors) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{out}{errors}", output.status);
    out
}

/// The file that the program reads: a table of offsets, then the code.
fn assemble(generated: &Generated, plans: &[CallPlan], errno: i32) -> Vec<u8> {
    let mut table: Vec<u32> = Vec::new();
    let mut code = Vec::new();
    let start = (plans.len() as u32 * 2 + 2) * 4;
    let mut add = |piece: Vec<u8>| {
        let at = start + code.len() as u32;
        code.extend(piece);
        at
    };
    for (plan, signature) in plans.iter().zip(&generated.signatures) {
        table.push(add(assemble_call(plan, Some(errno))));
        table.push(if signature.func.variadic { 0 } else { add(assemble_entry(plan)) });
    }
    let thunk = assemble_thunk(std::ptr::null());
    let size = thunk.len() as u32;
    table.extend([add(thunk), size]);
    table.into_iter().flat_map(u32::to_le_bytes).chain(code).collect()
}

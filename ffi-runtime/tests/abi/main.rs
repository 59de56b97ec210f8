//! Random functions that C compilers made get the arguments that we gave, and we get what they returned; the same for
//! callbacks. Every function is called by a stub and, where it can express the types, through libffi.
//!
//! `VO_FFI_SEEDS=100` is a long run: that many libraries for each compiler. `VO_FFI_TRACE=1` prints each function before
//! it is called, for those that crash.

#[path = "../../../ffi-core/tests/c_layout/exceptions.rs"]
mod layouts;
#[path = "../../../ffi-core/tests/c_layout/random.rs"]
mod random;

mod exceptions;
mod guarded;
mod images;
mod run;
mod signatures;
mod source;

use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use vo_ffi_core::c::{Convention, Target};

use signatures::Library;

/// How many functions a library has.
const FUNCTIONS: usize = 250;

/// The compilers, with what they are told.
const COMPILERS: [[&str; 2]; 4] = [["gcc", "-O0"], ["gcc", "-O2"], ["clang", "-O0"], ["clang", "-O2"]];

fn main() {
    let seeds = std::env::var("VO_FFI_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(1);
    let mut trials = Vec::new();
    for (number, [compiler, level]) in COMPILERS.into_iter().enumerate() {
        let installed = Command::new(compiler).arg("--version").output().is_ok();
        assert!(installed || compiler != "gcc", "gcc is not installed: it is the judge of calls");
        for convention in [Convention::SysV64, Convention::Win64] {
            let name = format!("{} {compiler} {level}", convention.registers().name);
            let name = if installed { name } else { format!("{name} IS NOT INSTALLED") };
            let first = number as u64 * 1000 + 500 * u64::from(convention == Convention::Win64);
            let check =
                move || (first..first + seeds).try_for_each(|seed| check(compiler, level, convention, seed));
            trials.push(Trial::test(name, check).with_ignored_flag(!installed));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn check(compiler: &str, level: &str, convention: Convention, seed: u64) -> Result<(), Failed> {
    let library = Library::generate(seed, FUNCTIONS, convention);
    let path = compile(compiler, level, seed, &source::text(&library));
    let differences = run::differences(&library, &path, compiler);
    match differences.len() {
        0 => Ok(()),
        count => {
            Err(format!("seed {seed}: {count} differences\n{}", differences[..count.min(4)].join("\n"))
                .into())
        }
    }
}

/// A shared library of this text.
fn compile(compiler: &str, level: &str, seed: u64, text: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let stem = format!("abi-{compiler}{level}-{seed}-{}", std::process::id());
    let (source, path) = (folder.join(format!("{stem}.c")), folder.join(format!("{stem}.so")));
    std::fs::write(&source, text).expect("room for the source");
    let flags = ["-std=gnu11", "-shared", "-fPIC", "-w", "-Wno-psabi", "-Wno-packed-bitfield-compat", level];
    let built = Command::new(compiler).args(flags).arg(&source).arg("-o").arg(&path).status();
    assert!(built.is_ok_and(|status| status.success()), "{compiler} refuses {}", source.display());
    let _ = std::fs::remove_file(&source);
    path
}

/// The machine that all of this is for.
const TARGET: &Target = Target::HOST;

//! Random structs and unions are laid out as C compilers do it, on all targets. gcc is the judge.
//!
//! `VO_FFI_SEEDS=1000` is a long run: that many batches of types for each compiler.

mod facts;
mod random;

use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use vo_ffi_core::c::{BitFields, Target};

use facts::{compiled, computed};
use random::Generator;

/// Linux with `-mms-bitfields`, which is `__attribute__((ms_struct))` on each record.
const MICROSOFT: Target = Target { bit_fields: BitFields::Microsoft, ..Target::LINUX_X64 };

/// A compiler for a target.
struct Judge {
    command: &'static [&'static str],
    target: &'static Target,
}

const JUDGES: &[Judge] = &[
    Judge { command: &["gcc"], target: &Target::LINUX_X64 },
    Judge { command: &["gcc", "-mms-bitfields"], target: &MICROSOFT },
    Judge { command: &["aarch64-linux-gnu-gcc"], target: &Target::LINUX_AARCH64 },
    Judge { command: &["x86_64-w64-mingw32-gcc"], target: &Target::WINDOWS_X64 },
    Judge { command: &["arm-linux-gnueabihf-gcc"], target: &Target::LINUX_ARM },
    Judge { command: &["clang"], target: &Target::LINUX_X64 },
    Judge { command: &["clang", "--target=aarch64-linux-gnu"], target: &Target::LINUX_AARCH64 },
    Judge { command: &["clang", "--target=arm-linux-gnueabihf"], target: &Target::LINUX_ARM },
    Judge { command: &["clang", "--target=wasm32"], target: &Target::WASM32 },
    Judge { command: &["clang", "--target=x86_64-w64-mingw32"], target: &Target::WINDOWS_X64 },
];

const RECORDS: usize = 400;

fn main() {
    let batches = std::env::var("VO_FFI_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(4);
    let trials = JUDGES.iter().map(|judge| {
        let installed = Command::new(judge.command[0]).arg("--version").output().is_ok();
        let name = judge.command.join(" ");
        assert!(installed || name != "gcc", "gcc is not installed: it is the judge of layouts");
        let name = if installed { name } else { format!("{name} IS NOT INSTALLED") };
        Trial::test(name, move || check(judge, batches)).with_ignored_flag(!installed)
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn check(judge: &Judge, batches: u64) -> Result<(), Failed> {
    let mut differences = Vec::new();
    for seed in 0..batches {
        let generated = Generator::generate(seed, RECORDS, judge.target);
        let found = compiled(judge.command, &generated.types, &generated.records, judge.target);
        for (&ty, theirs) in generated.records.iter().zip(found) {
            let ours = computed(&generated.types, ty, judge.target);
            if ours != theirs {
                let text = generated.types.definitions(&[ty]);
                differences.push(format!("{text}\nours:   {ours:?}\ntheirs: {theirs:?}\n"));
            }
        }
    }
    // The shortest say most.
    differences.sort_by_key(String::len);
    let count = differences.len();
    match count {
        0 => Ok(()),
        _ => Err(format!("{count} differences\n{}", differences[..count.min(5)].join("\n")).into()),
    }
}

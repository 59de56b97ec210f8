//! Random structs and unions are laid out as C compilers do it, on all targets. gcc is the judge.
//!
//! `VO_FFI_SEEDS=1000` is a long run: that many batches of types for each compiler.

mod exceptions;
mod facts;
mod microsoft;
mod random;

use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use vo_ffi_core::c::{BitFields, CType, CTypes, Declarations, Target};

use exceptions::{CLANG, Exception, is_excepted};
use facts::{Facts, compiled, computed};
use random::Generator;

/// Linux with `-mms-bitfields`, which is `__attribute__((ms_struct))` on each record.
const MICROSOFT: Target = Target { bit_fields: BitFields::Microsoft, ..Target::LINUX_X64 };

/// A compiler for a target.
struct Judge {
    command: &'static [&'static str],
    target: &'static Target,
    /// The records that it lays out otherwise than gcc.
    exceptions: &'static [&'static [Exception]],
}

const fn gcc(command: &'static [&'static str], target: &'static Target) -> Judge {
    Judge { command, target, exceptions: &[] }
}

const fn clang(command: &'static [&'static str], target: &'static Target) -> Judge {
    Judge { command, target, exceptions: &[CLANG] }
}

/// Those that are not installed are reported and left out, but for gcc. The cross compilers of gcc for Windows and
/// 32-bit ARM are large and need not be there: gcc's `-mms-bitfields` and clang know what they know.
const JUDGES: &[Judge] = &[
    gcc(&["gcc"], &Target::LINUX_X64),
    gcc(&["gcc", "-mms-bitfields"], &MICROSOFT),
    gcc(&["aarch64-linux-gnu-gcc"], &Target::LINUX_AARCH64),
    gcc(&["x86_64-w64-mingw32-gcc"], &Target::WINDOWS_X64),
    gcc(&["arm-linux-gnueabihf-gcc"], &Target::LINUX_ARM),
    clang(&["clang", "--target=x86_64-linux-gnu"], &Target::LINUX_X64),
    clang(&["clang", "--target=aarch64-linux-gnu"], &Target::LINUX_AARCH64),
    clang(&["clang", "--target=arm-linux-gnueabihf"], &Target::LINUX_ARM),
    clang(&["clang", "--target=wasm32"], &Target::WASM32),
    Judge {
        command: &["clang", "--target=x86_64-w64-mingw32"],
        target: &Target::WINDOWS_X64,
        exceptions: &[CLANG, microsoft::CLANG],
    },
];

const RECORDS: usize = 400;

fn main() {
    let batches = std::env::var("VO_FFI_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(8);
    let trials = JUDGES.iter().map(|judge| {
        let installed = Command::new(judge.command[0]).arg("--version").output().is_ok();
        let name = judge.command.join(" ");
        assert!(installed || judge.command[0] != "gcc", "gcc is not installed: it is the judge of layouts");
        let name = if installed { name } else { format!("{name} IS NOT INSTALLED") };
        Trial::test(name, move || check(judge, batches)).with_ignored_flag(!installed)
    });
    let parsed = Trial::test("our own parser", move || check_parser(batches));
    libtest_mimic::run(&Arguments::from_args(), trials.chain([parsed]).collect()).exit();
}

fn check(judge: &Judge, batches: u64) -> Result<(), Failed> {
    let mut differences = Vec::new();
    let mut compared = 0;
    for seed in 0..batches {
        let Generator { types, mut records, .. } = Generator::generate(seed, RECORDS, judge.target);
        records
            .retain(|&ty| !judge.exceptions.iter().any(|&list| is_excepted(&types, ty, judge.target, list)));
        compared += records.len() as u64;
        let found = compiled(judge.command, &types, &records, judge.target);
        compare(&types, &records, judge.target, &found, &mut differences);
    }
    none_of(differences)?;
    let least = batches * RECORDS as u64 / 4;
    if compared < least {
        return Err(format!("only {compared} records were compared, {least} at least were expected").into());
    }
    Ok(())
}

/// The parser takes the text of a type for the same type.
fn check_parser(batches: u64) -> Result<(), Failed> {
    let mut differences = Vec::new();
    for (seed, target) in (0..batches).zip(Target::ALL.into_iter().cycle()) {
        let Generator { types, records, .. } = Generator::generate(seed, RECORDS, target);
        let text = types.definitions(&records);
        let parsed = Declarations::parse(&text, target).map_err(|errors| format!("{errors}\n{text}"))?;
        let found = records.iter().map(|&ty| {
            let name = types.name(ty);
            let ty = parsed.type_named(&name).ok_or_else(|| format!("{name} is not declared"))?;
            Ok(computed(&parsed.types, ty, target))
        });
        let found: Vec<Facts> = found.collect::<Result<_, String>>()?;
        compare(&types, &records, target, &found, &mut differences);
    }
    none_of(differences)
}

fn compare(
    types: &CTypes,
    records: &[CType],
    target: &Target,
    found: &[Facts],
    differences: &mut Vec<String>,
) {
    for (&ty, theirs) in records.iter().zip(found) {
        let ours = computed(types, ty, target);
        if ours != *theirs {
            let text = types.definitions(&[ty]);
            differences.push(format!("{text}ours:   {ours:?}\ntheirs: {theirs:?}\n"));
        }
    }
}

fn none_of(mut differences: Vec<String>) -> Result<(), Failed> {
    // The shortest say most.
    differences.sort_by_key(String::len);
    let count = differences.len();
    match count {
        0 => Ok(()),
        _ => Err(format!("{count} differences\n{}", differences[..count.min(5)].join("\n")).into()),
    }
}

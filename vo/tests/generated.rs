//! Random programs without errors, each run in four ways that must agree: as it is, with a collection at every
//! allocation, with its instructions counted, and entered in a session.
//!
//! `VO_GENERATED_SEED` and `VO_GENERATED_COUNT` say which programs. `agrees_with_go`, which is run by hand, compares
//! them with what Go prints: `cargo test -p vo-vm --test generated -- --ignored`.

#[path = "generated/expr.rs"]
mod expr;
#[path = "generated/func.rs"]
mod func;
#[path = "generated/hash.rs"]
mod hash;
#[path = "generated/program.rs"]
mod program;
#[path = "../../fuzz/src/random.rs"]
mod random;
#[path = "generated/scope.rs"]
mod scope;
#[path = "generated/stmt.rs"]
mod stmt;
#[path = "generated/types.rs"]
mod types;
mod written;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use program::{HEADER, generate};
use vo_ffi::ExternRegistry;
use vo_vm::diagnostic::render;
use vo_vm::{Input, Limits, Session, Vm};
use written::Written;

/// How many programs Go compiles at once: more make it slow.
const BATCH: u64 = 25;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn seeds() -> std::ops::Range<u64> {
    let first = number("VO_GENERATED_SEED", 1);
    first..first + number("VO_GENERATED_COUNT", 15)
}

fn whole(seed: u64) -> String {
    format!("{HEADER}{}\nfunc main() {{ p{seed}main() }}\n", generate(seed, &format!("p{seed}")))
}

fn run(text: &str, limits: Limits) -> String {
    let vm = Vm::new(ExternRegistry::from_inventory()).with_limits(limits);
    let mut program = match vm.load(&[Input::new("generated.vo", text)]) {
        Ok(program) => program,
        Err(rejected) => return render(&rejected.sources, &rejected.diagnostics, false),
    };
    let output = Written::default();
    program.set_stdout(output.clone());
    match program.run() {
        Ok(_) => output.take(),
        Err(trap) => format!("{}{trap:#}", output.take()),
    }
}

fn run_stressed(text: &str) -> String {
    let file = tempfile::Builder::new().suffix(".vo").tempfile().expect("a file");
    fs::write(file.path(), text).expect("the program is written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_vo"));
    let output = command.arg("run").arg(file.path()).env("VO_GC_STRESS", "1").output().expect("vo runs");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn run_in_session(seed: u64) -> String {
    let vm = Vm::new(ExternRegistry::from_inventory());
    let mut session = Session::new(vm).expect("there is memory");
    let output = Written::default();
    session.program().set_stdout(output.clone());
    let prefix = format!("p{seed}");
    for entry in [generate(seed, &prefix), format!("{prefix}main()")] {
        if let Err(failure) = session.eval(&entry) {
            return format!("{}{failure}", output.take());
        }
    }
    output.take()
}

/// Where two outputs differ first, with the lines around.
fn difference(seed: u64, what: &str, expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    let line = expected.iter().zip(&found).take_while(|(a, b)| a == b).count();
    let around = |lines: &[&str]| lines[line.saturating_sub(1)..lines.len().min(line + 6)].join("\n");
    let (expected, found) = (around(&expected), around(&found));
    Some(format!("seed {seed}, {what}, line {}:\n{expected}\n---\n{found}\n", line + 1))
}

#[test]
fn programs_run_the_same_in_every_way() {
    let mut report = String::new();
    for seed in seeds() {
        let text = whole(seed);
        let plain = run(&text, Limits::default());
        let metered = Limits { instructions: Some(1 << 40), ..Limits::default() };
        let ways = [
            ("metered", run(&text, metered)),
            ("collecting", run_stressed(&text)),
            ("session", run_in_session(seed)),
        ];
        assert!(plain.contains(&format!("\np{seed}ks ")), "seed {seed} does not come to its end:\n{plain}");
        for (way, found) in ways {
            report.extend(difference(seed, way, &plain, &found));
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// Shows the programs of the seeds, and what they print: to look at one by hand.
#[test]
#[ignore = "shows programs"]
fn show() {
    for seed in seeds() {
        let text = whole(seed);
        println!("{text}\n/*\n{}*/", run(&text, Limits::default()));
    }
}

/// Compares with Go, whose compiler must be installed: `go run` is what the programs are compared with.
#[test]
#[ignore = "needs Go, and takes as long as it is told to"]
fn agrees_with_go() {
    let folder = tempfile::tempdir().expect("a folder");
    let seeds = seeds();
    let (mut first, mut report) = (seeds.start, String::new());
    while first < seeds.end {
        let batch = first..seeds.end.min(first + BATCH);
        first = batch.end;
        let outputs = run_in_go(folder.path(), batch.clone());
        assert_eq!(outputs.len() as u64, batch.end - batch.start, "each program prints something");
        for (seed, expected) in batch.zip(outputs) {
            let found = run(&whole(seed), Limits::default());
            if let Some(difference) = difference(seed, "Go", &expected, &found) {
                eprintln!("{difference}");
                report += &difference;
            }
        }
    }
    assert!(report.is_empty(), "there are differences, shown above");
}

/// What Go prints for each program of a batch.
fn run_in_go(folder: &Path, batch: std::ops::Range<u64>) -> Vec<String> {
    let mut text = HEADER.to_string();
    let mut main = "func main() {\n".to_string();
    for seed in batch.clone() {
        text += &generate(seed, &format!("p{seed}"));
        let _ = writeln!(main, "fmt.Println(\"== {seed}\")\np{seed}main()");
    }
    let file = folder.join("batch.go");
    fs::write(&file, format!("{text}\n{main}}}\n")).expect("the program is written");
    let output = Command::new("go").arg("run").arg(&file).output().expect("Go runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "Go refuses programs {batch:?}:\n{errors}");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    printed
        .split("== ")
        .skip(1)
        .map(|part| part.split_once('\n').map_or("", |(_, rest)| rest).to_string())
        .collect()
}

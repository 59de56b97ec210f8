//! C functions in scripts, against the same in C, in the machine by hand, and in LuaJIT. The two sides of a row take turns,
//! best of several. Run with `./x bench`; it needs cc and libsqlite3.so.0, and compares with luajit where that is there.

mod add_loop;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use vo_ffi::runtime::CEngine;
use vo_ffi::{Declaration, ExternRegistry, Origin, TypeTable};
use vo_vm::bytecode::{Insn, Op};
use vo_vm::machine::Machine;
use vo_vm::{Input, TypedFunc, Vm};

use add_loop::{WINDOW, add_type, program};

const CALLS: i32 = 50_000_000;
const ROUNDS: usize = 7;

fn main() {
    // `cargo test --benches` asks for a list or a run of tests; there are none here.
    if std::env::args().any(|arg| arg == "--test" || arg == "--list") {
        return;
    }
    let fixture = build("fixture.c", "libc_scripts.so", &["-shared", "-fPIC"]);
    println!("{:<56} {:>11} {:>11} {:>7}  bound", "C in scripts", "ours", "base", "ratio");
    calls(&fixture);
    let loops = include_str!("c_scripts/loops.vo").replace("@FIXTURE@", &fixture.display().to_string());
    let mut script = Script::new(&loops);
    script.pair(
        ("strlen of a string; base: of a char *", "1.3"),
        ("main.TextOfVo", "main.TextOfC"),
        2_000_000,
    );
    // SAFETY: the library was just made and has no initialisers.
    let library = unsafe { libloading::Library::new(&fixture) }.expect("the fixture");
    c_loops(&mut script, &library);
    sorting();
    inserts();
    start();
}

/// Compiles a file of C; the result is its path.
fn build(source: &str, name: &str, flags: &[&str]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/c_scripts").join(source);
    let mut command = Command::new("cc");
    command
        .args(flags)
        .arg("-O2")
        .arg("-o")
        .arg(&path)
        .arg(&source)
        .args(["-l:libsqlite3.so.0"].iter().filter(|_| flags.is_empty()));
    assert!(command.status().is_ok_and(|status| status.success()), "cc cannot compile {}", source.display());
    path
}

fn row(what: &str, [ours, base]: [f64; 2], unit: &str, bound: &str) {
    println!("{what:<56} {ours:>8.2} {unit} {base:>8.2} {unit} {:>7.2}  {bound}", ours / base);
}

/// `x = add(x, i)` in a loop of the machine: by a stub, with nothing between, and written into the machine by hand.
fn calls(fixture: &Path) {
    let declaration = Declaration {
        name: "bench.add".into(),
        func: add_type(),
        param_names: Vec::new(),
        origin: Origin::C { library: fixture.display().to_string(), symbol: "add".into() },
        file: "bench.vo".into(),
        line: 1,
    };
    let bound = CEngine::new().bind(&declaration, &TypeTable::new()).expect("the fixture has it");
    let ways: [&[Insn]; 3] = [
        &[Insn::wide(Op::Call, WINDOW, 0)],
        &[Insn::wide(Op::CallCInts, WINDOW, 0), Insn::wide(Op::Ext, 0, 2)],
        &[Insn::abc(Op::DirectAdd, WINDOW, 0, 0)],
    ];
    let mut machines = ways.map(|call| {
        // SAFETY: the code is as the compiler would make it, and the function outlives the machine.
        unsafe { Machine::new(program(CALLS, call), &[bound.callee()]) }.expect("a machine")
    });
    let mut best = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        for (machine, best) in machines.iter_mut().zip(&mut best) {
            let start = Instant::now();
            machine.run_main().expect("the loop does not panic");
            *best = start.elapsed().min(*best);
        }
    }
    let [stub, direct, by_hand] = best.map(|time| time.as_secs_f64() * 1e9 / f64::from(CALLS));
    row("a C call in a loop, by stub; base: by hand", [stub, by_hand], "ns", "1.6");
    row("the same, //vo:unguarded; base: by hand", [direct, by_hand], "ns", "1.25");
}

struct Script {
    program: vo_vm::Program,
}

impl Script {
    fn new(text: &str) -> Script {
        let vm = Vm::new(ExternRegistry::from_inventory());
        match vm.load(&[Input::new("bench.vo", text)]) {
            Ok(program) => Script { program },
            Err(errors) => panic!("{errors}"),
        }
    }

    /// Nanoseconds of each of so many turns of a function's loop.
    fn time(&mut self, function: &str, times: i64) -> f64 {
        let func: TypedFunc<(i64,), i64> = self.program.func(function).expect("the script has it");
        let start = Instant::now();
        func.call(&mut self.program, (times,)).expect("it does not panic");
        start.elapsed().as_secs_f64() * 1e9 / times as f64
    }

    fn pair(&mut self, (what, bound): (&str, &str), (ours, base): (&str, &str), times: i64) {
        let mut best = [f64::MAX; 2];
        for _ in 0..ROUNDS {
            best[0] = best[0].min(self.time(ours, times));
            best[1] = best[1].min(self.time(base, times));
        }
        row(what, best, "ns", bound);
    }

    fn against(&mut self, what: &str, function: &str, times: i64, bound: &str, mut base: impl FnMut()) {
        let mut best = [f64::MAX; 2];
        for _ in 0..ROUNDS {
            best[0] = best[0].min(self.time(function, times));
            let start = Instant::now();
            base();
            best[1] = best[1].min(start.elapsed().as_secs_f64() * 1e9 / times as f64);
        }
        row(what, best, "ns", bound);
    }
}

fn c_loops(script: &mut Script, library: &libloading::Library) {
    type Sum = unsafe extern "C" fn(*const i32, i32, i64) -> i64;
    // SAFETY: the source has these types.
    let (mid, sum) = unsafe {
        let mid = *library.get::<unsafe extern "C" fn(i64) -> f64>(b"mid_loop").expect("mid_loop");
        (mid, *library.get::<Sum>(b"sum_loop").expect("sum_loop"))
    };
    // SAFETY: the functions take any number of turns, and there are a thousand numbers.
    script.against(
        "a struct of 16 bytes, into a variable; base: C",
        "main.Mid",
        2_000_000,
        "2.0",
        || unsafe {
            std::hint::black_box(mid(2_000_000));
        },
    );
    let numbers = vec![0_i32; 1000];
    script.against("sum(const int *, 1000) of a slice; base: C", "main.Sum", 100_000, "1.05", || {
        // SAFETY: as above.
        std::hint::black_box(unsafe { sum(numbers.as_ptr(), 1000, 100_000) });
    });
}

/// A peer is there or not: without it there is no row.
fn sorting() {
    let mut script = Script::new(include_str!("c_scripts/qsort.vo"));
    let lua = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/c_scripts/qsort.lua");
    let mut best = [f64::MAX; 2];
    for _ in 0..3 {
        best[0] = (0..5).fold(best[0], |best, _| best.min(script.time("main.Sort", 20)));
        let Ok(output) = Command::new("luajit").arg(&lua).output() else {
            return println!("qsort of 1,000 ints: luajit is not there to compare with");
        };
        let told = String::from_utf8_lossy(&output.stdout).trim().parse::<f64>();
        best[1] = best[1].min(told.expect("luajit tells nanoseconds"));
    }
    row("qsort of 1,000 ints with a closure; base: LuaJIT", best.map(|nanos| nanos / 1e3), "µs", "1.0");
}

fn inserts() {
    let program = build("sqlite.c", "c_scripts_sqlite", &[]);
    let mut script = Script::new(include_str!("c_scripts/sqlite.vo"));
    let mut best = [f64::MAX; 2];
    for _ in 0..ROUNDS {
        best[0] = best[0].min(script.time("main.Fill", 100_000) * 1e-1);
        let output = Command::new(&program).output().expect("the program runs");
        let seconds: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().expect("it tells seconds");
        best[1] = best[1].min(seconds * 1e3);
    }
    row("SQLite, 100,000 prepared inserts; base: C", best, "ms", "1.3");
}

/// From text to a program that is ready to run.
fn start() {
    let declarations: String = (0..1000)
        .map(|number| format!("int function_{number}(const char *name, struct s{number} {{ int a; double b; }} *s, size_t n);\n"))
        .collect();
    let body = "func main() { println(C.abs(-1)) }\n";
    let texts = [
        format!("package main\n/*\n{declarations}int abs(int);\n*/\nimport \"C\"\n{body}"),
        format!("package main\n/*\nint abs(int);\n*/\nimport \"C\"\n{body}"),
    ];
    let mut best = [f64::MAX; 2];
    for _ in 0..20 {
        for (text, best) in texts.iter().zip(&mut best) {
            let start = Instant::now();
            drop(Script::new(text));
            *best = best.min(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    row("start with 1,000 declarations; base: with one", best, "ms", "5 ms more");
}

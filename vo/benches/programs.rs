//! Whole programs: time against Lua 5.4 in the same run, start-up, memory beyond the data, pauses of the collector.
//!
//! Run with `./x bench`. Times are the best of several runs, since everything else on a machine only adds. Those that are
//! compared are the processor's time for the whole process, and both sides take turns, so that a busy minute falls on
//! both.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The programs that both languages have, and what each does.
const PROGRAMS: [(&str, &str); 11] = [
    ("fib", "fib(35)"),
    ("loops", "nested loops"),
    ("sieve", "sieve of Eratosthenes"),
    ("building", "strings built piece by piece"),
    ("maps", "maps of integers and of strings"),
    ("nbody", "n-body"),
    ("spectral", "spectral norm"),
    ("trees", "binary trees"),
    ("sorting", "sorting with a closure"),
    ("methods", "methods of interfaces"),
    ("splitting", "splitting a file into words"),
];

/// How often each side of a comparison runs.
const ROUNDS: usize = 5;

fn main() {
    // `cargo test --benches` asks for a list or a run of tests; there are none here.
    if std::env::args().any(|arg| arg == "--test" || arg == "--list") {
        return;
    }
    println!("{:<44} {:>10} {:>10} {:>7}", "program", "vo", "lua5.4", "ratio");
    let product: f64 = PROGRAMS.iter().map(|(program, what)| against_lua(what, program)).product();
    println!("{:<44} {:>29.2}", "geometric mean", product.powf(1.0 / PROGRAMS.len() as f64));
    println!();
    println!("{:<44} {:>10} {:>10}", "start", "vo", "/bin/true");
    let hello = shortest(100, || vo("hello"));
    let nothing = shortest(100, || Command::new("/bin/true"));
    println!("{:<44} {:>10} {:>10}", "vo run hello.vo", millis(hello), millis(nothing));
    println!();
    println!("{:<44} {:>10}", "memory beyond the data", "peak");
    let base = peak_memory(&mut vo("hello"));
    beyond("10⁸ short strings in a loop", "strings", base);
    // The numbers themselves take 8 bytes each.
    beyond("sort.Slice of 10⁶, an allocating closure", "sort", base + 8_000_000);
    println!();
    println!("{:<44} {:>10} {:>10}", "collector", "longest", "alive");
    pauses();
}

fn programs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs")
}

fn vo(program: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vo"));
    command.arg("run").arg(programs().join(program).with_extension("vo"));
    command
}

fn lua(program: &str) -> Command {
    let mut command = Command::new("lua5.4");
    command.arg(programs().join(program).with_extension("lua"));
    command
}

/// Runs both in turns, compares what they print, and gives the ratio of their best times.
fn against_lua(what: &str, program: &str) -> f64 {
    // For the programs that read a file: one of the repository.
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let [mut ours, mut theirs] = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        let (time, printed) = timed(vo(program).arg(&file));
        let (lua_time, lua_printed) = timed(lua(program).arg(&file));
        assert_eq!(printed.stdout, lua_printed.stdout, "{program}: vo and lua5.4 print different results");
        (ours, theirs) = (ours.min(time), theirs.min(lua_time));
    }
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("{what:<44} {:>10} {:>10} {ratio:>7.2}", millis(ours), millis(theirs));
    ratio
}

/// What a command prints, and the processor's time for it.
fn timed(command: &mut Command) -> (Duration, Output) {
    let before = time_of_children();
    let output = output(command);
    (time_of_children() - before, output)
}

fn output(command: &mut Command) -> Output {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(output.status.success(), "{command:?} fails: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// What all ended processes of this one took, in the program and in the system.
fn time_of_children() -> Duration {
    // SAFETY: a zeroed `rusage` is a valid one.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the out-pointer is valid.
    let told = unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage) };
    assert_eq!(told, 0, "the system tells the time of processes");
    let time = |time: libc::timeval| Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000);
    time(usage.ru_utime) + time(usage.ru_stime)
}

/// The shortest time by the clock from start to end.
fn shortest(runs: usize, command: impl Fn() -> Command) -> Duration {
    let run = |_| {
        let start = Instant::now();
        output(&mut command());
        start.elapsed()
    };
    (0..runs).map(run).min().unwrap_or_default()
}

fn millis(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn beyond(what: &str, program: &str, data: u64) {
    let peak = peak_memory(&mut vo(program));
    println!("{what:<44} {:>6.1} MiB", peak.saturating_sub(data) as f64 / f64::from(1 << 20));
}

/// The largest resident set of a run, in bytes.
#[expect(clippy::zombie_processes, reason = "wait4 waits for it, and tells its memory too")]
fn peak_memory(command: &mut Command) -> u64 {
    let child = command.stdout(Stdio::null()).spawn().expect("vo starts");
    let mut status = 0;
    // SAFETY: a zeroed `rusage` is a valid one.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both out-pointers are valid; nobody else waits for this child.
    let waited = unsafe { libc::wait4(child.id() as i32, &mut status, 0, &mut usage) };
    assert!(waited == child.id() as i32 && status == 0, "a benchmark program fails");
    usage.ru_maxrss as u64 * 1024
}

/// Reads what the collector tells of a program that keeps a gibibyte alive, and prints the longest pause. Like a time,
/// it is the best of several runs.
fn pauses() {
    let runs = (0..ROUNDS).map(|_| {
        let told = output(vo("pauses").env("VO_GC_TRACE", "1")).stderr;
        let trace = String::from_utf8_lossy(&told).into_owned();
        let column = |unit: &str| trace.lines().filter_map(|line| before(line, unit)).fold(0.0, f64::max);
        (column(" ms"), column(" MiB alive"))
    });
    let (pause, alive) = runs.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
    println!("{:<44} {pause:>7.0} ms {alive:>6.0} MiB", "pause with mixed objects");
}

/// The number in front of a unit.
fn before(line: &str, unit: &str) -> Option<f64> {
    line.split_once(unit)?.0.rsplit(' ').next()?.parse().ok()
}

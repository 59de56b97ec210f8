//! Whole programs: time against Lua 5.4 in the same run, start-up, and memory beyond the data.
//!
//! Run with `./x bench`. Times are the best of several runs, since everything else on a machine only adds.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    // `cargo test --benches` asks for a list or a run of tests; there are none here.
    if std::env::args().any(|arg| arg == "--test" || arg == "--list") {
        return;
    }
    println!("{:<44} {:>10} {:>10} {:>7}", "program", "vo", "lua5.4", "ratio");
    against_lua("fib(35)", "fib");
    println!();
    println!("{:<44} {:>10} {:>10}", "start", "vo", "/bin/true");
    let hello = best(100, || vo("hello"));
    let nothing = best(100, || Command::new("/bin/true"));
    println!("{:<44} {:>10} {:>10}", "vo run hello.vo", millis(hello), millis(nothing));
    println!();
    println!("{:<44} {:>10}", "memory beyond the data", "peak");
    let base = peak_memory(&mut vo("hello"));
    beyond("10⁸ short strings in a loop", "strings", base);
    // The numbers themselves take 8 bytes each.
    beyond("sort.Slice of 10⁶, an allocating closure", "sort", base + 8_000_000);
}

fn programs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/programs")
}

fn vo(program: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vo"));
    command.arg("run").arg(programs().join(program).with_extension("vo"));
    command
}

fn against_lua(what: &str, program: &str) {
    let ours = best(5, || vo(program));
    let lua = best(5, || {
        let mut command = Command::new("lua5.4");
        command.arg(programs().join(program).with_extension("lua"));
        command
    });
    let ratio = ours.as_secs_f64() / lua.as_secs_f64();
    println!("{what:<44} {:>10} {:>10} {ratio:>7.2}", millis(ours), millis(lua));
}

fn best(runs: usize, command: impl Fn() -> Command) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..runs {
        let start = Instant::now();
        let status = command().stdout(Stdio::null()).status();
        best = best.min(start.elapsed());
        assert!(
            status.is_ok_and(|status| status.success()),
            "a benchmark program fails, or is not installed"
        );
    }
    best
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

//! What `vo call` takes from its start to its end, and how many lines a second `vo call --batch` answers. Run with
//! `./x bench`, or `cargo bench -p vo-vm --bench call`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// So many lines.
const LINES: u32 = 200_000;

fn main() {
    let best = best_of(100, || {
        let output = vo(&["libm.so.6", "double cos(double)", "0.5"]).output().expect("vo");
        assert_eq!(output.stdout, b"0.8775825618903728\n");
    });
    println!("{:<44}{:>10.2} ms", "vo call libm.so.6 'double cos(double)' 0.5", best.as_secs_f64() * 1e3);

    let mut file = tempfile::NamedTempFile::new().expect("a file");
    let mut lines = String::new();
    for number in 0..LINES {
        let decl = "double pow(double x, double y);";
        let line =
            format!(r#"{{"lib": "libm.so.6", "decl": "{decl}", "func": "pow", "args": [{number}, 2]}}"#);
        writeln!(lines, "{line}").expect("a string has room");
    }
    file.write_all(lines.as_bytes()).expect("written");
    let path = file.path().to_str().expect("a path in UTF-8");
    let best = best_of(5, || {
        let status = vo(&["--batch", path]).stdout(Stdio::null()).status().expect("vo");
        assert!(status.success());
    });
    println!("{:<44}{:>10.0} lines/s", "vo call --batch", f64::from(LINES) / best.as_secs_f64());
}

fn vo(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vo"));
    command.arg("call").args(args);
    command
}

fn best_of(rounds: u32, run: impl Fn()) -> Duration {
    let times = (0..rounds).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

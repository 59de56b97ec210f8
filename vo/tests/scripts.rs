//! Runs every golden script: as it is, with a collection at every allocation, and as an entry of a session.
//!
//! The head of a script says what must happen:
//!
//! ```text
//! // args: one two          the program's arguments
//! // exit: 2                the exit status, 0 where it is not given
//! // output:                standard output, exactly
//! // hello
//! // stderr:                standard error, exactly; not compared where it is not given
//! // panic: boom
//! ```
//!
//! A script runs in its own folder, and is named without it. A folder with a `main.vo` is one script, whose head is
//! that of `main.vo`.

mod written;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use vo_ffi::{ExternRegistry, TrapKind};
use vo_vm::{Failure, Session, Vm};
use written::Written;

/// Scripts that need files of their own folder, and so a process of their own.
const IN_OWN_FOLDER: [&str; 1] = ["first/present/read_file.vo"];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scripts");
    let mut scripts = Vec::new();
    collect(&root, &mut scripts);
    scripts.sort();
    assert!(!scripts.is_empty(), "no scripts in {}", root.display());
    let trials = (scripts.iter())
        .flat_map(|script| {
            let name = script.strip_prefix(&root).unwrap_or(script).display().to_string();
            let (plain, stressed, entered) = (script.clone(), script.clone(), script.clone());
            let mut trials = vec![
                Trial::test(name.clone(), move || run(&plain, false)),
                Trial::test(format!("{name} (collecting)"), move || run(&stressed, true)),
            ];
            if script.is_file() && !IN_OWN_FOLDER.contains(&name.as_str()) {
                trials.push(Trial::test(format!("{name} (entered)"), move || enter(&entered)));
            }
            trials
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn collect(folder: &Path, scripts: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder of scripts") {
        let path = entry.expect("an entry of the folder").path();
        if path.join("main.vo").is_file() {
            scripts.push(path);
        } else if path.is_dir() {
            collect(&path, scripts);
        } else if path.extension().is_some_and(|extension| extension == "vo") {
            scripts.push(path);
        }
    }
}

/// What the head of a script expects.
#[derive(Default)]
struct Head {
    args: Vec<String>,
    exit: i32,
    output: String,
    stderr: Option<String>,
}

fn head(text: &str) -> Head {
    #[derive(Clone, Copy)]
    enum Block {
        None,
        Output,
        Stderr,
    }
    let mut head = Head::default();
    let mut block = Block::None;
    for line in text.lines().skip_while(|line| line.starts_with("#!")) {
        let Some(comment) = line.strip_prefix("//") else { break };
        let comment = comment.strip_prefix(' ').unwrap_or(comment);
        match block {
            _ if comment == "output:" => block = Block::Output,
            _ if comment == "stderr:" => {
                block = Block::Stderr;
                head.stderr = Some(String::new());
            }
            Block::Output => head.output += &format!("{comment}\n"),
            Block::Stderr => head.stderr.get_or_insert_default().push_str(&format!("{comment}\n")),
            Block::None => {
                if let Some(args) = comment.strip_prefix("args: ") {
                    head.args = args.split_whitespace().map(str::to_string).collect();
                } else if let Some(exit) = comment.strip_prefix("exit: ") {
                    head.exit = exit.trim().parse().expect("`exit:` is followed by a number");
                }
            }
        }
    }
    head
}

fn run(script: &Path, stress: bool) -> Result<(), Failed> {
    let text = if script.is_dir() { script.join("main.vo") } else { script.to_path_buf() };
    let head = head(&String::from_utf8_lossy(&std::fs::read(text)?));
    let mut command = Command::new(env!("CARGO_BIN_EXE_vo"));
    command.arg("run").arg(script.file_name().expect("a script has a name")).args(&head.args);
    command.current_dir(script.parent().expect("a script is in a folder"));
    if stress {
        command.env("VO_GC_STRESS", "1");
    }
    let output = command.output()?;
    let mut report = String::new();
    compare("output", &head.output, &String::from_utf8_lossy(&output.stdout), &mut report);
    let stderr = String::from_utf8_lossy(&output.stderr);
    if let Some(expected) = &head.stderr {
        compare("stderr", expected, &stderr, &mut report);
    }
    if output.status.code() != Some(head.exit) {
        let _ = writeln!(report, "{}, expected exit status {}\nstderr: {stderr}", output.status, head.exit);
    }
    if report.is_empty() { Ok(()) } else { Err(report.into()) }
}

/// Enters a script in a session, all of its declarations at once, and then calls `main`.
fn enter(script: &Path) -> Result<(), Failed> {
    let text = String::from_utf8_lossy(&std::fs::read(script)?).into_owned();
    let head = head(&text);
    let mut session = Session::new(Vm::new(ExternRegistry::from_inventory()))?;
    let output = Written::default();
    let program = session.program();
    program.set_stdout(output.clone());
    program.set_stdin(std::io::empty());
    program.set_args([script.display().to_string()].into_iter().chain(head.args.iter().cloned()));
    let status = match session.eval(&text).and_then(|()| session.eval("main()")) {
        Ok(()) => 0,
        Err(Failure::Rejected(_)) => 1,
        Err(Failure::Ended(trap)) => match trap.kind() {
            TrapKind::Exit(status) => status,
            _ => 2,
        },
    };
    let mut report = String::new();
    compare("output", &head.output, &output.take(), &mut report);
    if status != head.exit {
        let _ = writeln!(report, "exit status {status}, expected {}", head.exit);
    }
    if report.is_empty() { Ok(()) } else { Err(report.into()) }
}

fn compare(what: &str, expected: &str, found: &str, report: &mut String) {
    // An output that does not end with a newline cannot be told apart in a comment.
    let (expected, found) = (expected.trim_end_matches('\n'), found.trim_end_matches('\n'));
    if expected != found {
        let line = expected.lines().zip(found.lines()).take_while(|(a, b)| a == b).count() + 1;
        let _ =
            writeln!(report, "{what} differs from line {line}\n--- expected\n{expected}\n--- found\n{found}");
    }
}

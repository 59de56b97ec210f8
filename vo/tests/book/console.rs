//! Samples of the shell and of the repl: commands, each with what it prints.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use libtest_mimic::Failed;

use crate::page::{Block, Change};
use crate::sample::isolated;

/// What stands between the outputs of two commands.
const MARK: &str = "\u{1e}";
/// The same for the repl: a command, which is no entry and so not counted.
const REPL_MARK: &str = ":between";
/// What it says of the command.
const REPL_MARKED: &str = "vo: there is no command :between\n  did you mean :help?\n";

/// Runs the commands of a block in one shell.
pub(crate) fn run(folder: &Path, block: &Block) -> Result<Option<Change>, Failed> {
    let (prompt, in_shell) = match block.text.starts_with("$ vo repl\nvo> ") {
        true => ("vo> ", false),
        false => ("$ ", true),
    };
    let head = if in_shell { "" } else { "$ vo repl\n" };
    let steps = steps(&block.text[head.len()..], prompt)?;
    let outputs = match in_shell {
        true => shell(folder, &steps)?,
        false => repl(folder, &steps)?,
    };
    // Nothing but what ends the shell or the repl leaves less.
    if outputs.len() <= steps.len() {
        return Err(format!("line {}: only {} commands ran", block.lines.start, outputs.len()).into());
    }
    let mut new = String::from(head);
    for ((typed, expected), found) in steps.iter().zip(outputs) {
        new += typed;
        new += if fits(expected, &found) { expected } else { &found };
    }
    Ok((new != block.text).then(|| Change { lines: block.lines.clone(), old: block.text.clone(), new }))
}

/// What is typed, with its prompts, and what is printed after it.
fn steps(text: &str, prompt: &str) -> Result<Vec<(String, String)>, Failed> {
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let line = format!("{line}\n");
        match steps.last_mut() {
            _ if line.starts_with(prompt) => steps.push((line, String::new())),
            Some((typed, printed)) if printed.is_empty() && line.starts_with("...") => typed.push_str(&line),
            Some((_, printed)) => printed.push_str(&line),
            None => return Err(format!("the sample begins with {line:?}, not with {prompt:?}").into()),
        }
    }
    Ok(steps)
}

fn shell(folder: &Path, steps: &[(String, String)]) -> Result<Vec<String>, Failed> {
    let mut script = String::from("exec 2>&1\n");
    for (typed, _) in steps {
        // The status stays what the command left, for `echo $?`.
        script += &format!("{}\ns=$?; printf '{MARK}'; (exit $s)\n", typed.trim_start_matches("$ "));
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_vo")).parent().unwrap_or(folder);
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = isolated(Command::new("sh"), folder);
    outputs(command.args(["-c", &script]).env("PATH", path), "", MARK)
}

fn repl(folder: &Path, steps: &[(String, String)]) -> Result<Vec<String>, Failed> {
    let mut input = String::new();
    for (typed, _) in steps {
        for line in typed.lines() {
            input += line.trim_start_matches("vo> ").trim_start_matches("... ").trim_start_matches("...");
            input += "\n";
        }
        input += &format!("{REPL_MARK}\n");
    }
    let mut command = isolated(Command::new("sh"), folder);
    outputs(command.args(["-c", "exec \"$0\" repl 2>&1", env!("CARGO_BIN_EXE_vo")]), &input, REPL_MARKED)
}

/// What a command prints between marks, on both streams.
fn outputs(command: &mut Command, input: &str, mark: &str) -> Result<Vec<String>, Failed> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().ok_or("no input")?.write_all(input.as_bytes());
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split(mark).map(String::from).collect())
}

/// Whether this was printed, where `…` stands for anything.
pub(crate) fn fits(expected: &str, found: &str) -> bool {
    let Some((before, after)) = expected.split_once('…') else { return expected == found };
    let Some(rest) = found.strip_prefix(before) else { return false };
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    ends.into_iter().any(|at| fits(after, &rest[at..]))
}

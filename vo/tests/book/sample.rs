//! Runs the samples of a page.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use libtest_mimic::Failed;

use crate::console::{self, fits};
use crate::lists;
use crate::page::{Block, Change, Kind, with_cell};

/// Runs all samples, in their order, and gives what should be different in the page.
pub(crate) fn run_all(blocks: &[Block]) -> Result<Vec<Change>, Failed> {
    let folder = tempfile::tempdir()?;
    let mut changes = Vec::new();
    let mut heading = "";
    let mut blocks = blocks.iter().peekable();
    while let Some(block) = blocks.next() {
        let change = match &block.kind {
            Kind::Heading => {
                heading = &block.text;
                None
            }
            Kind::Row(sample, prints) => row(folder.path(), block, sample, prints)?,
            Kind::Fence("go") => {
                let printed = blocks.next_if(|next| matches!(next.kind, Kind::Fence("text")));
                program(folder.path(), block, printed)?
            }
            Kind::Fence("console") => console::run(folder.path(), block)?,
            Kind::Fence("text,names") => lists::names(heading, block)?,
            Kind::Fence("toml") => None,
            Kind::Fence(info) if info.starts_with("rust") || info.ends_with(",ignore") => None,
            Kind::Fence(info) => {
                return Err(
                    format!("line {}: nothing is known of a fence `{info}` here", block.lines.start).into()
                );
            }
        };
        changes.extend(change);
    }
    Ok(changes)
}

fn program(folder: &Path, block: &Block, printed: Option<&Block>) -> Result<Option<Change>, Failed> {
    let output = match file_name(&block.text) {
        Some(name) => {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, &block.text)?;
            if printed.is_none() {
                return Ok(None);
            }
            vo(folder).args(["run", name]).output()?
        }
        None => vo(folder).args(["-e", &block.text]).output()?,
    };
    let found = shown(&output)?;
    let (lines, expected, new) = match printed {
        Some(printed) => (printed.lines.clone(), printed.text.as_str(), found.clone()),
        // Behind the fence of the sample.
        None => (block.lines.end + 1..block.lines.end + 1, "", format!("\n```text\n{found}```")),
    };
    Ok((!fits(expected, &found)).then(|| Change { lines, old: expected.into(), new }))
}

/// The file that a sample is, by its first line: `// greet/greet.vo`.
fn file_name(text: &str) -> Option<&str> {
    let name = text.lines().next()?.strip_prefix("// ")?;
    (name.ends_with(".vo") && !name.contains(' ')).then_some(name)
}

fn row(folder: &Path, block: &Block, sample: &str, prints: &str) -> Result<Option<Change>, Failed> {
    let output = vo(folder).args(["-e", sample]).output()?;
    let all = shown(&output)?;
    let found = match output.status.success() {
        true => all.trim_end(),
        false => all.lines().next().unwrap_or_default(),
    };
    Ok((found != prints).then(|| Change {
        lines: block.lines.clone(),
        old: block.text.clone(),
        new: with_cell(&block.text, prints, found),
    }))
}

/// The command, in the folder of the page, in an environment that does not depend on who runs it.
pub(crate) fn vo(folder: &Path) -> Command {
    isolated(Command::new(env!("CARGO_BIN_EXE_vo")), folder)
}

pub(crate) fn isolated(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder).env("HOME", folder).env("NO_COLOR", "1").env_remove("VO_MEMORY_LIMIT");
    command
}

/// What a terminal would show: standard output, then standard error. The status must be that of what is shown.
fn shown(output: &Output) -> Result<String, Failed> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let errors = text(&output.stderr);
    let expected = match &errors {
        errors if errors.contains("panic: ") => 2,
        errors if errors.ends_with(" error\n") || errors.ends_with(" errors\n") => 1,
        _ => 0,
    };
    match output.status.code() {
        Some(status) if status == expected => Ok(text(&output.stdout) + &errors),
        status => Err(format!("the status is {status:?}, not {expected}, after:\n{errors}").into()),
    }
}

//! Golden tests of `vo layout`: each `.h` in `layout` has what is printed for it beside it, as `.txt`, `.json` and `.svg`.
//! Its first line is a comment with flags. `UPDATE=1` writes the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/layout");
    let files = fs::read_dir(&folder).expect("the folder").flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|ext| ext == "h")).collect();
    files.sort();
    assert!(!files.is_empty(), "no headers in {}", folder.display());
    let trials = files.into_iter().map(|path| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Trial::test(name, move || check(&path))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

fn check(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let first = text.lines().next().and_then(|line| line.strip_prefix("// vo layout"));
    let flags: Vec<&str> =
        first.ok_or("the first line is not `// vo layout FLAGS`")?.split_whitespace().collect();
    let (printed, succeeded) = layout(path, &flags, &[])?;
    same(&path.with_extension("txt"), &printed)?;
    if succeeded {
        same(&path.with_extension("json"), &layout(path, &flags, &["--json"])?.0)?;
        same(&path.with_extension("svg"), &layout(path, &flags, &["--svg"])?.0)?;
    }
    Ok(())
}

/// What is printed, on both streams, and whether the status is 0; it is 1 otherwise, and nothing is drawn.
fn layout(path: &Path, flags: &[&str], more: &[&str]) -> Result<(String, bool), Failed> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vo"));
    command
        .current_dir(path.parent().unwrap_or(path))
        .env("NO_COLOR", "1")
        .arg("layout")
        .args(flags)
        .args(more);
    let output = command.arg(path.file_name().unwrap_or_default()).output()?;
    let (out, err) = (String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?);
    match (output.status.code(), out.is_empty(), err.is_empty()) {
        (Some(0), false, true) => Ok((out, true)),
        (Some(1), true, false) => Ok((err, false)),
        (status, ..) => Err(format!("status {status:?} after:\n{out}{err}").into()),
    }
}

fn same(golden: &Path, found: &str) -> Result<(), Failed> {
    if std::env::var_os("UPDATE").is_some() {
        return Ok(fs::write(golden, found)?);
    }
    let expected = fs::read_to_string(golden).map_err(|error| format!("{}: {error}", golden.display()))?;
    match expected == found {
        true => Ok(()),
        false => Err(format!("{}: expected:\n{expected}\nfound:\n{found}", golden.display()).into()),
    }
}

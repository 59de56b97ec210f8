//! `vo fmt FILE…`, `vo fmt FOLDER…`, `vo fmt -`

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use similar::TextDiff;
use vo_vm::formatter::{FormatError, format};

use super::EXIT_REJECTED;
use super::run::show;

/// What to format.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Change no file, list those that would be changed, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
    /// Change no file, and print what would be changed
    #[arg(long)]
    diff: bool,
    /// .vo files, and folders with all that is in them; `-` formats standard input to standard output
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Something that was reported, or output that nobody reads.
struct Failed;

/// Formats the files.
pub(super) fn run(options: &Options) -> ExitCode {
    let (mut failed, mut changed) = (false, false);
    for given in &options.files {
        let files = match find(given) {
            Ok(files) => files,
            Err(error) => {
                report(given, &vo_ffi::io_text(&error));
                failed = true;
                continue;
            }
        };
        for file in files {
            match one(options, &file) {
                Ok(is_changed) => changed |= is_changed,
                Err(Failed) => failed = true,
            }
        }
    }
    if failed || changed && options.check { ExitCode::from(EXIT_REJECTED) } else { ExitCode::SUCCESS }
}

/// A file itself, or the `.vo` files in a folder and below, without what is hidden.
fn find(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.into()]);
    }
    let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut files = Vec::new();
    for entry in entries {
        let inner = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        // Links to folders may lead in circles.
        if entry.file_type()?.is_dir() {
            files.extend(find(&inner)?);
        } else if inner.extension().is_some_and(|extension| extension == "vo") && inner.is_file() {
            files.push(inner);
        }
    }
    Ok(files)
}

/// Formats a file; gives whether that changes it.
fn one(options: &Options, path: &Path) -> Result<bool, Failed> {
    let is_stdin = path == Path::new("-");
    let name = if is_stdin { "standard input".into() } else { path.display().to_string() };
    let text = read(path, is_stdin).map_err(|error| report(path, &vo_ffi::io_text(&error)))?;
    let formatted = format(&name, &text).map_err(|error| match error {
        FormatError::Rejected(errors) => {
            show(&errors);
            Failed
        }
        error => report(path, &format!("left as it is: {error}")),
    })?;
    let is_changed = text != formatted.as_bytes();
    if options.diff {
        let text = String::from_utf8_lossy(&text);
        let diff = TextDiff::from_lines(text.as_ref(), &formatted);
        print(&diff.unified_diff().header(&name, &name).to_string())?;
    } else if options.check {
        print(&if is_changed { format!("{name}\n") } else { String::new() })?;
    } else if is_stdin {
        print(&formatted)?;
    } else if is_changed {
        replace(path, &formatted).map_err(|error| report(path, &vo_ffi::io_text(&error)))?;
        print(&format!("{name}\n"))?;
    }
    Ok(is_changed)
}

fn read(path: &Path, is_stdin: bool) -> io::Result<Vec<u8>> {
    if !is_stdin {
        return fs::read(path);
    }
    let mut text = Vec::new();
    io::stdin().read_to_end(&mut text)?;
    Ok(text)
}

/// Gives a file a new text at once: whoever reads it sees the old or the new one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link stays one.
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.persist(&path)?;
    Ok(())
}

fn print(text: &str) -> Result<(), Failed> {
    // Not through anstream: it would take escape sequences out of the programs.
    io::stdout().write_all(text.as_bytes()).map_err(|_| Failed)
}

fn report(path: &Path, what: &str) -> Failed {
    let _ = writeln!(anstream::stderr(), "vo: {}: {what}", path.display());
    Failed
}

//! Runs the samples of the book in `docs/src`, and compares its lists with the machine. `UPDATE=1` writes what is printed
//! and listed today into the pages.
//!
//! Each page has a folder of its own, in which its samples run in their order:
//!
//! - A fence `go` runs with `vo -e`: a program, declarations, statements or an expression. A fence `text` behind it is all
//!   that it prints; without one it prints nothing.
//! - A fence whose first line is a comment with the name of a file, `// shapes/area.vo`, is written to that file. With a
//!   fence `text` behind it, it runs with `vo run`.
//! - A fence `console` has commands behind `$ `, each followed by what it prints. Entries behind `vo> ` are for the
//!   `vo repl` above them.
//! - The rows of a table that begins with `sample` run with `vo -e`; the column `prints` has their output, for errors and
//!   panics the first line of it.
//! - A fence `text,names` lists what the package of its section has.
//! - In outputs `…` stands for anything.
//! - The table that begins with `Rust` lists the types of natives, see `type_table.rs`.
//! - Fences `rust` are tests of the documentation of `vo_vm`; fences that end in `,ignore` are not run.

mod console;
mod lists;
mod native_types;
mod page;
mod sample;
mod type_table;

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let pages = pages();
    assert!(!pages.is_empty(), "no pages in {}", folder().display());
    let mut trials: Vec<Trial> = pages
        .into_iter()
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(name, move || page(&path))
        })
        .collect();
    trials.push(Trial::test("every page is in the summary", lists::summary));
    trials.push(Trial::test("the command's page names every subcommand and flag", lists::flags));
    trials.push(Trial::test("every package has its section", lists::sections));
    trials.push(Trial::test("the table of types is that of the natives", type_table::compare));
    trials.push(Trial::test("the natives of the table keep the ABI", type_table::call));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src")
}

fn pages() -> Vec<PathBuf> {
    let files = fs::read_dir(folder()).expect("the folder of the book").flatten().map(|entry| entry.path());
    let mut pages: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|ext| ext == "md")).collect();
    pages.sort();
    pages
}

/// Runs the samples of a page; what differs is reported, or written into it.
fn page(path: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(path)?;
    let changes = sample::run_all(&page::blocks(&text)?)?;
    if changes.is_empty() {
        return Ok(());
    }
    if std::env::var_os("UPDATE").is_some() {
        return Ok(fs::write(path, page::apply(&text, changes))?);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let report = |change: &page::Change| {
        format!("{name}:{}: expected:\n{}\nfound:\n{}\n", change.line(), change.old, change.new)
    };
    Err(changes.iter().map(report).collect::<String>().into())
}

//! What the book lists, compared with the machine: pages, packages, subcommands and flags.

use std::collections::BTreeSet;
use std::fs;

use libtest_mimic::Failed;
use vo_ffi::ExternRegistry;
use vo_vm::{Session, Vm, packages};

use crate::page::{Block, Change, Kind, blocks};
use crate::sample::vo;
use crate::{folder, pages};

/// The width of lists of names.
const WIDTH: usize = 90;

/// Every page is linked, and every link is a page.
pub(crate) fn summary() -> Result<(), Failed> {
    let text = fs::read_to_string(folder().join("SUMMARY.md"))?;
    let link = |part: &str| part.split_once(')').map(|(link, _)| link.to_string());
    let linked: BTreeSet<String> = text.split("](").skip(1).filter_map(link).collect();
    let linked: BTreeSet<&str> =
        linked.iter().map(String::as_str).filter(|link| !link.starts_with("http")).collect();
    let pages = pages();
    let names = pages.iter().filter_map(|page| page.file_name()?.to_str());
    same("SUMMARY.md", &linked, &names.filter(|name| *name != "SUMMARY.md").collect())
}

/// The names that the package of a section has.
pub(crate) fn names(package: &str, block: &Block) -> Result<Option<Change>, Failed> {
    let mut session = Session::new(Vm::new(ExternRegistry::from_inventory()))?;
    session.eval(&format!("import \"{package}\"")).map_err(|error| error.to_string())?;
    let name = package.rsplit('/').next().unwrap_or(package);
    let names = session.complete(&format!("{name}.")).names;
    let mut new = String::new();
    let mut width = 0;
    for name in &names {
        let fits = width + 1 + name.len() <= WIDTH;
        new += match width {
            0 => "",
            _ if fits => " ",
            _ => "\n",
        };
        width = if width > 0 && fits { width + 1 + name.len() } else { name.len() };
        new += name;
    }
    new += "\n";
    Ok((new != block.text).then(|| Change { lines: block.lines.clone(), old: block.text.clone(), new }))
}

/// Every package that programs import has a section with its names.
pub(crate) fn sections() -> Result<(), Failed> {
    let text = fs::read_to_string(folder().join("packages.md"))?;
    let mut listed = BTreeSet::new();
    let mut heading = "";
    let blocks = blocks(&text)?;
    for block in &blocks {
        match block.kind {
            Kind::Heading => heading = &block.text,
            Kind::Fence("text,names") => _ = listed.insert(heading),
            _ => {}
        }
    }
    same("packages.md", &listed, &packages::importable().collect())
}

/// Every subcommand and flag of every help text is named in the page of the command.
pub(crate) fn flags() -> Result<(), Failed> {
    let text = fs::read_to_string(folder().join("command.md"))?;
    let mut missing = Vec::new();
    let help = |args: &[&str]| -> Result<String, Failed> {
        Ok(String::from_utf8_lossy(&vo(&folder()).args(args).arg("--help").output()?.stdout).into_owned())
    };
    let top = help(&[])?;
    let commands =
        top.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    for &command in &commands {
        if !text.contains(&format!("vo {command}")) {
            missing.push(format!("vo {command}"));
        }
    }
    for command in commands.iter().filter(|command| **command != "help").map(Some).chain([None]) {
        let args: Vec<&str> = command.into_iter().copied().collect();
        for flag in flags_of(&help(&args)?).into_iter().filter(|flag| !text.contains(&format!("`{flag}"))) {
            missing.push(format!("vo {} {flag}", args.join(" ")));
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(format!("command.md lacks {}", missing.join(", ")).into()) }
}

fn flags_of(help: &str) -> BTreeSet<String> {
    let words = help.lines().filter(|line| line.trim_start().starts_with('-')).flat_map(|line| {
        let head = line.trim_start().split("  ").next().unwrap_or_default();
        head.split([' ', ',']).filter(|word| word.starts_with('-')).map(String::from).collect::<Vec<_>>()
    });
    words.collect()
}

fn same(page: &str, listed: &BTreeSet<&str>, expected: &BTreeSet<&str>) -> Result<(), Failed> {
    let missing: Vec<_> = expected.difference(listed).collect();
    let unknown: Vec<_> = listed.difference(expected).collect();
    match missing.is_empty() && unknown.is_empty() {
        true => Ok(()),
        false => Err(format!("{page} lacks {missing:?}, and lists {unknown:?}, which are not there").into()),
    }
}

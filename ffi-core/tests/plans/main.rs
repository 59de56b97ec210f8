//! What the plan of each function in `functions.h` is, under each convention: the files beside it. `UPDATE=1` writes
//! them; read them, they say where every byte goes.
//!
//! A comment behind a function names the types of further arguments (`more: int, double`), and whether errno is asked
//! for. A target that lacks a type leaves its functions out.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use vo_ffi_core::c::{CType, CallPlan, Convention, Declarations, Target};

const TYPES: &str = include_str!("types.h");
const FUNCTIONS: &str = include_str!("functions.h");

#[test]
fn plans_are_those_of_the_files() {
    let mut stale = Vec::new();
    for target in [&Target::LINUX_X64, &Target::WINDOWS_X64, &Target::LINUX_AARCH64, &Target::LINUX_ARM] {
        let convention = Convention::of(target).expect("a machine with registers");
        let text = format!("{}{}", convention.registers(), plans(target));
        let file = format!("tests/plans/{}.txt", convention.registers().name);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, text).expect("a file that can be written");
        } else if fs::read_to_string(&path).expect("a file of plans") != text {
            stale.push(file);
        }
    }
    assert_eq!(stale, [""; 0], "UPDATE=1 writes these files; read what has changed");
}

fn plans(target: &Target) -> String {
    let mut text = String::new();
    for line in FUNCTIONS.lines() {
        let has_type = target.int128 || !line.contains("__int128");
        match line.split_once(';') {
            Some((prototype, notes)) if has_type => {
                let (prototype, notes) = (format!("{prototype};"), notes.trim_start_matches([' ', '/']));
                let _ = write!(text, "\n{line}\n{}", plan(target, &prototype, notes));
            }
            Some(_) => {}
            None if line.is_empty() => {}
            None => {
                let _ = writeln!(text, "\n{line}");
            }
        }
    }
    text
}

fn plan(target: &Target, prototype: &str, notes: &str) -> CallPlan {
    let mut declarations = Declarations::parse(&format!("{TYPES}{prototype}"), target).expect("C");
    let mut more: Vec<CType> = Vec::new();
    let mut errno = false;
    for note in notes.split("; ").filter(|note| !note.is_empty()) {
        match note.split_once("more: ") {
            Some((_, types)) => {
                more = types.split(", ").map(|ty| declarations.parse_type(ty).expect("a type")).collect();
            }
            None => errno = note == "errno",
        }
    }
    let function = declarations.functions().last().expect("a function");
    let sig = declarations.types.as_func(function.ty).expect("its type");
    let plan = CallPlan::new(&declarations.types, target, sig, &more).expect("a plan");
    if errno { plan.with_errno() } else { plan }
}

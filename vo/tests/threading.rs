//! In optimised builds the machine's handlers go on with jumps, never with calls, or the stack would grow with
//! every instruction. Rust promises no such thing, so this looks at the machine code. `./x test` runs it
//! in a release build; in others there is nothing to see.

#![cfg(all(not(debug_assertions), target_arch = "x86_64", target_os = "linux"))]

use std::process::Command;

/// Where a run begins: the one place that calls a handler.
const START: &str = "vo_vm::machine::enter::call_at";

#[test]
fn handlers_jump_to_one_another() {
    let output = Command::new("objdump")
        .args(["--disassemble", "--no-show-raw-insn", "--demangle", env!("CARGO_BIN_EXE_vo")])
        .output()
        .expect("objdump is there, with the linker");
    let listing = String::from_utf8_lossy(&output.stdout);
    let (mut function, mut jumps, mut calls) = ("", 0, Vec::new());
    for line in listing.lines() {
        if let Some(name) = line.strip_suffix(">:") {
            function = name.split_once('<').map_or(name, |(_, name)| name);
        }
        // The next handler stands in a table of addresses: `*(table,operation,8)`.
        if !function.starts_with("vo_vm::machine") || !line.ends_with(",8)") {
            continue;
        }
        if line.contains("jmp ") {
            jumps += 1;
        } else if line.contains("call ") && function != START {
            calls.push(function);
        }
    }
    assert!(jumps > 150, "only {jumps} handlers jump: is the machine built another way now?");
    assert!(calls.is_empty(), "these call the next handler: {calls:#?}");
}

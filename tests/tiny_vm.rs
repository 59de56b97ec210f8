//! `examples/tiny_vm.rs` as a test: what its program prints.

use std::process::Command;

#[path = "../examples/tiny_vm.rs"]
#[expect(dead_code, reason = "the example's `main` is not called")]
mod tiny_vm;

#[test]
fn the_program_prints_what_it_should() {
    // `println!` of a native writes past the test harness, so the program runs in a process of its own.
    let test = std::env::current_exe().unwrap();
    let output =
        Command::new(test).args(["--ignored", "--exact", "program", "--nocapture"]).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let expected = "
running 1 test
gcd: 21
sum: 110
thing: &{a name}
Hello from a file
Error: no such file or directory
test program ... ok
";
    assert!(printed.starts_with(expected), "{printed}");
}

#[test]
#[ignore = "run by the other"]
fn program() {
    tiny_vm::run(&["tests/tiny_vm/hello.txt", "no such file"]).unwrap();
}

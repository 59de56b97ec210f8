//! Objects are dropped in time, and count where memory is limited.

use vo_ffi::{PanicGuard, Trap, TrapKind};
use vo_vm::{Limits, Program};

use crate::bank::{alive, take_most_alive};
use crate::{load, vm};

/// A program whose `main` has this body.
fn body(text: &str) -> String {
    format!("package main\nimport \"bank\"\nvar kept []*bank.Account\nfunc main() {{ {text} }}\n")
}

fn limited(bytes: usize, text: &str) -> Program {
    let limits = Limits { memory: Some(bytes), ..Limits::default() };
    load(&vm().with_limits(limits), &body(text)).0
}

#[track_caller]
fn run(text: &str) {
    let (mut program, _) = load(&vm(), &body(text));
    assert_eq!(program.run().map_err(|trap| trap.to_string()), Ok(0), "{text}");
}

#[test]
fn large_numbers_of_objects_take_little_memory() {
    // Each takes about a hundred bytes.
    let count = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };
    take_most_alive();
    run(&format!("for range {count} {{ bank.Open(\"one\", 1) }}"));
    let most = take_most_alive();
    assert!(most < 100_000, "{most} at once");
}

#[test]
fn large_objects_are_dropped_the_sooner() {
    // What is kept, and how many of a mebibyte may be alive at once.
    for (keep, limit) in [(0, 12), (20, 60)] {
        take_most_alive();
        run(&format!(
            "for range {keep} {{ kept = append(kept, bank.OpenLarge(1 << 20)) }}; \
             for range 10000 {{ bank.OpenLarge(1 << 20) }}"
        ));
        let most = take_most_alive();
        assert!((keep + 1..limit).contains(&most), "{most} at once with {keep}");
    }
}

#[test]
fn objects_are_dropped_with_the_program() {
    let text = "kept = bank.OpenAll([]string{\"a\", \"b\"}); bank.Keep(bank.Must(\"c\", 1)); bank.NewMine()";
    let (mut program, _) = load(&vm(), &body(text));
    assert_eq!(program.run().ok(), Some(0));
    assert!((3..=4).contains(&alive()), "{}", alive());
    let _quiet = PanicGuard::new();
    drop(program);
    assert_eq!(alive(), 0);
}

#[test]
fn a_destructor_that_panics_ends_nothing() {
    let text = "for range 1000 { bank.NewMine() }; for range 20 { _ = make([]byte, 1<<20) }; \
                kept = append(kept, bank.Must(\"one\", 1)); if kept[0].Balance() != 1 { panic(bank.Alive()) }";
    let (mut program, _) = load(&vm(), &body(text));
    for _ in 0..2 {
        assert_eq!(program.run().map_err(|trap| trap.to_string()), Ok(0));
        assert!(alive() < 10, "{}", alive());
    }
    let _quiet = PanicGuard::new();
    drop(program);
    assert_eq!(alive(), 0);
}

#[test]
fn limits_of_memory_count_objects() {
    let rows = [
        ("for range 10000 { bank.OpenLarge(1 << 20) }", true),
        ("for { kept = append(kept, bank.OpenLarge(1 << 20)) }", false),
        ("for { kept = append(kept, bank.Must(\"one\", 1)) }", false),
        ("bank.OpenLarge(20 << 20)", false),
    ];
    for (text, fits) in rows {
        let mut program = limited(16 << 20, text);
        for _ in 0..2 {
            let end = program.run().map_err(|trap: Trap| (trap.kind(), trap.message().to_string()));
            let expected = if fits { Ok(0) } else { Err((TrapKind::OutOfMemory, "out of memory".into())) };
            assert_eq!(end, expected, "{text}");
        }
        drop(program);
        assert_eq!(alive(), 0, "{text}");
    }
}

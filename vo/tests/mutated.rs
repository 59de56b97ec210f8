//! Golden scripts and errors with some of their tokens deleted, doubled, moved or replaced: checked, compiled, loaded
//! and run within limits, none of which may panic. `VO_MUTATED_SEED` and `VO_MUTATED_COUNT` say which mutations.

#[path = "../../fuzz/src/random.rs"]
mod random;
#[path = "../../fuzz/src/sandbox.rs"]
pub mod sandbox;
#[path = "../../fuzz/src/tokens.rs"]
mod tokens;

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use random::Random;

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn collect(folder: &Path, programs: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of programs") {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() {
            collect(&path, programs);
        } else if path.extension().is_some_and(|extension| extension == "vo") {
            programs.push(path);
        }
    }
}

/// Carries a program as far as it goes; false where that panics.
fn survives(text: &str) -> bool {
    catch_unwind(|| {
        let vm = sandbox::closed_vm();
        for stage in [sandbox::parse, sandbox::check, sandbox::load, sandbox::run] {
            stage(&vm, text.as_bytes());
        }
    })
    .is_ok()
}

#[test]
fn no_mutation_makes_the_machine_panic() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["../tests/scripts", "tests/errors", "tests/accepted"] {
        collect(&root.join(folder), &mut paths);
    }
    paths.sort();
    let first = number("VO_MUTATED_SEED", 1);
    for seed in first..first + number("VO_MUTATED_COUNT", 300) {
        let mut random = Random::new(seed);
        let path = random.pick(&paths);
        let text = String::from_utf8_lossy(&fs::read(path).expect("a program")).into_owned();
        let mutated = tokens::mutate(&text, &mut random);
        assert!(survives(&mutated), "seed {seed}, made of {}:\n{mutated}", path.display());
    }
}

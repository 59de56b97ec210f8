//! Golden scripts and errors with some of their tokens deleted, doubled, moved or replaced: checked, compiled, loaded
//! and run within limits, none of which may panic. `VO_MUTATED_SEED` and `VO_MUTATED_COUNT` say which mutations.

#[path = "../../fuzz/src/harmless.rs"]
mod harmless;
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
    for folder in ["../tests/scripts", "tests/errors", "tests/accepted", "../fuzz/seeds"] {
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

/// What runs with C must not be able to make an address, or to come to other functions than the harmless ones.
#[test]
fn programs_with_c_can_do_no_harm() {
    let rows = [
        ("func main() { fmt.Println(C.abs(-1), C.div_t{1, 2}) }", true),
        ("func main() { p := &x[0]; p++; *p = 1; var q *C.struct_event = &e }", true),
        ("type pair struct { a C.int }\ntype list [4]C.int\ntype rows []*int32", true),
        ("func main() { C.free(p) }", false),
        ("func main() { C. // a comment\nabs(1) }", false),
        ("func main() { C.qsort(nil, 1, 1, nil) }", false),
        ("func main() { var p *C.void = nil }", false),
        ("func main() { p := (*int32)(q) }", false),
        ("func main() { p := ( \n\t*int32)(q) }", false),
        ("func main() { p := (/* */*int32)(q) }", false),
        ("func main() { p := ( // \n*int32)(q) }", false),
        ("type P *int32\nfunc main() { P(q) }", false),
        ("type P = *int32", false),
        ("type ( P *int32 )", false),
        ("type P[T any] *T", false),
        ("func f[P *int32](x *int8) P { return P(x) }", false),
        ("import \"ffi\"", false),
        ("extern \"libc.so.6\" func exit(status int32)", false),
        ("func main() { fmt.Println(uintptr(1)) }", false),
    ];
    for (body, expected) in rows {
        assert_eq!(harmless::program(&format!("// harmless\n{body}")).is_some(), expected, "{body}");
        assert!(harmless::program(body).is_none(), "without its mark: {body}");
    }
}

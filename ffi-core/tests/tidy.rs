//! What the meaning half must not depend on.

use std::process::Command;

/// The names of all crates that a package needs to run, itself included.
fn dependencies(package: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal,build", "--prefix", "none"])
        .args(["--format", "{p}", "--package", package])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("names in UTF-8");
    tree.lines().filter_map(|line| line.split(' ').next()).map(String::from).collect()
}

#[test]
fn the_meaning_half_has_no_machine() {
    let found = dependencies("vo-ffi-core");
    assert!(found.iter().any(|name| name == "inventory"), "{found:?}");
    for machine in ["libc", "libffi", "libffi-sys", "libloading", "vo-ffi-runtime", "vo-vm"] {
        assert!(!found.iter().any(|name| name == machine), "vo-ffi-core depends on {machine}");
    }
}

#[test]
fn a_crate_of_natives_never_builds_libffi() {
    let found = dependencies("vo-ffi");
    for machine in ["libc", "libffi", "libffi-sys", "libloading", "vo-ffi-runtime"] {
        assert!(!found.iter().any(|name| name == machine), "vo-ffi depends on {machine}");
    }
}

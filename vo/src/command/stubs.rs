//! `vo stubs PACKAGE`

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use vo_ffi::{ExternRegistry, stubs};
use vo_vm::{Vm, diagnostic};

use super::EXIT_REJECTED;
use super::run::{read, show};

/// Prints the declarations of a package's natives; with files, compares those that are in them.
pub(super) fn print_or_check(package: &str, files: &[PathBuf]) -> ExitCode {
    let registry = ExternRegistry::from_inventory();
    if !files.is_empty() {
        return check(registry, package, files);
    }
    if registry.package(package).is_empty() {
        unknown(package, registry.entries().iter().map(|entry| entry.package()));
        return ExitCode::from(EXIT_REJECTED);
    }
    match write!(anstream::stdout(), "{}", stubs(&registry, package)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn check(registry: ExternRegistry, package: &str, files: &[PathBuf]) -> ExitCode {
    let mut inputs = Vec::new();
    for file in files {
        match read(file) {
            Ok(read) => inputs.extend(read),
            Err(()) => return ExitCode::from(EXIT_REJECTED),
        }
    }
    match Vm::new(registry).check_stubs(package, inputs) {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            show(&errors);
            ExitCode::from(EXIT_REJECTED)
        }
    }
}

/// Says that a package is not there, and which may be meant.
pub(super) fn unknown<'p>(package: &str, packages: impl Iterator<Item = &'p str>) {
    let near = diagnostic::nearest(package, packages).map(|near| format!("; did you mean {near}?"));
    let _ = writeln!(anstream::stderr(), "vo: there is no package {package}{}", near.unwrap_or_default());
}

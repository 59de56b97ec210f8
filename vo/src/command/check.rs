//! `vo check FILE…`, `vo check FOLDER…`

use std::path::PathBuf;
use std::process::ExitCode;

use super::EXIT_REJECTED;
use super::run::{read, show};
use vo_ffi::ExternRegistry;
use vo_vm::Vm;

/// Reports the errors of each program; they are independent of each other.
pub(super) fn files(files: &[PathBuf]) -> ExitCode {
    let vm = Vm::new(ExternRegistry::new());
    let mut rejected = false;
    for file in files {
        let checked = match read(file) {
            Ok(inputs) => vm.check(&inputs).map(drop).map_err(|errors| show(&errors)),
            Err(()) => Err(()),
        };
        rejected |= checked.is_err();
    }
    if rejected { ExitCode::from(EXIT_REJECTED) } else { ExitCode::SUCCESS }
}

//! `vo run FILE`

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::flag;
use vo_ffi::ExternRegistry;
use vo_vm::check::{Input, Rejected};
use vo_vm::{Vm, diagnostic, packages};

use super::{EXIT_INTERRUPTED, EXIT_PANIC, EXIT_REJECTED};

/// Runs the program in a file.
pub(super) fn file(path: &Path, args: Vec<String>) -> ExitCode {
    match read(path) {
        Ok(input) => run(&input, args),
        Err(()) => ExitCode::from(EXIT_REJECTED),
    }
}

/// Runs a program; its name is its first argument.
pub(super) fn run(input: &Input, args: Vec<String>) -> ExitCode {
    let vm = Vm::new(ExternRegistry::from_inventory());
    let mut program = match vm.load(std::slice::from_ref(input)) {
        Ok(program) => program,
        Err(errors) => {
            show(&errors);
            return ExitCode::from(EXIT_REJECTED);
        }
    };
    packages::set_args(std::iter::once(input.name.clone()).chain(args).collect());
    let pressed = catch_ctrl_c(program.interrupt().flag());
    let result = program.run();
    packages::flush_stdout();
    let Err(trap) = result else { return ExitCode::SUCCESS };
    report(&trap);
    ExitCode::from(if pressed.load(Ordering::Relaxed) { EXIT_INTERRUPTED } else { EXIT_PANIC })
}

/// Ctrl-C asks the machine to stop; where it does not come to that, in a C function, the second ends `vo`.
/// Gives what tells whether it was pressed.
fn catch_ctrl_c(interrupt: &Arc<AtomicBool>) -> Arc<AtomicBool> {
    let pressed = Arc::new(AtomicBool::new(false));
    let installed =
        flag::register_conditional_shutdown(SIGINT, EXIT_INTERRUPTED.into(), Arc::clone(interrupt))
            .and_then(|_| flag::register(SIGINT, Arc::clone(interrupt)))
            .and_then(|_| flag::register(SIGINT, Arc::clone(&pressed)));
    if let Err(error) = installed {
        let _ = writeln!(anstream::stderr(), "vo: Ctrl-C will end the program without a trace: {error}");
    }
    pressed
}

/// Prints a panic and the calls that led to it, as Go does.
fn report(trap: &vo_ffi::Trap) {
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "panic: {trap:#}");
}

/// Reads a program, or says why it cannot.
pub(super) fn read(path: &Path) -> Result<Input, ()> {
    let name = path.display().to_string();
    match std::fs::read(path) {
        Ok(text) => Ok(Input::new(name, text)),
        Err(error) => {
            let mut err = anstream::stderr().lock();
            let _ = writeln!(err, "vo: {name}: {}", vo_ffi::io_text(&error));
            if let Some(near) = near_file(path) {
                let _ = writeln!(err, "  did you mean {near}?");
            }
            Err(())
        }
    }
}

/// A .vo file of the same folder with almost the same name.
fn near_file(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names: Vec<String> = (std::fs::read_dir(folder).ok()?)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".vo"))
        .collect();
    let near = diagnostic::nearest(wanted, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near).display().to_string())
}

/// Prints the errors of a program.
pub(super) fn show(errors: &Rejected) {
    let text = diagnostic::render(&errors.sources, &errors.diagnostics, true);
    let count = errors.diagnostics.len();
    // `anstream` takes the colours out again where standard error is not a terminal.
    let mut err = anstream::stderr().lock();
    let _ = write!(err, "{text}");
    let _ = writeln!(err, "{count} error{}", if count == 1 { "" } else { "s" });
}

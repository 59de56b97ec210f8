//! `vo run FILE`

use std::io::{self, Read, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::flag;
use vo_ffi::{Trap, TrapKind};
use vo_vm::check::{Input, Rejected};
use vo_vm::diagnostic;

use super::bounds::Bounds;
use super::{EXIT_INTERRUPTED, EXIT_LOST, EXIT_PANIC, EXIT_REJECTED};

/// Runs the program in a file or a folder; what follows it are its arguments.
pub(super) fn file(mut program: Vec<String>, explain: bool, bounds: &Bounds) -> ExitCode {
    let args = program.split_off(1);
    match read(Path::new(&program[0])) {
        Ok(inputs) => run(&program[0], &inputs, args, explain, bounds),
        Err(()) => ExitCode::from(EXIT_REJECTED),
    }
}

/// Runs a program; its name is its first argument.
pub(super) fn run(
    name: &str,
    inputs: &[Input],
    args: Vec<String>,
    explain: bool,
    bounds: &Bounds,
) -> ExitCode {
    let mut program = match bounds.vm().load(inputs) {
        Ok(program) => program,
        Err(errors) => {
            show(&errors);
            return ExitCode::from(EXIT_REJECTED);
        }
    };
    if explain {
        let _ = write!(anstream::stderr(), "{}", program.explain_calls());
    }
    program.set_args(std::iter::once(name.to_string()).chain(args));
    let pressed = catch_ctrl_c(program.interrupt().flag());
    match program.run() {
        Ok(0) => ExitCode::SUCCESS,
        // The system takes of it what it takes.
        Ok(status) => std::process::exit(status),
        Err(trap) => ended(&trap, &pressed),
    }
}

/// Tells what ended a program.
pub(super) fn ended(trap: &Trap, pressed: &AtomicBool) -> ExitCode {
    match trap.kind() {
        TrapKind::Exit(status) => std::process::exit(status),
        TrapKind::LostOutput => {
            let _ = writeln!(anstream::stderr(), "{trap}");
            ExitCode::from(EXIT_LOST)
        }
        _ => {
            report(trap);
            ExitCode::from(if pressed.load(Ordering::Relaxed) { EXIT_INTERRUPTED } else { EXIT_PANIC })
        }
    }
}

/// Ctrl-C asks the machine to stop; where it does not come to that, in a C function, the second ends `vo`.
/// Gives what tells whether it was pressed.
pub(super) fn catch_ctrl_c(interrupt: &Arc<AtomicBool>) -> Arc<AtomicBool> {
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
pub(super) fn report(trap: &Trap) {
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "panic: {trap:#}");
}

/// Reads a program from a file, a folder or standard input, or says why it cannot.
pub(super) fn read(path: &Path) -> Result<Vec<Input>, ()> {
    let name = path.display().to_string();
    let inputs = match name.as_str() {
        "-" => read_all(io::stdin()).map(|text| vec![Input::new(name.as_str(), text)]),
        _ => Input::read(path),
    };
    match inputs {
        Ok(inputs) => Ok(inputs),
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

fn read_all(mut reader: impl Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    reader.read_to_end(&mut text)?;
    Ok(text)
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

//! What the command line offers, one file per command.

mod bounds;
mod c_errors;
mod call;
mod check;
mod completions;
mod disasm;
mod docs;
mod eval;
mod externs;
mod layout;
mod repl;
mod run;
mod stubs;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::ColorChoice;
use bounds::Bounds;
use clap::{Parser, Subcommand};
use vo_ffi::runtime::StubChoice;

/// A program that has errors, or that cannot be read.
const EXIT_REJECTED: u8 = 1;
/// A program that panicked or reached a limit; clap uses the same for a wrong command line, and so does a wrong variable
/// of the environment.
const EXIT_PANIC: u8 = 2;
/// A program whose output could not be written.
const EXIT_LOST: u8 = 1;
/// A program that was stopped with Ctrl-C: 128 and the signal, as shells have it.
const EXIT_INTERRUPTED: u8 = 130;

/// Runs Vo programs: Go's syntax, with Rust functions and C libraries a declaration away.
#[derive(Debug, Parser)]
#[command(
    name = "vo",
    version,
    override_usage = "vo [OPTIONS] <COMMAND>\n       vo [OPTIONS] -e <PROGRAM> [ARGS]...",
    arg_required_else_help = true,
    args_conflicts_with_subcommands = true,
    after_help = "Exit status: 0 on success, 1 where a program has errors, 2 where it panicked or reached a limit, or the \
                  command line is wrong, 130 after Ctrl-C; a program that calls os.Exit chooses its own.\n\n\
                  VO_MEMORY_LIMIT=512MiB in the environment limits the memory of a program's values; without it, they may \
                  take three quarters of the machine's."
)]
struct Cli {
    /// Run a program, the body of a main function, or print the value of an expression; what follows are
    /// its arguments
    #[arg(short = 'e', value_names = ["PROGRAM", "ARGS"], num_args = 1.., allow_hyphen_values = true)]
    eval: Vec<String>,

    /// When to colour messages; before -e
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,

    #[command(flatten)]
    bounds: Bounds,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a program; `vo FILE.vo` is short for it
    #[command(override_usage = "vo run [OPTIONS] <FILE> [ARGS]...")]
    Run {
        /// A .vo file, or a folder whose .vo files are one program; `-` reads a file from standard input.
        /// What follows are its arguments, flags too
        // One list, since what follows a list's first value is not looked at.
        #[arg(value_names = ["FILE", "ARGS"], required = true, trailing_var_arg = true)]
        program: Vec<String>,
        /// Tell first, on standard error, how each C function of the program is called, and why
        #[arg(long)]
        explain_calls: bool,
        #[command(flatten)]
        bounds: Bounds,
    },
    /// Report all errors of programs without running them
    Check {
        /// .vo files and folders, each a program
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// List the Rust functions that programs can call
    Externs {
        /// Only names that contain this text, in any case
        pattern: Option<String>,
        /// Print a JSON array of {name, signature, docs, file, line}
        #[arg(long)]
        json: bool,
    },
    /// Print the Vo declarations of the natives of a package, or check those in files
    Stubs {
        /// The package, by the path that programs import
        package: String,
        /// Report what differs in these files of the package instead: declarations without their native, natives
        /// without a declaration, other types
        #[arg(long, value_name = "FILE", num_args = 1..)]
        check: Vec<PathBuf>,
    },
    /// Print what the functions of a package do, in Markdown
    Docs {
        /// The package, by the path that programs import; without it, all that come with vo
        package: Option<String>,
    },
    /// Carry out what is typed, line by line, and print what it is
    Repl {
        #[command(flatten)]
        bounds: Bounds,
    },
    /// List the bytecode of a program, below the lines that it was compiled from
    Disasm(disasm::Options),
    /// Call a function of a C library, as 'double cos(double)' of libm.so.6
    Call(call::Options),
    /// Show where the members of C's structs and unions are, and their padding
    Layout(layout::Options),
    /// Print the script with which a shell completes these commands
    Completions {
        /// The shell; for bash: `vo completions bash > ~/.local/share/bash-completion/completions/vo`
        shell: clap_complete::Shell,
    },
}

pub(crate) fn main() -> ExitCode {
    let cli = Cli::parse_from(arguments());
    match cli.color {
        Color::Auto => {}
        Color::Always => ColorChoice::Always.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
    if let Err(error) = StubChoice::try_from_env() {
        let _ = writeln!(anstream::stderr(), "vo: {error}");
        return ExitCode::from(EXIT_PANIC);
    }
    match (cli.command, cli.eval.split_first()) {
        (Some(Command::Run { bounds, explain_calls, program }), _) => {
            run::file(program, explain_calls, &bounds)
        }
        (Some(Command::Check { files }), _) => check::files(&files),
        (Some(Command::Externs { pattern, json }), _) => externs::list(pattern.as_deref(), json),
        (Some(Command::Stubs { package, check }), _) => stubs::print_or_check(&package, &check),
        (Some(Command::Docs { package }), _) => docs::print(package.as_deref()),
        (Some(Command::Repl { bounds }), _) => repl::run(&bounds),
        (Some(Command::Disasm(options)), _) => disasm::list(&options),
        (Some(Command::Call(options)), _) => call::run(&options),
        (Some(Command::Layout(options)), _) => layout::draw(&options),
        (Some(Command::Completions { shell }), _) => completions::print(shell),
        (None, Some((text, args))) => eval::text(text, args.to_vec(), &cli.bounds),
        (None, None) => ExitCode::SUCCESS,
    }
}

/// The command line; `vo FILE.vo` is `vo run FILE.vo`.
fn arguments() -> Vec<OsString> {
    let mut args: Vec<OsString> = std::env::args_os().collect();
    if args.get(1).is_some_and(|first| Path::new(first).extension().is_some_and(|ending| ending == "vo")) {
        args.insert(1, "run".into());
    }
    args
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}

//! `vo disasm FILE`, `vo disasm -e TEXT`

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use vo_ffi::ExternRegistry;
use vo_vm::{Input, Listing, Vm, diagnostic};

use super::run::{read, show};
use super::{EXIT_REJECTED, eval};

/// What to list.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// A .vo file, or a folder of them
    #[arg(required_unless_present = "eval")]
    file: Option<PathBuf>,
    /// List this program, body of a main function, or expression
    #[arg(short = 'e', value_name = "PROGRAM", conflicts_with = "file", allow_hyphen_values = true)]
    eval: Option<String>,
    /// The functions of imported packages too
    #[arg(long)]
    all: bool,
    /// Only this function: `f`, `main.T.Method`, `strings.Fields`
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
}

impl Options {
    fn inputs(&self) -> Option<Vec<Input>> {
        match (&self.eval, &self.file) {
            (Some(text), _) => Some(vec![eval::program(text)]),
            (None, Some(file)) => read(file).ok(),
            (None, None) => None,
        }
    }

    fn wants(&self, listing: &Listing, index: usize) -> bool {
        let name = listing.name(index);
        match &self.function {
            Some(wanted) => name == wanted || name.strip_prefix("main.") == Some(wanted),
            None => self.all || listing.is_own(index),
        }
    }
}

/// Lists the bytecode of the program's own functions.
pub(super) fn list(options: &Options) -> ExitCode {
    let rejected = ExitCode::from(EXIT_REJECTED);
    let Some(inputs) = options.inputs() else { return rejected };
    let listing = match Vm::new(ExternRegistry::new()).list(&inputs) {
        Ok(listing) => listing,
        Err(errors) => {
            show(&errors);
            return rejected;
        }
    };
    let wanted: Vec<usize> = (0..listing.len()).filter(|&index| options.wants(&listing, index)).collect();
    if let (Some(name), []) = (&options.function, wanted.as_slice()) {
        no_function(&listing, name);
        return rejected;
    }
    let texts: Vec<String> = wanted.into_iter().map(|index| listing.text(index)).collect();
    match write!(anstream::stdout(), "{}", texts.join("\n")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn no_function(listing: &Listing, name: &str) {
    let names = (0..listing.len()).map(|index| listing.name(index));
    let names = names.map(|known| known.strip_prefix("main.").unwrap_or(known));
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "vo: the program has no function {name}");
    if let Some(near) = diagnostic::nearest(name, names) {
        let _ = writeln!(err, "  did you mean {near}?");
    }
}

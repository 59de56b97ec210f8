//! From source text to a program that is ready to run: checks, compiles, links.

mod link;
mod sources;
mod stubs;

use vo_ffi::runtime::CEngine;
use vo_ffi::{Callee, ExternRegistry};

use crate::check::{CheckedProgram, Input, Rejected, check_program};
use crate::compile::compile;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::listing::Listing;
use crate::machine::Machine;
use crate::packages;
use crate::permissions::Permissions;
use crate::program::Program;
use crate::source::SourceMap;
pub(crate) use link::Extern;
pub(crate) use sources::Sources;

/// A virtual machine without a program: the natives and the C libraries that programs can use, and what they may do.
/// Several threads may load programs from one.
///
/// ```
/// use vo_ffi::ExternRegistry;
/// use vo_vm::{Input, Vm};
///
/// let vm = Vm::new(ExternRegistry::from_inventory());
/// let input = Input::new("sum.vo", "package main\nfunc main() { println(1 + 2) }");
/// let mut program = vm.load(&[input]).expect("the program has no errors");
/// program.run().expect("and does not panic");
/// ```
#[derive(Debug)]
pub struct Vm {
    registry: ExternRegistry,
    engine: CEngine,
    pub(crate) limits: Limits,
    pub(crate) permissions: Permissions,
}

impl Vm {
    /// A machine with these natives, whose programs may do everything.
    pub fn new(registry: ExternRegistry) -> Vm {
        Vm {
            registry,
            engine: CEngine::new(),
            limits: Limits::default(),
            permissions: Permissions::default(),
        }
    }

    /// With limits for each program that is loaded from now on.
    pub fn with_limits(mut self, limits: Limits) -> Vm {
        self.limits = limits;
        self
    }

    /// With permissions for each program that is loaded from now on.
    pub fn with_permissions(mut self, permissions: Permissions) -> Vm {
        self.permissions = permissions;
        self
    }

    /// Checks a program without its natives.
    ///
    /// # Errors
    /// All errors of all files.
    pub fn check(&self, inputs: &[Input]) -> Result<CheckedProgram, Box<Rejected>> {
        let needed = Sources::needed(inputs).permitted(&self.permissions);
        match check_program(inputs, &needed) {
            Ok(checked) if !needed.has_read_folders() => Ok(checked),
            // Messages tell of all that is in a package, and not of what is left.
            _ => {
                let sources = Sources::new(inputs).permitted(&self.permissions);
                check_program(inputs, &sources).map_err(Box::new)
            }
        }
    }

    /// Checks and compiles a program, without its natives, to look at its bytecode.
    ///
    /// # Errors
    /// All errors of all files.
    pub fn list(&self, inputs: &[Input]) -> Result<Listing, Box<Rejected>> {
        let checked = check_program(inputs, &Sources::new(inputs).permitted(&self.permissions))?;
        match compile(&checked, self.limits.instructions.is_some()) {
            Ok(program) => Ok(Listing::new(checked.sources, program)),
            Err(diagnostics) => Err(reject(checked.sources, diagnostics)),
        }
    }

    /// Checks, compiles and links the files of a program's package `main`.
    ///
    /// # Errors
    /// All errors of all files; where there are none, all declarations that fit no native or C function.
    pub fn load(&self, inputs: &[Input]) -> Result<Program, Box<Rejected>> {
        let checked = self.check(inputs)?;
        let mut program = match compile(&checked, self.limits.instructions.is_some()) {
            Ok(program) => program,
            Err(diagnostics) => return Err(reject(checked.sources, diagnostics)),
        };
        let externs = match self.link(&checked, &mut program, 0) {
            Ok(externs) => externs,
            Err(diagnostics) => return Err(reject(checked.sources, diagnostics)),
        };
        let callees: Vec<*const Callee> = externs.iter().map(Extern::callee).collect();
        // SAFETY: `compile` made the bytecode; `link` compared each callee with its declaration, and the
        // program keeps them, boxed, until after the machine is gone.
        match unsafe { Machine::new(program, &callees) } {
            Ok(machine) => Ok(Program::new(machine, externs, self.limits, &self.permissions)),
            Err(error) => {
                let span = checked.info.main.map(|main| checked.info.func(main).span).unwrap_or_default();
                Err(reject(checked.sources, vec![Diagnostic::new(span, error.to_string())]))
            }
        }
    }
}

/// All externs that the packages of the machine declare.
pub fn packaged_externs() -> Option<CheckedProgram> {
    let imports: String = packages::PATHS.iter().map(|path| format!("import _ \"{path}\"\n")).collect();
    let text = format!("package main\n{imports}func main() {{}}\n").into_bytes();
    let inputs = [Input::new("externs", text)];
    check_program(&inputs, &Sources::new(&inputs)).ok()
}

pub(crate) fn reject(sources: SourceMap, mut diagnostics: Vec<Diagnostic>) -> Box<Rejected> {
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    Box::new(Rejected { sources, diagnostics })
}

//! From source text to a running program: checks, compiles, links, runs.

use std::borrow::Cow;

use vo_ffi::runtime::{BoundFunction, CEngine};
use vo_ffi::{Callee, Declaration, ExternRegistry, LinkError, Origin, PanicGuard, Trap, TypeTable};

use crate::bytecode::{self, ExternSource};
use crate::check::info::ExternInfo;
use crate::check::{CheckedProgram, Input, PackageSource, Rejected, check_program};
use crate::compile::compile;
use crate::diagnostic::Diagnostic;
use crate::listing::Listing;
use crate::machine::{InterruptHandle, Machine};
use crate::packages;
use crate::source::SourceMap;

/// A virtual machine without a program: the natives and the C libraries that programs can use.
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
}

impl Vm {
    /// A machine with these natives.
    pub fn new(registry: ExternRegistry) -> Vm {
        Vm { registry, engine: CEngine::new() }
    }

    /// Checks a program without its natives.
    ///
    /// # Errors
    /// All errors of all files.
    pub fn check(inputs: &[Input]) -> Result<CheckedProgram, Box<Rejected>> {
        check_program(inputs, &BuiltinPackages).map_err(Box::new)
    }

    /// Checks and compiles a program, without its natives, to look at its bytecode.
    ///
    /// # Errors
    /// All errors of all files.
    pub fn list(inputs: &[Input]) -> Result<Listing, Box<Rejected>> {
        let checked = Vm::check(inputs)?;
        match compile(&checked) {
            Ok(program) => Ok(Listing::new(checked.sources, program)),
            Err(diagnostics) => Err(reject(checked.sources, diagnostics)),
        }
    }

    /// Checks, compiles and links the files of a program's package `main`.
    ///
    /// # Errors
    /// All errors of all files; where there are none, all declarations that fit no native or C function.
    pub fn load(&self, inputs: &[Input]) -> Result<Program, Box<Rejected>> {
        let checked = Vm::check(inputs)?;
        let program = match compile(&checked) {
            Ok(program) => program,
            Err(diagnostics) => return Err(reject(checked.sources, diagnostics)),
        };
        let externs = match self.link(&checked, &program) {
            Ok(externs) => externs,
            Err(diagnostics) => return Err(reject(checked.sources, diagnostics)),
        };
        let callees: Vec<*const Callee> = externs.iter().map(Extern::callee).collect();
        // SAFETY: `compile` made the bytecode; `link` compared each callee with its declaration, and the
        // program keeps them, boxed, until after the machine is gone.
        match unsafe { Machine::new(program, &callees) } {
            Ok(machine) => Ok(Program { machine, _externs: externs }),
            Err(error) => {
                let span = checked.info.main.map(|main| checked.info.func(main).span).unwrap_or_default();
                Err(reject(checked.sources, vec![Diagnostic::new(span, error.to_string())]))
            }
        }
    }

    /// Finds what each extern of the program names.
    fn link(
        &self,
        checked: &CheckedProgram,
        program: &bytecode::Program,
    ) -> Result<Vec<Extern>, Vec<Diagnostic>> {
        let declarations: Vec<Declaration> =
            program.externs.iter().map(|decl| declaration(decl, &program.files)).collect();
        let types = &program.types;
        let natives: Vec<Declaration> =
            declarations.iter().filter(|declaration| declaration.origin == Origin::Rust).cloned().collect();
        let mut diagnostics = Vec::new();
        let mut linked = match self.registry.link(&natives, types) {
            Ok(callees) => callees.into_iter(),
            Err(errors) => {
                diagnostics.extend(errors.0.iter().map(|error| link_diagnostic(checked, &natives, error)));
                Vec::new().into_iter()
            }
        };
        let mut externs = Vec::with_capacity(declarations.len());
        for declaration in &declarations {
            match self.bind(declaration, types, &mut linked) {
                Ok(found) => externs.extend(found),
                Err(message) => diagnostics.push(at_declaration(checked, &declaration.name, &message)),
            }
        }
        if diagnostics.is_empty() { Ok(externs) } else { Err(diagnostics) }
    }

    /// The next linked native, or the C function of a declaration; nothing where linking has failed already.
    fn bind(
        &self,
        declaration: &Declaration,
        types: &TypeTable,
        natives: &mut impl Iterator<Item = Callee>,
    ) -> Result<Option<Extern>, String> {
        match declaration.origin {
            Origin::Rust => Ok(natives.next().map(|callee| Extern::Native(Box::new(callee)))),
            Origin::C { .. } => match self.engine.bind(declaration, types) {
                Ok(function) => Ok(Some(Extern::C(function))),
                Err(error) => Err(error.to_string()),
            },
        }
    }
}

/// A program that is ready to run.
#[derive(Debug)]
pub struct Program {
    machine: Machine,
    // Behind the machine, so that it is dropped after it.
    _externs: Vec<Extern>,
}

impl Program {
    /// Initialises the packages and runs `main.main`.
    ///
    /// # Errors
    /// The panic that ended the program.
    pub fn run(&mut self) -> Result<(), Trap> {
        let _guard = PanicGuard::new();
        self.machine.run_main()
    }

    /// What asks the program to stop, from a signal handler or another thread.
    pub fn interrupt(&self) -> InterruptHandle {
        self.machine.interrupts().clone()
    }
}

/// Something that the program calls and that must outlive its machine.
#[derive(Debug)]
enum Extern {
    Native(Box<Callee>),
    C(BoundFunction),
}

impl Extern {
    fn callee(&self) -> *const Callee {
        match self {
            Extern::Native(callee) => &**callee,
            Extern::C(function) => std::ptr::from_ref(function.callee()),
        }
    }
}

/// The packages that come with the machine.
struct BuiltinPackages;

impl PackageSource for BuiltinPackages {
    fn files(&self, path: &str) -> Option<Vec<(String, Cow<'static, str>)>> {
        let files = packages::sources(path)?.iter();
        Some(files.map(|&(name, text)| (name.to_string(), Cow::Borrowed(text))).collect())
    }

    fn paths(&self) -> Vec<String> {
        packages::PATHS.iter().map(|path| path.to_string()).collect()
    }
}

/// All externs that the packages of the machine declare.
pub fn packaged_externs() -> Option<CheckedProgram> {
    let imports: String = packages::PATHS.iter().map(|path| format!("import _ \"{path}\"\n")).collect();
    let text = format!("package main\n{imports}func main() {{}}\n").into_bytes();
    Vm::check(&[Input::new("externs", text)]).ok()
}

fn declaration(decl: &bytecode::ExternDecl, files: &[String]) -> Declaration {
    let (file, line) = decl.place;
    Declaration {
        name: decl.name.clone(),
        func: decl.ty.clone(),
        param_names: decl.param_names.clone(),
        origin: match &decl.source {
            ExternSource::Native => Origin::Rust,
            ExternSource::C { library, symbol } => {
                Origin::C { library: library.clone(), symbol: symbol.clone() }
            }
        },
        file: files.get(file as usize).cloned().unwrap_or_default(),
        line,
    }
}

fn link_diagnostic(checked: &CheckedProgram, natives: &[Declaration], error: &LinkError) -> Diagnostic {
    let name = match error {
        LinkError::Missing { index, .. } | LinkError::Different { index, .. } => {
            natives[*index].name.as_str()
        }
        LinkError::Duplicate { first, .. } => first.name,
        _ => "",
    };
    at_declaration(checked, name, &error.to_string())
}

/// The first line of a message at the declaration's place, the others as notes.
fn at_declaration(checked: &CheckedProgram, name: &str, message: &str) -> Diagnostic {
    let declared = |info: &&ExternInfo| info.name == name;
    let span = checked.info.externs.iter().find(declared).map(|info| info.span).unwrap_or_default();
    let mut lines = message.lines();
    let title = Diagnostic::new(span, lines.next().unwrap_or_default());
    lines.fold(title, |diagnostic, line| diagnostic.note(line.trim()))
}

fn reject(sources: SourceMap, mut diagnostics: Vec<Diagnostic>) -> Box<Rejected> {
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    Box::new(Rejected { sources, diagnostics })
}

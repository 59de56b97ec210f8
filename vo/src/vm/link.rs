//! Links the externs of a program: each declaration with its native or C function.

use vo_ffi::runtime::BoundFunction;
use vo_ffi::{Callee, Declaration, LinkError, Origin, TypeTable};

use super::Vm;
use crate::bytecode::{self, ExternSource};
use crate::check::CheckedProgram;
use crate::check::info::ExternInfo;
use crate::diagnostic::Diagnostic;

impl Vm {
    /// Finds what each extern of the program names, from the `first` on.
    pub(crate) fn link(
        &self,
        checked: &CheckedProgram,
        program: &bytecode::Program,
        first: usize,
    ) -> Result<Vec<Extern>, Vec<Diagnostic>> {
        let declarations: Vec<Declaration> =
            program.externs[first..].iter().map(|decl| declaration(decl, &program.files)).collect();
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
        if let Some(refusal) = self.permissions.refusal(declaration) {
            return Err(refusal);
        }
        match declaration.origin {
            Origin::Rust => Ok(natives.next().map(|mut callee| {
                self.permissions.restrict(&mut callee);
                Extern::Native(Box::new(callee))
            })),
            Origin::C { .. } => match self.engine.bind(declaration, types) {
                Ok(function) => Ok(Some(Extern::C(Box::new(function)))),
                Err(error) => Err(error.to_string()),
            },
        }
    }
}

/// Something that the program calls and that must outlive its machine.
#[derive(Debug)]
pub(crate) enum Extern {
    Native(Box<Callee>),
    C(Box<BoundFunction>),
}

impl Extern {
    pub(crate) fn callee(&self) -> *const Callee {
        match self {
            Extern::Native(callee) => &**callee,
            Extern::C(function) => std::ptr::from_ref(function.callee()),
        }
    }
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

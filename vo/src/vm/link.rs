//! Links the externs of a program: each declaration with its native or C function.

use std::collections::HashSet;

use vo_ffi::runtime::BoundFunction;
use vo_ffi::{
    CallContext, Callee, Declaration, Failure, LinkError, Origin, Plan, Slot, Status, Trap, TypeTable,
};

use super::Vm;
use crate::bytecode::{self, ExternSource};
use crate::check::CheckedProgram;
use crate::check::info::{CWanted, ExternInfo, PackageId};
use crate::diagnostic::Diagnostic;
use crate::machine::MISSING;
use crate::source::Span;

impl Vm {
    /// Finds what each extern of the program names, from the `first` on.
    pub(crate) fn link(
        &self,
        checked: &CheckedProgram,
        program: &mut bytecode::Program,
        first: usize,
    ) -> Result<Vec<Extern>, Vec<Diagnostic>> {
        let mut diagnostics = self.load_libraries(checked);
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        diagnostics.extend(self.find_addresses(checked, program));
        let program = &*program;
        let declared = self.declared(checked, program, first);
        let (natives, spans) = natives(&declared);
        let types = &program.types;
        let declarations: Vec<_> = declared.iter().map(|(declaration, _)| declaration.clone()).collect();
        self.engine.expect_closures(&declarations, types);
        // What C was given by package ffi it may call in calls of other functions too.
        if declarations.iter().any(|declaration| declaration.name == "ffi.Func.call") {
            self.engine.watch_calls();
        }
        let mut linked = match self.registry.link(&natives, types) {
            Ok(callees) => callees.into_iter(),
            Err(errors) => {
                diagnostics.extend(errors.0.iter().map(|error| link_diagnostic(&spans, error)));
                Vec::new().into_iter()
            }
        };
        let mut externs = Vec::with_capacity(declared.len());
        let optional = optional_symbols(checked);
        for ((declaration, span), info) in declared.iter().zip(&checked.info.externs[first..]) {
            let is_optional = |symbol: &str| info.optional || optional.contains(&(info.package, symbol));
            match self.bind(declaration, types, &mut linked, is_optional) {
                Ok(found) => externs.extend(found),
                Err(message) => {
                    let error = at_declaration(*span, &message);
                    // Calls with other arguments, and the address, are declared at the same place.
                    if !diagnostics.iter().any(|old| old.span == error.span) {
                        diagnostics.push(error);
                    }
                }
            }
        }
        if diagnostics.is_empty() { Ok(externs) } else { Err(diagnostics) }
    }

    /// Loads the libraries that preambles name; the result is what cannot be loaded.
    fn load_libraries(&self, checked: &CheckedProgram) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for (library, span) in &checked.info.c_libraries {
            let refusal = self.permissions.library_refusal("import \"C\"", library);
            let failure = refusal.or_else(|| self.engine.load(library).err().map(|error| error.to_string()));
            diagnostics.extend(failure.map(|message| at_declaration(*span, &message)));
        }
        diagnostics
    }

    /// Finds the variables and functions of C whose addresses the program takes, and those that it asks for; the result
    /// is what is not there.
    fn find_addresses(&self, checked: &CheckedProgram, program: &mut bytecode::Program) -> Vec<Diagnostic> {
        let optional = optional_symbols(checked);
        let mut diagnostics = Vec::new();
        for (info, global) in checked.info.globals.iter().zip(&mut program.globals) {
            let Some(c) = info.c.as_deref().filter(|_| global.address == 0) else { continue };
            if let Some(refusal) = self.permissions.library_refusal(&info.name.replace('&', ""), "self") {
                diagnostics.push(at_declaration(info.span, &refusal));
                continue;
            }
            match self.engine.find_in(&c.libraries, &c.symbol) {
                Ok(symbol) if c.wanted == CWanted::Variable && !symbol.is_variable() => {
                    let message = format!("`{}` is a function in C, not a variable", c.symbol);
                    diagnostics.push(Diagnostic::new(info.span, message));
                }
                Ok(symbol) => global.address = symbol.address().expose_provenance(),
                Err(_) if optional.contains(&(c.package, &c.symbol)) => {}
                Err(error) => diagnostics.push(at_declaration(info.span, &error.to_string())),
            }
        }
        diagnostics
    }

    /// The externs of the program, from the `first` on, and where they are declared.
    pub(super) fn declared(
        &self,
        checked: &CheckedProgram,
        program: &bytecode::Program,
        first: usize,
    ) -> Vec<(Declaration, Span)> {
        let declared = program.externs[first..].iter().zip(&checked.info.externs[first..]);
        let declaration = |(decl, info): (_, &ExternInfo)| {
            let path = &checked.info.packages[info.package.0 as usize].path;
            (self.declaration(decl, path, &program.files), info.span)
        };
        declared.map(declaration).collect()
    }

    fn declaration(&self, decl: &bytecode::ExternDecl, path: &str, files: &[String]) -> Declaration {
        let (file, line) = decl.place;
        let (origin, name) = match &decl.source {
            ExternSource::Native { name } => {
                let native = self.registry.find(path, name);
                (Origin::Rust, native.map_or(name.as_str(), |entry| entry.name))
            }
            ExternSource::Prototype(prototype) => (Origin::Prototype(prototype.clone()), decl.name.as_str()),
            ExternSource::C { library, symbol } => {
                (Origin::C { library: library.clone(), symbol: symbol.clone() }, decl.name.as_str())
            }
        };
        Declaration {
            name: name.into(),
            func: decl.ty.clone(),
            param_names: decl.param_names.clone(),
            origin,
            file: files.get(file as usize).cloned().unwrap_or_default(),
            line,
        }
    }

    /// The next linked native, or the C function of a declaration; nothing where linking has failed already.
    fn bind(
        &self,
        declaration: &Declaration,
        types: &TypeTable,
        natives: &mut impl Iterator<Item = Callee>,
        is_optional: impl Fn(&str) -> bool,
    ) -> Result<Option<Extern>, String> {
        if let Some(refusal) = self.permissions.refusal(declaration) {
            return Err(refusal);
        }
        match &declaration.origin {
            Origin::Prototype(prototype)
                if is_optional(&prototype.symbol)
                    && self.engine.find_in(&prototype.libraries, &prototype.symbol).is_err() =>
            {
                missing(declaration, types).map(Some)
            }
            Origin::C { library, symbol }
                if is_optional(symbol)
                    && self.engine.find_in(std::slice::from_ref(library), symbol).is_err() =>
            {
                missing(declaration, types).map(Some)
            }
            Origin::Rust => Ok(natives.next().map(|mut callee| {
                self.permissions.restrict(&mut callee);
                Extern::Native(Box::new(callee))
            })),
            Origin::C { .. } | Origin::Prototype(_) => match self.engine.bind(declaration, types) {
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

/// What the program asks for with `C.has_name`, and so may be missing.
fn optional_symbols(checked: &CheckedProgram) -> HashSet<(PackageId, &str)> {
    let wanted = checked.info.globals.iter().filter_map(|info| info.c.as_deref());
    let presence = wanted.filter(|c| c.wanted == CWanted::Presence);
    presence.map(|c| (c.package, c.symbol.as_str())).collect()
}

/// Stands for a C function that is not there; an error where no function of its type can be called.
fn missing(declaration: &Declaration, types: &TypeTable) -> Result<Extern, String> {
    let plan = Plan::of(&declaration.func, types);
    Ok(Extern::Native(Box::new(Callee {
        native: trap_missing,
        plan: plan.ok_or_else(|| format!("{} takes too many arguments", declaration.name))?,
        target: (&raw const MISSING).cast(),
        name: declaration.name.clone(),
        param_names: declaration.param_names.clone(),
    })))
}

unsafe extern "C" fn trap_missing(cx: *mut CallContext, callee: *const Callee, _: *mut Slot) -> Status {
    // SAFETY: the caller of a native vouches for both; the references end here.
    unsafe {
        let name = &(*callee).name;
        let question = match name.strip_prefix("C.") {
            Some(function) => format!("C.has_{function}"),
            None => format!("{} != nil", name.strip_prefix("main.").unwrap_or(name)),
        };
        let text = format!("{name}: no library has it; ask for it before: `if {question} {{ … }}`");
        (*cx).fail(Failure::Trap(Trap::new(text)))
    }
}

/// What is declared in Rust.
pub(super) fn natives(declared: &[(Declaration, Span)]) -> (Vec<Declaration>, Vec<Span>) {
    declared.iter().filter(|(declaration, _)| declaration.origin == Origin::Rust).cloned().unzip()
}

pub(super) fn link_diagnostic(spans: &[Span], error: &LinkError) -> Diagnostic {
    let index = match error {
        LinkError::Missing { index, .. } | LinkError::Different { index, .. } => Some(*index),
        LinkError::Unlinked { declarations, .. } => declarations.first().map(|(index, ..)| *index),
        _ => None,
    };
    let span = index.and_then(|index| spans.get(index)).copied().unwrap_or_default();
    at_declaration(span, &error.to_string())
}

/// The first line of a message at the declaration's place, the others as notes.
fn at_declaration(span: Span, message: &str) -> Diagnostic {
    let mut lines = message.lines();
    let title = Diagnostic::new(span, lines.next().unwrap_or_default());
    lines.fold(title, |diagnostic, line| diagnostic.note(line.trim()))
}

//! `import "C"`: the declarations of preambles, and what `C.name` is of them.

mod call;
mod convert;
mod function;
mod name;
mod preamble;
mod types;
mod undefined;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use vo_ffi::c::{CErrors, CFunction, CPlace, CSpan, CType, CTypes, Declarations, Target};
use vo_ffi::declared::KEYWORDS;

use self::call::CallForm;
use super::checker::Checker;
use super::info::{ExternId, GlobalId, PackageId};
use super::scope::ObjectKind;
use crate::ast::{ExprId, ExprKind, Ident, Import};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::TypeId;

/// The units of the packages, by the package.
pub(super) type CUnits = HashMap<u32, CUnit>;

/// What the preambles of a package declare, and what its program has used of that.
#[derive(Clone, Debug)]
pub(super) struct CUnit {
    pub(super) declarations: Declarations,
    /// The table of the declarations, as it is shared with those who call.
    shared: Arc<CTypes>,
    /// Where to look for symbols, in order.
    libraries: Vec<String>,
    /// The functions below a line `//vo:unguarded`.
    unguarded: HashSet<String>,
    /// Where each text of the declarations is.
    texts: Vec<Span>,
    /// Whether a preamble has errors, and so declares nothing.
    broken: bool,
    /// Comments that end a blank line above `import "C"`, and so are none of the texts.
    detached: Vec<Span>,
    /// Vo's types of C's types, and the other way round.
    types: HashMap<CType, TypeId>,
    made: HashMap<TypeId, CType>,
    /// Structs whose types are still to be completed.
    incomplete: Vec<CType>,
    /// Functions that are there without being declared, as far as the program has used them.
    implied: HashMap<String, CFunction>,
    /// The types of the constants of enums, by those.
    untyped_enums: HashMap<TypeId, TypeId>,
    /// The externs that calls have made: by function, how it is used, and the types of the arguments.
    externs: HashMap<(String, CallForm, Vec<TypeId>), ExternId>,
    /// The variables that hold addresses of C's variables and functions, `&environ`, and whether some are there,
    /// `has_environ`.
    globals: HashMap<String, GlobalId>,
}

impl CUnit {
    fn new() -> CUnit {
        let declarations = Declarations::new(Target::HOST);
        CUnit {
            shared: Arc::new(declarations.types.clone()),
            declarations,
            libraries: Vec::new(),
            unguarded: HashSet::new(),
            texts: Vec::new(),
            broken: false,
            detached: Vec::new(),
            types: HashMap::new(),
            made: HashMap::new(),
            incomplete: Vec::new(),
            implied: HashMap::new(),
            untyped_enums: HashMap::new(),
            externs: HashMap::new(),
            globals: HashMap::new(),
        }
    }

    /// Marks the functions of the last text that stand behind these places.
    fn mark_unguarded(&mut self, places: &[usize]) {
        let text = self.texts.len();
        for &place in places {
            let functions = self.declarations.functions().iter();
            let below =
                functions.filter(|function| function.place.text == text && function.place.span.start > place);
            if let Some(function) = below.min_by_key(|function| function.place.span.start) {
                self.unguarded.insert(function.name.clone());
            }
        }
    }

    /// Where something is declared, in the `.vo` file.
    fn span(&self, place: CPlace) -> Span {
        self.texts.get(place.text).map_or_else(Span::default, |text| part(*text, place.span))
    }
}

/// A name as C has it. As in cgo, `_type` is what C calls `type`.
fn name_in_c(name: &str) -> &str {
    name.strip_prefix('_').filter(|rest| KEYWORDS.contains(rest)).unwrap_or(name)
}

/// The same the other way round.
fn name_in_vo(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("_{name}") } else { name.into() }
}

/// A part of a text of C that lies in a file.
fn part(text: Span, part: CSpan) -> Span {
    Span::new(text.file, text.start as usize + part.start, text.start as usize + part.end)
}

/// What `${SRCDIR}` is in the libraries of a file.
fn source_folder(file: &str) -> &str {
    file.rsplit_once('/').map_or(".", |(folder, _)| if folder.is_empty() { "/" } else { folder })
}

impl<'a> Checker<'a> {
    /// Reads the preamble of an `import "C"`.
    pub(super) fn import_c(&mut self, import: &Import) {
        if let Some(alias) = import.alias.as_ref().filter(|alias| alias.name != "_") {
            let error = Diagnostic::new(alias.span, "cannot rename import \"C\"");
            self.report(error.help("its names are used as `C.name`, in each file that imports it"));
        }
        let comment = self.sources.text(import.comment);
        let detached = self.comment_before(import).filter(|_| comment.is_empty());
        self.c_unit().detached.extend(detached);
        let preamble = preamble::read(comment, self.runs_tools);
        for (place, problem, help) in preamble.problems {
            let span = CSpan { start: place.start, end: place.end };
            self.report(Diagnostic::new(part(import.comment, span), problem).help(help));
        }
        let folder = source_folder(&self.sources.file(import.comment.file).name);
        let unit = self.c_units.entry(self.place.package).or_insert_with(CUnit::new);
        for (library, place) in preamble.libraries {
            let library = library.replace("${SRCDIR}", folder);
            if !unit.libraries.contains(&library) {
                unit.libraries.push(library.clone());
                let span = part(import.comment, CSpan { start: place.start, end: place.end });
                self.info.c_libraries.push((library, span));
            }
        }
        match unit.declarations.extend(&preamble.text) {
            Ok(()) => {
                unit.mark_unguarded(&preamble.unguarded);
                unit.texts.push(import.comment);
                unit.shared = Arc::new(unit.declarations.types.clone());
            }
            Err(errors) => {
                unit.broken = true;
                self.report_c(import.comment, &errors);
            }
        }
    }

    /// The comment that ends a blank line above an import.
    fn comment_before(&self, import: &Import) -> Option<Span> {
        let before = &self.sources.file(import.comment.file).text[..import.comment.start as usize];
        let comment = before.trim_end();
        if !before[comment.len()..].contains("\n\n") {
            return None;
        }
        let start = match comment.strip_suffix("*/") {
            Some(open) => open.rfind("/*")?,
            None => comment.rfind('\n').map_or(0, |end| end + 1),
        };
        let is_comment = comment[start..].starts_with("/*") || comment[start..].starts_with("//");
        is_comment.then(|| Span::new(import.comment.file, start, comment.len()))
    }

    fn report_c(&self, text: Span, errors: &CErrors) {
        for error in &errors.0 {
            let mut diagnostic = Diagnostic::new(part(text, error.span), &error.message).label(&error.label);
            for (span, label) in &error.secondary {
                diagnostic = diagnostic.secondary(part(text, *span), label);
            }
            diagnostic = error.notes.iter().fold(diagnostic, |diagnostic, note| diagnostic.note(note));
            diagnostic = error.help.iter().fold(diagnostic, |diagnostic, help| diagnostic.help(help));
            self.report(diagnostic);
        }
    }

    /// The name in `C.name`, where an expression is that.
    pub(in crate::check) fn c_name(&self, expr: ExprId) -> Option<(PackageId, &'a Ident)> {
        let ast = self.ast;
        let ExprKind::Selector { operand, name } = &ast.expr(ast.unparen(expr)).kind else { return None };
        let ExprKind::Ident(package) = &ast.expr(*operand).kind else { return None };
        match self.objects.list[self.lookup(package)?].kind {
            ObjectKind::C(helpers) => Some((helpers, name)),
            _ => None,
        }
    }

    /// The unit of the present package, which imports "C".
    fn c_unit(&mut self) -> &mut CUnit {
        self.c_units.entry(self.place.package).or_insert_with(CUnit::new)
    }
}

#[cfg(test)]
mod tests {
    use super::source_folder;

    #[test]
    fn libraries_can_be_beside_their_file() {
        let rows =
            [("a.vo", "."), ("-e", "."), ("lib/a.vo", "lib"), ("/opt/lib/a.vo", "/opt/lib"), ("/a.vo", "/")];
        for (file, folder) in rows {
            assert_eq!(source_folder(file), folder, "{file}");
        }
    }
}

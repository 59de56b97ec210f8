//! `//vo:packed` and `//vo:align(N)`: structs with the layouts that gcc's attributes `packed` and `aligned` give.

use vo_ffi::Packing;

use super::checker::Checker;
use crate::ast::{Directive, ExprKind, FieldDecl, TypeSpec};
use crate::diagnostic::Diagnostic;
use crate::types::{TypeId, TypeKind};

/// What the heap aligns objects to.
const MAX_ALIGN: usize = 16;

impl<'a> Checker<'a> {
    /// What the directives above a declaration ask for.
    pub(super) fn packing(&self, spec: &TypeSpec) -> Option<Packing> {
        let is_struct = matches!(self.ast.expr(self.ast.unparen(spec.ty)).kind, ExprKind::StructType(_));
        if !is_struct {
            self.no_packing(spec);
            return None;
        }
        let mut packing = Packing::default();
        for directive in &spec.directives {
            match (directive.name.as_str(), &directive.argument) {
                ("packed", None) => packing.packed = true,
                ("packed", Some(_)) => {
                    self.report(Diagnostic::new(directive.span, "//vo:packed takes no argument"));
                }
                (_, argument) => packing.align = self.alignment(directive, argument.as_deref()),
            }
        }
        (packing != Packing::default()).then_some(packing)
    }

    fn alignment(&self, directive: &Directive, argument: Option<&str>) -> Option<usize> {
        let value =
            argument.and_then(|text| text.parse().ok()).filter(|value: &usize| value.is_power_of_two());
        if value.is_some_and(|value| value <= MAX_ALIGN) {
            return value;
        }
        let error = match (argument, value) {
            (None, _) => Diagnostic::new(directive.span, "//vo:align needs an alignment")
                .help("write `//vo:align(16)`"),
            (Some(text), None) => {
                Diagnostic::new(directive.span, format!("alignment {text} is not a power of two"))
                    .help("the alignments are 1, 2, 4, 8 and 16")
            }
            (_, Some(value)) => {
                let message = format!("alignment {value} is more than {MAX_ALIGN}");
                let note =
                    format!("the heap places objects at multiples of {MAX_ALIGN} bytes, and moves none");
                Diagnostic::new(directive.span, message).note(note)
            }
        };
        self.report(error);
        None
    }

    /// Reports directives above a declaration that makes no struct.
    pub(super) fn no_packing(&self, spec: &TypeSpec) {
        for directive in &spec.directives {
            let (name, ty) = (&directive.name, &spec.name.name);
            let message = format!("//vo:{name} is for struct types, and {ty} declares none");
            self.report(Diagnostic::new(directive.span, message).help("write it above `type … struct {`"));
        }
    }

    /// Completes a struct type that has a layout of its own, and the types that have been waiting for it.
    pub(super) fn finish_packed(
        &mut self,
        ty: TypeId,
        underlying: TypeId,
        packing: Packing,
        spec: &'a TypeSpec,
    ) {
        let TypeKind::Struct(fields) = self.kind(underlying).clone() else { return };
        self.types.set_packed(ty, fields, packing);
        self.packed_types.push((ty, spec));
        let waiting: Vec<TypeId> =
            self.unfinished_types.extract_if(|_, of| *of == ty).map(|(waiting, _)| waiting).collect();
        for waiting in waiting {
            self.finish_type(waiting, ty);
        }
    }

    /// Reports fields that C could not have.
    pub(super) fn check_packed_types(&mut self) {
        for (ty, spec) in std::mem::take(&mut self.packed_types) {
            let ExprKind::StructType(decls) = &self.ast.expr(self.ast.unparen(spec.ty)).kind else {
                continue;
            };
            let TypeKind::Struct(fields) = self.kind(ty) else { continue };
            let declared = decls.iter().flat_map(|decl| decl_fields(decl).map(move |_| decl));
            for (field, decl) in fields.iter().zip(declared) {
                let Some(part) = self.not_of_c(field.ty) else { continue };
                let directives: Vec<String> =
                    spec.directives.iter().map(|directive| format!("//vo:{}", directive.name)).collect();
                let (name, own) = (&field.name, self.type_name(field.ty));
                let message = format!("field {name} of a {} struct has the type {own}", directives.join(" "));
                let note = match part == field.ty {
                    true => "structs with layouts of their own have fields that C has too".to_string(),
                    false => format!("it leads to {}, which C does not have", self.type_name(part)),
                };
                self.report(Diagnostic::new(decl.span, message).note(note).help(instead(self.kind(part))));
            }
        }
    }
}

/// One for each field that a line declares.
fn decl_fields(decl: &FieldDecl) -> std::ops::Range<usize> {
    0..decl.names.len().max(1)
}

/// What stands in C where Vo has something of its own.
fn instead(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::String => "use an array of bytes, `[N]byte`, or a pointer to the first",
        TypeKind::Slice(_) => "use an array, or a pointer to the first element and a length",
        TypeKind::Func(_) | TypeKind::Interface(_) | TypeKind::Map(..) => {
            "use a `uintptr` that stands for it"
        }
        _ => "",
    }
}

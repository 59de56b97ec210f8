//! Assignments, and declarations of local variables.

use super::checker::Checker;
use super::info::{ExprType, Resolved};
use super::operand::{Mode, Operand};
use super::scope::ObjectKind;
use crate::ast::{BinaryOp, ExprId, ExprKind, VarSpec};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::TypeId;

impl<'a> Checker<'a> {
    pub(super) fn assignment(&mut self, lhs: &[ExprId], rhs: &[ExprId], span: Span) {
        if lhs.len() == rhs.len() {
            for (&target, &value) in lhs.iter().zip(rhs) {
                let operand = self.assigned_value(value, lhs.len(), span);
                self.assign_to(target, operand, "assignment");
            }
            return;
        }
        let [value] = rhs else {
            self.use_arguments(rhs);
            for &target in lhs {
                self.target(target);
            }
            return self.assignment_mismatch(span, lhs.len(), rhs);
        };
        let types = self.unpack(*value, lhs.len(), span);
        for (&target, ty) in lhs.iter().zip(types) {
            let operand = self.value(*value, ty);
            self.assign_to(target, operand, "assignment");
        }
    }

    /// The value of an assignment with as many values as variables.
    pub(super) fn assigned_value(&mut self, value: ExprId, count: usize, span: Span) -> Operand {
        if count > 1 {
            return self.expr(value);
        }
        let operand = self.multi_expr(value);
        match operand.mode {
            Mode::Tuple(_) => {
                self.assignment_mismatch_of(span, 1, value, &operand);
                self.invalid(value)
            }
            Mode::NoValue => self.expr(value),
            _ => operand,
        }
    }

    /// Stores an operand in a target.
    pub(super) fn assign_to(&mut self, target: ExprId, mut operand: Operand, context: &str) {
        match self.target(target) {
            Some(Target::Blank) => {
                if operand.is_nil() {
                    self.error(self.span(operand.expr), format!("use of untyped nil in {context}"));
                }
                self.default_operand(&mut operand);
            }
            Some(Target::Place(ty)) if self.assign(&mut operand, ty, context) => {
                self.check_bits_of(target, operand.expr, context);
            }
            Some(Target::Place(_)) | None => {}
        }
    }

    /// Checks what is assigned to. A variable that is only assigned to is not used.
    fn target(&mut self, target: ExprId) -> Option<Target> {
        let inner = self.ast.unparen(target);
        if self.is_blank(inner) {
            self.info.resolved.insert(inner, Resolved::Blank);
            return Some(Target::Blank);
        }
        let var = match &self.ast.expr(inner).kind {
            ExprKind::Ident(name) => match self.lookup(name).map(|id| &self.objects.list[id].kind) {
                Some(ObjectKind::Local(var)) => Some(*var),
                _ => None,
            },
            _ => None,
        };
        let used = var.is_some_and(|var| self.var_used[var.0 as usize]);
        let operand = self.expr(target);
        if let Some(var) = var {
            self.var_used[var.0 as usize] = used;
        }
        if operand.is_invalid() {
            return None;
        }
        if let Some(var) = self.root_variable(target) {
            self.info.vars[var.0 as usize].reassigned = true;
        }
        match operand.mode {
            Mode::Variable | Mode::MapIndex => return Some(Target::Place(operand.ty)),
            _ => {}
        }
        self.cannot_assign(target, &operand);
        None
    }

    fn cannot_assign(&self, target: ExprId, operand: &Operand) {
        let inner = self.ast.unparen(target);
        if let ExprKind::Selector { operand: base, .. } = self.ast.expr(inner).kind
            && let ExprKind::Index { operand: map, .. } = self.ast.expr(self.ast.unparen(base)).kind
            && matches!(self.kind(self.info.type_of(map)), crate::types::TypeKind::Map(..))
        {
            let message = format!("cannot assign to struct field {} in map", self.expr_text(target));
            let help = "assign a whole new value, or keep pointers in the map";
            return self.report(Diagnostic::new(self.span(target), message).help(help));
        }
        let text = self.expr_text(target);
        let message = format!("cannot assign to {text} (neither addressable nor a map index expression)");
        let mut error = Diagnostic::new(self.span(target), message);
        if operand.constant().is_some() {
            error = error.label("this is a constant");
        }
        if let ExprKind::Index { operand: base, .. } = self.ast.expr(inner).kind
            && self.is_string(self.info.type_of(base))
        {
            error = error.help("strings cannot be changed; convert to []byte, change that, and convert back");
        }
        self.report(error);
    }

    pub(super) fn inc_dec(&mut self, target: ExprId, increment: bool) {
        let operand = self.expr(target);
        if operand.is_invalid() {
            return;
        }
        if self.has_arithmetic(&operand) {
            return self.check_place(target, &operand);
        }
        if !self.is_numeric(operand.ty) {
            let op = if increment { "++" } else { "--" };
            let text = self.expr_text(target);
            let ty = self.type_name(operand.ty);
            let message = format!("invalid operation: {text}{op} (non-numeric type {ty})");
            return self
                .report(self.without_arithmetic(Diagnostic::new(self.span(target), message), &operand));
        }
        self.check_place(target, &operand);
    }

    fn check_place(&mut self, target: ExprId, operand: &Operand) {
        if let Some(var) = self.root_variable(target) {
            self.info.vars[var.0 as usize].reassigned = true;
        }
        if !matches!(operand.mode, Mode::Variable | Mode::MapIndex) {
            self.cannot_assign(target, operand);
        }
    }

    pub(super) fn op_assignment(&mut self, op: BinaryOp, op_span: Span, target: ExprId, value: ExprId) {
        let left = self.expr(target);
        let right = self.expr(value);
        if left.is_invalid() || right.is_invalid() {
            return;
        }
        self.check_place(target, &left);
        let ty = left.ty;
        let mut result = self.binary_operands(target, op, op_span, left, right);
        if !result.is_invalid() {
            self.assign(&mut result, ty, "assignment");
        }
        self.record(target, ExprType::One(ty));
    }

    /// `a, b := …`
    pub(super) fn definition(&mut self, lhs: &'a [ExprId], rhs: &[ExprId], op_span: Span, span: Span) {
        let fresh: Vec<bool> = lhs.iter().map(|&name| self.is_fresh(name)).collect();
        let twice = self.repeated(lhs);
        if let Some(twice) = twice {
            let text = self.expr_text(twice);
            self.error(self.span(twice), format!("{text} repeated on left side of :="));
        }
        let names_only = lhs.iter().all(|&name| !self.ast.name(name).is_empty());
        if names_only && !fresh.contains(&true) {
            let error = Diagnostic::new(op_span, "no new variables on left side of :=");
            self.report(error.help("to assign to variables that exist, write `=`"));
        }
        let mut vars = Vec::new();
        if lhs.len() == rhs.len() {
            for ((&name, &value), &fresh) in lhs.iter().zip(rhs).zip(&fresh) {
                let operand = self.assigned_value(value, lhs.len(), span);
                vars.extend(self.define_one(name, operand, fresh));
            }
        } else if let [value] = rhs {
            let types = self.unpack(*value, lhs.len(), span);
            for ((&name, ty), &fresh) in lhs.iter().zip(types).zip(&fresh) {
                let operand = self.value(*value, ty);
                vars.extend(self.define_one(name, operand, fresh));
            }
        } else {
            self.use_arguments(rhs);
            self.assignment_mismatch(span, lhs.len(), rhs);
            for (&name, _) in lhs.iter().zip(&fresh).filter(|(_, fresh)| **fresh) {
                vars.extend(self.define_var(name, self.untyped.invalid).map(|kind| (name, kind)));
            }
        }
        for (name, kind) in vars {
            if twice != Some(name) {
                self.declare_defined(name, kind);
            }
        }
    }

    fn repeated(&self, lhs: &[ExprId]) -> Option<ExprId> {
        let name = |id: ExprId| self.ast.name(id);
        let twice = lhs.iter().enumerate().find(|&(at, &id)| {
            !name(id).is_empty() && name(id) != "_" && lhs[..at].iter().any(|&old| name(old) == name(id))
        });
        twice.map(|(_, &id)| id)
    }

    /// Whether a name on the left of `:=` is a new one.
    fn is_fresh(&self, name: ExprId) -> bool {
        let text = self.ast.name(name);
        if text.is_empty() {
            self.error(self.span(name), format!("non-name {} on left side of :=", self.expr_text(name)));
            return false;
        }
        text != "_" && !self.place.scopes.last().is_some_and(|scope| scope.contains_key(text))
    }

    fn define_one(
        &mut self,
        name: ExprId,
        mut operand: Operand,
        fresh: bool,
    ) -> Option<(ExprId, ObjectKind<'static>)> {
        if self.ast.name(name).is_empty() {
            return None;
        }
        if !fresh {
            self.assign_to(name, operand, "assignment");
            return None;
        }
        let ty = self.inferred_type(&mut operand, "assignment");
        Some((name, self.define_var(name, ty)?))
    }

    /// A new variable for a name, not yet in scope; none for `_`.
    pub(super) fn define_var(&mut self, name: ExprId, ty: TypeId) -> Option<ObjectKind<'static>> {
        if self.is_blank(name) {
            self.info.resolved.insert(name, Resolved::Blank);
            return None;
        }
        self.record_name(name, ty);
        if self.at_entry_level() {
            let global = self.new_global(name, ty);
            self.info.resolved.insert(name, Resolved::Global(global));
            return Some(ObjectKind::Global(global));
        }
        let var = self.new_var(self.ast.name(name), ty, self.span(name), Some(name));
        self.info.resolved.insert(name, Resolved::Local(var));
        Some(ObjectKind::Local(var))
    }

    pub(super) fn declare_defined(&mut self, name: ExprId, kind: ObjectKind<'static>) {
        let (text, span) = (self.ast.name(name), self.span(name));
        match kind {
            ObjectKind::Global(_) => self.declare_package(text, span, kind),
            _ => self.declare_local(text, span, kind),
        }
    }

    /// Whether what is declared here is a variable of the session, and not of a function.
    fn at_entry_level(&self) -> bool {
        self.place.entry && self.place.scopes.len() == 1
    }

    pub(super) fn local_vars(&mut self, specs: &'a [VarSpec]) {
        for spec in specs {
            let types = self.local_var_types(spec);
            for (&name, ty) in spec.names.iter().zip(types) {
                if let Some(kind) = self.define_var(name, ty) {
                    self.declare_defined(name, kind);
                }
            }
        }
    }

    fn local_var_types(&mut self, spec: &'a VarSpec) -> Vec<TypeId> {
        let count = spec.names.len();
        let declared = spec.ty.map(|ty| self.check_type(ty));
        let invalid = declared.unwrap_or(self.untyped.invalid);
        if spec.values.is_empty() {
            return vec![invalid; count];
        }
        if spec.values.len() == count {
            let context = "variable declaration";
            let value = |&value| self.init_value(value, declared, context, count, spec.span);
            return spec.values.iter().map(value).collect();
        }
        let [value] = spec.values[..] else {
            self.use_arguments(&spec.values);
            self.assignment_mismatch(spec.span, count, &spec.values);
            return vec![invalid; count];
        };
        let types = self.unpack(value, count, spec.span);
        let Some(declared) = declared else { return types };
        for ty in types {
            let mut operand = self.value(value, ty);
            self.assign(&mut operand, declared, "variable declaration");
        }
        vec![declared; count]
    }

    /// `assignment mismatch: 2 variables but …`
    pub(super) fn assignment_mismatch(&self, span: Span, count: usize, values: &[ExprId]) {
        let given = values.len();
        self.mismatch(span, count, &format!("{given} value{}", plural(given)));
    }

    pub(super) fn assignment_mismatch_of(&self, span: Span, count: usize, value: ExprId, operand: &Operand) {
        let given = match &operand.mode {
            Mode::Tuple(types) => types.len(),
            Mode::NoValue => 0,
            _ => 1,
        };
        let what = match &self.ast.expr(self.ast.unparen(value)).kind {
            ExprKind::Call { callee, .. } => {
                format!("{}() returns {given} value{}", self.expr_text(*callee), plural(given))
            }
            _ => format!("{given} value{}", plural(given)),
        };
        self.mismatch(span, count, &what);
    }

    fn mismatch(&self, span: Span, count: usize, what: &str) {
        let message = format!("assignment mismatch: {count} variable{} but {what}", plural(count));
        self.error(span, message);
    }
}

enum Target {
    Blank,
    Place(TypeId),
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

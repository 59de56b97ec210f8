//! Which declared functions and variables of C a program can use, and where their addresses fit.

use vo_ffi::c::{CFunction, CKind, CPlace, CType, CTypes, CVariable, FuncSig, Target};
use vo_ffi::{CParam, Misfit};

use super::call::Passed;
use crate::ast::ExprId;
use crate::check::call::Call;
use crate::check::checker::Checker;
use crate::check::info::{CWanted, ExprType, Resolved};
use crate::check::operand::Operand;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::TypeId;

impl<'a> Checker<'a> {
    /// Whether a function can be called as it is declared; if not, says why at the span.
    pub(super) fn is_callable(&mut self, span: Span, function: &CFunction, sig: &FuncSig) -> bool {
        let help = "declare it without `static`, as its library has it";
        if !self.is_exported_by_c(span, &function.name, function.is_static, help) {
            return false;
        }
        let types = &self.c_unit().declarations.types;
        let incomplete = |&(_, ty): &(usize, CType)| is_incomplete(types, ty);
        let params = (1..).zip(sig.params.iter().copied());
        let Some((index, ty)) = params.chain([(0, sig.result)]).find(incomplete) else { return true };
        let name = types.name(ty);
        let what = match index {
            0 => format!("C.{} returns a `{name}`, which is incomplete", function.name),
            index => format!("parameter {index} of C.{} is a `{name}`, which is incomplete", function.name),
        };
        let declaration = self.c_declaration(function);
        let error = Diagnostic::new(span, what).note(format!("C declares `{declaration}`"));
        self.report(
            error.help(format!("declare the members of `{name}` in the comment above `import \"C\"`")),
        );
        false
    }

    /// Whether a variable has a place that programs can find, and a value, where more than its address is wanted.
    pub(super) fn is_readable(&mut self, span: Span, variable: &CVariable, addressed: bool) -> bool {
        let types = &self.c_unit().declarations.types;
        // An array without a length has a place, and elements from there on.
        let open = matches!(types.unaligned_kind(variable.ty), CKind::Array { len: None, .. });
        if !addressed && !open && is_incomplete(types, variable.ty) {
            let name = types.name(variable.ty);
            let error =
                Diagnostic::new(span, format!("C.{} is a `{name}`, which is incomplete", variable.name));
            self.report(error.help(format!("take its address: `&C.{}`", variable.name)));
            return false;
        }
        if variable.thread_local {
            let message =
                format!("each thread has its own C.{}, so there is no one place of it", variable.name);
            self.report(Diagnostic::new(span, message).help("call a C function that reads or writes it"));
            return false;
        }
        let help = "declare it `extern`, as its library has it; `static const` is for numbers and `char s[]`";
        self.is_exported_by_c(span, &variable.name, variable.is_static, help)
    }

    fn is_exported_by_c(&self, span: Span, name: &str, is_static: bool, help: &str) -> bool {
        if is_static {
            let error = Diagnostic::new(span, format!("C.{name} is `static` in C: no library has it"));
            self.report(error.help(help));
        }
        !is_static
    }

    /// `C.f` where a pointer to a function is wanted: its address. None where it is something else.
    pub(super) fn pass_function(&mut self, operand: &Operand, want: CType) -> Option<Result<Passed, Misfit>> {
        let types = &self.c_unit().declarations.types;
        let wanted = types.as_func(want).cloned()?;
        let (_, name) = self.c_name(operand.expr)?;
        let function = self.c_unit().declarations.function(super::name_in_c(&name.name)).cloned()?;
        let types = &self.c_unit().declarations.types;
        let alike = types.as_func(function.ty).is_some_and(|own| functions_alike(types, own, &wanted));
        if !alike {
            let problem =
                format!("it is `{}`, and C calls it as `{}`", types.name(function.ty), types.name(want));
            return Some(Err(Misfit { problem, advice: String::new() }));
        }
        Some(Ok(self.function_address(operand.expr, &function)))
    }

    /// What a pointer to a function of C points to, as a function that is called by the address.
    pub(in crate::check) fn c_function_pointer(&self, ty: TypeId) -> Option<CFunction> {
        let unit = self.c_units.get(&self.place.package)?;
        let made = *unit.made.get(&self.pointee(ty)?)?;
        let types = &unit.declarations.types;
        let CKind::Func(sig) = types.unaligned_kind(made) else { return None };
        Some(CFunction {
            name: types.declare(made, "(*)"),
            symbol: String::new(),
            ty: made,
            params: vec![None; sig.params.len()],
            nonnull: Vec::new(),
            prototype: true,
            noreturn: false,
            is_static: false,
            place: CPlace { text: usize::MAX, ..CPlace::default() },
        })
    }

    /// `p(…)`, where `p` is a pointer to a function of C.
    pub(in crate::check) fn c_pointer_call(
        &mut self,
        call: Call<'a>,
        callee: &Operand,
        function: &CFunction,
        errno: bool,
    ) -> Operand {
        self.call_c_function(call, (function, self.span(call.callee)), Some(callee.ty), errno)
    }

    /// Whether `C.f` is stored where a pointer to such a function is wanted: then it is its address.
    pub(in crate::check) fn becomes_function_pointer(&mut self, operand: &Operand, target: TypeId) -> bool {
        let Some(want) = self.c_function_behind(target) else { return false };
        let Some(Ok(_)) = self.pass_function(operand, want) else { return false };
        for expr in [self.ast.unparen(operand.expr), operand.expr] {
            self.record(expr, ExprType::One(target));
        }
        true
    }

    /// The function type of C that a type of Vo is a pointer to.
    pub(in crate::check) fn c_function_behind(&self, ty: TypeId) -> Option<CType> {
        let target = self.pointee(ty)?;
        let mut units = self.c_units.values();
        let (unit, c) = units.find_map(|unit| unit.made.get(&target).map(|&c| (unit, c)))?;
        matches!(unit.declarations.types.kind(c), CKind::Func(_)).then_some(c)
    }

    fn function_address(&mut self, expr: ExprId, function: &CFunction) -> Passed {
        let span = self.c_unit().span(function.place);
        let target = self.c_type(function.ty);
        let global = self.c_address(&function.name, &function.symbol, target, span, CWanted::Function);
        let inner = self.ast.unparen(expr);
        self.info.resolved.insert(inner, Resolved::Global(global));
        let ty = self.info.globals[global.0 as usize].ty;
        for expr in [inner, expr] {
            self.record(expr, ExprType::One(ty));
        }
        Passed { ty, param: CParam::Pointer(target), extra: None }
    }
}

fn is_incomplete(types: &CTypes, ty: CType) -> bool {
    ty != CType::VOID && types.layout(ty, Target::HOST).is_err()
}

/// Whether a function can be called as another one: with the same numbers of the same sizes, and any pointers for
/// pointers, as `strcmp` where C compares elements.
fn functions_alike(types: &CTypes, own: &FuncSig, wanted: &FuncSig) -> bool {
    let alike = |a: CType, b: CType| match (types.unaligned_kind(a), types.unaligned_kind(b)) {
        (CKind::Pointer { .. }, CKind::Pointer { .. }) => true,
        _ if a == b => true,
        _ => match (types.as_scalar(a), types.as_scalar(b)) {
            (Some(a), Some(b)) => {
                a.class(Target::HOST) == b.class(Target::HOST) && a.size(Target::HOST) == b.size(Target::HOST)
            }
            _ => false,
        },
    };
    // What is not taken or not looked at may be there all the same; what is missing may not.
    own.variadic == wanted.variadic
        && own.params.len() == wanted.params.len()
        && (wanted.result == CType::VOID || alike(own.result, wanted.result))
        && own.params.iter().zip(&wanted.params).all(|(&a, &b)| alike(a, b))
}

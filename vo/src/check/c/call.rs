//! Calls of C functions: what each argument becomes, and what comes back.

use std::sync::Arc;

use vo_ffi::c::{CFunction, CKind, CScalar, CType, Declarations, FuncSig, Target};
use vo_ffi::{CFit, CParam, CPrototype, CResult, Misfit};

use crate::ast::{ExprId, Ident};
use crate::check::call::Call;
use crate::check::checker::Checker;
use crate::check::info::{
    ArgumentPass, CallInfo, CallKind, ExternId, ExternInfo, ExternOrigin, PackageId, Resolved,
};
use crate::check::operand::{Mode, Operand};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::types::{FuncType, Scalar, TypeId, TypeKind};

/// Functions that are there without being declared: what cgo has, and what gives its memory back.
pub(super) const IMPLIED: [(&str, &str); 3] = [
    ("CString", "char *strdup(const char *text);"),
    ("malloc", "void *malloc(size_t size);"),
    ("free", "void free(void *at);"),
];

/// How a C function is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum CallForm {
    /// `C.f()`
    Plain,
    /// `r, err := C.f()`
    WithErrno,
    /// `f := C.f`
    Value,
}

/// An argument on its way to C.
pub(super) struct Passed {
    pub(super) ty: TypeId,
    pub(super) param: CParam,
    /// The type of an argument behind the parameters.
    pub(super) extra: Option<CType>,
}

/// What is left of a conversion for the callee, where the machine can do some of it before the call.
fn lowered(param: CParam, form: CallForm) -> (CParam, ArgumentPass) {
    match param {
        // A failure is a result of these, and not a panic at the argument.
        _ if form != CallForm::Plain => (param, ArgumentPass::AsIs),
        CParam::Slice(elem) => (CParam::Pointer(elem), ArgumentPass::Slice),
        CParam::String => (CParam::Pointer(TypeId::BYTE), ArgumentPass::Text),
        CParam::Convert { from, to } if from.is_integer() => {
            (CParam::Scalar(to), ArgumentPass::Int { from, to })
        }
        _ => (param, ArgumentPass::AsIs),
    }
}

impl<'a> Checker<'a> {
    /// `C.name(…)`
    pub(in crate::check) fn c_call(
        &mut self,
        call: Call<'a>,
        helpers: PackageId,
        name: &'a Ident,
    ) -> Option<Operand> {
        let errno = self.errno_call.take() == Some(call.expr);
        if let Some(function) = self.c_unit().declarations.function(super::name_in_c(&name.name)).cloned() {
            let span = self.c_unit().span(function.place);
            return Some(self.call_c_function(call, (&function, span), None, errno));
        }
        if let Some((_, text)) = IMPLIED.iter().find(|(own, _)| *own == name.name) {
            let function = self.implied_function(&name.name, text)?;
            return Some(self.call_c_function(call, (&function, name.span), None, errno));
        }
        let helper = self.objects.packages[helpers.0 as usize].get(name.name.as_str()).copied()?;
        Some(self.call_c_helper(call, helper))
    }

    /// A function that the preamble need not declare.
    fn implied_function(&mut self, name: &str, text: &str) -> Option<CFunction> {
        if let Some(known) = self.c_unit().implied.get(name) {
            return Some(known.clone());
        }
        let parsed = Declarations::parse(text, Target::HOST).ok()?;
        let function = parsed.functions().first()?.clone();
        let unit = self.c_unit();
        let imported = unit.declarations.types.import(&parsed.types, &[function.ty]);
        unit.shared = Arc::new(unit.declarations.types.clone());
        let function = CFunction { name: name.into(), ty: *imported.first()?, ..function };
        unit.implied.insert(name.into(), function.clone());
        Some(function)
    }

    /// A native of package C: texts and bytes of C.
    fn call_c_helper(&mut self, call: Call<'a>, helper: usize) -> Operand {
        let callee = self.object_operand(call.callee, helper);
        let Some(func) = self.func_type(callee.ty).cloned() else { return self.invalid(call.expr) };
        let (mut operands, from_tuple) = self.arguments(call.args);
        // Any pointer to characters of the same width is as good, and any pointer at all where bytes are wanted.
        for (operand, &want) in operands.iter_mut().zip(&func.params) {
            self.take_pointer(operand, want);
        }
        self.check_arguments(call, &func, operands);
        let kind = self.call_kind(call.callee);
        self.info.calls.insert(call.expr, CallInfo { kind, ty: callee.ty, from_tuple, pack_from: None });
        let result = func.results.first().copied().unwrap_or(TypeId::NIL);
        let result = match result {
            TypeId::UINTPTR => {
                let void = self.c_type(CType::VOID);
                self.types.pointer_to(void)
            }
            other => other,
        };
        self.value(call.expr, result)
    }

    fn take_pointer(&mut self, operand: &mut Operand, want: TypeId) {
        let (Some(target), Some(wanted)) = (self.pointee(operand.ty), self.pointee(want)) else {
            if self.is_integer(operand.ty) && !self.is_untyped(operand.ty) && want == TypeId::INT {
                // A length may be any integer: it is converted.
                operand.ty = want;
            }
            return;
        };
        let size =
            |ty: TypeId| self.types.as_scalar(ty).filter(|scalar| scalar.is_integer()).map(Scalar::size);
        if wanted == TypeId::BYTE || size(target).is_some() && size(target) == size(wanted) {
            operand.ty = want;
        }
    }

    /// `declared` is a function and its place; `through` is the type of the pointer that is called instead.
    pub(super) fn call_c_function(
        &mut self,
        call: Call<'a>,
        declared: (&CFunction, Span),
        through: Option<TypeId>,
        errno: bool,
    ) -> Operand {
        let (function, _) = declared;
        let (operands, from_tuple) = self.arguments(call.args);
        let Some(sig) = self.c_unit().declarations.types.as_func(function.ty).cloned() else {
            return self.invalid(call.expr);
        };
        if !self.is_callable(self.span(call.callee), function, &sig) {
            return self.invalid(call.expr);
        }
        if let Some(span) = call.spread {
            self.error(span, "a C function takes no slice in place of its arguments: pass them one by one");
            return self.invalid(call.expr);
        }
        let given = operands.len();
        if given < sig.params.len() || given > sig.params.len() && !sig.variadic {
            self.c_argument_count(call, function, &operands, sig.params.len());
            return self.invalid(call.expr);
        }
        let passed: Option<Vec<Passed>> = {
            let all = operands.into_iter().enumerate();
            let all: Vec<_> =
                all.map(|(index, operand)| self.pass(call, function, &sig, index, operand)).collect();
            all.into_iter().collect()
        };
        let Some(passed) = passed else { return self.invalid(call.expr) };
        let form = if errno { CallForm::WithErrno } else { CallForm::Plain };
        let id = self.c_extern(declared, &sig, passed, through, form);
        self.finish_c_call(call, id, through, from_tuple)
    }

    fn finish_c_call(
        &mut self,
        call: Call<'a>,
        id: ExternId,
        through: Option<TypeId>,
        from_tuple: bool,
    ) -> Operand {
        let ty = self.info.externs[id.0 as usize].ty;
        let kind = if through.is_some() { CallKind::CPointer(id) } else { CallKind::Extern(id) };
        self.info.calls.insert(call.expr, CallInfo { kind, ty, from_tuple, pack_from: None });
        match self.func_type(ty).map(|func| func.results.clone()).unwrap_or_default().as_slice() {
            [] => Operand { mode: Mode::NoValue, ty: TypeId::NIL, expr: call.expr },
            [one] => self.value(call.expr, *one),
            many => Operand { mode: Mode::Tuple(many.into()), ty: TypeId::NIL, expr: call.expr },
        }
    }

    /// How an argument is passed; none after an error.
    fn pass(
        &mut self,
        call: Call<'a>,
        function: &CFunction,
        sig: &FuncSig,
        index: usize,
        mut operand: Operand,
    ) -> Option<Passed> {
        if operand.is_invalid() {
            return None;
        }
        let want = sig.params.get(index).copied();
        if let Some(passed) = want.and_then(|want| self.pass_function(&operand, want)) {
            return passed.map_err(|misfit| self.c_misfit(call, function, index, &operand, misfit)).ok();
        }
        if operand.is_nil() && function.nonnull.get(index) == Some(&true) {
            let problem = format!("C's `{}` takes no NULL", function.name);
            self.c_misfit(call, function, index, &operand, Misfit { problem, advice: String::new() });
            return None;
        }
        if function.symbol == "free" && matches!(self.kind(operand.ty), TypeKind::Slice(_)) {
            let problem = "C frees what C has allocated, and a slice is Vo's".into();
            let advice = "leave it to the collector".into();
            self.c_misfit(call, function, index, &operand, Misfit { problem, advice });
            return None;
        }
        let passed = self.pass_to_c(&operand, want).unwrap_or_else(|| {
            let typed = self.type_argument(&mut operand, want);
            typed.and_then(|()| self.fit_argument(operand.ty, want))
        });
        passed.map_err(|misfit| self.c_misfit(call, function, index, &operand, misfit)).ok()
    }

    pub(super) fn fit_argument(&mut self, ty: TypeId, want: Option<CType>) -> Result<Passed, Misfit> {
        self.c_unit();
        let unit = &self.c_units[&self.place.package];
        let made = |ty: TypeId| unit.made.get(&ty).copied();
        let fit = CFit { types: &self.types, c: &unit.declarations.types, made: &made };
        match want {
            Some(want) => fit.param(ty, want).map(|param| Passed { ty, param, extra: None }),
            None => fit.extra(ty).map(|(c, param)| Passed { ty, param, extra: Some(c) }),
        }
    }

    /// Gives an untyped argument the type that it is passed as.
    fn type_argument(&mut self, operand: &mut Operand, want: Option<CType>) -> Result<(), Misfit> {
        if !operand.is_nil() && !self.is_untyped(operand.ty) {
            return Ok(());
        }
        let target = match want {
            Some(want) => self.untyped_target(operand, want),
            None if operand.is_nil() => {
                let void = self.c_type(CType::VOID);
                self.types.pointer_to(void)
            }
            None if operand.ty == self.untyped.int || operand.ty == self.untyped.rune => {
                self.extra_int(operand)
            }
            None => self.default_type(operand.ty),
        };
        let ty = operand.ty;
        self.convert_untyped(operand, target).map_err(|word| {
            let c = want.map(|want| self.c_unit().declarations.types.name(want)).unwrap_or_default();
            let problem = match word {
                "overflows" => format!("it does not fit into C's `{c}`"),
                "truncated" => format!("C takes an integer, `{c}`"),
                _ => format!("C takes `{c}`"),
            };
            let is_address = want.is_some_and(|want| {
                matches!(self.c_unit().declarations.types.unaligned_kind(want), CKind::Pointer { .. })
            });
            let advice = match is_address && self.is_numeric(ty) {
                true => "write an address as a number of type uintptr, -1 as `^uintptr(0)`; NULL is nil",
                false => "",
            };
            Misfit { problem, advice: advice.into() }
        })
    }

    /// The type of an untyped constant or nil for a parameter.
    fn untyped_target(&mut self, operand: &Operand, want: CType) -> TypeId {
        let text = operand.ty == self.untyped.string;
        let types = &self.c_unit().declarations.types;
        if types.as_scalar(want) == Some(CScalar::LongDouble) {
            return TypeId::FLOAT64;
        }
        if text && matches!(types.unaligned_kind(want), CKind::Pointer { .. }) {
            return TypeId::STRING;
        }
        self.c_type(want)
    }

    /// As in C: an int where it fits.
    fn extra_int(&self, operand: &Operand) -> TypeId {
        let (least, most) = Scalar::Int32.range().unwrap_or_default();
        let fits = operand.constant().and_then(|value| value.as_int());
        match fits {
            Some(value) if (least..=most).contains(&value) => TypeId::scalar(Scalar::Int32),
            _ => TypeId::INT,
        }
    }

    /// The extern that calls a function with arguments of these types.
    fn c_extern(
        &mut self,
        (function, span): (&CFunction, Span),
        sig: &FuncSig,
        passed: Vec<Passed>,
        through: Option<TypeId>,
        form: CallForm,
    ) -> ExternId {
        let errno = form == CallForm::WithErrno;
        let params: Vec<TypeId> = through.into_iter().chain(passed.iter().map(|passed| passed.ty)).collect();
        let key = (function.name.clone(), form, params.clone());
        if let Some(&known) = self.c_unit().externs.get(&key) {
            return known;
        }
        let (result, shown) = self.c_result(sig.result, form);
        let mut results: Vec<TypeId> = shown.into_iter().collect();
        if errno {
            // What C does not return is there for form's sake: `_, err := C.f()`.
            results = vec![shown.unwrap_or(TypeId::UINTPTR), TypeId::ERROR];
        }
        let ty = self.types.intern(TypeKind::Func(FuncType { params, variadic: false, results }));
        let lower = |(index, passed): (usize, &Passed)| match function.nonnull.get(index) {
            // The callee tells an empty slice from nil.
            Some(true) => (passed.param, ArgumentPass::AsIs),
            _ => lowered(passed.param, form),
        };
        let pointer = through.and_then(|pointer| self.pointee(pointer));
        let pointer = pointer.map(|target| (CParam::Pointer(target), ArgumentPass::AsIs));
        let (params, mut passes): (_, Vec<ArgumentPass>) =
            pointer.into_iter().chain(passed.iter().enumerate().map(lower)).unzip();
        let unguarded = self.c_unit().unguarded.contains(&function.name);
        let prototype = CPrototype {
            libraries: self.c_unit().libraries.clone(),
            symbol: function.symbol.clone(),
            through: through.is_some(),
            unguarded,
            types: self.c_unit().shared.clone(),
            sig: sig.clone(),
            extra: passed.iter().filter_map(|passed| passed.extra).collect(),
            params,
            nonnull: function.nonnull.clone(),
            result,
        };
        let mut param_names: Vec<String> =
            function.params.iter().map(|name| name.clone().unwrap_or("_".into())).collect();
        param_names.resize(passed.len(), "_".into());
        self.info.externs.push(ExternInfo {
            name: if through.is_some() { function.name.clone() } else { format!("C.{}", function.name) },
            package: self.package_id(),
            ty,
            receiver: None,
            param_names,
            result_names: Vec::new(),
            origin: ExternOrigin::Prototype(Arc::new(prototype)),
            // The pointer is no argument of the function's.
            passes: passes.split_off(through.is_some().into()),
            optional: false,
            unguarded,
            span,
            doc: String::new(),
        });
        let id = ExternId(self.info.externs.len() as u32 - 1);
        self.c_unit().externs.insert(key, id);
        id
    }

    /// What comes back, and as which type.
    fn c_result(&mut self, ty: CType, form: CallForm) -> (CResult, Option<TypeId>) {
        let types = &self.c_unit().declarations.types;
        let kind = types.unaligned_kind(ty).clone();
        match (kind, types.as_scalar(ty)) {
            (CKind::Void, _) => return (CResult::Void, None),
            (_, Some(CScalar::LongDouble)) => return (CResult::LongDouble, Some(TypeId::FLOAT64)),
            _ => {}
        }
        let own = self.c_type(ty);
        let result = match self.kind(own) {
            TypeKind::Scalar(scalar) => CResult::Scalar(*scalar),
            TypeKind::Pointer(target) => CResult::Pointer(*target),
            _ if form == CallForm::Value => CResult::Struct(own),
            _ => CResult::Into(own),
        };
        (result, Some(own))
    }

    /// A C function as a value: a func of its own types.
    pub(super) fn c_function_value(&mut self, expr: ExprId, function: &CFunction) -> Operand {
        let sig = self.c_unit().declarations.types.as_func(function.ty).cloned();
        let Some(sig) = sig.filter(|sig| !sig.variadic) else {
            self.error(
                self.span(expr),
                format!("C.{} takes any number of arguments: it must be called", function.name),
            );
            return self.invalid(expr);
        };
        if !self.is_callable(self.span(expr), function, &sig) {
            return self.invalid(expr);
        }
        let natural: Vec<TypeId> = sig.params.iter().map(|&param| self.untyped_param(param)).collect();
        let mut passed = Vec::with_capacity(natural.len());
        for (&ty, &want) in natural.iter().zip(&sig.params) {
            match self.fit_argument(ty, Some(want)) {
                Ok(one) => passed.push(one),
                Err(misfit) => {
                    let message = format!("C.{} cannot be a value: {}", function.name, misfit.problem);
                    self.error(self.span(expr), message);
                    return self.invalid(expr);
                }
            }
        }
        let span = self.c_unit().span(function.place);
        let id = self.c_extern((function, span), &sig, passed, None, CallForm::Value);
        self.info.resolved.insert(expr, Resolved::Extern(id));
        self.value(expr, self.info.externs[id.0 as usize].ty)
    }

    fn untyped_param(&mut self, want: CType) -> TypeId {
        match self.c_unit().declarations.types.as_scalar(want) {
            Some(CScalar::LongDouble) => TypeId::FLOAT64,
            _ => self.c_type(want),
        }
    }

    /// A function as its preamble declares it, as far as that is in one line.
    pub(super) fn c_declaration(&mut self, function: &CFunction) -> String {
        // What a pointer points to has its type for a name.
        if function.symbol.is_empty() {
            return function.name.clone();
        }
        let span = self.c_unit().span(function.place);
        let (start, end) = (span.start as usize, span.end as usize);
        let text = &self.sources.file(span.file).text;
        let name = text.get(start..end).filter(|name| *name == function.name);
        let line = name.and_then(|_| {
            let from = text[..start].rfind(['\n', ';', '}']).map_or(0, |at| at + 1);
            let length = text[end..].find([';', '\n'])?;
            let whole = text[end + length..].starts_with(';');
            let line = text[from..end + length].trim().trim_start_matches(['/', '*', ' ']);
            // A line that begins with the name has its result in the one before.
            (whole && !line.starts_with(&function.name)).then(|| line.trim().to_string())
        });
        line.unwrap_or_else(|| self.c_unit().declarations.types.declare(function.ty, &function.name))
    }

    fn c_misfit(
        &mut self,
        call: Call<'a>,
        function: &CFunction,
        index: usize,
        operand: &Operand,
        misfit: Misfit,
    ) {
        let callee = self.expr_text(call.callee);
        let declaration = self.c_declaration(function);
        let message = format!(
            "cannot use {} as argument {} of {callee}: {}",
            self.describe(operand),
            index + 1,
            misfit.problem
        );
        let error =
            Diagnostic::new(self.span(operand.expr), message).note(format!("C declares `{declaration}`"));
        self.report(error.help(misfit.advice));
    }

    fn c_argument_count(&mut self, call: Call<'a>, function: &CFunction, operands: &[Operand], want: usize) {
        if operands.iter().any(Operand::is_invalid) {
            return;
        }
        let (word, span) = match operands.get(want) {
            Some(extra) => ("too many", self.span(extra.expr)),
            None => ("not enough", call.close),
        };
        let callee = self.expr_text(call.callee);
        let declaration = self.c_declaration(function);
        let error = Diagnostic::new(span, format!("{word} arguments in call to {callee}"));
        let error = error.note(format!("have {}", self.have(operands)));
        let error = error.note(format!("C declares `{declaration}`"));
        self.report(match function.prototype {
            true => error,
            false => error.help(format!("write the parameters of `{}` in its declaration", function.name)),
        });
    }
}

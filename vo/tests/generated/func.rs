//! Generated functions, methods and function literals, and calls of them.

use super::program::{Function, Generator};
use super::types::{METHODS, Type};

impl Generator<'_> {
    /// Writes the function of a number.
    pub(crate) fn function(&mut self, number: usize) {
        let Function { name, params, variadic, results } = self.functions[number].clone();
        let mut heads = Vec::new();
        let outer = self.scope.len();
        for (at, ty) in params.iter().enumerate() {
            let shown = match ty {
                Type::Slice(elem) if variadic && at + 1 == params.len() => {
                    format!("...{}", self.types.name(elem))
                }
                _ => self.types.name(ty),
            };
            heads.push(format!("a{at} {shown}"));
            self.declare(&format!("a{at}"), ty, false);
        }
        let results: Vec<(String, Type)> =
            results.into_iter().enumerate().map(|(at, ty)| (format!("r{at}"), ty)).collect();
        for (name, ty) in &results {
            self.declare(name, ty, false);
        }
        let shown: Vec<String> =
            results.iter().map(|(name, ty)| format!("{name} {}", self.types.name(ty))).collect();
        self.line(&format!("func {name}({}) ({}) {{", heads.join(", "), shown.join(", ")));
        self.budget = 24;
        self.body(results, 6);
        self.line("}");
        self.scope.truncate(outer);
    }

    /// Writes the methods of all types; they have names of results as functions have.
    pub(crate) fn methods(&mut self) {
        for number in 0..self.types.named.len() {
            for (method, pointer) in self.types.named[number].methods.clone() {
                let named = Type::Named(number);
                let receiver = if pointer { Type::Pointer(named.into()) } else { named };
                let head = format!(
                    "func (x {}) {} {{",
                    self.types.name(&receiver),
                    self.types.method_head(method, "r")
                );
                let outer = self.scope.len();
                let (param, result) = METHODS[method].clone();
                self.declare("x", &receiver, false);
                self.declare("a", &param, false);
                self.declare("r", &result, false);
                self.line(&head);
                self.budget = 4;
                self.body(vec![("r".into(), result)], 2);
                self.line("}");
                self.scope.truncate(outer);
            }
        }
    }

    /// A body whose results have names: takes fuel, does something, returns.
    fn body(&mut self, results: Vec<(String, Type)>, statements: usize) {
        self.line(&format!("if {0} <= 0 {{ return }}\n{0}--", self.fuel()));
        let outer = std::mem::replace(&mut self.results, results);
        let loops = std::mem::take(&mut self.loops);
        let guards = std::mem::take(&mut self.guards);
        let scope = self.scope.len();
        self.block += 1;
        if self.random.chance(30) {
            self.deferred();
        }
        self.statements(statements);
        self.show_locals(scope);
        self.return_statement();
        self.block -= 1;
        self.scope.truncate(scope);
        (self.results, self.loops, self.guards) = (outer, loops, guards);
    }

    /// Shows what the variables of a body hold at its end.
    fn show_locals(&mut self, from: usize) {
        let block = self.block;
        let locals: Vec<(String, Type)> = self.scope[from..]
            .iter()
            .filter(|variable| variable.block == block)
            .map(|variable| (variable.name.clone(), variable.ty.clone()))
            .collect();
        if !locals.is_empty() {
            let hashes: Vec<String> = locals.iter().map(|(name, ty)| self.hash(ty, name, "2")).collect();
            self.line(&format!("fmt.Println(\"locals\", {})", hashes.join(", ")));
        }
    }

    /// `return`, with values or, where the results have names, without.
    pub(crate) fn return_statement(&mut self) {
        let results = self.results.clone();
        if self.random.chance(40) {
            return self.line("return");
        }
        let values: Vec<String> = results.iter().map(|(_, ty)| self.assigned(ty, 2)).collect();
        let values = values.join(", ");
        self.guarded(&format!("return {values}"));
        self.line("return");
    }

    /// A value of a function type: a literal, a leaf, or a method's value.
    pub(crate) fn function_value(&mut self, params: &[Type], result: &Type, depth: usize) -> String {
        let leaf = self.leaves.iter().find(|leaf| leaf.params == params && leaf.result == *result);
        if let Some(leaf) = leaf
            && self.random.chance(50)
        {
            return leaf.name.clone();
        }
        let ty = self.types.name(&Type::Func(params.to_vec(), result.clone().into()));
        if depth == 0 || self.random.chance(5) {
            return format!("({ty})(nil)");
        }
        let names: Vec<String> = params.iter().map(|_| self.fresh("p")).collect();
        let heads: Vec<String> =
            names.iter().zip(params).map(|(name, ty)| format!("{name} {}", self.types.name(ty))).collect();
        let returned = self.fresh("r");
        let head = format!("func({}) ({returned} {})", heads.join(", "), self.types.name(result));
        let outer = std::mem::take(&mut self.out);
        let scope = self.scope.len();
        self.function += 1;
        for (name, ty) in names.iter().zip(params) {
            self.declare(name, ty, false);
        }
        if self.total {
            let value = self.assigned(result, 1);
            self.out = format!("return {value}\n");
        } else {
            self.declare(&returned, result, false);
            self.budget = self.budget.saturating_sub(1);
            self.body(vec![(returned, result.clone())], self.budget.min(2));
        }
        self.function -= 1;
        self.scope.truncate(scope);
        let body = std::mem::replace(&mut self.out, outer);
        format!("{head} {{\n{body}}}")
    }

    /// Enters a function literal that has been opened in the output.
    pub(crate) fn enter_function(&mut self, results: Vec<(String, Type)>) {
        self.function += 1;
        self.block += 1;
        self.results = results;
        self.loops.clear();
    }

    /// Leaves it, and forgets its variables.
    pub(crate) fn leave_function(&mut self) {
        let function = self.function;
        self.scope.retain(|variable| variable.function < function);
        self.function -= 1;
        self.block -= 1;
    }

    /// A statement that calls a function, and keeps its results in new variables.
    pub(crate) fn call_function(&mut self, function: &Function) {
        let mut args: Vec<String> = Vec::new();
        for (at, ty) in function.params.iter().enumerate() {
            match ty {
                Type::Slice(elem) if function.variadic && at + 1 == function.params.len() => {
                    if self.random.chance(30) {
                        args.push(format!("{}...", self.value(ty, 1).text));
                    } else {
                        for _ in 0..self.random.below(3) {
                            args.push(self.assigned(elem, 1));
                        }
                    }
                }
                _ => args.push(self.assigned(ty, 2)),
            }
        }
        let call = format!("{}({})", function.name, args.join(", "));
        self.keep_results(&call, &function.results.clone());
    }

    /// A call of a method, of a closure, or of a method through its type.
    pub(crate) fn call_value(&mut self) {
        let function = self.path_where(|path| matches!(path.ty, Type::Func(..)));
        if let Some(path) = function
            && self.random.chance(50)
            && let Type::Func(params, result) = path.ty
        {
            let args: Vec<String> = params.iter().map(|ty| self.assigned(ty, 1)).collect();
            self.guards.push(format!("{} != nil", path.text));
            return self.keep_results(&format!("{}({})", path.text, args.join(", ")), &[*result]);
        }
        let Some(path) = self.path_where(|path| path.addressable && matches!(path.ty, Type::Named(_))) else {
            return;
        };
        let Type::Named(number) = path.ty else { return };
        let methods = self.types.methods(number);
        if methods.is_empty() {
            return;
        }
        let (method, pointer) = *self.random.pick(&methods);
        let (param, result) = METHODS[method].clone();
        let (argument, place) = (self.assigned(&param, 2), path.text);
        let name = self.types.name(&Type::Named(number));
        let call = match (self.random.below(4), pointer) {
            (0, true) => format!("(*{name}).M{method}(&{place}, {argument})"),
            (0, false) => format!("{name}.M{method}({place}, {argument})"),
            (1, _) if !pointer || path.keepable => {
                return self.call_bound(&format!("{place}.M{method}"), &argument, &result);
            }
            _ => format!("{place}.M{method}({argument})"),
        };
        self.keep_results(&call, &[result]);
    }

    /// A method's value, called later.
    fn call_bound(&mut self, method: &str, argument: &str, result: &Type) {
        let (bound, value) = (self.fresh("m"), self.fresh("v"));
        let hash = self.hash(result, &value, "2");
        self.guarded(&format!("{bound} := {method}; {value} := {bound}({argument}); fmt.Println({hash})"));
    }

    /// A call of an interface's method, where it holds something.
    pub(crate) fn call_interface(&mut self) {
        let Some(path) = self.path_where(|path| matches!(path.ty, Type::Interface(_))) else { return };
        let Type::Interface(number) = path.ty else { return };
        let methods = self.types.interfaces[number].clone();
        if methods.is_empty() {
            return;
        }
        let method = *self.random.pick(&methods);
        let (param, result) = METHODS[method].clone();
        let argument = self.assigned(&param, 2);
        if self.random.chance(90) {
            self.guards.push(format!("{} != nil", path.text));
        }
        self.keep_results(&format!("{}.M{method}({argument})", path.text), &[result]);
    }

    /// New variables for the results of a call, or places that there are; sometimes none are kept.
    fn keep_results(&mut self, call: &str, results: &[Type]) {
        if results.is_empty() || self.random.chance(15) {
            return self.guarded(call);
        }
        let names: Vec<String> = results.iter().map(|_| self.fresh("v")).collect();
        if self.guards.is_empty() {
            self.line(&format!("{} := {call}", names.join(", ")));
        } else {
            for (name, ty) in names.iter().zip(results) {
                let ty = self.types.name(ty);
                self.line(&format!("var {name} {ty}"));
            }
            self.guarded(&format!("{} = {call}", names.join(", ")));
        }
        for (name, ty) in names.iter().zip(results) {
            self.line(&format!("_ = {name}"));
            self.clip(name, ty);
            self.declare(name, ty, false);
        }
    }

    /// Keeps strings from growing without end.
    pub(crate) fn clip(&mut self, name: &str, ty: &Type) {
        if self.types.underlying(ty) == Type::String {
            let ty = self.types.name(ty);
            self.line(&format!("{name} = {ty}({}clip(string({name})))", self.types.prefix));
        }
    }
}

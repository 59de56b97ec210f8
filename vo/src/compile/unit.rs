//! The tables of the program in the making.

use std::sync::Arc;

use vo_ffi::CResult;

use crate::ast::Ast;
use crate::bytecode::{
    Callable, ExternDecl, ExternSource, Function, GlobalVar, Interface, MethodEntry, MethodName, Receiver,
};
use crate::check::CheckedProgram;
use crate::check::info::{
    self, ArgumentPass, CWanted, ExternInfo, ExternOrigin, FuncId, FuncInfo, GlobalId, Info, MethodTarget,
    ReceiverAdjust,
};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, Span};
use crate::types::{FuncType, TypeId, TypeKind, TypeTable};

use super::direct::{Direct, NOT_ASKED};
use super::effects;
use super::tables::{Tables, push};
use super::thunk::{Thunk, ThunkForm};

/// The most bytes that a value can take.
const MAX_SIZE: usize = i32::MAX as usize;

/// What all functions of a program share.
pub(super) struct Unit<'p> {
    pub(super) ast: &'p Ast,
    pub(super) types: &'p TypeTable,
    pub(super) info: &'p Info,
    pub(super) sources: &'p SourceMap,
    pub(super) tables: Tables,
    /// The functions of the source that earlier compilations have compiled.
    earlier_funcs: usize,
    /// Functions that are not in the source; they come behind those that are.
    synthesized: Vec<Function>,
    allocates: Vec<bool>,
    diagnostics: Vec<Diagnostic>,
}

impl<'p> Unit<'p> {
    /// The tables that are known before any code is.
    pub(super) fn new(checked: &'p CheckedProgram, mut tables: Tables) -> Unit<'p> {
        let CheckedProgram { sources, ast, types, info } = checked;
        tables.program.types = Arc::clone(types);
        let mut unit = Unit {
            ast,
            types,
            info,
            sources,
            earlier_funcs: tables.func_callables.len(),
            tables,
            synthesized: Vec::new(),
            allocates: effects::allocating(ast, info, types),
            diagnostics: Vec::new(),
        };
        unit.check_sizes();
        unit.list_files();
        unit.list_callables();
        unit.place_globals();
        unit
    }

    /// Whether evaluating an expression may allocate or call.
    pub(super) fn allocates(&self, expr: crate::ast::ExprId) -> bool {
        self.allocates[expr.0 as usize]
    }

    pub(super) fn error(&mut self, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(span, message));
    }

    /// The tables, if nothing was wrong.
    pub(super) fn finish(mut self) -> Result<Tables, Vec<Diagnostic>> {
        self.tables.program.functions.append(&mut self.synthesized);
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        if self.diagnostics.is_empty() { Ok(self.tables) } else { Err(self.diagnostics) }
    }

    /// The function that a callable is, where it is one of the source and stays the same.
    pub(super) fn callable_func(&self, callable: u32) -> Option<FuncId> {
        self.tables.fixed_funcs.get(&callable).copied()
    }

    /// The functions of the source that are to be compiled.
    pub(super) fn new_funcs(&self) -> impl Iterator<Item = FuncId> + use<> {
        (self.earlier_funcs as u32..self.info.funcs.len() as u32).map(FuncId)
    }

    /// Adds the next function of the source.
    pub(super) fn add_function(&mut self, function: Function) {
        self.tables.program.functions.push(function);
    }

    /// Adds a function that is not in the source; the result is its index.
    pub(super) fn add_synthesized(&mut self, function: Function) -> u32 {
        self.synthesized.push(function);
        self.function_index(self.info.funcs.len() + self.synthesized.len() - 1)
    }

    /// The index of a function of this compilation, which is so far behind the first of the source.
    fn function_index(&self, position: usize) -> u32 {
        (self.tables.earlier_functions + position - self.earlier_funcs) as u32
    }

    /// The same, as a callable.
    pub(super) fn add_callable(&mut self, function: Function) -> u32 {
        let index = self.add_synthesized(function);
        push(&mut self.tables.program.callables, Callable::Function(index))
    }

    /// Notes which function is `main.main`.
    pub(super) fn set_main(&mut self) {
        self.tables.program.main = self.info.main.map(|main| self.tables.func_callable(main));
    }

    pub(super) fn set_entry(&mut self, function: u32) {
        self.tables.program.entry = function;
    }

    /// The callable of a thunk, made by `make` where it is new.
    pub(super) fn thunk(&mut self, thunk: &Thunk, make: impl FnOnce(&mut Self) -> Function) -> u32 {
        if let Some(&callable) = self.tables.thunks.get(thunk) {
            return callable;
        }
        let function = make(self);
        let callable = self.add_callable(function);
        self.tables.thunks.insert(thunk.clone(), callable);
        callable
    }

    /// Where a package-level variable is.
    pub(super) fn global_offset(&self, id: GlobalId) -> u64 {
        self.tables.program.globals[id.0 as usize].offset as u64
    }

    /// The id of the method at an index of an interface's methods.
    pub(super) fn interface_method(&mut self, interface: TypeId, index: usize) -> u32 {
        match self.types.kind(interface) {
            TypeKind::Interface(methods) => self.method_id(&methods[index].name, methods[index].ty),
            _ => 0,
        }
    }

    /// Notes that an assertion names an interface.
    pub(super) fn use_interface(&mut self, ty: TypeId) {
        let TypeKind::Interface(list) = self.types.kind(ty) else { return };
        if list.is_empty() || self.tables.program.interfaces.iter().any(|known| known.ty == ty) {
            return;
        }
        let methods = list.iter().map(|method| self.method_id(&method.name, method.ty)).collect();
        self.tables.program.interfaces.push(Interface { ty, methods });
    }

    /// The type of a function of the source, with its receiver as the first parameter.
    pub(super) fn func_type(&self, ty: TypeId, receiver: Option<TypeId>) -> FuncType {
        let mut func = match self.types.kind(ty) {
            TypeKind::Func(func) => func.clone(),
            _ => FuncType { params: Vec::new(), variadic: false, results: Vec::new() },
        };
        if let Some(receiver) = receiver {
            func.params.insert(0, receiver);
        }
        func
    }

    /// Makes the table of the methods that interfaces find.
    pub(super) fn compile_methods(&mut self) {
        let info = self.info;
        let mut sets: Vec<_> = info.method_sets.iter().collect();
        sets.sort_by_key(|set| set.0);
        self.tables.program.method_entries.clear();
        for (&ty, entries) in sets {
            for entry in entries {
                let (callable, receiver) = self.method_callable(ty, entry);
                let method = self.method_id(&entry.name, entry.ty);
                self.tables.program.method_entries.push(MethodEntry { ty, method, callable, receiver });
            }
        }
    }

    fn method_callable(&mut self, ty: TypeId, entry: &info::MethodEntry) -> (u32, Receiver) {
        let direct = match entry.target {
            MethodTarget::Func(id) => Some(self.tables.func_callable(id)),
            MethodTarget::Extern(id) => Some(self.tables.extern_callable(id)),
            MethodTarget::Interface { .. } => None,
        };
        match (direct, entry.adjust) {
            (Some(callable), ReceiverAdjust::Deref) if entry.path.is_empty() => (callable, Receiver::Deref),
            (Some(callable), ReceiverAdjust::None) if entry.path.is_empty() => {
                // Images in interfaces never change.
                let func = self.callable_func(callable);
                let is_lent = func.is_some_and(|func| self.lent_params(func).next() == Some(true));
                let copies = self.types.is_image(ty) && !is_lent;
                (callable, if copies { Receiver::Copy } else { Receiver::Data })
            }
            _ => {
                let thunk = Thunk {
                    form: ThunkForm::Receiver { path: entry.path.clone(), adjust: entry.adjust },
                    receiver: ty,
                    target: entry.target,
                    ty: entry.ty,
                };
                (self.compile_thunk(&thunk), Receiver::Data)
            }
        }
    }

    fn method_id(&mut self, name: &str, ty: TypeId) -> u32 {
        let methods = &mut self.tables.program.methods;
        *self
            .tables
            .method_ids
            .entry((name.to_string(), ty))
            .or_insert_with(|| push(methods, MethodName { name: name.to_string(), ty }))
    }

    /// Lengths and offsets in instructions have 32 bits.
    fn check_sizes(&mut self) {
        let mut types = (0..self.types.len() as u32).map(TypeId::from_number);
        let Some(ty) = types.find(|&ty| self.types.layout(ty).size > MAX_SIZE) else { return };
        let vars = self.info.vars.iter().map(|var| (var.ty, var.span));
        let globals = self.info.globals.iter().map(|global| (global.ty, global.span));
        let main = self.info.main.map(|main| self.info.func(main).span).unwrap_or_default();
        let declared = vars.chain(globals).find(|declared| declared.0 == ty).map(|declared| declared.1);
        let name = self.types.name(ty);
        self.error(declared.unwrap_or(main), format!("values of type {name} take more than 2 GiB"));
    }

    fn list_files(&mut self) {
        let info = self.info;
        let declared = (info.funcs.iter().map(|func| func.span))
            .chain(info.externs.iter().map(|decl| decl.span))
            .chain(info.globals.iter().map(|global| global.span));
        let count = declared.map(|span| span.file + 1).max().unwrap_or(0);
        self.tables.program.files = (0..count).map(|number| self.sources.file(number).name.clone()).collect();
    }

    fn list_callables(&mut self) {
        let info = self.info;
        for id in self.new_funcs() {
            let function = Callable::Function(self.function_index(id.0 as usize));
            let callable = self.list_func(info.func(id), id, function);
            self.tables.func_callables.push(callable);
        }
        for decl in &info.externs[self.tables.extern_callables.len()..] {
            let origin = &decl.origin;
            let direct = self.types.kind(decl.ty);
            let direct = match direct {
                TypeKind::Func(_) if self.is_asked_for(decl) => Err("it may be missing"),
                TypeKind::Func(func) => Direct::of(decl, func, self.types),
                _ => Err(NOT_ASKED),
            };
            let passes = decl.passes.clone();
            let decl = ExternDecl { direct: direct.err(), ..self.extern_decl(decl) };
            let program = &mut self.tables.program;
            let index = push(&mut program.externs, decl);
            let callable = push(&mut program.callables, Callable::Extern(index));
            self.tables.extern_callables.push(callable);
            if !matches!(origin, ExternOrigin::Rust { .. }) {
                self.tables.c_functions.insert(callable);
            }
            if passes.iter().any(|pass| *pass != ArgumentPass::AsIs) {
                let through = matches!(origin, ExternOrigin::Prototype(prototype) if prototype.through);
                self.tables.passes.insert(callable, (through.into(), passes));
            }
            if let Ok(direct) = direct {
                self.tables.direct.insert(callable, direct);
            }
            if let ExternOrigin::Prototype(prototype) = origin
                && let CResult::Into(ty) = prototype.result
            {
                self.tables.into_results.insert(callable, ty);
            }
        }
    }

    /// Whether the program asks with `C.has_name` whether a C function is there.
    fn is_asked_for(&self, decl: &ExternInfo) -> bool {
        let ExternOrigin::Prototype(prototype) = &decl.origin else { return false };
        let asked = self.info.globals.iter().filter_map(|global| global.c.as_deref());
        asked.into_iter().any(|c| {
            c.wanted == CWanted::Presence && c.package == decl.package && c.symbol == prototype.symbol
        })
    }

    /// The callable of a new function: the old one's where it is declared again with the same type.
    fn list_func(&mut self, func: &FuncInfo, id: FuncId, function: Callable) -> u32 {
        let receiver = func.receiver.map(|var| self.info.var(var).ty);
        let key = (func.name.clone(), self.func_type(func.ty, receiver));
        let Tables { program, late_bound, fixed_funcs, .. } = &mut self.tables;
        let package = &self.info.packages[func.package.0 as usize];
        // The statements of an entry have no package in their name.
        let may_come_again = package.path == "main"
            && func.name.starts_with("main.")
            && !func.is_closure
            && !package.inits.contains(&id);
        let late_bound = late_bound.as_mut().filter(|_| may_come_again);
        match late_bound {
            Some(known) => match known.get(&key) {
                Some(&callable) => {
                    program.callables[callable as usize] = function;
                    callable
                }
                None => *known.entry(key).or_insert(push(&mut program.callables, function)),
            },
            None => {
                let callable = push(&mut program.callables, function);
                fixed_funcs.insert(callable, id);
                callable
            }
        }
    }

    fn extern_decl(&self, decl: &ExternInfo) -> ExternDecl {
        let mut param_names = decl.param_names.clone();
        let ty = self.func_type(decl.ty, decl.receiver);
        if decl.receiver.is_some() {
            param_names.insert(0, "receiver".into());
        }
        ExternDecl {
            name: decl.name.clone(),
            ty,
            param_names,
            source: match &decl.origin {
                ExternOrigin::Rust { name } => {
                    ExternSource::Native { name: name.as_ref().unwrap_or(&decl.name).clone() }
                }
                ExternOrigin::Prototype(prototype) => ExternSource::Prototype(prototype.clone()),
                ExternOrigin::C { library, symbol } => {
                    ExternSource::C { library: library.clone(), symbol: symbol.clone() }
                }
            },
            passes: passes_in_words(decl),
            direct: None,
            place: (decl.span.file, self.sources.line(decl.span)),
        }
    }

    fn place_globals(&mut self) {
        let Tables { program, late_bound, .. } = &mut self.tables;
        let mut size = program.globals_size as usize;
        let earlier = if late_bound.is_some() { program.globals.len() } else { 0 };
        for global in &self.info.globals[program.globals.len()..] {
            let (name, ty) = (global.name.clone(), global.ty);
            let again = program.globals[..earlier].iter().rfind(|old| old.name == name);
            // Packages may have variables of C of the same name.
            if let Some(old) = again.filter(|old| old.ty == ty && global.c.is_none()) {
                let offset = old.offset;
                program.globals.push(GlobalVar { name, ty, offset, address: 0 });
                continue;
            }
            let layout = self.types.layout(ty);
            let offset = size.checked_next_multiple_of(layout.align).unwrap_or(usize::MAX);
            size = offset.saturating_add(layout.size);
            if size > MAX_SIZE {
                self.diagnostics
                    .push(Diagnostic::new(global.span, "package-level variables take more than 2 GiB"));
                size = 0;
            }
            program.globals.push(GlobalVar { name, ty, offset: offset as u32, address: 0 });
        }
        program.globals_size = size as u32;
    }
}

/// What the machine makes of the arguments of a C function.
fn passes_in_words(decl: &ExternInfo) -> Vec<String> {
    let words = |(index, pass): (usize, &ArgumentPass)| {
        let what = match pass {
            ArgumentPass::AsIs => return None,
            ArgumentPass::Slice => "the address of its elements".to_string(),
            ArgumentPass::Text => "its bytes, or a copy where no NUL follows them".to_string(),
            ArgumentPass::Int { to, .. } => format!("{}, which it must fit", to.name()),
        };
        let name = decl.param_names.get(index).filter(|name| name.as_str() != "_");
        let name = name.map(|name| format!(" `{name}`")).unwrap_or_default();
        Some(format!("argument {}{name}: {what}", index + 1))
    };
    decl.passes.iter().enumerate().filter_map(words).collect()
}

//! C functions, and their calls.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use vo_ffi::c::{CFunction, CType, CTypes, Declarations};
use vo_ffi::prelude::*;
use vo_ffi::runtime;
use vo_ffi::runtime::{CallOptions, FuncParam, Function, FunctionError};
use vo_ffi::{TypeId, TypeKind};

use super::ctype::{Table, TypeRef};
use super::frame::{Frame, Returned, is_failure};
use super::library::{Use, only};
use super::load::load;
use super::memory::Memory;
use super::pass::{Passed, Passing};
use super::value::failed;

/// A function keeps so many combinations of types behind its parameters, and so many types of funcs for them.
const MOST_VARIANTS: usize = 64;

/// A C function, ready to be called.
#[derive(VoObject)]
#[vo(name = "ffi.Func")]
pub(super) struct Func {
    name: String,
    function: Function,
    /// The table of its types.
    types: Rc<Table>,
    param_names: Vec<Option<String>>,
    /// Which parameters take no NULL.
    nonnull: Vec<bool>,
    /// Of a variadic function, itself with arguments of these types more.
    variants: RefCell<Vec<(Vec<CType>, Function)>>,
    /// Its parameters that were given funcs, with the types of these.
    func_params: RefCell<Vec<(usize, TypeId, FuncParam)>>,
    state: RefCell<State>,
}

enum State {
    OfLibrary { _user: Use },
    AtAddress,
    Closed,
}

/// What a call gave: the result, errno, and whether both say that the function failed.
type Outcome<'call> = (VoValue<'call>, Option<super::value::Value>, bool, i64, bool);

impl Func {
    pub(super) fn of_library(
        library: &runtime::Library,
        declarations: &Declarations,
        used_by: impl FnOnce(&str) -> Use,
    ) -> Result<Func, VoError> {
        let declared = only("function", declarations.functions(), |function| &function.name)?;
        let function = library.function_of_with(declarations, &declared.name, options());
        let function = function.map_err(|error| failed(error.to_string()))?;
        Ok(Func::new(declared, function, State::OfLibrary { _user: used_by(&declared.name) }))
    }

    fn new(declared: &CFunction, function: Function, state: State) -> Func {
        Func {
            name: declared.name.clone(),
            types: Table::new(Arc::clone(function.types())),
            function,
            param_names: declared.params.clone(),
            nonnull: declared.nonnull.clone(),
            variants: RefCell::default(),
            func_params: RefCell::default(),
            state: RefCell::new(state),
        }
    }

    fn check_open(&self) -> Result<(), String> {
        match *self.state.borrow() {
            State::Closed => Err(format!("the function `{}` is closed", self.name)),
            _ => Ok(()),
        }
    }

    pub(super) fn address(&self) -> Result<u64, String> {
        self.check_open()?;
        Ok(self.function.address().expose_provenance() as u64)
    }

    /// It as C declares it.
    fn prototype(&self) -> String {
        let (types, sig) = (self.function.types(), self.function.sig());
        let name_of =
            |index: usize| self.param_names.get(index).and_then(Option::as_deref).unwrap_or_default();
        let params = sig.params.iter().enumerate();
        let mut params: Vec<String> = params.map(|(index, &ty)| types.declare(ty, name_of(index))).collect();
        if sig.variadic {
            params.push("...".into());
        }
        if params.is_empty() {
            params.push("void".into());
        }
        types.declare(sig.result, &format!("{}({})", self.name, params.join(", ")))
    }

    fn call<'call>(
        &self,
        ctx: &mut VmCtx<'call>,
        args: &VoSlice<'call, VoInterface<'call>>,
    ) -> Result<Outcome<'call>, VoError> {
        let mut passing = Passing::new(ctx.types());
        let mut frame = Frame::new(args.len());
        let prepared = self.prepare(&mut passing, args, &mut frame);
        let variant = prepared.map_err(|error| failed(format!("{error}\n\t{}", self.prototype())))?;
        let result = self.result();
        // What C reads and writes lives until here: the arguments, and what was made of them.
        let Returned { image, mut word, errno } =
            frame.call(ctx, variant.as_ref().unwrap_or(&self.function), &result)?;
        let memory = image.unwrap_or_else(|| Memory::of_c((&raw mut word).cast()));
        // SAFETY: a stub writes the result, of the function's type, to its slot or image.
        let (failing, loaded) = unsafe { (is_failure(&result, &memory), load(&result, &memory, None)) };
        drop((passing, frame));
        let (scalar, value, is_pointer) = loaded.give(ctx);
        Ok((scalar, value, is_pointer, errno.into(), errno != 0 && failing))
    }

    /// Fills the frame; gives the function that takes so many arguments, where it is variadic.
    fn prepare<'call>(
        &self,
        passing: &mut Passing,
        args: &VoSlice<'call, VoInterface<'call>>,
        frame: &mut Frame<'call>,
    ) -> Result<Option<Function>, String> {
        self.check_open()?;
        let more = self.pass_all(passing, args, frame)?;
        if more.is_empty() { Ok(None) } else { self.variant(more).map(Some) }
    }

    fn result(&self) -> TypeRef {
        self.of(self.function.sig().result)
    }

    fn of(&self, ty: CType) -> TypeRef {
        TypeRef { types: Rc::clone(&self.types), ty }
    }

    /// Puts the arguments into the frame; gives the types of those behind the parameters.
    fn pass_all<'call>(
        &self,
        passing: &mut Passing,
        args: &VoSlice<'call, VoInterface<'call>>,
        frame: &mut Frame<'call>,
    ) -> Result<Vec<CType>, String> {
        let sig = self.function.sig();
        let (expected, found) = (sig.params.len(), args.len());
        if found < expected || found > expected && !sig.variadic {
            let least = if sig.variadic { "at least " } else { "" };
            let s = if expected == 1 { "" } else { "s" };
            return Err(format!("`{}` takes {least}{expected} argument{s}, and got {found}", self.name));
        }
        let mut more = Vec::new();
        for (index, arg) in args.iter().enumerate() {
            let passed = match sig.params.get(index) {
                Some(&ty) => self.pass(index, &self.of(ty), passing, &arg, frame),
                None => passing.pass_more(&arg, &self.types).map(|(word, ty)| {
                    more.push(ty);
                    frame.push(Passed::Word(word));
                }),
            };
            passed.map_err(|error| self.argument(index, &error))?;
        }
        Ok(more)
    }

    /// Puts the argument of a parameter into the frame.
    fn pass<'call>(
        &self,
        index: usize,
        ty: &TypeRef,
        passing: &mut Passing,
        arg: &VoInterface<'call>,
        frame: &mut Frame<'call>,
    ) -> Result<(), String> {
        let nonnull = self.nonnull.get(index).is_some_and(|nonnull| *nonnull);
        if matches!(passing.vo.kind(arg.type_id()), TypeKind::Func(_))
            && ty.is_pointer_to_function()
            && let VoValue::Func(func) = arg.value()
        {
            let param = self.func_param(index, ty, func.type_id(), passing)?;
            if func.is_nil() && nonnull {
                return Err(null(arg));
            }
            frame.push_func(param, func);
            return Ok(());
        }
        match passing.pass(arg, ty)? {
            Passed::Word(0) if nonnull => Err(null(arg)),
            passed => {
                frame.push(passed);
                Ok(())
            }
        }
    }

    /// How funcs of this type become function pointers for a parameter.
    fn func_param(
        &self,
        index: usize,
        ty: &TypeRef,
        func: TypeId,
        passing: &Passing,
    ) -> Result<FuncParam, String> {
        let mut known = self.func_params.borrow_mut();
        if let Some((.., param)) = known.iter().find(|(at, ty, _)| (*at, *ty) == (index, func)) {
            return Ok(param.clone());
        }
        let alike = |vo: TypeId, c: CType| passing.takes_pointer(vo, &self.of(c));
        let made = FuncParam::new(&self.function, index, func, passing.vo, &alike);
        let param =
            made.map_err(|misfit| format!("{} is no `{}`: {misfit}", passing.vo.name(func), ty.name()))?;
        if known.len() == MOST_VARIANTS {
            known.remove(0);
        }
        known.push((index, func, param.clone()));
        Ok(param)
    }

    fn argument(&self, index: usize, error: &str) -> String {
        let name = self.param_names.get(index).and_then(Option::as_deref);
        let name = name.map_or(String::new(), |name| format!(" `{name}`"));
        format!("argument {}{name} of `{}`: {error}", index + 1, self.name)
    }

    /// A variadic function with arguments of these types more.
    fn variant(&self, more: Vec<CType>) -> Result<Function, String> {
        let mut variants = self.variants.borrow_mut();
        if let Some((_, variant)) = variants.iter().find(|(types, _)| *types == more) {
            return Ok(variant.clone());
        }
        let variant = self.function.with_arguments(&more);
        let variant = variant.map_err(|error| format!("`{}` cannot be called: {error}", self.name))?;
        if variants.len() == MOST_VARIANTS {
            variants.remove(0);
        }
        variants.push((more, variant.clone()));
        Ok(variant)
    }
}

fn null(arg: &VoInterface) -> String {
    let what = if matches!(arg.value(), VoValue::Slice(_)) { "a slice without elements" } else { "nil" };
    format!("{what} is NULL, and C takes none here")
}

fn options() -> CallOptions {
    CallOptions { errno: true, ..CallOptions::default() }
}

#[vo_extern("ffi.funcAt")]
fn func_at(p: u64, text: &str) -> Result<Func, VoError> {
    let declarations = super::types::parse(text)?;
    let declared = only("function", declarations.functions(), |function| &function.name)?;
    let address = super::pointer::readable(p, "function")?;
    let mut types = CTypes::new();
    let ty = types.import(&declarations.types, &[declared.ty])[0];
    let Some(sig) = types.as_func(ty).cloned() else {
        return Err(failed(format!("`{}` is no function", declared.name)));
    };
    // SAFETY: the program vouches for code at the address, which stays.
    let function = unsafe { Function::at(address.cast_const().cast(), Arc::new(types), sig, options()) };
    let function = function.and_then(|function| function.named(&declared.name, &declared.params));
    let refused = |error| FunctionError::Refused { name: declared.name.clone(), error };
    let function = function.map_err(|error| failed(refused(error).to_string()))?;
    Ok(Func::new(declared, function, State::AtAddress))
}

#[vo_extern("ffi.Func.call", reentrant)]
fn call<'call>(
    ctx: &mut VmCtx<'call>,
    f: &Func,
    args: VoSlice<'call, VoInterface<'call>>,
) -> Result<Outcome<'call>, VoError> {
    f.call(ctx, &args)
}

#[vo_extern("ffi.Func.Name")]
fn name(f: &Func) -> String {
    f.name.clone()
}

#[vo_extern("ffi.Func.Pointer")]
fn pointer(f: &Func) -> Result<u64, VoError> {
    f.address().map_err(failed)
}

#[vo_extern("ffi.Func.Close")]
fn close(f: &Func) -> Result<(), VoError> {
    f.check_open().map_err(failed)?;
    f.state.replace(State::Closed);
    Ok(())
}

#[vo_extern("ffi.Func.String")]
fn text(f: &Func) -> String {
    f.prototype()
}

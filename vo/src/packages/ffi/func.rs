//! C functions, and their calls.

use std::cell::RefCell;
use std::ffi::c_int;
use std::rc::Rc;
use std::sync::Arc;

use vo_ffi::c::{CFunction, CKind, CType, CTypes, Declarations, ResultPlan, Target};
use vo_ffi::prelude::*;
use vo_ffi::runtime;
use vo_ffi::runtime::{CallOptions, Function, FunctionError};
use vo_ffi::{Class, Slot};

use super::ctype::{Table, TypeRef};
use super::library::{Use, only};
use super::load::{Loaded, load};
use super::memory::Memory;
use super::pass::{Passed, Passing};
use super::value::failed;

/// A variadic function keeps so many combinations of types behind its parameters.
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
    /// Of a variadic function, itself with arguments of these types more.
    variants: RefCell<Vec<(Vec<CType>, Function)>>,
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
            variants: RefCell::default(),
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
        ctx: &mut ExternCtx<'call>,
        args: &VoSlice<'call, VoInterface<'call>>,
    ) -> Result<Outcome<'call>, String> {
        self.check_open()?;
        let mut passing = Passing::new(ctx.types());
        let mut frame = Frame { slots: Vec::with_capacity(args.len() + 2), images: Vec::new() };
        let more = self.pass_all(&mut passing, args, &mut frame)?;
        let result = self.result();
        let variant = match more.is_empty() {
            true => None,
            false => Some(self.variant(more)?),
        };
        // What C reads and writes lives until here: the arguments, and what was made of them.
        let Returned { image, mut word, errno } =
            frame.call(variant.as_ref().unwrap_or(&self.function), &result)?;
        let memory = image.unwrap_or_else(|| Memory::of_c((&raw mut word).cast()));
        // SAFETY: a stub writes the result, of the function's type, to its slot or image.
        let (failing, loaded) = unsafe { (is_failure(&result, &memory), load(&result, &memory, None)) };
        drop((passing, frame));
        let (scalar, value, is_pointer) = loaded.give(ctx);
        Ok((scalar, value, is_pointer, errno.into(), errno != 0 && failing))
    }

    fn result(&self) -> TypeRef {
        TypeRef { types: Rc::clone(&self.types), ty: self.function.sig().result }
    }

    /// Puts the arguments into the frame; gives the types of those behind the parameters.
    fn pass_all<'call>(
        &self,
        passing: &mut Passing,
        args: &VoSlice<'call, VoInterface<'call>>,
        frame: &mut Frame,
    ) -> Result<Vec<CType>, String> {
        let (types, sig) = (&self.types, self.function.sig());
        let (expected, found) = (sig.params.len(), args.len());
        if found < expected || found > expected && !sig.variadic {
            let least = if sig.variadic { "at least " } else { "" };
            let s = if expected == 1 { "" } else { "s" };
            return Err(format!("`{}` takes {least}{expected} argument{s}, and got {found}", self.name));
        }
        let mut more = Vec::new();
        for (index, arg) in args.iter().enumerate() {
            let passed = match sig.params.get(index) {
                Some(&ty) => passing.pass(&arg, &TypeRef { types: Rc::clone(types), ty }),
                None => passing.pass_more(&arg, types).map(|(word, ty)| {
                    more.push(ty);
                    Passed::Word(word)
                }),
            };
            frame.push(passed.map_err(|error| self.argument(index, &error))?);
        }
        Ok(more)
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

fn options() -> CallOptions {
    CallOptions { errno: true, ..CallOptions::default() }
}

/// What C gave: a struct, or the bytes of a scalar.
struct Returned {
    image: Option<Memory>,
    word: u64,
    errno: c_int,
}

/// The slots of a call, and the memory of its structs.
struct Frame {
    slots: Vec<Slot>,
    images: Vec<Memory>,
}

impl Frame {
    fn push(&mut self, passed: Passed) {
        self.slots.push(match passed {
            Passed::Word(word) => Slot::from_bits(word),
            Passed::Image(memory) => {
                let slot = Slot::from_ptr(memory.address());
                self.images.push(memory);
                slot
            }
        });
    }

    /// Calls the function.
    fn call(&mut self, function: &Function, result: &TypeRef) -> Result<Returned, String> {
        let at = self.slots.len();
        let image = if function.result().is_image() { Some(result.zeroed()?) } else { None };
        if !matches!(function.plan().result, ResultPlan::Void) {
            self.slots.push(image.as_ref().map_or(Slot::ZERO, |image| Slot::from_ptr(image.address())));
        }
        self.slots.push(Slot::ZERO);
        // SAFETY: the program vouches for the function's type; the frame has a slot for each argument, of its type, one
        // for a result and one for errno, and the images live in this frame.
        unsafe { function.call_frame(&mut self.slots) };
        let errno = self.slots.last().map_or(0, |slot| slot.bits() as c_int);
        Ok(Returned { image, word: self.slots[at].bits(), errno })
    }
}

/// Whether a result tells that the function failed, if errno is not 0 too: -1, NULL, false, and every result that cannot
/// tell.
///
/// # Safety
/// The memory has a value of this type.
unsafe fn is_failure(result: &TypeRef, memory: &Memory) -> bool {
    if let CKind::Pointer { .. } = result.kind() {
        // SAFETY: the memory has an address.
        return matches!(unsafe { memory.address().cast::<u64>().read() }, 0 | u64::MAX);
    }
    let Some(scalar) = result.scalar() else { return true };
    // SAFETY: passed on.
    let Loaded::Scalar(_, slot) = (unsafe { load(result, memory, None) }) else { return true };
    match (scalar.class(Target::HOST), scalar.size(Target::HOST)) {
        (Class::Float, _) => true,
        (Class::Bool, _) => !slot.as_bool(),
        (Class::Signed, _) => slot.as_i64() == -1,
        (Class::Unsigned, size) => slot.bits() == u64::MAX >> (64 - 8 * size),
    }
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
    let refused = |error| FunctionError::Refused { name: declared.name.clone(), error };
    let function = function.map_err(|error| failed(refused(error).to_string()))?;
    Ok(Func::new(declared, function, State::AtAddress))
}

#[vo_extern("ffi.Func.call")]
fn call<'call>(
    ctx: &mut ExternCtx<'call>,
    f: &Func,
    args: VoSlice<'call, VoInterface<'call>>,
) -> Result<Outcome<'call>, VoError> {
    f.call(ctx, &args).map_err(|error| failed(format!("{error}\n\t{}", f.prototype())))
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

//! C functions, ready to be called from Rust.

mod checked;
pub(crate) mod declared;
mod explain;
pub(crate) mod frame;

use std::fmt;
use std::ptr::{NonNull, null_mut};
use std::sync::{Arc, Mutex};

use vo_ffi_core::c::{CType, CTypes, CallPlan, FuncSig, PlanError};
use vo_ffi_core::{Callee, Plan, Slot};

use crate::ffi_type::FfiType;
use crate::library::{Code, Library};
use crate::stub::{CallPath, Stub, StubChoice, StubError, Target};

/// How a function is to be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallOptions {
    /// Whether errno is set to 0 before each call and taken after it.
    pub errno: bool,
    /// Which code makes the call.
    pub stubs: StubChoice,
}

impl Default for CallOptions {
    /// Without errno, and as [`StubChoice::from_env`] says.
    fn default() -> CallOptions {
        CallOptions { errno: false, stubs: StubChoice::from_env() }
    }
}

/// A C function of some type. Clones are the same function; it keeps its library loaded.
///
/// ```
/// use std::sync::Arc;
/// use vo_ffi_core::Slot;
/// use vo_ffi_core::c::{CScalar, CType, CTypes, FuncSig};
/// use vo_ffi_runtime::{CallOptions, Function};
///
/// extern "C" fn add(a: i32, b: i32) -> i32 {
///     a + b
/// }
/// let int = CType::scalar(CScalar::Int);
/// let sig = FuncSig { params: vec![int, int], variadic: false, result: int, convention: None };
/// // SAFETY: the function is part of this program.
/// let add = unsafe { Function::at(add as *const (), Arc::new(CTypes::new()), sig, CallOptions::default()) }?;
/// let mut frame = [Slot::from_i64(40), Slot::from_i64(2), Slot::ZERO];
/// // SAFETY: the function has this type, and the frame is as its plan says.
/// unsafe { add.call_frame(&mut frame) };
/// assert_eq!(frame[2].as_i64(), 42);
/// # Ok::<(), vo_ffi_runtime::StubError>(())
/// ```
#[derive(Clone)]
pub struct Function(Arc<Inner>);

struct Inner {
    callee: Callee,
    target: Box<Target>,
    types: Arc<CTypes>,
    sig: FuncSig,
    more: Box<[CType]>,
    options: CallOptions,
    library: Option<Library>,
    /// One for each argument: of a variadic function with more arguments, for these too.
    param_types: Box<[FfiType]>,
    /// As many as are known.
    param_names: Box<[Option<String>]>,
    result: FfiType,
    /// Of a variadic function, itself with more arguments of the types that it was called with.
    variants: Mutex<Vec<(Box<[FfiType]>, Function)>>,
}

// SAFETY: the callee's `target` is this value's own, is never written, and is `Send` and `Sync` itself.
unsafe impl Send for Inner {}
// SAFETY: nothing of it is written once it is made, apart from what a lock guards.
unsafe impl Sync for Inner {}

impl Function {
    /// The function at an address.
    ///
    /// # Errors
    /// Why functions of this type cannot be called.
    ///
    /// # Safety
    /// The address is that of code which stays as long as this value and its clones.
    pub unsafe fn at(
        address: *const (),
        types: Arc<CTypes>,
        sig: FuncSig,
        options: CallOptions,
    ) -> Result<Function, StubError> {
        // SAFETY: the caller vouches for code at the address, so it is not null.
        let code = Code::at(unsafe { NonNull::new_unchecked(address.cast_mut()) });
        Function::new(Source { name: "", code, library: None, param_names: &[] }, types, sig, &[], options)
    }

    pub(crate) fn new(
        source: Source<'_>,
        types: Arc<CTypes>,
        sig: FuncSig,
        more: &[CType],
        options: CallOptions,
    ) -> Result<Function, StubError> {
        let Source { name, code, library, param_names } = source;
        let stub = Stub::get(options.stubs, &types, &sig, more, options.errno)?;
        let native = stub.native();
        let (param_types, result) = ffi_types(&types, &sig, more).map_err(StubError::Plan)?;
        let target = Box::new(Target { code, stub });
        let callee = Callee {
            native,
            plan: Plan::default(),
            target: (&raw const *target).cast(),
            name: name.into(),
            param_names: Vec::new(),
        };
        let (more, param_names) = (more.into(), param_names.into());
        let variants = Mutex::default();
        Ok(Function(Arc::new(Inner {
            callee,
            target,
            types,
            sig,
            more,
            options,
            library,
            param_types,
            param_names,
            result,
            variants,
        })))
    }

    /// A variadic function with arguments of these types behind its parameters, as C promotes them.
    ///
    /// # Errors
    /// Why it cannot be called so.
    pub fn with_arguments(&self, more: &[CType]) -> Result<Function, StubError> {
        self.with_arguments_of(self.0.types.clone(), more)
    }

    /// The same with a table that has more types.
    fn with_arguments_of(&self, types: Arc<CTypes>, more: &[CType]) -> Result<Function, StubError> {
        let Inner { target, sig, options, library, callee, param_names, .. } = &*self.0;
        let source = Source { name: &callee.name, code: target.code, library: library.clone(), param_names };
        Function::new(source, types, sig.clone(), more, *options)
    }

    /// The same with the names that a declaration gives it and its parameters, for errors: of one at an address.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use vo_ffi_core::c::{Declarations, Target};
    /// use vo_ffi_runtime::{CallOptions, Function, Library};
    ///
    /// let declared = Declarations::parse("int abs(int number)", Target::HOST)?;
    /// let (types, abs) = (Arc::new(declared.types.clone()), declared.function("abs").expect("it is declared"));
    /// let sig = types.as_func(abs.ty).cloned().expect("a function");
    /// let address = Library::process().symbol("abs")?.into();
    /// // SAFETY: the C library stays.
    /// let function = unsafe { Function::at(address, types, sig, CallOptions::default()) }?;
    /// assert_eq!(function.declaration(), "int function(int)");
    /// assert_eq!(function.named("abs", &abs.params)?.declaration(), "int abs(int number)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// That there is no memory for another stub.
    pub fn named(&self, name: &str, param_names: &[Option<String>]) -> Result<Function, StubError> {
        let Inner { target, sig, options, library, types, more, .. } = &*self.0;
        let source = Source { name, code: target.code, library: library.clone(), param_names };
        Function::new(source, types.clone(), sig.clone(), more, *options)
    }

    /// Calls it with a frame of the plan's slots: the arguments, then the result, then errno.
    ///
    /// This is the fast way: nothing is checked and nothing allocated.
    ///
    /// # Safety
    /// The code has this type. The frame has the slots of [`Function::plan`]; the slots of images hold the addresses
    /// of images of their size, also that of the result.
    #[inline]
    pub unsafe fn call_frame(&self, frame: &mut [Slot]) {
        let inner = &*self.0;
        debug_assert!(frame.len() >= inner.target.stub.plan().slots());
        // SAFETY: the caller vouches for the code and the frame; stubs use no context.
        unsafe { (inner.callee.native)(null_mut(), &inner.callee, frame.as_mut_ptr()) };
    }

    /// Its name; empty for one at an address.
    pub fn name(&self) -> &str {
        &self.0.callee.name
    }

    pub(crate) fn callee(&self) -> &Callee {
        &self.0.callee
    }

    /// Its address.
    pub fn address(&self) -> *const () {
        self.0.target.code.0 as *const ()
    }

    /// Where its arguments go.
    pub fn plan(&self) -> &CallPlan {
        self.0.target.stub.plan()
    }

    /// Which code calls it, and why.
    pub fn path(&self) -> &CallPath {
        self.0.target.stub.path()
    }

    /// The table of the types that its own are in.
    pub fn types(&self) -> &Arc<CTypes> {
        &self.0.types
    }

    /// Its type.
    pub fn sig(&self) -> &FuncSig {
        &self.0.sig
    }

    /// The types of all its arguments: the parameters, and those that [`Function::with_arguments`] added.
    pub fn argument_types(&self) -> impl Iterator<Item = CType> + '_ {
        self.0.sig.params.iter().chain(&self.0.more).copied()
    }

    /// What it takes, with the arguments that [`Function::with_arguments`] added.
    pub fn param_types(&self) -> &[FfiType] {
        &self.0.param_types
    }

    /// The name of a parameter, where the declaration has one.
    pub fn param_name(&self, index: usize) -> Option<&str> {
        self.0.param_names.get(index)?.as_deref()
    }

    /// What it returns.
    pub fn result(&self) -> &FfiType {
        &self.0.result
    }

    /// Whether more arguments may follow: of a function that is variadic and was not made
    /// [with arguments](Function::with_arguments).
    pub fn takes_more(&self) -> bool {
        self.0.sig.variadic && self.0.more.is_empty()
    }

    /// How it is called.
    pub fn options(&self) -> CallOptions {
        self.0.options
    }

    /// The library that it is from; `None` for one at an address.
    pub fn library(&self) -> Option<&Library> {
        self.0.library.as_ref()
    }
}

impl From<Function> for *const () {
    fn from(function: Function) -> *const () {
        function.address()
    }
}

impl From<&Function> for *const () {
    fn from(function: &Function) -> *const () {
        function.address()
    }
}

/// What a function is besides its type.
pub(crate) struct Source<'s> {
    pub(crate) name: &'s str,
    pub(crate) code: Code,
    pub(crate) library: Option<Library>,
    /// As many as are known.
    pub(crate) param_names: &'s [Option<String>],
}

fn ffi_types(
    types: &Arc<CTypes>,
    sig: &FuncSig,
    more: &[CType],
) -> Result<(Box<[FfiType]>, FfiType), PlanError> {
    let promoted = more.iter().map(|&ty| types.promoted(ty));
    let params = sig.params.iter().copied().chain(promoted).enumerate();
    let params = params
        .map(|(index, ty)| FfiType::of(types, ty).map_err(|error| PlanError::Param { index, error }))
        .collect::<Result<_, _>>()?;
    let result = FfiType::of(types, sig.result).map_err(|error| PlanError::Result { error })?;
    Ok((params, result))
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name())
            .field("address", &self.address())
            .field("path", self.path())
            .finish_non_exhaustive()
    }
}

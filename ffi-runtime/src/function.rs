//! C functions, ready to be called from Rust.

use std::fmt;
use std::ptr::{NonNull, null_mut};
use std::sync::Arc;

use vo_ffi_core::c::{CType, CTypes, CallPlan, FuncSig};
use vo_ffi_core::{Callee, Plan, Slot};

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
}

// SAFETY: the callee's `target` is this value's own, is never written, and is `Send` and `Sync` itself.
unsafe impl Send for Inner {}
// SAFETY: nothing of it is written once it is made.
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
        Function::new("", code, None, types, sig, options)
    }

    pub(crate) fn new(
        name: &str,
        code: Code,
        library: Option<Library>,
        types: Arc<CTypes>,
        sig: FuncSig,
        options: CallOptions,
    ) -> Result<Function, StubError> {
        let stub = Stub::get(options.stubs, &types, &sig, &[], options.errno)?;
        Ok(Function::of_stub(name.into(), code, stub, library, types, sig, Box::default(), options))
    }

    #[expect(clippy::too_many_arguments, reason = "each is a field")]
    fn of_stub(
        name: String,
        code: Code,
        stub: Arc<Stub>,
        library: Option<Library>,
        types: Arc<CTypes>,
        sig: FuncSig,
        more: Box<[CType]>,
        options: CallOptions,
    ) -> Function {
        let native = stub.native();
        let target = Box::new(Target { code, stub });
        let callee = Callee {
            native,
            plan: Plan {
                params: Box::default(),
                results: Box::default(),
                arg_slots: 0,
                result_slots: 0,
                error_result: None,
            },
            target: (&raw const *target).cast(),
            name,
            param_names: Vec::new(),
        };
        Function(Arc::new(Inner { callee, target, types, sig, more, options, library }))
    }

    /// A variadic function with arguments of these types behind its parameters, as C promotes them.
    ///
    /// # Errors
    /// Why it cannot be called so.
    pub fn with_arguments(&self, more: &[CType]) -> Result<Function, StubError> {
        let Inner { target, types, sig, options, library, callee, .. } = &*self.0;
        let stub = Stub::get(options.stubs, types, sig, more, options.errno)?;
        let (types, more) = (types.clone(), more.into());
        let name = callee.name.clone();
        Ok(Function::of_stub(name, target.code, stub, library.clone(), types, sig.clone(), more, *options))
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

    /// How it is called.
    pub fn options(&self) -> CallOptions {
        self.0.options
    }

    /// The library that it is from; `None` for one at an address.
    pub fn library(&self) -> Option<&Library> {
        self.0.library.as_ref()
    }
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

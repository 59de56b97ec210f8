//! Where foreign code is called: by stubs of our own, one for each plan, or by libffi.

pub(crate) mod errno;
mod libffi;
#[cfg_attr(
    not(all(any(target_arch = "x86_64", target_arch = "aarch64"), target_os = "linux")),
    path = "stub/no_native.rs"
)]
mod native;
mod registry;

use std::fmt;
use std::sync::{Arc, OnceLock};

use vo_ffi_core::Native;
use vo_ffi_core::c::{CKind, CType, CTypes, CallPlan, FuncSig, PlanError, Target as Machine};

use crate::library::Code;
use crate::stub::native::NativeCode;
use crate::stub::registry::Shared;

pub(crate) use libffi::{Interface, LibffiClosure};
pub(crate) use native::{Entry, Thunk};

/// Which code calls C functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StubChoice {
    /// A stub of our own where there can be one, else libffi.
    #[default]
    Auto,
    /// A stub of our own, or an error.
    Native,
    /// libffi, or an error.
    Libffi,
}

impl StubChoice {
    /// What the environment variable `VO_FFI_STUB` says, `native` or `libffi`; read once.
    ///
    /// # Panics
    /// If it says something else: a slip would go unseen otherwise. [`StubChoice::try_from_env`] gives the error.
    pub fn from_env() -> StubChoice {
        match StubChoice::try_from_env() {
            Ok(choice) => choice,
            Err(error) => panic!("{error}"),
        }
    }

    /// As [`StubChoice::from_env`].
    ///
    /// # Errors
    /// What the variable may say, if it says something else.
    ///
    /// ```
    /// use vo_ffi_runtime::StubChoice;
    /// # if std::env::var_os("VO_FFI_STUB").is_none() {
    /// assert_eq!(StubChoice::try_from_env(), Ok(StubChoice::Auto));
    /// # }
    /// ```
    pub fn try_from_env() -> Result<StubChoice, String> {
        static CHOICE: OnceLock<Result<StubChoice, String>> = OnceLock::new();
        let read = || match std::env::var_os("VO_FFI_STUB") {
            None => Ok(StubChoice::Auto),
            Some(text) => match text.to_str() {
                Some("" | "auto") => Ok(StubChoice::Auto),
                Some("native") => Ok(StubChoice::Native),
                Some("libffi") => Ok(StubChoice::Libffi),
                _ => Err(format!("VO_FFI_STUB is {text:?}; set it to native, libffi or auto")),
            },
        };
        CHOICE.get_or_init(read).clone()
    }
}

/// How a function is called, and why so.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallPath {
    /// By a stub of our own, which all functions with this plan share.
    Stub,
    /// Through libffi.
    Libffi {
        /// Why there is no stub.
        reason: String,
    },
}

impl fmt::Display for CallPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallPath::Stub => f.write_str("a stub of its own signature"),
            CallPath::Libffi { reason } => write!(f, "libffi: {reason}"),
        }
    }
}

/// Why there is no way to call a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StubError {
    /// It has no plan.
    Plan(PlanError),
    /// A callback cannot have any number of arguments: nothing tells it how many there are.
    VariadicCallback,
    /// C passes and returns no arrays.
    Array {
        /// The parameter's index, from 0; `None` for the result.
        index: Option<usize>,
        /// The type, as C writes it.
        ty: String,
    },
    /// Neither a stub nor libffi can call it.
    NoPath {
        /// Why there is no stub.
        stub: String,
        /// Why libffi cannot.
        libffi: String,
    },
}

impl fmt::Display for StubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StubError::Plan(error) => error.fmt(f),
            StubError::VariadicCallback => {
                f.write_str("a callback cannot be variadic: nothing tells it how many arguments it got")
            }
            StubError::Array { index: Some(index), ty } => {
                write!(f, "parameter {}: C passes no arrays by value, as `{ty}`; pass a pointer", index + 1)
            }
            StubError::Array { index: None, ty } => {
                write!(f, "the result: C returns no arrays, as `{ty}`; return a pointer")
            }
            StubError::NoPath { stub, libffi } => write!(f, "it cannot be called here: {stub}; {libffi}"),
        }
    }
}

impl std::error::Error for StubError {}

/// What a [`Callee::target`](vo_ffi_core::Callee::target) of this crate points to, or begins with.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Target {
    /// The function; stubs read it here.
    pub(crate) code: Code,
    pub(crate) stub: Arc<Stub>,
}

static STUBS: Shared<Stub> = Shared::new();

/// The code that calls functions of one plan.
#[derive(Debug)]
pub(crate) struct Stub {
    plan: Arc<CallPlan>,
    way: Way,
    path: CallPath,
}

#[derive(Debug)]
enum Way {
    Native(NativeCode),
    Libffi(Interface),
}

impl Stub {
    /// The stub for a function's calls, with these arguments behind its parameters. All users of a plan share one.
    pub(crate) fn get(
        choice: StubChoice,
        types: &CTypes,
        sig: &FuncSig,
        more: &[CType],
        errno: bool,
    ) -> Result<Arc<Stub>, StubError> {
        check_no_arrays(types, sig, more)?;
        let plan = CallPlan::new(types, Machine::HOST, sig, more).map_err(StubError::Plan)?;
        let plan = Arc::new(if errno { plan.with_errno() } else { plan });
        let no_stub = match choice {
            StubChoice::Libffi => "libffi was asked for".to_string(),
            StubChoice::Auto | StubChoice::Native => match STUBS.find_or_make(&plan, Stub::native_for) {
                Ok(stub) => return Ok(stub),
                Err(reason) => reason,
            },
        };
        if choice == StubChoice::Native {
            return Err(StubError::NoPath { stub: no_stub, libffi: "a stub was asked for".into() });
        }
        match Interface::new(types, sig, more, &plan) {
            Ok(interface) => {
                let path = CallPath::Libffi { reason: no_stub };
                Ok(Arc::new(Stub { plan, way: Way::Libffi(interface), path }))
            }
            Err(libffi) => Err(StubError::NoPath { stub: no_stub, libffi }),
        }
    }

    fn native_for(plan: &Arc<CallPlan>) -> Result<Stub, String> {
        let code = NativeCode::new(plan)?;
        Ok(Stub { plan: plan.clone(), way: Way::Native(code), path: CallPath::Stub })
    }

    /// What a VM calls, with a callee whose target is a [`Target`] with this stub.
    pub(crate) fn native(&self) -> Native {
        match &self.way {
            Way::Native(code) => code.native(),
            Way::Libffi(_) => libffi::call,
        }
    }

    /// The plan that it follows.
    pub(crate) fn plan(&self) -> &CallPlan {
        &self.plan
    }

    /// Which way it calls.
    pub(crate) fn path(&self) -> &CallPath {
        &self.path
    }

    fn interface(&self) -> Option<&Interface> {
        match &self.way {
            Way::Native(_) => None,
            Way::Libffi(interface) => Some(interface),
        }
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        STUBS.forget(&self.plan);
    }
}

fn check_no_arrays(types: &CTypes, sig: &FuncSig, more: &[CType]) -> Result<(), StubError> {
    let params = sig.params.iter().chain(more).copied().enumerate().map(|(index, ty)| (Some(index), ty));
    let mut all = params.chain([(None, sig.result)]);
    match all.find(|&(_, ty)| matches!(types.unaligned_kind(ty), CKind::Array { .. })) {
        Some((index, ty)) => Err(StubError::Array { index, ty: types.name(ty) }),
        None => Ok(()),
    }
}

/// How many stubs of our own there are in this process: one for each plan of a function in use.
///
/// ```
/// assert_eq!(vo_ffi_runtime::stubs_in_use(), 0);
/// ```
pub fn stubs_in_use() -> usize {
    STUBS.len()
}

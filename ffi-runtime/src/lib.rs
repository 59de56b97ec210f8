//! The machine of vo-ffi: C libraries, and calls into them.
//!
//! [`CEngine::bind`] turns a declaration into a [`BoundFunction`], whose callee a VM calls as it calls every
//! other function. Meaning, which signatures can cross and what becomes of each argument, is
//! `vo_ffi_core`'s [`CSignature`](vo_ffi_core::CSignature) and [`CPlan`](vo_ffi_core::CPlan).
//!
//! ```
//! use std::{ptr::NonNull, sync::Arc};
//! use vo_ffi_core::*;
//! use vo_ffi_runtime::CEngine;
//!
//! // extern "libm.so.6" func power(x float64, y float64) float64 = "pow"
//! let power = Declaration {
//!     name: "main.power".into(),
//!     func: FuncType { params: vec![TypeId::FLOAT64; 2], variadic: false, results: vec![TypeId::FLOAT64] },
//!     param_names: vec!["x".into(), "y".into()],
//!     origin: Origin::C { library: "libm.so.6".into(), symbol: "pow".into() },
//!     file: "power.vo".into(),
//!     line: 1,
//! };
//! let types = Arc::new(TypeTable::new());
//! let bound = CEngine::new().bind(&power, &types)?;
//!
//! // What a VM has anyway: a heap, a context, a frame with the arguments and room for the results.
//! let mut heap = ArenaHeap::new(types.clone());
//! # unsafe fn enter(_: *mut CallContext, _: Slot, _: &[Slot], _: &mut [Slot]) -> Status { Status::Trap }
//! // SAFETY: the heap outlives the context, and nothing else uses it meanwhile.
//! let mut cx = unsafe { CallContext::new(NonNull::from(&mut heap), types, enter) };
//! let mut frame = [Slot::from_f64(2.0), Slot::from_f64(10.0), Slot::ZERO];
//! let callee = bound.callee();
//! // SAFETY: the frame is as the plan has it, and `pow` takes and returns doubles.
//! let status = unsafe { (callee.native)(&mut cx, callee, frame.as_mut_ptr()) };
//! assert_eq!((status, frame[2].as_f64()), (Status::Ok, 1024.0));
//! # Ok::<(), vo_ffi_runtime::BindError>(())
//! ```

#[cfg(not(any(unix, windows)))]
compile_error!("vo-ffi-runtime knows the dynamic linkers of Unix and Windows only");
#[cfg(target_endian = "big")]
compile_error!(
    "narrow arguments are passed from the low bytes of their slots, which come first in little endian"
);

mod engine;
mod error;

pub mod c_entry;
mod c_text;
mod call;
mod call_builder;
mod call_extern;
mod callback;
mod closure;
mod ffi_type;
mod ffi_value;
mod function;
mod image;
mod library;
pub mod long_double;
mod marshal;
mod stub;
mod unfit;
mod variable;

pub use c_text::render as render_c_errors;
pub use call_builder::{Call, CallBuilder};
pub use call_extern::{call_extern, call_extern_errno, call_extern_image, call_extern_variadic};
pub use callback::{Callback, CallbackFrame};
pub use closure::FuncParam;
pub use engine::{BoundFunction, CEngine};
pub use error::{BindError, BindErrors, CallError, Declared, FunctionError, LibraryError, LibrarySearch};
pub use ffi_type::{FfiType, OtherType};
pub use ffi_value::{FfiValue, TypedArg};
pub use function::{CallOptions, Function};
pub use image::Image;
pub use library::{Library, SearchPolicy, Symbol};
pub use marshal::{Kept, Marshaler, Marshalers, marshal_args};
pub use stub::{CallPath, StubChoice, StubError, stubs_in_use};
pub use unfit::{Unfit, integer_fits, nul_before};
pub use variable::Variable;

//! The meaning half of vo-ffi, free of any machine: types and layouts, the call ABI, the registry of
//! natives, and the wrapper types through which natives see a VM's values.
//!
//! Natives are written against the facade crate, `vo-ffi`; a VM implements [`Heap`], makes a
//! [`CallContext`] per thread, links declarations with [`ExternRegistry::link`], and calls each
//! [`Callee`] through its [`Native`] pointer. `examples/tiny_vm.rs` is such a VM in about a hundred lines.

mod scalar;
mod slot;
mod types;

mod call;
mod declaration;
pub mod declared;
mod error;
mod error_value;
mod heap;
mod link;
mod method_set;
mod plan;
mod reference;
mod registry;
mod root;
mod rust_object;
mod spec;
mod state;
mod stubs;
mod unwind;

pub mod c;
mod c_extern;
mod c_text;
mod nearest;

mod call_slots;
mod closure_call;
mod convert;
mod ctx;
mod format;
mod typed_call;
mod value;

pub mod testing;

#[doc(hidden)]
pub mod __private;

pub use c_extern::{
    CArg, CClosure, CErrno, CFit, CParam, CPlan, CPrototype, CResult, CReturn, CSignature, ClosureArg,
    ClosureResult, Failing, Misfit, Pass, Position, SignatureProblem, Take,
};
pub use c_text::c_text;
pub use call::{CallContext, Callee, Enter, EnterMethod, Native, Status, VmLock};
pub use convert::{
    CallArgs, CallMismatch, CallPart, CallResults, FromVo, IntoVo, MapKey, Nilable, Predeclared, ResultError,
    Results, ToValue,
};
pub use ctx::{ExternCtx, VmCtx};
pub use declaration::{Declaration, Origin};
pub use error::{Failure, Mismatch, TraceEntry, Trap, TrapKind, VoError, io_text};
pub use error_value::new_errno;
pub use format::{
    Formatter, Runes, append_float, append_float32, append_quoted, append_quoted_rune, decode_rune,
    is_printable,
};
pub use heap::{ArenaHeap, Heap, RawEntry, RawSlice, new_error};
pub use link::{LinkError, LinkErrors};
pub use nearest::nearest;
pub use plan::{Place, Plan};
pub use reference::{ReferenceItem, markdown, reference};
pub use registry::{Effects, ExternEntry, ExternRegistry};
pub use root::Root;
pub use rust_object::{ObjectSpec, RustObject, RustValue};
pub use scalar::{Class, SCALARS, Scalar, ScalarRow};
pub use slot::Slot;
pub use spec::{FieldSpec, FuncSpec, ParamSpec, SignatureSpec, StructSpec, TypeSpec};
pub use stubs::{stub, stubs};
pub use typed_call::TypedCall;
pub use types::{
    BitField, BitPiece, CMeaning, Field, FuncType, Layout, Method, Packing, TypeId, TypeInfo, TypeKind,
    TypeTable,
};
pub use unwind::{PanicGuard, raise, raise_trap};
pub use value::{
    ObjectType, Packed, Untyped, VoFunc, VoInterface, VoMap, VoMapIter, VoObject, VoSlice, VoSliceIter,
    VoString, VoStruct, VoValue, VoVariadic,
};

//! The foreign-function layer for language VMs written in Rust: annotate a function with
//! [`#[vo_extern]`](vo_extern) and it is a native.
//!
//! ```
//! use vo_ffi::prelude::*;
//!
//! /// The greatest common divisor.
//! #[vo_extern("numbers.Gcd")]
//! fn gcd(a: i64, b: i64) -> i64 {
//!     if b == 0 { a } else { gcd(b, a % b) }
//! }
//!
//! let registry = ExternRegistry::from_inventory();
//! let entry = registry.get("numbers.Gcd").expect("registered by the attribute");
//! assert_eq!(entry.signature.vo_signature(), "(a int, b int) int");
//! ```
//!
//! A crate of natives needs [`prelude`] alone. A VM also needs [`Heap`], [`CallContext`] and
//! [`ExternRegistry::link`]; see `examples/tiny_vm.rs`. With the feature `runtime`, the module of that name calls C.

// Lets the attribute's output, which names `::vo_ffi`, be used in this crate's own tests and examples.
extern crate self as vo_ffi;

pub use vo_ffi_core::*;
pub use vo_ffi_macros::{FromVo, IntoVo, VoObject, VoPacked, natives, vo_extern, vo_methods, vo_module};
#[cfg(feature = "runtime")]
pub use vo_ffi_runtime as runtime;

#[doc(hidden)]
pub use vo_ffi_core::__private;

/// What a crate of natives imports.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// /// The first of the words that the closure likes.
/// #[vo_extern("prelude.First", reentrant)]
/// fn first(ctx: &mut VmCtx, words: VoSlice<&str>, likes: VoFunc<(&str,), bool>) -> Result<String, VoError> {
///     for word in &words {
///         if likes.call(ctx, (word,))? {
///             return Ok(word.into());
///         }
///     }
///     Err(VoError::new("no such word"))
/// }
///
/// let registry = ExternRegistry::from_inventory();
/// let entry = registry.get("prelude.First").expect("registered by the attribute");
/// let expected = "(words []string, likes func(string) bool) (string, error)";
/// assert_eq!(entry.signature.vo_signature(), expected);
/// ```
pub mod prelude {
    pub use vo_ffi_core::{
        ExternCtx, ExternRegistry, Root, ToValue, TypeId, VmCtx, VoError, VoFunc, VoInterface, VoMap,
        VoObject, VoSlice, VoString, VoStruct, VoValue, VoVariadic,
    };
    pub use vo_ffi_macros::{FromVo, IntoVo, VoObject, VoPacked, vo_extern, vo_methods, vo_module};
}

/// The samples of the book's pages about VMs, which need nothing but this crate.
#[cfg(doctest)]
mod book {
    #[doc = include_str!("../docs/src/own-vm.md")]
    struct OwnVm;

    #[doc = include_str!("../docs/src/own-heap.md")]
    struct OwnHeap;

    #[cfg(feature = "runtime")]
    #[doc = include_str!("../docs/src/calling-c.md")]
    struct CallingC;
}

//! The attribute macro of vo-ffi: parse, check, expand.
//!
//! `parse` reads the attribute and the function, `check` finds all mistakes and makes the `model`, and
//! `expand` writes the wrapper. Types are told apart by the traits of `vo-ffi-core`, when the output is
//! compiled; here names are looked at only for lifetimes, for contexts, and for better messages.

mod check;
mod expand;
mod lifetimes;
mod model;
mod parse;

use proc_macro::TokenStream;

/// Makes a native of a function: a declaration `extern func Name` in package `pkg` calls it.
///
/// ```ignore
/// #[vo_extern("numbers.Gcd")]
/// fn gcd(a: i64, b: i64) -> i64 { /* … */ }
///
/// #[vo_extern("os.File.Read")]
/// fn read(file: VoObject, buf: VoSlice<u8>) -> Result<i64, VoError> { /* … */ }
///
/// #[vo_extern("sort.Slice", reentrant)]
/// fn sort_slice(ctx: &mut VmCtx, items: VoSlice, less: VoFunc) -> Result<(), VoError> { /* … */ }
/// ```
///
/// The function stays as it is, except that it becomes generic over the lifetime of the call, `'call`, which
/// fills the lifetimes left out in references and in the wrapper types. A parameter `ctx: &mut ExternCtx`, in
/// any position, is the context and no parameter of the native.
///
/// Options, behind the name:
/// - `reentrant`: the native takes a `ctx: &mut VmCtx` and can call closures.
/// - `crate = path`: where the facade is, if not at `::vo_ffi`.
#[proc_macro_attribute]
pub fn vo_extern(args: TokenStream, item: TokenStream) -> TokenStream {
    let args = parse::args(args.into());
    let item = parse::item(item.into());
    match check::native(args, item) {
        Ok(native) => expand::native(&native),
        Err(rejected) => expand::rejected(rejected),
    }
    .into()
}

//! The attribute macros of vo-ffi: parse, check, expand.
//!
//! `parse` reads the attribute and the function, `check` finds all mistakes and makes the `model`, and
//! `expand` writes the wrapper. Types are told apart by the traits of `vo-ffi-core`, when the output is
//! compiled; here names are looked at only for lifetimes, for contexts, and for better messages.

mod check;
mod expand;
mod lifetimes;
mod model;
mod module;
mod name;
mod parse;

use proc_macro::TokenStream;

/// Makes a native of a function: a declaration `extern func Name` in package `pkg` calls it.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// #[vo_extern("numbers.Gcd")]
/// fn gcd(a: i64, b: i64) -> i64 {
///     if b == 0 { a } else { gcd(b, a % b) }
/// }
///
/// #[vo_extern("numbers.Fill")]
/// fn fill(mut list: VoSlice<i64>, value: i64) {
///     (0..list.len()).for_each(|index| list.set(index, value));
/// }
///
/// #[vo_extern("numbers.Find", reentrant)]
/// fn find(ctx: &mut VmCtx, list: VoSlice<i64>, wanted: VoFunc) -> Result<i64, VoError> {
///     for (index, item) in (0..).zip(&list) {
///         if ctx.call(&wanted, (item,))? {
///             return Ok(index);
///         }
///     }
///     Err(VoError::new("no such number"))
/// }
/// # fn main() {}
/// ```
///
/// The function stays as it is, except that it becomes generic over the lifetime of the call, `'call`, which
/// fills the lifetimes left out in references and in the wrapper types. A parameter `ctx: &mut ExternCtx`, in
/// any position, is the context and no parameter of the native.
///
/// A parameter `#[vo(state)] name: &T`, or `&mut T`, is the value of that type that the embedder gave to the
/// program, and no parameter of the native either.
///
/// The package may be a path, `"unicode/utf8.RuneLen"`. A declaration looks for a native by its package's path, then by
/// its package's name.
///
/// Options, behind the name:
/// - `reentrant`: the native takes a `ctx: &mut VmCtx` and can call closures.
/// - `crate = path`: where the facade is, if not at `::vo_ffi`.
#[proc_macro_attribute]
pub fn vo_extern(args: TokenStream, item: TokenStream) -> TokenStream {
    let args = parse::args(args.into(), parse::Kind::Extern);
    let item = parse::item(item.into());
    match check::native(args, item) {
        Ok(native) => expand::native(&native),
        Err(rejected) => expand::rejected(rejected),
    }
    .into()
}

/// Gives the natives of a module their package.
///
/// ```
/// use vo_ffi::prelude::*;
///
/// #[vo_module("text/count")]
/// mod natives {
///     use vo_ffi::prelude::*;
///
///     /// `count.UpperCase`: without a name of its own, the function's in Go's spelling.
///     #[vo_extern]
///     fn upper_case(text: &str) -> i64 {
///         text.chars().filter(|c| c.is_uppercase()).count() as i64
///     }
///
///     /// `count.CRLFs`
///     #[vo_extern("CRLFs")]
///     fn crlfs(text: &str) -> i64 {
///         text.matches("\r\n").count() as i64
///     }
///
///     /// `count.Lines.While`, a method
///     #[vo_extern("Lines.While", reentrant)]
///     fn lines_while(ctx: &mut VmCtx, lines: VoSlice<VoString>, go_on: VoFunc) -> Result<i64, VoError> {
///         for (line, count) in lines.iter().zip(0..) {
///             if !ctx.call::<bool>(&go_on, (line,))? {
///                 return Ok(count);
///             }
///         }
///         Ok(lines.len() as i64)
///     }
/// }
///
/// let registry = ExternRegistry::from_inventory();
/// for name in ["text/count.CRLFs", "text/count.Lines.While", "text/count.UpperCase"] {
///     assert!(registry.get(name).is_some());
/// }
/// ```
///
/// The first argument is the path that programs import. The module stays as it is. `crate = path`, behind the path, is
/// the option of all its natives that do not have it.
///
/// Natives of modules inside are of the same package, unless those have a `#[vo_module]` of their own. What a macro in
/// the module makes is not seen, and needs whole names.
#[proc_macro_attribute]
pub fn vo_module(args: TokenStream, item: TokenStream) -> TokenStream {
    module::expand(args.into(), item.into()).into()
}

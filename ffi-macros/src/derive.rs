//! The derives: Rust structs and enums as parameters, results and elements.
//!
//! As for natives, `options` reads the attributes, `check` finds all mistakes and makes the `model`, and `expand` writes
//! the implementations.

mod check;
mod choice;
mod expand;
mod model;
pub(crate) mod object;
mod options;

use proc_macro2::TokenStream;

pub(crate) use model::Derive;

pub(crate) fn derive(what: Derive, item: TokenStream) -> TokenStream {
    match syn::parse2(item).and_then(|item| check::item(what, item)) {
        Ok(item) => expand::item(what, &item),
        Err(errors) => errors.to_compile_error(),
    }
}

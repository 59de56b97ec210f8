//! `natives![…]`: natives by the paths of their functions, for where no inventory can be had.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Ident, Path, Token};

pub(crate) fn expand(paths: TokenStream) -> TokenStream {
    let paths = match Punctuated::<Path, Token![,]>::parse_terminated.parse2(paths) {
        Ok(paths) => paths,
        Err(error) => return error.to_compile_error(),
    };
    let entries = paths.into_iter().map(|mut path| {
        if let Some(last) = path.segments.last_mut() {
            last.ident = entry_name(&last.ident);
        }
        path
    });
    quote! { [#(&#entries),*] }
}

/// The item beside a native that is its entry.
pub(crate) fn entry_name(function: &Ident) -> Ident {
    format_ident!("__VO_{}", function.unraw().to_string().to_uppercase(), span = function.span())
}

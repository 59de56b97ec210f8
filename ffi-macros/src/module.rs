//! `#[vo_module("pkg")]`: tells each `#[vo_extern]` of a module its package.
//!
//! The natives' own attributes stay, and are expanded where they stand: behind each `#[cfg]`, with their own place.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, ItemMod, LitStr, MacroDelimiter, Meta, MetaList, Path};

use crate::name;
use crate::parse::{self, Args, Kind};

/// The module, in which natives know their package.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let Args { name, reentrant, krate, mut report, .. } = parse::args(args, Kind::Module);
    if let Some(word) = reentrant {
        report.error(word.span(), "one native is reentrant, not a module: #[vo_extern(\"Name\", reentrant)]");
    }
    let package = name.map(|path| name::check_package(path, &mut report));
    let package = package.unwrap_or_else(|| LitStr::new("unnamed", Span::call_site()));
    let module = match syn::parse2::<ItemMod>(item.clone()) {
        Ok(mut module) => {
            if module.content.is_none() {
                report.error(module.ident.span(), NO_BODY);
            }
            visit_mut::visit_item_mod_mut(&mut Natives { package, krate }, &mut module);
            module.into_token_stream()
        }
        Err(_) => {
            report.at(&item, "#[vo_module] goes on a module: mod natives { … }");
            item
        }
    };
    let errors = report.into_errors().map(|errors| errors.to_compile_error());
    quote! { #errors #module }
}

const NO_BODY: &str = "#[vo_module] sees what is between a module's braces; where the module is a file of its own, write \
                       whole names there: #[vo_extern(\"pkg.Name\")]";

/// Puts what the module says before the arguments of its natives.
struct Natives {
    package: LitStr,
    krate: Option<Path>,
}

impl VisitMut for Natives {
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if !is(attribute, "vo_extern") {
            return;
        }
        let Natives { package, krate } = self;
        let given = match &attribute.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) => list.tokens.clone(),
            // Rust's own error is enough.
            Meta::NameValue(_) => return,
        };
        attribute.meta = Meta::List(MetaList {
            path: attribute.path().clone(),
            delimiter: MacroDelimiter::Paren(Default::default()),
            tokens: quote! { in #package #krate; #given },
        });
    }

    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        // A module inside may have a package of its own.
        if !module.attrs.iter().any(|attribute| is(attribute, "vo_module")) {
            visit_mut::visit_item_mod_mut(self, module);
        }
    }
}

fn is(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|segment| segment.ident == name)
}

//! `#[vo_module("pkg")]`: tells each `#[vo_extern]` of a module its package.
//!
//! The natives' own attributes stay, and are expanded where they stand: behind each `#[cfg]`, with their own place.

use std::path::PathBuf;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, ItemEnum, ItemFn, ItemImpl, ItemMod, ItemStruct, LitStr, MacroDelimiter, Meta, MetaList, Path,
};

use crate::check::keyword;
use crate::declared::Declarations;
use crate::methods;
use crate::name;
use crate::parse::{self, Args, Kind};

/// The module, in which natives know their package.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let Args { name, krate, declarations, mut report, .. } = parse::args(args, Kind::Module);
    let package = name.map(|path| name::check_package(path, &mut report));
    let package = package.unwrap_or_else(|| LitStr::new("unnamed", Span::call_site()));
    let readable = declarations
        .filter(|(shown, path)| Declarations::read(shown.clone(), path.clone(), &mut report).is_some());
    // Cargo compiles anew when the file changes.
    let follow =
        readable.as_ref().map(|(shown, _)| quote! { const _: &[u8] = ::core::include_bytes!(#shown); });
    let module = match syn::parse2::<ItemMod>(item.clone()) {
        Ok(mut module) => {
            if module.content.is_none() {
                report.error(module.ident.span(), NO_BODY);
            }
            let mut natives = Natives { package, krate, declarations: readable, names: Vec::new() };
            visit_mut::visit_item_mod_mut(&mut natives, &mut module);
            methods::report_duplicates(natives.names.iter(), &mut report);
            module.into_token_stream()
        }
        Err(_) => {
            report.error(keyword(&item), "#[vo_module] goes on a module: mod natives { … }");
            item
        }
    };
    let errors = report.into_errors().map(|errors| errors.to_compile_error());
    quote! { #errors #follow #module }
}

const NO_BODY: &str = "#[vo_module] sees what is between a module's braces; where the module is a file of its own, write \
                       whole names there: #[vo_extern(\"pkg.Name\")]";

/// Puts what the module says before the arguments of its natives and blocks of methods, and on its types.
struct Natives {
    package: LitStr,
    krate: Option<Path>,
    declarations: Option<(LitStr, PathBuf)>,
    /// The names of those that are always there.
    names: Vec<LitStr>,
}

impl Natives {
    fn tell(&self, attribute: &mut Attribute) {
        let Natives { package, krate, declarations, .. } = self;
        let declared = declarations.as_ref().map(|(shown, path)| {
            let path = path.to_string_lossy();
            quote! { declared #shown #path }
        });
        let given = match &attribute.meta {
            Meta::Path(_) => TokenStream::new(),
            Meta::List(list) => list.tokens.clone(),
            // Rust's own error is enough.
            Meta::NameValue(_) => return,
        };
        attribute.meta = Meta::List(MetaList {
            path: attribute.path().clone(),
            delimiter: MacroDelimiter::Paren(Default::default()),
            tokens: quote! { in #package #krate #declared; #given },
        });
    }

    /// Names the package for `#[derive(VoObject)]`.
    fn tell_type(&self, attributes: &mut Vec<Attribute>) {
        if attributes.iter().any(derives_object) {
            let Natives { package, krate, .. } = self;
            let krate = krate.as_ref().map(|krate| quote! { , crate = #krate });
            attributes.push(syn::parse_quote! { #[vo(package = #package #krate)] });
        }
    }
}

fn derives_object(attribute: &Attribute) -> bool {
    let mut found = false;
    if attribute.path().is_ident("derive") {
        // What is wrong in it is rustc's to say.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.segments.last().is_some_and(|segment| segment.ident == "VoObject");
            Ok(())
        });
    }
    found
}

impl VisitMut for Natives {
    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if is(attribute, "vo_extern") {
            self.tell(attribute);
        }
    }

    fn visit_item_fn_mut(&mut self, function: &mut ItemFn) {
        let conditional = function.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
        if let Some(attribute) = function.attrs.iter().find(|attribute| is(attribute, "vo_extern"))
            && !conditional
        {
            self.names.push(name::written_or_exported(attribute, &function.sig.ident));
        }
        visit_mut::visit_item_fn_mut(self, function);
    }

    fn visit_item_impl_mut(&mut self, block: &mut ItemImpl) {
        let conditional = block.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
        if let Some(attribute) = block.attrs.iter().find(|attribute| is(attribute, "vo_methods"))
            && !conditional
        {
            self.names.extend(methods::members(block, attribute));
        }
        match block.attrs.iter_mut().find(|attribute| is(attribute, "vo_methods")) {
            Some(attribute) => self.tell(attribute),
            None => visit_mut::visit_item_impl_mut(self, block),
        }
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        self.tell_type(&mut item.attrs);
        visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_item_enum_mut(&mut self, item: &mut ItemEnum) {
        self.tell_type(&mut item.attrs);
        visit_mut::visit_item_enum_mut(self, item);
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

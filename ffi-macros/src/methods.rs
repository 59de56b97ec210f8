//! `#[vo_methods("pkg.Type")]`: all functions of an `impl` block are natives.
//!
//! Each is checked and registered as the free function that it would be, with its receiver as the first parameter. The
//! block itself stays where it is.

use std::collections::HashMap;
use std::path::PathBuf;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, FnArg, Ident, ImplItem, ImplItemFn, ItemFn, ItemImpl, LitStr, Meta, Path, Receiver,
    ReceiverKind, Type,
};

use crate::check::{self, Report};
use crate::parse::{self, Args, Kind};
use crate::{expand, lifetimes, name};

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let Args { name, package, declarations, krate, mut report, .. } = parse::args(args, Kind::Methods);
    let mut block = match syn::parse2::<ItemImpl>(item.clone()) {
        Ok(block) => block,
        Err(_) => {
            report.at(&item, "#[vo_methods] goes on an `impl` block: impl Account { … }");
            let errors = report.into_errors().map(|errors| errors.to_compile_error());
            return quote! { #errors #item };
        }
    };
    let ident = check_block(&block, &mut report);
    let name = match (name, &package, ident) {
        (Some(name), package, _) => Some(name::check_type(&name, package.as_ref(), &mut report)),
        (None, Some(package), Some(ident)) => {
            Some(LitStr::new(&format!("{}.{}", package.value(), ident.unraw()), ident.span()))
        }
        _ => None,
    };
    let mut natives = Vec::new();
    if let Some(name) = name.filter(|_| report.is_empty()) {
        let owner = Owner::new(&name, *block.self_ty.clone(), krate, declarations);
        for item in &mut block.items {
            if let ImplItem::Fn(method) = item {
                natives.extend(owner.native(method, &mut report));
            }
        }
        report_duplicates(natives.iter().map(|(_, name)| name), &mut report);
    }
    let errors = report.into_errors().map(|errors| errors.to_compile_error());
    let registrations = natives.iter().map(|(registration, _)| registration);
    quote! {
        #errors

        #[allow(clippy::needless_lifetimes, clippy::elidable_lifetime_names)]
        #block

        #(#registrations)*
    }
}

/// What cannot be a block of methods; else the name of its type.
fn check_block(block: &ItemImpl, report: &mut Report) -> Option<Ident> {
    if let Some((path, _)) = &block.trait_ {
        report.at(
            path,
            "methods of a trait are called by Rust; write those for scripts in a block of their own",
        );
    }
    for param in &block.generics.params {
        report.at(param, "a type that scripts hold is one type: it has no parameters and no lifetimes");
    }
    match &*block.self_ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.clone()),
        ty => {
            report.at(ty, "methods are those of a type with `#[derive(VoObject)]`");
            None
        }
    }
}

/// Two natives of one name, of which the later is told.
pub(crate) fn report_duplicates<'n>(names: impl Iterator<Item = &'n LitStr>, report: &mut Report) {
    let mut places: HashMap<String, Span> = HashMap::new();
    for name in names {
        if places.insert(name.value(), name.span()).is_some() {
            let message = format!("another native is named {:?} already", name.value());
            report.error(name.span(), message);
        }
    }
}

/// The type whose methods they are.
struct Owner {
    package: String,
    /// Its name in Vo, without the package.
    name: String,
    ty: Type,
    krate: Option<Path>,
    /// The file that declares the methods.
    declarations: Option<(LitStr, PathBuf)>,
}

impl Owner {
    fn new(name: &LitStr, ty: Type, krate: Option<Path>, declarations: Option<(LitStr, PathBuf)>) -> Owner {
        let full = name.value();
        let member = name::member_of(&full).to_string();
        let package = full[..full.len() - member.len()].trim_end_matches('.').to_string();
        Owner { package, name: member, ty, krate, declarations }
    }

    /// What registers a method, and its name. The method is left without what is the macro's alone.
    fn native(&self, method: &mut ImplItemFn, report: &mut Report) -> Option<(TokenStream, LitStr)> {
        if take_skip(&mut method.attrs, report) {
            return None;
        }
        let given = take_extern(&mut method.attrs);
        let function = self.as_function(method, report);
        lifetimes::fill(&mut method.sig);
        expand::remove_options(&mut method.sig);
        let args = self.args(given, method, report)?;
        let name = args.name.clone()?;
        let (ty, ident) = (&self.ty, &method.sig.ident);
        match check::function(args, function?, quote! { <#ty>::#ident }) {
            Ok(native) => Some((expand::registration(&native), name)),
            Err(errors) => {
                report.add(errors);
                None
            }
        }
    }

    /// What `#[vo_extern(…)]` on the method says, with the whole name.
    fn args(&self, given: TokenStream, method: &ImplItemFn, report: &mut Report) -> Option<Args> {
        let (package, krate) = (&self.package, &self.krate);
        let mut args = parse::args(quote! { in #package #krate; #given }, Kind::Extern);
        let ident = &method.sig.ident;
        let has_receiver = method.sig.receiver().is_some();
        let (member, span) = match &args.name {
            Some(written) => (name::check_word(written, "package and the type", report)?, written.span()),
            None if ident == "new" && !has_receiver => (format!("New{}", self.name), ident.span()),
            None => (name::exported(ident), ident.span()),
        };
        let name = match has_receiver {
            true => format!("{package}.{}.{member}", self.name),
            false => format!("{package}.{member}"),
        };
        args.name = Some(LitStr::new(&name, span));
        args.package = None;
        args.declarations = self.declarations.clone();
        Some(args)
    }

    /// The method as a free function, whose receiver is its first parameter.
    fn as_function(&self, method: &ImplItemFn, report: &mut Report) -> Option<ItemFn> {
        let mut sig = method.sig.clone();
        Concrete { ty: &self.ty }.visit_signature_mut(&mut sig);
        let names: Vec<String> =
            sig.inputs.iter().filter_map(|input| Some(named(input)?.unraw().to_string())).collect();
        if let Some(FnArg::Receiver(receiver)) = sig.inputs.first() {
            let own = self.name.to_lowercase();
            let name = if names.contains(&own) { "receiver" } else { &own };
            let param = self.receiver(receiver, name, report)?;
            sig.inputs[0] = param;
        }
        Some(ItemFn {
            attrs: method.attrs.clone(),
            vis: method.vis.clone(),
            modifiers: Default::default(),
            sig,
            block: Box::new(method.block.clone()),
        })
    }

    fn receiver(&self, receiver: &Receiver, name: &str, report: &mut Report) -> Option<FnArg> {
        let ty = &self.ty;
        let span = receiver.span();
        let ReceiverKind::Reference(_, _, mutability) = &receiver.kind else {
            report.at(receiver, "the value stays in the VM's heap; take `&self` or `&mut self`");
            return None;
        };
        let name = syn::parse_str(name).unwrap_or_else(|_| Ident::new("receiver", span));
        let reference = quote_spanned! {span=> &#mutability #ty };
        Some(syn::parse_quote! { #name: #reference })
    }
}

fn named(input: &FnArg) -> Option<&Ident> {
    match input {
        FnArg::Typed(input) => match &*input.pat {
            syn::Pat::Ident(pat) => Some(&pat.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

/// Takes `#[vo(skip)]` away, and tells whether it was there.
fn take_skip(attrs: &mut Vec<Attribute>, report: &mut Report) -> bool {
    let mut skip = false;
    attrs.retain(|attr| {
        if !attr.path().is_ident("vo") {
            return true;
        }
        match attr.parse_args::<Ident>() {
            Ok(word) if word == "skip" => skip = true,
            _ => report.at(attr, "the only option here is `#[vo(skip)]`, for a function that is no native"),
        }
        false
    });
    skip
}

/// Takes `#[vo_extern(…)]` away, and gives what is in its parentheses.
fn take_extern(attrs: &mut Vec<Attribute>) -> TokenStream {
    let mut given = TokenStream::new();
    attrs.retain(|attr| {
        let is_extern = attr.path().segments.last().is_some_and(|segment| segment.ident == "vo_extern");
        if let (true, Meta::List(list)) = (is_extern, &attr.meta) {
            given = list.tokens.clone();
        }
        !is_extern
    });
    given
}

/// Writes the type where `Self` stands.
struct Concrete<'a> {
    ty: &'a Type,
}

impl VisitMut for Concrete<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::Path(path) if path.path.is_ident("Self") => *ty = self.ty.clone(),
            _ => visit_mut::visit_type_mut(self, ty),
        }
    }
}

//! `#[vo_methods("pkg.Type")]`: all functions of an `impl` block are natives.
//!
//! Each is checked and registered as the free function that it would be, with its receiver as the first parameter. The
//! block itself stays where it is.

use std::collections::HashMap;
use std::path::PathBuf;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, Ident, ImplItem, ImplItemFn, ItemFn, ItemImpl, LitStr, Meta, Path, Receiver,
    ReceiverKind, Signature, Type,
};

use crate::check::{self, Report, keyword};
use crate::derive::object::check_generics;
use crate::model::Param;
use crate::parse::{self, Args, Kind};
use crate::{expand, lifetimes, name};

pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    let Args { name, package, declarations, krate, mut report, .. } = parse::args(args, Kind::Methods);
    let mut block = match syn::parse2::<ItemImpl>(item.clone()) {
        Ok(block) => block,
        Err(_) => {
            report.error(keyword(&item), "#[vo_methods] goes on an `impl` block: impl Account { … }");
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
    let mut is_named = TokenStream::new();
    if let Some(name) = name.filter(|_| report.is_empty()) {
        is_named = self::is_named(&block.self_ty, &name, krate.as_ref());
        let owner = Owner::new(&name, &block, krate, declarations);
        for item in &mut block.items {
            if let ImplItem::Fn(method) = item {
                natives.extend(owner.native(method, &mut report));
            }
        }
        report_duplicates(natives.iter().map(|(_, name)| name), &mut report);
    }
    let errors = report.into_errors().map(|errors| errors.to_compile_error());
    let registrations = (!natives.is_empty()).then(|| {
        let (ty, registrations) = (&block.self_ty, natives.iter().map(|(registration, _)| registration));
        quote! { impl #ty { #(#registrations)* } }
    });
    quote! {
        #errors

        #[allow(
            clippy::needless_lifetimes,
            clippy::elidable_lifetime_names,
            clippy::needless_pass_by_value,
            clippy::ptr_arg,
            clippy::trivially_copy_pass_by_ref
        )]
        #block

        #is_named
        #registrations
    }
}

/// Compares the name with what the type's derive says.
fn is_named(ty: &Type, name: &LitStr, krate: Option<&Path>) -> TokenStream {
    let krate = krate.cloned().unwrap_or_else(|| syn::parse_quote!(::vo_ffi));
    let check = expand::requirement(name, &quote! { #name }, |span| {
        quote_spanned! {span=> __vo::object::<#ty>().is_named }
    });
    quote! {
        const _: () = {
            use #krate::__private as __vo;
            #check
        };
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
    check_generics(&block.generics, report);
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
            let message = format!(
                "another native is named {:?} already; give this one another name: #[vo_extern(\"Name\")]",
                name.value()
            );
            report.error(name.span(), message);
        }
    }
}

/// The names that the natives of a block have in their package, `NewAccount` and `Account.Deposit`; those that are always
/// there.
pub(crate) fn members(block: &ItemImpl, attribute: &Attribute) -> Vec<LitStr> {
    let Type::Path(path) = &*block.self_ty else { return Vec::new() };
    let Some(last) = path.path.segments.last() else { return Vec::new() };
    let owner = name::written(attribute).map_or_else(|| last.ident.unraw().to_string(), |name| name.value());
    let is_native = |method: &&ImplItemFn| {
        let mut words = method.attrs.iter().map(Attribute::path);
        !words.any(|word| word.is_ident("vo") || word.is_ident("cfg"))
    };
    let methods = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    });
    let name = |method: &ImplItemFn| {
        let attribute = method.attrs.iter().find(|attribute| is_extern(attribute));
        member(&owner, attribute.and_then(name::written).as_ref(), &method.sig)
    };
    methods.filter(is_native).map(name).collect()
}

/// The name of a native of a block in its package.
fn member(owner: &str, written: Option<&LitStr>, sig: &Signature) -> LitStr {
    let (ident, has_receiver) = (&sig.ident, sig.receiver().is_some());
    let (name, span) = match written {
        Some(written) => (written.value(), written.span()),
        None if ident == "new" && !has_receiver => (format!("New{owner}"), ident.span()),
        None => (name::exported(ident), ident.span()),
    };
    match has_receiver {
        true => LitStr::new(&format!("{owner}.{name}"), span),
        false => LitStr::new(&name, span),
    }
}

/// The type whose methods they are.
struct Owner {
    package: String,
    /// Its name in Vo, without the package.
    name: String,
    ty: Type,
    /// What is said of the block and holds for each of them.
    attrs: Vec<Attribute>,
    krate: Option<Path>,
    /// The file that declares the methods.
    declarations: Option<(LitStr, PathBuf)>,
}

impl Owner {
    fn new(
        name: &LitStr,
        block: &ItemImpl,
        krate: Option<Path>,
        declarations: Option<(LitStr, PathBuf)>,
    ) -> Owner {
        let full = name.value();
        let member = name::member_of(&full).to_string();
        let package = full[..full.len() - member.len()].trim_end_matches('.').to_string();
        let attrs = block.attrs.iter().filter(|attr| !attr.path().is_ident("doc")).cloned().collect();
        Owner { package, name: member, ty: *block.self_ty.clone(), attrs, krate, declarations }
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
            Ok(mut native) => {
                if let (Some(_), Some(Param::Value(value))) =
                    (method.sig.receiver(), native.params.first_mut())
                {
                    value.receiver = Some(Box::new(ty.clone()));
                }
                Some((expand::registration(&native, &quote! { const }), name))
            }
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
        if let Some(written) = &args.name {
            name::check_word(written, report)?;
        }
        let member = member(&self.name, args.name.as_ref(), &method.sig);
        args.name = Some(LitStr::new(&format!("{package}.{}", member.value()), member.span()));
        args.package = None;
        args.declarations = self.declarations.clone();
        Some(args)
    }

    /// The method as a free function, whose receiver is its first parameter.
    fn as_function(&self, method: &ImplItemFn, report: &mut Report) -> Option<ItemFn> {
        let mut sig = concrete(&method.sig, &self.ty);
        let names: Vec<String> =
            sig.inputs.iter().filter_map(|input| Some(named(input)?.unraw().to_string())).collect();
        if let Some(receiver) = method.sig.receiver() {
            let own = self.name.to_lowercase();
            let name = if names.contains(&own) { "receiver" } else { &own };
            sig.inputs[0] = self.receiver(receiver, name, report)?;
        }
        Some(ItemFn {
            attrs: self.attrs.iter().chain(&method.attrs).cloned().collect(),
            vis: method.vis.clone(),
            modifiers: Default::default(),
            sig,
            block: Box::new(method.block.clone()),
        })
    }

    fn receiver(&self, receiver: &Receiver, name: &str, report: &mut Report) -> Option<FnArg> {
        let mutability = match &receiver.kind {
            ReceiverKind::Reference(_, _, mutability) => mutability,
            ReceiverKind::Typed(_, ty) if let Type::Reference(ty) = &**ty => &ty.mutability,
            _ => {
                report.at(receiver, "the value stays in the VM's heap; take `&self` or `&mut self`");
                return None;
            }
        };
        let (first, last) = (receiver.span(), receiver.self_token.span);
        let ty = placed(&self.ty, last);
        let name = syn::parse_str(name).unwrap_or_else(|_| Ident::new("receiver", first));
        let and = quote_spanned! {first=> & };
        Some(syn::parse_quote! { #name: #and #mutability #ty })
    }
}

/// The type as if it stood elsewhere.
fn placed(ty: &Type, span: Span) -> TokenStream {
    let place = |mut token: TokenTree| {
        token.set_span(span);
        token
    };
    ty.to_token_stream().into_iter().map(place).collect()
}

/// The signature with the type written where `Self` stands, in defaults too.
fn concrete(sig: &Signature, ty: &Type) -> Signature {
    fn replace(tokens: TokenStream, ty: &Type) -> TokenStream {
        let token = |token: TokenTree| match token {
            TokenTree::Ident(ident) if ident == "Self" => placed(ty, ident.span()),
            TokenTree::Group(group) => {
                let mut replaced = Group::new(group.delimiter(), replace(group.stream(), ty));
                replaced.set_span(group.span());
                TokenTree::Group(replaced).into()
            }
            other => other.into(),
        };
        tokens.into_iter().flat_map(token).collect()
    }
    syn::parse2(replace(sig.to_token_stream(), ty)).unwrap_or_else(|_| sig.clone())
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
        if let (true, Meta::List(list)) = (is_extern(attr), &attr.meta) {
            given = list.tokens.clone();
        }
        !is_extern(attr)
    });
    given
}

fn is_extern(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|segment| segment.ident == "vo_extern")
}

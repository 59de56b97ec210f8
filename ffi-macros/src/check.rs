//! Finds all mistakes that the tokens show, each at its place and with the nearest fix.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    FnArg, GenericParam, ItemFn, Lifetime, PathSegment, ReturnType, Safety, Signature, Type, WherePredicate,
};

use crate::declared::Declarations;
use crate::model::{Context, Effects, Native};
use crate::name;
use crate::params::{self, is_state};
use crate::parse::{Args, Below};
use crate::types::{Position, check_type};

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Report(Option<syn::Error>);

impl Report {
    pub(crate) fn into_errors(self) -> Option<syn::Error> {
        self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn add(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    pub(crate) fn error(&mut self, span: Span, message: impl Display) {
        self.add(syn::Error::new(span, message));
    }

    /// An error that underlines all of `tokens`.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    /// What was checked, unless there are mistakes.
    pub(crate) fn into_result<T>(self, checked: T) -> syn::Result<T> {
        self.0.map_or(Ok(checked), Err)
    }
}

/// An item with mistakes. It is kept, so that what uses it gives no errors of its own.
pub(crate) struct Rejected {
    pub(crate) errors: syn::Error,
    pub(crate) below: Below,
}

pub(crate) fn native(args: Args, below: Below) -> Result<Native, Rejected> {
    let function = match below {
        Below::Function(function) => function,
        Below::Other(item) => return Err(not_a_function(args.report, item)),
    };
    let mut target = function.sig.ident.clone();
    target.set_span(target.span().resolved_at(Span::call_site()));
    let target = target.into_token_stream();
    self::function(args, (*function).clone(), target)
        .map_err(|errors| Rejected { errors, below: Below::Function(function) })
}

/// A function, or a method as one, which is called by `target`.
pub(crate) fn function(args: Args, function: ItemFn, target: TokenStream) -> syn::Result<Native> {
    let Args { name, package, declarations, effects, krate, mut report } = args;
    let sig = &function.sig;
    let name = name::resolve(name, package.as_ref(), sig, &mut report);
    check_qualifiers(sig, &mut report);
    check_attributes(&function, &mut report);
    check_generics(sig, &mut report);
    let params = params::check(sig, &mut report);
    check_contexts(sig, &effects, &mut report);
    check_effects(sig, &effects, &mut report);
    let output = check_output(&sig.output, &mut report);
    let declarations = declarations.and_then(|(shown, path)| Declarations::read(shown, path, &mut report));
    let declared = declarations.zip(name.as_ref()).map(|(declarations, name)| {
        declarations.declared(name, name::member_of(&name.value()), &params, &mut report)
    });
    match (report.into_errors(), name) {
        (None, Some(name)) => {
            let krate = krate.unwrap_or_else(|| syn::parse_quote!(::vo_ffi));
            Ok(Native {
                name,
                effects,
                declared: declared.unwrap_or_default(),
                krate,
                target,
                function,
                params,
                output,
            })
        }
        (errors, _) => Err(errors.unwrap_or_else(|| syn::Error::new(Span::call_site(), NAME_MISSING))),
    }
}

pub(crate) const NAME_MISSING: &str = "the name is missing: #[vo_extern(\"pkg.Name\")]";

fn not_a_function(mut report: Report, item: TokenStream) -> Rejected {
    report.error(keyword(&item), "#[vo_extern] goes on a function with a body");
    let errors = report.0.unwrap_or_else(|| syn::Error::new(Span::call_site(), NAME_MISSING));
    Rejected { errors, below: Below::Other(item) }
}

/// The word that says what an item is.
pub(crate) fn keyword(item: &TokenStream) -> Span {
    const BEFORE: [&str; 7] = ["pub", "default", "const", "async", "unsafe", "safe", "extern"];
    let words = item.clone().into_iter().filter(|token| matches!(token, TokenTree::Ident(_)));
    let word = words
        .clone()
        .find(|word| !BEFORE.contains(&word.to_string().as_str()))
        .filter(|word| ITEMS.contains(&word.to_string().as_str()));
    word.or_else(|| words.clone().next()).map_or_else(Span::call_site, |word| word.span())
}

const ITEMS: [&str; 10] =
    ["enum", "fn", "impl", "macro_rules", "mod", "static", "struct", "trait", "type", "union"];

fn check_qualifiers(sig: &Signature, report: &mut Report) {
    if let Some(token) = &sig.asyncness {
        report.at(token, "a native runs to its end before the script goes on; remove `async`");
    }
    if let Safety::Unsafe(token) = &sig.safety {
        report.at(token, "any script may call a native; make it safe and remove `unsafe`");
    }
    if let Some(abi) = &sig.abi {
        report.at(
            abi,
            "a native is an ordinary Rust function, the attribute writes the wrapper; remove `extern`",
        );
    }
    if let Some(dots) = &sig.variadic {
        report.at(dots, "for any number of arguments, take a `VoVariadic` last");
    }
}

/// What an attribute or `Self` says of where the function is called, or stands.
fn check_attributes(function: &ItemFn, report: &mut Report) {
    if let Some(attr) = function.attrs.iter().find(|attr| attr.path().is_ident("target_feature")) {
        report.at(
            attr,
            "a script runs on any machine; move what needs the feature into a function of its own, and call it where \
             `is_x86_feature_detected!` or the like says that it is there",
        );
    }
    let mut own = SelfType(None);
    own.visit_signature(&function.sig);
    if let Some(own) = own.0 {
        report.at(
            own,
            "a native is a free function; for those of a type write #[vo_methods] above their `impl` block",
        );
    }
}

/// The first `Self`, which only functions of a type know.
struct SelfType<'a>(Option<&'a PathSegment>);

impl<'ast> Visit<'ast> for SelfType<'ast> {
    fn visit_path_segment(&mut self, segment: &'ast PathSegment) {
        if segment.ident == "Self" && self.0.is_none() {
            self.0 = Some(segment);
        }
        visit::visit_path_segment(self, segment);
    }
}

fn check_generics(sig: &Signature, report: &mut Report) {
    for param in &sig.generics.params {
        match param {
            GenericParam::Type(param) => report.at(
                &param.ident,
                format!(
                    "a native is called with one set of types; use `VoValue` instead of `{}`",
                    param.ident
                ),
            ),
            GenericParam::Const(param) => report.at(
                &param.ident,
                format!("a native has no const parameters; make `{}` an argument", param.ident),
            ),
            GenericParam::Lifetime(param) => check_bounds(&param.bounds, report),
        }
    }
    for predicate in sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        if let WherePredicate::Lifetime(predicate) = predicate {
            check_bounds(&predicate.bounds, report);
        }
    }
}

fn check_bounds<'b>(bounds: impl IntoIterator<Item = &'b Lifetime>, report: &mut Report) {
    for bound in bounds.into_iter().filter(|bound| bound.ident == "static") {
        report.at(bound, "an argument lives for the call, not for ever; leave the bound out");
    }
}

fn check_contexts(sig: &Signature, effects: &Effects, report: &mut Report) {
    let contexts = contexts(sig);
    for (_, ty) in contexts.iter().skip(1) {
        report.at(ty, "a native has one context; a `VmCtx` can do all that an `ExternCtx` can");
    }
    let vm = contexts.iter().find(|(context, _)| *context == Context::Vm);
    let has_none = effects.blocking.is_some() || effects.fast.is_some();
    match (&effects.reentrant, vm) {
        (None, Some((_, ty))) if !has_none => report.at(
            ty,
            "only a reentrant native can call closures: #[vo_extern(…, reentrant)], or take an `ExternCtx`",
        ),
        (Some(word), None) => report.at(
            word,
            "a reentrant native calls closures through its context: add `ctx: &mut VmCtx`, or remove \
             `reentrant`",
        ),
        _ => {}
    }
}

fn contexts(sig: &Signature) -> Vec<(Context, &Type)> {
    (sig.inputs.iter())
        .filter_map(|input| match input {
            FnArg::Typed(input) => Some((Context::of(&input.ty)?.0, &*input.ty)),
            FnArg::Receiver(_) => None,
        })
        .collect()
}

/// Words that say the opposite of one another, or of a parameter.
fn check_effects(sig: &Signature, effects: &Effects, report: &mut Report) {
    let Effects { reentrant, blocking, fast } = effects;
    if let (Some(_), Some(word)) = (reentrant, blocking) {
        report.at(
            word,
            "while a blocking native runs the script may go on elsewhere, so it calls no closures; remove `blocking` or \
             `reentrant`",
        );
    }
    if let (Some(_), Some(word)) = (reentrant.as_ref().or(blocking.as_ref()), fast) {
        let other = if reentrant.is_some() { "reentrant" } else { "blocking" };
        report.at(word, format!("a fast native does nothing but its own work; remove `fast` or `{other}`"));
    }
    let states = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(input) if is_state(input) => Some(&*input.ty),
        _ => None,
    });
    for (_, ty) in contexts(sig) {
        if blocking.is_some() && reentrant.is_none() {
            report.at(
                ty,
                "while a blocking native runs the VM is not its own, so it has no context; return what is to be made of it",
            );
        }
        if fast.is_some() && reentrant.is_none() {
            report.at(ty, "a fast native has no context; remove `fast`, or the context");
        }
    }
    for ty in states.filter(|_| fast.is_some()) {
        report
            .at(ty, "a state has to be looked up, which a fast native does not; remove `fast`, or the state");
    }
}

fn check_output(output: &ReturnType, report: &mut Report) -> Type {
    match output {
        ReturnType::Default => syn::parse_quote!(()),
        ReturnType::Type(_, ty) => {
            if let Type::Never(never) = &**ty {
                report
                    .at(never, "a native returns to the script; to end the script, return an error or panic");
            }
            check_type(ty, Position::Result, report);
            (**ty).clone()
        }
    }
}

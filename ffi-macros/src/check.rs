//! Finds all mistakes that the tokens show, each at its place and with the nearest fix.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::visit::{self, Visit};
use syn::{
    Expr, FnArg, GenericParam, Ident, ItemFn, Lifetime, Meta, Pat, PatType, ReturnType, Safety, Signature,
    Token, Type, TypeImplTrait, TypePath, TypeReference,
};

use crate::declared::Declarations;
use crate::model::{Context, Effects, Native, Param, State, Value};
use crate::name;
use crate::parse::{Args, Below};

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
    let target = function.sig.ident.to_token_stream();
    self::function(args, (*function).clone(), target)
        .map_err(|errors| Rejected { errors, below: Below::Function(function) })
}

/// A function, or a method as one, which is called by `target`.
pub(crate) fn function(args: Args, function: ItemFn, target: TokenStream) -> syn::Result<Native> {
    let Args { name, package, declarations, effects, krate, mut report } = args;
    let sig = &function.sig;
    let name = name::resolve(name, package.as_ref(), sig, &mut report);
    check_qualifiers(sig, &mut report);
    check_generics(sig, &mut report);
    let params: Vec<Param> = sig.inputs.iter().filter_map(|input| check_param(input, &mut report)).collect();
    check_defaults(&params, &mut report);
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

fn not_a_function(report: Report, item: TokenStream) -> Rejected {
    let keyword = item.clone().into_iter().find(|token| matches!(token, TokenTree::Ident(_)));
    let span = keyword.map_or_else(Span::call_site, |token| token.span());
    let mut errors = syn::Error::new(span, "#[vo_extern] goes on a function with a body");
    if let Some(others) = report.into_errors() {
        errors.combine(others);
    }
    Rejected { errors, below: Below::Other(item) }
}

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
            GenericParam::Lifetime(_) => {}
        }
    }
}

fn check_param(input: &FnArg, report: &mut Report) -> Option<Param> {
    let input = match input {
        FnArg::Receiver(receiver) => {
            report.at(
                receiver,
                "a native is a free function; for a method, write it in an `impl` block with #[vo_methods], or take \
                 the receiver as the first parameter: `file: VoObject`",
            );
            return None;
        }
        FnArg::Typed(input) => input,
    };
    if let Some(attr) = input.attrs.iter().find(|attr| attr.path().is_ident("cfg")) {
        report.at(attr, "a native's parameters are always there; put `#[cfg]` on the function");
    }
    let option = param_option(input, report).ok()?;
    if let Some(ParamOption::State) = option {
        return check_state(input, report).map(Param::State);
    }
    check_type(&input.ty, Position::Param, report);
    if let Some((context, by_mut)) = Context::of(&input.ty) {
        if let Some(ParamOption::Default(default)) = &option {
            report.at(default, "the context is always there, and no declaration has it; remove the default");
        }
        if !by_mut {
            let fix = if context == Context::Vm { "&mut VmCtx" } else { "&mut ExternCtx" };
            report.at(&input.ty, format!("a context is taken as `{fix}`"));
        }
        return Some(Param::Context(context));
    }
    let ident = check_pattern(input, report)?;
    let default = match option {
        Some(ParamOption::Default(default)) => Some(default),
        _ => None,
    };
    Some(Param::Value(Value { ident, ty: input.ty.clone(), default }))
}

/// What `#[vo(…)]` says of a parameter.
enum ParamOption {
    State,
    Default(Expr),
}

const PARAM_OPTIONS: &str = "the options of a parameter are `#[vo(state)]` and `#[vo(default = value)]`";

/// What the attribute of a parameter says, where it has one; else the mistake is in the report.
fn param_option(input: &PatType, report: &mut Report) -> Result<Option<ParamOption>, ()> {
    let mut attrs = input.attrs.iter().filter(|attr| attr.path().is_ident("vo"));
    let Some(attr) = attrs.next() else { return Ok(None) };
    if let Some(second) = attrs.next() {
        report.at(second, "a parameter has one `#[vo(…)]`: it is a state, or has a default");
    }
    let parsed = attr.parse_args_with(|input: ParseStream<'_>| {
        let word = input.call(Ident::parse_any)?;
        match word.to_string().as_str() {
            "state" if input.is_empty() => Ok(ParamOption::State),
            "default" if input.is_empty() => {
                Err(syn::Error::new(word.span(), "`default` needs its value: #[vo(default = 10)]"))
            }
            "default" => {
                input.parse::<Token![=]>()?;
                input.parse().map(ParamOption::Default)
            }
            _ => {
                input.parse::<TokenStream>()?;
                Err(syn::Error::new(word.span(), PARAM_OPTIONS))
            }
        }
    });
    parsed.map(Some).map_err(|error| match &attr.meta {
        Meta::Path(path) => report.at(path, PARAM_OPTIONS),
        _ => report.add(error),
    })
}

/// A declaration leaves out the last parameters, so those with a default are the last.
fn check_defaults(params: &[Param], report: &mut Report) {
    let values = params.iter().filter_map(|param| match param {
        Param::Value(value) => Some(value),
        Param::Context(_) | Param::State(_) => None,
    });
    let mut before: Option<&Value> = None;
    for value in values {
        match (&value.default, before) {
            (Some(_), _) => before = Some(value),
            (None, Some(other)) => report.at(
                &value.ident,
                format!(
                    "`{}` before it has a default, and a declaration leaves out the last parameters alone; give `{}` \
                     one too, or move it to the front",
                    other.ident, value.ident
                ),
            ),
            (None, None) => {}
        }
    }
}

/// Whether a parameter is the embedder's value.
pub(crate) fn is_state(input: &PatType) -> bool {
    input.attrs.iter().any(|attr| {
        attr.path().is_ident("vo") && attr.parse_args::<Ident>().is_ok_and(|word| word == "state")
    })
}

/// The type behind `#[vo(state)]`.
fn check_state(input: &PatType, report: &mut Report) -> Option<State> {
    match &*input.ty {
        Type::Reference(reference) => {
            if let Some(lifetime) = &reference.lifetime {
                report.at(lifetime, "a state is borrowed for the call; leave the lifetime out");
            }
            Some(State { ty: reference.elem.clone(), by_mut: reference.mutability.is_some() })
        }
        ty => {
            let written = shown(ty);
            report.at(
                ty,
                format!("a state is borrowed from the embedder: write `&{written}` or `&mut {written}`"),
            );
            None
        }
    }
}

fn check_pattern(input: &PatType, report: &mut Report) -> Option<Ident> {
    let (pattern, fix) = match &*input.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => return Some(pat.ident.clone()),
        Pat::Wild(pattern) => (pattern.into_token_stream(), "name it, as in `_unused`"),
        pattern => (pattern.into_token_stream(), "take it by name, and take it apart in the body"),
    };
    report.at(pattern, format!("a parameter of a native needs a name, for traps and declarations; {fix}"));
    None
}

fn check_contexts(sig: &Signature, effects: &Effects, report: &mut Report) {
    let contexts = contexts(sig);
    for (_, ty) in contexts.iter().skip(1) {
        report.at(ty, "a native has one context; a `VmCtx` can do all that an `ExternCtx` can");
    }
    let vm = contexts.iter().find(|(context, _)| *context == Context::Vm);
    match (&effects.reentrant, vm) {
        (None, Some((_, ty))) => report.at(
            ty,
            "only a reentrant native can call closures: #[vo_extern(\"pkg.Name\", reentrant)], or take an \
             `ExternCtx`",
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
        if fast.is_some() {
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

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    Param,
    Result,
}

/// The types for which a fix is known. What else does not fit is found by the traits.
pub(crate) fn check_type(ty: &Type, position: Position, report: &mut Report) {
    TypeCheck { position, report }.visit_type(ty);
}

struct TypeCheck<'a> {
    position: Position,
    report: &'a mut Report,
}

impl<'ast> Visit<'ast> for TypeCheck<'_> {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if self.position == Position::Param && lifetime.ident == "static" {
            self.report.at(lifetime, "an argument lives for the call, not for ever; leave the lifetime out");
        }
    }

    fn visit_type_impl_trait(&mut self, ty: &'ast TypeImplTrait) {
        self.report.at(ty, "a native is called with one set of types; name a type, or use `VoValue`");
    }

    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        let Some(fix) = fix_of_reference(reference) else {
            return visit::visit_type_reference(self, reference);
        };
        if self.position == Position::Param {
            self.report.at(reference, fix);
        }
    }

    fn visit_type_path(&mut self, path: &'ast TypePath) {
        let fix = [("usize", "u64"), ("isize", "i64")].into_iter().find(|(name, _)| path.path.is_ident(name));
        if let Some((name, fix)) = fix {
            self.report.at(path, format!("`{name}` has another size on other machines; write `{fix}`"));
        }
        visit::visit_type_path(self, path);
    }
}

fn fix_of_reference(reference: &TypeReference) -> Option<String> {
    let written = shown(reference);
    let Type::Path(path) = &*reference.elem else { return None };
    let last = path.path.segments.last()?;
    match last.ident.to_string().as_str() {
        "String" => Some(format!("`{written}`: write `&str`")),
        "Vec" => match &last.arguments {
            syn::PathArguments::AngleBracketed(list) => {
                Some(format!("`{written}`: write `&[{}]`", shown(&list.args)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// A type's tokens, spaced as people write them.
pub(crate) fn shown(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    text.replace(" < ", "<").replace(" >", ">").replace("& ", "&").replace(" :: ", "::").replace(" ,", ",")
}

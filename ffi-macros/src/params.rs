//! Parameters: what `#[vo(…)]` says of one, its name, and its type as far as its tokens show it.

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::visit::Visit;
use syn::{
    Expr, ExprCall, ExprClosure, ExprPath, FnArg, Ident, Meta, Pat, PatType, Signature, Token, Type,
    TypeTuple,
};

use crate::check::Report;
use crate::lifetimes;
use crate::model::{Context, Param, State, Value};
use crate::types::{Position, check_type, shown};

/// The parameters, as far as they have no mistakes.
pub(crate) fn check(sig: &Signature, report: &mut Report) -> Vec<Param> {
    let params: Vec<Param> = sig.inputs.iter().filter_map(|input| check_param(input, report)).collect();
    check_defaults(&params, report);
    check_states(sig, report);
    params
}

fn check_param(input: &FnArg, report: &mut Report) -> Option<Param> {
    let input = match input {
        FnArg::Receiver(receiver) => {
            report.at(
                receiver,
                "a native is a free function; for methods write #[vo_methods] above their `impl` block, or take the receiver \
                 as the first parameter: `file: VoObject`",
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
    if let Type::Tuple(tuple) = &*input.ty {
        report.at(tuple, parts(&input.pat, tuple));
        tuple.elems.iter().for_each(|part| check_type(part, Position::Param, report));
        return None;
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
    Some(Param::Value(Value { ident, ty: input.ty.clone(), default, receiver: None }))
}

/// The fix for a parameter that is a tuple.
fn parts(pattern: &Pat, tuple: &TypeTuple) -> String {
    let names = match pattern {
        Pat::Tuple(pattern) => pattern.elems.iter().map(shown).collect(),
        _ => Vec::new(),
    };
    let part = |(index, ty)| match names.get(index) {
        Some(name) => format!("{name}: {}", shown(ty)),
        None => format!("part{index}: {}", shown(ty)),
    };
    let parts: Vec<String> = tuple.elems.iter().enumerate().map(part).collect();
    match parts.is_empty() {
        true => "nothing is no argument; remove the parameter".into(),
        false => format!("Vo has no tuples; make each part a parameter: `{}`", parts.join(", ")),
    }
}

/// What `#[vo(…)]` says of a parameter.
enum ParamOption {
    State,
    Default(Expr),
}

const PARAM_OPTIONS: &str = "the options of a parameter are `#[vo(state)]` and `#[vo(default = value)]`";

const ONE_OPTION: &str = "a parameter has one option: it is a state, or has a default";

/// What the attribute of a parameter says, where it has one; else the mistake is in the report.
fn param_option(input: &PatType, report: &mut Report) -> Result<Option<ParamOption>, ()> {
    let mut attrs = input.attrs.iter().filter(|attr| attr.path().is_ident("vo"));
    let Some(attr) = attrs.next() else { return Ok(None) };
    if let Some(second) = attrs.next() {
        report.at(second, ONE_OPTION);
    }
    let parsed = attr.parse_args_with(|input: ParseStream<'_>| {
        let word = input.call(Ident::parse_any)?;
        let option = match word.to_string().as_str() {
            "state" => ParamOption::State,
            "default" => {
                let needs =
                    |_| syn::Error::new(word.span(), "`default` needs its value: #[vo(default = 10)]");
                input
                    .parse::<Token![=]>()
                    .and_then(|_| input.parse())
                    .map(ParamOption::Default)
                    .map_err(needs)?
            }
            _ => return Err(syn::Error::new(word.span(), PARAM_OPTIONS)),
        };
        match input.is_empty() {
            true => Ok(option),
            false => Err(input.error(ONE_OPTION)),
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
    let names: Vec<&Ident> = values.clone().map(|value| &value.ident).collect();
    let mut before: Option<&Value> = None;
    for value in values {
        if let Some(default) = &value.default {
            Others { names: &names, report }.visit_expr(default);
        }
        let is_variadic = lifetimes::is_named(&value.ty, "VoVariadic");
        match (&value.default, before) {
            (Some(default), _) if is_variadic => {
                report.at(default, "any number of arguments may be none; remove the default");
            }
            (Some(_), _) => before = Some(value),
            (None, Some(Value { ident, default: Some(default), .. })) if is_variadic => report.at(
                default,
                format!("a declaration that takes any number of arguments has `{ident}` too; remove the default"),
            ),
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

/// Looks for other parameters in a default.
struct Others<'a> {
    names: &'a [&'a Ident],
    report: &'a mut Report,
}

impl<'ast> Visit<'ast> for Others<'_> {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        if let Some(name) = path.path.get_ident().filter(|name| self.names.contains(name)) {
            let message = format!(
                "a default does not see the other parameters; make it a value that stands for none, and use `{name}` in the \
                 body"
            );
            self.report.at(path, message);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        // A function may have the name of a parameter.
        call.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    // What a closure takes may have it, too.
    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
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
            check_state_type(&reference.elem, report);
            let ident = check_pattern(input, report)?;
            Some(State { ident, ty: reference.elem.clone(), by_mut: reference.mutability.is_some() })
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

fn check_state_type(ty: &Type, report: &mut Report) {
    let owned = match ty {
        Type::Slice(slice) => Some(format!("Vec<{}>", shown(&slice.elem))),
        Type::Path(path) if path.path.is_ident("str") => Some("String".into()),
        Type::TraitObject(object) => Some(format!("Box<{}>", shown(object))),
        _ => None,
    };
    if let Some(owned) = owned {
        report.at(ty, format!("a state is the value that the embedder gave; write `{owned}`, if it is that"));
    } else if Context::of(ty).is_some() {
        report.at(ty, "the context is no state; remove `#[vo(state)]`");
    } else if let Some(wrapper) = lifetimes::wrapper(ty) {
        report.at(
            wrapper,
            format!(
                "a state outlives the call, which a `{}` does not; keep a `Root` of it, or a copy in Rust",
                wrapper.ident
            ),
        );
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

/// States of one type, of which the second would find it lent.
fn check_states(sig: &Signature, report: &mut Report) {
    let mut seen: Vec<String> = Vec::new();
    for input in &sig.inputs {
        let FnArg::Typed(input) = input else { continue };
        if let (true, Type::Reference(reference)) = (is_state(input), &*input.ty) {
            let ty = shown(&reference.elem);
            if seen.contains(&ty) {
                report
                    .at(input, format!("the state `{ty}` is a parameter already, and is lent to one alone"));
            }
            seen.push(ty);
        }
    }
}

//! A native, checked: what `expand` writes out.

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Ident, ItemFn, LitStr, Path, Type};

use crate::declared::Declared;

/// A function that is a native, without mistakes that its tokens show.
pub(crate) struct Native {
    pub(crate) name: LitStr,
    pub(crate) effects: Effects,
    /// What a file of declarations says of it; more than once, where it has several names there.
    pub(crate) declared: Vec<Declared>,
    /// Where the facade is.
    pub(crate) krate: Path,
    /// What is called: the function's name, or `<Type>::method`.
    pub(crate) target: TokenStream,
    /// The function; for a method as a free function, whose receiver is its first parameter.
    pub(crate) function: ItemFn,
    pub(crate) params: Vec<Param>,
    /// The type behind the arrow, or `()`.
    pub(crate) output: Type,
}

/// The words behind the name.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) reentrant: Option<Ident>,
    pub(crate) blocking: Option<Ident>,
    pub(crate) fast: Option<Ident>,
}

pub(crate) enum Param {
    Context(Context),
    /// `#[vo(state)] name: &mut T`
    State(State),
    Value(Value),
}

/// The embedder's value of a type.
pub(crate) struct State {
    pub(crate) ident: Ident,
    pub(crate) ty: Box<Type>,
    pub(crate) by_mut: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    Extern,
    Vm,
}

impl Context {
    /// Which context a type is, by its name, and whether it is behind one `&mut`.
    pub(crate) fn of(ty: &Type) -> Option<(Context, bool)> {
        match ty {
            Type::Reference(reference) => {
                let (context, _) = Context::of(&reference.elem)?;
                let by_mut = reference.mutability.is_some() && matches!(*reference.elem, Type::Path(_));
                Some((context, by_mut))
            }
            Type::Path(path) => match path.path.segments.last()?.ident.to_string().as_str() {
                "ExternCtx" => Some((Context::Extern, false)),
                "VmCtx" => Some((Context::Vm, false)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A parameter of the native, with the type as the user wrote it.
pub(crate) struct Value {
    pub(crate) ident: Ident,
    pub(crate) ty: Box<Type>,
    /// What stands for it where a declaration leaves it out: `#[vo(default = …)]`.
    pub(crate) default: Option<Expr>,
    /// For the receiver of a method, the type that its block names.
    pub(crate) receiver: Option<Box<Type>>,
}

impl Native {
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.params.iter().filter_map(|param| match param {
            Param::Value(value) => Some(value),
            Param::Context(_) | Param::State(_) => None,
        })
    }

    pub(crate) fn sees_context(&self) -> bool {
        self.params.iter().any(|param| matches!(param, Param::Context(_)))
    }

    /// The attributes that decide whether the function exists.
    pub(crate) fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        self.function.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
    }
}

/// The doc comment, as one text.
pub(crate) fn docs(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        syn::Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_string()).collect();
    lines.join("\n").trim().to_string()
}

/// Whether an item may speak of what is deprecated: it is itself, or its attributes are about lints.
pub(crate) fn speak_of_lints(attrs: &[Attribute]) -> bool {
    const WORDS: [&str; 3] = ["allow", "expect", "deprecated"];
    attrs.iter().any(|attr| WORDS.iter().any(|word| attr.path().is_ident(word)))
}

//! A struct or an enum, checked: what `expand` writes implementations for.

use syn::{Generics, Ident, Lifetime, Path, Type};

/// Which trait is derived.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Derive {
    FromVo,
    IntoVo,
    Packed,
}

impl Derive {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Derive::FromVo => "FromVo",
            Derive::IntoVo => "IntoVo",
            Derive::Packed => "VoPacked",
        }
    }
}

pub(crate) struct Item {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    /// Where the facade is.
    pub(crate) krate: Path,
    pub(crate) body: Body,
    /// Whether it may speak of what is deprecated.
    pub(crate) allow_deprecated: bool,
}

impl Item {
    /// The one lifetime that the item may have: that of the call.
    pub(crate) fn lifetime(&self) -> Option<&Lifetime> {
        self.generics.lifetimes().next().map(|param| &param.lifetime)
    }
}

pub(crate) enum Body {
    Struct(Vec<Field>),
    Enum(Enum),
    /// An enum whose variants hold values.
    Choices(Vec<Choice>),
}

pub(crate) struct Field {
    pub(crate) ident: Ident,
    /// The name that Vo's field has.
    pub(crate) name: String,
    /// Whether that is its name to the letter.
    pub(crate) exact: bool,
    pub(crate) ty: Type,
}

/// An enum whose variants are integers.
pub(crate) struct Enum {
    pub(crate) integer: Ident,
    pub(crate) variants: Vec<Ident>,
}

/// A variant that holds a value, or stands for nil.
pub(crate) struct Choice {
    pub(crate) ident: Ident,
    pub(crate) ty: Option<Type>,
}

//! Reads `#[vo(…)]` and `#[repr(…)]`. Mistakes go into the report, and reading goes on.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Ident, LitStr, Path};

use crate::check::Report;
use crate::derive::model::Derive;

/// `#[vo(crate = path)]`
pub(super) fn facade(derive: Derive, attrs: &[Attribute], report: &mut Report) -> Option<Path> {
    let mut krate = None;
    read(attrs, report, |meta| {
        if OF_OBJECTS.iter().any(|word| meta.path.is_ident(word)) {
            let message = format!(
                "scripts hold values of a type with `#[derive(VoObject)]` by pointer, and do not see its fields; remove \
                 `VoObject`, or `{}`",
                derive.name()
            );
            return Err(meta.error(message));
        }
        if !meta.path.is_ident("crate") {
            return Err(meta.error("the only option here is `crate = path`; `rename` goes on a field"));
        }
        if krate.is_some() {
            return Err(meta.error("`crate` is there twice"));
        }
        krate = Some(meta.value()?.call(Path::parse_mod_style)?);
        Ok(())
    });
    krate
}

/// What `#[derive(VoObject)]` alone understands.
const OF_OBJECTS: [&str; 3] = ["name", "package", "bytes"];

/// `#[vo(rename = "Name")]`
pub(super) fn rename(attrs: &[Attribute], report: &mut Report) -> Option<String> {
    let mut name = None;
    read(attrs, report, |meta| {
        if !meta.path.is_ident("rename") {
            return Err(meta.error("the only option of a field is `rename = \"Name\"`"));
        }
        if name.is_some() {
            return Err(meta.error("`rename` is there twice"));
        }
        let text: LitStr = match meta.value().and_then(|value| value.parse()) {
            Ok(text) => text,
            Err(_) => return Err(meta.error("`rename` needs the name of Vo's field: rename = \"Name\"")),
        };
        if syn::parse_str::<Ident>(&text.value()).is_err() && text.value() != "_" {
            return Err(syn::Error::new(
                text.span(),
                format!("{:?} is not the name of a field", text.value()),
            ));
        }
        name = Some(text.value());
        Ok(())
    });
    name
}

/// A variant has no options.
pub(super) fn none(attrs: &[Attribute], report: &mut Report) {
    read(attrs, report, |meta| Err(meta.error("a variant has no options; its integer is `Name = 1`")));
}

fn read(
    attrs: &[Attribute],
    report: &mut Report,
    mut option: impl FnMut(ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("vo")) {
        if let Err(error) = attr.parse_nested_meta(&mut option) {
            report.add(error);
        }
    }
}

/// The words of all `#[repr(…)]`.
pub(super) fn repr(attrs: &[Attribute]) -> Vec<(String, Span)> {
    let mut words = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        // What is wrong in it is rustc's to say.
        let _ = attr.parse_nested_meta(|meta| {
            if let Some(word) = meta.path.get_ident() {
                words.push((word.to_string(), word.span()));
            }
            if meta.input.peek(syn::token::Paren) {
                let inner;
                syn::parenthesized!(inner in meta.input);
                inner.parse::<proc_macro2::TokenStream>()?;
            }
            Ok(())
        });
    }
    words
}

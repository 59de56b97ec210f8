//! Finds all mistakes that the tokens show, each at its place and with the nearest fix.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::visit::{self, Visit};
use syn::{Attribute, Data, DataEnum, DeriveInput, Fields, GenericParam, Generics, Ident, TypePath, Variant};

use crate::check::Report;
use crate::derive::model::{Body, Choice, Derive, Enum, Field, Item};
use crate::derive::options;
use crate::model;
use crate::types::{Position, check_type, shown};

pub(super) fn item(derive: Derive, input: DeriveInput) -> syn::Result<Item> {
    let mut report = Report::default();
    let krate = options::facade(derive, &input.attrs, &mut report);
    check_generics(derive, &input.generics, &mut report);
    let repr = options::repr(&input.attrs);
    if derive == Derive::Packed && matches!(input.data, Data::Struct(_)) {
        check_repr_of_struct(&input.ident, &repr, &mut report);
    }
    let body = match &input.data {
        Data::Struct(data) => Body::Struct(fields(derive, &input.ident, &data.fields, &mut report)),
        Data::Enum(data) if derive == Derive::Packed => {
            let message =
                "not every integer is a variant, so slices of an enum are not borrowed; take a `Vec`";
            report.at(data.enum_token, message);
            Body::Struct(Vec::new())
        }
        Data::Enum(data) if data.variants.iter().any(|variant| !matches!(variant.fields, Fields::Unit)) => {
            check_no_repr(&repr, &mut report);
            Body::Choices(choices(derive, data, &mut report))
        }
        Data::Enum(data) => {
            let integer = integer(&input.ident, &repr, &mut report);
            let variants = data.variants.iter().map(|variant| check_variant(variant, &mut report)).collect();
            if data.variants.is_empty() {
                report.at(&input.ident, "an enum without variants has no values; give it one");
            }
            Body::Enum(Enum { integer, variants })
        }
        Data::Union(data) => {
            report.at(data.union_token, "a union does not say which of its fields is there; write a struct");
            Body::Struct(Vec::new())
        }
    };
    let krate = krate.unwrap_or_else(|| syn::parse_quote!(::vo_ffi));
    let allow_deprecated = speaks_of_lints(&input);
    report.into_result(Item { ident: input.ident, generics: input.generics, krate, body, allow_deprecated })
}

/// Whether an attribute of the item, of a field or of a variant does.
fn speaks_of_lints(input: &DeriveInput) -> bool {
    let parts: Vec<&Vec<Attribute>> = match &input.data {
        Data::Struct(data) => data.fields.iter().map(|field| &field.attrs).collect(),
        Data::Enum(data) => data.variants.iter().map(|variant| &variant.attrs).collect(),
        Data::Union(_) => Vec::new(),
    };
    parts.into_iter().chain([&input.attrs]).any(|attrs| model::speak_of_lints(attrs))
}

fn check_generics(derive: Derive, generics: &Generics, report: &mut Report) {
    let mut lifetimes = 0;
    for param in &generics.params {
        match param {
            GenericParam::Type(param) => report.at(
                &param.ident,
                format!(
                    "a struct of Vo has fields of one type each; name a type instead of `{}`",
                    param.ident
                ),
            ),
            GenericParam::Const(param) => {
                report
                    .at(&param.ident, "a struct of Vo has no parameters; write the number where it is used");
            }
            GenericParam::Lifetime(param) if derive == Derive::Packed => {
                report
                    .at(param, "what is borrowed from a slice has no references inside; remove the lifetime");
            }
            GenericParam::Lifetime(param) => {
                lifetimes += 1;
                if lifetimes == 2 {
                    report.at(
                        param,
                        "everything inside lives as long as the call; use one lifetime for all of it",
                    );
                }
            }
        }
    }
}

fn check_repr_of_struct(ident: &Ident, repr: &[(String, Span)], report: &mut Report) {
    if !repr.iter().any(|(word, _)| word == "C") {
        report.at(ident, "Rust may order the fields as it likes; write `#[repr(C)]` above it");
    }
    for (word, span) in repr.iter().filter(|(word, _)| matches!(word.as_str(), "packed" | "align")) {
        report.error(*span, format!("Vo lays structs out as C does, without `{word}`; remove it"));
    }
}

fn fields(derive: Derive, ident: &Ident, fields: &Fields, report: &mut Report) -> Vec<Field> {
    match fields {
        Fields::Named(fields) => {
            fields.named.iter().filter_map(|field| check_field(derive, ident, field, report)).collect()
        }
        Fields::Unnamed(fields) => {
            let first = fields.unnamed.first().map_or_else(String::new, |field| shown(&field.ty));
            let message = format!("fields of Vo have names; write `struct {ident} {{ name: {first} }}`");
            report.at(fields, message);
            Vec::new()
        }
        Fields::Unit => {
            report.at(ident, format!("for a struct without fields write `struct {ident} {{}}`"));
            Vec::new()
        }
    }
}

fn check_field(derive: Derive, of: &Ident, field: &syn::Field, report: &mut Report) -> Option<Field> {
    let ident = field.ident.clone()?;
    let rename = options::rename(&field.attrs, report);
    let position = if derive == Derive::IntoVo { Position::Result } else { Position::Param };
    check_type(&field.ty, position, report);
    Recursion { of, report }.visit_type(&field.ty);
    let exact = rename.is_some();
    let name = rename.unwrap_or_else(|| ident.unraw().to_string());
    Some(Field { name, exact, ty: field.ty.clone(), ident })
}

/// Looks for the struct inside itself.
struct Recursion<'a> {
    of: &'a Ident,
    report: &'a mut Report,
}

impl<'ast> Visit<'ast> for Recursion<'_> {
    fn visit_type_path(&mut self, path: &'ast TypePath) {
        if path.path.is_ident(self.of) || path.path.is_ident("Self") {
            let message =
                format!("a `{}` inside itself would be copied without end; take a `VoObject`", self.of);
            self.report.at(path, message);
        }
        visit::visit_type_path(self, path);
    }
}

/// The integer that stands for an enum: what `#[repr]` says, or `int`.
fn integer(ident: &Ident, repr: &[(String, Span)], report: &mut Report) -> Ident {
    let mut integer = Ident::new("i64", ident.span());
    for (word, span) in repr {
        match word.as_str() {
            // As in C, where an enum is an `int`.
            "C" => integer = Ident::new("i32", *span),
            "usize" | "isize" => {
                let fix = if word == "usize" { "u64" } else { "i64" };
                report.error(*span, format!("`{word}` has another size on other machines; write `{fix}`"));
            }
            "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => integer = Ident::new(word, *span),
            _ => report.error(*span, format!("`{word}` is no integer of Vo; use i8 to i64, or u8 to u64")),
        }
    }
    integer
}

fn check_variant(variant: &Variant, report: &mut Report) -> Ident {
    options::none(&variant.attrs, report);
    variant.ident.clone()
}

fn check_no_repr(repr: &[(String, Span)], report: &mut Report) {
    for (word, span) in repr {
        let message =
            format!("an enum whose variants hold values is an `any`, not an integer; remove `{word}`");
        report.error(*span, message);
    }
}

/// The variants of an enum that stands for an `any`.
fn choices(derive: Derive, data: &DataEnum, report: &mut Report) -> Vec<Choice> {
    let mut nil: Option<&Ident> = None;
    let mut choices = Vec::new();
    for variant in &data.variants {
        options::none(&variant.attrs, report);
        let ident = variant.ident.clone();
        match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let ty = fields.unnamed[0].ty.clone();
                let position = if derive == Derive::IntoVo { Position::Result } else { Position::Param };
                check_type(&ty, position, report);
                choices.push(Choice { ident, ty: Some(ty) });
            }
            Fields::Unit => {
                if let Some(other) = nil.replace(&variant.ident) {
                    report.at(&ident, format!("`{other}` stands for nil already, and there is one nil"));
                }
                choices.push(Choice { ident, ty: None });
            }
            fields => {
                let message = format!(
                    "a variant holds one value, whose type says which variant it is: `{ident}(T)`; for several values, \
                     `T` is a struct with `#[derive(FromVo)]`"
                );
                report.at(fields, message);
            }
        }
    }
    choices
}

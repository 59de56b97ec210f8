//! Golden expansions: what the macros make of each file in `tests/expand` is the `.expanded.rs` file beside it.
//! `UPDATE=1` writes these; read them, they are what users see where they look into the output.

use std::path::{Path, PathBuf};
use std::{env, fs};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::{Attribute, File, Ident, Item, Meta, Token, parse_quote};

use crate::derive::{self, Derive};
use crate::{expand, methods, module};

#[test]
fn expansions_are_the_golden_ones() {
    let mut changed = String::new();
    let files = inputs();
    assert!(!files.is_empty());
    for path in files {
        let input = fs::read_to_string(&path).unwrap();
        let found = prettyplease::unparse(&expanded(syn::parse_file(&input).unwrap()));
        let golden = path.with_extension("expanded.rs");
        if env::var_os("UPDATE").is_some() {
            fs::write(golden, found).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != found {
            changed += &format!("{}:\n{found}\n", golden.display());
        }
    }
    assert!(changed.is_empty(), "UPDATE=1 writes what is made now:\n{changed}");
}

fn inputs() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| !path.to_string_lossy().ends_with(".expanded.rs")).collect();
    files.sort();
    files
}

/// The file with each of this crate's macros expanded, as rustc does it: from the outside to the inside.
fn expanded(mut file: File) -> File {
    let items = std::mem::take(&mut file.items).into_iter().flat_map(item).collect();
    File { items, ..file }
}

fn item(mut item: Item) -> Vec<Item> {
    let Some(attrs) = attributes(&mut item) else { return vec![item] };
    for (name, expand) in ATTRIBUTES {
        if let Some(index) = attrs.iter().position(|attr| attr.path().is_ident(name)) {
            let args = match attrs.remove(index).meta {
                Meta::List(list) => list.tokens,
                _ => TokenStream::new(),
            };
            return items(expand(args, item.into_token_stream()));
        }
    }
    let derived: TokenStream =
        take_derives(attrs).iter().map(|derive| derive(item.to_token_stream())).collect();
    if let Item::Struct(item) = &mut item {
        remove_options(&mut item.attrs);
        item.fields.iter_mut().for_each(|field| remove_options(&mut field.attrs));
    }
    if let Item::Mod(module) = &mut item
        && let Some((_, content)) = &mut module.content
    {
        *content = std::mem::take(content).into_iter().flat_map(self::item).collect();
    }
    std::iter::once(item).chain(items(derived)).collect()
}

type Attributed = fn(TokenStream, TokenStream) -> TokenStream;

const ATTRIBUTES: [(&str, Attributed); 3] =
    [("vo_extern", expand::expand), ("vo_methods", methods::expand), ("vo_module", module::expand)];

type Derived = fn(TokenStream) -> TokenStream;

const DERIVES: [(&str, Derived); 4] = [
    ("FromVo", |item| derive::derive(Derive::FromVo, item)),
    ("IntoVo", |item| derive::derive(Derive::IntoVo, item)),
    ("VoPacked", |item| derive::derive(Derive::Packed, item)),
    ("VoObject", derive::object::derive),
];

/// Takes this crate's derives away.
fn take_derives(attrs: &mut Vec<Attribute>) -> Vec<Derived> {
    let mut found = Vec::new();
    attrs.retain_mut(|attr| {
        if !attr.path().is_ident("derive") {
            return true;
        }
        let paths = attr.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated).unwrap();
        let own = |path: &Ident| DERIVES.iter().find(|(name, _)| path == name);
        found.extend(paths.iter().filter_map(own).map(|(_, derive)| *derive));
        let others: Vec<&Ident> = paths.iter().filter(|path| own(path).is_none()).collect();
        *attr = parse_quote! { #[derive(#(#others),*)] };
        !others.is_empty()
    });
    found
}

/// The options of derives, which do nothing in the output.
fn remove_options(attrs: &mut Vec<Attribute>) {
    attrs.retain(|attr| !attr.path().is_ident("vo"));
}

fn attributes(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Fn(item) => Some(&mut item.attrs),
        Item::Impl(item) => Some(&mut item.attrs),
        Item::Mod(item) => Some(&mut item.attrs),
        Item::Struct(item) => Some(&mut item.attrs),
        _ => None,
    }
}

fn items(tokens: TokenStream) -> Vec<Item> {
    let file: File = syn::parse2(tokens).unwrap();
    file.items.into_iter().flat_map(item).collect()
}

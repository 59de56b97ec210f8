//! Writes the implementations for an enum whose variants hold values: one of several types in an `any`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::derive::expand::{header, lifetime};
use crate::derive::model::{Choice, Item};
use crate::lifetimes;

pub(super) fn from_vo(item: &Item, variants: &[Choice]) -> TokenStream {
    let (header, lifetime) = (header(item, "FromVo"), lifetime(item));
    let name = item.ident.unraw().to_string();
    let facts = variants.iter().filter_map(|variant| {
        let ty = lifetimes::inferred(variant.ty.as_ref()?);
        Some(quote_spanned! {span(&ty)=> __vo::param::<#ty>().facts() })
    });
    let types = variants.iter().map(|variant| {
        let name = variant.ident.unraw().to_string();
        match &variant.ty {
            Some(ty) => {
                let param = quote_spanned! {span(ty)=> __vo::param::<#ty>() };
                quote! { (#name, __vo::Some(#param.ty())) }
            }
            None => quote! { (#name, __vo::None) },
        }
    });
    let tries = variants.iter().map(|variant| {
        let (ident, name) = (&variant.ident, variant.ident.unraw().to_string());
        match &variant.ty {
            Some(ty) => {
                let param = quote_spanned! {span(ty)=> __vo::param::<#ty>() };
                quote! {
                    if let __vo::Some(value) = unsafe { choice.as_type(#param, #name) } {
                        return value.map(Self::#ident);
                    }
                }
            }
            None => quote! {
                if choice.is_nil() {
                    return __vo::Ok(Self::#ident);
                }
            },
        }
    });
    quote! {
        const FACTS: __vo::ParamFacts = __vo::facts_of_fields(&[#(#facts),*]);

        #header {
            const TYPE: __vo::TypeSpec = __vo::TypeSpec::Interface;
            const SLOTS: usize = 2;
            const STRIDE: usize = 16;
            const BORROWS_ELEMENTS: bool = FACTS.borrows_elements;
            const OWNED: bool = FACTS.owned;

            unsafe fn from_vo(arg: __vo::Arg<#lifetime>) -> __vo::Taken<Self> {
                let choice = unsafe { __vo::Choice::of_arg(arg) };
                #(#tries)*
                __vo::Err(choice.none_of(#name, &[#(#types),*]))
            }
        }
    }
}

pub(super) fn into_vo(item: &Item, variants: &[Choice]) -> TokenStream {
    let (header, lifetime) = (header(item, "IntoVo"), lifetime(item));
    let arms = variants.iter().map(|variant| {
        let ident = &variant.ident;
        match &variant.ty {
            Some(ty) => {
                let out = quote_spanned! {span(ty)=> __vo::choice_out::<#ty>() };
                quote! { Self::#ident(value) => #out.slots(value, access), }
            }
            None => quote! { Self::#ident => __vo::Ok([__vo::Slot::ZERO; 2]), },
        }
    });
    quote! {
        #header {
            const TYPE: __vo::TypeSpec = __vo::TypeSpec::Any;
            type Raw = [__vo::Slot; 2];

            fn into_slots(self, access: __vo::Access<#lifetime>, _: __vo::TypeId) -> __vo::Given<Self::Raw> {
                match self {
                    #(#arms)*
                }
            }
        }
    }
}

/// The type's tokens, as part of the macro's output: user's lints leave these alone.
fn span(ty: &Type) -> Span {
    ty.span().resolved_at(Span::call_site())
}

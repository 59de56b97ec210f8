//! Writes the implementations for an enum whose variants hold values: one of several types in an `any`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::derive::expand::{header, lifetime};
use crate::derive::model::{Choice, Item};

pub(super) fn from_vo(item: &Item, variants: &[Choice]) -> TokenStream {
    let (header, lifetime) = (header(item, "FromVo"), lifetime(item));
    let name = item.ident.unraw().to_string();
    let params: Vec<TokenStream> = variants.iter().filter_map(param).collect();
    let names = variants.iter().map(|variant| variant.ident.unraw().to_string());
    let types = variants.iter().map(|variant| match param(variant) {
        Some(param) => quote! { ::core::option::Option::Some(#param.spec("").ty) },
        None => quote! { ::core::option::Option::None },
    });
    let tries = variants.iter().map(|variant| {
        let (ident, text) = (&variant.ident, variant.ident.unraw().to_string());
        match param(variant) {
            Some(param) => quote! {
                if let ::core::option::Option::Some(__value) = unsafe { __choice.as_type(#param, #text) } {
                    return __value.map(Self::#ident);
                }
            },
            None => quote! {
                if __choice.is_nil() {
                    return ::core::result::Result::Ok(Self::#ident);
                }
            },
        }
    });
    quote! {
        #header {
            const TYPE: __vo::TypeSpec = __vo::TypeSpec::Interface;
            const SLOTS: usize = 2;
            const STRIDE: usize = 16;
            const BORROWS_ELEMENTS: bool = false #(|| #params.spec("").facts.borrows_elements)*;
            const OWNED: bool = true #(&& #params.spec("").facts.owned)*;

            unsafe fn from_vo(__arg: __vo::Arg<#lifetime>) -> ::core::result::Result<Self, __vo::Mismatch> {
                let __choice = unsafe { __vo::Choice::of_arg(__arg) };
                #(#tries)*
                ::core::result::Result::Err(__choice.none_of(#name, &[#((#names, #types)),*]))
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
                quote! { Self::#ident(__value) => #out.slots(__value, __access), }
            }
            None => quote! { Self::#ident => ::core::result::Result::Ok([__vo::Slot::ZERO; 2]), },
        }
    });
    quote! {
        #header {
            const TYPE: __vo::TypeSpec = __vo::TypeSpec::Any;
            type Raw = [__vo::Slot; 2];

            fn into_slots(
                self,
                __access: __vo::Access<#lifetime>,
                __type: __vo::TypeId,
            ) -> ::core::result::Result<Self::Raw, __vo::Unfit> {
                match self {
                    #(#arms)*
                }
            }
        }
    }
}

/// How a variant's value is read.
fn param(variant: &Choice) -> Option<TokenStream> {
    let ty = variant.ty.as_ref()?;
    Some(quote_spanned! {span(ty)=> __vo::param::<#ty>() })
}

/// The type's tokens, as part of the macro's output: user's lints leave these alone.
fn span(ty: &syn::Type) -> Span {
    ty.span().resolved_at(Span::call_site())
}

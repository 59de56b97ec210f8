//! Writes the implementations out. No decision is made here.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Lifetime;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::derive::choice;
use crate::derive::model::{Body, Derive, Enum, Field, Item};
use crate::lifetimes;

pub(super) fn item(derive: Derive, item: &Item) -> TokenStream {
    let krate = &item.krate;
    let implementation = match (derive, &item.body) {
        (Derive::FromVo, Body::Struct(fields)) => struct_from_vo(item, fields),
        (Derive::FromVo, Body::Enum(body)) => enum_from_vo(item, body),
        (Derive::IntoVo, Body::Struct(fields)) => struct_into_vo(item, fields),
        (Derive::IntoVo, Body::Enum(body)) => enum_into_vo(item, body),
        (Derive::FromVo, Body::Choices(variants)) => choice::from_vo(item, variants),
        (Derive::IntoVo, Body::Choices(variants)) => choice::into_vo(item, variants),
        (Derive::Packed, Body::Struct(fields)) => packed(item, fields),
        (Derive::Packed, Body::Enum(_) | Body::Choices(_)) => TokenStream::new(),
    };
    let allowed = item.allow_deprecated.then(|| quote! { #[allow(deprecated)] });
    quote! {
        #allowed
        const _: () = {
            use #krate::__private as __vo;
            #implementation
        };
    }
}

/// `impl<'call> Trait<'call> for Type`
pub(super) fn header(item: &Item, name: &str) -> TokenStream {
    let (name, ident) = (format_ident!("{name}"), &item.ident);
    let (params, arguments, clause) = item.generics.split_for_impl();
    let lifetime = lifetime(item);
    let params = match item.lifetime() {
        Some(_) => params.to_token_stream(),
        None => quote! { <#lifetime> },
    };
    quote! { impl #params __vo::#name<#lifetime> for #ident #arguments #clause }
}

pub(super) fn lifetime(item: &Item) -> Lifetime {
    item.lifetime().cloned().unwrap_or_else(|| Lifetime::new("'call", Span::call_site()))
}

/// How a field is read.
fn field_in(field: &Field) -> TokenStream {
    let ty = &field.ty;
    quote_spanned! {span(field)=> __vo::field_in::<#ty>() }
}

/// How a field is written.
fn field_out(field: &Field) -> TokenStream {
    let ty = &field.ty;
    quote_spanned! {span(field)=> __vo::field_out::<#ty>() }
}

/// The type's tokens, as part of the macro's output: user's lints leave these alone.
fn span(field: &Field) -> Span {
    field.ty.span().resolved_at(Span::call_site())
}

/// The spec of a struct, from what knows that of each field.
fn struct_spec(item: &Item, fields: &[Field], known: impl Fn(&Field) -> TokenStream) -> TokenStream {
    let struct_name = item.ident.unraw().to_string();
    let fields = fields.iter().map(|field| {
        let (name, known) = (&field.name, known(field));
        let spec = if field.exact {
            quote! { renamed }
        } else {
            quote! { field }
        };
        quote! { #known.#spec(#name) }
    });
    quote! {
        const TYPE: __vo::TypeSpec =
            __vo::TypeSpec::StructOf(&__vo::StructSpec { name: #struct_name, fields: &[#(#fields),*] });
    }
}

fn struct_from_vo(item: &Item, fields: &[Field]) -> TokenStream {
    let (header, lifetime) = (header(item, "FromVo"), lifetime(item));
    let spec = struct_spec(item, fields, field_in);
    let facts = fields.iter().map(|field| {
        let ty = lifetimes::inferred(&field.ty);
        quote_spanned! {span(field)=> __vo::field_in::<#ty>().facts() }
    });
    let reads = fields.iter().map(|field| {
        let (ident, name, input) = (&field.ident, field.ident.unraw().to_string(), field_in(field));
        quote! { #ident: image.read(#input, #name)? }
    });
    quote! {
        const FACTS: __vo::ParamFacts = __vo::facts_of_fields(&[#(#facts),*]);

        #header {
            #spec
            const SEES_HEAP: bool = FACTS.sees_heap;
            const BORROWS_ELEMENTS: bool = FACTS.borrows_elements;
            const OWNED: bool = FACTS.owned;
            const STRIDE: usize = 0;

            #[inline]
            unsafe fn from_vo(arg: __vo::Arg<#lifetime>) -> __vo::Taken<Self> {
                unsafe { __vo::load_image(arg) }
            }

            #[inline]
            unsafe fn load(access: __vo::Access<#lifetime>, ty: __vo::TypeId, at: *const u8) -> __vo::Taken<Self> {
                unsafe {
                    let mut image = __vo::Image::to_read(access, ty, at);
                    __vo::Ok(Self { #(#reads),* })
                }
            }
        }
    }
}

fn struct_into_vo(item: &Item, fields: &[Field]) -> TokenStream {
    let (header, lifetime) = (header(item, "IntoVo"), lifetime(item));
    let spec = struct_spec(item, fields, field_out);
    let writes = fields.iter().map(|field| {
        let (ident, name, out) = (&field.ident, field.ident.unraw().to_string(), field_out(field));
        quote! { image.write(#out, #name, self.#ident)?; }
    });
    quote! {
        #header {
            #spec
            type Raw = [__vo::Slot; 1];

            fn into_slots(self, access: __vo::Access<#lifetime>, ty: __vo::TypeId) -> __vo::Given<Self::Raw> {
                __vo::new_image(self, access, ty)
            }

            unsafe fn store(self, access: __vo::Access<#lifetime>, ty: __vo::TypeId, at: *mut u8) -> __vo::Given<()> {
                unsafe {
                    let mut image = __vo::Image::to_write(access, ty, at);
                    #(#writes)*
                }
                __vo::Ok(())
            }
        }
    }
}

fn enum_from_vo(item: &Item, Enum { integer, variants }: &Enum) -> TokenStream {
    let (header, lifetime) = (header(item, "FromVo"), lifetime(item));
    let name = item.ident.unraw().to_string();
    let names = variants.iter().map(|variant| variant.unraw().to_string());
    quote! {
        #header {
            const TYPE: __vo::TypeSpec = __vo::field_in::<#integer>().ty();
            const SEES_HEAP: bool = false;
            const OWNED: bool = true;
            const STRIDE: usize = ::core::mem::size_of::<#integer>();

            #[inline]
            unsafe fn from_vo(arg: __vo::Arg<#lifetime>) -> __vo::Taken<Self> {
                let number: #integer = unsafe { __vo::FromVo::from_vo(arg)? };
                #(
                    if number == Self::#variants as #integer {
                        return __vo::Ok(Self::#variants);
                    }
                )*
                let variants = [#((#names, Self::#variants as #integer as i128)),*];
                __vo::Err(__vo::no_variant(#name, &variants, number as i128))
            }
        }
    }
}

fn enum_into_vo(item: &Item, Enum { integer, .. }: &Enum) -> TokenStream {
    let (header, lifetime) = (header(item, "IntoVo"), lifetime(item));
    quote! {
        #header {
            const TYPE: __vo::TypeSpec = __vo::field_out::<#integer>().ty();
            const SEES_HEAP: bool = false;
            type Raw = [__vo::Slot; 1];

            #[inline]
            fn into_slots(self, access: __vo::Access<#lifetime>, ty: __vo::TypeId) -> __vo::Given<Self::Raw> {
                __vo::IntoVo::into_slots(self as #integer, access, ty)
            }
        }
    }
}

fn packed(item: &Item, fields: &[Field]) -> TokenStream {
    let ident = &item.ident;
    let alignments = fields.iter().map(|field| {
        let ty = &field.ty;
        quote_spanned! {span(field)=> (::core::mem::align_of::<#ty>(), __vo::packed_align::<#ty>()) }
    });
    quote! {
        const ALIGN: usize = __vo::check_layout(::core::mem::align_of::<#ident>(), &[#(#alignments),*]);
        unsafe impl __vo::Packed for #ident {
            const ALIGN: usize = ALIGN;
        }
    }
}

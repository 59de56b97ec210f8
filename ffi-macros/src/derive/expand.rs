//! Writes the implementations out. No decision is made here.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Lifetime;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::derive::choice;
use crate::derive::model::{Body, Derive, Enum, Field, Item};

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
    quote! {
        #[allow(clippy::undocumented_unsafe_blocks, deprecated, unused_mut, unused_variables)]
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
fn param(field: &Field) -> TokenStream {
    let ty = &field.ty;
    quote_spanned! {span(field)=> __vo::param::<#ty>() }
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

/// The spec of a struct, from that of each field.
fn struct_spec(item: &Item, fields: &[Field], spec: impl Fn(&Field) -> TokenStream) -> TokenStream {
    let struct_name = item.ident.unraw().to_string();
    let fields = fields.iter().map(|field| {
        let (name, exact, ty) = (&field.name, field.exact, spec(field));
        quote! { __vo::FieldSpec { name: #name, exact: #exact, ty: #ty } }
    });
    quote! {
        const TYPE: __vo::TypeSpec = __vo::TypeSpec::StructOf(&__vo::StructSpec {
            name: #struct_name,
            fields: &[#(#fields),*],
        });
    }
}

fn struct_from_vo(item: &Item, fields: &[Field]) -> TokenStream {
    let (header, lifetime) = (header(item, "FromVo"), lifetime(item));
    let spec = struct_spec(item, fields, |field| {
        let param = param(field);
        quote! { #param.spec("").ty }
    });
    let facts: Vec<TokenStream> = fields.iter().map(param).collect();
    let reads = fields.iter().map(|field| {
        let (ident, name, param) = (&field.ident, field.ident.unraw().to_string(), param(field));
        quote! { #ident: __image.read(#param, #name)? }
    });
    let reads = quote! { unsafe { ::core::result::Result::Ok(Self { #(#reads),* }) } };
    quote! {
        #header {
            #spec
            const SEES_HEAP: bool = false #(|| #facts.spec("").facts.sees_heap)*;
            const BORROWS_ELEMENTS: bool = false #(|| #facts.spec("").facts.borrows_elements)*;
            const OWNED: bool = true #(&& #facts.spec("").facts.owned)*;
            const STRIDE: usize = 0;

            #[inline]
            unsafe fn from_vo(__arg: __vo::Arg<#lifetime>) -> ::core::result::Result<Self, __vo::Mismatch> {
                let mut __image = unsafe { __vo::Image::of_arg(__arg) };
                #reads
            }

            #[inline]
            unsafe fn load(
                __access: __vo::Access<#lifetime>,
                __type: __vo::TypeId,
                __at: *const u8,
            ) -> ::core::result::Result<Self, __vo::Mismatch> {
                let mut __image = unsafe { __vo::Image::to_read(__access, __type, __at) };
                #reads
            }
        }
    }
}

fn struct_into_vo(item: &Item, fields: &[Field]) -> TokenStream {
    let (header, lifetime) = (header(item, "IntoVo"), lifetime(item));
    let spec = struct_spec(item, fields, |field| {
        let out = field_out(field);
        quote! { #out.ty }
    });
    let locals: Vec<_> = (0..fields.len()).map(|index| format_ident!("__field{index}")).collect();
    let idents = fields.iter().map(|field| &field.ident);
    let writes = fields.iter().zip(&locals).map(|(field, local)| {
        let (name, out) = (field.ident.unraw().to_string(), field_out(field));
        quote! { __image.write(#out, #name, #local)?; }
    });
    quote! {
        #header {
            #spec
            type Raw = [__vo::Slot; 1];

            fn into_slots(
                self,
                __access: __vo::Access<#lifetime>,
                __type: __vo::TypeId,
            ) -> ::core::result::Result<Self::Raw, __vo::Unfit> {
                __vo::new_image(self, __access, __type)
            }

            unsafe fn store(
                self,
                __access: __vo::Access<#lifetime>,
                __type: __vo::TypeId,
                __at: *mut u8,
            ) -> ::core::result::Result<(), __vo::Unfit> {
                let Self { #(#idents: #locals),* } = self;
                unsafe {
                    let mut __image = __vo::Image::to_write(__access, __type, __at);
                    #(#writes)*
                }
                ::core::result::Result::Ok(())
            }
        }
    }
}

fn enum_from_vo(item: &Item, Enum { integer, variants }: &Enum) -> TokenStream {
    let (header, lifetime, ident) = (header(item, "FromVo"), lifetime(item), &item.ident);
    let name = ident.unraw().to_string();
    let names = variants.iter().map(|variant| variant.unraw().to_string());
    quote! {
        #header {
            const TYPE: __vo::TypeSpec = __vo::param::<#integer>().spec("").ty;
            const SEES_HEAP: bool = false;
            const OWNED: bool = true;
            const STRIDE: usize = ::core::mem::size_of::<#integer>();

            #[inline]
            unsafe fn from_vo(__arg: __vo::Arg<#lifetime>) -> ::core::result::Result<Self, __vo::Mismatch> {
                const VARIANTS: &[__vo::Variant] = &[#((#names, #ident::#variants as #integer as i128)),*];
                let __number = unsafe { <#integer as __vo::FromVo<#lifetime>>::from_vo(__arg)? };
                #(
                    if __number == #ident::#variants as #integer {
                        return ::core::result::Result::Ok(#ident::#variants);
                    }
                )*
                ::core::result::Result::Err(__vo::no_variant(#name, VARIANTS, __number as i128))
            }
        }
    }
}

fn enum_into_vo(item: &Item, Enum { integer, .. }: &Enum) -> TokenStream {
    let (header, lifetime) = (header(item, "IntoVo"), lifetime(item));
    quote! {
        #header {
            const TYPE: __vo::TypeSpec = __vo::field_out::<#integer>().ty;
            const SEES_HEAP: bool = false;
            type Raw = [__vo::Slot; 1];

            #[inline]
            fn into_slots(
                self,
                __access: __vo::Access<#lifetime>,
                __type: __vo::TypeId,
            ) -> ::core::result::Result<Self::Raw, __vo::Unfit> {
                __vo::IntoVo::into_slots(self as #integer, __access, __type)
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

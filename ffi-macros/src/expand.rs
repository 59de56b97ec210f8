//! Writes the native out: the user's function, its wrapper, its entry. No decision is made here.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{FnArg, GenericParam, Ident, ItemFn, Path, ReturnType, Type};

use crate::check::Rejected;
use crate::lifetimes::{fill, replaced};
use crate::model::{Context, Native, Param, Value};

pub(crate) fn rejected(rejected: &Rejected) -> TokenStream {
    let (errors, item) = (rejected.errors.to_compile_error(), &rejected.item);
    quote! {
        #errors
        #[allow(dead_code)]
        #item
    }
}

pub(crate) fn native(native: &Native) -> TokenStream {
    let function = user_function(native);
    let facts = facts(native);
    let body = body(native);
    let wrapper = wrapper(native);
    let entry = entry(native);
    let cfgs = native.cfgs();
    quote! {
        #[allow(clippy::needless_lifetimes, clippy::elidable_lifetime_names)]
        #function

        #(#cfgs)*
        #[allow(clippy::undocumented_unsafe_blocks, clippy::unit_arg, deprecated, unused_mut)]
        const _: () = {
            #facts
            #body
            #wrapper
            #entry
        };
    }
}

/// The function as it is, generic over `'call` where one of its types has that lifetime.
fn user_function(native: &Native) -> ItemFn {
    let mut function = native.function.clone();
    let sig = &mut function.sig;
    let mut uses_call = false;
    for (input, param) in sig.inputs.iter_mut().zip(&native.params) {
        let FnArg::Typed(input) = input else { continue };
        match (param, &mut *input.ty) {
            // The reference to a context is shorter than the call.
            (Param::Context(_), Type::Reference(reference)) => uses_call |= fill(&mut reference.elem),
            (_, ty) => uses_call |= fill(ty),
        }
    }
    if let ReturnType::Type(_, ty) = &mut sig.output {
        uses_call |= fill(ty);
    }
    let declares_call = sig.generics.lifetimes().any(|param| param.lifetime.ident == "call");
    if uses_call && !declares_call {
        let call: GenericParam = syn::parse_quote!('call);
        sig.generics.params.insert(0, call);
    }
    function
}

/// Constants that the traits of the parameter and result types give.
fn facts(native: &Native) -> TokenStream {
    let private = private(native);
    let params = native.values().map(|value| {
        let (name, ty) = (param_name(value), replaced(&value.ty, "'static"));
        quote! { #private::ParamFacts::of::<#ty>(#name) }
    });
    let count = native.values().count();
    let output = replaced(&native.output, "'static");
    let sees_context = native.sees_context();
    let assertions = assertions(native);
    quote! {
        const PARAMS: [#private::ParamFacts; #count] = [#(#params),*];
        const RESULTS: #private::ResultFacts = #private::ResultFacts::of::<#output>();
        const SEES_HEAP: bool = #private::sees_heap(#sees_context, &PARAMS, &RESULTS);
        #assertions
    }
}

/// What only the traits know and no bound can express.
fn assertions(native: &Native) -> TokenStream {
    let last = native.values().count().saturating_sub(1);
    let checks = native.values().enumerate().map(|(index, value)| {
        let span = value.ty.span();
        let name = param_name(value);
        let not_last = (index < last).then(|| {
            let message = format!("`{name}` takes all further arguments, so it must be the last parameter");
            quote_spanned! {span=> const _: () = ::core::assert!(!PARAMS[#index].variadic, #message); }
        });
        let borrows = native.reentrant.then(|| {
            let message = format!(
                "`{name}` borrows the elements of a slice, which a closure may change while this reentrant \
                 native runs; take a `VoSlice` and use `get` and `set`"
            );
            quote_spanned! {span=> const _: () = ::core::assert!(!PARAMS[#index].borrows_elements, #message); }
        });
        quote! { #not_last #borrows }
    });
    quote! { #(#checks)* }
}

/// The function that takes arguments from the frame, calls the user's, and writes the results.
fn body(native: &Native) -> TokenStream {
    let private = private(native);
    let user = &native.function.sig.ident;
    let mut takes = Vec::new();
    let mut arguments = Vec::new();
    for (index, param) in native.params.iter().enumerate() {
        let local = format_ident!("__arg{index}");
        match param {
            Param::Context(context) => {
                let make = context_maker(*context);
                takes.push(quote! { let mut #local = call.#make(); });
                arguments.push(quote! { &mut #local });
            }
            Param::Value(value) => {
                let ty = replaced(&value.ty, "'call");
                takes.push(quote! { let #local = unsafe { call.arg::<#ty>()? }; });
                arguments.push(quote! { #local });
            }
        }
    }
    let output = replaced(&native.output, "'call");
    quote! {
        fn __vo_body<'call>(
            mut call: #private::Call<'call>,
        ) -> ::core::result::Result<(), #private::Failure> {
            #(#takes)*
            let results: #output = #user(#(#arguments),*);
            unsafe { call.finish(results) }
        }
    }
}

fn wrapper(native: &Native) -> TokenStream {
    let private = private(native);
    let reentrant = native.reentrant;
    quote! {
        unsafe extern "C" fn __vo_wrapper(
            cx: *mut #private::CallContext,
            callee: *const #private::Callee,
            frame: *mut #private::Slot,
        ) -> #private::Status {
            unsafe {
                if SEES_HEAP {
                    #private::enter_heap(cx, callee, frame, #reentrant, __vo_body)
                } else {
                    #private::enter_scalar(cx, callee, frame, __vo_body)
                }
            }
        }
    }
}

fn entry(native: &Native) -> TokenStream {
    let private = private(native);
    let (name, docs, reentrant) = (&native.name, native.docs(), native.reentrant);
    quote! {
        const SPECS: &[#private::ParamSpec] = &#private::specs(&PARAMS);
        #private::inventory::submit! {
            #private::ExternEntry {
                name: #name,
                signature: #private::signature(SPECS, &PARAMS, &RESULTS),
                wrapper: __vo_wrapper,
                docs: #docs,
                file: ::core::file!(),
                line: ::core::line!(),
                effects: #private::Effects { reentrant: #reentrant, sees_heap: SEES_HEAP },
            }
        }
    }
}

fn private(native: &Native) -> TokenStream {
    let krate: &Path = &native.krate;
    quote! { #krate::__private }
}

fn context_maker(context: Context) -> Ident {
    match context {
        Context::Extern => format_ident!("extern_ctx"),
        Context::Vm => format_ident!("vm_ctx"),
    }
}

/// The parameter's name as scripts see it: without `r#` and leading underscores.
fn param_name(value: &Value) -> String {
    let name = value.ident.unraw().to_string();
    match name.trim_start_matches('_') {
        "" => name,
        trimmed => trimmed.to_string(),
    }
}

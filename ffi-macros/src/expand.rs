//! Writes the native out: the user's function, its wrapper, its entry. No decision is made here.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{FnArg, Ident, ItemFn, Type};

use crate::check::Rejected;
use crate::lifetimes;
use crate::model::{Context, Native, Param, State, Value, docs};
use crate::parse::Below;

pub(crate) fn rejected(rejected: Rejected) -> TokenStream {
    let errors = rejected.errors.to_compile_error();
    let item = match rejected.below {
        Below::Function(mut function) => {
            lifetimes::fill(&mut function.sig);
            remove_options(&mut function);
            quote! { #[allow(dead_code)] #function }
        }
        Below::Other(item) => item,
    };
    quote! { #errors #item }
}

pub(crate) fn native(native: &Native) -> TokenStream {
    let mut function = native.function.clone();
    lifetimes::fill(&mut function.sig);
    remove_options(&mut function);
    let facts = facts(native);
    let body = body(native);
    let wrapper = wrapper(native);
    let entry = entry(native);
    let (krate, cfgs) = (&native.krate, native.cfgs());
    quote! {
        #[allow(clippy::needless_lifetimes, clippy::elidable_lifetime_names)]
        #function

        #(#cfgs)*
        #[allow(clippy::undocumented_unsafe_blocks, clippy::let_unit_value, deprecated, unused_mut)]
        const _: () = {
            use #krate::__private as __vo;
            #facts
            #body
            #wrapper
            #entry
        };
    }
}

/// Takes the attributes of parameters away, which only the macro understands.
fn remove_options(function: &mut ItemFn) {
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(input) = input {
            input.attrs.retain(|attr| !attr.path().is_ident("vo"));
        }
    }
}

/// Constants that the traits of the parameter and result types give.
fn facts(native: &Native) -> TokenStream {
    let params = native.values().map(|value| {
        let (name, ty) = (param_name(value), lifetimes::inferred(&value.ty));
        quote! { __vo::param::<#ty>().facts(#name) }
    });
    let count = native.values().count();
    let output = lifetimes::inferred(&native.output);
    let sees_context = native.sees_context();
    let assertions = assertions(native);
    quote! {
        const PARAMS: [__vo::ParamFacts; #count] = [#(#params),*];
        const RESULTS: __vo::ResultFacts = __vo::output::<#output>().facts();
        const SEES_HEAP: bool = __vo::sees_heap(#sees_context, &PARAMS, &RESULTS);
        #assertions
    }
}

/// What the traits know and no bound can express.
fn assertions(native: &Native) -> TokenStream {
    let last = native.values().count().saturating_sub(1);
    native
        .values()
        .enumerate()
        .map(|(index, value)| {
            let name = param_name(value);
            let not_last = (index < last).then(|| {
                let message =
                    format!("`{name}` takes all further arguments, so it must be the last parameter");
                assertion(&value.ty, quote! { !PARAMS[#index].variadic, #message })
            });
            let borrows = native.reentrant.then(|| {
                let message = format!(
                    "`{name}` borrows the elements of a slice, which a closure may change while this \
                     reentrant native runs; take a `VoSlice` and use `get` and `set`"
                );
                assertion(&value.ty, quote! { !PARAMS[#index].borrows_elements, #message })
            });
            quote! { #not_last #borrows }
        })
        .collect()
}

/// An assertion when compiling, whose error underlines `ty` from its first to its last token.
fn assertion(ty: &Type, arguments: TokenStream) -> TokenStream {
    let (first, last) = ends(ty);
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(last);
    let assert = quote_spanned! {first=> ::core::assert! };
    quote! { const _: () = #assert #arguments; }
}

/// Where a type's tokens begin and end, as spans of the macro's output: user's lints leave these alone.
fn ends(ty: &Type) -> (Span, Span) {
    let mut tokens = ty.to_token_stream().into_iter();
    let first = tokens.next().map_or_else(Span::call_site, |token| token.span());
    let last = tokens.last().map_or(first, |token| token.span());
    (first.resolved_at(Span::call_site()), last.resolved_at(Span::call_site()))
}

/// The function that takes arguments from the frame, calls the user's, and writes the results.
fn body(native: &Native) -> TokenStream {
    let user = &native.function.sig.ident;
    let mut takes = Vec::new();
    let mut arguments = Vec::new();
    for (index, param) in native.params.iter().enumerate() {
        let local = format_ident!("__arg{index}");
        match param {
            Param::Context(context) => {
                let make = context_maker(*context);
                takes.push(quote! { let mut #local = __call.#make(); });
                arguments.push(quote! { &mut #local });
            }
            Param::State(State { ty, by_mut }) => {
                let mutable = by_mut.then(|| quote! { mut });
                takes.push(quote! { let #mutable #local = __call.state::<#ty>()?; });
                arguments.push(quote! { &#mutable #local });
            }
            Param::Value(value) => {
                let ty = lifetimes::inferred(&value.ty);
                let (span, _) = ends(&value.ty);
                let taken = quote_spanned! {span=> __call.arg(__vo::param::<#ty>())? };
                takes.push(quote! { let #local = unsafe { #taken }; });
                arguments.push(quote! { #local });
            }
        }
    }
    let output = lifetimes::inferred(&native.output);
    quote! {
        fn __vo_body<'call>(
            mut __call: __vo::Call<'call>,
        ) -> ::core::result::Result<(), __vo::Failure> {
            #(#takes)*
            let __results = #user(#(#arguments),*);
            unsafe { __call.finish(__vo::output::<#output>(), __results) }
        }
    }
}

fn wrapper(native: &Native) -> TokenStream {
    let reentrant = native.reentrant;
    quote! {
        unsafe extern "C" fn __vo_wrapper(
            cx: *mut __vo::CallContext,
            callee: *const __vo::Callee,
            frame: *mut __vo::Slot,
        ) -> __vo::Status {
            unsafe {
                if SEES_HEAP {
                    __vo::enter_heap(cx, callee, frame, #reentrant, __vo_body)
                } else {
                    __vo::enter_scalar(cx, callee, frame, __vo_body)
                }
            }
        }
    }
}

fn entry(native: &Native) -> TokenStream {
    let (name, docs, reentrant) = (&native.name, docs(&native.function.attrs), native.reentrant);
    quote! {
        const SPECS: &[__vo::ParamSpec] = &__vo::specs(&PARAMS);
        __vo::inventory::submit! {
            __vo::ExternEntry {
                name: #name,
                signature: __vo::signature(SPECS, &PARAMS, &RESULTS),
                wrapper: __vo_wrapper,
                docs: #docs,
                file: ::core::file!(),
                line: ::core::line!(),
                effects: __vo::Effects { reentrant: #reentrant, sees_heap: SEES_HEAP },
            }
        }
    }
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

//! Writes the native out: the user's function, its wrapper, its entry. No decision is made here.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{FnArg, Ident, ReturnType, Signature, Type};

use crate::check::Rejected;
use crate::declared::Declared;
use crate::lifetimes;
use crate::model::{Context, Native, Param, State, Value, docs};
use crate::parse::Below;

pub(crate) fn rejected(rejected: Rejected) -> TokenStream {
    let errors = rejected.errors.to_compile_error();
    let item = match rejected.below {
        Below::Function(mut function) => {
            lifetimes::fill(&mut function.sig);
            remove_options(&mut function.sig);
            quote! { #[allow(dead_code)] #function }
        }
        Below::Other(item) => item,
    };
    quote! { #errors #item }
}

pub(crate) fn native(native: &Native) -> TokenStream {
    let mut function = native.function.clone();
    lifetimes::fill(&mut function.sig);
    remove_options(&mut function.sig);
    let registration = registration(native);
    quote! {
        #[allow(clippy::needless_lifetimes, clippy::elidable_lifetime_names)]
        #function

        #registration
    }
}

/// What registers a function that stands elsewhere.
pub(crate) fn registration(native: &Native) -> TokenStream {
    let body = body(native);
    let assertions = assertions(native);
    let (name, docs) = (&native.name, docs(&native.function.attrs));
    let (krate, cfgs) = (&native.krate, native.cfgs());
    quote! {
        #(#cfgs)*
        #[allow(clippy::undocumented_unsafe_blocks, clippy::let_unit_value, deprecated, unused_mut)]
        const _: () = {
            use #krate::__private as __vo;
            enum __Native {}
            #body
            #assertions
            __vo::inventory::submit! {
                __vo::entry::<__Native>(#name, #docs, ::core::file!(), ::core::line!())
            }
        };
    }
}

/// Takes the attributes of parameters away, which only the macro understands.
pub(crate) fn remove_options(sig: &mut Signature) {
    for input in &mut sig.inputs {
        if let FnArg::Typed(input) = input {
            input.attrs.retain(|attr| !attr.path().is_ident("vo"));
        }
    }
}

/// What the traits know and no bound can express.
fn assertions(native: &Native) -> TokenStream {
    let last = native.values().count().saturating_sub(1);
    let fast = native.effects.fast.as_ref().map(|word| {
        let message =
            "a `fast` native takes and returns numbers, bools and runes alone; remove `fast`, or what is not";
        assertion(word, quote! { !__vo::sees_heap::<__Native>(), #message })
    });
    let of_values = native.values().enumerate().map(|(index, value)| {
        let name = param_name(value);
        let facts = quote! { <__Native as __vo::NativeBody>::PARAMS[#index].facts };
        let not_last = (index < last && !is_plain(&value.ty)).then(|| {
            let message = format!("`{name}` takes all further arguments, so it must be the last parameter");
            assertion(&value.ty, quote! { !#facts.variadic, #message })
        });
        let borrows = (native.effects.reentrant.is_some() && !is_plain(&value.ty)).then(|| {
            let message = format!(
                "`{name}` borrows the elements of a slice, which a closure may change while this \
                 reentrant native runs; take a `VoSlice` and use `get` and `set`"
            );
            assertion(&value.ty, quote! { !#facts.borrows_elements, #message })
        });
        let owned = (native.effects.blocking.is_some() && !is_plain(&value.ty)).then(|| {
            let message = format!(
                "`{name}` is the script's, which may go on while this blocking native runs; take what the native can own: \
                 `String`, `Vec<T>`"
            );
            assertion(&value.ty, quote! { #facts.owned, #message })
        });
        quote! { #not_last #borrows #owned }
    });
    let declared = native.declared.iter().map(|declared| as_declared(native, declared));
    quote! { #fast #(#of_values)* #(#declared)* }
}

/// Whether the types are those of the declaration.
fn as_declared(native: &Native, declared: &Declared) -> TokenStream {
    let place = &declared.place;
    let count = declared.params.len();
    let params =
        native.values().zip(&declared.params).enumerate().map(|(index, (value, (written, shape)))| {
            let spec = quote! { <__Native as __vo::NativeBody>::PARAMS[#index] };
            let name = param_name(value);
            let message =
                format!("`{name}` is declared `{written}` at {place}, which this type does not stand for");
            let is_variadic = declared.variadic && index + 1 == count;
            let fits = quote! { #spec.facts.variadic == #is_variadic && __vo::fits(&#spec.ty, &#shape) };
            assertion(&value.ty, quote! { #fits, #message })
        });
    let shapes = declared.results.iter().map(|(_, shape)| shape);
    let facts = quote! { &<__Native as __vo::NativeBody>::RESULTS };
    let written = match &declared.results[..] {
        [] => "nothing".to_string(),
        [(one, _)] => format!("`{one}`"),
        all => {
            let all: Vec<&str> = all.iter().map(|(written, _)| written.as_str()).collect();
            format!("`({})`", all.join(", "))
        }
    };
    let message =
        format!("the declaration at {place} returns {written}, which are not as many results as these");
    let at = if matches!(native.function.sig.output, ReturnType::Default) {
        native.function.sig.ident.to_token_stream()
    } else {
        native.output.to_token_stream()
    };
    let results = declared.results.iter().enumerate().map(|(index, (written, _))| {
        let message = format!(
            "result {} is declared `{written}` at {place}, which this type does not stand for",
            index + 1
        );
        assertion(&at, quote! { __vo::result_fits(#facts, RESULTS, #index), #message })
    });
    let result_count = assertion(&at, quote! { __vo::result_count_fits(#facts, RESULTS), #message });
    quote! {
        #(#params)*
        const _: () = {
            const RESULTS: &[__vo::Shape] = &[#(#shapes),*];
            #result_count
            #(#results)*
        };
    }
}

/// Whether a type is a number, a bool, a char or a `String` by its name, of which there is nothing to assert.
fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 13] =
        ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "bool", "char", "String"];
    matches!(ty, Type::Path(path) if PLAIN.iter().any(|name| path.path.is_ident(name)))
}

/// An assertion when compiling, whose error underlines `at` from its first to its last token.
fn assertion(at: &impl ToTokens, arguments: TokenStream) -> TokenStream {
    let (first, last) = ends(at);
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(last);
    let assert = quote_spanned! {first=> ::core::assert! };
    quote! { const _: () = #assert #arguments; }
}

/// Where tokens begin and end, as spans of the macro's output: user's lints leave these alone.
fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut tokens = tokens.to_token_stream().into_iter();
    let first = tokens.next().map_or_else(Span::call_site, |token| token.span());
    let last = tokens.last().map_or(first, |token| token.span());
    (first.resolved_at(Span::call_site()), last.resolved_at(Span::call_site()))
}

/// The implementation that says what the native is, and takes it from the arguments in the frame to the results there.
fn body(native: &Native) -> TokenStream {
    let specs = native.values().map(|value| {
        let (name, ty) = (param_name(value), lifetimes::inferred(&value.ty));
        let spec = if value.default.is_some() {
            quote! { optional }
        } else {
            quote! { spec }
        };
        quote! { __vo::param::<#ty>().#spec(#name) }
    });
    let (takes, arguments): (Vec<_>, Vec<_>) =
        native.params.iter().enumerate().map(|(index, param)| take(index, param)).unzip();
    let (target, effects) = (&native.target, effects(native));
    let output = lifetimes::inferred(&native.output);
    let call = match native.effects.blocking {
        Some(_) => quote! { __call.unlocked(|| #target(#(#arguments),*)) },
        None => quote! { #target(#(#arguments),*) },
    };
    quote! {
        impl __vo::NativeBody for __Native {
            const PARAMS: &'static [__vo::ParamSpec] = &[#(#specs),*];
            const RESULTS: __vo::ResultFacts = __vo::output::<#output, _>().facts();
            #effects

            unsafe fn call(mut __call: __vo::Call<'_>) -> ::core::result::Result<(), __vo::Failure> {
                #(#takes)*
                let __results = #call;
                unsafe { __call.finish(__vo::output::<#output, _>(), __results) }
            }
        }
    }
}

/// The statement that takes a parameter from the frame, and what stands for it in the call.
fn take(index: usize, param: &Param) -> (TokenStream, TokenStream) {
    let local = format_ident!("__arg{index}");
    match param {
        Param::Context(context) => {
            let make = context_maker(*context);
            (quote! { let mut #local = __call.#make(); }, quote! { &mut #local })
        }
        Param::State(State { ty, by_mut }) => {
            let mutable = by_mut.then(|| quote! { mut });
            (quote! { let #mutable #local = __call.state::<#ty>()?; }, quote! { &#mutable #local })
        }
        Param::Value(value) => {
            let ty = lifetimes::inferred(&value.ty);
            let (span, _) = ends(&value.ty);
            let taken = match &value.default {
                None => {
                    let taken = quote_spanned! {span=> __call.arg(__vo::param::<#ty>())? };
                    quote! { unsafe { #taken } }
                }
                Some(default) => {
                    let taken = quote_spanned! {span=> __call.optional_arg(__vo::param::<#ty>())? };
                    quote! {
                        match unsafe { #taken } {
                            ::core::option::Option::Some(__value) => __value,
                            ::core::option::Option::None => #default,
                        }
                    }
                }
            };
            (quote! { let #local = #taken; }, local.into_token_stream())
        }
    }
}

/// What is not as the trait has it by itself.
fn effects(native: &Native) -> TokenStream {
    let context = native.sees_context().then(|| quote! { const TAKES_CONTEXT: bool = true; });
    let reentrant = native.effects.reentrant.as_ref().map(|_| quote! { const REENTRANT: bool = true; });
    let blocking = native.effects.blocking.as_ref().map(|_| quote! { const BLOCKING: bool = true; });
    let fast = native.effects.fast.as_ref().map(|_| quote! { const FAST: bool = true; });
    quote! { #context #reentrant #blocking #fast }
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

//! Writes the native out: the user's function, its wrapper, its entry. No decision is made here.

use proc_macro2::{Delimiter, Group, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{FnArg, Ident, Signature, Type, TypeReference};

use crate::check::{self, Rejected};
use crate::declared;
use crate::lifetimes;
use crate::list;
use crate::model::{Context, Effects, Native, Param, State, Value, docs, speak_of_lints};
use crate::parse::{self, Below, Kind};
use crate::types;

/// What `#[vo_extern(args)]` makes of the item below it.
pub(crate) fn expand(args: TokenStream, item: TokenStream) -> TokenStream {
    match check::native(parse::args(args, Kind::Extern), parse::item(item)) {
        Ok(checked) => native(&checked),
        Err(mistaken) => rejected(mistaken),
    }
}

fn rejected(rejected: Rejected) -> TokenStream {
    let errors = rejected.errors.to_compile_error();
    let item = match rejected.below {
        Below::Function(mut function) => {
            types::borrow_unsized(&mut function.sig);
            function.sig.variadic = None;
            remove_options(&mut function.sig);
            lifetimes::fill(&mut function.sig);
            quote! { #[allow(dead_code)] #function }
        }
        Below::Other(item) => item,
    };
    quote! { #errors #item }
}

fn native(native: &Native) -> TokenStream {
    let mut function = native.function.clone();
    let has_call = lifetimes::fill(&mut function.sig);
    remove_options(&mut function.sig);
    let lints = imposed(native, has_call).map(|lints| quote! { #[allow(#(#lints),*)] });
    // No `impl` block can have a static, and its functions are no natives by themselves.
    let registration = registration(native, &quote! { static });
    quote! {
        #lints
        #function

        #registration
    }
}

/// The lints about what is the script's to say, or the embedder's, and not the function's.
fn imposed(native: &Native, has_call: bool) -> Option<Vec<TokenStream>> {
    let mut lints = Vec::new();
    if has_call {
        lints.push(quote! { clippy::needless_lifetimes, clippy::elidable_lifetime_names });
    }
    if native.values().any(|value| matches!(&*value.ty, Type::Path(_)) && !is_scalar(&value.ty)) {
        lints.push(quote! { clippy::needless_pass_by_value });
    }
    if native.params.iter().any(|param| matches!(param, Param::State(_))) {
        lints.push(quote! { clippy::ptr_arg });
    }
    (!lints.is_empty()).then_some(lints)
}

/// What registers a function that stands elsewhere: its entry, which is a `static` or a `const`.
pub(crate) fn registration(native: &Native, item: &TokenStream) -> TokenStream {
    let body = body(native);
    let requirements = requirements(native);
    let (name, docs) = (&native.name, docs(&native.function.attrs));
    let (krate, cfgs) = (&native.krate, native.cfgs());
    let (vis, entry) = (&native.function.vis, list::entry_name(&native.function.sig.ident));
    let allowed = speak_of_lints(&native.function.attrs).then(|| quote! { #[allow(deprecated)] });
    quote! {
        #(#cfgs)*
        #allowed
        #[doc(hidden)]
        #vis #item #entry: #krate::__private::ExternEntry = {
            use #krate::__private as __vo;
            enum __Native {}
            #body
            #requirements
            __vo::submit!(__Native, #name, #docs)
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

/// What the traits know and no bound can express: each an error at the type.
fn requirements(native: &Native) -> TokenStream {
    let last = native.values().count().saturating_sub(1);
    let Effects { reentrant, blocking, fast } = &native.effects;
    let of_values = native.values().enumerate().map(|(index, Value { ty, receiver, .. })| {
        let require = |word: &str| {
            let index = Literal::usize_unsuffixed(index);
            requirement(ty, &quote! { #index }, |span| of_native(word, span))
        };
        let is_plain = is_plain(ty);
        let is_last = index == last || matches!(**ty, Type::Reference(_));
        let one_argument = (!is_last && !is_plain).then(|| require("one_argument"));
        let may_lend = !is_plain && !is_str(ty) && receiver.is_none();
        let no_elements = (reentrant.is_some() && may_lend).then(|| require("no_elements"));
        let owned = (blocking.is_some() && !is_plain).then(|| require("owned"));
        let scalar = (fast.is_some() && !is_scalar(ty)).then(|| require("scalar"));
        quote! { #one_argument #no_elements #owned #scalar }
    });
    let results = (fast.is_some() && !is_scalar(&native.output))
        .then(|| requirement(&native.output, &TokenStream::new(), |span| of_native("scalar_results", span)));
    let declared = native.declared.iter().map(|declared| declared::requirements(native, declared));
    quote! { #(#of_values)* #results #(#declared)* }
}

pub(crate) fn of_native(word: &str, span: Span) -> TokenStream {
    let word = Ident::new(word, span);
    quote_spanned! {span=> __vo::#word::<__Native> }
}

/// A check when compiling, whose error underlines `at` from its first to its last token.
pub(crate) fn requirement(
    at: &impl ToTokens,
    arguments: &TokenStream,
    function: impl FnOnce(Span) -> TokenStream,
) -> TokenStream {
    let (first, last) = ends(at);
    let function = function(first);
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments.clone());
    arguments.set_span(last);
    quote! { const _: () = #function #arguments; }
}

/// Whether a type is a number, a bool, a char or a `String` by its name, of which there is nothing to require.
fn is_plain(ty: &Type) -> bool {
    is_scalar(ty) || matches!(ty, Type::Path(path) if path.path.is_ident("String"))
}

fn is_scalar(ty: &Type) -> bool {
    const SCALARS: [&str; 12] =
        ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "bool", "char"];
    matches!(ty, Type::Path(path) if SCALARS.iter().any(|name| path.path.is_ident(name)))
}

/// Whether a type is `&str`, which borrows no elements.
fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Reference(ty) if matches!(&*ty.elem, Type::Path(path) if path.path.is_ident("str")))
}

/// Where tokens begin and end, as spans of the macro's output: user's lints leave these alone.
fn ends(tokens: &impl ToTokens) -> (Span, Span) {
    let mut tokens = tokens.to_token_stream().into_iter();
    let first = tokens.next().map_or_else(Span::call_site, |token| token.span());
    let last = tokens.last().map_or(first, |token| token.span());
    (first.resolved_at(Span::call_site()), last.resolved_at(Span::call_site()))
}

/// The implementation that says what the native is, and takes it from the arguments in the frame to the results there.
///
/// Its variables have the names of the user's parameters, and are not seen by what else the user wrote.
fn body(native: &Native) -> TokenStream {
    let specs = native.values().map(|value| {
        let (name, taken) = (param_name(value), taken_as(value));
        let spec = match value.default {
            None => quote! { spec },
            Some(_) => quote! { optional },
        };
        quote! { #taken.#spec(#name) }
    });
    let takes = native.params.iter().map(take);
    let arguments = native.params.iter().map(argument);
    let (target, effects) = (&native.target, effects(native));
    let output = output(&native.output);
    let mutable = native.values().next().map(|_| quote! { mut });
    let (call, results) = (local("call"), local("results"));
    let run = match native.effects.blocking {
        Some(_) => quote! { #call.unlocked(|| #target(#(#arguments),*)) },
        None => quote! { #target(#(#arguments),*) },
    };
    quote! {
        impl __vo::NativeBody for __Native {
            const PARAMS: __vo::Params = &[#(#specs),*];
            const RESULTS: __vo::ResultFacts = #output.facts();
            #effects

            unsafe fn call(#mutable #call: __vo::Call<'_>) -> __vo::Outcome {
                #(#takes)*
                let #results = #run;
                unsafe { #call.finish(#output, #results) }
            }
        }
    }
}

/// How results are written; where their tokens show parts, what is wrong is told of these.
fn output(ty: &Type) -> TokenStream {
    let inferred = lifetimes::inferred(ty);
    match types::has_parts(ty) {
        true => quote! { __vo::outputs::<#inferred, _>() },
        false => quote! { __vo::output::<#inferred, _>() },
    }
}

/// A variable of the output's own.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The statement that takes a parameter from the frame, or lends a state.
fn take(param: &Param) -> TokenStream {
    let call = local("call");
    match param {
        Param::Context(_) => TokenStream::new(),
        Param::State(State { ident, ty, by_mut }) => {
            let (mutable, name) = (by_mut.then(|| quote! { mut }), own(ident));
            quote! { let #mutable #name = #call.state::<#ty>()?; }
        }
        Param::Value(value) => {
            let (span, _) = ends(&value.ty);
            // What is wrong with the type is told there.
            let call = Ident::new("call", span.resolved_at(Span::mixed_site()));
            let (name, taken) = (own(&value.ident), taken_as(value));
            match &value.default {
                None => {
                    let taken = quote_spanned! {span=> #call.arg(#taken)? };
                    quote! { let #name = unsafe { #taken }; }
                }
                Some(default) => {
                    let taken = quote_spanned! {span=> #call.optional_arg(#taken)? };
                    quote! { let #name = unsafe { #taken }.unwrap_or_else(|| #default); }
                }
            }
        }
    }
}

/// How a parameter is taken, by its type.
fn taken_as(value: &Value) -> TokenStream {
    let ty = lifetimes::inferred(&value.ty);
    match (&value.receiver, &ty) {
        (None, _) => quote! { __vo::param::<#ty>() },
        (Some(object), Type::Reference(TypeReference { mutability: Some(_), .. })) => {
            quote! { __vo::object::<#object>().exclusive() }
        }
        (Some(object), _) => quote! { __vo::object::<#object>().shared() },
    }
}

/// What stands for a parameter in the call of the user's function.
fn argument(param: &Param) -> TokenStream {
    let call = local("call");
    match param {
        Param::Context(Context::Extern) => quote! { &mut #call.extern_ctx() },
        Param::Context(Context::Vm) => quote! { &mut #call.vm_ctx() },
        Param::State(State { ident, by_mut, .. }) => {
            let (mutable, name) = (by_mut.then(|| quote! { mut }), own(ident));
            quote! { &#mutable #name }
        }
        Param::Value(value) => own(&value.ident).into_token_stream(),
    }
}

/// The user's name of a parameter as a variable of the output's own.
fn own(ident: &Ident) -> Ident {
    let span = ident.span().resolved_at(Span::mixed_site());
    match ident.to_string().as_str() {
        name @ ("call" | "results") => Ident::new(&format!("__{name}"), span),
        _ => {
            let mut own = ident.clone();
            own.set_span(span);
            own
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

/// The parameter's name as scripts see it: without `r#` and leading underscores.
fn param_name(value: &Value) -> String {
    let name = value.ident.unraw().to_string();
    match name.trim_start_matches('_') {
        "" => name,
        trimmed => trimmed.to_string(),
    }
}

//! Types that no native has and whose tokens show the fix. What else does not fit is found by the traits.

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    FnArg, GenericArgument, Lifetime, ParenthesizedGenericArguments, PathArguments, ReturnType, Signature,
    Type, TypeArray, TypeFnPtr, TypeImplTrait, TypeParamBound, TypePath, TypePtr, TypeReference,
    TypeTraitObject,
};

use crate::check::Report;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    Param,
    Result,
}

/// Reports the parts of a type for which a fix is known.
pub(crate) fn check_type(ty: &Type, position: Position, report: &mut Report) {
    match unsized_fix(ty, position) {
        Some(fix) => report.at(ty, format!("`{}` has no size of its own; write `{fix}`", shown(ty))),
        None => TypeCheck { position, report }.visit_type(ty),
    }
}

/// Whether a type is a tuple, or a `Result` of something, by its name.
pub(crate) fn has_parts(ty: &Type) -> bool {
    is_result(ty) || matches!(ty, Type::Tuple(tuple) if !tuple.elems.is_empty())
}

fn is_result(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| last.ident == "Result" && first_type(&last.arguments).is_some())
}

/// Puts a reference before `str` and `[T]`, which rustc would tell again.
pub(crate) fn borrow_unsized(sig: &mut Signature) {
    let inputs = sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(input) => Some(&mut input.ty),
        FnArg::Receiver(_) => None,
    });
    let output = match &mut sig.output {
        ReturnType::Type(_, ty) => Some(ty),
        ReturnType::Default => None,
    };
    for ty in inputs.chain(output) {
        if unsized_fix(ty, Position::Param).is_some() {
            **ty = syn::parse_quote! { &#ty };
        }
    }
}

fn unsized_fix(ty: &Type, position: Position) -> Option<String> {
    match ty {
        Type::Path(path) if path.path.is_ident("str") => Some("&str".into()),
        Type::Slice(slice) if position == Position::Param => Some(format!("&[{}]", shown(&slice.elem))),
        Type::Slice(slice) => Some(format!("Vec<{}>", shown(&slice.elem))),
        _ => None,
    }
}

fn first_type(arguments: &PathArguments) -> Option<&Type> {
    let PathArguments::AngleBracketed(list) = arguments else { return None };
    list.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Words in place of which others are written.
const WORDS: [(&str, &str); 4] = [
    ("usize", "has another size on other machines; write `u64`"),
    ("isize", "has another size on other machines; write `i64`"),
    ("u128", "is wider than any integer of Vo; write `u64`, or `String` for its digits"),
    ("i128", "is wider than any integer of Vo; write `i64`, or `String` for its digits"),
];

struct TypeCheck<'a> {
    position: Position,
    report: &'a mut Report,
}

impl TypeCheck<'_> {
    /// A Rust closure or function where the script has one of its own.
    fn closure(&mut self, at: &impl ToTokens, func: &str) {
        self.report.at(
            at,
            match self.position {
                Position::Param => format!("a function of the script is no Rust function; take a `{func}`"),
                Position::Result => {
                    "a script cannot call a Rust function that it gets; make a native of it".to_string()
                }
            },
        );
    }
}

impl<'ast> Visit<'ast> for TypeCheck<'_> {
    fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
        if self.position == Position::Param && lifetime.ident == "static" {
            self.report.at(lifetime, "an argument lives for the call, not for ever; leave the lifetime out");
        }
    }

    fn visit_type_impl_trait(&mut self, ty: &'ast TypeImplTrait) {
        match closure_bound(&ty.bounds) {
            Some(func) => self.closure(ty, &func),
            None => {
                self.report.at(ty, "a native is called with one set of types; name a type, or use `VoValue`");
            }
        }
    }

    fn visit_type_trait_object(&mut self, ty: &'ast TypeTraitObject) {
        match closure_bound(&ty.bounds) {
            Some(func) => self.closure(ty, &func),
            // Where it is an error's, the traits tell what to do.
            None => visit::visit_type_trait_object(self, ty),
        }
    }

    fn visit_type_fn_ptr(&mut self, ty: &'ast TypeFnPtr) {
        let inputs: Vec<String> = ty.inputs.iter().map(|input| shown(&input.ty)).collect();
        self.closure(ty, &func(&inputs, &ty.output));
    }

    fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
        if self.position == Position::Result && reference.mutability.is_some() {
            self.report.at(
                reference,
                "the script gets a value, which Rust has no hold on; return it without `&mut`",
            );
        } else if let (Some(fix), Position::Param) = (fix_of_reference(reference), self.position) {
            self.report.at(reference, fix);
        } else {
            visit::visit_type_reference(self, reference);
        }
    }

    fn visit_type_array(&mut self, array: &'ast TypeArray) {
        let (written, elem) = (shown(array), shown(&array.elem));
        self.report.at(array, format!("`{written}`: slices of Vo are of any length; write `Vec<{elem}>`"));
    }

    fn visit_type_ptr(&mut self, pointer: &'ast TypePtr) {
        self.report.at(
            pointer,
            "Rust memory is no value of the script; use a `VoObject`, or a type with `#[derive(VoObject)]`",
        );
    }

    fn visit_type_path(&mut self, path: &'ast TypePath) {
        if let Some((word, why)) = WORDS.iter().find(|(word, _)| path.path.is_ident(word)) {
            self.report.at(path, format!("`{word}` {why}"));
        }
        if self.position == Position::Param
            && let Some(segment) = path.path.segments.last()
            && segment.ident == "Result"
            && let Some(inner) = first_type(&segment.arguments).filter(|inner| is_result(inner))
        {
            self.report.at(inner, "a function of the script returns one `error` last; write one `Result`");
        }
        visit::visit_type_path(self, path);
    }
}

fn fix_of_reference(reference: &TypeReference) -> Option<String> {
    let written = shown(reference);
    let Type::Path(path) = &*reference.elem else { return None };
    let last = path.path.segments.last()?;
    match last.ident.to_string().as_str() {
        "String" => Some(format!("`{written}`: write `&str`")),
        "Vec" => match &last.arguments {
            PathArguments::AngleBracketed(list) => {
                Some(format!("`{written}`: write `&[{}]`", shown(&list.args)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// The function value that stands for `Fn(A) -> R`, where one of the bounds is such.
fn closure_bound<'b>(bounds: impl IntoIterator<Item = &'b TypeParamBound>) -> Option<String> {
    bounds.into_iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        match &bound.path.segments.last()?.arguments {
            PathArguments::Parenthesized(ParenthesizedGenericArguments { inputs, output, .. }) => {
                Some(func(&inputs.iter().map(shown).collect::<Vec<_>>(), output))
            }
            _ => None,
        }
    })
}

fn func(inputs: &[String], output: &ReturnType) -> String {
    let inputs = match inputs {
        [one] => format!("{one},"),
        several => several.join(", "),
    };
    match output {
        ReturnType::Default => format!("VoFunc<({inputs}), ()>"),
        ReturnType::Type(_, ty) => format!("VoFunc<({inputs}), {}>", shown(ty)),
    }
}

/// A type's tokens, spaced as people write them.
pub(crate) fn shown(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    text.replace(" < ", "<")
        .replace(" >", ">")
        .replace("& ", "&")
        .replace(" :: ", "::")
        .replace(" ,", ",")
        .replace(" ;", ";")
}

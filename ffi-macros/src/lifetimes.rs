//! Lifetimes of the user's types: filled in, or replaced.
//!
//! The one place where wrapper types are known by their names.

use proc_macro2::Span;
use syn::visit_mut::{self, VisitMut};
use syn::{
    AngleBracketedGenericArguments, FnArg, GenericArgument, Lifetime, ParenthesizedGenericArguments,
    PathArguments, PathSegment, Receiver, ReceiverKind, Signature, Type, TypeFnPtr, TypeReference,
    TypeTraitObject,
};

use crate::check::is_state;
use crate::model::Context;

/// The wrapper types that have a lifetime.
const WRAPPERS: [&str; 11] = [
    "VoString",
    "VoSlice",
    "VoMap",
    "VoStruct",
    "VoObject",
    "VoInterface",
    "VoVariadic",
    "VoValue",
    "VoFunc",
    "ExternCtx",
    "VmCtx",
];

/// Gives `'call` to references and wrapper types whose lifetime was left out, and declares `'call` where a
/// type has it now.
pub(crate) fn fill(sig: &mut Signature) {
    let mut fill = Fill { found: false };
    for input in &mut sig.inputs {
        let input = match input {
            FnArg::Typed(input) => input,
            FnArg::Receiver(receiver) => {
                fill.visit_receiver_mut(receiver);
                continue;
            }
        };
        if is_state(input) {
            continue;
        }
        match &mut *input.ty {
            // The reference to a context is shorter than the call.
            Type::Reference(reference) if Context::of(&reference.elem).is_some() => {
                fill.visit_type_mut(&mut reference.elem);
            }
            ty => fill.visit_type_mut(ty),
        }
    }
    fill.visit_return_type_mut(&mut sig.output);
    let declared = sig.generics.lifetimes().any(|param| param.lifetime.ident == "call");
    if fill.found && !declared {
        sig.generics.params.insert(0, syn::parse_quote!('call));
    }
}

/// The type with every lifetime but `'static` left to inference.
pub(crate) fn inferred(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Infer.visit_type_mut(&mut ty);
    ty
}

struct Fill {
    found: bool,
}

impl Fill {
    fn call(&mut self, span: Span) -> Lifetime {
        self.found = true;
        Lifetime::new("'call", span)
    }
}

impl VisitMut for Fill {
    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.call(reference.and_token.span));
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    fn visit_receiver_mut(&mut self, receiver: &mut Receiver) {
        if let ReceiverKind::Reference(and, lifetime @ None, _) = &mut receiver.kind {
            *lifetime = Some(self.call(and.span));
        }
    }

    fn visit_path_segment_mut(&mut self, segment: &mut PathSegment) {
        if WRAPPERS.iter().any(|name| segment.ident == name) {
            let call = || GenericArgument::Lifetime(Lifetime::new("'_", segment.ident.span()));
            match &mut segment.arguments {
                arguments @ PathArguments::None => {
                    let mut list: AngleBracketedGenericArguments = syn::parse_quote!(<>);
                    list.args.push(call());
                    *arguments = PathArguments::AngleBracketed(list);
                }
                PathArguments::AngleBracketed(list) => {
                    if !matches!(list.args.first(), Some(GenericArgument::Lifetime(_))) {
                        list.args.insert(0, call());
                    }
                }
                PathArguments::Parenthesized(_) => {}
            }
        }
        visit_mut::visit_path_segment_mut(self, segment);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" || lifetime.ident == "call" {
            *lifetime = self.call(lifetime.span());
        }
    }

    // Elision has its own rules in these.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}
    fn visit_type_trait_object_mut(&mut self, _: &mut TypeTraitObject) {}
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
}

struct Infer;

impl VisitMut for Infer {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident != "static" {
            *lifetime = Lifetime::new("'_", lifetime.span());
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}
    fn visit_type_trait_object_mut(&mut self, _: &mut TypeTraitObject) {}
}

//! Lifetimes of the user's types: filled in, or replaced.
//!
//! The one place where wrapper types are known by their names.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, GenericArgument, Lifetime, ParenthesizedGenericArguments, PathArguments, PathSegment, Receiver,
    ReceiverKind, Signature, Type, TypeFnPtr, TypeReference, TypeTraitObject,
};

use crate::model::Context;
use crate::params::is_state;

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

/// The first wrapper type inside a type.
pub(crate) fn wrapper(ty: &Type) -> Option<&PathSegment> {
    struct Wrapper<'a>(Option<&'a PathSegment>);

    impl<'ast> Visit<'ast> for Wrapper<'ast> {
        fn visit_path_segment(&mut self, segment: &'ast PathSegment) {
            if self.0.is_none() && WRAPPERS.iter().any(|name| segment.ident == name) {
                self.0 = Some(segment);
            }
            visit::visit_path_segment(self, segment);
        }
    }

    let mut found = Wrapper(None);
    found.visit_type(ty);
    found.0
}

/// Whether a type is the wrapper type of this name.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == name))
}

/// Gives `'call` to references and wrapper types whose lifetime was left out, and declares `'call` where a
/// type has it now. Tells whether one has.
pub(crate) fn fill(sig: &mut Signature) -> bool {
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
    fill.found
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
        match &mut receiver.kind {
            ReceiverKind::Reference(and, lifetime @ None, _) => *lifetime = Some(self.call(and.span)),
            ReceiverKind::Typed(_, ty) => self.visit_type_mut(ty),
            _ => {}
        }
    }

    fn visit_path_segment_mut(&mut self, segment: &mut PathSegment) {
        if WRAPPERS.iter().any(|name| segment.ident == name) {
            let call = || GenericArgument::Lifetime(Lifetime::new("'_", segment.ident.span()));
            match &mut segment.arguments {
                arguments @ PathArguments::None => {
                    let (span, lifetime) = (segment.ident.span(), call());
                    *arguments = PathArguments::AngleBracketed(syn::parse_quote_spanned!(span=> <#lifetime>));
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

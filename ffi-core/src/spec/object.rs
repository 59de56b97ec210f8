//! The Rust types that natives name.

use crate::rust_object::ObjectSpec;
use crate::spec::{SignatureSpec, TypeSpec};
use crate::types::TypeTable;

impl SignatureSpec {
    /// The Rust types of its parameters and results, and of what is in those, each once.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::{NEW_COUNTER, TWICE};
    /// // Of `NewCounter() *Counter`, and of `Twice(n int) int`:
    /// assert_eq!(NEW_COUNTER.signature.objects()[0].name, "main.Counter");
    /// assert!(TWICE.signature.objects().is_empty());
    /// ```
    pub fn objects(&self) -> Vec<&'static ObjectSpec> {
        let mut found = Vec::new();
        self.params.iter().for_each(|param| collect(param.ty, &mut found));
        self.results.iter().for_each(|result| collect(*result, &mut found));
        found
    }
}

impl TypeSpec {
    /// What to do about a Rust type that a program has declared as one of its own.
    pub(super) fn extern_hint(self, types: &TypeTable) -> String {
        let mut objects = Vec::new();
        collect(self, &mut objects);
        let is_own = |object: &&&ObjectSpec| {
            let name = object.type_name();
            types.find_opaque(name).is_none() && types.find_named(name).is_some()
        };
        match objects.iter().find(is_own) {
            Some(object) => {
                format!(
                    "; {} is written in Rust: declare it as `extern type {}`",
                    object.type_name(),
                    object.member()
                )
            }
            None => String::new(),
        }
    }
}

fn collect(ty: TypeSpec, found: &mut Vec<&'static ObjectSpec>) {
    match ty {
        TypeSpec::Object(object) if !found.iter().any(|other| other.is_same(object)) => found.push(object),
        TypeSpec::Slice(Some(elem)) => collect(*elem, found),
        TypeSpec::MapOf(key, value) => {
            collect(*key, found);
            collect(*value, found);
        }
        TypeSpec::StructOf(spec) => spec.fields.iter().for_each(|field| collect(field.ty, found)),
        TypeSpec::FuncOf(spec) => {
            spec.params.iter().for_each(|param| collect(*param, found));
            spec.results.iter().for_each(|result| collect(*result, found));
        }
        _ => {}
    }
}

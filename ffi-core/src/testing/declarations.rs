//! Declarations that differ from a native, which must not be linked.

use crate::declaration::Declaration;
use crate::registry::{ExternEntry, ExternRegistry};
use crate::spec::TypeSpec;
use crate::testing::{Report, link};
use crate::types::{FuncType, TypeId, TypeTable};

/// Types, of which no native accepts all.
const OTHERS: [TypeId; 6] =
    [TypeId::STRING, TypeId::INT, TypeId::FLOAT64, TypeId::BOOL, TypeId::ERROR, TypeId::BYTES];

/// Links a native with too few and too many parameters and results, and each of another type.
pub(super) fn check(
    registry: &ExternRegistry,
    entry: &ExternEntry,
    declaration: &Declaration,
    types: &TypeTable,
    report: &mut Report,
) {
    for func in different(entry, &declaration.func, types) {
        let mut text = String::new();
        types.write_signature(&func, &mut text);
        let other = Declaration { func, ..declaration.clone() };
        match link(registry, &other, types) {
            Ok(_) => report.fault(entry, &[], format!("is linked with a declaration of func{text}")),
            Err(_) => report.refused += 1,
        }
    }
}

fn different(entry: &ExternEntry, func: &FuncType, types: &TypeTable) -> Vec<FuncType> {
    let spec = &entry.signature;
    let mut found = Vec::new();
    let mut add = |change: &dyn Fn(&mut FuncType)| {
        let mut other = func.clone();
        change(&mut other);
        found.push(other);
    };
    if spec.required_params() > 0 {
        add(&|func| {
            func.variadic = false;
            func.params.truncate(spec.required_params() - 1);
        });
    }
    add(&|func| {
        func.variadic = false;
        func.params.push(TypeId::INT);
    });
    for (index, param) in spec.params.iter().enumerate() {
        if let Some(other) = not_accepted(param.ty, types) {
            add(&|func| func.params[index] = other);
        }
    }
    // A native that fails may be declared with an `error` more, or without.
    add(&|func| func.results.insert(0, TypeId::INT));
    if !spec.results.is_empty() {
        add(&|func| _ = func.results.remove(0));
    }
    for (index, &result) in spec.results.iter().enumerate() {
        if let Some(other) = not_accepted(result, types) {
            add(&|func| func.results[index] = other);
        }
    }
    found
}

fn not_accepted(spec: TypeSpec, types: &TypeTable) -> Option<TypeId> {
    OTHERS.into_iter().find(|&ty| !spec.accepts(types, ty))
}

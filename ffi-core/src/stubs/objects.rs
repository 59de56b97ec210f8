//! Declarations of the Rust types that natives take and return.

use std::collections::BTreeSet;

use super::{comment, last_part};
use crate::registry::ExternEntry;
use crate::rust_object::ObjectSpec;

/// The types in the signature of a native that its package declares, which has this name.
pub(super) fn of(entry: &ExternEntry, package: &str) -> impl Iterator<Item = &'static ObjectSpec> {
    entry.signature.objects().into_iter().filter(move |object| last_part(object.package()) == package)
}

/// `import`, for each package that has other types of the natives; nothing where there are none.
pub(super) fn imports(entries: &[&'static ExternEntry], package: &str) -> String {
    let objects = entries.iter().flat_map(|entry| entry.signature.objects());
    let foreign = objects.map(ObjectSpec::package).filter(|path| last_part(path) != package);
    let imports: BTreeSet<String> = foreign.map(|path| format!("import {path:?}\n")).collect();
    let lines: String = imports.into_iter().collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

/// `extern type Name`, below its docs.
pub(super) fn declaration(object: &ObjectSpec) -> String {
    let mut text = String::new();
    object.docs.lines().for_each(|line| comment(&mut text, line));
    text + &format!("extern type {}\n", object.member())
}

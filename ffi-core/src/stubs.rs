//! Declarations of natives, written for the programs of a VM whose language is Vo, or reads like it.

mod objects;
mod structs;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::registry::{ExternEntry, ExternRegistry};
use crate::spec::{SignatureSpec, TypeSpec};

/// The `.vo` file that declares the natives of a package, which is named by the path that programs import.
///
/// The natives stand in the order of their names, with their docs as comments. Where a native takes or returns values of
/// types that only a program knows, its declaration is a comment that says what to write.
///
/// A Rust struct that derives the conversions is declared with its fields, before the first native that has it; so is a Rust type
/// that lives in the heap, as `extern type`. Packages of which there are such types are imported.
///
/// ```
/// # use vo_ffi_core::{ExternRegistry, stubs};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::{OPEN, TWICE};
/// let registry = ExternRegistry::new().with(&TWICE).with(&OPEN);
/// let expected = "\
/// package numbers
///
/// // Twice returns n and n.
/// extern func Twice(n int) int
/// ";
/// assert_eq!(stubs(&registry, "numbers"), expected);
/// ```
pub fn stubs(registry: &ExternRegistry, package: &str) -> String {
    let name = last_part(package);
    let mut text = format!("package {name}\n");
    let entries = registry.package(package);
    text.push_str(&objects::imports(&entries, name));
    let mut declared = BTreeSet::new();
    for entry in entries {
        for object in objects::of(entry, name) {
            if declared.insert(object.member()) {
                let _ = write!(text, "\n{}", objects::declaration(object));
            }
        }
        if let Some((name, ty)) = receiver_type(entry)
            && declared.insert(name)
        {
            let _ = write!(text, "\n{ty}");
        }
        for spec in structs::of(&entry.signature) {
            if !is_open(TypeSpec::StructOf(spec)) && declared.insert(spec.name) {
                let _ = write!(text, "\n{}", structs::declaration(spec.name, spec, name));
            }
        }
        let _ = write!(text, "\n{}", stub(entry));
    }
    text
}

/// The name of a package that is imported by this path.
fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// The declaration of one native, below its docs.
///
/// ```
/// # use vo_ffi_core::stub;
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::TWICE;
/// assert_eq!(stub(&TWICE), "// Twice returns n and n.\nextern func Twice(n int) int\n");
/// ```
pub fn stub(entry: &ExternEntry) -> String {
    let mut text = String::new();
    for line in entry.docs.lines() {
        comment(&mut text, line);
    }
    let signature = &entry.signature;
    let receiver = usize::from(type_and_name(entry).0.is_some());
    let params = signature.params.iter().skip(receiver).map(|param| (format!("`{}`", param.name), param.ty));
    let results =
        signature.results.iter().enumerate().map(|(index, &ty)| (format!("result {}", index + 1), ty));
    let open: Vec<String> = (params.chain(results))
        .filter(|(_, ty)| is_open(*ty))
        .map(|(what, ty)| format!("{what} is {}", kind(ty)))
        .collect();
    if open.is_empty() {
        let _ = writeln!(text, "extern {}", head(entry));
    } else {
        if !text.is_empty() {
            comment(&mut text, "");
        }
        comment(&mut text, &format!("To declare it, write types of the program's own; {}:", open.join(", ")));
        comment(&mut text, &format!("extern {}", head(entry)));
    }
    text
}

/// A native's head: `func (file *File) Close() error`.
pub(crate) fn head(entry: &ExternEntry) -> String {
    let (signature, package) = (&entry.signature, last_part(entry.package()));
    match (type_and_name(entry), signature.params.split_first()) {
        ((Some(ty), name), Some((receiver, params))) => {
            let is_pointer = matches!(receiver.ty, TypeSpec::Pointer | TypeSpec::Object(_));
            let star = if is_pointer { "*" } else { "" };
            let rest = SignatureSpec { params, ..*signature }.vo_signature_in(package);
            format!("func ({} {star}{ty}) {name}{rest}", receiver.vo_name())
        }
        ((_, name), _) => format!("func {name}{}", signature.vo_signature_in(package)),
    }
}

/// The type of a method and its name, `(Some("File"), "Close")`; for a function nothing and its name.
fn type_and_name(entry: &ExternEntry) -> (Option<&'static str>, &'static str) {
    let member = entry.name.get(entry.package().len() + 1..).unwrap_or_default();
    match member.split_once('.') {
        Some((ty, name)) => (Some(ty), name),
        None => (None, member),
    }
}

/// The type that a method belongs to, and its declaration.
fn receiver_type(entry: &ExternEntry) -> Option<(&'static str, String)> {
    let (Some(name), Some(receiver)) = (type_and_name(entry).0, entry.signature.params.first()) else {
        return None;
    };
    let package = last_part(entry.package());
    let known = match receiver.ty {
        ty if is_open(ty) => None,
        TypeSpec::Any | TypeSpec::Interface | TypeSpec::Error => None,
        TypeSpec::StructOf(spec) => Some(structs::declaration(name, spec, package)),
        ty => Some(format!("type {name} {}\n", ty.vo_name_in(package))),
    };
    let text = match known {
        Some(text) => text,
        None => format!(
            "// {name} has the methods below; its fields are the program's to write.\ntype {name} struct{{}}\n"
        ),
    };
    Some((name, text))
}

/// Whether only a program knows which type a native has here.
fn is_open(ty: TypeSpec) -> bool {
    match ty {
        TypeSpec::Slice(None) | TypeSpec::Map | TypeSpec::Struct | TypeSpec::Pointer | TypeSpec::Func => true,
        TypeSpec::Slice(Some(elem)) => is_open(*elem),
        TypeSpec::MapOf(key, value) => is_open(*key) || is_open(*value),
        TypeSpec::StructOf(spec) => spec.fields.iter().any(|field| is_open(field.ty)),
        _ => false,
    }
}

fn kind(ty: TypeSpec) -> String {
    match ty {
        TypeSpec::Slice(None) => "any slice".into(),
        TypeSpec::Map => "any map".into(),
        TypeSpec::Struct => "any struct".into(),
        TypeSpec::Pointer => "a pointer to any struct".into(),
        TypeSpec::Func => "a function of any type".into(),
        ty => format!("any {}", ty.vo_name()),
    }
}

/// A line of a comment.
fn comment(text: &mut String, line: &str) {
    let line = line.trim_end();
    let _ = writeln!(text, "//{}{line}", if line.is_empty() { "" } else { " " });
}

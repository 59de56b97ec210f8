//! Names that what is being typed could become.

use std::collections::BTreeSet;

use vo_ffi::declared::KEYWORDS;

use crate::check::session::{Environment, MAIN};
use crate::packages;
use crate::types::{PREDECLARED, TypeId, TypeKind, TypeTable};

/// What could stand in the place of the text's last name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Where the name starts, in bytes.
    pub start: usize,
    /// The names, sorted.
    pub names: Vec<String>,
}

/// Structs are embedded at most so deep; they may contain pointers to themselves.
const MAX_DEPTH: u32 = 8;

/// Completes the name at the end of a text. `import` gives the environment in which a package is imported, too.
pub(super) fn complete(
    text: &str,
    environment: &Environment,
    import: impl Fn(&str) -> Option<Environment>,
) -> Completion {
    let start = text.len() - trailing_name(text).len();
    let (before, typed) = text.split_at(start);
    if typed.starts_with(|first: char| first.is_ascii_digit()) {
        return Completion { start, names: Vec::new() };
    }
    let names = match before.strip_suffix('.') {
        None => Some(visible(environment)),
        Some(operand) => members(environment, operand).or_else(|| {
            // A package that no entry has named yet.
            let name = trailing_name(operand);
            let path = packages::PATHS.iter().find(|path| last_part(path) == name)?;
            members(&import(path)?, operand)
        }),
    };
    let names = names.unwrap_or_default().into_iter().filter(|name| name.starts_with(typed));
    Completion { start, names: names.collect() }
}

/// The name that a text ends in; may be empty.
fn trailing_name(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    &text[text.trim_end_matches(is_part).len()..]
}

fn visible(environment: &Environment) -> BTreeSet<String> {
    let predeclared = PREDECLARED.iter().map(|(name, _)| *name);
    let packages = packages::importable().map(last_part);
    let fixed = packages.chain(predeclared).chain(environment.builtins()).chain(KEYWORDS);
    let mut names: BTreeSet<String> = fixed.map(str::to_string).collect();
    // What has a space in its name is not to be typed.
    let declared = environment.names_in(MAIN).chain(environment.imported());
    names.extend(declared.filter(|name| !name.starts_with(' ')).map(str::to_string));
    names
}

/// The members of what a text ends in: a package, or names with dots between them.
fn members(environment: &Environment, operand: &str) -> Option<BTreeSet<String>> {
    let mut names = Vec::new();
    let mut rest = operand;
    loop {
        let name = trailing_name(rest);
        names.push(name);
        rest = &rest[..rest.len() - name.len()];
        match rest.strip_suffix('.') {
            Some(before) => rest = before,
            None => break,
        }
    }
    let first = names.pop().filter(|name| !name.is_empty())?;
    let ty = match (environment.package(first), names.pop()) {
        (Some(package), None) => {
            let exported = environment.names_in(package).filter(|name| is_exported(name));
            let own = environment.names_in_c(package).into_iter();
            return Some(exported.map(str::to_string).chain(own).collect());
        }
        (Some(package), Some(name)) => environment.variable(package, name)?,
        (None, next) => {
            names.extend(next);
            environment.variable(MAIN, first)?
        }
    };
    let types = &environment.types;
    let ty = names.iter().rev().try_fold(ty, |ty, name| field(types, ty, name))?;
    let mut found = BTreeSet::new();
    add_members(types, ty, MAX_DEPTH, &mut found);
    Some(found)
}

/// The type of a field.
fn field(types: &TypeTable, ty: TypeId, name: &str) -> Option<TypeId> {
    let TypeKind::Struct(fields) = types.kind(pointee(types, ty)) else { return None };
    fields.iter().find(|field| field.name == name).map(|field| field.ty)
}

fn pointee(types: &TypeTable, ty: TypeId) -> TypeId {
    match types.kind(ty) {
        TypeKind::Pointer(target) => *target,
        _ => ty,
    }
}

/// Adds fields and methods, those of embedded fields too. Other packages show what they export.
fn add_members(types: &TypeTable, ty: TypeId, depth: u32, found: &mut BTreeSet<String>) {
    let base = pointee(types, ty);
    let info = types.info(base);
    let own = info.name.as_ref().is_none_or(|name| name.starts_with("main."));
    let mut add = |name: &str| {
        if own || is_exported(name) {
            found.insert(name.to_string());
        }
    };
    info.methods.iter().for_each(|method| add(&method.name));
    match &info.kind {
        TypeKind::Interface(methods) => methods.iter().for_each(|method| add(&method.name)),
        TypeKind::Struct(fields) => {
            fields.iter().for_each(|field| add(&field.name));
            for field in fields.iter().filter(|field| field.embedded && depth > 0) {
                add_members(types, field.ty, depth - 1, found);
            }
        }
        _ => {}
    }
}

/// The name under which a package is imported.
fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_exported(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

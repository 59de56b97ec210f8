//! What a library's file says that it exports.

use std::path::Path;

use object::{Object as _, ObjectSymbol as _, SymbolKind};
use vo_ffi_core::nearest;

/// How a library's file begins.
pub(super) const ELF: &[u8] = &object::elf::ELFMAG;

/// The names of a library's functions that are almost this one, or this one as C++ writes it.
pub(super) fn nearest_exports(symbol: &str, path: &Path) -> Vec<String> {
    let exports = exports(path);
    let cpp = exports.iter().map(String::as_str).find(|name| is_mangled(name, symbol));
    let near = nearest(symbol, exports.iter().map(String::as_str));
    cpp.into_iter().chain(near).map(String::from).collect()
}

/// Whether an export is a function of C++ with this name, in a namespace or not: `_Z3addii`, `_ZN4math3addEii`.
fn is_mangled(export: &str, name: &str) -> bool {
    let Some(rest) = export.strip_prefix("_Z") else { return false };
    let part = format!("{}{name}", name.len());
    rest.match_indices(&part).any(|(at, _)| !rest[..at].ends_with(|last: char| last.is_ascii_digit()))
}

/// The functions and variables that a library exports; none where its file cannot be read.
fn exports(path: &Path) -> Vec<String> {
    let Ok(content) = std::fs::read(path) else { return Vec::new() };
    let Ok(file) = object::File::parse(&*content) else { return Vec::new() };
    (file.dynamic_symbols())
        .filter(|symbol| {
            !symbol.is_undefined() && matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data)
        })
        .filter_map(|symbol| Some(symbol.name().ok()?.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cpp() {
        let rows = [
            ("_Z3addii", "add", true),
            ("_ZN4math3addEii", "add", true),
            ("_ZN4math3addEii", "math", true),
            ("_Z13add_ten_moreii", "add", false),
            ("add3add", "add", false),
        ];
        for (export, name, expected) in rows {
            assert_eq!(is_mangled(export, name), expected, "{export} {name}");
        }
    }
}

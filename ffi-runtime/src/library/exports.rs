//! What a library's file says that it exports.

use std::path::Path;

use object::{Object as _, ObjectSymbol as _, SymbolKind};
use vo_ffi_core::nearest;

/// How a library's file begins.
pub(super) const ELF: &[u8] = &object::elf::ELFMAG;

/// The names of a library's functions that are almost this one, or this one as C++ writes it.
pub(super) fn nearest_exports(symbol: &str, path: &Path) -> Vec<String> {
    let exports = exports(path);
    let mangled = format!("_Z{}{symbol}", symbol.len());
    let cpp = exports.iter().map(String::as_str).find(|name| name.starts_with(&mangled));
    let near = nearest(symbol, exports.iter().map(String::as_str));
    cpp.into_iter().chain(near).map(String::from).collect()
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

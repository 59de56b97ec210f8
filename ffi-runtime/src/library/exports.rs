//! What a library's file says that it exports.

use std::path::Path;

use object::{Object as _, ObjectSymbol as _, SymbolKind};

/// How a library's file begins.
pub(super) const ELF: &[u8] = &object::elf::ELFMAG;

/// The functions that a library exports; none where its file cannot be read.
pub(crate) fn exports(path: &Path) -> Vec<String> {
    let Ok(content) = std::fs::read(path) else { return Vec::new() };
    let Ok(file) = object::File::parse(&*content) else { return Vec::new() };
    (file.dynamic_symbols())
        .filter(|symbol| !symbol.is_undefined() && symbol.kind() == SymbolKind::Text)
        .filter_map(|symbol| Some(symbol.name().ok()?.to_string()))
        .collect()
}

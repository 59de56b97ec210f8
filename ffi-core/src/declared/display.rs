//! Declarations and types in Vo's syntax, each on one line.

use std::fmt::{self, Display, Formatter};

use super::items::{DeclaredExtern, DeclaredItem, DeclaredMeaning, DeclaredTypeDecl};
use super::types::{
    DeclaredElement, DeclaredField, DeclaredKind, DeclaredLength, DeclaredParam, DeclaredSignature,
    DeclaredText, DeclaredType,
};
use crate::format::append_quoted;

impl Display for DeclaredItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            DeclaredItem::Func(decl) => decl.fmt(f),
            DeclaredItem::Type(decl) => decl.fmt(f),
        }
    }
}

impl Display for DeclaredExtern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("extern ")?;
        if let Some(library) = &self.library {
            write!(f, "{} ", quoted(library))?;
        }
        f.write_str("func ")?;
        if let Some(receiver) = &self.receiver {
            write!(f, "({receiver}) ")?;
        }
        write!(f, "{}{}", self.name.text, self.signature)?;
        match &self.symbol {
            Some(symbol) => write!(f, " = {}", quoted(symbol)),
            None => Ok(()),
        }
    }
}

impl Display for DeclaredTypeDecl {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = &self.name.text;
        match &self.meaning {
            DeclaredMeaning::Type(ty) => write!(f, "type {name} {ty}"),
            DeclaredMeaning::Alias(ty) => write!(f, "type {name} = {ty}"),
            DeclaredMeaning::Opaque => write!(f, "extern type {name}"),
        }
    }
}

impl Display for DeclaredType {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            DeclaredKind::Name(name) => f.write_str(name),
            DeclaredKind::Qualified { package, name } => write!(f, "{}.{}", package.text, name.text),
            DeclaredKind::Pointer(target) => write!(f, "*{target}"),
            DeclaredKind::Slice(elem) => write!(f, "[]{elem}"),
            DeclaredKind::Array(length, elem) => write!(f, "[{length}]{elem}"),
            DeclaredKind::Map(key, value) => write!(f, "map[{key}]{value}"),
            DeclaredKind::Func(signature) => write!(f, "func{signature}"),
            DeclaredKind::Struct(fields) => braced(f, "struct", fields),
            DeclaredKind::Interface(elements) => braced(f, "interface", elements),
            DeclaredKind::Paren(inner) => write!(f, "({inner})"),
        }
    }
}

impl Display for DeclaredLength {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// `(name string) ([]byte, error)`
impl Display for DeclaredSignature {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (index, param) in self.params.iter().enumerate() {
            let dots = if self.variadic && index + 1 == self.params.len() { "..." } else { "" };
            f.write_str(if index > 0 { ", " } else { "" })?;
            write_names(f, &param.names)?;
            write!(f, "{dots}{}", param.ty)?;
        }
        f.write_str(")")?;
        match self.results.as_slice() {
            [] => Ok(()),
            // Parentheses of its own would be taken for those of the list.
            [one] if one.names.is_empty() && !matches!(one.ty.kind, DeclaredKind::Paren(_)) => {
                write!(f, " {one}")
            }
            many => {
                f.write_str(" (")?;
                separated(f, many, ", ")?;
                f.write_str(")")
            }
        }
    }
}

impl Display for DeclaredParam {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_names(f, &self.names)?;
        self.ty.fmt(f)
    }
}

impl Display for DeclaredField {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_names(f, &self.names)?;
        self.ty.fmt(f)?;
        match &self.tag {
            Some(tag) => write!(f, " {}", quoted(tag)),
            None => Ok(()),
        }
    }
}

impl Display for DeclaredElement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            DeclaredElement::Method(name, signature) => write!(f, "{}{signature}", name.text),
            DeclaredElement::Embedded(ty) => ty.fmt(f),
        }
    }
}

/// `a, b `, or nothing.
fn write_names(f: &mut Formatter<'_>, names: &[DeclaredText]) -> fmt::Result {
    for (index, name) in names.iter().enumerate() {
        let behind = if index + 1 < names.len() { ", " } else { " " };
        write!(f, "{}{behind}", name.text)?;
    }
    Ok(())
}

fn braced<T: Display>(f: &mut Formatter<'_>, word: &str, members: &[T]) -> fmt::Result {
    write!(f, "{word}{{")?;
    separated(f, members, "; ")?;
    f.write_str("}")
}

fn separated<T: Display>(f: &mut Formatter<'_>, items: &[T], separator: &str) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if index > 0 { separator } else { "" })?;
    }
    Ok(())
}

fn quoted(text: &DeclaredText) -> String {
    let mut out = Vec::new();
    append_quoted(&mut out, text.text.as_bytes(), false);
    String::from_utf8_lossy(&out).into_owned()
}

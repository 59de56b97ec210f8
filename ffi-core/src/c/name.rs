//! Types as C writes them.

use crate::c::{CKind, CType, CTypes, FuncSig};

/// How some types are written, where that is not their own name.
pub(super) type Words<'w> = dyn Fn(CType) -> Option<String> + 'w;

impl CTypes {
    /// A type as C writes it, without a name: `char *(*)(int)`.
    pub fn name(&self, ty: CType) -> String {
        self.declare(ty, "")
    }

    /// The declaration of a name with a type: `char *(*name)(int)`.
    ///
    /// ```
    /// use vo_ffi_core::c::{CScalar, CType, CTypes};
    /// let mut types = CTypes::new();
    /// let row = types.array_of(CType::scalar(CScalar::Int), Some(4));
    /// let pointer = types.pointer_to(row);
    /// assert_eq!(types.declare(pointer, "rows"), "int (*rows)[4]");
    /// ```
    pub fn declare(&self, ty: CType, name: &str) -> String {
        self.declare_as(ty, name, &|_| None)
    }

    /// The same, where some types are written otherwise.
    pub(super) fn declare_as(&self, ty: CType, name: &str, words: &Words<'_>) -> String {
        if let Some(text) = words(ty) {
            return with_name(&text, name);
        }
        match self.kind(ty) {
            CKind::Void => with_name("void", name),
            CKind::Scalar(scalar) => with_name(scalar.name(), name),
            CKind::Complex(part) => with_name(&format!("_Complex {}", part.name()), name),
            CKind::Enum(id) => {
                let enumeration = self.enumeration(*id);
                with_name(&tagged("enum", &enumeration.tag, enumeration.named_by_typedef), name)
            }
            CKind::Record(id) => {
                let record = self.record(*id);
                let keyword = if record.union { "union" } else { "struct" };
                with_name(&tagged(keyword, &record.tag, record.named_by_typedef), name)
            }
            CKind::Pointer { to, constant } => self.declare_pointer(*to, *constant, name, words),
            CKind::Array { of, len } => {
                let len = len.map(|len| len.to_string()).unwrap_or_default();
                self.declare_as(*of, &format!("{name}[{len}]"), words)
            }
            CKind::Func(sig) => self.declare_func(sig, name, words),
            CKind::Aligned { of, .. } => self.declare_as(*of, name, words),
        }
    }

    fn declare_pointer(&self, to: CType, constant: bool, name: &str, words: &Words<'_>) -> String {
        let inner = match self.unaligned_kind(to) {
            CKind::Array { .. } | CKind::Func(_) => format!("(*{name})"),
            _ => format!("*{name}"),
        };
        match self.unaligned_kind(to) {
            // `const` follows the star of a pointer that is constant itself.
            CKind::Pointer { .. } if constant => self.declare_as(to, &format!("const {inner}"), words),
            _ if constant => format!("const {}", self.declare_as(to, &inner, words)),
            _ => self.declare_as(to, &inner, words),
        }
    }

    fn declare_func(&self, sig: &FuncSig, name: &str, words: &Words<'_>) -> String {
        let param = |&param| self.declare_as(param, "", words);
        let mut params: Vec<String> = sig.params.iter().map(param).collect();
        if sig.variadic {
            params.push("...".into());
        }
        if params.is_empty() {
            params.push("void".into());
        }
        self.declare_as(sig.result, &format!("{name}({})", params.join(", ")), words)
    }
}

fn with_name(ty: &str, name: &str) -> String {
    match name {
        "" => ty.to_string(),
        // `int[4]` and `int (*)[4]`, but `int *`.
        name if name.starts_with('[') => format!("{ty}{name}"),
        name => format!("{ty} {name}"),
    }
}

fn tagged(keyword: &str, tag: &Option<String>, by_typedef: bool) -> String {
    match tag {
        Some(tag) if by_typedef => tag.clone(),
        Some(tag) => format!("{keyword} {tag}"),
        None => keyword.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::c::CScalar;

    #[test]
    fn names_are_declarators() {
        let mut types = CTypes::new();
        let (int, char) = (CType::scalar(CScalar::Int), CType::scalar(CScalar::Char));
        let text = types.pointer_to_const(char);
        let texts = types.pointer_to(text);
        let fixed = types.pointer_to_const(text);
        let func = |params, variadic, result| FuncSig { params, variadic, result, convention: None };
        let printf = types.func(func(vec![text], true, int));
        let handler = types.pointer_to(printf);
        let plain = types.func(func(vec![], false, handler));
        let row = types.array_of(int, Some(4));
        let rows = types.array_of(row, Some(2));
        let any = types.array_of(handler, None);
        for (ty, expected) in [
            (text, "const char *"),
            (texts, "const char **"),
            (fixed, "const char *const *"),
            (printf, "int (const char *, ...)"),
            (handler, "int (*)(const char *, ...)"),
            (plain, "int (*(void))(const char *, ...)"),
            (rows, "int[2][4]"),
            (any, "int (*[])(const char *, ...)"),
        ] {
            assert_eq!(types.name(ty), expected);
        }
    }
}

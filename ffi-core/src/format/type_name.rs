//! Type names as Go's `%T` prints them.

use crate::types::{Field, FuncType, Method, TypeId, TypeKind, TypeTable};

/// Appends the name of a type. It is [`TypeTable::name`] but for `any`, which Go prints as `interface {}`.
pub(super) fn append_type_name(out: &mut Vec<u8>, types: &TypeTable, id: TypeId) {
    let info = types.info(id);
    if let Some(name) = &info.name {
        return out.extend_from_slice(name.as_bytes());
    }
    let mut prefixed = |prefix: &str, id| {
        out.extend_from_slice(prefix.as_bytes());
        append_type_name(out, types, id);
    };
    match &info.kind {
        TypeKind::Incomplete | TypeKind::Opaque | TypeKind::Scalar(_) | TypeKind::String => {
            out.extend_from_slice(types.name(id).as_bytes());
        }
        TypeKind::Slice(elem) => prefixed("[]", *elem),
        TypeKind::Array(elem, len) => prefixed(&format!("[{len}]"), *elem),
        TypeKind::Pointer(target) => prefixed("*", *target),
        TypeKind::Map(key, value) => {
            prefixed("map[", *key);
            prefixed("]", *value);
        }
        TypeKind::Func(func) => {
            out.extend_from_slice(b"func");
            append_signature(out, types, func);
        }
        TypeKind::Struct(fields) => append_braced(out, "struct", fields, |out, field: &Field| {
            if !field.embedded {
                out.extend_from_slice(field.name.as_bytes());
                out.push(b' ');
            }
            append_type_name(out, types, field.ty);
        }),
        TypeKind::Interface(methods) => append_braced(out, "interface", methods, |out, method: &Method| {
            out.extend_from_slice(method.name.as_bytes());
            if let TypeKind::Func(func) = types.kind(method.ty) {
                append_signature(out, types, func);
            }
        }),
    }
}

fn append_braced<T>(out: &mut Vec<u8>, word: &str, items: &[T], item: impl Fn(&mut Vec<u8>, &T)) {
    out.extend_from_slice(word.as_bytes());
    out.extend_from_slice(b" {");
    for (index, entry) in items.iter().enumerate() {
        out.extend_from_slice(if index > 0 { b"; " } else { b" " });
        item(out, entry);
    }
    out.extend_from_slice(if items.is_empty() { b"}" } else { b" }" });
}

fn append_signature(out: &mut Vec<u8>, types: &TypeTable, func: &FuncType) {
    out.push(b'(');
    for (index, &param) in func.params.iter().enumerate() {
        out.extend_from_slice(if index > 0 { b", " } else { b"" });
        match types.kind(param) {
            TypeKind::Slice(elem) if func.variadic && index + 1 == func.params.len() => {
                out.extend_from_slice(b"...");
                append_type_name(out, types, *elem);
            }
            _ => append_type_name(out, types, param),
        }
    }
    out.push(b')');
    let several = func.results.len() > 1;
    for (index, &result) in func.results.iter().enumerate() {
        out.extend_from_slice(match index {
            0 if several => b" (",
            0 => b" ",
            _ => b", ",
        });
        append_type_name(out, types, result);
    }
    if several {
        out.push(b')');
    }
}

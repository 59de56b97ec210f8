//! The library as C: each function stores its arguments where the test looks, and returns what the test has put there.

use std::fmt::Write as _;

use vo_ffi_core::c::{CKind, CType, CTypes, Convention};

use crate::signatures::{Library, Signature};

/// The images of arguments are at these steps.
pub(crate) const STEP: usize = 1 << 16;

const HEAD: &str = "
#include <stdarg.h>
#include <string.h>
unsigned char seen[20 << 16] __attribute__((aligned(64)));
unsigned char given[1 << 16] __attribute__((aligned(64)));
";

/// The C text.
pub(crate) fn text(library: &Library) -> String {
    let types = &library.types;
    let mut text = types.definitions(&library.defined);
    text.push_str(HEAD);
    for (number, function) in library.functions.iter().enumerate() {
        define(&mut text, types, number, function);
        caller(&mut text, types, number, function);
    }
    text
}

fn convention(function: &Signature) -> &'static str {
    match function.sig.convention {
        Some(Convention::Win64) => "__attribute__((ms_abi)) ",
        _ => "",
    }
}

fn params(types: &CTypes, function: &Signature) -> String {
    let named = function.sig.params.iter().enumerate();
    let mut params: Vec<String> = named.map(|(index, &ty)| types.declare(ty, &format!("a{index}"))).collect();
    if function.sig.variadic {
        params.push("...".into());
    }
    if params.is_empty() { "void".into() } else { params.join(", ") }
}

/// The function that is called.
fn define(text: &mut String, types: &CTypes, number: usize, function: &Signature) {
    let head = types.declare(function.sig.result, &format!("f{number}({})", params(types, function)));
    let _ = writeln!(text, "{}{head} {{", convention(function));
    let named = function.sig.params.len();
    if function.sig.variadic {
        let (list, start) = match function.sig.convention {
            Some(Convention::Win64) => ("__builtin_ms_va_list", "__builtin_ms_va_start"),
            _ => ("va_list", "va_start"),
        };
        let _ = writeln!(text, "  {list} list; {start}(list, a{});", named - 1);
    }
    for (index, ty) in function.args().enumerate() {
        let ty = types.name(ty);
        if index >= named {
            let _ = writeln!(text, "  {ty} a{index} = va_arg(list, {ty});");
        }
        let _ = writeln!(text, "  memcpy(seen + {}, &a{index}, sizeof a{index});", index * STEP);
    }
    if function.sig.result != CType::VOID {
        let result = types.declare(function.sig.result, "result");
        let _ = writeln!(text, "  {result}; memcpy(&result, given, sizeof result); return result;");
    }
    text.push_str("}\n");
}

/// A function that calls back.
fn caller(text: &mut String, types: &CTypes, number: usize, function: &Signature) {
    if function.sig.variadic {
        return;
    }
    let pointer = format!("({}*back)({})", convention(function), params(types, function));
    let pointer = types.declare(function.sig.result, &pointer);
    let _ = writeln!(text, "void c{number}({pointer}) {{");
    let mut names = Vec::new();
    for (index, &ty) in function.sig.params.iter().enumerate() {
        let declared = types.declare(ty, &format!("a{index}"));
        let _ = writeln!(text, "  {declared}; memcpy(&a{index}, seen + {}, sizeof a{index});", index * STEP);
        names.push(format!("a{index}"));
    }
    let call = format!("back({})", names.join(", "));
    let _ = match types.kind(function.sig.result) {
        CKind::Void => writeln!(text, "  {call};"),
        _ => {
            let result = types.declare(function.sig.result, "result");
            writeln!(text, "  {result} = {call}; memcpy(given, &result, sizeof result);")
        }
    };
    text.push_str("}\n");
}

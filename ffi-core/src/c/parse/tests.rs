//! Tables: what texts declare, and what is wrong with others.

mod accepted;
mod limits;
mod rejected;

use super::*;
use crate::c::{CKind, CType, Target};

/// What a text declares, a line each: tags with their layouts, typedefs, functions, variables, constants.
fn shown(declarations: &Declarations) -> String {
    let types = &declarations.types;
    let mut lines = Vec::new();
    for (name, tag) in declarations.tags() {
        let ty = match tag {
            CTag::Record(id) => types.record_type(id),
            CTag::Enum(id) => types.enum_type(id),
        };
        lines.push(format!("{} {}", types.name(ty), tag_shown(declarations, name, ty)));
    }
    for typedef in declarations.typedefs() {
        let constant = if typedef.constant { " (const)" } else { "" };
        let what = match types.unaligned_kind(typedef.ty) {
            CKind::Record(id) if types.record(*id).tag.as_deref() == Some(&typedef.name) => {
                format!("struct {} {}", typedef.name, tag_shown(declarations, "", typedef.ty))
            }
            _ => types.declare(typedef.ty, &typedef.name),
        };
        let align = match types.kind(typedef.ty) {
            CKind::Aligned { align, .. } => format!(" aligned {align}"),
            _ => String::new(),
        };
        lines.push(format!("typedef {what}{align}{constant}"));
    }
    lines.extend(declarations.functions().iter().map(|function| function_shown(declarations, function)));
    for variable in declarations.variables() {
        let words = [
            (variable.is_extern, "extern "),
            (variable.is_static, "static "),
            (variable.thread_local, "thread_local "),
            (variable.constant, "const "),
        ];
        let words: String = words.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
        let symbol = if variable.symbol == variable.name { "" } else { &format!(" as {}", variable.symbol) };
        lines.push(format!("{words}{}{symbol}", types.declare(variable.ty, &variable.name)));
    }
    for constant in declarations.constants() {
        let value = match &constant.value {
            CValue::Int(value) => value.to_string(),
            CValue::Float(value) => format!("{value:?}"),
            CValue::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
        };
        lines.push(format!("{} = {value}", types.declare(constant.ty, &constant.name)));
    }
    lines.join("\n")
}

fn function_shown(declarations: &Declarations, function: &CFunction) -> String {
    let types = &declarations.types;
    let mut line = types.declare(function.ty, &function.name);
    let names: Vec<&str> = function.params.iter().map(|name| name.as_deref().unwrap_or("_")).collect();
    if names.iter().any(|name| *name != "_") {
        line += &format!(" [{}]", names.join(" "));
    }
    if function.nonnull.contains(&true) {
        let indexes = (1..).zip(&function.nonnull).filter(|(_, nonnull)| **nonnull);
        line += &format!(" nonnull {:?}", indexes.map(|(index, _)| index).collect::<Vec<u32>>());
    }
    if function.symbol != function.name {
        line += &format!(" as {}", function.symbol);
    }
    if let Some(convention) = types.as_func(function.ty).and_then(|sig| sig.convention) {
        line += &format!(" {convention:?}");
    }
    for (is, word) in
        [(function.noreturn, " noreturn"), (function.is_static, " static"), (!function.prototype, " ()")]
    {
        line += if is { word } else { "" };
    }
    line
}

fn tag_shown(declarations: &Declarations, _: &str, ty: CType) -> String {
    let types = &declarations.types;
    if let CKind::Enum(id) = types.unaligned_kind(ty) {
        let enumeration = types.enumeration(*id);
        let Some(constants) = &enumeration.constants else { return "incomplete".into() };
        let constants: Vec<String> =
            constants.iter().map(|(name, value)| format!("{name}={value}")).collect();
        return format!(": {} {{{}}}", enumeration.underlying.name(), constants.join(" "));
    }
    let Ok(layout) = types.record_layout(ty, declarations.target()) else { return "incomplete".into() };
    let members = types.as_record(ty).and_then(|record| record.members.as_deref()).unwrap_or_default();
    let members = members.iter().zip(&layout.members).map(|(member, place)| {
        let name = types.declare(member.ty, member.name.as_deref().unwrap_or("_"));
        match place.bits {
            Some(bits) => format!("{name}:{bits}@{}.{}", place.bit_offset / 8, place.bit_offset % 8),
            None => format!("{name}@{}", place.offset()),
        }
    });
    let members: Vec<String> = members.collect();
    format!("{}/{} {{{}}}", layout.whole.size, layout.whole.align, members.join(", "))
}

/// Rows of a text and what it declares on Linux on x86-64.
fn check(rows: &[(&str, &str)]) {
    check_on(&Target::LINUX_X64, rows);
}

fn check_on(target: &Target, rows: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, expected) in rows {
        let found = match Declarations::parse(text, target) {
            Ok(declarations) => shown(&declarations),
            Err(errors) => format!("errors:\n{errors}"),
        };
        if found != *expected {
            wrong += &format!("\n--- {text}\nexpected: {expected}\nfound:    {found}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What is wrong with a text: each message with what its place covers, then the other places, notes and help.
fn problems(text: &str, errors: &CErrors) -> String {
    let covered = |span: CSpan| text[span.range()].replace('\n', "\\n");
    let mut lines = Vec::new();
    for error in &errors.0 {
        let mut line = format!("{error} [{}]", covered(error.span));
        if !error.label.is_empty() {
            line += &format!(" {}", error.label);
        }
        lines.push(line);
        lines.extend(error.secondary.iter().map(|(span, label)| format!("  {label} [{}]", covered(*span))));
        lines.extend(error.notes.iter().map(|note| format!("  note: {note}")));
        lines.extend(error.help.iter().map(|help| format!("  help: {help}")));
    }
    lines.join("\n")
}

/// Rows of a text and what is wrong with it.
fn reject(rows: &[(&str, &str)]) {
    let mut wrong = String::new();
    for (text, expected) in rows {
        let found = match Declarations::parse(text, &Target::LINUX_X64) {
            Ok(declarations) => format!("no errors:\n{}", shown(&declarations)),
            Err(errors) => problems(text, &errors),
        };
        if found != *expected {
            wrong += &format!("\n--- {text}\nexpected:\n{expected}\nfound:\n{found}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

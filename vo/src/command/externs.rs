//! `vo externs`

use std::io::Write as _;
use std::process::ExitCode;

use serde::Serialize;
use vo_ffi::{ExternEntry, ExternRegistry, TypeId, TypeKind};
use vo_vm::check::CheckedProgram;
use vo_vm::check::info::ExternInfo;
use vo_vm::packaged_externs;

/// A native, as `--json` prints it.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    signature: String,
    docs: String,
    effects: Vec<&'static str>,
    file: &'static str,
    line: u32,
}

/// Lists the registered natives; with a pattern, those whose names contain it.
pub(super) fn list(pattern: Option<&str>, json: bool) -> ExitCode {
    let pattern = pattern.unwrap_or_default().to_lowercase();
    let packages = packaged_externs();
    let declared = |name: &str| {
        let checked = packages.as_ref()?;
        checked.info.externs.iter().find(|info| info.name == name).map(|info| (checked, info))
    };
    let rows: Vec<Row> = (ExternRegistry::from_inventory().entries().into_iter())
        .filter(|entry| entry.name.to_lowercase().contains(&pattern))
        .map(|entry| row(entry, declared(entry.name)))
        .collect();
    match print(&rows, json) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// What a `.vo` file declares and documents comes before what the Rust side says.
fn row(entry: &'static ExternEntry, declared: Option<(&CheckedProgram, &ExternInfo)>) -> Row {
    let docs = declared.map(|(_, info)| info.doc.trim()).filter(|docs| !docs.is_empty());
    Row {
        name: entry.name,
        signature: match declared {
            Some((checked, info)) => signature(checked, info.ty, &info.param_names, &info.result_names),
            None => entry.signature.vo_signature(),
        },
        docs: docs.unwrap_or(entry.docs.trim()).to_string(),
        effects: entry.effects.words(),
        file: entry.file,
        line: entry.line,
    }
}

/// The parameters and results as the declaration names them: `(name string) ([]byte, error)`.
pub(super) fn signature(
    checked: &CheckedProgram,
    ty: TypeId,
    params: &[String],
    results: &[String],
) -> String {
    let TypeKind::Func(func) = checked.types.kind(ty) else { return String::new() };
    let name = |ty| checked.types.name(ty).replace("uint8", "byte");
    let named = |names: &[String], types: &[TypeId], variadic: bool| -> Vec<String> {
        let last = types.len().saturating_sub(1);
        (types.iter().enumerate())
            .map(|(index, &ty)| {
                let ty = match checked.types.kind(ty) {
                    TypeKind::Slice(elem) if variadic && index == last => format!("...{}", name(*elem)),
                    _ => name(ty),
                };
                names.get(index).map_or(ty.clone(), |name| format!("{name} {ty}"))
            })
            .collect()
    };
    let params = named(params, &func.params, func.variadic).join(", ");
    match named(results, &func.results, false).as_slice() {
        [] => format!("({params})"),
        [one] if results.is_empty() => format!("({params}) {one}"),
        many => format!("({params}) ({})", many.join(", ")),
    }
}

fn print(rows: &[Row], json: bool) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    if json {
        return writeln!(out, "{}", serde_json::to_string_pretty(rows)?);
    }
    for row in rows {
        let effects: String = row.effects.iter().map(|word| format!("  {word}")).collect();
        let (name, signature, file, line) = (row.name, &row.signature, row.file, row.line);
        writeln!(out, "{name}{signature}{effects}  \x1b[2m{file}:{line}\x1b[0m")?;
        for line in row.docs.lines() {
            writeln!(out, "    {}", line.trim())?;
        }
    }
    if rows.is_empty() {
        writeln!(anstream::stderr(), "no native has such a name")?;
    }
    Ok(())
}

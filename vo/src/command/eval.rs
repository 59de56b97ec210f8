//! `vo -e TEXT`: a program, the body of its main function, or an expression.

use std::process::ExitCode;

use vo_vm::check::Input;
use vo_vm::{Vm, packages};

use super::run::run;

/// Runs the text as the first of these that it parses as: a program, a file without its package clause, an
/// expression to print, statements.
pub(super) fn text(text: &str, args: Vec<String>) -> ExitCode {
    run(&Input { name: "-e".into(), text: program(text).into_bytes() }, args)
}

fn program(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    if first == "package" {
        return text.to_string();
    }
    let imports = imports(text);
    if matches!(first, "import" | "func" | "extern" | "type") && text.contains("func main()") {
        return format!("package main; {}\n{text}", if first == "import" { "" } else { &imports });
    }
    let statements = format!("package main; {imports} func main() {{\n{text}\n}}");
    let expression = match imports.contains("\"fmt\"") {
        true => format!("package main; {imports} func main() {{ fmt.Println(\n{text})\n}}"),
        false => format!("package main; {imports} import \"fmt\"; func main() {{ fmt.Println(\n{text})\n}}"),
    };
    let checks = |program: &str| Vm::check(&[Input { name: "-e".into(), text: program.into() }]).is_ok();
    if checks(&expression) { expression } else { statements }
}

/// Imports of the packages that the text names, as in `strings.ToUpper`.
fn imports(text: &str) -> String {
    let named = |path: &&str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        text.match_indices(&format!("{name}.")).any(|(at, _)| {
            !text[..at]
                .chars()
                .next_back()
                .is_some_and(|before| before.is_alphanumeric() || before == '_' || before == '.')
        })
    };
    packages::PATHS.iter().filter(|path| named(path)).map(|path| format!("import \"{path}\"; ")).collect()
}

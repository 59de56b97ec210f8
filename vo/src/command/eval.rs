//! `vo -e TEXT`: a program, the body of its main function, or an expression.

use std::process::ExitCode;

use vo_ffi::ExternRegistry;
use vo_vm::check::Input;
use vo_vm::{Vm, packages};

use super::bounds::Bounds;
use super::run::run;

/// Runs the text as the first of these that it is: a program, a file without its package clause, an
/// expression to print, statements.
pub(super) fn text(text: &str, args: Vec<String>, bounds: &Bounds) -> ExitCode {
    run("-e", &[program(text)], args, bounds)
}

/// The program that a text is.
pub(super) fn program(text: &str) -> Input {
    let first = text.split_whitespace().next().unwrap_or_default();
    if first == "package" {
        return Input::new("-e", text);
    }
    if first.is_empty() {
        return Input::new("-e", "package main; func main() {}");
    }
    let imports = imports(text);
    if matches!(first, "import" | "func" | "extern" | "type") && text.contains("func main()") {
        let imports = if first == "import" { "" } else { &imports };
        return behind(&format!("package main; {imports}"), text, "");
    }
    let statements = || behind(&format!("package main; {imports}func main() {{"), text, "\n}");
    // Their results are of no interest.
    if first.starts_with("fmt.Print") || first.starts_with("fmt.Fprint") {
        return statements();
    }
    let fmt = if imports.contains("\"fmt\"") { "" } else { "import \"fmt\"; " };
    let expression =
        behind(&format!("package main; {imports}{fmt}func main() {{ fmt.Println("), text, ")\n}");
    match Vm::new(ExternRegistry::new()).check(std::slice::from_ref(&expression)) {
        Ok(_) => expression,
        Err(_) => statements(),
    }
}

/// The text behind a line that messages do not count.
fn behind(before: &str, text: &str, after: &str) -> Input {
    Input { hidden_lines: 1, ..Input::new("-e", format!("{before}\n{text}{after}")) }
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

//! `vo -e TEXT`: a program, the body of its main function, or an expression.

use std::io::Write as _;
use std::process::ExitCode;

use vo_ffi::ExternRegistry;
use vo_vm::check::{CheckedProgram, Input, Rejected};
use vo_vm::{Failure, Session, Vm, packages};

use super::EXIT_REJECTED;
use super::bounds::Bounds;
use super::run::{catch_ctrl_c, ended, run, show};

const IMPORT_C: &str = "import \"C\"";

/// Runs the text as the first of these that it is: a program, a file without its package clause, functions and
/// statements as an entry of a session has them, an expression to print, statements.
pub(super) fn text(text: &str, args: Vec<String>, bounds: &Bounds) -> ExitCode {
    let entered = ["func ", "extern ", "import "];
    let begins = |line: &str| entered.iter().any(|start| line.starts_with(start));
    let declares = begins(behind_comments(text)) || text.lines().any(begins);
    match declares && !text.contains("func main()") && first_word(text) != "package" {
        true => entry(text, args, bounds),
        false => run("-e", &[program(text)], args, false, bounds),
    }
}

fn entry(text: &str, args: Vec<String>, bounds: &Bounds) -> ExitCode {
    let mut session = match Session::new(bounds.vm()) {
        Ok(session) => session,
        Err(error) => {
            let _ = writeln!(anstream::stderr(), "vo: {error}");
            return ExitCode::from(EXIT_REJECTED);
        }
    };
    let program = session.program();
    program.set_args(std::iter::once("-e".to_string()).chain(args));
    let pressed = catch_ctrl_c(program.interrupt().flag());
    match session.eval_as("-e", text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Rejected(errors)) => {
            show(&errors);
            ExitCode::from(EXIT_REJECTED)
        }
        Err(Failure::Ended(trap)) => ended(&trap, &pressed),
    }
}

/// The program that a text is.
pub(super) fn program(text: &str) -> Input {
    let first = first_word(text);
    if first == "package" {
        return Input::new("-e", text);
    }
    if first.is_empty() {
        return Input::new("-e", "package main; func main() {}");
    }
    let mut named: Vec<&str> = packages::importable().filter(|path| names(text, path)).collect();
    let declares = match first {
        "import" | "func" | "extern" => true,
        "type" | "var" | "const" => text.contains("func main()"),
        _ => false,
    };
    if declares {
        // What stands behind `import "C"` may need others; who imports those does it for all.
        let mut imports = text.lines().filter(|line| line.starts_with("import"));
        if first == "import" && imports.any(|line| !line.starts_with(IMPORT_C)) {
            named.clear();
        }
        return importing(named, |imports| behind(&format!("package main; {imports}"), text, ""));
    }
    let printed = || {
        let others = named.iter().copied().filter(|path| *path != "fmt");
        importing(std::iter::once("fmt").chain(others).collect(), |imports| {
            behind(&format!("package main; {imports}func main() {{ fmt.Println("), text, ")\n}")
        })
    };
    // The results of what prints are of no interest.
    let prints = first.starts_with("fmt.Print") || first.starts_with("fmt.Fprint");
    match (!prints).then(printed).filter(|expression| check(expression).is_ok()) {
        Some(expression) => expression,
        None => {
            importing(named, |imports| behind(&format!("package main; {imports}func main() {{"), text, "\n}"))
        }
    }
}

fn check(input: &Input) -> Result<CheckedProgram, Box<Rejected>> {
    Vm::new(ExternRegistry::new()).check(std::slice::from_ref(input))
}

/// The program with imports of those packages that it uses: a name in a string, or of a variable, is none.
fn importing(mut paths: Vec<&str>, program: impl Fn(&str) -> Input) -> Input {
    loop {
        let imports: String = paths.iter().map(|path| format!("import \"{path}\"; ")).collect();
        let input = program(&imports);
        let Err(rejected) = check(&input) else { return input };
        let count = paths.len();
        let unused = |path: &str| format!("\"{path}\" imported and not used");
        paths.retain(|path| !rejected.diagnostics.iter().any(|error| error.message == unused(path)));
        if paths.len() == count {
            return input;
        }
    }
}

/// The first word behind comments; empty where there is none.
fn first_word(text: &str) -> &str {
    behind_comments(text).split_whitespace().next().unwrap_or_default()
}

fn behind_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = match rest.get(..2) {
            Some("//") => rest.find('\n'),
            Some("/*") => rest.find("*/").map(|end| end + 2),
            _ => return rest,
        };
        rest = end.map_or("", |end| &rest[end..]).trim_start();
    }
}

/// The text behind a line that messages do not count.
fn behind(before: &str, text: &str, after: &str) -> Input {
    Input { hidden_lines: 1, ..Input::new("-e", format!("{before}\n{text}{after}")) }
}

/// Whether a text has the name of a package and a dot, as in `strings.ToUpper`.
fn names(text: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    text.match_indices(&format!("{name}.")).any(|(at, _)| {
        !text[..at]
            .chars()
            .next_back()
            .is_some_and(|before| before.is_alphanumeric() || before == '_' || before == '.')
    })
}

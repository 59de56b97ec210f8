//! Formatting: golden pairs, each of which shows a rule; all programs of the repository; and the command.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use vo_vm::formatter::{FormatError, format};

/// `=== rule`, a text, `--- formatted`, and what becomes of it. All but `vo.txt` are the output of Go 1.19's gofmt.
const RULES: [(&str, &str); 6] = [
    ("declarations", include_str!("fmt/declarations.txt")),
    ("expressions", include_str!("fmt/expressions.txt")),
    ("lists", include_str!("fmt/lists.txt")),
    ("statements", include_str!("fmt/statements.txt")),
    ("comments", include_str!("fmt/comments.txt")),
    ("vo", include_str!("fmt/vo.txt")),
];

#[test]
fn rules() {
    for (topic, text) in RULES {
        let cases = text.strip_prefix("=== ").expect("a first rule").split("\n\n=== ");
        for case in cases {
            let (rule, texts) = case.split_once('\n').expect("a rule has lines");
            let (text, expected) = texts.split_once("--- formatted\n").expect("a rule has a result");
            let found = format("rule.vo", text.as_bytes()).expect("no errors");
            assert_eq!(found.trim_end(), expected.trim_end(), "{topic}: {rule}");
            assert_eq!(
                format("rule.vo", found.as_bytes()).expect("no errors"),
                found,
                "{topic}: {rule}, again"
            );
        }
    }
}

/// All `.vo` files of the repository.
fn programs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    let folders = ["tests", "examples", "vo/src/packages", "vo/tests", "vo/benches"];
    folders.iter().for_each(|folder| collect(&root.join(folder), &mut files));
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of programs") {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "vo") {
            files.push(path);
        }
    }
}

/// `format` itself compares tokens, comments and nodes, and says [`FormatError::Changed`] where they differ.
#[test]
fn all_programs_stay_what_they_are_and_are_formatted_once() {
    let mut formatted = 0;
    for path in programs() {
        let text = fs::read(&path).expect("a program");
        let name = path.display().to_string();
        let once = match format(&name, &text) {
            Ok(once) => once,
            Err(FormatError::Rejected(_)) => continue,
            Err(error) => panic!("{name}: {error}"),
        };
        let twice = format(&name, once.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(once, twice, "{name}");
        formatted += 1;
    }
    assert!(formatted > 450, "only {formatted} programs");
}

/// Where there is nothing to lay out by, the space between tokens does not matter.
#[test]
fn indentation_and_space_at_the_ends_of_lines_do_not_matter() {
    for path in programs() {
        let text = fs::read(&path).expect("a program");
        let Ok(formatted) = format("program.vo", &text) else { continue };
        // Strings and comments of several lines have their own indentation, the place of a comment matters, and so
        // does that of `#!`.
        if ["`", "/*", "\t//", "#!"].iter().any(|part| formatted.contains(part)) {
            continue;
        }
        let lines = formatted.lines().map(|line| match line.trim_start() {
            comment if comment.starts_with("//") => format!("{comment}\r\n"),
            code => format!("  {code} \t\r\n"),
        });
        let spaced: String = lines.collect();
        let again = format("program.vo", spaced.as_bytes()).expect("no errors");
        assert_eq!(again, formatted, "{}", path.display());
    }
}

#[test]
fn deep_and_long_programs() {
    let nested = format!("package main\n\nvar x = {}1{}\n", "f(a, ".repeat(400), ")".repeat(400));
    assert_eq!(format("deep.vo", nested.as_bytes()).expect("no errors"), nested);
    let long = format!("package main\n\nvar x = 1{}\n", " + 1".repeat(3000));
    assert_eq!(format("long.vo", long.as_bytes()).expect("no errors"), long);
    let literals = format!("package main\n\nvar x = T{}{}\n", "{{".repeat(240), "}}".repeat(240));
    assert_eq!(format("literals.vo", literals.as_bytes()).expect("no errors"), literals);
}

const UNFORMATTED: &str = "package main\nfunc main(){\nprintln( 1 )\n}\n";
const FORMATTED: &str = "package main\n\nfunc main() {\n\tprintln(1)\n}\n";

fn vo(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vo"))
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("vo starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("vo reads");
    child.wait_with_output().expect("vo ends")
}

/// Runs `vo` in a folder and compares status, standard output and standard error.
#[track_caller]
fn check(folder: &Path, args: &[&str], input: &str, expected: (i32, &str, &str)) {
    let output = vo(folder, args, input);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let found = (output.status.code(), text(&output.stdout), text(&output.stderr));
    assert_eq!(found, (Some(expected.0), expected.1.into(), expected.2.into()), "vo {args:?}");
}

/// A folder with a formatted file, one in a folder that is not, and one that is hidden.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("inner")).expect("a folder");
    for (name, text) in [
        ("done.vo", FORMATTED),
        ("inner/todo.vo", UNFORMATTED),
        ("inner/.hidden.vo", UNFORMATTED),
        ("inner/other.txt", UNFORMATTED),
    ] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn text(folder: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).expect("a file")
}

#[test]
fn files_are_replaced_where_something_changes() {
    let folder = folder();
    let done = folder.path().join("done.vo");
    let before = fs::metadata(&done).and_then(|metadata| metadata.modified()).expect("a time");
    check(folder.path(), &["fmt", "."], "", (0, "./inner/todo.vo\n", ""));
    check(folder.path(), &["fmt", "."], "", (0, "", ""));
    assert_eq!(text(&folder, "inner/todo.vo"), FORMATTED);
    assert_eq!(text(&folder, "inner/.hidden.vo"), UNFORMATTED);
    assert_eq!(text(&folder, "inner/other.txt"), UNFORMATTED);
    let after = fs::metadata(&done).and_then(|metadata| metadata.modified()).expect("a time");
    assert_eq!(before, after);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = folder();
    let (todo, link) = (folder.path().join("inner/todo.vo"), folder.path().join("link.vo"));
    fs::set_permissions(&todo, fs::Permissions::from_mode(0o754)).expect("permissions");
    symlink("inner/todo.vo", &link).expect("a link");
    check(folder.path(), &["fmt", "link.vo"], "", (0, "link.vo\n", ""));
    assert_eq!(text(&folder, "inner/todo.vo"), FORMATTED);
    assert_eq!(fs::metadata(&todo).expect("a file").permissions().mode() & 0o777, 0o754);
    assert!(link.is_symlink());
}

const DIFF: &str = "\
--- inner/todo.vo
+++ inner/todo.vo
@@ -1,4 +1,5 @@
 package main
-func main(){
-println( 1 )
+
+func main() {
+\tprintln(1)
 }
";

#[test]
fn a_check_and_a_difference_change_nothing() {
    let folder = folder();
    let files = ["done.vo", "inner/todo.vo"];
    let with = |flags: &[&'static str]| [&["fmt"], flags, &files].concat();
    check(folder.path(), &with(&["--check"]), "", (1, "inner/todo.vo\n", ""));
    check(folder.path(), &with(&["--diff"]), "", (0, DIFF, ""));
    check(folder.path(), &with(&["--check", "--diff"]), "", (1, DIFF, ""));
    check(folder.path(), &["fmt", "--check", "done.vo"], "", (0, "", ""));
    assert_eq!(text(&folder, "inner/todo.vo"), UNFORMATTED);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = folder();
    check(folder.path(), &["fmt", "-"], UNFORMATTED, (0, FORMATTED, ""));
    check(folder.path(), &["fmt", "-"], FORMATTED, (0, FORMATTED, ""));
    check(folder.path(), &["fmt", "--check", "-"], UNFORMATTED, (1, "standard input\n", ""));
    let escape = "package main\n\n// \u{1b}[1m\n";
    check(folder.path(), &["fmt", "-"], escape, (0, escape, ""));
}

const ERRORS: &str = "\
error: syntax error: unexpected }, expected expression
 --> bad.vo:3:7
  |
3 |     x := }
  |          ^

1 error
";

#[test]
fn files_with_syntax_errors_are_not_touched_and_others_are() {
    let folder = folder();
    let bad = "package main\nfunc main() {\n\tx := }\n";
    fs::write(folder.path().join("bad.vo"), bad).expect("written");
    let args = ["fmt", "bad.vo", "missing.vo", "inner/todo.vo"];
    let errors = format!("{ERRORS}vo: missing.vo: no such file or directory\n");
    check(folder.path(), &args, "", (1, "inner/todo.vo\n", &errors));
    assert_eq!(text(&folder, "bad.vo"), bad);
    assert_eq!(text(&folder, "inner/todo.vo"), FORMATTED);
}

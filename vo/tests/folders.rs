//! Programs of several packages: what is wrong with them, exactly as it is shown.

use std::fs;

use vo_ffi::ExternRegistry;
use vo_vm::{Input, Vm, diagnostic};

fn shown(inputs: &[Input]) -> String {
    match Vm::new(ExternRegistry::from_inventory()).load(inputs) {
        Ok(_) => String::new(),
        Err(rejected) => diagnostic::render(&rejected.sources, &rejected.diagnostics, false),
    }
}

/// Checks a program of these files, named `package/file.vo`; those without a folder are of package `main`.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &str) {
    let input = |&(name, text): &(&str, &str)| match name.rsplit_once('/') {
        Some((package, _)) => Input::in_package(package, name, text),
        None => Input::new(name, text),
    };
    let inputs: Vec<Input> = files.iter().map(input).collect();
    let found = shown(&inputs);
    assert!(found.trim_end() == expected.trim(), "--- found\n{found}--- expected\n{expected}");
}

#[test]
fn files_of_a_program_are_of_package_main() {
    check(
        &[("main.vo", "package main\nfunc main() {}\n"), ("other.vo", "package other\n")],
        "
error: package other; expected package main
 --> other.vo:1:9
  |
1 | package other
  |         ^^^^^
  |
  = help: a program's own package is `main`",
    );
}

#[test]
fn files_of_a_package_have_one_name() {
    check(
        &[
            ("main.vo", "package main\nimport \"shapes\"\nfunc main() { shapes.F() }\n"),
            ("shapes/a.vo", "package shapes\nfunc F() {}\n"),
            ("shapes/b.vo", "package forms\n"),
        ],
        "
error: package forms; expected package shapes
 --> shapes/b.vo:1:9
  |
1 | package forms
  |         ^^^^^
  |
  = note: package shapes: shapes/a.vo:1:9
  = help: all files of a folder are of one package",
    );
}

#[test]
fn import_cycles_are_told_with_their_places() {
    check(
        &[
            ("main.vo", "package main\nimport \"a\"\nfunc main() { a.F() }\n"),
            ("a/a.vo", "package a\nimport \"b\"\nfunc F() { b.F() }\n"),
            ("b/b.vo", "package b\nimport \"a\"\nfunc F() { a.F() }\n"),
        ],
        "
error: import cycle not allowed
 --> b/b.vo:2:8
  |
2 | import \"a\"
  |        ^^^ b imports a
  |
  = note: a imports b: a/a.vo:2:8
  = help: move what both need into a package of its own",
    );
    check(
        &[
            ("main.vo", "package main\nimport \"a\"\nfunc main() {}\n"),
            ("a/a.vo", "package a\nimport \"a\"\n"),
        ],
        "
error: import cycle not allowed
 --> a/a.vo:2:8
  |
2 | import \"a\"
  |        ^^^ a imports a
  |
  = help: move what both need into a package of its own",
    );
}

#[test]
fn programs_are_not_imported() {
    check(
        &[
            ("main.vo", "package main\nimport \"tool\"\nfunc main() {}\n"),
            ("tool/tool.vo", "package main\nfunc main() {}\n"),
        ],
        "
error: import \"tool\" is a program, not an importable package
 --> main.vo:2:8
  |
2 | import \"tool\"
  |        ^^^^^^",
    );
}

#[test]
fn names_in_lower_case_stay_in_their_package() {
    check(
        &[
            (
                "main.vo",
                "package main\nimport \"shapes\"\nfunc main() {\n\ts := shapes.Square{}\n\ts.side = 1\n\tshapes.area(s)\n}\n",
            ),
            (
                "shapes/a.vo",
                "package shapes\ntype Square struct{ side int }\nfunc area(s Square) int { return s.side }\n",
            ),
        ],
        "
error: s.side undefined (cannot refer to unexported field or method side)
 --> main.vo:5:4
  |
5 |     s.side = 1
  |       ^^^^

error: name area not exported by package shapes
 --> main.vo:6:9
  |
6 |     shapes.area(s)
  |            ^^^^",
    );
}

#[test]
fn a_package_is_known_by_the_name_in_its_files() {
    let shapes = ("geometry/shapes-2/a.vo", "package shapes\nfunc F() int { return 1 }\n");
    let main = "package main\nimport \"geometry/shapes-2\"\nfunc main() { println(shapes.F()) }\n";
    check(&[("main.vo", main), shapes], "");
    check(
        &[("main.vo", "package main\nimport \"geometry/shapes-2\"\nfunc main() {}\n"), shapes],
        "
error: \"geometry/shapes-2\" imported as shapes and not used
 --> main.vo:2:8
  |
2 | import \"geometry/shapes-2\"
  |        ^^^^^^^^^^^^^^^^^^^
  |
  = help: remove the import",
    );
}

#[test]
fn names_of_imports_and_declarations_of_other_files_collide() {
    check(
        &[
            ("a.vo", "package main\nimport \"fmt\"\nfunc main() {}\n"),
            ("b.vo", "package main\nfunc fmt() {}\n"),
        ],
        "
error: fmt already declared through import of package
 --> b.vo:2:6
  |
2 | func fmt() {}
  |      ^^^
  |
  = note: the import: a.vo:2:8",
    );
}

#[test]
fn folders_that_are_missing_are_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        fs::write(path, text).expect("written");
    };
    write("shapes/a.vo", "package shapes\n");
    fs::create_dir(folder.path().join("empty")).expect("a new folder");
    let rows = [
        ("shape", "there is no folder ROOT/shape, but one named shapes"),
        ("geometry/shapes", "there is no folder ROOT/geometry/shapes\n"),
        ("empty", "the folder ROOT/empty has no .vo files\n"),
        (
            "../shapes",
            "the path of a package is the way to its folder, from the program's: \"shapes\", \"geometry/shapes\"",
        ),
        ("./shapes", "the path of a package is the way to its folder"),
        ("/shapes", "the path of a package is the way to its folder"),
    ];
    for (path, expected) in rows {
        write("main.vo", &format!("package main\nimport \"{path}\"\nfunc main() {{}}\n"));
        for place in [folder.path().to_path_buf(), folder.path().join("main.vo")] {
            let text = shown(&Input::read(&place).expect("it can be read"));
            let text = text.replace(&folder.path().display().to_string(), "ROOT");
            assert!(text.starts_with(&format!("error: package {path} is not in std\n")), "{text}");
            assert!(
                text.contains("--> ROOT/main.vo:2:8") && text.contains(expected),
                "no {expected:?} in\n{text}"
            );
        }
    }
    let error = Input::read(&folder.path().join("empty")).expect_err("nothing to read");
    assert_eq!(error.to_string(), "the folder has no .vo files");
}

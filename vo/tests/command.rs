//! The command `vo`, as a user types it: output, messages and exit statuses.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Output, Stdio};

fn vo(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vo")).args(args).output().expect("vo starts")
}

/// Runs `vo` and compares status, standard output and standard error.
#[track_caller]
fn check(args: &[&str], status: i32, stdout: &str, stderr: &str) {
    let output = vo(args);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let found = (output.status.code(), text(&output.stdout), text(&output.stderr));
    assert_eq!(found, (Some(status), stdout.into(), stderr.into()), "vo {args:?}");
}

#[test]
fn a_text_is_an_expression_statements_or_a_program() {
    check(&["-e", "1 + 2*3"], 0, "7\n", "");
    check(&["-e", "strings.ToUpper(\"hello\")"], 0, "HELLO\n", "");
    check(&["-e", "x := 2; fmt.Println(x * 21)"], 0, "42\n", "");
    check(&["-e", "for i := range 3 { print(i) }"], 0, "", "012");
    check(&["-e", "// a sum\n/* of two */ 1 + 2"], 0, "3\n", "");
    let preamble = "/*\nint abs(int);\n*/\nimport \"C\"\n";
    check(&["-e", &format!("{preamble}C.abs(-4)")], 0, "4\n", "");
    check(&["-e", &format!("{preamble}fmt.Println(C.abs(-4))")], 0, "4\n", "");
    check(&["-e", &format!("{preamble}func main() {{ fmt.Println(C.abs(-4)) }}")], 0, "4\n", "");
    check(&["-e", "/* int abs(int); */ import \"C\"; C.abs(-4)"], 0, "4\n", "");
    check(&["-e", "import \"strings\"\nstrings.ToUpper(\"hello\")"], 0, "HELLO\n", "");
    check(&["-e", "package main\nfunc main() { println(\"whole\") }"], 0, "", "whole\n");
    check(&["-e", "func twice(n int) int { return 2 * n }\nfunc main() { println(twice(4)) }"], 0, "", "8\n");
    check(&["-e", "var n = 3\nfunc main() { println(n) }"], 0, "", "3\n");
    check(&["-e", "func() { println(\"called\") }()"], 0, "", "called\n");
    check(&["-e", "func f() int { return 20 }\nf() + 1"], 0, "21\n", "");
    check(&["-e", "extern \"libc.so.6\" func abs(n int32) int32; abs(-5)"], 0, "5\n", "");
    check(&["-e", "type T int\nfunc (t T) M() T { return t }\nT(3).M()"], 0, "3\n", "");
    check(
        &["-e", "func f() { panic(os.Args[1]) }; f()", "x"],
        2,
        "",
        "panic: x\n\nmain.f\n\t-e:1\nentry\n\t-e:1\n",
    );
    check(&["-e", "func f() { os.Exit(3) }; f()"], 3, "", "");
    check(&["-e", "os.Args[1:]", "one", "--two"], 0, "[one --two]\n", "");
    check(&["-e", "type T struct{ a int }\nfmt.Println(T{3})"], 0, "{3}\n", "");
    check(&["-e", "fmt.Printf(\"%d\\n\", 7)"], 0, "7\n", "");
    check(&["-e", "strconv.Atoi(\"7\")"], 0, "7 <nil>\n", "");
    check(&["-e", " "], 0, "", "");
    check(&["-e", "fmt.Println(\"io.txt\", len(\"math.go\"))"], 0, "io.txt 7\n", "");
    check(&["-e", "time := struct{ s int }{1}; fmt.Println(time.s)"], 0, "1\n", "");
    check(&["-e", "math.Sqrt(2)"], 0, "1.4142135623730951\n", "");
}

#[test]
fn a_text_with_errors_is_not_run() {
    let output = vo(&["-e", "fmt.Println(\"before\"); fmt.Println(1 + \"a\")"]);
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), &b""[..]));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("mismatched types") && stderr.ends_with("1 error\n"), "{stderr}");
    let message = "\
error: invalid argument: 5 (untyped int constant) for built-in len
 --> -e:1:5
  |
1 | len(5)
  |     ^

1 error
";
    check(&["-e", "len(5)"], 1, "", message);
    // Where a preamble has errors, what it would have declared is not missed as well.
    let preamble = "package main\n\n// #define LIMIT 10\n// int abs(int);\nimport \"C\"\n\nfunc main() { C.abs(C.LIMIT) }\n";
    let message = "\
error: `#define` needs a preprocessor: only declarations can stand here
 --> -e:3:4
  |
3 | // #define LIMIT 10
  |    ^^^^^^^^^^^^^^^^
  |
  = help: write `enum { LIMIT = 10 };` or `static const int LIMIT = 10;`

1 error
";
    check(&["-e", preamble], 1, "", message);
}

#[test]
fn every_file_is_checked_and_every_error_reported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("good.vo"), "package main\nfunc main() {}\n").expect("written");
    std::fs::write(path("bad.vo"), "package main\nfunc main() { x := 1; y }\n").expect("written");
    check(&["check", &path("good.vo")], 0, "", "");
    check(&[&path("good.vo"), "an argument"], 0, "", "");
    let args = "package main\nimport \"fmt\"\nimport \"os\"\nfunc main() { fmt.Println(os.Args[1:]) }\n";
    std::fs::write(path("args.vo"), args).expect("written");
    check(
        &["run", "--timeout", "1m", &path("args.vo"), "--help", "--", "-x", "--timeout"],
        0,
        "[--help -- -x --timeout]\n",
        "",
    );
    let output = vo(&["check", &path("good.vo"), &path("bad.vo"), &path("godo.vo")]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    for expected in [
        "declared and not used: x",
        "undefined: y",
        "bad.vo:2:15",
        "2 errors\n",
        "godo.vo: no such file or directory",
        "did you mean",
        "good.vo?",
    ] {
        assert!(stderr.contains(expected), "no {expected:?} in\n{stderr}");
    }
}

/// A function as `vo disasm` lists it.
const DISASM: &str = "\
func main.main()  // 5 registers
    9 | \tfor i := range 3 {
          0  LoadInt        r0, 3
          1  LoadInt        r1, 0
          2  JumpLeI        r0, 0, -> 10
   10 | \t\tprintln(twice(i))
          3  Move           w0, r1
          4  Call           w0, main.twice
          5  Move           r4, w1
          6  Interface      r2, r4, 2
          7  Println        r2, r1, r0 [0]
          9  ForLt          r1, r0, -> 3
         10  Return
";

#[test]
fn bytecode_is_listed_below_its_lines() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("twice.vo").display().to_string();
    let text = "package main\nimport \"strings\"\nvar _ = strings.Fields\n\nfunc twice(n int) int {\n\treturn 2 * n\n}\n\
                func main() {\n\tfor i := range 3 {\n\t\tprintln(twice(i))\n\t}\n}\n";
    std::fs::write(&path, text).expect("written");
    let twice = "func main.twice(int) int  // 3 registers\n    6 | \treturn 2 * n\n          0  LoadInt        r2, 2\n          \
                 1  Mul            r1, r2, r0\n          2  Return\n";
    check(&["disasm", &path, "--function", "twice"], 0, twice, "");
    check(&["disasm", &path, "--function", "main.main"], 0, DISASM, "");
    let unknown = "vo: the program has no function twic\n  did you mean twice?\n";
    check(&["disasm", &path, "--function", "twic"], 1, "", unknown);
    let names = |args: &[&str]| -> Vec<String> {
        let listing = String::from_utf8_lossy(&vo(args).stdout).into_owned();
        let heads = listing.lines().filter_map(|line| line.strip_prefix("func "));
        heads.map(|head| head.split('(').next().unwrap_or_default().to_string()).collect()
    };
    assert_eq!(names(&["disasm", &path]), ["main.twice", "main.main", "main.init", "entry"]);
    assert!(names(&["disasm", &path, "--all"]).contains(&"strings.Contains".to_string()));
    let listing = vo(&["disasm", "-e", "n := 1; println(n)", "--function", "main"]).stdout;
    assert!(String::from_utf8_lossy(&listing).contains("    1 | n := 1; println(n)\n"));
}

#[test]
fn shells_complete_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = String::from_utf8_lossy(&vo(&["completions", shell]).stdout).into_owned();
        assert!(script.contains("disasm") && script.contains("externs"), "{shell}: {script}");
    }
}

#[test]
fn layouts_of_texts_files_and_standard_input() {
    let one = "\
struct one
4 bytes, alignment 4, on linux-arm

  offset    size  align
       0       4      4  long n

             0        1        2        3        4        5        6        7
        ┌───────────────────────────────────┐
      0 │ long n                            │
        └───────────────────────────────────┘
";
    let arm = ["layout", "--target", "linux-arm"];
    let with = |more: &[&'static str]| [&arm[..], more].concat();
    check(&with(&["struct one { long n; }"]), 0, one, "");
    check(&with(&["struct one { long n; };"]), 0, one, "");
    check(&with(&["struct two { int a; }; struct one { long n; };", "--type", "struct one"]), 0, one, "");
    check(&with(&["struct { struct {} a, b; } // nothing"]), 0, EMPTY, "");
    check(&with(&["long double"]), 0, "long double\n8 bytes, alignment 8, on linux-arm\n", "");
    check(
        &with(&["typedef char t[3];", "--type", "t[2]"]),
        0,
        "char[2][3]\n6 bytes, alignment 1, on linux-arm\n",
        "",
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("one").display().to_string();
    std::fs::write(&path, "struct one { long n; };\n").expect("written");
    check(&[&arm[..], &[&path]].concat(), 0, one, "");
    let mut child = Command::new(env!("CARGO_BIN_EXE_vo"))
        .args(with(&["-"]))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("vo starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"struct one { long n; };").expect("written");
    drop(stdin);
    assert_eq!(String::from_utf8_lossy(&child.wait_with_output().expect("it ends").stdout), one);
}

/// A struct without bytes has no picture.
const EMPTY: &str = "\
struct
0 bytes, alignment 1, on linux-arm

  offset    size  align
       0       0      1  struct a
       0       0      1  struct b
";

#[test]
fn layouts_that_there_are_not() {
    check(&["layout", "no/such.h"], 1, "", "vo: no/such.h: no such file or directory\n");
    let none = "vo: the text defines no struct or union; --type names another type\n";
    check(&["layout", "int f(void);"], 1, "", none);
    let incomplete = "vo: `struct later` has no size: it is incomplete\n";
    check(&["layout", "struct later;", "--type", "struct later"], 1, "", incomplete);
    let output = vo(&["layout", "struct one { int a; };", "--type", "nothing"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && stderr.contains("\n --> --type:1:1\n"), "{stderr}");
    assert!(stderr.ends_with("1 | nothing\n  | ^^^^^^^\n\n1 error\n"), "{stderr}");
    let output = vo(&["layout", "--target", "vax", "int"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    let targets = "the targets are linux-x64, linux-aarch64, windows-x64, linux-arm, wasm32";
    assert!(stderr.contains(targets), "{stderr}");
    let coloured = vo(&["layout", "--color", "always", "struct one { char c; int n; }"]).stdout;
    assert!(String::from_utf8_lossy(&coloured).starts_with("\u{1b}[1mstruct one\u{1b}[0m\n"));
}

#[test]
fn a_wrong_command_is_answered_with_the_nearest() {
    let output = vo(&["chek", "x.vo"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr.contains("unrecognized subcommand 'chek'") && stderr.contains("'check'"), "{stderr}");
}

#[test]
fn more_errors_than_anybody_reads_end_soon() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("many.vo").display().to_string();
    let rows = [
        // (the body of main, what stands at the end of the report)
        ("undefined()\n".repeat(50_000), format!("error: too many errors\n     --> {path}:10003:1\n")),
        ("undefined(); ".repeat(50_000), format!("error: too many errors\n--> {path}:3:130001\n")),
        ("\0".repeat(500_000), format!("error: too many errors\n--> {path}:3:10001\n")),
        (format!("{0} := {0}", "name".repeat(500_000)), format!("--> {path}:3:2000005\n")),
    ];
    for (body, expected) in rows {
        std::fs::write(&path, format!("package main\nfunc main() {{\n{body}}}\n")).expect("written");
        let output = vo(&["check", &path]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let end = stderr.char_indices().rev().nth(400).map_or("", |(at, _)| &stderr[at..]);
        assert_eq!(output.status.code(), Some(1), "{end}");
        assert!(end.contains(&expected), "no {expected:?} in\n{end}");
    }
}

#[test]
fn memory_that_runs_out_is_a_panic() {
    let rows = [
        "var s []int; for { s = append(s, 1, 2, 3) }",
        "var s []any; for i := 0; ; i++ { s = append(s, i) }",
        "var s []func(); for i := 0; ; i++ { s = append(s, func() { print(i) }) }",
        "m := map[int]string{}; for i := 0; ; i++ { m[i] = \"\" }",
        "s := \"x\"; for { s += s }",
        "s := \"x\"; for { s = fmt.Sprint(s, s) }",
        "s := \"x\"; for { s = strings.ReplaceAll(s, \"x\", \"xxxxxxxx\") }",
        "s := []string{\"xxxx\"}; for { s = append(s, strings.Join(s, \"\")) }",
        "strings.Repeat(\"x\", 1<<40)",
        "strings.Split(strings.Repeat(\"x\", 60<<20), \"\")",
        "strconv.FormatFloat(1, 'f', 1<<40, 64)",
        "make([]byte, 1<<40)",
        "var b strings.Builder; for { b.WriteString(\"some text\") }",
    ];
    for text in rows {
        let output = Command::new(env!("CARGO_BIN_EXE_vo"))
            .args(["-e", text])
            .env("VO_MEMORY_LIMIT", "64MiB")
            .output()
            .expect("vo starts");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), stderr.lines().next()),
            (Some(2), Some("panic: out of memory")),
            "{text}"
        );
    }
    let endless = "_, err := os.ReadFile(\"/dev/zero\"); fmt.Println(err)";
    let output = Command::new(env!("CARGO_BIN_EXE_vo"))
        .args(["-e", endless])
        .env("VO_MEMORY_LIMIT", "64MiB")
        .output()
        .expect("vo starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "read /dev/zero: out of memory\n");
}

#[test]
fn calls_without_end_through_natives_are_a_panic() {
    let rows = [
        "type T int\nfunc (t T) String() string { return fmt.Sprint(t) }\nfunc main() { fmt.Println(T(1)) }",
        "type T int\nfunc (t T) Error() string { return fmt.Sprintf(\"%v\", t) }\nfunc main() { fmt.Println(T(1)) }",
        "func f(i, j int) bool { sort.Slice([]int{1, 2}, f); return true }\nfunc main() { f(0, 1) }",
        "func f(r rune) rune { strings.Map(f, \"x\"); return r }\nfunc main() { f(0) }",
    ];
    for text in rows {
        let output = vo(&["-e", text]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        let first = stderr.lines().next();
        let expected = Some("panic: stack overflow: too many nested calls");
        assert_eq!((output.status.code(), first), (Some(2), expected), "{text}");
    }
}

#[test]
fn natives_are_listed_with_signature_docs_and_place() {
    let output = vo(&["externs", "readfile", "--json"]);
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a JSON document");
    assert_eq!(rows[0]["name"], "os.ReadFile");
    assert_eq!(rows[0]["signature"], "(name string) ([]byte, error)");
    assert_eq!(rows[0]["docs"], "ReadFile returns the contents of a file.");
    assert_eq!(rows[0]["effects"], serde_json::json!([]));
    assert_eq!(rows[0]["file"], "vo/src/packages/os_path.rs");
    assert!(rows[0]["line"].as_u64().is_some_and(|line| line > 0));
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
    let sort = vo(&["externs", "sort.slicestable"]);
    let expected = "sort.SliceStable(x any, less func(int, int) bool)  reentrant  ";
    assert!(sort.stdout.starts_with(expected.as_bytes()), "{}", String::from_utf8_lossy(&sort.stdout));
    check(&["externs", "nothing.like.this"], 0, "", "no native has such a name\n");
}

#[test]
fn declarations_of_natives_are_written_and_checked() {
    let declared = "\
package utf8

extern func DecodeLastRuneInString(s string) (rune, int)

extern func DecodeRuneInString(s string) (rune, int)

extern func FullRuneInString(s string) bool

extern func RuneCountInString(s string) int

extern func ValidString(s string) bool
";
    check(&["stubs", "unicode/utf8"], 0, declared, "");
    check(&["stubs", "unicod"], 1, "", "vo: there is no package unicod; did you mean unicode?\n");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("utf8.vo").display().to_string();
    std::fs::write(&path, declared).expect("written");
    check(&["stubs", "unicode/utf8", "--check", &path], 0, "", "");
    let outdated = declared
        .replace("extern func ValidString(s string) bool", "extern func IsValid(s string) bool")
        .replace("RuneCountInString(s string) int", "RuneCountInString(s string, most bool) int32");
    std::fs::write(&path, outdated).expect("written");
    let output = vo(&["stubs", "unicode/utf8", "--check", &path]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    for expected in [
        "the native `utf8.ValidString` at vo/src/packages/utf8.rs:",
        "help: extern func ValidString(s string) bool",
        &format!(
            "`utf8.RuneCountInString`: the declaration at {path}:9 and the native at vo/src/packages/utf8.rs:"
        ),
        "note: the declaration has 2 parameters, the native 1 parameter",
        "note: result 1: declared int32, the native returns int",
        &format!("`utf8.IsValid` is declared at {path}:11 but no native has this name"),
        "3 errors\n",
    ] {
        assert!(stderr.contains(expected), "no {expected:?} in\n{stderr}");
    }
}

#[test]
fn the_reference_has_what_is_declared() {
    let output = vo(&["docs", "os"]);
    let text = String::from_utf8_lossy(&output.stdout);
    let section =
        |name: &str| text.split("\n## ").find(|part| part.lines().next() == Some(name)).unwrap_or("");
    assert!(text.starts_with("# os\n\n## "), "{text}");
    let read_file = "\n\n```go\nfunc ReadFile(name string) ([]byte, error)\n```\n\nReadFile returns the contents of a file.\n\n`os.vo:";
    assert!(section("ReadFile").contains(read_file), "{}", section("ReadFile"));
    assert!(section("ReadFile").contains(", `vo/src/packages/os_path.rs:"));
    assert!(section("File.Read").contains("\nfunc (f *File) Read(b []byte) (n int, err error)\n"));
    assert!(section("File.chmod").is_empty());
    check(&["docs", "strngs"], 1, "", "vo: there is no package strngs; did you mean strings?\n");
}

#[test]
fn what_c_lacks_is_named_at_the_declaration() {
    let program = "package main\n\
        extern \"libm.so.6\" func coss(x float64) float64\n\
        extern \"libnone.so.1\" func f()\n\
        func main() { coss(1); f() }\n";
    let output = vo(&["-e", program]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    for expected in ["coss", "libm.so.6", "cosh", "libnone.so.1", "-e:2:", "-e:3:", "2 errors\n"] {
        assert!(stderr.contains(expected), "no {expected:?} in\n{stderr}");
    }
}

#[test]
fn ctrl_c_ends_a_loop() {
    let rows = [
        "for {}",
        "var f func(int) int; f = func(n int) int { return f(n-1) + f(n-2) }; for { strings.ToUpper(\"x\") }",
        // Nothing but the native has a loop here.
        "sort.Slice(make([]int, 1<<26), func(i, j int) bool { return i%7 < j%5 })",
    ];
    for text in rows {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vo"))
            .args(["-e", &format!("println(\"ready\"); {text}")])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("vo starts");
        let mut stderr = BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok);
        assert_eq!(stderr.next().as_deref(), Some("ready"), "{text}");
        // SAFETY: the child is alive and not waited for.
        assert_eq!(unsafe { libc::kill(child.id() as i32, libc::SIGINT) }, 0);
        assert_eq!(stderr.next().as_deref(), Some("panic: interrupted"), "{text}");
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{text}");
    }
}

#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let script = "\"$0\" -e 'for { fmt.Println(\"y\") }' | head -n 1";
    let output =
        Command::new("sh").args(["-c", script, env!("CARGO_BIN_EXE_vo")]).output().expect("sh starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "y\n");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn programs_run_within_their_bounds() {
    let endless = "for {}";
    let c = "package main\nextern \"libc.so.6\" func getpid() int32\nextern \"self\" func getppid() int32\n\
        func main() { println(getpid() > 0, getppid() >= 0) }";
    let read = "_, err := os.ReadFile(\"/etc/passwd\"); fmt.Println(err)";
    let open = "_, err := ffi.Open(\"x.so | libm.so.6\"); fmt.Println(err)";
    let rows: [(&[&str], i32, &str); 15] = [
        // (arguments, exit status, the first line of both outputs)
        (&["--timeout", "50ms", "-e", endless], 2, "panic: time limit exceeded"),
        (&["--max-instructions", "10000", "-e", endless], 2, "panic: instruction limit exceeded"),
        (&["--max-memory", "1MiB", "-e", "var s []int; for { s = append(s, 1) }"], 2, "panic: out of memory"),
        (&["--no-c", "-e", c], 1, "error: main.getpid: the program may not call C functions"),
        (
            &["--allow-lib", "self", "-e", c],
            1,
            "error: main.getpid: the program may not use the library libc.so.6",
        ),
        (&["--allow-lib", "libc.so.6", "--allow-lib", "self", "-e", c], 0, "true true"),
        (
            &["--no-c", "-e", open],
            0,
            "ffi.open: the program may not use C: --no-c denies it, or Permissions::c",
        ),
        (
            &["--no-c", "-e", "ffi.Pointer(1 << 20).Text()"],
            2,
            "panic: ffi.text: the program may not use C: --no-c denies it, or Permissions::c",
        ),
        (&["--allow-lib", "self", "-e", open], 0, "ffi: the program may not use the library x.so"),
        (&["--allow-lib", "libm.so.6", "-e", open], 0, "<nil>"),
        (
            &["--no-fs", "-e", read],
            0,
            "os.ReadFile: the program may not use files: --no-fs denies it, or Permissions::files",
        ),
        (&["--no-env", "-e", "len(os.Environ())"], 0, "0"),
        (
            &["--timeout", "10", "-e", endless],
            2,
            "error: invalid value '10' for '--timeout <TIME>': expected a time, as 500ms, 2s or 5m",
        ),
        (
            &["--max-memory", "much", "-e", endless],
            2,
            "error: invalid value 'much' for '--max-memory <BYTES>': expected a number of bytes, as 65536, 64KiB, 512MiB or 2GiB",
        ),
        (&["-e", "os.Exit(7)"], 7, ""),
    ];
    for (args, status, expected) in rows {
        let output = vo(args);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        let first = text.lines().next().unwrap_or_default();
        assert_eq!((output.status.code(), first), (Some(status), expected), "vo {args:?}");
    }
}

#[test]
fn a_folder_is_a_program_and_so_is_standard_input() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    let path = folder.path().display().to_string();
    check(&["check", &path], 1, "", &format!("vo: {path}: the folder has no .vo files\n"));
    write(
        "main.vo",
        "package main\nimport \"os\"\nfunc main() { println(len(os.Args), os.Args[1], two()) }\n",
    );
    write("two.vo", "package main\nfunc two() int { return 2 }\n");
    check(&["check", &path], 0, "", "");
    check(&["run", &path, "argument"], 0, "", "2 argument 2\n");
    let mut child = Command::new(env!("CARGO_BIN_EXE_vo"))
        .args(["run", "--timeout", "10s", "-", "argument"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("vo starts");
    let program = b"package main\nimport \"os\"\nfunc main() { println(os.Args[0], os.Args[1]) }\n";
    std::io::Write::write_all(&mut child.stdin.take().expect("piped"), program).expect("written");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "- argument\n");
}

#[test]
fn output_that_cannot_be_written_is_told() {
    let script = "\"$0\" -e 'fmt.Println(1)' > /dev/full";
    let output =
        Command::new("sh").args(["-c", script, env!("CARGO_BIN_EXE_vo")]).output().expect("sh starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*stderr), (Some(1), "write /dev/stdout: no space left on device\n"));
}

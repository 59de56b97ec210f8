//! `vo call`: the requests of `call/*.jsonl` get the answers beside them. `LIB` stands for the fixture, which is compiled
//! here. `UPDATE=1` writes the answers.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// The library of `call/fixture.c`.
fn fixture() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("call-{}.so", std::process::id()));
        let source = folder().join("fixture.c");
        let flags = ["-shared", "-fPIC", "-O1", "-std=gnu11", "-Wall", "-Werror"];
        let built = Command::new("cc").args(flags).arg(source).arg("-o").arg(&path).status();
        assert!(built.expect("a C compiler named cc").success());
        path.to_str().expect("a path in UTF-8").to_string()
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/call")
}

fn vo() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vo"));
    command.env("NO_COLOR", "1").arg("call");
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// The answers to some lines, by one way of calling.
fn batch(requests: &str, stubs: &str) -> String {
    let mut command = vo();
    command.args(["--batch", "-"]).env("VO_FFI_STUB", stubs);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("vo");
    let mut input = child.stdin.take().expect("a pipe");
    let requests = requests.to_string();
    let writer = std::thread::spawn(move || input.write_all(requests.as_bytes()));
    let output = child.wait_with_output().expect("an end");
    writer.join().expect("no panic").expect("it reads all");
    assert!(output.status.success());
    stdout(&output)
}

#[test]
fn requests_and_answers() {
    let files = fs::read_dir(folder()).expect("the folder").flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.to_string_lossy().ends_with(".in.jsonl")).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let requests = fs::read_to_string(&file).expect("requests").replace("LIB", fixture());
        let found = batch(&requests, "auto").replace(fixture(), "LIB");
        let golden = PathBuf::from(file.to_string_lossy().replace(".in.", ".out."));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&golden, &found).expect("written");
        }
        let expected = fs::read_to_string(&golden).expect("answers");
        for (number, request) in requests.lines().filter(|line| !line.trim().is_empty()).enumerate() {
            let (expected, found) = (expected.lines().nth(number), found.lines().nth(number));
            assert_eq!(found, expected, "{}: {request}", file.display());
        }
        assert_eq!(found, expected, "{}", file.display());
    }
}

#[test]
fn libffi_answers_the_same_where_it_can() {
    let requests =
        fs::read_to_string(folder().join("values.in.jsonl")).expect("requests").replace("LIB", fixture());
    let (ours, through_libffi) = (batch(&requests, "native"), batch(&requests, "libffi"));
    let mut same = 0;
    for (ours, other) in ours.lines().zip(through_libffi.lines()) {
        let refused = other.contains("it cannot be called here: libffi was asked for; libffi");
        assert!(refused || ours == other, "{ours}\n{other}");
        same += usize::from(!refused);
    }
    assert!(same > 25, "libffi answered {same}");
}

#[test]
fn each_line_is_answered_before_the_next_is_written() {
    let mut child =
        vo().args(["--batch", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("vo");
    let (mut input, output) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
    let mut answers = BufReader::new(output).lines();
    for (request, expected) in [
        (r#"{"decl": "int abs(int x);", "args": [-1]}"#, r#"{"ok": 1}"#),
        (
            r#"{"decl": "void abort(void);"}"#,
            r#"{"error": "the call crashed: SIGABRT, the library gave up"}"#,
        ),
        (r#"{"decl": "int abs(int x);", "args": [-2]}"#, r#"{"ok": 2}"#),
    ] {
        writeln!(input, "{request}").expect("it reads");
        assert_eq!(answers.next().expect("an answer").expect("text"), expected);
    }
    drop(input);
    assert!(child.wait().expect("an end").success());
}

#[test]
fn a_library_that_crashes_when_it_is_loaded() {
    let path = format!("{}-initialiser.so", fixture());
    let source = "__attribute__((constructor)) static void start(void) { __builtin_trap(); } int f(void) { return 1; }";
    let mut cc = Command::new("cc");
    cc.args(["-shared", "-fPIC", "-xc", "-", "-o", &path]).stdin(Stdio::piped());
    let mut child = cc.spawn().expect("a C compiler named cc");
    child.stdin.take().expect("a pipe").write_all(source.as_bytes()).expect("it reads");
    assert!(child.wait().expect("an end").success());
    let crash = "the call crashed: SIGILL, an instruction that does not exist";
    assert_eq!(call(&[&path, "int f(void)"]), (Some(132), String::new(), format!("vo: {crash}\n")));
    let answers = batch(&format!("{{\"lib\": {path:?}, \"decl\": \"int f(void);\"}}"), "auto");
    assert_eq!(answers, format!("{{\"error\": \"{crash}\"}}\n"));
    fs::remove_file(path).expect("it is there");
}

#[test]
fn a_child_of_c_does_not_hold_up_the_batch() {
    let requests = [
        r#"{"lib": "LIB", "decl": "int forks(void);"}"#,
        r#"{"lib": "LIB", "decl": "int crash(int *at);", "args": [8]}"#,
        r#"{"decl": "int abs(int x);", "args": [-3]}"#,
    ];
    let start = std::time::Instant::now();
    let answers = batch(&requests.join("\n").replace("LIB", fixture()), "auto");
    let crash = "the call crashed: SIGSEGV, memory that is not there or not for that";
    assert_eq!(answers, format!("{{\"ok\": 1}}\n{{\"error\": \"{crash}\"}}\n{{\"ok\": 3}}\n"));
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn a_mark_of_the_byte_order_and_ends_of_lines_count_for_nothing() {
    let line = r#"{"decl": "int abs(int x);", "args": [-3]}"#;
    assert_eq!(batch(&format!("\u{feff}{line}\r\n\r\n \t\n{line}"), "auto"), "{\"ok\": 3}\n{\"ok\": 3}\n");
}

#[test]
fn long_lines_and_many_lines() {
    let numbers: Vec<String> = (0..100_000).map(|number| number.to_string()).collect();
    let long = format!(
        r#"{{"lib": "{}", "decl": "int total(const int *of, int count);", "args": [[{}], 100000]}}"#,
        fixture(),
        numbers.join(", ")
    );
    let wide = format!(
        r#"{{"lib": "{}", "decl": "void fill(int *to, int count, int with);", "args": [{{"size": 400000}}, 1, 5]}}"#,
        fixture()
    );
    let crash = r#"{"decl": "void abort(void);"}"#;
    let many = r#"{"decl": "int abs(int x);", "args": [-3]}"#;
    let requests = format!("{long}\n{wide}\n{crash}\n{}", format!("{many}\n").repeat(5000));
    let answers = batch(&requests, "auto");
    let lines: Vec<&str> = answers.lines().collect();
    assert_eq!((lines.len(), lines[0]), (5003, r#"{"ok": 704982704}"#));
    assert!(lines[1].starts_with(r#"{"ok": null, "after": [[5,0,0,0"#), "{}", &lines[1][..60]);
    assert!(lines[3..].iter().all(|&line| line == r#"{"ok": 3}"#));
}

/// Runs `vo call`, and gives its status, what it printed, and what it said.
fn call(args: &[&str]) -> (Option<i32>, String, String) {
    let args: Vec<String> = args.iter().map(|arg| arg.replace("LIB", fixture())).collect();
    let output = vo().args(args).output().expect("vo");
    let stderr = String::from_utf8(output.stderr.clone()).expect("text");
    (output.status.code(), stdout(&output), stderr.replace(fixture(), "LIB"))
}

#[test]
fn one_call_for_people() {
    let rows: [(&[&str], &str); 16] = [
        (&["libm.so.6", "double cos(double)", "0.5"], "0.8775825618903728\n"),
        (&["m", "double cos(double)", "0", "--json"], "{\"ok\": 1}\n"),
        (&["self", "int abs(int)", "-5"], "5\n"),
        (&["self", "size_t strlen(const char *s)", "12"], "2\n"),
        (&["self", "char *strchr(const char *s, int c)", "a=b", "="], "=b\n"),
        (&["self", "size_t strlen(const char *s)", "--", "-x"], "2\n"),
        (
            &["LIB", "struct p {double x, y;}; struct p mid(struct p, struct p)", "[1, 2]", r#"{"y": 4}"#],
            "{\"x\":0.5,\"y\":3}\n",
        ),
        (&["LIB", "enum color { RED, GREEN = 5, BLUE }; enum color after(enum color)", "RED"], "GREEN (5)\n"),
        (&["LIB", "void upper(char *text)", "shout"], "text after the call: \"SHOUT\"\n"),
        (&["LIB", "int fails(int code)", "2", "--errno"], "-1\nerrno: 2, no such file or directory\n"),
        (&["LIB", "int hidden(int, int)", "4", "2", "--address-from", "hidden_address"], "42\n"),
        (&["LIB", "void *no_address(void)"], "0x0\n"),
        (&["LIB", "float tenth(void)", "--bytes"], "0.1\nbytes: cdcccc3d\n"),
        (&["LIB", "bool not(bool)", "true"], "false\n"),
        (
            &["LIB", "int each(int, int (*back)(int, double))", "2", r#"{"returns": [3, 4]}"#],
            "7\nback called with: [[0,0],[1,0.5]]\n",
        ),
        (&["self", "int printf(const char *, ...)", "%d %s|", "3", "x"], "3 x|4\n"),
    ];
    for (args, expected) in rows {
        assert_eq!(call(args), (Some(0), expected.into(), String::new()), "{args:?}");
    }
}

#[test]
fn wrong_calls_for_people() {
    let rows: [(&[&str], i32, &str); 10] = [
        (&["--batch", "/no/such/file"], 1, "vo: /no/such/file: no such file or directory\n"),
        (&["--batch", "/"], 1, "vo: /: is a directory\n"),
        (
            &["libm.so.6", "double coss(double)", "1"],
            1,
            "vo: libm.so.6 (/lib/x86_64-linux-gnu/libm.so.6) exports no `coss`; did you mean `cos` or `cosf` or `cosh`?\n",
        ),
        (&["libm.so.6", "double cos(double)"], 1, "vo: expected 1 argument, found 0: double cos(double)\n"),
        (
            &["libm.so.6", "double cos(double x)", "one"],
            1,
            "vo: argument 1 `x`: expected a number for `double`, found \"one\"\n",
        ),
        (
            &["self", "int abs(int)", "3000000000"],
            1,
            "vo: argument 1: 3000000000 does not fit `int`, which is -2147483648 to 2147483647\n",
        ),
        (
            &["self", "int abs(int)", "1", "--func", "asb"],
            1,
            "vo: the text declares no function `asb`; it has abs\n",
        ),
        (
            &["LIB", "int crash(int *at)", "8"],
            139,
            "vo: the call crashed: SIGSEGV, memory that is not there or not for that\n",
        ),
        (
            &["LIB", "int deep(int n)", "1"],
            139,
            "vo: the call crashed: SIGSEGV, memory that is not there or not for that\n",
        ),
        (
            &["m", "dubble cos(double)", "1"],
            1,
            "error: unknown type `dubble`\n --> C:1:1\n  |\n1 | dubble cos(double)\n  | ^^^^^^\n  |\n  = help: did you mean `double`?\n\n1 error\n",
        ),
    ];
    for (args, status, expected) in rows {
        assert_eq!(call(args), (Some(status), String::new(), expected.into()), "{args:?}");
    }
}

#[test]
fn an_explanation_instead_of_a_call() {
    let declaration = "struct p {double x, y;}; struct p mid(struct p, struct p)";
    let expected = "\
struct p mid(struct p, struct p)
convention: sysv64, the default
called by: a stub of its own signature
sysv64, 0 bytes on the stack
slot 0: 16 bytes -> [0..8] xmm0, [8..16] xmm1
slot 1: 16 bytes -> [0..8] xmm2, [8..16] xmm3
slot 2: 16 bytes <- [0..8] xmm0, [8..16] xmm1
";
    assert_eq!(call(&["LIB", declaration, "--explain"]), (Some(0), expected.into(), String::new()));
}

#[test]
fn a_wrong_choice_of_stubs() {
    let output = vo().args(["m", "double cos(double)", "0"]).env("VO_FFI_STUB", "fast").output().expect("vo");
    let expected = "vo: VO_FFI_STUB is \"fast\"; set it to native, libffi or auto\n";
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(2), expected));
}

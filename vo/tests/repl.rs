//! `vo repl` with its entries from a pipe, and sessions as a library.

use std::io::Write as _;
use std::process::{Command, Stdio};

use vo_ffi::{ExternRegistry, TrapKind};
use vo_vm::{Completion, Failure, Session, TypedFunc, Vm};

/// Entries, what they print, what they complain of, and the status at the end.
struct Row {
    entries: &'static [&'static str],
    stdout: &'static [&'static str],
    stderr: &'static str,
    status: i32,
}

/// A session without complaints.
const fn row(entries: &'static [&'static str], stdout: &'static [&'static str]) -> Row {
    Row { entries, stdout, stderr: "", status: 0 }
}

const ROWS: &[Row] = &[
    // Expressions print their values, statements nothing.
    row(
        &[
            "1 + 2",
            "strings.ToUpper(\"a\")",
            "strconv.Atoi(\"7\")",
            "fmt.Println(\"once\")",
            "nil",
            "len(\"abc\")",
        ],
        &["3", "A", "7 <nil>", "once", "<nil>", "3"],
    ),
    row(&["x := 1", "x = 2", "x++", "x", "_ = x", "if x == 3 { x = 9 }", "x"], &["3", "9"]),
    // An entry goes on while something is open.
    row(
        &[
            "for i := range 2 {",
            "fmt.Println(i)",
            "}",
            "y := 1 +",
            "2",
            "y",
            "s := `a",
            "b`",
            "s",
            "/*",
            "*/ 5",
        ],
        &["0", "1", "3", "a", "b", "5"],
    ),
    // Parts of an entry run in order.
    row(&["x := 1; y := x + 1; func g() int { return y }; g()"], &["2"]),
    row(&["func init() { fmt.Println(\"init\") }; fmt.Println(\"then\")"], &["init", "then"]),
    // Variables.
    row(&["a, b := 1, \"two\"", "a, c := 3, 4.5", "fmt.Println(a, b, c)"], &["3 two 4.5"]),
    row(&["x := 1", "x := x + 1", "x", "x := \"s\"", "x"], &["2", "s"]),
    row(&["var x [3]int", "x[1] = 5", "x", "var x [3]int", "x"], &["[0 5 0]", "[0 0 0]"]),
    row(&["var a, b = 1, 2", "var c int", "a + b + c", "var ( d = a; e = d )", "e"], &["3", "1"]),
    row(
        &["n, err := strconv.Atoi(\"x\")", "n", "err"],
        &["0", "strconv.Atoi: parsing \"x\": invalid syntax"],
    ),
    row(&["x := 1", "if true { x := 2; _ = x }", "for x := range 2 { _ = x }", "x"], &["1"]),
    // Who uses a variable sees what it is declared to be anew, unless its type is another one.
    row(
        &[
            "x := 1",
            "func f() int { return x }",
            "p := &x",
            "x := 7",
            "f()",
            "*p",
            "var x int",
            "f()",
            "x := \"s\"",
            "f()",
        ],
        &["7", "7", "0", "0"],
    ),
    // So with functions.
    row(
        &[
            "func g() int { return 1 }",
            "func f() int { return g() }",
            "h := g",
            "func g() int { return 2 }",
            "f()",
            "h()",
        ],
        &["2", "2"],
    ),
    row(
        &[
            "func g() int { return 1 }",
            "func f() int { return g() }",
            "func g() string { return \"s\" }",
            "f()",
            "g()",
        ],
        &["1", "s"],
    ),
    row(
        &[
            "func f(x [2]int) int { return x[0] }",
            "func g() int { a := [2]int{1, 2}; return f(a) + a[0] }",
            "g()",
            "func f(x [2]int) int { x[0] = 100; return x[0] }",
            "g()",
        ],
        &["2", "101"],
    ),
    row(
        &[
            "type Shape interface { Area() float64 }",
            "type Square struct{ side float64 }",
            "func (s Square) Area() float64 { return s.side * s.side }",
            "var s Shape = Square{3}",
            "s.Area()",
            "func (s Square) Area() float64 { return -1 }",
            "s.Area()",
            "Square{1}.Area()",
        ],
        &["9", "-1", "-1"],
    ),
    // Types.
    row(
        &[
            "type T struct{ a int }",
            "t := T{1}",
            "type T struct{ b string }",
            "u := T{\"x\"}",
            "t",
            "u",
            "t.a",
            "u.b",
        ],
        &["{1}", "{x}", "1", "x"],
    ),
    row(
        &[
            "type A struct { b *B }; type B struct { a A; n int }",
            "x := A{&B{n: 3}}",
            "func (a *A) Set(n int) { a.b.n = n }",
            "var i interface{ Set(int) } = &x",
            "i.Set(8)",
            "x.b.n",
            "func (a A) String() string { return fmt.Sprint(\"A\", a.b.n) }",
            "x",
        ],
        &["8", "A8"],
    ),
    row(&["const ( A = iota; B; C )", "A + B + C", "const big = 1 << 100", "big >> 98"], &["3", "4"]),
    // Closures live on.
    row(
        &[
            "count := func() func() int { n := 0; return func() int { n++; return n } }()",
            "count()",
            "again := count",
            "count := 0",
            "again() + count",
        ],
        &["1", "2"],
    ),
    row(&["func fib(n int) int { if n < 2 { return n }; return fib(n-1) + fib(n-2) }", "fib(20)"], &["6765"]),
    row(
        &[
            "keep := map[string][]string{}",
            "for i := range 1000 { keep[fmt.Sprint(i)] = []string{fmt.Sprint(\"item\", i)} }",
            "len(keep)",
            "type Item struct{ names []string; next *Item }",
            "list := &Item{keep[\"7\"], &Item{}}",
            "keep = nil",
            "for i := range 1000 { _ = fmt.Sprint(i) }",
            "list.names",
        ],
        &["1000", "[item7]"],
    ),
    // Packages.
    row(
        &[
            "import str \"strings\"",
            "str.Repeat(\"ab\", 2)",
            "strings := 1",
            "strings",
            "import \"strings\"",
            "strings.ToUpper(\"x\")",
        ],
        &["abab", "1", "X"],
    ),
    row(&["utf8.RuneLen('é')", "io.EOF", "time.Duration(5)", "os.Args"], &["2", "EOF", "5ns", "[repl]"]),
    row(&["package main", "import \"fmt\"", "func main() { fmt.Println(\"hi\") }", "main()"], &["hi"]),
    row(
        &[
            "extern \"libm.so.6\" func cos(x float64) float64",
            "extern \"libm.so.6\" func sin(x float64) float64",
            "cos(0) + sin(0)",
        ],
        &["1"],
    ),
    // Preambles are entries, and add to each other.
    row(
        &[
            "/*",
            "typedef struct { int quot, rem; } div_t;",
            "div_t div(int, int);",
            "*/",
            "import \"C\"",
            "q := C.div(17, 5)",
            "q",
            "divide := C.div",
            "// int strcmp(const char *, const char *); int optind; enum { MOST = 7 };",
            "import \"C\"",
            "C.optind += 4",
            "bytes := []byte(\"x\\x00\")",
            "divide(C.int(C.strcmp(bytes, \"x\")) + 9, C.MOST).rem + q.quot",
            "func least() int32 { return C.optind }",
            "var pair C.div_t",
            "least(); pair.quot = 3; fmt.Println(pair, C.optind)",
            "var pair C.div_t",
            "fmt.Println(pair, C.optind)",
        ],
        &["{3 2}", "5", "{3 0} 5", "{0 0} 5"],
    ),
    row(
        &[
            "// int abs(int); int no_such_function(int);",
            "import \"C\"",
            "fmt.Println(C.has_abs, C.has_no_such_function)",
            "if C.has_no_such_function { C.no_such_function(1) } else { fmt.Println(C.abs(-2)) }",
            "C.has_no_such_function",
        ],
        &["true false", "2", "false"],
    ),
    Row {
        entries: &[
            "// int abs(int);",
            "import \"C\"",
            "// int labs(long); int oops(",
            "import \"C\"",
            "C.labs(-1)",
            "// long labs(long);",
            "import \"C\"",
            "C.labs(-2)",
            "C.abs(-3)",
            "// a comment alone",
            "",
            "C.abs(-4)",
        ],
        stdout: &["2", "3", "4"],
        stderr: "\
error: `(` is not closed
 --> entry 2:1:28
  |
1 | // int labs(long); int oops(
  |                            ^ `)` is missing
  |
  = note: the text ends before it

1 error
error: undefined: C.labs
 --> entry 3:1:3
  |
1 | C.labs(-1)
  |   ^^^^
  |
  = help: did you mean `C.abs`?

1 error
",
        status: 1,
    },
    // What goes wrong.
    Row {
        entries: &[
            "x := 5; panic(\"a\"); x = 6",
            "x",
            "s := []int{1}",
            "s[3]",
            "s",
            "func f() { panic(x) }",
            "f()",
        ],
        stdout: &["5", "[1]"],
        stderr: "panic: a\n\nentry\n\tentry 1:1\n\
                 panic: runtime error: index out of range [3] with length 1\n\nentry\n\tentry 4:1\n\
                 panic: 5\n\nmain.f\n\tentry 6:1\nentry\n\tentry 7:1\n",
        status: 2,
    },
    Row {
        entries: &[
            "fmt.Println(\"never\"); 1 + \"a\"",
            "undefined",
            "type S struct{}",
            "func (S) M() int { return 1 }",
            "func (S) M() {}",
            "S{}.M()",
        ],
        stdout: &["1"],
        stderr: "\
error: invalid operation: 1 + \"a\" (mismatched types untyped int and untyped string)
 --> entry 1:1:25
  |
1 | fmt.Println(\"never\"); 1 + \"a\"
  |                       - ^ --- untyped string
  |                       |
  |                       untyped int

1 error
error: undefined: undefined
 --> entry 2:1:1
  |
1 | undefined
  | ^^^^^^^^^

1 error
error: method S.M already declared with another type
 --> entry 5:1:10
  |
1 | func (S) M() {}
  |          ^
  |
  = help: declare the type S again first

1 error
",
        status: 1,
    },
    Row {
        entries: &["type A struct{ b B }", "type B int", "}", "var x = x", "1"],
        stdout: &["1"],
        stderr: "\
error: undefined: B
 --> entry 1:1:18
  |
1 | type A struct{ b B }
  |                  ^

1 error
error: syntax error: unexpected }
 --> entry 3:1:1
  |
1 | }
  | ^

1 error
error: initialization cycle: x refers to itself
 --> entry 4:1:5
  |
1 | var x = x
  |     ^

1 error
",
        status: 1,
    },
    row(&["1", ":quit", "2"], &["1"]),
    row(
        &[
            "m := map[string]int{}",
            ":type m",
            ":type 1.5",
            ":type strconv.Atoi(\"1\")",
            ":type fmt.Println",
            ":type 1 << 3",
        ],
        &["map[string]int", "float64", "int, error", "func(...any) (int, error)", "int"],
    ),
    Row {
        entries: &[":typo 1", ":type println()"],
        stdout: &[],
        stderr: "\
vo: there is no command :typo
  did you mean :type?
error: this is not an expression with a value
 --> entry 0:1:1
  |
1 | println()
  | ^^^^^^^^^

1 error
",
        status: 1,
    },
    Row { entries: &["fmt.Print(\"out\"); os.Exit(7)", "1"], stdout: &["out"], stderr: "", status: 7 },
];

fn repl(entries: &[&str], stress: bool) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vo"))
        .arg("repl")
        .env("VO_GC_STRESS", if stress { "1" } else { "0" })
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("vo starts");
    // It may end before it has read all.
    let _ = child.stdin.take().expect("a pipe").write_all(entries.join("\n").as_bytes());
    let output = child.wait_with_output().expect("vo ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn entries_are_carried_out_in_turn() {
    for Row { entries, stdout, stderr, status } in ROWS {
        for stress in [false, true] {
            let (code, out, err) = repl(entries, stress);
            let lines: Vec<&str> = out.lines().collect();
            assert_eq!(
                (code, lines.as_slice(), err.as_str()),
                (Some(*status), *stdout, *stderr),
                "{entries:#?}, stress: {stress}"
            );
        }
    }
}

fn session() -> Session {
    Session::new(Vm::new(ExternRegistry::from_inventory())).expect("there is memory")
}

#[test]
fn what_was_rejected_has_not_happened() {
    let mut session = session();
    session.eval("n := 1").expect("no errors");
    let failure = session.eval("n = 2; func f() int { return n }; var s string = n").expect_err("a mismatch");
    assert!(matches!(&failure, Failure::Rejected(errors) if errors.diagnostics.len() == 1), "{failure}");
    assert!(session.type_of("f").is_err());
    session.eval("if n != 1 { panic(n) }").expect("n is as it was");
}

#[test]
fn a_rejected_preamble_declares_nothing() {
    let mut session = session();
    session.eval("/* int abs(int); */ import \"C\"").expect("no errors");
    let entry = "// struct pair { int a, b; }; int labs(int);\nimport \"C\"\nvar p C.struct_pair = C.abs(-1)";
    let failure = session.eval(entry).expect_err("a mismatch");
    assert!(matches!(&failure, Failure::Rejected(errors) if errors.diagnostics.len() == 1), "{failure}");
    let failure = session.eval("C.labs(-1)").expect_err("it is not declared");
    assert!(failure.to_string().starts_with("error: undefined: C.labs\n"), "{failure}");
    session.eval("// struct pair { long a; }; long labs(long);\nimport \"C\"").expect("no conflict");
    session
        .eval("if C.labs(-1<<40) != 1<<40 || C.sizeof_struct_pair != 8 { panic(1) }")
        .expect("the new one");
}

#[test]
fn a_loop_without_end_is_interrupted_and_the_session_goes_on() {
    let mut session = session();
    session.eval("n := 0").expect("no errors");
    let handle = session.program().interrupt();
    let interrupter = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(20));
        handle.interrupt();
    });
    let Err(Failure::Ended(trap)) = session.eval("for { n++ }") else { panic!("it ended") };
    assert_eq!(trap.kind(), TrapKind::Interrupted);
    interrupter.join().expect("the other thread ends");
    session.eval("if n == 0 { panic(n) }").expect("the variable has kept its value");
}

#[test]
fn many_entries_keep_their_functions_and_constants() {
    let mut session = session();
    session.eval("fs := []func() string{}").expect("no errors");
    for number in 0..100 {
        let entry =
            format!("func f{number}() string {{ return \"text {number}\" }}; fs = append(fs, f{number})");
        session.eval(&entry).expect("no errors");
    }
    session
        .eval("for i, f := range fs { if f() != fmt.Sprint(\"text \", i) { panic(i) } }")
        .expect("all are there");
}

#[test]
fn embedders_call_the_last_declaration() {
    let mut session = session();
    for (text, expected) in [("1", 1), ("n", 5), ("2*n", 10)] {
        session.eval(&format!("func f(n int) int {{ return {text} }}")).expect("no errors");
        let f: TypedFunc<(i64,), i64> = session.program().func("main.f").expect("a function of this type");
        assert_eq!(f.call(session.program(), (5,)).expect("no panic"), expected);
    }
}

#[test]
fn names_are_completed() {
    let mut session = session();
    for entry in [
        "type inner struct{ Deep int }",
        "type point struct{ X, y int; in *inner; inner }",
        "func (p *point) Move() {}",
        "pt := point{in: &inner{}}",
        "ptr := &pt",
        "var e error",
        "strings.ToUpper(\"\")",
        "// struct deep { int x; }; int deepen(int), func(void); enum { DEEP };\nimport \"C\"",
    ] {
        session.eval(entry).expect("no errors");
    }
    let rows: [(&str, usize, &[&str]); 17] = [
        ("utf8.RuneL", 5, &["RuneLen"]),
        ("p", 0, &["package", "panic", "path", "point", "print", "println", "pt", "ptr"]),
        ("x := pt", 5, &["pt", "ptr"]),
        ("pt.", 3, &["Deep", "Move", "X", "in", "inner", "y"]),
        ("f(ptr.M", 6, &["Move"]),
        ("pt.in.", 6, &["Deep"]),
        ("e.", 2, &["Error"]),
        ("strings.ToU", 8, &["ToUpper"]),
        ("C.de", 2, &["deepen"]),
        ("C.st", 2, &["struct_deep"]),
        ("C.D", 2, &["DEEP"]),
        ("C._", 2, &["_func"]),
        ("strings.nope", 8, &[]),
        ("os.Args.", 8, &[]),
        ("12", 0, &[]),
        ("nothing.", 8, &[]),
        ("unic", 0, &["unicode"]),
    ];
    for (text, start, names) in rows {
        let names = names.iter().map(|name| name.to_string()).collect();
        assert_eq!(session.complete(text), Completion { start, names }, "{text}");
    }
}

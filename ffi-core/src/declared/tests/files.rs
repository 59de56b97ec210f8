//! What is found in whole files.

use super::super::*;
use super::show;

/// What a file declares, each as `line doc: display`, in order of place.
fn declared(text: &str) -> Vec<String> {
    let file = parse_file(text).unwrap_or_else(|errors| panic!("{:?} in {text}", show(&errors)));
    let externs = file.externs.iter().map(|decl| (decl.span.clone(), decl.line, &decl.doc, decl.to_string()));
    let types = file.types.iter().map(|decl| (decl.span.clone(), decl.line, &decl.doc, decl.to_string()));
    let mut all: Vec<_> = externs.chain(types).collect();
    all.sort_by_key(|row| row.0.start);
    all.into_iter().map(|(_, line, doc, shown)| format!("{line} {doc:?}: {shown}")).collect()
}

#[test]
fn files() {
    let cases: &[(&str, &[&str])] = &[
        ("package p", &[]),
        (
            "package p; extern func f(); extern func g()",
            &["1 \"\": extern func f()", "1 \"\": extern func g()"],
        ),
        ("\u{feff}package p\nextern func f()\n", &["2 \"\": extern func f()"]),
        ("#!/usr/bin/vo run {\npackage p\nextern func f()\n", &["3 \"\": extern func f()"]),
        ("package p\r\n\r\n// D.\r\nextern func f()\r\n", &["4 \"D.\\n\": extern func f()"]),
        // Types of every form.
        (
            "package p\ntype A int\ntype (\n\t// Is B.\n\tB = A\n\n\tC struct { x int }\n)\nextern type D\ntype E [n]A",
            &[
                "2 \"\": type A int",
                "5 \"Is B.\\n\": type B = A",
                "7 \"\": type C struct{x int}",
                "9 \"\": extern type D",
                "10 \"\": type E [n]A",
            ],
        ),
        // Docs: directly above, on lines of their own.
        (
            "package p\n// far\n\n// One.\n//  Two.\nextern func f() // behind\n/* Three. */\nextern func g()\n// i\ntype T int",
            &[
                "6 \"One.\\n Two.\\n\": extern func f()",
                "8 \"Three.\\n\": extern func g()",
                "10 \"i\\n\": type T int",
            ],
        ),
        // Code that reads like declarations, and is none.
        (
            "package p\nimport (\n\t\"a\"\n\t. \"b\"\n)\nconst (\n\tx = iota + '}'\n\ty\n)\nvar s = `\nextern func a()\n` + \"}\\\"{\"\n\
             // extern func b()\n/*\nextern func c()\n*/\n\
             func (t T) m(a func(int) int) (int, error) {\n\tvar r = '\\''\n\ttype L struct { f int }\ntype M int\n\tif x := (T{1}); x == y {\n\t\treturn f(func() {\n})\n\t}\n}\n\
             func one() { return }; extern func f()\nvar g = func() {\n}\nextern func g()\n",
            &["26 \"\": extern func f()", "29 \"\": extern func g()"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(&declared(text), expected, "{text}");
    }
}

#[test]
fn spans_are_those_of_the_text() {
    let text = "package p\n// Doc.\nextern \"l\" func (r *R) f(a, b int) (c [2]T) = \"s\" // end\ntype (\n\tX = Y // end\n)\ntype Z struct{}\n";
    let file = parse_file(text).expect("no errors");
    let text = |span: &std::ops::Range<usize>| &text[span.clone()];
    let decl = &file.externs[0];
    let param = &decl.signature.params[0];
    let spans = [
        (&file.package.span, "p"),
        (&decl.span, "extern \"l\" func (r *R) f(a, b int) (c [2]T) = \"s\""),
        (&decl.name.span, "f"),
        (&decl.signature.span, "(a, b int) (c [2]T)"),
        (&param.names[1].span, "b"),
        (&param.ty.span, "int"),
        (&decl.signature.results[0].ty.span, "[2]T"),
        (&file.types[0].span, "X = Y"),
        (&file.types[1].span, "type Z struct{}"),
    ];
    for (span, expected) in spans {
        assert_eq!(text(span), expected);
    }
    let quoted = [&decl.library, &decl.symbol].map(|string| string.as_ref().map(|string| text(&string.span)));
    assert_eq!(quoted, [Some("\"l\""), Some("\"s\"")]);
}

#[test]
fn members() {
    let cases = [
        ("func F()", "F", None),
        ("func (f *File) Close()", "File.Close", Some("File")),
        ("func (File) Name()", "File.Name", Some("File")),
        ("func (f (*(File))) M()", "File.M", Some("File")),
        ("func (f []int) M()", "M", None),
        ("func (f *pkg.File) M()", "M", None),
    ];
    for (head, name, receiver) in cases {
        let file = parse_file(&format!("package p\nextern {head}\n")).expect("no errors");
        assert_eq!(
            (file.externs[0].member_name().as_str(), file.externs[0].receiver_type()),
            (name, receiver)
        );
    }
}

#[test]
fn errors_of_files() {
    let cases: &[(&str, &[&str])] = &[
        ("", &["1:0..0 syntax error: package statement must be first | start the file with `package name`"]),
        (
            "package p x\nextern func f(a)\nfoo",
            &[
                "1:10..11 syntax error: unexpected name x after package clause",
                "3:29..32 syntax error: non-declaration statement outside function body",
            ],
        ),
        (
            "package p\nextern func f(a int\nextern func g(a chan int)\nfunc h() {}\nextern h()\n",
            &[
                "2:29..29 syntax error: unexpected newline in parameter list; possibly missing comma or )",
                "3:46..50 Vo has no channels | goroutines and channels are not part of Vo",
                "5:75..76 syntax error: unexpected name h, expected func | write `extern func F(…) …` or `extern \"library\" func f(…) …`",
            ],
        ),
        (
            "package p\nextern func f() int junk\nextern func g() {\n}\nextern func h() { } }\n",
            &[
                "2:30..34 syntax error: unexpected name junk after top level declaration",
                "3:51..52 an extern function has no body",
                "5:71..72 an extern function has no body",
                "5:75..76 syntax error: unexpected }",
            ],
        ),
        (
            "package p\nfunc f() {\n\tif x {\n}\nextern func g()\n",
            &["5:31..37 syntax error: unexpected keyword extern, expected } | open 19..20"],
        ),
        (
            "package p\nfunc f() { (] }\nvar x = )\nextern func g(\n",
            &[
                "2:22..23 syntax error: unexpected ], expected )",
                "3:34..35 syntax error: unexpected )",
                "5:51..51 syntax error: unexpected EOF, expected type",
            ],
        ),
        ("package p\nvar x = `\n\nextern func g()\n", &["2:18..19 string not terminated"]),
        (
            "package p\nfunc f() {\n\t/* }\n",
            &[
                "3:22..24 comment not terminated",
                "4:27..27 syntax error: unexpected EOF, expected } | open 19..20",
            ],
        ),
        (
            "package p\ntype X[T any] int\ntype Y struct {\n\tx int y\n}\ntype (\n\tZ int, W\n)\nextern type V int\n",
            &[
                "2:16..17 Vo has no generics | use `any` and a type switch, or one function for each type",
                "4:51..52 syntax error: unexpected name y in struct type; possibly missing semicolon or newline or }",
                "7:68..69 syntax error: unexpected comma, expected semicolon, newline, or )",
                "9:88..91 syntax error: unexpected name int after extern type V | what is in the type is written in Rust: leave it out here, or write `type Name …` for a type of Vo",
            ],
        ),
    ];
    for (text, expected) in cases {
        let errors = parse_file(text).expect_err("errors");
        assert_eq!(&show(&errors), expected, "{text}");
    }
}

//! What the parser makes of texts: each row a text, and its display or its errors.

mod files;

use super::*;

/// Errors as `line:start..end message`, then what else they say.
fn show(errors: &[DeclaredError]) -> Vec<String> {
    let show = |error: &DeclaredError| {
        let place = format!("{}:{}..{}", error.line, error.span.start, error.span.end);
        let unclosed = error.unclosed.as_ref().map(|open| format!(" | open {}..{}", open.start, open.end));
        let extra =
            [error.note, error.help].map(|text| if text.is_empty() { "" } else { " | " }.to_string() + text);
        format!("{place} {error}{}{}", unclosed.unwrap_or_default(), extra.concat())
    };
    errors.iter().map(show).collect()
}

fn parsed(text: &str) -> String {
    let parsed = parse_extern(text, 0);
    assert_eq!(show(&parsed.errors), [""; 0], "{text}");
    parsed.item.map_or("nothing".into(), |item| item.to_string())
}

#[test]
fn types_are_written_back() {
    let types = [
        "int",
        "time.Duration",
        "**T",
        "[]byte",
        "[3]int",
        "[0x_10]int",
        "[n*(1+len(\"]\"))]int",
        "[T{1, 2}.n]int",
        "[func() int { return 3 }()][2]int",
        "map[string][]map[int]bool",
        "map[[2]string]any",
        "func()",
        "func(int, string)",
        "func(a, b int, c ...string) (n int, err error)",
        "func(func(int) int) func() error",
        "struct{}",
        "struct{a, b int; c *T; T; *pkg.U \"tag\"; pkg.V; d struct{e int} \"a\\\"b\"}",
        "interface{}",
        "interface{Read(b []byte) (n int, err error); Stringer; fmt.Stringer; interface{Close() error}}",
        "((int))",
        "*(pkg.T)",
    ];
    for ty in types {
        for text in
            [format!("extern func f(a {ty}, b ...{ty}) (r {ty})"), format!("extern func f({ty}) {ty}")]
        {
            assert_eq!(parsed(&text), text);
        }
    }
}

#[test]
fn declarations_are_written_back() {
    let cases = [
        ("extern func f()", "extern func f()"),
        ("extern func f() ()", "extern func f()"),
        ("extern func f(a int,) (int,)", "extern func f(a int) int"),
        (
            "extern func f(\n\ta int, // one\n\tb, c /* two */ string,\n) error\n",
            "extern func f(a int, b, c string) error",
        ),
        ("extern func f() ((int))", "extern func f() ((int))"),
        (
            "extern func f(a struct {\n\tx, y int\n\t*T `tag`\n})",
            "extern func f(a struct{x, y int; *T \"tag\"})",
        ),
        ("extern func f(a interface {\n\tM()\n\n\tStringer\n})", "extern func f(a interface{M(); Stringer})"),
        ("extern func f(...any)", "extern func f(...any)"),
        ("extern func (f *File) Close() error", "extern func (f *File) Close() error"),
        ("extern func (File) Name() string", "extern func (File) Name() string"),
        (
            "extern \"libm.so.6\" func cos(x float64) float64",
            "extern \"libm.so.6\" func cos(x float64) float64",
        ),
        ("extern `lib` func my_f(x *int32) = `f`", "extern \"lib\" func my_f(x *int32) = \"f\""),
        ("extern \"a\\\\b\\x41\" func f() int = \"\\u00e9\"", "extern \"a\\\\bA\" func f() int = \"é\""),
        ("extern\nfunc\nf(世界 int)", "extern func f(世界 int)"),
        ("extern type Image", "extern type Image"),
        ("extern func f(a [ 2 ]int)", "extern func f(a [2]int)"),
    ];
    for (text, expected) in cases {
        assert_eq!(parsed(text), expected, "{text}");
    }
}

#[test]
fn errors_of_declarations() {
    let cases: &[(&str, &[&str])] = &[
        ("func f()", &["1:0..4 syntax error: unexpected keyword func, expected extern"]),
        (
            "extern",
            &[
                "1:6..6 syntax error: unexpected EOF, expected func | write `extern func F(…) …` or `extern \"library\" func f(…) …`",
            ],
        ),
        (
            "extern var x int",
            &[
                "1:7..10 syntax error: unexpected keyword var, expected func | write `extern func F(…) …` or `extern \"library\" func f(…) …`",
            ],
        ),
        (
            "extern \"lib\" f()",
            &[
                "1:13..14 syntax error: unexpected name f, expected func | write `extern func F(…) …` or `extern \"library\" func f(…) …`",
            ],
        ),
        ("extern func ()", &["1:12..14 method has no receiver"]),
        ("extern func (a, b T) f()", &["1:12..20 method has multiple receivers"]),
        ("extern func (t ...T) f()", &["1:15..18 can only use ... with final parameter in list"]),
        ("extern func 3abc()", &["1:12..13 syntax error: unexpected literal 3, expected name"]),
        ("extern func f", &["1:13..13 syntax error: unexpected EOF, expected ("]),
        ("extern func f\n()", &["1:13..13 syntax error: unexpected newline, expected ("]),
        (
            "extern func f[T any](x T)",
            &["1:13..14 Vo has no generics | use `any` and a type switch, or one function for each type"],
        ),
        (
            "extern func f(a Vec[int])",
            &["1:19..20 syntax error: unexpected [ in parameter list; possibly missing comma or )"],
        ),
        (
            "extern func f(a chan int)",
            &["1:16..20 Vo has no channels | goroutines and channels are not part of Vo"],
        ),
        (
            "extern func f() <-chan int",
            &["1:16..18 Vo has no channels | goroutines and channels are not part of Vo"],
        ),
        (
            "extern func f(a int b int)",
            &["1:20..21 syntax error: unexpected name b in parameter list; possibly missing comma or )"],
        ),
        (
            "extern func f(a int",
            &["1:19..19 syntax error: unexpected EOF in parameter list; possibly missing comma or )"],
        ),
        (
            "extern func f(\n\ta int\n\tb int\n)",
            &[
                "2:21..21 syntax error: unexpected newline in parameter list; possibly missing comma or )",
                "3:28..28 syntax error: unexpected newline in parameter list; possibly missing comma or )",
            ],
        ),
        ("extern func f(a int, b)", &["1:22..23 syntax error: mixed named and unnamed parameters"]),
        ("extern func f(a ...int, b int)", &["1:16..19 can only use ... with final parameter in list"]),
        ("extern func f(a, b ...int)", &["1:19..22 can only use ... with final parameter in list"]),
        ("extern func f() (a ...int)", &["1:19..22 can only use ... with final parameter in list"]),
        ("extern func f(a *)", &["1:17..18 syntax error: unexpected ), expected type"]),
        ("extern func f(a pkg.)", &["1:20..21 syntax error: unexpected ), expected name"]),
        ("extern func f(a map int)", &["1:20..23 syntax error: unexpected name int, expected ["]),
        ("extern func f(a [2, 3]int)", &["1:18..19 syntax error: unexpected comma; expecting ]"]),
        ("extern func f(a [2\n]int)", &["1:18..18 syntax error: unexpected newline, expected ]"]),
        ("extern func f(a [)", &["1:17..18 syntax error: unexpected ), expected expression"]),
        ("extern func f(a [2 3]int)", &["1:19..20 syntax error: unexpected literal 3, expected ]"]),
        ("extern func f(a [n int)", &["1:19..22 syntax error: unexpected name int, expected ]"]),
        ("extern func f(a [n(])", &["1:19..20 syntax error: unexpected ], expected )"]),
        ("extern func f(a [n{", &["1:19..19 syntax error: unexpected EOF, expected } | open 18..19"]),
        ("extern func f(a [...]int)", &["1:16..24 invalid use of [...] array (outside a composite literal)"]),
        (
            "extern func f(a struct{ x int y int; z chan int; w })",
            &[
                "1:30..31 syntax error: unexpected name y in struct type; possibly missing semicolon or newline or }",
                "1:39..43 Vo has no channels | goroutines and channels are not part of Vo",
            ],
        ),
        (
            "extern func f(a struct {\n\tx int\nfunc main() {}",
            &["3:32..36 syntax error: unexpected keyword func, expected } | open 23..24"],
        ),
        (
            "extern func f(a interface{ ~int; M() | N; a.B })",
            &[
                "1:27..28 Vo has no generics | use `any` and a type switch, or one function for each type",
                "1:37..38 syntax error: unexpected | in interface type; possibly missing semicolon or newline or }",
            ],
        ),
        (
            "extern func f(a interface{ int | string })",
            &["1:31..32 Vo has no generics | use `any` and a type switch, or one function for each type"],
        ),
        (
            "extern func f() = g",
            &["1:18..19 syntax error: unexpected name g, expected the C function's name as a string"],
        ),
        ("extern func f() { return }", &["1:16..17 an extern function has no body"]),
        (
            "extern \"li\\qb\" func f() = \"\\400\"",
            &["1:10..12 unknown escape", "1:27..31 octal escape value 256 > 255"],
        ),
        (
            "extern \"lib func f()",
            &[
                "1:7..20 string not terminated",
                "1:20..20 syntax error: unexpected EOF, expected func | write `extern func F(…) …` or `extern \"library\" func f(…) …`",
            ],
        ),
        (
            "extern func f(a # int, b “int”)",
            &[
                "1:16..17 invalid character U+0023 '#' in program",
                "1:25..28 invalid character U+201C '“' in program",
                "1:31..34 invalid character U+201D '”' in program",
            ],
        ),
        (
            "extern func f(/* a",
            &["1:14..16 comment not terminated", "1:18..18 syntax error: unexpected EOF, expected type"],
        ),
        (
            "extern type X struct{}",
            &[
                "1:14..20 syntax error: unexpected keyword struct after extern type X | what is in the type is written in Rust: \
                 leave it out here, or write `type Name …` for a type of Vo",
            ],
        ),
        (
            "extern type X = Y",
            &[
                "1:14..15 syntax error: unexpected = after extern type X | another name of a type is no extern type: write `type \
                 Name = …`",
            ],
        ),
        (
            "extern type (X)",
            &[
                "1:12..13 syntax error: unexpected (, expected name | declare each type by itself: `extern type Name`",
            ],
        ),
        (
            "extern type List[T any]",
            &["1:16..17 Vo has no generics | use `any` and a type switch, or one function for each type"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(&show(&parse_extern(text, 0).errors), expected, "{text}");
    }
}

#[test]
fn types_are_nested_to_a_limit() {
    let nested = |depth: usize, open: &str, close: &str| {
        let text = format!("extern func f(a {}int{}) error", open.repeat(depth), close.repeat(depth));
        show(&parse_extern(&text, 0).errors)
    };
    let most = MAX_DEPTH as usize - 1;
    for (open, close) in
        [("*", ""), ("[]", ""), ("(", ")"), ("[2]", ""), ("func() ", ""), ("func(", ")"), ("struct{a ", "}")]
    {
        assert_eq!(nested(most, open, close), [""; 0], "{open}");
        for depth in [most + 1, 100_000] {
            let errors = nested(depth, open, close);
            let place = format!("1:{}..", 16 + open.len() * (most + 1));
            assert!(errors[0].starts_with(&place), "{open}: {}", errors[0]);
            assert!(errors[0].ends_with(" nested more than 100 levels deep"), "{open}: {}", errors[0]);
        }
    }
}

#[test]
fn every_offset_of_every_text_has_an_end() {
    let text = "é extern \"a\\n\" func (f *T) m(a [n]struct{ b int `t`; *C }, d ...interface{ M() }) (x error) = \"y\" {}";
    for end in 0..=text.len() {
        let Some(text) = text.get(..end) else { continue };
        for offset in 0..text.len() + 2 {
            let parsed = parse_extern(text, offset);
            assert!(parsed.item.is_some() || !parsed.errors.is_empty(), "{offset} of {text}");
            assert!(
                (offset.min(text.len())..=text.len()).contains(&parsed.end) || !text.is_char_boundary(offset),
                "{offset} of {text}"
            );
        }
    }
}

//! Texts that are too large, too deep or no C at all: an error, and soon.

use super::*;

/// The first error, and how many there are.
fn first(text: &str) -> (String, usize) {
    match Declarations::parse(text, &Target::LINUX_X64) {
        Ok(_) => ("no errors".into(), 0),
        Err(errors) => (errors.0[0].to_string(), errors.0.len()),
    }
}

#[test]
fn limits_have_errors() {
    let chain = |most: usize, of: fn(usize) -> String| (0..most).map(of).collect::<String>();
    let params = |count: usize| format!("void f({});", vec!["int"; count].join(", "));
    let doubled = |members: &str| {
        format!("struct s0 {{ {members} }};")
            + &chain(60, |i| format!("struct s{} {{ struct s{i} a, b; }};", i + 1))
            + "enum { A = sizeof(struct s60) };"
    };
    let mut wrong = String::new();
    for (text, expected, count) in [
        (params(1000), "no errors", 0),
        (params(10_000), "1:5008: more than 1000 parameters", 1),
        (format!("int a{};", "[1]".repeat(300)), "1:306: this type is nested more than 200 levels deep", 1),
        (format!("int {}a;", "*".repeat(300)), "1:5: this type is nested more than 200 levels deep", 1),
        (
            format!("int {}a{};", "(".repeat(300), ")".repeat(300)),
            "1:205: nested more than 200 levels deep",
            1,
        ),
        (format!("int a = {}1;", "- ".repeat(300)), "1:409: nested more than 200 levels deep", 1),
        (
            format!("int a = {}1{};", "(".repeat(300), ")".repeat(300)),
            "1:109: nested more than 200 levels deep",
            1,
        ),
        (
            format!("{} int a; {}", "struct {".repeat(300), "} x;".repeat(300)),
            "1:1601: nested more than 200 levels deep",
            1,
        ),
        (
            "typedef int *t0;".to_string() + &chain(300, |i| format!("typedef t{i} *t{};", i + 1)),
            "1:3574: this type is nested more than 200 levels deep",
            1,
        ),
        (
            "typedef int t0(int);".to_string()
                + &chain(60, |i| format!("typedef int t{}(t{i} *, t{i} *);", i + 1)),
            "1:367: this type has more than 50000 parts",
            4,
        ),
        (doubled("int x;"), "1:458: this type has more than 65536 members", 3),
        (doubled(""), "1:484: this type has more than 65536 members", 3),
        ("((((".repeat(10_000), "1:1: expected a type, found `(`", 3),
        ("{[(".repeat(10_000), "1:1: expected a type, found `{`", 3),
        ("@".repeat(10_000), "1:1: `@` has no meaning in C", 100),
        ("x ".repeat(10_000), "1:1: unknown type `x`", 2),
        ("int a[1 << 30]; char b[1 << 30];".to_string(), "no errors", 0),
        (
            format!("enum {{ A = {} }};", "9".repeat(400)),
            "1:12: the number `9999999999999999999999999999999999999999…` is too large: integers have at most 64 bits",
            1,
        ),
    ] {
        let (found, shown) = (first(&text), text.chars().take(60).collect::<String>());
        if found != (expected.to_string(), count) {
            wrong += &format!(
                "\n{shown}…\nexpected: {expected} ({count} in all)\nfound:    {} ({})",
                found.0, found.1
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_large_array_is_a_type_and_its_size_a_question_for_layouts() {
    let declarations = Declarations::parse("char a[1ull << 30], b[1ull << 60];", &Target::LINUX_X64).unwrap();
    let sizes: Vec<String> = (declarations.variables().iter())
        .map(|variable| match declarations.types.layout(variable.ty, &Target::LINUX_X64) {
            Ok(layout) => layout.size.to_string(),
            Err(error) => error.to_string(),
        })
        .collect();
    assert_eq!(sizes, ["1073741824", "`char[1152921504606846976]` is too large"]);
}

//! Listings of small functions, so that a change of the code is seen, and the limits.

use std::borrow::Cow;

use crate::check::{Input, PackageSource, check_program};

use super::compile;

struct NoPackages;

impl PackageSource for NoPackages {
    fn files(&self, _: &str) -> Option<Vec<(String, Cow<'static, str>)>> {
        None
    }

    fn paths(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The listing of the functions of a program, or its first error.
fn listing(text: &str) -> Result<String, String> {
    let text = format!("package main\nfunc main() {{}}\n{text}").into_bytes();
    let input = Input::new("test.vo", text);
    let checked =
        check_program(&[input], &NoPackages).map_err(|rejected| rejected.diagnostics[0].message.clone())?;
    match compile(&checked, false) {
        Ok(program) => Ok(program.to_string()),
        Err(diagnostics) => Err(diagnostics[0].message.clone()),
    }
}

/// The operations of the function `f`, in order.
fn operations(text: &str) -> String {
    let listing = listing(text).expect("the program compiles");
    let body =
        listing.split("\n\n").find(|part| part.starts_with("func main.f(")).expect("it has a function f");
    let operation = |line: &str| {
        let mut words = line.split_whitespace().skip_while(|word| word.parse::<u32>().is_ok());
        words.next().unwrap_or_default().to_string()
    };
    body.lines().skip(1).map(operation).collect::<Vec<_>>().join(" ")
}

#[test]
fn code_of_small_functions() {
    let cases = [
        // Arguments go straight into the window, and the last result is used there.
        (
            "func f(n int) int { if n < 2 { return n }; return f(n-1) + f(n-2) }",
            "JumpGeI Move Return AddI Call Move AddI Call Add Return",
        ),
        ("func f(a, b int) int { return a*3 + b - 7 }", "MulI Add AddI Return"),
        ("func f(a, b uint8) uint8 { return a/3 + b>>2 }", "DivI ShrUI Add Zext8 Return"),
        ("func f(a []int, i int) { a[i] += 2 }", "Index64 AddI SetIndex64 Return"),
        // A counting loop tests at its entry and counts, compares and jumps in one instruction.
        (
            "func f(n int) (s int) { for i := 0; i < n; i++ { s += i }; return }",
            "LoadInt LoadInt JumpLe Add ForLt Return",
        ),
        (
            "func f(a []int) (s int) { for _, x := range a { s += x }; return }",
            "LoadInt Len LoadInt JumpLeI Index64 Add ForLt Return",
        ),
        ("func f(m map[string]int, k string) { m[k]++ }", "MapSlot Load64 AddI Store64 Return"),
        // Conditions are jumps.
        (
            "func f(a, b int, s string) bool { return a < b && s != \"\" || b == 5 }",
            "JumpLe JumpNeI JumpNeI LoadInt Jump LoadInt Return",
        ),
        // A struct is read through its address, and a local one is returned without a copy.
        ("type P struct{ x, y int }\nfunc f(p *P) int { return p.x + p.y }", "Load64 Load64 Add Return"),
        (
            "type P struct{ x, y int }\nfunc f(n int) P { p := P{1, n}; p.x = n; return p }",
            "New LoadInt Store64 Store64 Store64 Move Return",
        ),
        // A slice that is never assigned to is captured as it is.
        ("func f(s []int) func() int { return func() int { return s[0] } }", "Move Closure Return"),
        (
            "func f(n int) func() int { return func() int { n++; return n } }",
            "New Store64 Move Closure Return",
        ),
        ("func f(s string) string { return s + \"a\" + s }", "Move LoadConst Move Concat Return"),
    ];
    let different = cases.iter().filter(|case| operations(case.0) != case.1);
    let report: Vec<_> = different.map(|case| format!("{}\n  is {}", case.0, operations(case.0))).collect();
    assert!(report.is_empty(), "{}", report.join("\n"));
}

#[test]
fn limits_are_errors() {
    let variables: String = (0..30_000).map(|n| format!("v{n} := n; _ = v{n}\n")).collect();
    let params: String = (0..5000).map(|n| format!("p{n} int, ")).collect();
    let arguments = "1, ".repeat(5000);
    let cases = [
        (
            format!("func f(n int) {{ {variables} }}"),
            "function main.f is too large: it needs too many registers",
        ),
        (
            format!("func g({params}) {{}}\nfunc f() {{ g({arguments}) }}"),
            "a call cannot have more than 4096 slots of arguments",
        ),
        ("var v [1 << 33]byte".into(), "values of type [8589934592]uint8 take more than 2 GiB"),
        ("var a, b [1 << 30]byte".into(), "package-level variables take more than 2 GiB"),
    ];
    for (text, expected) in cases {
        assert_eq!(listing(&text), Err(expected.to_string()));
    }
}

#[test]
fn long_chains_do_not_exhaust_the_stack() {
    let chain = |operand: &str, operator: &str| vec![operand; 10_000].join(operator);
    let text = format!(
        "func f(a int, s string, b bool) (int, string, bool) {{ return {}, {}, {} }}",
        chain("a", "+"),
        chain("s", "+"),
        chain("b", "&&"),
    );
    assert!(listing(&text).is_ok_and(|listing| listing.len() > 10_000));
}

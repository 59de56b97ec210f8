//! Rust types in programs that grow.

use vo_ffi::prelude::*;
use vo_vm::{Completion, Session};

use crate::vm;
use crate::written::Written;

/// A Counter counts.
#[derive(VoObject)]
#[vo(name = "main.Counter")]
struct Counter(i64);

#[vo_extern("main.NewCounter")]
fn new_counter(start: i64) -> Counter {
    Counter(start)
}

#[vo_extern("main.AnyCounter")]
fn any_counter(ctx: &mut ExternCtx) -> VoValue {
    ctx.new_rust(Counter(100)).into_value()
}

#[vo_extern("main.Counter.Add")]
fn add(counter: &mut Counter, n: i64) -> i64 {
    counter.0 += n;
    counter.0
}

const DECLARATIONS: &str = "\
extern type Counter
extern func NewCounter(start int) *Counter
extern func AnyCounter() any
extern func (counter *Counter) Add(n int) int
";

/// Entries behind the declarations, and what they print or why they are rejected.
const ROWS: &[&[(&str, &str)]] = &[
    &[("c := NewCounter(5)", ""), ("c.Add(2)", "7"), ("var d = c; d == c && d.Add(1) == 8", "true")],
    // There is one type in Rust, so that it stays the same when it is declared again.
    &[
        ("c := NewCounter(1)", ""),
        ("func next(c *Counter) int { return c.Add(1) }", ""),
        (DECLARATIONS, ""),
        ("c = NewCounter(c.Add(1)); next(c)", "3"),
        ("extern type Counter", ""),
        ("var d *Counter = c; next(d) + c.Add(0)", "8"),
        ("AnyCounter().(*Counter).Add(1)", "101"),
    ],
    // A type in between is another one.
    &[
        ("c := NewCounter(1)", ""),
        ("type Counter struct{ n int }", ""),
        ("c.Add(1) + Counter{5}.n", "7"),
        ("AnyCounter().(*Counter)", "interface conversion: interface {} is *main.Counter, not *main.Counter"),
        ("extern type Counter; func next(c *Counter) int { return c.Add(1) }", ""),
        ("next(c) + next(AnyCounter().(*Counter))", "104"),
    ],
    &[
        ("func (c *Counter) Twice() int { return 2 * c.Add(0) }", ""),
        ("c := NewCounter(4)", ""),
        ("c.Twice()", "8"),
        ("func (c *Counter) Twice() int { return c.Add(0) + c.Add(0) + 1 }", ""),
        ("c.Twice()", "9"),
        (
            "func (c *Counter) Twice() string { return \"\" }",
            "method Counter.Twice already declared with another type",
        ),
        ("func (c *Counter) Add(n int) int { return n }", ""),
        ("c.Add(7)", "7"),
    ],
    &[
        ("extern type Counter; extern type Counter", "Counter redeclared in this block"),
        ("extern type Other struct{}", "syntax error: unexpected keyword struct after extern type Other"),
        ("var other *Other", "undefined: Other"),
        ("c := Counter{}", "Counter is a Rust type, which programs use by pointer only"),
        ("if true { extern type Inner }", "syntax error: unexpected keyword extern in a function"),
        (
            "extern func (c *Counter) Missing()",
            "`main.Counter.Missing` is declared at entry 7:1 but no native has this \
                                                name; other natives of its package are in vo/tests/rust_objects/sessions.rs",
        ),
        ("*NewCounter(1)", "invalid operation: cannot indirect NewCounter(1) (value of type *Counter)"),
    ],
];

/// What an entry prints, or the first line of why it is not carried out.
fn eval(session: &mut Session, output: &Written, entry: &str) -> String {
    let end = session.eval(entry);
    let printed = output.take();
    match end {
        Ok(()) => printed.trim_end().into(),
        Err(failure) => {
            let text = failure.to_string();
            let first = text.lines().next().unwrap_or_default();
            first.trim_start_matches("error: ").trim_start_matches("panic: ").into()
        }
    }
}

fn session() -> (Session, Written) {
    let mut session = Session::new(vm()).expect("there is memory");
    let output = Written::default();
    session.program().set_stdout(output.clone());
    assert_eq!(eval(&mut session, &output, DECLARATIONS), "");
    (session, output)
}

#[test]
fn entries_use_rust_types() {
    for row in ROWS {
        let (mut session, output) = session();
        for (entry, expected) in *row {
            assert_eq!(eval(&mut session, &output, entry), *expected, "{entry}");
        }
    }
}

#[test]
fn names_of_rust_types_and_their_methods_are_completed() {
    let (mut session, output) = session();
    for entry in ["c := NewCounter(1)", "func (c *Counter) Reset() {}", "s := struct{ *Counter }{c}"] {
        assert_eq!(eval(&mut session, &output, entry), "");
    }
    let rows: [(&str, usize, &[&str]); 4] = [
        ("var d *Count", 7, &["Counter"]),
        ("c.", 2, &["Add", "Reset"]),
        ("s.", 2, &["Add", "Counter", "Reset"]),
        ("s.Counter.R", 10, &["Reset"]),
    ];
    for (text, start, names) in rows {
        let names = names.iter().map(|name| name.to_string()).collect();
        assert_eq!(session.complete(text), Completion { start, names }, "{text}");
    }
    assert_eq!(session.type_of("c").ok().as_deref(), Some("*Counter"));
    assert_eq!(session.type_of("(*Counter).Add").ok().as_deref(), Some("func(*Counter, int) int"));
}

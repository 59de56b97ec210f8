//! What the checker records for the compiler.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::info::{CallKind, CheckedProgram, CompositeInfo, ConstValue, ExprType, Resolved, Selection};
use super::{Input, PackageSource, check_program};
use crate::ast::{ExprId, ExprKind};
use crate::diagnostic::render;

struct NoPackages;

impl PackageSource for NoPackages {
    fn files(&self, _path: &str) -> Option<Vec<(String, Cow<'static, str>)>> {
        None
    }

    fn paths(&self) -> Vec<String> {
        Vec::new()
    }
}

fn check(text: &str) -> CheckedProgram {
    let input = Input::new("test.vo", text);
    match check_program(&[input], &NoPackages) {
        Ok(program) => program,
        Err(rejected) => panic!("{}", render(&rejected.sources, &rejected.diagnostics, false)),
    }
}

/// The recorded type, and value, of each expression whose text is `wanted`.
fn facts(program: &CheckedProgram, wanted: &str) -> String {
    let mut text = String::new();
    for (index, expr) in program.ast.exprs.iter().enumerate() {
        if program.sources.text(expr.span) != wanted {
            continue;
        }
        let id = ExprId(index as u32);
        let shown = match &program.info.expr_types[index] {
            ExprType::None => "none".into(),
            ExprType::One(ty) => program.types.name(*ty),
            ExprType::Many(types) => {
                types.iter().map(|&ty| program.types.name(ty)).collect::<Vec<_>>().join("+")
            }
            ExprType::Type(ty) => format!("type {}", program.types.name(*ty)),
        };
        let _ = write!(text, "{}{shown}", if text.is_empty() { "" } else { "; " });
        if let Some(value) = program.info.constant(id) {
            let _ = write!(text, " = {}", shown_value(value));
        }
    }
    text
}

fn shown_value(value: &ConstValue) -> String {
    match value {
        ConstValue::Bool(value) => value.to_string(),
        ConstValue::Int(value) => value.to_string(),
        ConstValue::Float(value) => value.to_string(),
        ConstValue::String(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
    }
}

#[test]
fn recorded_types_are_final() {
    let cases = [
        ("var x any = 1", "1", "int = 1"),
        ("var x float64 = 1", "1", "float64 = 1"),
        ("var x = 'a'", "'a'", "int32 = 97"),
        ("var x error = nil", "nil", "error"),
        ("var x = []int(nil)", "nil", "[]int"),
        ("var x *int; _ = x == nil", "nil", "*int"),
        ("var x any; _ = x == 1", "1", "int = 1"),
        ("var u uint8; _ = u + 1", "1", "uint8 = 1"),
        ("var u uint8; _ = u << 3", "3", "uint = 3"),
        ("var s uint; var x int64 = 1 << s", "1", "int64 = 1"),
        ("var s uint; var x int64 = 1 << s", "1 << s", "int64"),
        ("var s uint; var x = 1 << s", "1 << s", "int"),
        ("var s uint; _ = uint8(1 << s)", "1 << s", "uint8"),
        ("var s uint; _ = make([]int, 1 << s)", "1 << s", "int"),
        ("type B bool; a := 1; var b B = a < 2", "a < 2", "main.B"),
        ("a := 1; b := a < 2 || false", "a < 2", "bool"),
        ("a := 1; b := a < 2 || false", "false", "bool = false"),
        ("x := 1.0 / 3", "1.0 / 3", "float64 = 0.3333333333333333"),
        ("var x float32 = 0.1", "0.1", "float32 = 0.10000000149011612"),
        ("const c = 1 << 70 >> 68; x := c", "c", "none; int = 4"),
        ("_ = []any{1, 2.5}", "2.5", "float64 = 2.5"),
        ("_ = map[string]float64{\"a\": 1}", "1", "float64 = 1"),
        ("panic(1)", "1", "int = 1"),
        ("println(1.5)", "1.5", "float64 = 1.5"),
        ("_ = string('a')", "string('a')", "string = \"a\""),
        ("_ = len(\"abc\")", "len(\"abc\")", "int = 3"),
        ("var a [4]int; _ = len(a)", "len(a)", "int = 4"),
        ("m := map[int]int{}; v, ok := m[1]; _ = ok", "m[1]", "int"),
        ("for i := range uint8(3) { _ = i }", "i", "uint8; uint8"),
        ("x := [...]int{2: 1}", "[...]int", "type [3]int"),
        ("_ = []*struct{a int}{{1}}", "{1}", "*struct { a int }"),
        ("_ = min(1, 2.5)", "min(1, 2.5)", "float64 = 1"),
        ("switch any(1) { case 2: }", "2", "int = 2"),
        ("switch { case 1 < 2: }", "1 < 2", "bool = true"),
    ];
    for (body, wanted, expected) in cases {
        let uses = ["x", "b", "v"].iter().filter(|name| {
            body.contains(&format!("{name} := "))
                || body.contains(&format!("var {name} "))
                || body.contains(&format!("{name}, ok"))
        });
        let uses: String = uses.map(|name| format!("; _ = {name}")).collect();
        let program = check(&format!("package main\n\nfunc main() {{\n\t{body}{uses}\n}}\n"));
        assert_eq!(facts(&program, wanted), expected, "{wanted} in {body}");
    }
}

/// The selection of each selector, by its text.
fn selections(program: &CheckedProgram) -> Vec<String> {
    let mut rows: Vec<(ExprId, String)> = Vec::new();
    for (&id, selection) in &program.info.selections {
        let ExprKind::Selector { .. } = program.ast.expr(id).kind else { continue };
        let path = |path: &[super::info::FieldStep]| -> String {
            path.iter().map(|step| format!("{}{}", if step.deref { "*" } else { "." }, step.index)).collect()
        };
        let shown = match selection {
            Selection::Field { path: steps } => format!("field {}", path(steps)),
            Selection::Method { path: steps, adjust, .. } => format!("method {} {adjust:?}", path(steps)),
            Selection::MethodExpr { path: steps, adjust, .. } => format!("expr {} {adjust:?}", path(steps)),
        };
        rows.push((id, format!("{}: {shown}", program.sources.text(program.ast.expr(id).span))));
    }
    rows.sort();
    rows.into_iter().map(|row| row.1).collect()
}

const EMBEDDED: &str = "package main

type Base struct{ n, m int }
func (b Base) Get() int { return b.m }
func (b *Base) Set() {}
type Mid struct{ *Base }
type Top struct{ s string; Mid }
type Getter interface{ Get() int }

func main() {
	t := Top{}
	_ = t.m
	_ = t.Get()
	t.Set()
	b := Base{}
	b.Set()
	p := &b
	_ = p.Get()
	_ = p.n
	var g Getter = t
	_ = g.Get
	_ = (*Base).Set
	_ = Top.Get
}
";

#[test]
fn selections_lead_through_embedded_fields() {
    let expected = [
        "b.m: field .1",
        "t.m: field .1.0*1",
        "t.Get: method .1.0 Deref",
        "t.Set: method .1.0 None",
        "b.Set: method  AddressOf",
        "p.Get: method  Deref",
        "p.n: field *0",
        "g.Get: method  None",
        "(*Base).Set: expr  None",
        "Top.Get: expr .1.0 Deref",
    ];
    assert_eq!(selections(&check(EMBEDDED)), expected);
}

#[test]
fn method_sets_hold_promoted_methods() {
    let program = check(EMBEDDED);
    let mut rows: Vec<String> = Vec::new();
    for (&ty, entries) in &program.info.method_sets {
        let names: Vec<String> =
            entries.iter().map(|entry| format!("{} {:?}", entry.name, entry.adjust)).collect();
        rows.push(format!("{}: {}", program.types.name(ty), names.join(", ")));
    }
    rows.sort();
    rows.retain(|row| row.trim_start_matches('*').starts_with("main."));
    let expected = [
        "*main.Base: Get Deref, Set None",
        "*main.Mid: Get Deref, Set None",
        "*main.Top: Get Deref, Set None",
        "main.Base: Get None",
        "main.Mid: Get Deref, Set None",
        "main.Top: Get Deref, Set None",
    ];
    assert_eq!(rows, expected);
}

#[test]
fn variables_know_how_they_are_used() {
    let program = check(
        "package main

func main() {
	a, b, c, d := 1, 2, 3, [2]int{}
	p := &a
	f := func() func() int {
		b++
		return func() int { return c + *p }
	}
	s := d[:]
	for i := 0; i < 3; i++ {
		f()
	}
	_ = s
}
",
    );
    let rows: Vec<String> = program
        .info
        .vars
        .iter()
        .map(|var| {
            let flags = [
                (var.captured, "captured"),
                (var.address_taken, "address"),
                (var.per_iteration, "iteration"),
                (var.reassigned, "reassigned"),
            ];
            let flags: Vec<&str> = flags.iter().filter(|flag| flag.0).map(|flag| flag.1).collect();
            format!("{}: {}", var.name, flags.join(" "))
        })
        .collect();
    let expected = [
        "a: address",
        "b: captured reassigned",
        "c: captured",
        "d: address",
        "p: captured",
        "f: ",
        "s: ",
        "i: iteration reassigned",
    ];
    assert_eq!(rows, expected);
    let captures: Vec<String> = program
        .info
        .funcs
        .iter()
        .map(|func| {
            let names: Vec<&str> =
                func.captures.iter().map(|&var| program.info.var(var).name.as_str()).collect();
            format!("{}: {}", func.name, names.join(" "))
        })
        .collect();
    assert_eq!(captures, ["main.main: ", "main.main.func1: b c p", "main.main.func1.1: c p"]);
}

#[test]
fn variables_are_initialised_in_order_of_need() {
    let program = check(
        "package main

var a = c + b
var b = f()
var c = g()
var d = 3
var e, h = two()
var _ = x
var x int

func f() int { d++; return d }
func g() int { return func() int { return T{}.m() }() }
func two() (int, int) { return a, b }

type T struct{}

func (T) m() int { return d }

func main() { _, _ = e, h }
",
    );
    let package = &program.info.packages[0];
    let name = |target: &Option<super::info::GlobalId>| match target {
        Some(id) => program.info.globals[id.0 as usize].name.clone(),
        None => "_".into(),
    };
    let order: Vec<String> = package
        .initialisers
        .iter()
        .map(|init| init.targets.iter().map(name).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(order, ["main.d", "main.b", "main.c", "main.a", "main.e main.h", "_"]);
}

#[test]
fn calls_and_literals() {
    let program = check(
        "package main

extern func native(n int)

type S struct{ a, b int }

func f(a int, rest ...any) (int, int) { return 1, 2 }

func main() {
	f(1)
	f(1, 2, 3)
	f(1, []any{}...)
	f(f(1))
	native(1)
	_ = int64(1)
	_ = append([]int{}, 1)
	_ = S{b: 1}
	_ = []int{3: 1, 2}
}
",
    );
    let mut rows: Vec<_> = program
        .info
        .calls
        .iter()
        .map(|(id, call)| {
            let text = program.sources.text(program.ast.expr(*id).span);
            let kind = match call.kind {
                CallKind::Func(_) => "func".into(),
                CallKind::Extern(_) => "extern".into(),
                other => format!("{other:?}"),
            };
            (*id, format!("{text}: {kind} {:?} {}", call.pack_from, call.from_tuple))
        })
        .collect();
    rows.sort();
    let rows: Vec<String> = rows.into_iter().map(|row| row.1).collect();
    let expected = [
        "f(1): func Some(1) false",
        "f(1, 2, 3): func Some(1) false",
        "f(1, []any{}...): func None false",
        "f(1): func Some(1) false",
        "f(f(1)): func Some(1) true",
        "native(1): extern None false",
        "int64(1): Conversion None false",
        "append([]int{}, 1): Builtin(Append) Some(1) false",
    ];
    assert_eq!(rows, expected);
    let composites = program.info.composites.values();
    let found = composites.filter(|info| match info {
        CompositeInfo::Struct(fields) => fields[0].0 == 1,
        CompositeInfo::Array { len, elements } => *len == 5 && elements.iter().map(|row| row.0).eq([3, 4]),
        CompositeInfo::Map(_) => false,
    });
    assert_eq!(found.count(), 2);
    let names = program.info.resolved.values().filter(|resolved| matches!(resolved, Resolved::Extern(_)));
    assert_eq!(names.count(), 1);
}

#[test]
fn long_chains_do_not_exhaust_the_stack() {
    let sum = vec!["a"; 10_000].join(" + ");
    let calls = "(1)".repeat(10_000);
    let negations = "a < 1 && ".repeat(10_000);
    let text = format!(
        "package main\n\ntype F func(int) F\n\nfunc main() {{\n\ta := 1\n\tvar f F\n\t_ = {sum}\n\t_ = f{calls}\n\tb := {negations}true\n\t_ = b\n}}\n"
    );
    let thread =
        std::thread::Builder::new().stack_size(512 << 10).spawn(move || check(&text).info.vars.len());
    assert_eq!(thread.map(|thread| thread.join().ok()).ok().flatten(), Some(3));
}

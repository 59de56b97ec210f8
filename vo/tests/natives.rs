//! Every native of the packages that only compute is called with the values at the bounds of its types: through the ABI
//! alone, and by a program, with a collection at every allocation.

use std::fmt::Write as _;
use std::process::Command;

use vo_ffi::testing::check_all;
use vo_ffi::{Class, ExternEntry, ExternRegistry, Scalar, TypeSpec, TypeTable};
use vo_vm::{Input, Vm};

/// Whose natives read and write nothing but their arguments.
const PACKAGES: &[&str] =
    &["bits", "bytes", "errors", "filepath", "math", "path", "sort", "strconv", "strings", "unicode", "utf8"];

/// What looks at the file system, and what goes round a loop as often as an argument says, as in Go.
const EXCEPT: &[&str] = &["filepath.glob", "math.Jn", "math.Yn"];

/// What makes a text as long as an argument says, for which no memory is enough.
const LONG: &[&str] = &["bytes.Repeat", "strconv.FormatFloat", "strings.Repeat"];

fn is_wanted(entry: &ExternEntry) -> bool {
    PACKAGES.contains(&entry.package()) && !EXCEPT.contains(&entry.name)
}

#[test]
fn natives_keep_the_abi() {
    let report = check_all(&ExternRegistry::from_inventory(), is_wanted);
    assert!(report.faults.is_empty(), "{report}");
    let called = report.called.len();
    assert!(called > 150 && report.calls > 30 * called && report.refused > 3 * called, "{report}");
}

/// With this set, every heap collects at every allocation.
const STRESS: &str = "VO_GC_STRESS";

#[test]
fn natives_bear_collections() {
    let this = std::env::current_exe().expect("this test is a file");
    let mut with_stress = Command::new(this);
    let output = with_stress.env(STRESS, "1").arg("a_program_calls_all_natives").output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_program_calls_all_natives() {
    let natives = ExternRegistry::from_inventory();
    let mut registry = ExternRegistry::new();
    let (mut declarations, mut calls) = (String::new(), String::new());
    let mut count = 0;
    let mut types = TypeTable::new();
    for entry in natives.entries().into_iter().filter(|entry| is_wanted(entry)) {
        if LONG.contains(&entry.name) || entry.signature.func_type(&mut types).is_none() {
            continue;
        }
        count += 1;
        let name = entry.name.replace(['.', '/'], "_");
        let renamed: &'static str = format!("main.{name}").leak();
        let ExternEntry { signature, wrapper, docs, file, line, effects, .. } = *entry;
        let entry = ExternEntry { name: renamed, signature, wrapper, docs, file, line, effects };
        registry = registry.with(Box::leak(Box::new(entry)));
        let _ = writeln!(declarations, "extern func {name}{}", signature.vo_signature());
        for number in 0..CALLS {
            let _ = writeln!(calls, "\ttry(func() {{ {} }})", call(&name, &signature, number));
        }
    }
    assert!(count > 150, "{count}");
    let text = format!("{HEAD}\n{declarations}\nfunc main() {{\n{calls}\tfinish({count})\n}}\n");
    let mut program = Vm::new(registry)
        .load(&[Input::new("main.vo", text.as_str())])
        .unwrap_or_else(|errors| panic!("{errors}"));
    if let Err(failure) = program.run() {
        panic!("{failure}");
    }
}

/// How often each native is called.
const CALLS: usize = 8;

/// What results are kept in, so that one that is not whole is found.
const HEAD: &str = r#"package main

var kept []any
var ended, panicked int

func keep(values ...any) { kept = append(kept, values...) }

func try(f func()) {
	defer func() {
		if recover() != nil { panicked++ }
	}()
	f()
	ended++
}

func look(value any) int {
	switch value := value.(type) {
	case string: return len(value + "!")
	case []byte: return len(append([]byte(nil), value...))
	case []string:
		n := 0
		for _, text := range value { n += len(text + "!") }
		return n
	case error: return len(value.Error())
	}
	return 1
}

func finish(natives int) {
	n := 0
	for _, value := range kept { n += look(value) }
	if ended < 4*natives || n == 0 { panic("few calls ended well") }
}
"#;

fn call(name: &str, signature: &vo_ffi::SignatureSpec, number: usize) -> String {
    let last = signature.params.len().saturating_sub(1);
    let argument = |(index, ty): (usize, TypeSpec)| {
        let values = values(ty);
        // All parameters get the value of one number first, then those that are further apart.
        let value = &values[(number + index * (number / 2)) % values.len()];
        let dots = if signature.variadic && index == last { "..." } else { "" };
        format!("{value}{dots}")
    };
    let arguments: Vec<String> =
        signature.params.iter().map(|param| param.ty).enumerate().map(argument).collect();
    let call = format!("{name}({})", arguments.join(", "));
    match signature.results.len() + usize::from(signature.fallible) {
        0 => call,
        _ => format!("keep({call})"),
    }
}

/// Expressions of a type, those at its bounds among them.
fn values(ty: TypeSpec) -> Vec<String> {
    let name = ty.vo_name();
    let texts = |all: &[&str]| all.iter().map(|text| text.to_string()).collect();
    match ty {
        TypeSpec::Scalar(scalar) => scalars(scalar),
        TypeSpec::Rune => texts(&["'a'", "'\\u00e9'", "'\\U0001f600'", "rune(-1)", "rune(0xd800)"]),
        TypeSpec::String => texts(&[
            "\"\"",
            "\"a,b,,c\"",
            "\"gr\u{f6}\u{df}er\"",
            "\"\\xff\\xfe\"",
            "\"-12.5e3\"",
            "\"a/../b//c\"",
        ]),
        TypeSpec::Any | TypeSpec::Interface => texts(&[
            "nil",
            "1",
            "\"x\"",
            "[]int{3, 1, 2}",
            "map[string]int{\"a\": 1}",
            "[]string{\"b\", \"a\"}",
        ]),
        TypeSpec::Error => texts(&["nil"]),
        TypeSpec::Slice(Some(elem)) => {
            let elements = values(*elem).join(", ");
            vec![format!("{name}(nil)"), format!("{name}{{}}"), format!("{name}{{{elements}}}")]
        }
        TypeSpec::FuncOf(_) => {
            let body = match &name[..] {
                name if name.ends_with(')') => " {}",
                name if name.ends_with("bool") => " { return false }",
                _ => " { return 1 }",
            };
            vec![format!("{name}{body}"), format!("{name} {{ panic(\"no\") }}"), format!("({name})(nil)")]
        }
        other => panic!("no values of {other:?}"),
    }
}

fn scalars(scalar: Scalar) -> Vec<String> {
    let name = TypeSpec::Scalar(scalar).vo_name();
    match (scalar.class(), scalar.range()) {
        (Class::Bool, _) => vec!["false".into(), "true".into()],
        (Class::Float, _) | (_, None) => {
            ["0", "-1.5", "1e30", "5e-30", "3"].map(|text| format!("{name}({text})")).into()
        }
        (_, Some((low, high))) => {
            let numbers = [0, 1, 3, 64, low, high, low + 1].into_iter();
            numbers
                .filter(|number| (low..=high).contains(number))
                .map(|number| format!("{name}({number})"))
                .collect()
        }
    }
}

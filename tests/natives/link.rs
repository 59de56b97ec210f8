//! Declarations compared with natives: every difference, in words, with both places.

use vo_ffi::prelude::*;
use vo_ffi::{
    Declaration, Effects, ExternEntry, FuncType, ObjectSpec, Origin, Scalar, SignatureSpec, Slot, TypeId,
    TypeKind, TypeSpec, TypeTable,
};

use crate::host::{Host, func};

const DOCUMENTED_LINE: u32 = line!() + 5;

/// The larger of two numbers.
///
/// Ties go to the first.
#[vo_extern("link.Max")]
fn max(a: i64, b: i64) -> i64 {
    a.max(b)
}

#[vo_extern("link.Split")]
fn split(text: &str, limit: u8, rest: VoVariadic) -> Result<(Vec<String>, i64), VoError> {
    Ok((vec![text.repeat(limit.into())], rest.len() as i64))
}

#[vo_extern("link.File.Close")]
fn close(_file: VoObject) -> Option<VoError> {
    None
}

#[vo_module("deep/link")]
mod deep {
    use vo_ffi::prelude::*;

    #[vo_extern]
    fn max(a: i64) -> i64 {
        a
    }
}

#[test]
fn a_package_is_found_by_its_path_and_then_by_its_name() {
    let registry = ExternRegistry::from_inventory();
    let found = |path: &str, name: &str| registry.find(path, name).map(|entry| entry.name);
    let rows = [
        ("link", "link.Max", Some("link.Max")),
        ("deep/link", "link.Max", Some("deep/link.Max")),
        ("deep/link", "link.Split", Some("link.Split")),
        ("deep/link", "link.File.Close", Some("link.File.Close")),
        ("other/link", "link.Max", Some("link.Max")),
        ("deep", "deep.Max", None),
    ];
    for (path, name, expected) in rows {
        assert_eq!(found(path, name), expected, "{path} {name}");
    }
    let names: Vec<_> = registry.package("deep/link").iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["deep/link.Max", "link.File.Close", "link.Split"]);
}

#[test]
fn listed_natives_are_those_of_the_inventory() {
    use crate::methods::natives::Account;

    let list = vo_ffi::natives![max, self::close, Account::open_all];
    let registry: ExternRegistry = list.into_iter().collect();
    let names: Vec<_> = registry.entries().iter().map(|entry| entry.name).collect();
    assert_eq!(names, ["link.File.Close", "link.Max", "money/vault.OpenAll"]);

    let all = list.into_iter().fold(ExternRegistry::from_inventory(), ExternRegistry::with);
    let int = |count| vec![TypeId::INT; count];
    let declaration =
        declared("link.Max", FuncType { params: int(2), variadic: false, results: int(1) }, &["a", "b"]);
    for registry in [registry, all] {
        let linked = registry.link(std::slice::from_ref(&declaration), &TypeTable::new()).unwrap();
        let end = Host::new().call_linked(&linked[0], &[Slot::from_i64(2), Slot::from_i64(3)]);
        assert_eq!(end.result(), Some(Slot::from_i64(3)));
    }
}

fn declared(name: &str, func: FuncType, param_names: &[&str]) -> Declaration {
    Declaration {
        name: name.into(),
        func,
        param_names: param_names.iter().map(|name| name.to_string()).collect(),
        origin: Origin::Rust,
        file: "std/link.vo".into(),
        line: 3,
    }
}

/// Links one declaration and gives the text of what is wrong.
fn problems(declaration: Declaration, types: &TypeTable) -> String {
    match ExternRegistry::from_inventory().link(&[declaration], types) {
        Ok(_) => String::new(),
        Err(errors) => errors.to_string(),
    }
}

/// The line of a native's attribute in this file.
fn line_of(name: &str) -> u32 {
    ExternRegistry::from_inventory().get(name).map_or(0, |entry| entry.line)
}

#[test]
fn an_entry_tells_all_about_its_native() {
    let registry = ExternRegistry::from_inventory();
    let entry = registry.get("link.Max").unwrap();
    assert_eq!(entry.name, "link.Max");
    assert_eq!(entry.docs, "The larger of two numbers.\n\nTies go to the first.");
    assert_eq!((entry.file, entry.line), (file!(), DOCUMENTED_LINE));
    assert_eq!(entry.effects, Effects::NONE);
    let signature = |name: &str| registry.get(name).map(|entry| entry.signature.vo_signature()).unwrap();
    let rows = [
        ("link.Max", "(a int, b int) int"),
        ("link.Split", "(text string, limit byte, rest ...any) ([]string, int, error)"),
        ("link.File.Close", "(file *T) error"),
        ("echo.Rune", "(n rune) rune"),
        ("slices.Max", "(rest ...int) (int, error)"),
        ("slices.Describe", "(items []T) string"),
        ("slices.Flags", "(flags []bool, runes []rune) ([]bool, []rune)"),
        ("numbers.Nothing", "()"),
        ("objects.Exact", "(value any) (any, string)"),
        ("closures.Apply", "(f func, n int) (int, error)"),
        ("objects.Count", "(ages map[K]V, name string) (map[K]V, []int)"),
    ];
    for (name, expected) in rows {
        assert_eq!(signature(name), expected, "{name}");
    }
}

#[test]
fn a_native_gives_its_own_declaration() {
    let registry = ExternRegistry::from_inventory();
    let mut types = TypeTable::new();
    let rows = [
        ("link.Max", Some("(int, int) int")),
        ("link.Split", Some("(string, uint8, ...any) ([]string, int, error)")),
        ("slices.Max", Some("(...int) (int, error)")),
        ("slices.Flags", Some("([]bool, []int32) ([]bool, []int32)")),
        ("objects.Exact", Some("(any) (any, string)")),
        ("fail.Optional", Some("(uint8) (int, error)")),
        // Only a program knows of which type these are.
        ("link.File.Close", None),
        ("slices.Describe", None),
        ("objects.NewMap", None),
        ("closures.Apply", None),
    ];
    for (name, expected) in rows {
        let entry = registry.get(name).unwrap();
        let func = entry.signature.func_type(&mut types);
        let mut text = String::new();
        func.iter().for_each(|func| types.write_signature(func, &mut text));
        assert_eq!(text, expected.unwrap_or_default(), "{name}");
        if let Some(func) = func {
            let declaration = entry.declaration(func);
            assert_eq!(declaration.place(), format!("{}:{}", entry.file, entry.line));
            assert_eq!(problems(declaration, &types), "", "{name}");
        }
    }
}

#[test]
fn every_difference_is_named() {
    let mut types = TypeTable::new();
    let strings = types.slice_of(TypeId::STRING);
    let (int, text) = (TypeId::INT, TypeId::STRING);
    let places = format!(
        "`link.Split`: the declaration at std/link.vo:3 and the native at tests/natives/link.rs:{} differ",
        line_of("link.Split")
    );
    let split =
        |params: &[TypeId], results: &[TypeId], variadic| FuncType { variadic, ..func(params, results) };
    let rows: [(FuncType, &[&str]); 8] = [
        (split(&[text, TypeId::BYTE, TypeId::ANYS], &[strings, int, TypeId::ERROR], true), &[]),
        (split(&[text, int, TypeId::ANYS], &[strings, TypeId::scalar(Scalar::Int64)], true), &[]),
        (
            split(&[text], &[strings, int], true),
            &["the declaration has 1 parameter, the native 3 parameters"],
        ),
        (
            split(&[int, TypeId::scalar(Scalar::Int8), TypeId::ANYS], &[strings, int], true),
            &[
                "parameter 1 `s`: declared int, the native takes string",
                "parameter 2 `n`: declared int8, the native takes byte",
            ],
        ),
        (
            split(&[text, TypeId::BYTE, TypeId::ANYS], &[strings, int], false),
            &["the native is variadic, the declaration is not"],
        ),
        (
            split(&[text, TypeId::BYTE, strings], &[strings, int], true),
            &["parameter 3 `more`: declared []string, the native takes []any"],
        ),
        (
            split(&[text, TypeId::BYTE, TypeId::ANYS], &[strings, TypeId::ERROR], true),
            &["the declaration has 1 result, the native 2 results"],
        ),
        (
            split(&[text, TypeId::BYTE, TypeId::ANYS], &[TypeId::BYTES, TypeId::UINT64, TypeId::ERROR], true),
            &[
                "result 1: declared []uint8, the native returns []string",
                "result 2: declared uint64, the native returns int",
            ],
        ),
    ];
    for (ty, differences) in rows {
        let text = problems(declared("link.Split", ty, &["s", "n", "more"]), &types);
        let expected: Vec<String> = std::iter::once(places.clone())
            .chain(differences.iter().map(|line| format!("  {line}")))
            .collect();
        assert_eq!(text, if differences.is_empty() { String::new() } else { expected.join("\n") });
    }
}

#[test]
fn a_declaration_may_be_named_by_another_type() {
    let mut types = TypeTable::new();
    let file = types.new_named("os.File");
    let fields = types.intern(TypeKind::Struct(vec![]));
    types.set_underlying(file, fields);
    let pointer = types.pointer_to(file);
    assert_eq!(problems(declared("link.File.Close", func(&[pointer], &[TypeId::ERROR]), &["f"]), &types), "");
    let text = problems(declared("link.File.Close", func(&[file], &[TypeId::ANY]), &["f"]), &types);
    let expected = [
        "  parameter 1 `f`: declared os.File, the native takes *T",
        "  result 1: declared any, the native returns error",
    ];
    assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), expected);
}

#[test]
fn a_rust_type_is_another_than_any_type_of_a_program() {
    let mut types = TypeTable::new();
    let mut pointer = |name: &str| {
        let named = types.new_opaque(name);
        types.pointer_to(named)
    };
    let (tally, empty, unknown) = (pointer("tally.Tally"), pointer("tally.Empty"), pointer("main.Tally"));
    let tallies = types.slice_of(tally);
    let rows: [(_, _, &[&str]); 4] = [
        ("tally.Both", func(&[tally, tally], &[TypeId::INT]), &[]),
        (
            "tally.Both",
            func(&[empty, unknown], &[TypeId::INT]),
            &[
                "  parameter 1 `a`: declared *tally.Empty, the native takes *tally.Tally",
                "  parameter 2 `b`: declared *main.Tally, the native takes *tally.Tally",
            ],
        ),
        ("tally.Pair", func(&[], &[tally, tallies]), &[]),
        (
            "tally.Pair",
            func(&[], &[TypeId::ANY, tally]),
            &[
                "  result 1: declared any, the native returns *tally.Tally",
                "  result 2: declared *tally.Tally, the native returns []*tally.Tally",
            ],
        ),
    ];
    for (name, ty, expected) in rows {
        let text = problems(declared(name, ty, &["a", "b"]), &types);
        assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_rust_type_that_a_program_declares_as_its_own_has_a_hint() {
    let mut types = TypeTable::new();
    let named = types.new_named("tally.Tally");
    let fields = types.intern(TypeKind::Struct(vec![]));
    types.set_underlying(named, fields);
    let tally = types.pointer_to(named);
    let tallies = types.slice_of(tally);
    let hint = "tally.Tally is written in Rust: declare it as `extern type Tally`";
    let rows = [
        (
            "tally.OrZero",
            func(&[tally], &[TypeId::INT]),
            "parameter 1 `a`: declared *tally.Tally, the native takes *tally.Tally",
        ),
        (
            "tally.Tally.Total",
            func(&[named], &[TypeId::INT]),
            "parameter 1 `a`: declared tally.Tally, the native takes *tally.Tally",
        ),
        (
            "tally.Pair",
            func(&[], &[TypeId::INT, tallies]),
            "result 1: declared int, the native returns *tally.Tally",
        ),
    ];
    for (name, ty, expected) in rows {
        let text = problems(declared(name, ty, &["a"]), &types);
        assert_eq!(text.lines().nth(1), Some(format!("  {expected}; {hint}").as_str()));
    }
}

#[test]
fn a_missing_native_has_a_hint() {
    let types = TypeTable::new();
    let missing = |name: &str| problems(declared(name, func(&[], &[]), &[]), &types);
    assert_eq!(
        missing("link.Maks"),
        "`link.Maks` is declared at std/link.vo:3 but no native has this name; did you mean `link.Max`?"
    );
    assert_eq!(
        missing("link.File.close"),
        "`link.File.close` is declared at std/link.vo:3 but no native has this name; did you mean \
         `link.File.Close`?"
    );
    assert_eq!(
        missing("crypto.Hash"),
        "there is no native of package `crypto`, which declares `crypto.Hash` at std/link.vo:3; if their crate is a \
         dependency, name the crate in code (`use natives as _;`), or the linker leaves its natives out"
    );
    assert_eq!(
        missing("link.Unknown"),
        "`link.Unknown` is declared at std/link.vo:3 but no native has this name; other natives of its package are in \
         tests/natives/link.rs"
    );
}

#[test]
fn all_problems_are_reported_together() {
    let types = TypeTable::new();
    let declarations = [
        declared("link.Max", func(&[TypeId::INT], &[TypeId::INT]), &["a"]),
        declared("link.Split", func(&[], &[]), &[]),
        declared("crypto.Hash", func(&[], &[]), &[]),
        declared("crypto.Key.Sign", func(&[], &[]), &[]),
    ];
    let errors = ExternRegistry::from_inventory().link(&declarations, &types).unwrap_err();
    let place = |name: &str| {
        format!(
            "the declaration at std/link.vo:3 and the native at tests/natives/link.rs:{} differ",
            line_of(name)
        )
    };
    let expected = [
        &format!("`link.Max`: {}", place("link.Max")),
        "  the declaration has 1 parameter, the native 2 parameters",
        &format!("`link.Split`: {}", place("link.Split")),
        "  the declaration has 0 parameters, the native 3 parameters",
        "  the native is variadic, the declaration is not",
        "  the declaration has 0 results, the native 2 results",
        "there is no native of package `crypto`, which declares `crypto.Hash` at std/link.vo:3, `crypto.Key.Sign` at \
         std/link.vo:3; if their crate is a dependency, name the crate in code (`use natives as _;`), or the linker \
         leaves its natives out",
    ];
    assert_eq!(errors.to_string().lines().collect::<Vec<_>>(), expected);
}

const fn entry(line: u32) -> ExternEntry {
    ExternEntry {
        name: "link.Twice",
        signature: SignatureSpec { params: &[], variadic: false, results: &[], fallible: false },
        wrapper: never,
        docs: "",
        file: "natives.rs",
        line,
        effects: Effects::NONE,
    }
}

unsafe extern "C" fn never(
    _: *mut vo_ffi::CallContext,
    _: *const vo_ffi::Callee,
    _: *mut vo_ffi::Slot,
) -> vo_ffi::Status {
    vo_ffi::Status::Ok
}

#[test]
fn two_natives_of_one_name_are_both_named() {
    static FIRST: ExternEntry = entry(10);
    static SECOND: ExternEntry = entry(20);
    let registry = ExternRegistry::new().with(&FIRST).with(&SECOND);
    let errors = registry.link(&[], &TypeTable::new()).unwrap_err();
    assert_eq!(errors.to_string(), "two natives are named `link.Twice`: natives.rs:10 and natives.rs:20");
    assert_eq!(registry.entries().len(), 1);
}

const fn object(file: &'static str, line: u32) -> ObjectSpec {
    ObjectSpec { name: "link.Gate", docs: "", file, line }
}

#[test]
fn two_rust_types_of_one_name_are_both_named() {
    const FIRST: TypeSpec = TypeSpec::Object(&object("natives.rs", 10));
    const AGAIN: TypeSpec = TypeSpec::Object(&object("natives.rs", 10));
    const SECOND: TypeSpec = TypeSpec::Object(&object("natives.rs", 20));
    const THIRD: TypeSpec = TypeSpec::Object(&object("other/natives.rs", 10));
    const fn natives(name: &'static str, results: &'static [TypeSpec]) -> ExternEntry {
        let none = entry(1);
        ExternEntry { name, signature: SignatureSpec { results, ..none.signature }, ..none }
    }
    static OPEN: ExternEntry = natives("link.Open", &[FIRST, AGAIN]);
    static SHUT: ExternEntry = natives("link.Shut", &[TypeSpec::Slice(Some(&SECOND)), FIRST]);
    static LOCK: ExternEntry = natives("link.Lock", &[SECOND, TypeSpec::MapOf(&TypeSpec::String, &THIRD)]);
    let advice = "give one of them another name, #[vo(name = \"…\")]";
    let second = format!("two Rust types are named `link.Gate`: natives.rs:10 and natives.rs:20; {advice}");
    let third =
        format!("two Rust types are named `link.Gate`: natives.rs:10 and other/natives.rs:10; {advice}");
    let rows: [(&[&'static ExternEntry], Vec<String>); 3] = [
        (&[&OPEN], vec![]),
        (&[&OPEN, &SHUT], vec![second.clone()]),
        (&[&OPEN, &SHUT, &LOCK], vec![second, third]),
    ];
    for (entries, expected) in rows {
        let registry = entries.iter().copied().fold(ExternRegistry::new(), ExternRegistry::with);
        let found = registry.link(&[], &TypeTable::new()).map(drop).map_err(|errors| errors.to_string());
        assert_eq!(found, if expected.is_empty() { Ok(()) } else { Err(expected.join("\n")) });
    }
}

#[test]
fn linked_natives_know_their_frame() {
    let host = Host::new();
    let callee = host.link("link.Max", &func(&[TypeId::INT, TypeId::INT], &[TypeId::INT]));
    assert_eq!(
        (callee.name.as_str(), &callee.param_names[..]),
        ("link.Max", &["a".to_string(), "b".into()][..])
    );
    assert_eq!((callee.plan.arg_slots, callee.plan.result_slots), (2, 1));
}

//! Binding: plans, and what is said about libraries, symbols and types that do not fit.

use std::fs;
use std::path::PathBuf;
use std::thread;

use crate::harness::{World, fixture, refused};
use vo_ffi_core::Origin;
use vo_ffi_runtime::{BindError, BindErrors, BoundFunction, CEngine};

fn plan_of(declaration: &str) -> String {
    let (world, declarations) = World::new(fixture(), &[declaration]);
    let bound = world.engine.bind(&declarations[0], &world.types).expect(declaration);
    format!("{:?}", bound.plan())
}

#[test]
fn plans() {
    let rows = [
        ("counted()", "CPlan { args: [], nonnull: [], result: None, errno: None, sees_heap: false }"),
        (
            "mix(a int8, b float64) float32",
            "CPlan { args: [CArg { slot: 0, pass: InPlace }, \
             CArg { slot: 1, pass: InPlace }], nonnull: [], \
             result: Some(CReturn { slot: 2, take: Extend(Float32) }), \
             errno: None, sees_heap: false }",
        ),
        (
            "joined(a string, b []uint8, c *int32) (string, error)",
            "CPlan { args: [CArg { slot: 0, pass: Text }, \
             CArg { slot: 1, pass: Elements }, CArg { slot: 2, pass: InPlace }], nonnull: [], \
             result: Some(CReturn { slot: 3, take: CopyText }), \
             errno: Some(CErrno { slot: 4, failing: Only(Slot(0x0)) }), sees_heap: true }",
        ),
        (
            "fail_u32(code int32) (uint32, error)",
            "CPlan { args: [CArg { slot: 0, pass: InPlace }], nonnull: [], \
             result: Some(CReturn { slot: 1, take: Extend(Uint32) }), \
             errno: Some(CErrno { slot: 2, failing: Only(Slot(0xffffffff)) }), sees_heap: false }",
        ),
        (
            "fail_void(code int32) error",
            "CPlan { args: [CArg { slot: 0, pass: InPlace }], nonnull: [], result: None, \
             errno: Some(CErrno { slot: 1, failing: Any }), sees_heap: false }",
        ),
        (
            "fail_uptr() (uintptr, error)",
            "CPlan { args: [], nonnull: [], result: Some(CReturn { slot: 0, take: Extend(Uintptr) }), \
             errno: Some(CErrno { slot: 1, failing: NullOrMinusOne }), sees_heap: false }",
        ),
    ];
    for (declaration, expected) in rows {
        assert_eq!(plan_of(declaration), expected, "{declaration}");
    }
}

/// The problems of a declaration, without the line that names it.
fn problems(declaration: &str) -> String {
    let text = refused("libc.so.6", declaration).to_string();
    let (head, problems) = text.split_once("\n  ").expect(declaration);
    let symbol = declaration.split('(').next().unwrap_or_default();
    assert_eq!(head, format!("`main.{symbol}` is declared at test.vo:3, but cannot be called as declared"));
    problems.to_string()
}

#[test]
fn types_that_cannot_cross() {
    let rows = [
        (
            "f(p main.Person)",
            "parameter 1 `p`, main.Person: the field `names.first` is string, which C cannot share; \
             use an array of bytes, or uintptr for an address that C gave",
        ),
        (
            "f(a [4]int32)",
            "parameter 1 `a`, [4]int32: C takes an array as a pointer; take *[4]int32 or []int32",
        ),
        (
            "f(m map[string]int)",
            "parameter 1 `m`, map[string]int: C has no maps; pass the keys and the values as slices",
        ),
        (
            "f(compare visitor)",
            "parameter 1 `compare`, func(string, []uint8) string: \
             its parameter 2 is []uint8, and a C pointer has no length; \
             it returns string, and C cannot tell how long its bytes stay; \
             take *uint8, and the length if C gives it",
        ),
        (
            "f(x any)",
            "parameter 1 `x`, any: C needs one exact type; \
             take that type, as int32, float64 or string; declare the function once for each",
        ),
        (
            "f(x error)",
            "parameter 1 `x`, error: C needs one exact type; \
             take that type, as int32, float64 or string; declare the function once for each",
        ),
        (
            "printf(format string, args ...any) int32",
            "parameter 2 `args`, ...any: each call of such a C function has types of its own; \
             declare it in C, above `import \"C\"`",
        ),
        (
            "f(names []string)",
            "parameter 1 `names`, []string: its elements are string, which C cannot share; \
             use an array of bytes, or uintptr for an address that C gave",
        ),
        (
            "f(person *main.Person)",
            "parameter 1 `person`, *main.Person: the field `names.first` is string, which C cannot share; \
             use an array of bytes, or uintptr for an address that C gave",
        ),
        (
            "f(x *any)",
            "parameter 1 `x`, *any: what it points to is any, which C cannot share; \
             use scalars, and arrays and structs of them",
        ),
        (
            "f() *string",
            "result 1, *string: what it points to is string, which C cannot share; \
             use an array of bytes, or uintptr for an address that C gave",
        ),
        ("f() []int32", "result 1, []int32: a C pointer has no length; return uintptr"),
        ("f() [2]int32", "result 1, [2]int32: C returns no arrays; return uintptr for their address"),
        (
            "f() func",
            "result 1, func(): C gives an address, which is no func; return uintptr, or declare it above `import \"C\"`",
        ),
        ("f() map[int]int", "result 1, map[int]int: C has no maps; fill slices for the keys and the values"),
        ("f() any", "result 1, any: C returns one exact type; return that type, as int32, float64 or string"),
        (
            "f() (error, int32)",
            "result 1, error: errno comes last; make error the last result\n  \
             result 2, int32: a C function returns one value; take a pointer which the C function fills",
        ),
        (
            "f() (int32, int32, error)",
            "result 2, int32: a C function returns one value; \
             take a pointer which the C function fills",
        ),
    ];
    for (declaration, expected) in rows {
        assert_eq!(problems(declaration), expected, "{declaration}");
    }
}

#[test]
fn all_mistakes_of_a_declaration_are_reported_at_once() {
    assert_eq!(
        problems("f(a any, b int32, c map[int]int) (func, error)"),
        "parameter 1 `a`, any: C needs one exact type; \
         take that type, as int32, float64 or string; declare the function once for each\n  \
         parameter 3 `c`, map[int]int: C has no maps; pass the keys and the values as slices\n  \
         result 1, func(): C gives an address, which is no func; return uintptr, or declare it above `import \"C\"`"
    );
}

#[test]
fn a_frame_that_is_too_large() {
    let params: Vec<String> = (0..4097).map(|index| format!("p{index} int32")).collect();
    assert_eq!(
        problems(&format!("f({})", params.join(", "))),
        "the function: its arguments and results need more than 4096 slots; pass a struct or a slice"
    );
}

#[test]
fn names_that_cannot_be() {
    let rows = [
        ("", "f", "the function: the library's name is empty; name it, as \"libm.so.6\""),
        ("libm.so.6", "", "the function: the symbol's name is empty; name it, as \"main.f\""),
        ("lib\0m", "f", "the function: the library's name \"lib\\0m\" has a NUL byte; leave it out"),
    ];
    for (library, symbol, expected) in rows {
        let (world, mut declarations) = World::new(library, &["f()"]);
        declarations[0].origin = Origin::C { library: library.into(), symbol: symbol.into() };
        let errors = world.engine.bind_all(&declarations, &world.types).expect_err("a bad name");
        assert_eq!(errors.0.len(), 1);
        assert_eq!(errors.to_string().split_once("\n  ").map(|parts| parts.1), Some(expected));
    }
    let (world, mut declarations) = World::new("", &["f()"]);
    declarations[0].origin = Origin::Rust;
    assert_eq!(
        world.engine.bind(&declarations[0], &world.types).expect_err("no library").to_string(),
        "`main.f` is declared at test.vo:3, but cannot be called as declared\n  \
         the function: it is declared without a library; write extern \"library\" func"
    );
}

/// A folder with the fixture as `libshape.so.3`, and a linker script `libshape.so`.
fn folder(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).expect("a folder");
    fs::copy(fixture(), folder.join("libshape.so.3")).expect("a copy");
    fs::write(folder.join("libshape.so"), "/* GNU ld script */\nGROUP ( libshape.so.3 )\n").expect("a file");
    fs::write(folder.join("libtext.so"), "no library").expect("a file");
    folder.to_str().expect("a path in UTF-8").to_string()
}

#[test]
fn missing_libraries_by_path() {
    let at = folder("missing");
    let absent = "cannot open shared object file: No such file or directory";
    let rows = [
        (
            "shape",
            format!(
                "{at}/libshape.so is a text for the linker that names the real library\n  \
                 tried {at}/shape, {at}/shape.so, {at}/libshape.so\n  searched {at}\n  \
                 did you mean \"{at}/libshape.so.3\"?"
            ),
        ),
        (
            "libshap.so.3",
            format!(
                "{at}/libshap.so.3: {absent}\n  tried {at}/libshap.so.3\n  searched {at}\n  \
                 did you mean \"{at}/libshape.so.3\"?"
            ),
        ),
        (
            "libtext.so",
            format!(
                "{at}/libtext.so is not a library\n  tried {at}/libtext.so\n  searched {at}\n  \
                 install it, or give its path, as \"./libexample.so\""
            ),
        ),
    ];
    for (library, expected) in rows {
        let library = format!("{at}/{library}");
        assert_eq!(
            refused(&library, "f()").to_string(),
            format!(
                "`main.f` is declared at test.vo:3, but the library {library:?} cannot be loaded\n  {expected}"
            )
        );
    }
}

#[test]
fn missing_libraries_of_the_system() {
    let error = refused("libm.so.999", "cos(x float64) float64");
    let BindError::LibraryNotFound { declared, search, others } = &error else { panic!("{error}") };
    assert_eq!(
        (declared.name.as_str(), declared.index, declared.library.as_str()),
        ("main.cos", 0, "libm.so.999")
    );
    assert_eq!(search.nearest.first().map(String::as_str), Some("libm.so.6"));
    assert_eq!(search.tried, ["libm.so.999"]);
    assert_eq!(others, &[] as &[String]);
    let text = error.to_string();
    assert!(text.contains("\n  searched /"), "{text}");
    assert!(text.contains("\n  did you mean \"libm.so.6\""), "{text}");
}

#[test]
fn a_missing_library_is_reported_once() {
    let (world, declarations) = World::new("./nowhere.so", &["f()", "g(x any)", "h()"]);
    let BindErrors(errors) = world.engine.bind_all(&declarations, &world.types).expect_err("no such library");
    let indices: Vec<usize> = errors.iter().map(|error| error.declared().index).collect();
    assert_eq!(indices, [0, 1]);
    let text = errors[0].to_string();
    assert!(text.contains("\n  also needed by `main.g`, `main.h`\n"), "{text}");
}

#[test]
fn missing_symbols() {
    let path = fixture();
    let rows = [
        ("greting() string", format!("{path} ({path}) exports no `greting`; did you mean `greeting`?")),
        ("ID_i8(x int8) int8", format!("{path} ({path}) exports no `ID_i8`; did you mean `id_i8`?")),
        ("twice(x int32) int32", format!("{path} ({path}) exports no `twice`; did you mean `_Z5twicei`?")),
        (
            "nothing_like_it()",
            format!("{path} ({path}) exports no `nothing_like_it`; `nm -D {path}` lists what it exports"),
        ),
        ("a_variable() int32", format!("`a_variable` is a variable of {path}, not a function")),
    ];
    for (declaration, expected) in rows {
        let symbol = declaration.split('(').next().unwrap_or_default();
        assert_eq!(
            refused(path, declaration).to_string(),
            format!("`main.{symbol}` is declared at test.vo:3, but {expected}")
        );
    }
}

#[test]
fn functions_that_the_library_chooses_when_it_is_loaded_are_near_too() {
    // glibc's strnlen is an IFUNC.
    let error = refused("libc.so.6", "strnlenn(s string, n uint64) uint64").to_string();
    assert!(error.ends_with("exports no `strnlenn`; did you mean `strnlen`?"), "{error}");
}

#[test]
fn a_symbol_of_another_loaded_library() {
    let (world, mut declarations) = World::new(fixture(), &["greeting() string", "greeting() string"]);
    declarations[1].origin = Origin::C { library: "libm.so.6".into(), symbol: "greeting".into() };
    let errors = world.engine.bind_all(&declarations, &world.types).expect_err("not in libm").to_string();
    assert!(errors.ends_with(&format!(") exports no `greeting`; {} does", fixture())), "{errors}");
}

#[test]
fn threads_bind_at_once() {
    let texts = ["id_i8(x int8) int8", "greeting() string"];
    let (world, declarations) = World::new(fixture(), &texts);
    let (engine, types) = (&world.engine, &world.types);
    let bound: Vec<BoundFunction> = thread::scope(|scope| {
        let threads: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| engine.bind_all(&declarations, types).expect("all are there")))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    let (mut world, _) = World::new(fixture(), &[]);
    drop(declarations);
    for row in bound.chunks(2) {
        assert_eq!(world.call(&row[0], "-7").as_deref(), Ok("-7"));
        assert_eq!(world.call(&row[1], "").as_deref(), Ok("\"h\\xc3\\xa4llo\""));
    }
}

#[test]
fn a_bound_function_outlives_its_engine_and_moves_to_another_thread() {
    let (world, declarations) = World::new(fixture(), &["id_i8(x int8) int8"]);
    let bound = world.engine.bind(&declarations[0], &world.types).expect("it is there");
    drop(world);
    let outcome = thread::spawn(move || World::new(fixture(), &[]).0.call(&bound, "-7"));
    assert_eq!(outcome.join().expect("no panic").as_deref(), Ok("-7"));
}

#[test]
fn markers() {
    fn shared<T: Send + Sync>() {}
    shared::<CEngine>();
    shared::<BoundFunction>();
    shared::<BindErrors>();
}

//! Calls into a C library that gcc compiles here: every scalar, strings, slices, pointers, errno.

use crate::harness::heaps::{Full, Unterminated};
use crate::harness::{World, call_in, check, fixture};
use vo_ffi_core::{CallContext, Slot};

#[test]
fn scalars_cross_unchanged() {
    let rows = [
        ("id_bool(x bool) bool", "true", "true"),
        ("id_bool(x bool) bool", "false", "false"),
        ("id_i8(x int8) int8", "-128", "-128"),
        ("id_i8(x int8) int8", "127", "127"),
        ("id_i16(x int16) int16", "-32768", "-32768"),
        ("id_i32(x int32) int32", "-2147483648", "-2147483648"),
        ("id_i64(x int) int", "-9223372036854775808", "-9223372036854775808"),
        ("id_i64(x int64) int64", "9223372036854775807", "9223372036854775807"),
        ("id_u8(x uint8) uint8", "255", "255"),
        ("id_u16(x uint16) uint16", "65535", "65535"),
        ("id_u32(x uint32) uint32", "4294967295", "4294967295"),
        ("id_u64(x uint) uint", "18446744073709551615", "18446744073709551615"),
        ("id_u64(x uint64) uint64", "18446744073709551615", "18446744073709551615"),
        ("id_uptr(x uintptr) uintptr", "18446744073709551615", "18446744073709551615"),
        ("id_f32(x float32) float32", "-0.1", "-0.1"),
        ("id_f32(x float32) float32", "NaN", "NaN"),
        ("id_f64(x float64) float64", "-0.1", "-0.1"),
        ("id_f64(x float64) float64", "-inf", "-inf"),
    ];
    rows.iter().for_each(|(declaration, args, expected)| check(declaration, args, expected));
}

#[test]
fn arithmetic_in_c() {
    let rows = [
        ("add_i8(a int8, b int8) int32", "-128, -128", "-256"),
        ("add_u16(a uint16, b uint16) uint32", "65535, 65535", "131070"),
        ("add_f32(a float32, b float32) float32", "0.1, 0.2", "0.3"),
        ("all(a bool, b bool, c bool) bool", "true, true, true", "true"),
        ("all(a bool, b bool, c bool) bool", "true, false, true", "false"),
        (
            "mix(a int8, b float64, c uint16, d float32, e int64, f bool) float64",
            "-2, 1.5, 65535, 0.5, -4, true",
            "99298.5",
        ),
        (
            "digits12(a int, b int, c int, d int, e int, f int, g int, h int, i int, j int, k int, l int) int",
            "1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6",
            "123456789876",
        ),
        (
            "floats12(a float32, b float64, c float32, d float64, e float32, f float64, g float32, h float64, \
             i float32, j float64, k float32, l float64) float64",
            "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5",
            "656.0",
        ),
        (
            "both12(a int8, b float64, c uint8, d float64, e int16, f float64, g uint16, h float64, i int32, \
             j float64, k uint32, l float64) float64",
            "-1, 2, 255, 0.5, -300, 1, 65535, 2, -70000, 0.5, 4294967295, 1",
            "4295063190.5",
        ),
    ];
    rows.iter().for_each(|(declaration, args, expected)| check(declaration, args, expected));
}

#[test]
fn more_arguments_than_fit_inline() {
    let params: Vec<String> = ('a'..='r').map(|name| format!("{name} uint8")).collect();
    let args: Vec<String> = (1..=18).map(|value| value.to_string()).collect();
    check(&format!("sum18({}) uint8", params.join(", ")), &args.join(", "), "189");
}

#[test]
fn structs_by_value() {
    let rows = [
        ("moved(p main.Point, dx float64) main.Point", "{1.5;2}, 0.25", "{1.75;3}"),
        ("apart(a main.Point, b main.Point) float64", "{1;0}, {3.5;0}", "2.5"),
        ("swapped(p main.Pair) main.Pair", "{-1;300}", "{44;255}"),
        ("turned(b main.Box, by int) main.Box", "{{1;2}|{3;4}|[5 6]}, 10", "{{3.0;4};{1.0;2};[15 -4]}"),
        ("named(name string, p main.Point) main.Point", "\"xyz\", {0.5;1}", "{0.5;120}"),
        ("named(name string, p main.Point) (main.Point, error)", "\"xyz\", {0.5;1}", "{0.5;120}, nil"),
        (
            "named(name string, p main.Point) (main.Point, error)",
            "\"!\", {0.5;1}",
            "{0.5;33}, input/output error",
        ),
        (
            "named(name string, p main.Point) (main.Point, error)",
            "\"a\\0b\", {0.5;1}",
            "{0.0;0}, main.named: argument 1 `name`: the string has a NUL at byte 1, where C would take it to end",
        ),
    ];
    rows.iter().for_each(|(declaration, args, expected)| check(declaration, args, expected));
}

#[test]
fn calls_allocate_nothing() {
    let rows = [
        (
            "digits12(a int, b int, c int, d int, e int, f int, g int, h int, i int, j int, k int, l int) int",
            "1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6",
        ),
        ("length(s string) uint64", "\"hello\""),
        ("sum_i32(a []int32, n uint64) int64", "[1 2 3], 3"),
        ("fail_i32(code int32, result int32) (int32, error)", "0, 0"),
    ];
    for (declaration, args) in rows {
        let (mut world, declarations) = World::new(fixture(), &[declaration]);
        let bound = world.engine.bind(&declarations[0], &world.types).expect(declaration);
        world.call(&bound, args).expect("no error");
        assert_eq!(world.allocations, 0, "{declaration}");
    }
}

#[test]
fn narrow_results_are_extended_from_their_width() {
    let rows = [
        ("word(x uint64) int8", "0xdeadbeefdeadbe80", "-128"),
        ("word(x uint64) uint8", "0xdeadbeefdeadbe80", "128"),
        ("word(x uint64) int16", "0xdeadbeefdead8000", "-32768"),
        ("word(x uint64) uint16", "0xdeadbeefdead8000", "32768"),
        ("word(x uint64) int32", "0xdeadbeef80000000", "-2147483648"),
        ("word(x uint64) uint32", "0xdeadbeef80000000", "2147483648"),
        ("word(x uint64) bool", "0xdeadbeefdeadbe00", "false"),
        ("word(x uint64) bool", "0xdeadbeefdeadbe01", "true"),
    ];
    rows.iter().for_each(|(declaration, args, expected)| check(declaration, args, expected));
}

#[test]
fn functions_without_arguments_or_results() {
    let (mut world, declarations) = World::new(fixture(), &["count(by int)", "counted() int"]);
    let bound = world.engine.bind_all(&declarations, &world.types).expect("both are there");
    for _ in 0..3 {
        assert_eq!(world.call(&bound[0], "7").as_deref(), Ok(""));
    }
    assert_eq!(world.call(&bound[1], "").as_deref(), Ok("21"));
}

#[test]
fn strings() {
    let rows = [
        ("length(s string) uint64", "\"hello\"", "5"),
        ("length(s string) uint64", "\"\"", "0"),
        ("is_null(s string) bool", "\"\"", "false"),
        ("itself(s string) string", "\"h\u{e4}llo\"", r#""h\xc3\xa4llo""#),
        ("no_text() string", "", "\"\""),
        ("greeting() string", "", r#""h\xc3\xa4llo""#),
        ("bytes() string", "", r#""\xff\xfe""#),
        ("joined(a string, b string) string", "\"one\", \"two\"", "\"onetwo\""),
    ];
    rows.iter().for_each(|(declaration, args, expected)| check(declaration, args, expected));
}

#[test]
fn strings_without_a_nul_behind_them_are_copied() {
    let rows = [
        ("length(s string) uint64", "\"hello\"", "5"),
        ("joined(a string, b string) string", "\"one\", \"two\"", "\"onetwo\""),
    ];
    for (declaration, args, expected) in rows {
        let (mut world, declarations) = World::with_heap(fixture(), &[declaration], Unterminated::new);
        let bound = world.engine.bind(&declarations[0], &world.types).expect(declaration);
        assert_eq!(world.call(&bound, args).as_deref(), Ok(expected));
    }
}

#[test]
fn a_nul_inside_a_string_is_an_error() {
    let message = "main.joined: argument 2 `b`: the string has a NUL at byte 2, where C would take it to end";
    let outcome = call_in(fixture(), "joined(a string, b string) string", "\"ab\", \"cd\\0e\"");
    assert_eq!(outcome, Err(message.to_string()));
    check("joined(a string, b string) (string, error)", "\"ab\", \"cd\\0e\"", &format!("\"\", {message}"));
    check(
        "open_it(path string) (int32, error)",
        "\"a\\0\"",
        "-1, main.open_it: argument 1 `path`: the string has a NUL at byte 1, where C would take it to end",
    );
}

#[test]
fn slices_are_pointers_to_their_elements() {
    let rows = [
        ("sum_i32(a []int32, n uint64) int64", "[1 -2 2147483647], 3", "2147483646 | [1 -2 2147483647]"),
        ("sum_i32(a []int32, n uint64) int64", "nil, 0", "0 | []"),
        ("sum_f32(a []float32, n uint64) float64", "[0.5 0.25], 2", "0.75 | [0.5 0.25]"),
        ("fill(a []int16, n uint64, with int16)", "[1 2 3], 2, -5", "| [-5 -5 3]"),
        ("negate(a []bool, n uint64)", "[true false], 2", "| [false true]"),
        ("is_null(a []uint8) bool", "nil", "true | []"),
        ("is_null(a []uint8) bool", "[]", "true | []"),
        ("is_null(a []uint8) bool", "[0]", "false | [0]"),
        ("sum_x(a []main.Point, n uint64) float64", "[{1.5;2} {10;3}], 2", "33.0 | [{1.5;2} {10.0;3}]"),
    ];
    rows.iter().for_each(|(declaration, args, expected)| check(declaration, args, expected));
}

#[test]
fn pointers() {
    let rows = [
        ("divide(a int32, b int32, q *int32, r *int32) bool", "-7, 2, &0, &0", "true | &-3, &-1"),
        ("divide(a int32, b int32, q *int32, r *int32) bool", "7, 0, &8, nil", "false | &8, nil"),
        ("move_by(p *main.Point, dx float64)", "&{1.5;2}, 0.25", "| &{1.75;3}"),
        ("is_null(p *main.Point) bool", "nil", "true | nil"),
        ("look(at *uint32) uint32", "&7", "7 | &7"),
    ];
    rows.iter().for_each(|(declaration, args, expected)| check(declaration, args, expected));
}

#[test]
fn errno_tells_of_a_failure_only_with_a_failing_result() {
    let denied = "permission denied";
    let rows = [
        ("fail_i32(code int32, result int32) (int32, error)", "13, -1", format!("-1, {denied}")),
        ("fail_i32(code int32, result int32) (int32, error)", "13, 0", "0, nil".into()),
        ("fail_i32(code int32, result int32) (int32, error)", "0, -1", "-1, nil".into()),
        ("fail_i8(code int32, result int8) (int8, error)", "13, -1", format!("-1, {denied}")),
        ("fail_i8(code int32, result int8) (uint8, error)", "13, -1", format!("255, {denied}")),
        (
            "fail_u32(code int32, result uint32) (uint32, error)",
            "13, 4294967295",
            format!("4294967295, {denied}"),
        ),
        ("fail_u32(code int32, result uint32) (uint32, error)", "13, 0", "0, nil".into()),
        (
            "fail_u64(code int32, result uint64) (uint64, error)",
            "13, 0xffffffffffffffff",
            format!("18446744073709551615, {denied}"),
        ),
        ("fail_u64(code int32, result uint64) (uint64, error)", "13, 0xffffffff", "4294967295, nil".into()),
        (
            "fail_uptr(code int32, result uintptr) (uintptr, error)",
            "12, 0",
            "0, cannot allocate memory".into(),
        ),
        (
            "fail_uptr(code int32, result uintptr) (uintptr, error)",
            "12, 0xffffffffffffffff",
            "18446744073709551615, cannot allocate memory".into(),
        ),
        ("fail_uptr(code int32, result uintptr) (uintptr, error)", "12, 8", "8, nil".into()),
        ("fail_bool(code int32, result bool) (bool, error)", "13, false", format!("false, {denied}")),
        ("fail_bool(code int32, result bool) (bool, error)", "13, true", "true, nil".into()),
        ("fail_void(code int32) error", "13", denied.into()),
        ("fail_void(code int32) error", "0", "nil".into()),
        (
            "fail_f64(code int32, result float64) (float64, error)",
            "33, NaN",
            "NaN, numerical argument out of domain".into(),
        ),
        ("fail_f64(code int32, result float64) (float64, error)", "0, 1.5", "1.5, nil".into()),
        ("fail_text(code int32, which int32) (string, error)", "13, 0", format!("\"\", {denied}")),
        ("fail_text(code int32, which int32) (string, error)", "13, 1", "\"\", nil".into()),
        ("fail_text(code int32, which int32) (string, error)", "13, 2", "\"text\", nil".into()),
        ("open_it(path string) (int32, error)", "\"there\"", "3, nil".into()),
        ("open_it(path string) (int32, error)", "\"gone\"", "-1, no such file or directory".into()),
    ];
    rows.iter().for_each(|(declaration, args, expected)| check(declaration, args, expected));
}

#[test]
fn errno_is_cleared_before_calls_that_report_it_and_left_by_others() {
    let texts = ["fail_void(code int32)", "last_errno() int32", "last_errno() (int32, error)"];
    let (mut world, declarations) = World::new(fixture(), &texts);
    let bound = world.engine.bind_all(&declarations, &world.types).expect("all are there");
    assert_eq!(world.call(&bound[0], "13").as_deref(), Ok(""));
    assert_eq!(world.call(&bound[1], "").as_deref(), Ok("13"));
    assert_eq!(world.call(&bound[2], "").as_deref(), Ok("0, nil"));
}

/// Calls a function of the address of the context's pause counter.
fn pause_seen(declaration: &str, more: &[&str]) -> String {
    let (mut world, declarations) = World::new(fixture(), &[declaration]);
    let bound = world.engine.bind(&declarations[0], &world.types).expect(declaration);
    let outcome = world.call_in(&bound, |world, cx: *const CallContext| {
        use vo_ffi_core::Heap as _;
        // SAFETY: the context is valid, and its counter is its public field.
        let paused = unsafe { &raw const (*cx).paused };
        let more = more.iter().map(|text| world.heap.new_string(text.as_bytes()));
        [Slot::from_ptr(paused)].into_iter().chain(more).collect()
    });
    outcome.expect("no error")
}

#[test]
fn collection_pauses_where_a_call_makes_something_in_the_heap() {
    assert_eq!(pause_seen("peek(at uintptr) uint32", &[]), "0");
    // What pointers and strings lead to stays as long as they are arguments, and C makes the heap do nothing.
    assert_eq!(pause_seen("look(at *uint32) uint32", &[]), "0 | &0");
    assert_eq!(pause_seen("look_while(at *uint32, text string) uint32", &["?"]), "0 | &0");
    assert_eq!(pause_seen("look_while(at *uint32, text string) (uint32, error)", &["?"]), "1, nil | &0");
}

#[test]
fn a_panic_of_the_heap_is_a_trap_and_ends_the_pause() {
    let rows = [("greeting() string", ""), ("fail_void(code int32) error", "13")];
    for (declaration, args) in rows {
        let (mut world, declarations) = World::with_heap(fixture(), &[declaration], Full::new);
        let bound = world.engine.bind(&declarations[0], &world.types).expect(declaration);
        assert_eq!(world.call(&bound, args), Err("out of memory (Rust panic)".to_string()));
    }
}

#[test]
fn functions_of_the_system() {
    let rows = [
        ("libm.so.6", "cos(x float64) float64", "0", "1.0"),
        ("libm.so.6", "powf(x float32, y float32) float32", "2, 0.5", "1.4142135"),
        ("libm.so.6", "log(x float64) (float64, error)", "-1", "NaN, numerical argument out of domain"),
        ("libm.so.6", "log(x float64) (float64, error)", "1", "0.0, nil"),
        ("libc.so.6", "abs(x int32) int32", "-5", "5"),
        ("libc.so.6", "strlen(s string) uint64", "\"hello\"", "5"),
        ("libc.so.6", "strtod(s string, end uintptr) float64", "\"2.5e3x\", 0", "2500.0"),
        ("libc.so.6", "toupper(c int32) int32", "97", "65"),
        ("libc.so.6", "getenv(name string) string", "\"NO_SUCH_VARIABLE\"", "\"\""),
        ("libc.so.6", "rmdir(path string) (int32, error)", "\"/no/such\"", "-1, no such file or directory"),
        ("libc.so.6", "strerror(code int32) string", "2", "\"No such file or directory\""),
        ("self", "labs(x int64) int64", "-6000000000", "6000000000"),
    ];
    for (library, declaration, args, expected) in rows {
        assert_eq!(call_in(library, declaration, args).as_deref(), Ok(expected), "{declaration}");
    }
}

#[test]
fn zlib_where_it_is_installed() {
    let declaration = "crc32(crc uint64, data []uint8, n uint32) uint64";
    let (mut world, declarations) = World::new("libz.so.1", &[declaration]);
    match world.engine.bind(&declarations[0], &world.types) {
        // The check value of CRC-32: the sum of "123456789".
        Ok(bound) => assert_eq!(
            world.call(&bound, "0, [49 50 51 52 53 54 55 56 57], 9").as_deref(),
            Ok("3421780262 | [49 50 51 52 53 54 55 56 57]")
        ),
        Err(error) => eprintln!("skipped: {error}"),
    }
}

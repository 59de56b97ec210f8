//! The library as an embedder uses it.

use std::io::{self, Write};
use std::thread;
use std::time::Duration;

use vo_ffi::prelude::*;
use vo_ffi::{Trap, TrapKind};
use vo_vm::{Input, InterruptHandle, Libraries, Limits, Permissions, Program, TypedFunc, Vm};
use written::Written;

#[path = "../../examples/embed.rs"]
#[expect(dead_code, reason = "the example's `main` is not called")]
mod example;
mod written;

fn vm() -> Vm {
    Vm::new(ExternRegistry::from_inventory())
}

#[track_caller]
fn load(vm: &Vm, body: &str) -> Program {
    let text = format!("package main\n{body}");
    let input = Input::new("test.vo", text);
    vm.load(&[input]).unwrap_or_else(|rejected| {
        panic!("{}", vo_vm::diagnostic::render(&rejected.sources, &rejected.diagnostics, false))
    })
}

/// Runs a program whose output is captured: how it ended, and what it wrote.
fn run(program: &mut Program) -> (Result<i32, (TrapKind, String)>, String, String) {
    let (stdout, stderr) = (Written::default(), Written::default());
    program.set_stdout(stdout.clone());
    program.set_stderr(stderr.clone());
    let end = program.run().map_err(|trap| (trap.kind(), trap.message().to_string()));
    (end, stdout.take(), stderr.take())
}

const FUNCTIONS: &str = r#"
import ("errors"; "fmt"; "strings")

var initialised = note()
func note() int { fmt.Print("init "); return 1 }

func scalars(a int8, b uint16, c float32, d bool, e rune) (int8, uint16, float32, bool, rune) { return a, b, c, d, e }
func repeat(n int, s string) string { return strings.Repeat(s, n) }
func sum(numbers []int) (total int) { for _, n := range numbers { total += n }; return total }
func reverse(b []byte) []byte { r := []byte{}; for i := len(b) - 1; i >= 0; i-- { r = append(r, b[i]) }; return r }
func words(s string) []string { return strings.Fields(s) }
func divide(a, b int) (int, error) { if b == 0 { return 0, errors.New("division by zero") }; return a / b, nil }
func check(ok bool) error { if ok { return nil }; return fmt.Errorf("not %v", ok) }
func find(m string) (int, bool) { n, ok := map[string]int{"one": 1}[m]; return n, ok }
func variadic(format string, args ...string) int { return len(format) + len(args) }
func invalid() string { return "\xff" }
func nothing() {}
func fails() { var m map[string]int; m["a"] = 1 }
type Point struct { x, y int }
type Celsius float64
func (c Celsius) Fahrenheit() float64 { return float64(c)*9/5 + 32 }
func point() Point { return Point{1, 2} }
func swap(points []Point) (swapped []Point) { for _, p := range points { swapped = append(swapped, Point{p.y, p.x}) }; return swapped }
func half(p Point) Point { return Point{p.x / 2, p.y / 2} }
func main() { fmt.Print("main ") }
"#;

#[test]
fn functions_take_and_return_rust_values() -> Result<(), Box<dyn std::error::Error>> {
    let p = &mut load(&vm(), FUNCTIONS);
    type Scalars = (i8, u16, f32, bool, char);
    let scalars: TypedFunc<Scalars, Scalars> = p.func("main.scalars")?;
    assert_eq!(scalars.call(p, (-1, 2, 0.5, true, 'é'))?, (-1, 2, 0.5, true, 'é'));
    let repeat: TypedFunc<(i64, &str), String> = p.func("main.repeat")?;
    assert_eq!(repeat.call(p, (3, "añ"))?, "añañañ");
    assert_eq!(p.func::<(Vec<i64>,), i64>("main.sum")?.call(p, (vec![1, 2, 3],))?, 6);
    assert_eq!(p.func::<(&[u8],), Vec<u8>>("main.reverse")?.call(p, (b"abc",))?, b"cba");
    assert_eq!(p.func::<(String,), Vec<String>>("main.words")?.call(p, (" a  b ".into(),))?, ["a", "b"]);
    let divide: TypedFunc<(i64, i64), Result<i64, VoError>> = p.func("main.divide")?;
    assert_eq!(divide.call(p, (7, 2))?.map_err(|error| error.to_string()), Ok(3));
    assert_eq!(divide.call(p, (7, 0))?.map_err(|error| error.to_string()), Err("division by zero".into()));
    let check: TypedFunc<(bool,), Result<(), VoError>> = p.func("main.check")?;
    assert_eq!(check.call(p, (false,))?.map_err(|error| error.to_string()), Err("not false".into()));
    let find: TypedFunc<(&str,), (i64, bool)> = p.func("main.find")?;
    assert_eq!((find.call(p, ("one",))?, find.call(p, ("two",))?), ((1, true), (0, false)));
    let variadic: TypedFunc<(&str, Vec<String>), i64> = p.func("main.variadic")?;
    assert_eq!(variadic.call(p, ("ab", vec!["c".into()]))?, 3);
    p.func::<(), ()>("main.nothing")?.call(p, ())?;
    assert_eq!(p.func::<(f64,), f64>("main.Celsius.Fahrenheit")?.call(p, (100.0,))?, 212.0);
    Ok(())
}

#[derive(Debug, PartialEq, FromVo, IntoVo)]
struct Point {
    x: i64,
    y: i64,
}

#[derive(FromVo)]
#[expect(dead_code, reason = "no value is ever one")]
struct Wide {
    x: f64,
    y: i64,
}

#[test]
fn functions_take_and_return_rust_structs() -> Result<(), Box<dyn std::error::Error>> {
    let p = &mut load(&vm(), FUNCTIONS);
    assert_eq!(p.func::<(), Point>("main.point")?.call(p, ())?, Point { x: 1, y: 2 });
    let half: TypedFunc<(Point,), Point> = p.func("main.half")?;
    assert_eq!(half.call(p, (Point { x: 6, y: -8 },))?, Point { x: 3, y: -4 });
    let swap: TypedFunc<(Vec<Point>,), Vec<Point>> = p.func("main.swap")?;
    let points = (0..1000).map(|x| Point { x, y: -x }).collect();
    let swapped: Vec<Point> = (0..1000).map(|x| Point { x: -x, y: x }).collect();
    assert_eq!(swap.call(p, (points,))?, swapped);
    let error = p.func::<(), Wide>("main.point").err().map(|error| error.to_string());
    let message =
        "main.point: result 1: expected main.Point, found Wide; field `x`: declared int, Rust has float64";
    assert_eq!(error.as_deref(), Some(message));
    Ok(())
}

#[test]
fn a_function_that_does_not_fit_is_refused_when_it_is_looked_up() {
    let p = load(&vm(), FUNCTIONS);
    let message = |error: Option<vo_vm::FuncError>| error.expect("an error").to_string();
    let rows = [
        (p.func::<(i64,), ()>("main.nothing").err(), "main.nothing: expected 0 arguments, found 1"),
        (p.func::<(), i64>("main.nothing").err(), "main.nothing: expected 0 results, found 1"),
        (
            p.func::<(i64, i64), String>("main.repeat").err(),
            "main.repeat: argument 2 `s`: expected string, found int",
        ),
        (
            p.func::<(i64, &str), i64>("main.repeat").err(),
            "main.repeat: result 1: expected string, found int",
        ),
        (
            p.func::<(u64, &str), String>("main.repeat").err(),
            "main.repeat: argument 1 `n`: expected int, found uint64",
        ),
        (
            p.func::<(i64, i64), (i64, bool)>("main.divide").err(),
            "main.divide: result 2: expected error, found bool",
        ),
        (
            p.func::<(), Result<(), VoError>>("main.nothing").err(),
            "main.nothing: expected 0 results, found 1",
        ),
        (
            p.func::<(Vec<i32>,), i64>("main.sum").err(),
            "main.sum: argument 1 `numbers`: expected []int, found []int32",
        ),
        (p.func::<(), i64>("main.point").err(), "main.point: result 1: expected main.Point, found int"),
        (
            p.func::<(), ()>("main.nothin").err(),
            "there is no function main.nothin; did you mean main.nothing?",
        ),
        (p.func::<(), ()>("sum").err(), "there is no function sum"),
    ];
    for (error, expected) in rows {
        assert_eq!(message(error), expected);
    }
}

#[test]
fn packages_are_initialised_once() {
    let program = &mut load(&vm(), FUNCTIONS);
    let output = Written::default();
    program.set_stdout(output.clone());
    program.init().expect("no panic");
    assert_eq!(output.take(), "init ");
    program.func::<(), ()>("main.nothing").expect("it is there").call(program, ()).expect("no panic");
    assert_eq!(
        (program.run().ok(), program.run().ok(), output.take()),
        (Some(0), Some(0), "main main ".into())
    );
}

#[test]
fn packages_that_cannot_be_initialised_stay_so() {
    let program = &mut load(&vm(), "var a = f()\nfunc f() int { panic(\"no\") }\nfunc main() {}");
    let message = |end: Result<(), Trap>| end.map_err(|trap| trap.message().to_string());
    assert_eq!(message(program.init()), Err("no".into()));
    assert_eq!(message(program.init()), Err("the packages are not initialised: no".into()));
    let end = program.func::<(), i64>("main.f").expect("it is there").call(program, ()).map(drop);
    assert_eq!(message(end), Err("the packages are not initialised: no".into()));
}

#[test]
fn a_panic_is_an_error_and_the_program_goes_on() {
    let program = &mut load(&vm(), FUNCTIONS);
    let fails: TypedFunc<(), ()> = program.func("main.fails").expect("it is there");
    for _ in 0..3 {
        let trap = fails.call(program, ()).expect_err("a panic");
        assert_eq!((trap.kind(), trap.message()), (TrapKind::Panic, "assignment to entry in nil map"));
        assert_eq!(trap.trace()[0].function, "main.fails");
    }
    let invalid: TypedFunc<(), String> = program.func("main.invalid").expect("it is there");
    let expected = "result 1: expected a string of UTF-8, found one that is not valid UTF-8 from byte 0";
    assert_eq!(invalid.call(program, ()).expect_err("not UTF-8").message(), expected);
    assert_eq!(program.run().ok(), Some(0));
}

#[test]
#[should_panic(expected = "a function of another program")]
fn a_function_belongs_to_its_program() {
    let (mut one, other) = (load(&vm(), FUNCTIONS), load(&vm(), FUNCTIONS));
    let nothing: TypedFunc<(), ()> = other.func("main.nothing").expect("it is there");
    let _ = nothing.call(&mut one, ());
}

#[test]
fn the_streams_the_arguments_and_the_environment_are_the_embedders() {
    let text = r#"
import ("bufio"; "fmt"; "os")
func main() {
    fmt.Println(os.Args, os.Getenv("NAME"), len(os.Environ()))
    os.Setenv("NAME", "changed")
    lines := bufio.NewScanner(os.Stdin)
    for lines.Scan() { fmt.Fprintln(os.Stderr, lines.Text(), os.Getenv("NAME")) }
    println("println")
    os.Exit(3)
}"#;
    let mut program = load(&vm(), text);
    program.set_args(["program", "argument"]);
    program.set_env([("NAME", "own")]);
    program.set_stdin(&b"one\ntwo\n"[..]);
    let expected = "[program argument] own 1\n".to_string();
    assert_eq!(run(&mut program), (Ok(3), expected, "one changed\ntwo changed\nprintln\n".into()));
    assert!(std::env::var("NAME").is_err());
}

#[test]
fn output_keeps_its_order_between_the_streams() {
    let mut program = load(
        &vm(),
        "import \"fmt\"\nfunc main() { fmt.Println(1); println(2); fmt.Println(3); println(4); fmt.Println(5) }",
    );
    let both = Written::default();
    program.set_stdout(both.clone());
    program.set_stderr(both.clone());
    assert_eq!((program.run().ok(), both.take()), (Some(0), "1\n2\n3\n4\n5\n".into()));
}

#[test]
fn panics_are_recovered_and_exits_are_not() {
    let text = r#"
import "os"
func careful(how string) (result string) {
    defer func() { if r := recover(); r != nil { result = "recovered" } }()
    if how == "panic" { panic("!") }
    os.Exit(5)
    return "unreachable"
}
func main() {}"#;
    let program = &mut load(&vm(), text);
    let careful: TypedFunc<(&str,), String> = program.func("main.careful").expect("it is there");
    for _ in 0..2 {
        assert_eq!(careful.call(program, ("panic",)).ok().as_deref(), Some("recovered"));
        assert_eq!(careful.call(program, ("exit",)).expect_err("an exit").kind(), TrapKind::Exit(5));
    }
}

#[test]
fn exits_and_panics_write_out_what_was_printed() {
    let mut program = load(&vm(), "import \"fmt\"\nfunc main() { fmt.Print(1); panic(fmt.Sprint(2)) }");
    assert_eq!(run(&mut program), (Err((TrapKind::Panic, "2".into())), "1".into(), String::new()));
    let mut program =
        load(&vm(), "import (\"fmt\"; \"os\")\nfunc f() { os.Exit(7) }\nfunc main() { fmt.Print(1); f() }");
    assert_eq!(run(&mut program), (Ok(7), "1".into(), String::new()));
    let trap =
        program.func::<(), ()>("main.f").expect("it is there").call(&mut program, ()).expect_err("an exit");
    assert_eq!(trap.kind(), TrapKind::Exit(7));
}

#[test]
fn output_that_is_lost_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut program = load(&vm(), "import \"fmt\"\nfunc main() { fmt.Println(1) }");
    program.set_stdout(Full);
    let trap = program.run().expect_err("it cannot be written");
    assert_eq!((trap.kind(), trap.message()), (TrapKind::LostOutput, "write /dev/stdout: no storage space"));
}

struct Counter(i64);
struct Names(Vec<String>);

#[vo_extern("main.count")]
fn count(ctx: &mut ExternCtx, by: i64) -> i64 {
    ctx.state_mut::<Counter>().0 += by;
    ctx.state::<Counter>().0
}

#[vo_extern("main.remember", reentrant)]
fn remember(ctx: &mut VmCtx, name: &'call str, each: VoFunc) -> Result<i64, VoError> {
    ctx.state_mut::<Names>().0.push(name.into());
    ctx.call::<()>(&each, (1_i64,))?;
    Ok(ctx.state::<Names>().0.len() as i64)
}

#[test]
fn natives_find_the_state_of_their_program() {
    let text = "extern func count(by int) int\nextern func remember(name string, each func(int)) int\n\
        func add(n int) int { return count(n) }\n\
        func names() int { return remember(\"a\", func(n int) { count(n); remember(\"b\", func(int) {}) }) }\n\
        func main() {}";
    let (one, two) = (&mut load(&vm(), text), &mut load(&vm(), text));
    let add: TypedFunc<(i64,), i64> = one.func("main.add").expect("it is there");
    let names: TypedFunc<(), i64> = one.func("main.names").expect("it is there");
    let missing = add.call(one, (1,)).expect_err("no state yet");
    let expected = "the embedder has not given the program a state of type embed::Counter; set_state does";
    assert_eq!(missing.message(), expected);
    for (program, start) in [(&mut *one, 10), (&mut *two, 20)] {
        program.set_state(Counter(start));
        program.set_state(Names(Vec::new()));
    }
    assert_eq!(add.call(one, (1,)).ok(), Some(11));
    assert_eq!(names.call(one, ()).ok(), Some(2));
    assert_eq!(one.state::<Counter>().map(|counter| counter.0), Some(12));
    assert_eq!(two.state::<Counter>().map(|counter| counter.0), Some(20));
    one.state_mut::<Counter>().expect("it is there").0 = 0;
    assert_eq!(one.set_state(Counter(5)).map(|counter| counter.0), Some(0));
    assert_eq!(one.take_state::<Names>().map(|names| names.0), Some(vec!["a".into(), "b".into()]));
    assert!(one.state::<Names>().is_none());
}

const ENDLESS: [&str; 5] = [
    "func work() { for {} }",
    "func work() { defer func() { println(\"deferred\", recover() != nil) }(); for {} }",
    "func work() { f := func(n int) int { return n + 1 }; for i := 0; ; { i = f(i) } }",
    "import \"sort\"\nfunc work() { for { sort.Slice(make([]int, 100), func(i, j int) bool { return i < j }) } }",
    "func even(n int) bool { for n > 1 { n -= 2 }; return n == 0 }\nfunc work() { for i := 0; ; i++ { even(i % 100) } }",
];

#[track_caller]
fn check_limit(limits: Limits, work: &str, kind: TrapKind, message: &str) {
    let text = format!("{work}\nfunc quick() int {{ return 1 }}\nfunc main() {{ work() }}");
    let program = &mut load(&vm().with_limits(limits), &text);
    let stderr = Written::default();
    program.set_stderr(stderr.clone());
    let (work, quick) = (program.func::<(), ()>("main.work"), program.func::<(), i64>("main.quick"));
    let (work, quick) = (work.expect("it is there"), quick.expect("it is there"));
    for _ in 0..2 {
        let trap = program.run().expect_err("it has no end");
        assert_eq!((trap.kind(), trap.message()), (kind, message), "{text}");
        assert_eq!(work.call(program, ()).expect_err("it has no end").kind(), kind, "{text}");
        assert_eq!(quick.call(program, ()).ok(), Some(1), "{text}");
        assert_eq!(stderr.take(), "", "{text}");
    }
}

#[test]
fn instructions_are_limited() {
    let limits = Limits { instructions: Some(100_000), ..Limits::default() };
    for work in ENDLESS {
        check_limit(limits, work, TrapKind::InstructionLimit, "instruction limit exceeded");
    }
}

#[test]
fn instructions_are_counted_exactly() {
    let text = "func work(n int) (sum int) { for i := 0; i < n; i++ { if i%3 == 0 { sum += i } }; return sum }\nfunc main() {}";
    let needed = |n: i64| {
        let enough = |instructions: u64| {
            let limits = Limits { instructions: Some(instructions), ..Limits::default() };
            let program = &mut load(&vm().with_limits(limits), text);
            let work: TypedFunc<(i64,), i64> = program.func("main.work").expect("it is there");
            work.call(program, (n,)).is_ok()
        };
        let (mut too_few, mut enough_of_them) = (0, 1 << 10);
        while enough_of_them - too_few > 1 {
            let middle = (too_few + enough_of_them) / 2;
            if enough(middle) { enough_of_them = middle } else { too_few = middle }
        }
        enough_of_them
    };
    let (three, six, nine) = (needed(3), needed(6), needed(9));
    assert_eq!(six - three, nine - six);
    assert!(six > three, "{three} {six}");
}

#[test]
fn time_is_limited() {
    let limits = Limits { time: Some(Duration::from_millis(200)), ..Limits::default() };
    for work in &ENDLESS[..2] {
        check_limit(limits, work, TrapKind::TimeLimit, "time limit exceeded");
    }
}

#[test]
fn memory_is_limited() {
    let limits = Limits { memory: Some(16 << 20), ..Limits::default() };
    let rows = [
        "func work() { var s []int; for { s = append(s, 1, 2, 3) } }",
        "import \"strings\"\nfunc work() { s := strings.Repeat(\"x\", 1<<30); println(len(s)) }",
        "func work() { m := map[int]string{}; for i := 0; ; i++ { m[i] = \"\" } }",
    ];
    for work in rows {
        check_limit(limits, work, TrapKind::OutOfMemory, "out of memory");
    }
}

#[test]
fn calls_without_end_are_a_trap_of_their_own() {
    let (kind, message) = (TrapKind::StackOverflow, "stack overflow: too many nested calls");
    check_limit(
        Limits::default(),
        "func deep(n int) int { return deep(n + 1) + 1 }\nfunc work() { deep(0) }",
        kind,
        message,
    );
}

#[test]
fn another_thread_ends_a_program() {
    let program = &mut load(&vm(), "func main() { for {} }\nfunc quick() int { return 1 }");
    for _ in 0..2 {
        let handle = program.interrupt();
        let other = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            handle.interrupt();
        });
        assert_eq!(program.run().expect_err("it has no end").kind(), TrapKind::Interrupted);
        other.join().expect("no panic");
        assert_eq!(
            program.func::<(), i64>("main.quick").expect("it is there").call(program, ()).ok(),
            Some(1)
        );
    }
}

#[test]
fn every_thread_has_programs_of_its_own() {
    let vm = &vm();
    let text = r#"
import ("fmt"; "os"; "sort"; "strings")
var total int
func work(n int) string {
    words := strings.Fields(strings.Repeat(os.Args[0] + " b a ", n))
    sort.Slice(words, func(i, j int) bool { return words[i] < words[j] })
    total += len(words)
    fmt.Println(total, words[0], words[len(words)-1])
    return words[0]
}
func main() {}"#;
    thread::scope(|scope| {
        for number in 0..4 {
            scope.spawn(move || {
                let (one, two) = (&mut load(vm, text), &mut load(vm, text));
                let output = Written::default();
                for program in [&mut *one, &mut *two] {
                    program.set_args([format!("thread{number}")]);
                    program.set_stdout(output.clone());
                }
                for turn in 1..=20 {
                    for program in [&mut *one, &mut *two] {
                        let work: TypedFunc<(i64,), String> = program.func("main.work").expect("it is there");
                        assert_eq!(work.call(program, (100,)).ok().as_deref(), Some("a"));
                        assert_eq!(output.take(), format!("{} a thread{number}\n", 300 * turn));
                    }
                }
            });
        }
    });
}

#[test]
fn machines_and_handles_cross_threads() {
    fn crosses<T: Send + Sync>() {}
    crosses::<Vm>();
    crosses::<InterruptHandle>();
    crosses::<TypedFunc<(i64,), String>>();
}

#[track_caller]
fn refused(permissions: Permissions, text: &str) -> String {
    let input = Input::new("test.vo", format!("package main\n{text}"));
    let rejected = vm().with_permissions(permissions).load(&[input]).expect_err("a refusal");
    vo_vm::diagnostic::render(&rejected.sources, &rejected.diagnostics, false)
}

#[test]
fn libraries_are_refused_at_the_declaration() {
    let text = "extern \"libc.so.6\" func getpid() int32\nextern \"libm.so.6\" func cos(x float64) float64\n\
        func main() { println(getpid() > 0, cos(0)) }";
    let shown = refused(Permissions { c: Libraries::None, ..Permissions::default() }, text);
    let only = |name: &str| Libraries::Only([name.to_string()].into());
    for expected in [
        "main.getpid: the program may not call C functions",
        "test.vo:2",
        "test.vo:3",
        "`--no-c`",
        "`Permissions::c`",
    ] {
        assert!(shown.contains(expected), "no {expected:?} in\n{shown}");
    }
    let shown = refused(Permissions { c: only("libm.so.6"), ..Permissions::default() }, text);
    for expected in [
        "main.getpid: the program may not use the library libc.so.6",
        "allowed are: libm.so.6",
        "`--allow-lib libc.so.6`",
    ] {
        assert!(shown.contains(expected), "no {expected:?} in\n{shown}");
    }
    assert!(!shown.contains("main.cos"), "{shown}");
    let both = Libraries::Only(["libm.so.6".into(), "libc.so.6".into()].into());
    let vm = vm().with_permissions(Permissions { c: both, ..Permissions::default() });
    assert_eq!(run(&mut load(&vm, text)).2, "true +1.000000e+000\n");
}

#[test]
fn files_and_the_environment_are_refused_when_they_are_used() {
    let text = r#"
import ("fmt"; "os")
func main() {
    _, err := os.ReadFile("/etc/hostname")
    fmt.Println(err)
    _, err = os.Open("/etc/hostname")
    fmt.Println(err)
    fmt.Println(os.WriteFile("/tmp/x", nil, 0600) != nil, os.Mkdir("/tmp/y", 0700) != nil, os.Remove("/tmp/x") != nil)
    fmt.Println(len(os.Environ()), os.Getenv("PATH"))
    fmt.Fprintln(os.Stderr, "still there")
}"#;
    let vm = vm().with_permissions(Permissions::none());
    let refusal = |native| {
        format!("{native}: the program may not use files: --no-fs denies it, or Permissions::files\n")
    };
    let expected = refusal("os.ReadFile") + &refusal("os.openFile") + "true true true\n0 \n";
    assert_eq!(run(&mut load(&vm, text)), (Ok(0), expected, "still there\n".into()));
}

#[test]
fn the_example_does_what_it_should() {
    let output = Written::default();
    let expected = "status 0, tea 750, Some(\"nobody sells hats\"), Some(TimeLimit)";
    assert_eq!(example::run(output.clone()).map_err(|error| error.to_string()), Ok(expected.into()));
    assert_eq!(output.take(), "the shop is open\n3 times tea\n1 times hats\n");
}

#[test]
fn a_rejection_says_what_is_wrong() {
    let rejected =
        vm().load(&[Input::new("test.vo", "package main\nfunc main() { x }\n")]).expect_err("an error");
    let expected = "error: undefined: x\n --> test.vo:2:15\n  |\n2 | func main() { x }\n  |               ^";
    assert_eq!(rejected.to_string(), expected);
}

#[vo_module("left/names")]
mod left {
    use vo_ffi::prelude::*;

    #[vo_extern]
    fn own() -> &'static str {
        "left"
    }
}

#[vo_module("names")]
mod anywhere {
    use vo_ffi::prelude::*;

    #[vo_extern]
    fn own() -> &'static str {
        "anywhere"
    }

    #[vo_extern]
    fn shared() -> i64 {
        7
    }
}

#[test]
fn natives_of_packages_with_one_name_are_told_apart_by_their_paths() -> Result<(), Box<dyn std::error::Error>>
{
    const NAMES: &str = "package names\nextern func Own() string\nextern func Shared() int\n";
    const MAIN: &str = r#"package main
import ("left/names"; right "right/names")
func all() (string, int, string) { return names.Own(), names.Shared(), right.Own() }
func main() {}
"#;
    let inputs = [
        Input::new("main.vo", MAIN),
        Input::in_package("left/names", "left.vo", NAMES),
        Input::in_package("right/names", "right.vo", NAMES),
    ];
    let mut p = vm().load(&inputs)?;
    let all: TypedFunc<(), (String, i64, String)> = p.func("main.all")?;
    assert_eq!(all.call(&mut p, ())?, ("left".into(), 7, "anywhere".into()));
    Ok(())
}

#[vo_extern("main.greet")]
fn greet(name: &str, #[vo(default = "Hello")] word: &str, #[vo(default = 1)] times: u8) -> String {
    format!("{}, {name}!", vec![word; times.into()].join(" "))
}

#[vo_extern("main.Point.Scale")]
fn scale(mut point: VoObject, #[vo(default = 2)] by: i64) {
    if let VoValue::Int(x) = point.field(0) {
        point.set_field(0, x * by);
    }
}

/// One native under several names, each with as many parameters as it says.
#[test]
fn declarations_leave_out_what_has_a_default_and_give_names() {
    let text = r#"package main

type Point struct{ x int }

extern func greet(name string) string
extern func greetWith(name, word string) string = "greet"
extern func greetOften(name, word string, times int) string = "greet"
extern func (p *Point) Double() = "Point.Scale"
extern func (p *Point) Scale(by int)

func all() string {
	p := &Point{3}
	p.Double()
	p.Scale(10)
	if p.x != 60 { panic(p.x) }
	return greet("Ada") + " " + greetWith("Bob", "Bye") + " " + greetOften("Cy", "Hey", 3)
}

func main() {}
"#;
    let mut program = vm().load(&[Input::new("main.vo", text)]).expect("it is right");
    let all: TypedFunc<(), String> = program.func("main.all").expect("it is there");
    assert_eq!(all.call(&mut program, ()).expect("no panic"), "Hello, Ada! Bye, Bob! Hey Hey Hey, Cy!");
    let rows = [
        (
            "greet(name string)",
            "greeet",
            "`main.greeet` is declared at main.vo:2 but no native has this name; did you mean `main.greet`?",
        ),
        (
            "hi() string",
            "greet",
            "the declaration has 0 parameters, the native 3 parameters, of which the last 2 may be left out",
        ),
        (
            "hi(name string, times int) string",
            "greet",
            "parameter 2 `times`: declared int, the native takes string",
        ),
    ];
    for (head, native, expected) in rows {
        let text = format!("package main\nextern func {head} = \"{native}\"\nfunc main() {{}}");
        let errors = vm().load(&[Input::new("main.vo", text)]).expect_err("it does not fit").to_string();
        assert!(errors.contains(expected), "{errors}");
    }
}

#[vo_extern("main.collect", reentrant)]
fn collect<'call>(
    ctx: &mut VmCtx<'call>,
    n: i64,
    make: VoFunc<'call, (i64,), VoString<'call>>,
) -> Result<String, VoError> {
    let held = (0..n).map(|index| make.call(ctx, (index,))).collect::<Result<Vec<_>, _>>()?;
    Ok(held.iter().map(VoString::as_str).collect::<Vec<_>>().join(" "))
}

#[vo_extern("main.collectAny", reentrant)]
fn collect_any(ctx: &mut VmCtx, n: i64, make: VoFunc) -> Result<String, VoError> {
    let mut held: Vec<(VoValue, VoSlice<i64>)> = Vec::new();
    for index in 0..n {
        held.push(ctx.call(&make, (index,))?);
    }
    Ok(held
        .iter()
        .map(|(value, slice)| format!("{value:?}{:?}", slice.to_vec()))
        .collect::<Vec<_>>()
        .join(" "))
}

/// What closures return lives as long as the native, however much they allocate after that.
#[test]
fn results_of_closures_outlive_collections() {
    let text = r#"package main

import "strconv"

extern func collect(n int, make func(int) string) string
extern func collectAny(n int, make func(int) (any, []int)) string

func text(n int) string { return "text " + strconv.Itoa(n) }
func garbage() { for i := 0; i < 2000; i++ { _ = make([]byte, 8000) } }

func all() (string, string) {
	first := collect(5, func(n int) string { garbage(); return text(n) })
	return first, collectAny(3, func(n int) (any, []int) { garbage(); return text(n), []int{n, n} })
}

func main() {}
"#;
    let mut program = vm().load(&[Input::new("main.vo", text)]).expect("it is right");
    let all: TypedFunc<(), (String, String)> = program.func("main.all").expect("it is there");
    let expected = (
        "text 0 text 1 text 2 text 3 text 4",
        "String(\"text 0\")[0, 0] String(\"text 1\")[1, 1] String(\"text 2\")[2, 2]",
    );
    let (first, second) = all.call(&mut program, ()).expect("no panic");
    assert_eq!((first.as_str(), second.as_str()), expected);
}

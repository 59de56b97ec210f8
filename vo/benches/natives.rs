//! A scalar Rust native through `CALL`, against the same call written into the machine by hand; and a native that calls
//! closures of the program.
//!
//! Both loops of the first are the same bytecode but for one instruction: `Call` of a native made by `#[vo_extern]`, or
//! `DirectAdd`, whose handler names a Rust function. Run with `./x bench`.

mod add_loop;

use std::time::Duration;

use vo_ffi::prelude::*;
use vo_ffi::{Callee, Declaration, Origin, TypeTable};
use vo_vm::bytecode::{Insn, Op};
use vo_vm::machine::Machine;
use vo_vm::{Input, TypedFunc, Vm};

use add_loop::{WINDOW, add_type, program};

const CALLS: i32 = 100_000_000;

#[vo_extern("bench.Add")]
fn add(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

/// Calls a closure again and again.
#[vo_extern("bench.Repeat", reentrant)]
fn repeat(ctx: &mut VmCtx, times: i64, f: VoFunc<(i64,), i64>) -> Result<i64, VoError> {
    let mut sum = 0i64;
    for number in 0..times {
        sum = sum.wrapping_add(f.call(ctx, (number,))?);
    }
    Ok(sum)
}

/// The same, of a function of any type, which is compared in each call.
#[vo_extern("bench.RepeatAny", reentrant)]
fn repeat_any(ctx: &mut VmCtx, times: i64, f: VoFunc) -> Result<i64, VoError> {
    let mut sum = 0i64;
    for number in 0..times {
        sum = sum.wrapping_add(ctx.call::<i64>(&f, (number,))?);
    }
    Ok(sum)
}

const CLOSURES: &str = r#"
package main

import "bench"

var total int

func Typed(times int) int { base := times; return bench.Repeat(times, func(n int) int { return n + base }) }
func Any(times int) int   { base := times; return bench.RepeatAny(times, func(n int) int { return n + base }) }
func Alone(times int) int {
    base := times
    f := func(n int) int { return n + base }
    sum := 0
    for n := 0; n < times; n++ { sum += f(n) }
    return sum
}

func main() {}
"#;

const BENCH: &str = r#"
package bench

extern func Repeat(times int, f func(int) int) int
extern func RepeatAny(times int, f func(int) int) int
"#;

/// Nanoseconds of one call of a closure: by a native, and by the program itself.
fn closures() {
    const TIMES: i64 = 5_000_000;
    let vm = Vm::new(ExternRegistry::from_inventory());
    let inputs = [Input::new("main.vo", CLOSURES), Input::in_package("bench", "bench/bench.vo", BENCH)];
    let mut program = vm.load(&inputs).expect("the program is right");
    let rows = [
        ("a closure called by a native, VoFunc<(i64,), i64>", "main.Typed", "bound 25 ns"),
        ("a closure called by a native, VoFunc", "main.Any", ""),
        ("the same closure called by the program itself", "main.Alone", ""),
    ];
    let mut best = [Duration::MAX; 3];
    for _ in 0..7 {
        for ((_, name, _), best) in rows.iter().zip(&mut best) {
            let func: TypedFunc<(i64,), i64> = program.func(name).expect("the program has it");
            let start = processor_time();
            func.call(&mut program, (TIMES,)).expect("it does not panic");
            *best = (processor_time() - start).min(*best);
        }
    }
    println!();
    for ((what, _, bound), time) in rows.iter().zip(best) {
        println!("{what:<52} {:>6.2} ns  {bound}", time.as_secs_f64() * 1e9 / TIMES as f64);
    }
}

fn main() {
    // `cargo test --benches` asks for a list or a run of tests; there are none here.
    if std::env::args().any(|arg| arg == "--test" || arg == "--list") {
        return;
    }
    let calls = [Insn::wide(Op::Call, WINDOW, 0), Insn::abc(Op::DirectAdd, WINDOW, 0, 0)];
    let [native, direct] = best(calls);
    let nanos = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(CALLS);
    println!("{:<44} {:>10} {:>10} {:>7}", "a scalar native in a loop", "through CALL", "by hand", "ratio");
    println!(
        "{:<44} {:>9.2} ns {:>7.2} ns {:>7.2}",
        "add(int, int) int, with the loop around it",
        nanos(native),
        nanos(direct),
        nanos(native) / nanos(direct)
    );
    closures();
}

/// The best of several runs of `for i := 0; i < CALLS; i++ { x = add(x, i) }` with each of the calls, which take turns.
fn best(calls: [Insn; 2]) -> [Duration; 2] {
    let callee = link();
    let mut machines = calls.map(|call| {
        // SAFETY: the code is as the compiler would make it, and the callee outlives the machine.
        unsafe { Machine::new(program(CALLS, &[call]), &[&callee]) }.expect("a machine")
    });
    let mut best = [Duration::MAX; 2];
    for _ in 0..5 {
        for (machine, best) in machines.iter_mut().zip(&mut best) {
            let start = processor_time();
            machine.run_main().expect("the loop does not panic");
            *best = (processor_time() - start).min(*best);
        }
    }
    best
}

/// The processor's time for this process.
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the out-pointer is valid.
    let told = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(told, 0, "the system tells the time");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn link() -> Callee {
    let declaration = Declaration {
        name: "bench.Add".into(),
        func: add_type(),
        param_names: vec!["a".into(), "b".into()],
        origin: Origin::Rust,
        file: "bench.vo".into(),
        line: 1,
    };
    let linked = ExternRegistry::from_inventory().link(&[declaration], &TypeTable::new());
    linked.expect("the native fits").remove(0)
}

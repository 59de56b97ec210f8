//! vo: natives under `#[vo_extern]`, declared in the script with their types.

use vo_ffi::ClosureCall;
use vo_ffi::prelude::*;
use vo_vm::{Input, Program, TypedFunc, Vm};

use crate::engine::{Engine, Failure, Kind, Script};
use crate::natives;

pub(crate) const ENGINE: Engine = Engine { name: "vo", kind: Kind::Interpreter, load, absent: &[] };

const SCRIPT: &str = r#"
package main

type Counter struct{ total int }

extern func add(a, b int) int
extern func mix(n int, x float64, up bool) float64
extern func length(text string) int
extern func sum(numbers []int) int
extern func (c *Counter) Add(n int)
extern func repeat(n int, f func(int) int) int
extern func label(n int) string
extern func half(n int) (int, error)
extern func total(numbers ...int) int

func main() {}

func bare(n int) int {
	x := 0
	for i := 0; i < n; i++ {
		x = x + 1
	}
	return x
}

func ints(n int) int {
	x := 0
	for i := 0; i < n; i++ {
		x = add(x, 1)
	}
	return x
}

func mixed(n int) int {
	x, up := 0.5, true
	for i := 0; i < n; i++ {
		x = mix(i, x, up)
		up = !up
	}
	return int(x * 2)
}

func text(n int) int {
	text := "the quick brown fox jumps over the lazy dog"
	x := 0
	for i := 0; i < n; i++ {
		x += length(text)
	}
	return x
}

func numbers(n int) int {
	numbers := make([]int, 1000)
	for i := range numbers {
		numbers[i] = i
	}
	x := 0
	for i := 0; i < n; i++ {
		x += sum(numbers)
	}
	return x
}

func method(n int) int {
	counter := &Counter{}
	for i := 0; i < n; i++ {
		counter.Add(i)
	}
	return counter.total
}

func closure(n int) int {
	step, x := 1, 0
	for i := 0; i < n; i++ {
		x += repeat(1000, func(i int) int { return i + step })
	}
	return x
}

func fresh(n int) int {
	x := 0
	for i := 0; i < n; i++ {
		x += len(label(i))
	}
	return x
}

func failure(n int) int {
	x := 0
	for i := 0; i < n; i++ {
		if value, err := half(1); err != nil {
			x += 1
		} else {
			x += value
		}
	}
	return x
}

func variadic(n int) int {
	x := 0
	for i := 0; i < n; i++ {
		x += total(i, 2, 3, 4)
	}
	return x
}
"#;

#[vo_extern("main.add")]
fn add(a: i64, b: i64) -> i64 {
    natives::add(a, b)
}

#[vo_extern("main.mix")]
fn mix(n: i64, x: f64, up: bool) -> f64 {
    natives::mix(n, x, up)
}

#[vo_extern("main.length")]
fn length(text: &str) -> i64 {
    natives::length(text)
}

#[vo_extern("main.sum")]
fn sum(numbers: &[i64]) -> i64 {
    natives::sum(numbers.iter().copied())
}

/// The counter is a struct of the script's.
#[vo_extern("main.Counter.Add")]
fn counter_add(mut counter: VoObject, n: i64) -> Result<(), VoError> {
    let VoValue::Int(total) = counter.field(0) else { return Err(VoError::new("the total is no int")) };
    let mut inner = natives::Counter { total };
    inner.add(n);
    counter.set_field(0, inner.total);
    Ok(())
}

#[vo_extern("main.repeat", reentrant)]
fn repeat(ctx: &mut VmCtx, n: i64, f: VoFunc) -> Result<i64, VoError> {
    let f: ClosureCall<(i64,), i64> = ctx.prepare(&f)?;
    natives::repeat(n, |i| f.call(ctx, (i,)))
}

#[vo_extern("main.label")]
fn label(n: i64) -> String {
    natives::label(n)
}

#[vo_extern("main.half")]
fn half(n: i64) -> Result<i64, VoError> {
    Ok(natives::half(n)?)
}

#[vo_extern("main.total")]
fn total(numbers: VoVariadic<i64>) -> i64 {
    natives::sum(numbers.iter())
}

fn load() -> Result<Box<dyn Script>, Failure> {
    let vm = Vm::new(ExternRegistry::from_inventory());
    Ok(Box::new(vm.load(&[Input::new("peers.vo", SCRIPT)])?))
}

impl Script for Program {
    fn call(&mut self, function: &str, n: i64) -> Result<i64, Failure> {
        let function: TypedFunc<(i64,), i64> = self.func(&format!("main.{function}"))?;
        Ok(function.call(self, (n,))?)
    }
}

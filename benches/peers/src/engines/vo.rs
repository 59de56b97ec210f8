//! vo: natives under `#[vo_extern]`, declared in the script with their types.

use vo_ffi::prelude::*;
use vo_vm::{Input, Program, TypedFunc, Vm};

use crate::engine::{Engine, Failure, Kind, Script};
use crate::natives;

pub(crate) const ENGINE: Engine = Engine { name: "vo", kind: Kind::Interpreter, load, absent: &[] };

const SCRIPT: &str = r#"
package main

extern type Counter

extern func add(a, b int) int
extern func mix(n int, x float64, up bool) float64
extern func length(text string) int
extern func sum(numbers []int) int
extern func NewCounter() *Counter
extern func (c *Counter) Add(n int)
extern func (c *Counter) Total() int
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
	counter := NewCounter()
	for i := 0; i < n; i++ {
		counter.Add(i)
	}
	return counter.Total()
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

#[derive(VoObject)]
#[vo(name = "main.Counter")]
struct Counter(natives::Counter);

#[vo_methods("main.Counter")]
impl Counter {
    fn new() -> Counter {
        Counter(natives::Counter::default())
    }

    fn add(&mut self, n: i64) {
        self.0.add(n);
    }

    fn total(&self) -> i64 {
        self.0.total
    }
}

#[vo_extern("main.repeat", reentrant)]
fn repeat(ctx: &mut VmCtx, n: i64, f: VoFunc<(i64,), i64>) -> Result<i64, VoError> {
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

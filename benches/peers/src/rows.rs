//! The rows of the table: what is called, and what a loop of calls must compute.

use crate::natives::{self, Counter};

/// An operation. Each engine's script has a function of its name, which does it `n` times and returns an integer.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// How many operations one turn of the loop is.
    pub(crate) per_turn: i64,
    /// The same loop in Rust: what every engine must return.
    pub(crate) expected: fn(i64) -> i64,
}

/// What the scripts pass to `length`.
pub(crate) const TEXT: &str = "the quick brown fox jumps over the lazy dog";

/// How many numbers `sum` gets, and how often `repeat` calls its closure.
pub(crate) const MANY: i64 = 1000;

pub(crate) const ROWS: [Row; 10] = [
    Row { name: "bare", what: "the loop alone", per_turn: 1, expected: |n| n },
    Row { name: "ints", what: "add(int, int) int", per_turn: 1, expected: ints },
    Row { name: "mixed", what: "mix(int, float, bool) float", per_turn: 1, expected: mixed },
    Row { name: "text", what: "length(string) int", per_turn: 1, expected: |n| n * natives::length(TEXT) },
    Row { name: "numbers", what: "sum(list of 1000 integers) int", per_turn: 1, expected: numbers },
    Row { name: "method", what: "counter.add(int), an object", per_turn: 1, expected: method },
    Row { name: "closure", what: "a closure, called by a native", per_turn: MANY, expected: closure },
    Row { name: "fresh", what: "label(int) string, a new one", per_turn: 1, expected: fresh },
    Row { name: "failure", what: "an error, handled by the script", per_turn: 1, expected: failure },
    Row { name: "variadic", what: "total(int...) int, of 4", per_turn: 1, expected: variadic },
];

fn ints(n: i64) -> i64 {
    (0..n).fold(0, |x, _| natives::add(x, 1))
}

fn mixed(n: i64) -> i64 {
    let x = (0..n).fold(0.5, |x, i| natives::mix(i, x, i % 2 == 0));
    (x * 2.0) as i64
}

fn numbers(n: i64) -> i64 {
    n * natives::sum(0..MANY)
}

fn method(n: i64) -> i64 {
    let mut counter = Counter::default();
    (0..n).for_each(|i| counter.add(i));
    counter.total
}

fn closure(n: i64) -> i64 {
    n * natives::sum(1..=MANY)
}

fn fresh(n: i64) -> i64 {
    (0..n).map(|i| natives::label(i).len() as i64).sum()
}

fn failure(n: i64) -> i64 {
    (0..n).map(|_| natives::half(1).unwrap_or(1)).sum()
}

fn variadic(n: i64) -> i64 {
    (0..n).map(|i| natives::sum([i, 2, 3, 4])).sum()
}

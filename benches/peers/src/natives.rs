//! The natives that all engines call, as plain Rust. What an engine's file adds is the engine's way to register them.

use std::error::Error;
use std::fmt;

pub(crate) fn add(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

pub(crate) fn mix(n: i64, x: f64, up: bool) -> f64 {
    if up { x + n as f64 } else { x - n as f64 }
}

pub(crate) fn length(text: &str) -> i64 {
    text.len() as i64
}

pub(crate) fn sum(numbers: impl IntoIterator<Item = i64>) -> i64 {
    numbers.into_iter().sum()
}

/// The same of a list that may hold anything.
pub(crate) fn try_sum<E>(numbers: impl IntoIterator<Item = Result<i64, E>>) -> Result<i64, E> {
    numbers.into_iter().sum()
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counter {
    pub(crate) total: i64,
}

impl Counter {
    pub(crate) fn add(&mut self, n: i64) {
        self.total = self.total.wrapping_add(n);
    }
}

/// The sum of what a closure of the script makes of the numbers below `n`.
pub(crate) fn repeat<E>(n: i64, closure: impl FnMut(i64) -> Result<i64, E>) -> Result<i64, E> {
    try_sum((0..n).map(closure))
}

pub(crate) fn label(n: i64) -> String {
    format!("item {n}")
}

#[derive(Debug)]
pub(crate) struct Odd;

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number is odd")
    }
}

impl Error for Odd {}

pub(crate) fn half(n: i64) -> Result<i64, Odd> {
    if n % 2 == 0 { Ok(n / 2) } else { Err(Odd) }
}

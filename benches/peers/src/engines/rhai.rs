//! Rhai: functions under `register_fn`, which finds their types itself. Scripts are interpreted as syntax trees, as
//! Rhai does by default.

use rhai::{AST, Array, Dynamic, Engine as Rhai, EvalAltResult, FnPtr, NativeCallContext, Scope};

use crate::engine::{Engine, Failure, Kind, Script};
use crate::natives::{self, Counter};

pub(crate) const ENGINE: Engine = Engine {
    name: "rhai",
    kind: Kind::Interpreter,
    load,
    absent: &[("variadic", "a function that is registered has a fixed number of parameters")],
};

const SCRIPT: &str = r#"
fn bare(n) {
    let x = 0;
    for i in 0..n {
        x = x + 1;
    }
    x
}

fn ints(n) {
    let x = 0;
    for i in 0..n {
        x = add(x, 1);
    }
    x
}

fn mixed(n) {
    let x = 0.5;
    let up = true;
    for i in 0..n {
        x = mix(i, x, up);
        up = !up;
    }
    (x * 2.0).to_int()
}

fn text(n) {
    let text = "the quick brown fox jumps over the lazy dog";
    let x = 0;
    for i in 0..n {
        x += length(text);
    }
    x
}

fn numbers(n) {
    let numbers = [];
    for i in 0..1000 {
        numbers.push(i);
    }
    let x = 0;
    for i in 0..n {
        x += numbers.sum();
    }
    x
}

fn method(n) {
    let counter = counter();
    for i in 0..n {
        counter.add(i);
    }
    counter.total
}

fn closure(n) {
    let step = 1;
    let x = 0;
    for i in 0..n {
        x += repeat(1000, |i| i + step);
    }
    x
}

fn fresh(n) {
    let x = 0;
    for i in 0..n {
        x += label(i).len;
    }
    x
}

fn failure(n) {
    let x = 0;
    for i in 0..n {
        try {
            x += half(1);
        } catch {
            x += 1;
        }
    }
    x
}
"#;

struct Compiled {
    rhai: Rhai,
    ast: AST,
}

fn load() -> Result<Box<dyn Script>, Failure> {
    let mut rhai = Rhai::new();
    rhai.register_fn("add", natives::add);
    rhai.register_fn("mix", natives::mix);
    rhai.register_fn("length", natives::length);
    rhai.register_fn("sum", sum);
    rhai.register_type::<Counter>();
    rhai.register_fn("counter", Counter::default);
    rhai.register_fn("add", Counter::add);
    rhai.register_get("total", |counter: &mut Counter| counter.total);
    rhai.register_fn("repeat", repeat);
    rhai.register_fn("label", natives::label);
    rhai.register_fn("half", half);
    let ast = rhai.compile(SCRIPT)?;
    Ok(Box::new(Compiled { rhai, ast }))
}

/// Only the first parameter can be a reference; a list that is passed by value is copied.
fn sum(numbers: &mut Array) -> Result<i64, Box<EvalAltResult>> {
    natives::try_sum(numbers.iter().map(Dynamic::as_int)).map_err(Box::from)
}

fn repeat(context: NativeCallContext, n: i64, f: FnPtr) -> Result<i64, Box<EvalAltResult>> {
    natives::repeat(n, |i| f.call_within_context::<i64>(&context, (i,)))
}

fn half(n: i64) -> Result<i64, Box<EvalAltResult>> {
    natives::half(n).map_err(|odd| odd.to_string().into())
}

impl Script for Compiled {
    fn call(&mut self, function: &str, n: i64) -> Result<i64, Failure> {
        Ok(self.rhai.call_fn(&mut Scope::new(), &self.ast, function, (n,))?)
    }
}

//! Steel, a Scheme: functions under `register_fn`, which finds their types itself.

use steel::SteelVal;
use steel::rerrs::{ErrorKind, SteelErr};
use steel::rvals::{Custom, FromSteelVal, IntoSteelVal, SteelString};
use steel::steel_vm::engine::Engine as Steel;
use steel::steel_vm::register_fn::RegisterFn;

use crate::engine::{Engine, Failure, Kind, Script};
use crate::natives;

pub(crate) const ENGINE: Engine = Engine {
    name: "steel",
    kind: Kind::Interpreter,
    load,
    absent: &[("closure", "a function that is registered cannot call functions of the script")],
};

const SCRIPT: &str = r#"
(define (bare n)
  (let loop ([i 0] [x 0])
    (if (< i n)
        (loop (+ i 1) (+ x 1))
        x)))

(define (ints n)
  (let loop ([i 0] [x 0])
    (if (< i n)
        (loop (+ i 1) (add x 1))
        x)))

(define (mixed n)
  (let loop ([i 0] [x 0.5] [up #true])
    (if (< i n)
        (loop (+ i 1) (mix i x up) (not up))
        (inexact->exact (* x 2)))))

(define (text n)
  (define text "the quick brown fox jumps over the lazy dog")
  (let loop ([i 0] [x 0])
    (if (< i n)
        (loop (+ i 1) (+ x (length-of text)))
        x)))

(define (numbers n)
  (define numbers (range 0 1000))
  (let loop ([i 0] [x 0])
    (if (< i n)
        (loop (+ i 1) (+ x (sum numbers)))
        x)))

(define (method n)
  (define counter (make-counter))
  (let loop ([i 0])
    (when (< i n)
      (counter-add! counter i)
      (loop (+ i 1))))
  (counter-total counter))

(define (fresh n)
  (let loop ([i 0] [x 0])
    (if (< i n)
        (loop (+ i 1) (+ x (string-length (label i))))
        x)))

(define (failure n)
  (let loop ([i 0] [x 0])
    (if (< i n)
        (loop (+ i 1) (+ x (with-handler (lambda (_) 1) (half 1))))
        x)))

(define (variadic n)
  (let loop ([i 0] [x 0])
    (if (< i n)
        (loop (+ i 1) (+ x (total i 2 3 4)))
        x)))
"#;

struct Counter(natives::Counter);

impl Custom for Counter {}

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

/// Looks at the list where it is: faster than to take a `Vec`.
fn sum(numbers: SteelVal) -> Result<i64, SteelErr> {
    match &numbers {
        SteelVal::ListV(numbers) => natives::try_sum(numbers.iter().map(i64::from_steelval)),
        other => Err(SteelErr::new(ErrorKind::TypeMismatch, format!("sum of {other}"))),
    }
}

/// A function of Steel's own kind, which gets any number of arguments.
fn total(numbers: &[SteelVal]) -> Result<SteelVal, SteelErr> {
    natives::try_sum(numbers.iter().map(i64::from_steelval))?.into_steelval()
}

fn load() -> Result<Box<dyn Script>, Failure> {
    if std::env::var_os("STEEL_HOME").is_none() {
        // Steel would make a folder in the user's home.
        // SAFETY: the process has one thread while engines are loaded.
        unsafe { std::env::set_var("STEEL_HOME", ".") };
    }
    let mut steel = Steel::new();
    steel.register_fn("add", natives::add);
    steel.register_fn("mix", natives::mix);
    steel.register_fn("length-of", |text: SteelString| natives::length(&text));
    steel.register_fn("sum", sum);
    steel.register_fn("make-counter", Counter::new);
    steel.register_fn("counter-add!", Counter::add);
    steel.register_fn("counter-total", Counter::total);
    steel.register_fn("label", natives::label);
    steel.register_fn("half", |n: i64| natives::half(n).map_err(|odd| odd.to_string()));
    steel.register_value("total", SteelVal::FuncV(total));
    steel.run(SCRIPT)?;
    Ok(Box::new(steel))
}

impl Script for Steel {
    fn call(&mut self, function: &str, n: i64) -> Result<i64, Failure> {
        let value = self.call_function_by_name_with_args(function, vec![n.into_steelval()?])?;
        Ok(i64::from_steelval(&value)?)
    }
}

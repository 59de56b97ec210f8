//! Koto: functions of a module, which find their arguments among Koto's values.

use koto::derive::{KotoCopy, KotoType, koto_impl, koto_method};
use koto::prelude::*;
use koto::runtime;

use crate::engine::{Engine, Failure, Kind, Script};
use crate::natives;

pub(crate) const ENGINE: Engine = Engine { name: "koto", kind: Kind::Interpreter, load, absent: &[] };

const SCRIPT: &str = r#"
from natives import add, mix, length, sum, counter, repeat, label, half, total

export bare = |n|
  x = 0
  for _ in 0..n
    x = x + 1
  x

export ints = |n|
  x = 0
  for _ in 0..n
    x = add x, 1
  x

export mixed = |n|
  x = 0.5
  up = true
  for i in 0..n
    x = mix i, x, up
    up = not up
  (x * 2).to_int()

export text = |n|
  text = 'the quick brown fox jumps over the lazy dog'
  x = 0
  for _ in 0..n
    x += length text
  x

export numbers = |n|
  numbers = (0..1000).to_list()
  x = 0
  for _ in 0..n
    x += sum numbers
  x

export method = |n|
  counter = counter()
  for i in 0..n
    counter.add i
  counter.total()

export closure = |n|
  step = 1
  x = 0
  for _ in 0..n
    x += repeat 1000, |i| i + step
  x

export fresh = |n|
  x = 0
  for i in 0..n
    x += size label i
  x

export failure = |n|
  x = 0
  for _ in 0..n
    try
      x += half 1
    catch _
      x += 1
  x

export variadic = |n|
  x = 0
  for i in 0..n
    x += total i, 2, 3, 4
  x
"#;

#[derive(Clone, KotoCopy, KotoType)]
struct Counter(natives::Counter);

#[koto_impl]
impl Counter {
    // `add` alone is what the operator calls.
    #[koto_method(alias = "add")]
    fn add_number(&mut self, args: &[KValue]) -> runtime::Result<KValue> {
        match args {
            [KValue::Number(n)] => self.0.add(n.into()),
            unexpected => return unexpected_args("|Number|", unexpected),
        }
        Ok(KValue::Null)
    }

    #[koto_method]
    fn total(&self) -> KValue {
        self.0.total.into()
    }
}

impl KotoObject for Counter {}

fn module() -> KMap {
    let module = KMap::with_type("natives");
    module.add_fn("add", |ctx| match ctx.args() {
        [KValue::Number(a), KValue::Number(b)] => Ok(natives::add(a.into(), b.into()).into()),
        unexpected => unexpected_args("|Number, Number|", unexpected),
    });
    module.add_fn("mix", |ctx| match ctx.args() {
        [KValue::Number(n), KValue::Number(x), KValue::Bool(up)] => {
            Ok(natives::mix(n.into(), x.into(), *up).into())
        }
        unexpected => unexpected_args("|Number, Number, Bool|", unexpected),
    });
    module.add_fn("length", |ctx| match ctx.args() {
        [KValue::Str(text)] => Ok(natives::length(text).into()),
        unexpected => unexpected_args("|String|", unexpected),
    });
    module.add_fn("sum", |ctx| match ctx.args() {
        [KValue::List(numbers)] => sum(&numbers.data()),
        unexpected => unexpected_args("|List|", unexpected),
    });
    module.add_fn("counter", |_| Ok(KObject::from(Counter(natives::Counter::default())).into()));
    module.add_fn("repeat", repeat);
    module.add_fn("label", |ctx| match ctx.args() {
        [KValue::Number(n)] => Ok(natives::label(n.into()).into()),
        unexpected => unexpected_args("|Number|", unexpected),
    });
    module.add_fn("half", |ctx| match ctx.args() {
        [KValue::Number(n)] => match natives::half(n.into()) {
            Ok(half) => Ok(half.into()),
            Err(odd) => runtime_error!(odd.to_string()),
        },
        unexpected => unexpected_args("|Number|", unexpected),
    });
    module.add_fn("total", |ctx| sum(ctx.args()));
    module
}

fn sum(numbers: &[KValue]) -> runtime::Result<KValue> {
    let number = |value: &KValue| match value {
        KValue::Number(n) => Ok(i64::from(n)),
        unexpected => unexpected_type("Number", unexpected),
    };
    natives::try_sum(numbers.iter().map(number)).map(KValue::from)
}

fn repeat(ctx: &mut CallContext) -> runtime::Result<KValue> {
    let (n, f) = match ctx.args() {
        [KValue::Number(n), f] if f.is_callable() => (i64::from(n), f.clone()),
        unexpected => return unexpected_args("|Number, Function|", unexpected),
    };
    let call = |i: i64| match ctx.vm.call_function(f.clone(), i)? {
        KValue::Number(n) => Ok(i64::from(n)),
        unexpected => unexpected_type("Number", &unexpected),
    };
    natives::repeat(n, call).map(KValue::from)
}

fn load() -> Result<Box<dyn Script>, Failure> {
    let mut koto = Koto::default();
    koto.prelude().insert("natives", module());
    koto.compile_and_run(SCRIPT)?;
    Ok(Box::new(koto))
}

impl Script for Koto {
    fn call(&mut self, function: &str, n: i64) -> Result<i64, Failure> {
        match self.call_exported_function(function, n)? {
            KValue::Number(n) => Ok(n.into()),
            other => Err(format!("{function} returns a {}", other.type_as_string()).into()),
        }
    }
}

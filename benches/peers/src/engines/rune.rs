//! Rune: functions of a module, whose types its traits find.

use std::sync::Arc;

use rune::runtime::{Function, InstAddress, Memory, Output, Value, VmResult};
use rune::{Any, Context, ContextError, Module, Source, Sources, Vm, vm_try};

use crate::engine::{Engine, Failure, Kind, Script};
use crate::natives;

pub(crate) const ENGINE: Engine = Engine { name: "rune", kind: Kind::Interpreter, load, absent: &[] };

const SCRIPT: &str = r#"
pub fn bare(n) {
    let x = 0;
    for i in 0..n {
        x = x + 1;
    }
    x
}

pub fn ints(n) {
    let x = 0;
    for i in 0..n {
        x = add(x, 1);
    }
    x
}

pub fn mixed(n) {
    let x = 0.5;
    let up = true;
    for i in 0..n {
        x = mix(i, x, up);
        up = !up;
    }
    (x * 2.0) as i64
}

pub fn text(n) {
    let text = "the quick brown fox jumps over the lazy dog";
    let x = 0;
    for i in 0..n {
        x += length(text);
    }
    x
}

pub fn numbers(n) {
    let numbers = [];
    for i in 0..1000 {
        numbers.push(i);
    }
    let x = 0;
    for i in 0..n {
        x += sum(numbers);
    }
    x
}

pub fn method(n) {
    let counter = Counter::new();
    for i in 0..n {
        counter.add(i);
    }
    counter.total()
}

pub fn closure(n) {
    let step = 1;
    let x = 0;
    for i in 0..n {
        x += repeat(1000, |i| i + step);
    }
    x
}

pub fn fresh(n) {
    let x = 0;
    for i in 0..n {
        x += label(i).len();
    }
    x
}

pub fn failure(n) {
    let x = 0;
    for i in 0..n {
        match half(1) {
            Ok(value) => x += value,
            Err(_) => x += 1,
        }
    }
    x
}

pub fn variadic(n) {
    let x = 0;
    for i in 0..n {
        x += total(i, 2, 3, 4);
    }
    x
}
"#;

#[derive(Any)]
struct Counter(natives::Counter);

impl Counter {
    #[rune::function(path = Self::new)]
    fn new() -> Counter {
        Counter(natives::Counter::default())
    }

    #[rune::function]
    fn add(&mut self, n: i64) {
        self.0.add(n);
    }

    #[rune::function]
    fn total(&self) -> i64 {
        self.0.total
    }
}

#[rune::function]
fn sum(numbers: &[Value]) -> VmResult<i64> {
    VmResult::Ok(vm_try!(natives::try_sum(numbers.iter().map(Value::as_integer))))
}

#[rune::function]
fn repeat(n: i64, f: Function) -> VmResult<i64> {
    VmResult::Ok(vm_try!(natives::repeat(n, |i| f.call((i,)).into_result())))
}

#[rune::function]
fn half(n: i64) -> Result<i64, String> {
    natives::half(n).map_err(|odd| odd.to_string())
}

/// How a function gets any number of arguments.
fn total(memory: &mut dyn Memory, address: InstAddress, count: usize, output: Output) -> VmResult<()> {
    let numbers = vm_try!(memory.slice_at(address, count));
    let sum = vm_try!(natives::try_sum(numbers.iter().map(Value::as_integer)));
    vm_try!(output.store(memory, sum));
    VmResult::Ok(())
}

fn module() -> Result<Module, ContextError> {
    let mut module = Module::new();
    module.function("add", natives::add).build()?;
    module.function("mix", natives::mix).build()?;
    module.function("length", natives::length).build()?;
    module.function_meta(sum)?;
    module.ty::<Counter>()?;
    module.function_meta(Counter::new)?;
    module.function_meta(Counter::add)?;
    module.function_meta(Counter::total)?;
    module.function_meta(repeat)?;
    module.function("label", natives::label).build()?;
    module.function_meta(half)?;
    module.raw_function("total", total).build()?;
    Ok(module)
}

fn load() -> Result<Box<dyn Script>, Failure> {
    let mut context = Context::with_default_modules()?;
    context.install(module()?)?;
    let mut sources = Sources::new();
    sources.insert(Source::memory(SCRIPT)?)?;
    let unit = rune::prepare(&mut sources).with_context(&context).build()?;
    Ok(Box::new(Vm::new(Arc::new(context.runtime()?), Arc::new(unit))))
}

impl Script for Vm {
    fn call(&mut self, function: &str, n: i64) -> Result<i64, Failure> {
        Ok(rune::from_value(Vm::call(self, [function], (n,))?)?)
    }
}

//! WebAssembly in wasmtime, compiled to machine code: functions under `func_wrap`. Strings and lists are ranges of the
//! module's memory, and an object is a number that the host knows.

use wasmtime::{Caller, Error, Func, Instance, Linker, Memory, MemoryType, Module, Result, Store};

use crate::engine::{Engine, Failure, Kind, Script};
use crate::natives::{self, Counter};

pub(crate) const ENGINE: Engine = Engine {
    name: "wasmtime",
    kind: Kind::Compiler,
    load,
    absent: &[("variadic", "functions have a fixed number of parameters")],
};

const SCRIPT: &str = r#"
(module
  (import "natives" "memory" (memory 1))
  (import "natives" "add" (func $add (param i64 i64) (result i64)))
  (import "natives" "mix" (func $mix (param i64 f64 i32) (result f64)))
  (import "natives" "length" (func $length (param i32 i32) (result i64)))
  (import "natives" "sum" (func $sum (param i32 i32) (result i64)))
  (import "natives" "counter" (func $counter (result i32)))
  (import "natives" "counter_add" (func $counter_add (param i32 i64)))
  (import "natives" "counter_total" (func $counter_total (param i32) (result i64)))
  (import "natives" "repeat" (func $repeat (param i64 funcref) (result i64)))
  (import "natives" "label" (func $label (param i64 i32 i32) (result i32)))
  (import "natives" "half" (func $half (param i64) (result i64 i32)))

  (data (i32.const 0) "the quick brown fox jumps over the lazy dog")
  (global $step (mut i64) (i64.const 0))
  (elem declare func $stepped)

  (func (export "bare") (param $n i64) (result i64) (local $i i64) (local $x i64)
    (loop $again
      (if (i64.lt_s (local.get $i) (local.get $n)) (then
        (local.set $x (i64.add (local.get $x) (i64.const 1)))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $again))))
    (local.get $x))

  (func (export "ints") (param $n i64) (result i64) (local $i i64) (local $x i64)
    (loop $again
      (if (i64.lt_s (local.get $i) (local.get $n)) (then
        (local.set $x (call $add (local.get $x) (i64.const 1)))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $again))))
    (local.get $x))

  (func (export "mixed") (param $n i64) (result i64) (local $i i64) (local $x f64) (local $up i32)
    (local.set $x (f64.const 0.5))
    (local.set $up (i32.const 1))
    (loop $again
      (if (i64.lt_s (local.get $i) (local.get $n)) (then
        (local.set $x (call $mix (local.get $i) (local.get $x) (local.get $up)))
        (local.set $up (i32.eqz (local.get $up)))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $again))))
    (i64.trunc_f64_s (f64.mul (local.get $x) (f64.const 2))))

  (func (export "text") (param $n i64) (result i64) (local $i i64) (local $x i64)
    (loop $again
      (if (i64.lt_s (local.get $i) (local.get $n)) (then
        (local.set $x (i64.add (local.get $x) (call $length (i32.const 0) (i32.const 43))))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $again))))
    (local.get $x))

  (func (export "numbers") (param $n i64) (result i64) (local $i i64) (local $x i64)
    (loop $fill
      (i64.store offset=1024 (i32.mul (i32.wrap_i64 (local.get $i)) (i32.const 8)) (local.get $i))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $fill (i64.lt_s (local.get $i) (i64.const 1000))))
    (local.set $i (i64.const 0))
    (loop $again
      (if (i64.lt_s (local.get $i) (local.get $n)) (then
        (local.set $x (i64.add (local.get $x) (call $sum (i32.const 1024) (i32.const 1000))))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $again))))
    (local.get $x))

  (func (export "method") (param $n i64) (result i64) (local $i i64) (local $counter i32)
    (local.set $counter (call $counter))
    (loop $again
      (if (i64.lt_s (local.get $i) (local.get $n)) (then
        (call $counter_add (local.get $counter) (local.get $i))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $again))))
    (call $counter_total (local.get $counter)))

  (func $stepped (param $i i64) (result i64)
    (i64.add (local.get $i) (global.get $step)))

  (func (export "closure") (param $n i64) (result i64) (local $i i64) (local $x i64)
    (global.set $step (i64.const 1))
    (loop $again
      (if (i64.lt_s (local.get $i) (local.get $n)) (then
        (local.set $x (i64.add (local.get $x) (call $repeat (i64.const 1000) (ref.func $stepped))))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $again))))
    (local.get $x))

  (func (export "fresh") (param $n i64) (result i64) (local $i i64) (local $x i64)
    (loop $again
      (if (i64.lt_s (local.get $i) (local.get $n)) (then
        (local.set $x (i64.add (local.get $x)
          (i64.extend_i32_u (call $label (local.get $i) (i32.const 512) (i32.const 64)))))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $again))))
    (local.get $x))

  (func (export "failure") (param $n i64) (result i64) (local $i i64) (local $x i64)
    (loop $again
      (if (i64.lt_s (local.get $i) (local.get $n)) (then
        (call $half (i64.const 1))
        (if (param i64) (result i64)
          (then (drop) (i64.const 1))
          (else))
        (local.set $x (i64.add (local.get $x)))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $again))))
    (local.get $x)))
"#;

/// What the host keeps for the module.
#[derive(Default)]
struct Host {
    /// There before the module is.
    memory: Option<Memory>,
    counters: Vec<Counter>,
}

struct Compiled {
    store: Store<Host>,
    instance: Instance,
}

fn load() -> std::result::Result<Box<dyn Script>, Failure> {
    let mut store = Store::<Host>::default();
    let memory = Memory::new(&mut store, MemoryType::new(1, None))?;
    store.data_mut().memory = Some(memory);
    let mut linker = Linker::new(store.engine());
    linker.define(&store, "natives", "memory", memory)?;
    register(&mut linker)?;
    let module = Module::new(store.engine(), SCRIPT)?;
    let instance = linker.instantiate(&mut store, &module)?;
    Ok(Box::new(Compiled { store, instance }))
}

fn register(linker: &mut Linker<Host>) -> Result<()> {
    linker.func_wrap("natives", "add", natives::add)?;
    linker.func_wrap("natives", "mix", |n, x, up: i32| natives::mix(n, x, up != 0))?;
    linker.func_wrap("natives", "length", length)?;
    linker.func_wrap("natives", "sum", sum)?;
    linker.func_wrap("natives", "counter", counter)?;
    linker.func_wrap("natives", "counter_add", counter_add)?;
    linker.func_wrap("natives", "counter_total", counter_total)?;
    linker.func_wrap("natives", "repeat", repeat)?;
    linker.func_wrap("natives", "label", label)?;
    // A value and whether there is none, as the functions of WASI tell errors.
    linker.func_wrap("natives", "half", |n| natives::half(n).map_or((0, 1), |half| (half, 0)))?;
    Ok(())
}

fn length(caller: Caller<'_, Host>, start: u32, bytes: u32) -> Result<i64> {
    let text = std::str::from_utf8(borrow(&caller, start, bytes)?)?;
    Ok(natives::length(text))
}

fn sum(caller: Caller<'_, Host>, start: u32, count: u32) -> Result<i64> {
    let (numbers, _) = borrow(&caller, start, count.saturating_mul(8))?.as_chunks();
    Ok(natives::sum(numbers.iter().map(|bytes| i64::from_le_bytes(*bytes))))
}

fn counter(mut caller: Caller<'_, Host>) -> u32 {
    let counters = &mut caller.data_mut().counters;
    counters.push(Counter::default());
    counters.len() as u32 - 1
}

fn counter_add(mut caller: Caller<'_, Host>, counter: u32, n: i64) -> Result<()> {
    let counter = caller.data_mut().counters.get_mut(counter as usize);
    counter.ok_or_else(|| Error::msg("no counter has this number"))?.add(n);
    Ok(())
}

fn counter_total(caller: Caller<'_, Host>, counter: u32) -> Result<i64> {
    let counter = caller.data().counters.get(counter as usize);
    Ok(counter.ok_or_else(|| Error::msg("no counter has this number"))?.total)
}

fn repeat(mut caller: Caller<'_, Host>, n: i64, f: Option<Func>) -> Result<i64> {
    let f = f.ok_or_else(|| Error::msg("no function"))?.typed::<i64, i64>(&caller)?;
    natives::repeat(n, |i| f.call(&mut caller, i))
}

/// Writes the label where the module has room for it, and returns its length.
fn label(mut caller: Caller<'_, Host>, n: i64, start: u32, room: u32) -> Result<u32> {
    let label = natives::label(n);
    let place = memory(&caller)?.data_mut(&mut caller).get_mut(start as usize..).ok_or_else(outside)?;
    let place = place.get_mut(..label.len().min(room as usize)).ok_or_else(outside)?;
    place.copy_from_slice(&label.as_bytes()[..place.len()]);
    Ok(place.len() as u32)
}

fn borrow<'a>(caller: &'a Caller<'_, Host>, start: u32, bytes: u32) -> Result<&'a [u8]> {
    let rest = memory(caller)?.data(caller).get(start as usize..).ok_or_else(outside)?;
    rest.get(..bytes as usize).ok_or_else(outside)
}

fn memory(caller: &Caller<'_, Host>) -> Result<Memory> {
    caller.data().memory.ok_or_else(|| Error::msg("there is no memory"))
}

fn outside() -> Error {
    Error::msg("a range outside of the memory")
}

impl Script for Compiled {
    fn call(&mut self, function: &str, n: i64) -> std::result::Result<i64, Failure> {
        let function = self.instance.get_typed_func::<i64, i64>(&mut self.store, function)?;
        Ok(function.call(&mut self.store, n)?)
    }
}

//! JavaScript in Boa: functions under `into_js_function_copied`, with arguments and results of Rust's types.

use boa_engine::class::{Class, ClassBuilder};
use boa_engine::interop::{JsClass, JsRest};
use boa_engine::object::builtins::{JsArrayBuffer, JsTypedArray, TypedJsFunction};
use boa_engine::property::Attribute;
use boa_engine::value::TryFromJs;
use boa_engine::{
    Context, Finalize, IntoJsFunctionCopied, JsData, JsNativeError, JsResult, JsString, JsValue,
    NativeFunction, Source, Trace, js_string,
};

use crate::engine::{Engine, Failure, Kind, Script};
use crate::natives;

pub(crate) const ENGINE: Engine = Engine { name: "boa", kind: Kind::Interpreter, load, absent: &[] };

const SCRIPT: &str = r#"
"use strict";

function bare(n) {
    let x = 0;
    for (let i = 0; i < n; i++) {
        x = x + 1;
    }
    return x;
}

function ints(n) {
    let x = 0;
    for (let i = 0; i < n; i++) {
        x = add(x, 1);
    }
    return x;
}

function mixed(n) {
    let x = 0.5, up = true;
    for (let i = 0; i < n; i++) {
        x = mix(i, x, up);
        up = !up;
    }
    return x * 2;
}

function text(n) {
    const text = "the quick brown fox jumps over the lazy dog";
    let x = 0;
    for (let i = 0; i < n; i++) {
        x += length(text);
    }
    return x;
}

function numbers(n) {
    const numbers = new BigInt64Array(1000);
    for (let i = 0; i < 1000; i++) {
        numbers[i] = BigInt(i);
    }
    let x = 0;
    for (let i = 0; i < n; i++) {
        x += sum(numbers);
    }
    return x;
}

function method(n) {
    const counter = new Counter();
    for (let i = 0; i < n; i++) {
        counter.add(i);
    }
    return counter.total;
}

function closure(n) {
    const step = 1;
    let x = 0;
    for (let i = 0; i < n; i++) {
        x += repeat(1000, i => i + step);
    }
    return x;
}

function fresh(n) {
    let x = 0;
    for (let i = 0; i < n; i++) {
        x += label(i).length;
    }
    return x;
}

function failure(n) {
    let x = 0;
    for (let i = 0; i < n; i++) {
        try {
            x += half(1);
        } catch (error) {
            x += 1;
        }
    }
    return x;
}

function variadic(n) {
    let x = 0;
    for (let i = 0; i < n; i++) {
        x += total(i, 2, 3, 4);
    }
    return x;
}
"#;

#[derive(Debug, Finalize, JsData, Trace)]
struct Counter(#[unsafe_ignore_trace] natives::Counter);

impl Class for Counter {
    const NAME: &'static str = "Counter";

    fn data_constructor(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<Self> {
        Ok(Counter(natives::Counter::default()))
    }

    fn init(class: &mut ClassBuilder<'_>) -> JsResult<()> {
        let add = |counter: JsClass<Counter>, n: i64| counter.borrow_mut().0.add(n);
        let add = add.into_js_function_copied(class.context());
        class.method(js_string!("add"), 1, add);
        let total = |counter: JsClass<Counter>| counter.borrow().0.total;
        let total = total.into_js_function_copied(class.context());
        let total = total.to_js_function(class.context().realm());
        class.accessor(js_string!("total"), Some(total), None, Attribute::all());
        Ok(())
    }
}

/// The elements of a `BigInt64Array`, where they lie.
fn sum(numbers: JsTypedArray, context: &mut Context) -> JsResult<i64> {
    let buffer = JsArrayBuffer::try_from_js(&numbers.buffer(context)?, context)?;
    let start = numbers.byte_offset(context)?;
    let end = start + numbers.byte_length(context)?;
    let data = buffer.data();
    let Some(bytes) = data.as_ref().and_then(|data| data.get(start..end)) else {
        return Err(JsNativeError::typ().with_message("the buffer is detached").into());
    };
    let (numbers, _) = bytes.as_chunks();
    Ok(natives::sum(numbers.iter().map(|bytes| i64::from_ne_bytes(*bytes))))
}

fn repeat(n: i64, f: TypedJsFunction<(i64,), i64>, context: &mut Context) -> JsResult<i64> {
    natives::repeat(n, |i| f.call(context, (i,)))
}

fn half(n: i64) -> JsResult<i64> {
    natives::half(n).map_err(|odd| JsNativeError::error().with_message(odd.to_string()).into())
}

fn total(numbers: JsRest<'_>, context: &mut Context) -> JsResult<i64> {
    natives::try_sum(numbers.iter().map(|number| number.try_js_into(context)))
}

fn load() -> Result<Box<dyn Script>, Failure> {
    let mut context = Context::default();
    context.register_global_class::<Counter>()?;
    for (name, native) in functions(&mut context) {
        context.register_global_callable(name, 0, native)?;
    }
    context.eval(Source::from_bytes(SCRIPT))?;
    Ok(Box::new(context))
}

fn functions(context: &mut Context) -> [(JsString, NativeFunction); 8] {
    [
        (js_string!("add"), natives::add.into_js_function_copied(context)),
        (js_string!("mix"), natives::mix.into_js_function_copied(context)),
        (js_string!("length"), (|text: String| natives::length(&text)).into_js_function_copied(context)),
        (js_string!("sum"), sum.into_js_function_copied(context)),
        (js_string!("repeat"), repeat.into_js_function_copied(context)),
        (js_string!("label"), natives::label.into_js_function_copied(context)),
        (js_string!("half"), half.into_js_function_copied(context)),
        (js_string!("total"), total.into_js_function_copied(context)),
    ]
}

impl Script for Context {
    fn call(&mut self, function: &str, n: i64) -> Result<i64, Failure> {
        let function = self.global_object().get(JsString::from(function), self)?;
        let function: TypedJsFunction<(i64,), i64> = function.try_js_into(self)?;
        Ok(function.call(self, (n,))?)
    }
}

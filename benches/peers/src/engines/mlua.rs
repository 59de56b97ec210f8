//! Lua 5.4 through mlua: closures under `create_function`, with arguments and results of Rust's types.

use mlua::{Function, Lua, Table, UserData, UserDataMethods, Variadic};

use crate::engine::{Engine, Failure, Kind, Script};
use crate::natives;

pub(crate) const ENGINE: Engine = Engine { name: "mlua", kind: Kind::Interpreter, load, absent: &[] };

const SCRIPT: &str = r#"
function bare(n)
  local x = 0
  for i = 1, n do
    x = x + 1
  end
  return x
end

function ints(n)
  local x = 0
  for i = 1, n do
    x = add(x, 1)
  end
  return x
end

function mixed(n)
  local x, up = 0.5, true
  for i = 0, n - 1 do
    x = mix(i, x, up)
    up = not up
  end
  return math.tointeger(x * 2)
end

function text(n)
  local text = "the quick brown fox jumps over the lazy dog"
  local x = 0
  for i = 1, n do
    x = x + length(text)
  end
  return x
end

function numbers(n)
  local numbers = {}
  for i = 1, 1000 do
    numbers[i] = i - 1
  end
  local x = 0
  for i = 1, n do
    x = x + sum(numbers)
  end
  return x
end

function method(n)
  local counter = Counter()
  for i = 0, n - 1 do
    counter:add(i)
  end
  return counter:total()
end

function closure(n)
  local step, x = 1, 0
  for i = 1, n do
    x = x + repeated(1000, function(i) return i + step end)
  end
  return x
end

function fresh(n)
  local x = 0
  for i = 0, n - 1 do
    x = x + #label(i)
  end
  return x
end

function failure(n)
  local x = 0
  for i = 1, n do
    local value, err = half(1)
    if err then
      x = x + 1
    else
      x = x + value
    end
  end
  return x
end

function variadic(n)
  local x = 0
  for i = 0, n - 1 do
    x = x + total(i, 2, 3, 4)
  end
  return x
end
"#;

struct Counter(natives::Counter);

impl UserData for Counter {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method_mut("add", |_, counter, n| {
            counter.0.add(n);
            Ok(())
        });
        methods.add_method("total", |_, counter, ()| Ok(counter.0.total));
    }
}

fn load() -> Result<Box<dyn Script>, Failure> {
    let lua = Lua::new();
    register(&lua, &lua.globals())?;
    lua.load(SCRIPT).exec()?;
    Ok(Box::new(lua))
}

fn register(lua: &Lua, globals: &Table) -> mlua::Result<()> {
    globals.set("add", lua.create_function(|_, (a, b)| Ok(natives::add(a, b)))?)?;
    globals.set("mix", lua.create_function(|_, (n, x, up)| Ok(natives::mix(n, x, up)))?)?;
    // Owned strings and vectors are faster than `BorrowedStr` and `Table`.
    globals.set("length", lua.create_function(|_, text: String| Ok(natives::length(&text)))?)?;
    globals.set("sum", lua.create_function(|_, numbers: Vec<i64>| Ok(natives::sum(numbers)))?)?;
    globals.set("Counter", lua.create_function(|_, ()| Ok(Counter(natives::Counter::default())))?)?;
    // `repeat` is a word of the language.
    let repeated = |_: &Lua, (n, f): (i64, Function)| natives::repeat(n, |i| f.call(i));
    globals.set("repeated", lua.create_function(repeated)?)?;
    globals.set("label", lua.create_function(|_, n| Ok(natives::label(n)))?)?;
    // As Lua's own functions do: nil and a message. To throw an error and to catch it takes forty times as long.
    let half = |_: &Lua, n| Ok(natives::half(n).map_err(|odd| odd.to_string()));
    globals.set("half", lua.create_function(half)?)?;
    let total = |_: &Lua, numbers: Variadic<i64>| Ok(natives::sum(numbers));
    globals.set("total", lua.create_function(total)?)
}

impl Script for Lua {
    fn call(&mut self, function: &str, n: i64) -> Result<i64, Failure> {
        let function: Function = self.globals().get(function)?;
        Ok(function.call(n)?)
    }
}

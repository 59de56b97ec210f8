// bun:ffi. Typed arrays are passed as pointers, strings are encoded by it.
import { dlopen, JSCallback, read } from "bun:ffi";
import { absent, COUNT, measure, TEXT, version } from "./measure.mjs";

const { symbols: lib } = dlopen(process.argv[2], {
  nop: { args: [], returns: "void" },
  add: { args: ["i32", "i32"], returns: "i32" },
  mix: { args: ["i32", "f64", "i64_fast", "f32"], returns: "f64" },
  sum8: { args: ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"], returns: "i32" },
  iterate: { args: ["i32", "function"], returns: "i32" },
  sum: { args: ["ptr", "i32"], returns: "i32" },
  scramble: { args: ["ptr", "i32"], returns: "void" },
  sorted: { args: ["ptr", "i32"], returns: "i32" },
  strlen: { args: ["cstring"], returns: "u64_fast" },
  qsort: { args: ["ptr", "u64_fast", "u64_fast", "function"], returns: "void" },
});

const numbers = new Int32Array(COUNT);

version(`Bun ${Bun.version}`);

measure("nop", (n) => {
  for (let i = 0; i < n; i++) lib.nop();
  return n;
});

measure("add", (n) => {
  let x = 0;
  for (let i = 0; i < n; i++) x = lib.add(x, 1);
  return x;
});

measure("mix", (n) => {
  let x = 0;
  for (let i = 0; i < n; i++) x = lib.mix(1, x, 2, 0.5);
  return x;
});

measure("sum8", (n) => {
  let x = 0;
  for (let i = 0; i < n; i++) x = lib.sum8(x, 1, 2, 3, 4, -2, -3, -4);
  return x;
});

measure("strlen", (n) => {
  let x = 0;
  for (let i = 0; i < n; i++) x += lib.strlen(TEXT);
  return x / 43;
});

absent("pair", "no structs by value");
absent("triple", "no structs by value");

measure("callback", (n) => {
  const successor = new JSCallback((x) => x + 1, { args: ["i32"], returns: "i32" });
  let x = 0;
  for (let i = 0; i < n; i++) x += lib.iterate(COUNT, successor.ptr);
  successor.close();
  return x / COUNT;
}, COUNT);

measure("sum", (n) => {
  let x = 0;
  for (let i = 0; i < COUNT; i++) numbers[i] = i;
  for (let i = 0; i < n; i++) x += lib.sum(numbers, COUNT);
  return x / 499500;
});

measure("qsort", (n) => {
  const ascending = new JSCallback((a, b) => read.i32(a, 0) - read.i32(b, 0), { args: ["ptr", "ptr"], returns: "i32" });
  for (let i = 0; i < n; i++) {
    lib.scramble(numbers, COUNT);
    lib.qsort(numbers, COUNT, 4, ascending.ptr);
  }
  ascending.close();
  return lib.sorted(numbers, COUNT) * n;
});

absent("snprintf", "no variadic functions");

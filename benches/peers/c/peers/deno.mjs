// Deno's FFI. Structs are bytes; strings have to be encoded, since C sees none of JavaScript's.
import { absent, COUNT, measure, TEXT, version } from "./measure.mjs";

const PAIR = { struct: ["f64", "f64"] };
const TRIPLE = { struct: ["f64", "f64", "f64"] };
const BACK = { parameters: ["i32"], result: "i32" };
const ASCENDING = { parameters: ["pointer", "pointer"], result: "i32" };

const { symbols: lib } = Deno.dlopen(Deno.args[0], {
  nop: { parameters: [], result: "void" },
  add: { parameters: ["i32", "i32"], result: "i32" },
  mix: { parameters: ["i32", "f64", "i64", "f32"], result: "f64" },
  sum8: { parameters: ["i32", "i32", "i32", "i32", "i32", "i32", "i32", "i32"], result: "i32" },
  turn_pair: { parameters: [PAIR], result: PAIR },
  turn_triple: { parameters: [TRIPLE], result: TRIPLE },
  iterate: { parameters: ["i32", "function"], result: "i32" },
  sum: { parameters: ["buffer", "i32"], result: "i32" },
  scramble: { parameters: ["buffer", "i32"], result: "void" },
  sorted: { parameters: ["buffer", "i32"], result: "i32" },
  strlen: { parameters: ["buffer"], result: "usize" },
  qsort: { parameters: ["buffer", "usize", "usize", "function"], result: "void" },
});

const numbers = new Int32Array(COUNT);

version(`Deno ${Deno.version.deno}`);

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
  for (let i = 0; i < n; i++) x = lib.mix(1, x, 2n, 0.5);
  return x;
});

measure("sum8", (n) => {
  let x = 0;
  for (let i = 0; i < n; i++) x = lib.sum8(x, 1, 2, 3, 4, -2, -3, -4);
  return x;
});

measure("strlen", (n) => {
  const encoder = new TextEncoder(), buffer = new Uint8Array(256);
  let x = 0;
  for (let i = 0; i < n; i++) {
    buffer[encoder.encodeInto(TEXT, buffer).written] = 0;
    x += Number(lib.strlen(buffer));
  }
  return x / 43;
});

const fields = (bytes) => new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);

measure("pair", (n) => {
  let p = new Uint8Array(16);
  for (let i = 0; i < n; i++) p = lib.turn_pair(p);
  return fields(p).reduce((a, b) => a + b);
});

measure("triple", (n) => {
  let p = new Uint8Array(24);
  for (let i = 0; i < n; i++) p = lib.turn_triple(p);
  return fields(p).reduce((a, b) => a + b);
});

measure("callback", (n) => {
  const successor = new Deno.UnsafeCallback(BACK, (x) => x + 1);
  let x = 0;
  for (let i = 0; i < n; i++) x += lib.iterate(COUNT, successor.pointer);
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
  const ascending = new Deno.UnsafeCallback(
    ASCENDING,
    (a, b) => new Deno.UnsafePointerView(a).getInt32() - new Deno.UnsafePointerView(b).getInt32(),
  );
  for (let i = 0; i < n; i++) {
    lib.scramble(numbers, COUNT);
    lib.qsort(numbers, COUNT, 4n, ascending.pointer);
  }
  ascending.close();
  return lib.sorted(numbers, COUNT) * n;
});

absent("snprintf", "no variadic functions");

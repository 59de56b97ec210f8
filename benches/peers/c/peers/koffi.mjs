// koffi, for Node: prototypes in C, structs as objects.
import { createRequire } from "node:module";
import process from "node:process";
import { COUNT, measure, TEXT, version } from "./measure.mjs";

const [library, modules] = process.argv.slice(2);
const koffi = createRequire(`${modules}/`)("koffi");
const lib = koffi.load(library);

koffi.struct("pair", { x: "double", y: "double" });
koffi.struct("triple", { x: "double", y: "double", z: "double" });
const back = koffi.proto("int back(int)");
const ascending = koffi.proto("int ascending(const int *, const int *)");

const nop = lib.func("void nop()");
const add = lib.func("int add(int a, int b)");
const mix = lib.func("double mix(int a, double b, long c, float d)");
const sum8 = lib.func("int sum8(int a, int b, int c, int d, int e, int f, int g, int h)");
const turnPair = lib.func("pair turn_pair(pair p)");
const turnTriple = lib.func("triple turn_triple(triple p)");
const iterate = lib.func("int iterate(int count, back *f)");
const sum = lib.func("int sum(const int *numbers, int count)");
const scramble = lib.func("void scramble(int *numbers, int count)");
const sorted = lib.func("int sorted(const int *numbers, int count)");
const strlen = lib.func("size_t strlen(const char *text)");
const qsort = lib.func("void qsort(int *numbers, size_t count, size_t size, ascending *f)");
const snprintf = lib.func("int snprintf(char *to, size_t size, const char *format, ...)");

const numbers = new Int32Array(COUNT);

version(`koffi ${koffi.version}, Node ${process.versions.node}`);

measure("nop", (n) => {
  for (let i = 0; i < n; i++) nop();
  return n;
});

measure("add", (n) => {
  let x = 0;
  for (let i = 0; i < n; i++) x = add(x, 1);
  return x;
});

measure("mix", (n) => {
  let x = 0;
  for (let i = 0; i < n; i++) x = mix(1, x, 2, 0.5);
  return x;
});

measure("sum8", (n) => {
  let x = 0;
  for (let i = 0; i < n; i++) x = sum8(x, 1, 2, 3, 4, -2, -3, -4);
  return x;
});

measure("strlen", (n) => {
  let x = 0;
  for (let i = 0; i < n; i++) x += Number(strlen(TEXT));
  return x / 43;
});

measure("pair", (n) => {
  let p = { x: 0, y: 0 };
  for (let i = 0; i < n; i++) p = turnPair(p);
  return p.x + p.y;
});

measure("triple", (n) => {
  let p = { x: 0, y: 0, z: 0 };
  for (let i = 0; i < n; i++) p = turnTriple(p);
  return p.x + p.y + p.z;
});

measure("callback", (n) => {
  const successor = (x) => x + 1;
  let x = 0;
  for (let i = 0; i < n; i++) x += iterate(COUNT, successor);
  return x / COUNT;
}, COUNT);

measure("sum", (n) => {
  let x = 0;
  for (let i = 0; i < COUNT; i++) numbers[i] = i;
  for (let i = 0; i < n; i++) x += sum(numbers, COUNT);
  return x / 499500;
});

measure("qsort", (n) => {
  const compare = (a, b) => koffi.decode(a, "int") - koffi.decode(b, "int");
  for (let i = 0; i < n; i++) {
    scramble(numbers, COUNT);
    qsort(numbers, COUNT, 4, compare);
  }
  return sorted(numbers, COUNT) * n;
});

measure("snprintf", (n) => {
  const buffer = Buffer.alloc(64);
  let x = 0;
  for (let i = 0; i < n; i++) x += snprintf(buffer, 64, "%d %s %.2f", "int", 42, "const char *", "apples", "double", 1.5);
  return x / 14;
});

-- LuaJIT's ffi. Functions are called through the library's name space, as its tutorial says.
local ffi = require("ffi")

ffi.cdef [[
  struct pair { double x, y; };
  struct triple { double x, y, z; };
  void nop(void);
  int add(int a, int b);
  double mix(int a, double b, long c, float d);
  int sum8(int a, int b, int c, int d, int e, int f, int g, int h);
  struct pair turn_pair(struct pair p);
  struct triple turn_triple(struct triple p);
  int iterate(int count, int (*back)(int));
  int sum(const int *numbers, int count);
  void scramble(int *numbers, int count);
  int sorted(const int *numbers, int count);
  size_t strlen(const char *text);
  void qsort(void *numbers, size_t count, size_t size, int (*ascending)(const int *, const int *));
  int snprintf(char *to, size_t size, const char *format, ...);
  int clock_gettime(int clock, struct timespec *time);
  struct timespec { long seconds, nanos; };
]]

local C, lib = ffi.C, ffi.load(arg[1])
local COUNT, ROUNDS, LONG_ENOUGH = 1000, 100, 2e6
local numbers = ffi.new("int[?]", COUNT)
local time = ffi.new("struct timespec")

local function now()
  C.clock_gettime(1, time)
  return tonumber(time.seconds) * 1e9 + tonumber(time.nanos)
end

local function best_of(rounds, name, loop, turns)
  local best = math.huge
  for _ = 1, rounds do
    local start = now()
    local computed = loop(turns)
    best = math.min(best, now() - start)
    assert(computed == turns, name .. " computes something else")
  end
  return best
end

-- Doubles the turns until they take long enough, then prints the best of the rounds.
local function measure(name, per_turn, loop)
  local turns = 2
  while best_of(3, name, loop, turns) < LONG_ENOUGH do turns = turns * 2 end
  print(string.format("%s %.3f", name, best_of(ROUNDS, name, loop, turns) / turns / per_turn))
end

print("version " .. jit.version)

measure("nop", 1, function(n)
  for _ = 1, n do lib.nop() end
  return n
end)

measure("add", 1, function(n)
  local x = 0
  for _ = 1, n do x = lib.add(x, 1) end
  return x
end)

measure("mix", 1, function(n)
  local x = 0
  for _ = 1, n do x = lib.mix(1, x, 2, 0.5) end
  return x
end)

measure("sum8", 1, function(n)
  local x = 0
  for _ = 1, n do x = lib.sum8(x, 1, 2, 3, 4, -2, -3, -4) end
  return x
end)

measure("strlen", 1, function(n)
  local text, x = "the quick brown fox jumps over the lazy dog", 0
  for _ = 1, n do x = x + tonumber(C.strlen(text)) end
  return x / 43
end)

measure("pair", 1, function(n)
  local p = ffi.new("struct pair")
  for _ = 1, n do p = lib.turn_pair(p) end
  return p.x + p.y
end)

measure("triple", 1, function(n)
  local p = ffi.new("struct triple")
  for _ = 1, n do p = lib.turn_triple(p) end
  return p.x + p.y + p.z
end)

local function callback(n)
  local back, x = ffi.cast("int (*)(int)", function(x) return x + 1 end), 0
  for _ = 1, n do x = x + lib.iterate(COUNT, back) end
  back:free()
  return x / COUNT
end

local function qsort(n)
  local ascending = ffi.cast("int (*)(const int *, const int *)", function(a, b) return a[0] - b[0] end)
  for _ = 1, n do
    lib.scramble(numbers, COUNT)
    C.qsort(numbers, COUNT, 4, ascending)
  end
  ascending:free()
  return lib.sorted(numbers, COUNT) * n
end

-- The manual: a call that calls back must not be compiled.
jit.off(callback)
jit.off(qsort)

measure("callback", COUNT, callback)

measure("sum", 1, function(n)
  local x = 0
  for i = 0, COUNT - 1 do numbers[i] = i end
  for _ = 1, n do x = x + lib.sum(numbers, COUNT) end
  return x / 499500
end)

measure("qsort", 1, qsort)

measure("snprintf", 1, function(n)
  local buffer, x = ffi.new("char[64]"), 0
  local int = ffi.typeof("int")
  for _ = 1, n do x = x + C.snprintf(buffer, 64, "%d %s %.2f", int(42), "apples", 1.5) end
  return x / 14
end)

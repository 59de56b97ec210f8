# Ruby's gem ffi, with attached functions.
require "ffi"

COUNT = 1000
ROUNDS = 100
LONG_ENOUGH = 2_000_000
TEXT = "the quick brown fox jumps over the lazy dog"

class Pair < FFI::Struct
  layout :x, :double, :y, :double
end

class Triple < FFI::Struct
  layout :x, :double, :y, :double, :z, :double
end

module Lib
  extend FFI::Library
  ffi_lib ARGV[0]
  callback :back, [:int], :int
  callback :ascending, [:pointer, :pointer], :int
  attach_function :nop, [], :void
  attach_function :add, [:int, :int], :int
  attach_function :mix, [:int, :double, :long, :float], :double
  attach_function :sum8, [:int] * 8, :int
  attach_function :turn_pair, [Pair.by_value], Pair.by_value
  attach_function :turn_triple, [Triple.by_value], Triple.by_value
  attach_function :iterate, [:int, :back], :int
  attach_function :sum, [:pointer, :int], :int
  attach_function :scramble, [:pointer, :int], :void
  attach_function :sorted, [:pointer, :int], :int
  attach_function :strlen, [:string], :size_t
  attach_function :qsort, [:pointer, :size_t, :size_t, :ascending], :void
  attach_function :snprintf, [:pointer, :size_t, :string, :varargs], :int
end

def now = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)

def best_of(rounds, name, turns)
  (1..rounds).map do
    start = now
    computed = yield turns
    took = now - start
    raise "#{name} computes something else" unless computed == turns
    took
  end.min
end

# Doubles the turns until they take long enough, then prints the best of the rounds.
def measure(name, per_turn = 1, &loop)
  turns = 2
  turns *= 2 while best_of(3, name, turns, &loop) < LONG_ENOUGH
  puts format("%s %.3f", name, best_of(ROUNDS, name, turns, &loop).to_f / turns / per_turn)
end

NUMBERS = FFI::MemoryPointer.new(:int, COUNT)

puts "version gem ffi #{FFI::VERSION}, Ruby #{RUBY_VERSION}"

measure("nop") do |n|
  i = 0
  while i < n
    Lib.nop
    i += 1
  end
  n
end

measure("add") do |n|
  x = i = 0
  while i < n
    x = Lib.add(x, 1)
    i += 1
  end
  x
end

measure("mix") do |n|
  i = 0
  x = 0.0
  while i < n
    x = Lib.mix(1, x, 2, 0.5)
    i += 1
  end
  x
end

measure("sum8") do |n|
  x = i = 0
  while i < n
    x = Lib.sum8(x, 1, 2, 3, 4, -2, -3, -4)
    i += 1
  end
  x
end

measure("strlen") do |n|
  x = i = 0
  while i < n
    x += Lib.strlen(TEXT)
    i += 1
  end
  x / 43
end

measure("pair") do |n|
  i = 0
  p = Pair.new
  while i < n
    p = Lib.turn_pair(p)
    i += 1
  end
  p[:x] + p[:y]
end

measure("triple") do |n|
  i = 0
  p = Triple.new
  while i < n
    p = Lib.turn_triple(p)
    i += 1
  end
  p[:x] + p[:y] + p[:z]
end

measure("callback", COUNT) do |n|
  x = i = 0
  successor = FFI::Function.new(:int, [:int]) { |x| x + 1 }
  while i < n
    x += Lib.iterate(COUNT, successor)
    i += 1
  end
  x / COUNT
end

measure("sum") do |n|
  x = i = 0
  NUMBERS.write_array_of_int((0...COUNT).to_a)
  while i < n
    x += Lib.sum(NUMBERS, COUNT)
    i += 1
  end
  x / 499_500
end

measure("qsort") do |n|
  ascending = FFI::Function.new(:int, [:pointer, :pointer]) { |a, b| a.read_int - b.read_int }
  i = 0
  while i < n
    Lib.scramble(NUMBERS, COUNT)
    Lib.qsort(NUMBERS, COUNT, 4, ascending)
    i += 1
  end
  Lib.sorted(NUMBERS, COUNT) * n
end

measure("snprintf") do |n|
  x = i = 0
  buffer = FFI::MemoryPointer.new(:char, 64)
  while i < n
    x += Lib.snprintf(buffer, 64, "%d %s %.2f", :int, 42, :string, "apples", :double, 1.5)
    i += 1
  end
  x / 14
end

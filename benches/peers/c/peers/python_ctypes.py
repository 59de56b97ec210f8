"""Python's ctypes, with the types of each function declared once."""
import ctypes
import sys
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_float, c_int, c_long, c_size_t, c_void_p

from measure import COUNT, TEXT, measure, version


class Pair(Structure):
    _fields_ = [("x", c_double), ("y", c_double)]


class Triple(Structure):
    _fields_ = [("x", c_double), ("y", c_double), ("z", c_double)]


Back = CFUNCTYPE(c_int, c_int)
Ascending = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))

lib = ctypes.CDLL(sys.argv[1])
numbers = (c_int * COUNT)()


def declared(name, result, *parameters):
    function = lib[name]
    function.restype, function.argtypes = result, parameters
    return function


nop = declared("nop", None)
add = declared("add", c_int, c_int, c_int)
mix = declared("mix", c_double, c_int, c_double, c_long, c_float)
sum8 = declared("sum8", c_int, *[c_int] * 8)
turn_pair = declared("turn_pair", Pair, Pair)
turn_triple = declared("turn_triple", Triple, Triple)
iterate = declared("iterate", c_int, c_int, Back)
sum_ = declared("sum", c_int, POINTER(c_int), c_int)
scramble = declared("scramble", None, POINTER(c_int), c_int)
is_sorted = declared("sorted", c_int, POINTER(c_int), c_int)
strlen = declared("strlen", c_size_t, c_char_p)
qsort = declared("qsort", None, c_void_p, c_size_t, c_size_t, Ascending)
# Of a variadic function, the fixed parameters are declared.
snprintf = declared("snprintf", c_int, c_char_p, c_size_t, c_char_p)


def run_nop(n):
    for _ in range(n):
        nop()
    return n


def run_add(n):
    x = 0
    for _ in range(n):
        x = add(x, 1)
    return x


def run_mix(n):
    x = 0.0
    for _ in range(n):
        x = mix(1, x, 2, 0.5)
    return x


def run_sum8(n):
    x = 0
    for _ in range(n):
        x = sum8(x, 1, 2, 3, 4, -2, -3, -4)
    return x


def run_strlen(n):
    x = 0
    for _ in range(n):
        x += strlen(TEXT.encode())
    return x / 43


def run_pair(n):
    p = Pair()
    for _ in range(n):
        p = turn_pair(p)
    return p.x + p.y


def run_triple(n):
    p = Triple()
    for _ in range(n):
        p = turn_triple(p)
    return p.x + p.y + p.z


def run_callback(n):
    x, back = 0, Back(lambda x: x + 1)
    for _ in range(n):
        x += iterate(COUNT, back)
    return x / COUNT


def run_sum(n):
    x = 0
    numbers[:] = range(COUNT)
    for _ in range(n):
        x += sum_(numbers, COUNT)
    return x / 499500


def run_qsort(n):
    ascending = Ascending(lambda a, b: a[0] - b[0])
    for _ in range(n):
        scramble(numbers, COUNT)
        qsort(numbers, COUNT, 4, ascending)
    return n if is_sorted(numbers, COUNT) else 0


def run_snprintf(n):
    x, buffer = 0, ctypes.create_string_buffer(64)
    for _ in range(n):
        x += snprintf(buffer, 64, b"%d %s %.2f", c_int(42), b"apples", c_double(1.5))
    return x / 14


version(f"ctypes of Python {sys.version.split()[0]}")
measure("nop", run_nop)
measure("add", run_add)
measure("mix", run_mix)
measure("sum8", run_sum8)
measure("strlen", run_strlen)
measure("pair", run_pair)
measure("triple", run_triple)
measure("callback", run_callback, per_turn=COUNT)
measure("sum", run_sum)
measure("qsort", run_qsort)
measure("snprintf", run_snprintf)

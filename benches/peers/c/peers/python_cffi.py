"""cffi, for CPython and PyPy: `python_cffi.py LIBRARY abi`, or `python_cffi.py LIBRARY api FOLDER`, which compiles a module there."""
import os
import platform
import sys

import cffi

from measure import COUNT, TEXT, measure, version

TYPES = """
    struct pair { double x, y; };
    struct triple { double x, y, z; };
"""
FUNCTIONS = """
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
"""
BACKS = """
    extern "Python" int successor(int);
    extern "Python" int ascending(const int *, const int *);
"""


def compiled(library, folder):
    """A module with a wrapper in C for each function, and one for each function of Python that C calls."""
    builder = cffi.FFI()
    builder.cdef(TYPES + FUNCTIONS + BACKS)
    here = os.path.dirname(os.path.abspath(__file__))
    builder.set_source(
        "peers_api",
        '#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include "functions.h"',
        include_dirs=[os.path.dirname(here)],
        extra_objects=[library],
        extra_link_args=["-Wl,-rpath," + os.path.dirname(library)],
        # The comparison is declared with the pointers that it gets, which spares it two casts.
        extra_compile_args=["-O2", "-Wno-incompatible-pointer-types"],
    )
    os.makedirs(folder, exist_ok=True)
    builder.compile(tmpdir=folder)
    sys.path.insert(0, folder)
    from peers_api import ffi, lib

    return ffi, lib


def opened(library):
    ffi = cffi.FFI()
    ffi.cdef(TYPES + FUNCTIONS)
    return ffi, ffi.dlopen(library)


library, mode = os.path.abspath(sys.argv[1]), sys.argv[2]
ffi, lib = compiled(library, sys.argv[3]) if mode == "api" else opened(library)
numbers = ffi.new("int[]", COUNT)


def successor(x):
    return x + 1


def ascending(a, b):
    return a[0] - b[0]


if mode == "api":
    ffi.def_extern()(successor)
    ffi.def_extern()(ascending)
    SUCCESSOR, ASCENDING = lib.successor, lib.ascending
else:
    SUCCESSOR = ffi.callback("int(int)", successor)
    ASCENDING = ffi.callback("int(const int *, const int *)", ascending)


def run_nop(n):
    nop = lib.nop
    for _ in range(n):
        nop()
    return n


def run_add(n):
    x, add = 0, lib.add
    for _ in range(n):
        x = add(x, 1)
    return x


def run_mix(n):
    x, mix = 0.0, lib.mix
    for _ in range(n):
        x = mix(1, x, 2, 0.5)
    return x


def run_sum8(n):
    x, sum8 = 0, lib.sum8
    for _ in range(n):
        x = sum8(x, 1, 2, 3, 4, -2, -3, -4)
    return x


def run_strlen(n):
    x, strlen = 0, lib.strlen
    for _ in range(n):
        x += strlen(TEXT.encode())
    return x / 43


def run_pair(n):
    p, turn_pair = ffi.new("struct pair *")[0], lib.turn_pair
    for _ in range(n):
        p = turn_pair(p)
    return p.x + p.y


def run_triple(n):
    p, turn_triple = ffi.new("struct triple *")[0], lib.turn_triple
    for _ in range(n):
        p = turn_triple(p)
    return p.x + p.y + p.z


def run_callback(n):
    x, iterate = 0, lib.iterate
    for _ in range(n):
        x += iterate(COUNT, SUCCESSOR)
    return x / COUNT


def run_sum(n):
    x, sum_ = 0, lib.sum
    numbers[0:COUNT] = range(COUNT)
    for _ in range(n):
        x += sum_(numbers, COUNT)
    return x / 499500


def run_qsort(n):
    for _ in range(n):
        lib.scramble(numbers, COUNT)
        lib.qsort(numbers, COUNT, 4, ASCENDING)
    return n if lib.sorted(numbers, COUNT) else 0


def run_snprintf(n):
    x, snprintf, buffer = 0, lib.snprintf, ffi.new("char[64]")
    text, int_, double = ffi.new("char[]", b"apples"), ffi.typeof("int"), ffi.typeof("double")
    for _ in range(n):
        x += snprintf(buffer, 64, b"%d %s %.2f", ffi.cast(int_, 42), text, ffi.cast(double, 1.5))
    return x / 14


version(f"cffi {cffi.__version__} of {platform.python_implementation()} {platform.python_version()}")
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

/* What the tests of the Rust API call: a function for each type, and variables. */
#include <complex.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct point { double x, y; };
struct tagged { char kind; union { int64_t whole; double part; }; };
struct wide { long double values[2]; } __attribute__((aligned(64)));

/* Each result differs from the argument in all of its bytes that count. */
bool not_bool(bool x) { return !x; }
int8_t neg_i8(int8_t x) { return -x; }
int16_t neg_i16(int16_t x) { return -x; }
int32_t neg_i32(int32_t x) { return -x; }
int64_t neg_i64(int64_t x) { return -x; }
uint8_t inv_u8(uint8_t x) { return ~x; }
uint16_t inv_u16(uint16_t x) { return ~x; }
uint32_t inv_u32(uint32_t x) { return ~x; }
uint64_t inv_u64(uint64_t x) { return ~x; }
float neg_f32(float x) { return -x; }
double neg_f64(double x) { return -x; }
const int32_t *next_i32(const int32_t *x) { return x + 1; }
const char *tail(const char *text) { return text + 1; }
__int128 neg_i128(__int128 x) { return -x; }
unsigned __int128 inv_u128(unsigned __int128 x) { return ~x; }
long double neg_long_double(long double x) { return -x; }
float complex conj_f32(float complex x) { return conjf(x); }
double complex conj_f64(double complex x) { return conj(x); }
long double complex conj_long_double(long double complex x) { return conjl(x); }
struct point swap(struct point p) { return (struct point){p.y, p.x}; }
struct tagged neg_tagged(struct tagged t) {
    if (t.kind == 'w') t.whole = -t.whole; else t.part = -t.part;
    return t;
}
struct wide swap_wide(struct wide w) { return (struct wide){{w.values[1], w.values[0]}}; }

static int64_t runs;
void run(void) { runs++; }
int64_t ran(void) { return runs; }

int64_t sum9(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h, int64_t i) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i;
}
double total(int count, ...) {
    va_list all;
    va_start(all, count);
    double sum = 0;
    for (int at = 0; at < count; at++) sum += at % 2 ? va_arg(all, double) : va_arg(all, int);
    va_end(all);
    return sum;
}
int fail(int code) { errno = code; return -1; }
int apply(int (*f)(int), int x) { return f(f(x)); }
__attribute__((ms_abi)) int64_t ms_mix(int64_t a, double b, int64_t c) { return a + (int64_t)b * 10 + c * 100; }
int renamed(void) __asm__("real_name");
int renamed(void) { return 7; }

int counter = 41;
const int limit = 10;
struct point origin = {1.5, -2.5};
const char *greeting = "hello";
uint8_t flags = 0xf0;
_Thread_local int per_thread = 3;

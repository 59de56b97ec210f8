/* Functions that the tests call: one for each thing that can cross to C. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define IDENTITY(name, type) type id_##name(type x) { return x; }
IDENTITY(bool, bool)
IDENTITY(i8, int8_t)
IDENTITY(i16, int16_t)
IDENTITY(i32, int32_t)
IDENTITY(i64, int64_t)
IDENTITY(u8, uint8_t)
IDENTITY(u16, uint16_t)
IDENTITY(u32, uint32_t)
IDENTITY(u64, uint64_t)
IDENTITY(uptr, uintptr_t)
IDENTITY(f32, float)
IDENTITY(f64, double)

/* Arithmetic in the parameters' types: wrong widths give wrong numbers. */
int32_t add_i8(int8_t a, int8_t b) { return a + b; }
uint32_t add_u16(uint16_t a, uint16_t b) { return (uint32_t)a + b; }
float add_f32(float a, float b) { return a + b; }
double mix(int8_t a, double b, uint16_t c, float d, int64_t e, bool f) { return a + b * c + d * e + (f ? 1000 : 0); }
bool all(bool a, bool b, bool c) { return a && b && c; }
int64_t digits12(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g, int64_t h,
                 int64_t i, int64_t j, int64_t k, int64_t l) {
    int64_t all[] = {a, b, c, d, e, f, g, h, i, j, k, l}, n = 0;
    for (int at = 0; at < 12; at++) n = n * 10 + all[at];
    return n;
}
double floats12(float a, double b, float c, double d, float e, double f, float g, double h, float i, double j,
                float k, double l) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j + 11 * k + 12 * l;
}
/* Integers and floats, in registers and on the stack. */
double both12(int8_t a, double b, uint8_t c, double d, int16_t e, double f, uint16_t g, double h, int32_t i,
              double j, uint32_t k, double l) {
    return a * b + c * d + e * f + g * h + i * j + k * l;
}
uint8_t sum18(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint8_t e, uint8_t f, uint8_t g, uint8_t h, uint8_t i,
              uint8_t j, uint8_t k, uint8_t l, uint8_t m, uint8_t n, uint8_t o, uint8_t p, uint8_t q, uint8_t r) {
    return a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q + 2 * r;
}

/* Returned as a whole word, declared narrow: what lies above the declared width is garbage. */
uint64_t word(uint64_t x) { return x; }

static int64_t counter;
void count(int64_t by) { counter += by; }
int64_t counted(void) { return counter; }

uint64_t length(const char *s) { return strlen(s); }
bool is_null(const void *p) { return p == NULL; }
const char *itself(const char *s) { return s; }
const char *no_text(void) { return NULL; }
const char *greeting(void) { return "h\xc3\xa4llo"; }
const char *bytes(void) { return "\xff\xfe"; }
char *joined(const char *a, const char *b) {
    static char buffer[64];
    strcpy(buffer, a);
    return strcat(buffer, b);
}

int64_t sum_i32(const int32_t *at, uint64_t n) {
    int64_t sum = 0;
    while (n--) sum += *at++;
    return sum;
}
double sum_f32(const float *at, uint64_t n) {
    double sum = 0;
    while (n--) sum += *at++;
    return sum;
}
void fill(int16_t *at, uint64_t n, int16_t with) { while (n--) *at++ = with; }
void negate(bool *at, uint64_t n) { for (; n--; at++) *at = !*at; }

struct point { double x; int32_t tag; };
void move_by(struct point *p, double dx) { p->x += dx; p->tag++; }
double sum_x(const struct point *at, uint64_t n) {
    double sum = 0;
    for (; n--; at++) sum += at->x * at->tag;
    return sum;
}
struct point moved(struct point p, double dx) { p.x += dx; p.tag++; return p; }
double apart(struct point a, struct point b) { return b.x - a.x; }
struct pair { int8_t a; uint16_t b; };
struct pair swapped(struct pair p) { return (struct pair){(int8_t)p.b, (uint16_t)(uint8_t)p.a}; }
struct box { struct point from, to; int64_t count[2]; };
struct box turned(struct box b, int64_t by) {
    struct point from = b.from;
    b.from = b.to;
    b.to = from;
    b.count[0] += by;
    b.count[1] -= by;
    return b;
}
struct point named(const char *name, struct point p) { p.tag = name[0]; errno = p.tag == '!' ? 5 : 0; return p; }
bool divide(int32_t a, int32_t b, int32_t *quotient, int32_t *remainder) {
    if (b == 0) return false;
    *quotient = a / b;
    *remainder = a % b;
    return true;
}
uint32_t peek(uintptr_t at) { return *(const uint32_t *)at; }
uint32_t look(const uint32_t *at) { return *at; }
uint32_t look_while(const uint32_t *at, const char *text) { return *at + (text[0] == '!'); }

int32_t fail_i32(int32_t code, int32_t result) { errno = code; return result; }
uint32_t fail_u32(int32_t code, uint32_t result) { errno = code; return result; }
int8_t fail_i8(int32_t code, int8_t result) { errno = code; return result; }
uint64_t fail_u64(int32_t code, uint64_t result) { errno = code; return result; }
uintptr_t fail_uptr(int32_t code, uintptr_t result) { errno = code; return result; }
bool fail_bool(int32_t code, bool result) { errno = code; return result; }
void fail_void(int32_t code) { errno = code; }
double fail_f64(int32_t code, double result) { errno = code; return result; }
const char *fail_text(int32_t code, int32_t which) {
    errno = code;
    return which == 0 ? NULL : which == 1 ? "" : "text";
}
int32_t open_it(const char *path) { if (strcmp(path, "there") == 0) return 3; errno = ENOENT; return -1; }
int32_t last_errno(void) { return errno; }

int32_t a_variable = 7;
/* As a C++ compiler would name `int twice(int)`. */
int32_t _Z5twicei(int32_t x) { return 2 * x; }

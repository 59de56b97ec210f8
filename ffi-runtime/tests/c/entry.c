/* Compiled code that calls functions by their addresses, as C and as C++: each check returns 0, or the line that failed. */
#include "vo_ffi.h"

#include <errno.h>
#include <string.h>

#ifdef __cplusplus
#define EXPORT extern "C"
#else
#define EXPORT
#endif

/* The program that loads this library gives it these. */
typedef struct entry {
    int (*call_extern)(vo_ffi_function, const vo_ffi_arg *, size_t, vo_ffi_type, vo_ffi_value *);
    int (*call_variadic)(vo_ffi_function, size_t, const vo_ffi_arg *, size_t, vo_ffi_type, vo_ffi_value *);
    vo_ffi_type (*parse_type)(const char *);
    size_t (*type_size)(vo_ffi_type);
    size_t (*type_align)(vo_ffi_type);
    const char *(*last_error)(void);
} entry;

static const entry *vo;

/* A difference from the types of the header does not compile. */
#define SAME(member, function) ((void)sizeof(1 ? vo->member : function))

EXPORT void use_entry(const entry *given) {
    SAME(call_extern, vo_ffi_call_extern);
    SAME(call_variadic, vo_ffi_call_variadic);
    SAME(parse_type, vo_ffi_parse_type);
    SAME(type_size, vo_ffi_type_size);
    SAME(type_align, vo_ffi_type_align);
    SAME(last_error, vo_ffi_last_error);
    vo = given;
}

#define CHECK(holds) do { if (!(holds)) return __LINE__; } while (0)
#define FAILS(status, text) do { CHECK((status)); CHECK(strcmp(vo->last_error(), text) == 0); } while (0)

static vo_ffi_arg arg(vo_ffi_type type) {
    vo_ffi_arg made;
    memset(&made, 0, sizeof made);
    made.type = type;
    return made;
}

typedef struct point { double x, y; } point;

static int mix(signed char a, double b, const char *text) { return (int)(a + b * 10) + (int)strlen(text); }
static point swap(point p) { point q; q.x = p.y; q.y = p.x; return q; }
static int fail(void) { errno = 33; return -1; }
static long sum(int count, ...);
static void nothing(void) {}

EXPORT int check_calls(void) {
    vo_ffi_arg args[3];
    vo_ffi_value result;
    args[0] = arg(VO_FFI_I8);
    args[0].value.i8 = -7;
    args[1] = arg(VO_FFI_F64);
    args[1].value.f64 = 2.5;
    args[2] = arg(VO_FFI_STRING);
    args[2].value.ptr = "four";
    CHECK(vo->call_extern((vo_ffi_function)mix, args, 3, VO_FFI_I32, &result) == VO_FFI_OK);
    CHECK(result.i32 == 22);
    CHECK(vo->call_extern(nothing, NULL, 0, VO_FFI_VOID, NULL) == VO_FFI_OK);
    errno = 5;
    CHECK(vo->call_extern((vo_ffi_function)fail, NULL, 0, VO_FFI_I32, &result) == VO_FFI_OK);
    CHECK(errno == 33 && result.i32 == -1);
    errno = 5;
    CHECK(vo->call_extern(nothing, NULL, 0, VO_FFI_VOID, NULL) == VO_FFI_OK);
    CHECK(errno == 5);
    return 0;
}

EXPORT int check_structs(void) {
    vo_ffi_type type = vo->parse_type("struct { double x, y; }");
    point p = {1.5, 2.5}, q = {0, 0};
    vo_ffi_arg given;
    vo_ffi_value result;
    CHECK(type != VO_FFI_NO_TYPE && type > VO_FFI_COMPLEX_LONG_DOUBLE);
    CHECK(vo->parse_type("struct { double x, y; }") == type);
    CHECK(vo->parse_type("unsigned long") == VO_FFI_U64);
    CHECK(vo->type_size(type) == sizeof p && vo->type_align(type) == 8);
    CHECK(vo->type_size(VO_FFI_VOID) == 0 && vo->type_size(999999) == 0 && vo->type_align(VO_FFI_NO_TYPE) == 0);
    given = arg(type);
    given.value.ptr = &p;
    result.ptr = &q;
    CHECK(vo->call_extern((vo_ffi_function)swap, &given, 1, type, &result) == VO_FFI_OK);
    CHECK(result.ptr == &q && q.x == 2.5 && q.y == 1.5);
    return 0;
}

EXPORT int check_variadic(void) {
    vo_ffi_arg args[12];
    vo_ffi_value result;
    int at;
    args[0] = arg(VO_FFI_I32);
    args[0].value.i32 = 11;
    for (at = 1; at < 12; at++) {
        args[at] = arg(at % 2 ? VO_FFI_F32 : VO_FFI_U8);
        if (at % 2) args[at].value.f32 = 0.5f * (float)at; else args[at].value.u8 = (uint8_t)at;
    }
    CHECK(vo->call_variadic((vo_ffi_function)sum, 1, args, 12, VO_FFI_I64, &result) == VO_FFI_OK);
    CHECK(result.i64 == 2 * (2 + 4 + 6 + 8 + 10) + (1 + 3 + 5 + 7 + 9 + 11));
    return 0;
}

EXPORT int check_errors(void) {
    vo_ffi_arg args[2];
    vo_ffi_value result;
    point p = {1, 2};
    vo_ffi_type type = vo->parse_type("struct point { double x, y; }");
    result.ptr = NULL;
    args[0] = arg(77777);
    args[1] = arg(type);
    FAILS(vo->call_extern(NULL, NULL, 0, VO_FFI_VOID, NULL) == VO_FFI_BAD_ARGUMENT, "the function's address is NULL");
    FAILS(vo->call_extern(nothing, NULL, 1, VO_FFI_VOID, NULL) == VO_FFI_BAD_ARGUMENT, "the arguments are NULL");
    FAILS(vo->call_extern(nothing, args, 1, VO_FFI_VOID, NULL) == VO_FFI_BAD_TYPE, "argument 1's type is 77777, which is no type");
    FAILS(vo->call_extern(nothing, NULL, 0, 21, &result) == VO_FFI_BAD_TYPE, "the result's type is 21, which is no type");
    FAILS(vo->call_extern(nothing, NULL, 0, VO_FFI_I32, NULL) == VO_FFI_BAD_ARGUMENT, "there is no place for the result: it is NULL");
    FAILS(vo->call_extern(nothing, NULL, 0, type, &result) == VO_FFI_BAD_ARGUMENT, "result->ptr is NULL, where the bytes of the result should go");
    result.ptr = (char *)&p + 1;
    FAILS(vo->call_extern(nothing, NULL, 0, type, &result) == VO_FFI_BAD_ARGUMENT, "result->ptr is not aligned to 8 bytes, as struct point is");
    FAILS(vo->call_extern(nothing, args + 1, 1, VO_FFI_VOID, NULL) == VO_FFI_BAD_ARGUMENT,
          "argument 1 of the function is the address of a struct point, and got NULL");
    args[0] = arg(VO_FFI_VOID);
    FAILS(vo->call_extern(nothing, args, 1, VO_FFI_VOID, NULL) == VO_FFI_REFUSED,
          "the function cannot be called: parameter 1: `void` has no size: it is incomplete; pass a pointer to it");
    FAILS(vo->call_variadic(nothing, 2, args, 1, VO_FFI_VOID, NULL) == VO_FFI_BAD_ARGUMENT,
          "the function takes at least 2 arguments, and got 1");
    FAILS(vo->parse_type(NULL) == VO_FFI_NO_TYPE, "the text is NULL");
    FAILS(vo->parse_type("struct s") == VO_FFI_NO_TYPE, "`struct s` has no size: it is incomplete");
    return 0;
}

#include <stdarg.h>

/* Twice the ints, and the doubles twice too. */
static long sum(int count, ...) {
    va_list all;
    double doubles = 0;
    long ints = 0;
    int at;
    va_start(all, count);
    for (at = 0; at < count; at++) {
        if (at % 2) ints += va_arg(all, int); else doubles += va_arg(all, double);
    }
    va_end(all);
    return 2 * ints + (long)(2 * doubles);
}

/* Calls of C functions whose types are known at run time only: the entry of vo-ffi for compiled code.
 *
 * The functions are in every program or library that links the Rust crate vo-ffi-runtime. C code in a library that the
 * program loads finds them where the program exports its symbols; else the program gives it their addresses.
 *
 *     vo_ffi_arg arg = {VO_FFI_F64, {.f64 = 16.0}};
 *     vo_ffi_value root;
 *     if (vo_ffi_call_extern((vo_ffi_function)dlsym(libm, "sqrt"), &arg, 1, VO_FFI_F64, &root) != VO_FFI_OK)
 *         fputs(vo_ffi_last_error(), stderr);
 */
#ifndef VO_FFI_H
#define VO_FFI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A type: one of these, or what vo_ffi_parse_type gave. */
typedef uint32_t vo_ffi_type;

enum {
    VO_FFI_VOID = 0,    /* of a function without a result */
    VO_FFI_BOOL = 1,    /* _Bool */
    VO_FFI_I8 = 2,      /* int8_t */
    VO_FFI_I16 = 3,     /* int16_t */
    VO_FFI_I32 = 4,     /* int32_t, int */
    VO_FFI_I64 = 5,     /* int64_t */
    VO_FFI_U8 = 6,      /* uint8_t */
    VO_FFI_U16 = 7,     /* uint16_t */
    VO_FFI_U32 = 8,     /* uint32_t, unsigned */
    VO_FFI_U64 = 9,     /* uint64_t */
    VO_FFI_F32 = 10,    /* float */
    VO_FFI_F64 = 11,    /* double */
    VO_FFI_POINTER = 12, /* void *, and every other pointer */
    VO_FFI_STRING = 13, /* char * */
    /* A value of these, and of structs, unions and arrays, is the address of its bytes. */
    VO_FFI_I128 = 14,        /* __int128 */
    VO_FFI_U128 = 15,        /* unsigned __int128 */
    VO_FFI_LONG_DOUBLE = 16, /* long double */
    VO_FFI_COMPLEX_F32 = 17, /* _Complex float */
    VO_FFI_COMPLEX_F64 = 18, /* _Complex double */
    VO_FFI_COMPLEX_LONG_DOUBLE = 19 /* _Complex long double */
};

/* No type: what vo_ffi_parse_type gives for a text with errors. */
#define VO_FFI_NO_TYPE UINT32_MAX

/* A value without its type. */
typedef union vo_ffi_value {
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    float f32;
    double f64;
    uint8_t boolean; /* 0 or 1 */
    const void *ptr;
} vo_ffi_value;

/* A value and its type. */
typedef struct vo_ffi_arg {
    vo_ffi_type type;
    vo_ffi_value value;
} vo_ffi_arg;

/* A function of whatever type. */
typedef void (*vo_ffi_function)(void);

/* What the functions below return. */
enum {
    VO_FFI_OK = 0,
    VO_FFI_BAD_ARGUMENT = 1, /* an address is NULL, or a number wrong */
    VO_FFI_BAD_TYPE = 2,     /* a number is no type */
    VO_FFI_REFUSED = 3,      /* functions of this type cannot be called */
    VO_FFI_PANIC = 4         /* a mistake in vo-ffi */
};

/* Calls a function with arguments of these types, which returns `returns`. The result goes to `*result`, which may be NULL
 * for VO_FFI_VOID. Where the result is the bytes at an address, as of a struct, result->ptr is that address before the
 * call, aligned as the type. errno is what the function left.
 *
 * Unless VO_FFI_OK is returned, the function was not called, and vo_ffi_last_error tells why. */
int vo_ffi_call_extern(vo_ffi_function function, const vo_ffi_arg *args, size_t num_args, vo_ffi_type returns,
                       vo_ffi_value *result);

/* The same for a function whose first `num_fixed` arguments are its parameters and are followed by `...`; the others are
 * promoted as C does it. */
int vo_ffi_call_variadic(vo_ffi_function function, size_t num_fixed, const vo_ffi_arg *args, size_t num_args,
                         vo_ffi_type returns, vo_ffi_value *result);

/* The type that a text of C names, as "struct { double x, y; }". A type once parsed stays for the life of the process. */
vo_ffi_type vo_ffi_parse_type(const char *text);

/* Its size and alignment in bytes; 0 for what is no type. */
size_t vo_ffi_type_size(vo_ffi_type type);
size_t vo_ffi_type_align(vo_ffi_type type);

/* Why the last of these functions that failed in this thread did so; "" if none did. It stays until the next one fails. */
const char *vo_ffi_last_error(void);

#ifdef __cplusplus
}
#endif

#endif

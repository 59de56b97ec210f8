/* What the parser of declarations and gcc must see in the same way. */

/* Numbers and their types. */
enum {
    N_DECIMAL = 1234567, N_OCTAL = 0755, N_HEX = 0xDeadBeef, N_BINARY = 0b1011, N_BIG = 0xffffffffffffffff,
    N_LONG = 1L, N_ULL = 1ull, N_UL = 4294967296ul, N_DIGITS = 1'000'000, N_ZERO = 0, N_ZERO_U = 0u,
    N_SIZE_DECIMAL = sizeof(2147483648), N_SIZE_HEX = sizeof(0x80000000), N_SIZE_U = sizeof(1u),
    N_SIZE_LL = sizeof(1ll), N_SIZE_LONG_HEX = sizeof(0xffffffffff), N_SIZE_FLOAT = sizeof(1.0f),
    N_SIZE_DOUBLE = sizeof(1.), N_SIZE_LONG_DOUBLE = sizeof(1.e3L), N_FROM_FLOAT = (int)1e3,
    N_HEX_FLOAT = (int)0x1.8p4, N_E_DIGIT = 0xe + 1,
};

/* Characters. */
enum {
    C_A = 'a', C_NEWLINE = '\n', C_OCTAL = '\101', C_HIGH = '\xff', C_TWO = 'ab', C_FOUR = 'abcd', C_NUL = '\0',
    C_QUOTE = '\'', C_DOUBLE = '"', C_BACKSLASH = '\\', C_BELL = '\a', C_ESCAPE = '\e', C_WIDE = L'\u20ac',
    C_U = u'\xffff', C_BIG_U = U'\U0001F600', C_UTF8 = u8'x', C_QUESTION = '\?', C_SIZE = sizeof('a'),
    C_SIZE_U = sizeof(u'a'), C_SIZE_WIDE = sizeof(L'a'), C_SIZE_UTF8 = sizeof(u8'a'),
};

/* Operators. */
enum {
    O_SUM = 1 + 2 * 3 - 4 / 3 % 2, O_SHIFTS = 1 << 4 >> 2, O_SIGN = 1 << 31, O_RIGHT = -8 >> 1, O_BITS = 6 & 3 | 8 ^ 1,
    O_NOT = ~5, O_LOGIC = !0 && (0 || 3), O_LAZY = 0 && 1 / 0, O_LAZY_OR = 1 || 1 / 0, O_CHOICE = 1 ? 2 : 3,
    O_LAZY_CHOICE = 0 ? 1 / 0 : 7, O_ELVIS = 5 ?: 6, O_NESTED = 0 ? 1 : 0 ? 2 : 3, O_SIGNS = -1 < 0u,
    O_UNSIGNED = -1 > 0u, O_WRAP = 4294967295u + 1 == 0, O_MIXED = -1L < 0u, O_DIVIDE = -7 / 2, O_REST = -7 % 2,
    O_UDIVIDE = -7 / 2u > 100, O_CAST = (signed char)200, O_CAST_U = (unsigned char)-1, O_BOOL = (_Bool)8,
    O_CHAR = (char)130, O_SHORT = (short)70000, O_FLOATS = 1.5 + 1.5 == 3.0, O_TRUNCATED = (int)-2.9,
    O_FLOAT_F = 0.1f == 0.1, O_SIZE = sizeof(1 + 1L), O_SIZE_PROMOTED = sizeof((char)1 + (char)1),
    O_SIZE_CHOICE = sizeof(1 ? 1 : 1ll), O_SIZE_SHIFT = sizeof((char)1 << 1ll), O_MINUS = - -3, O_PLUS = +4,
    O_COMPARE = (1 < 2) + (2 <= 2) + (3 > 4) + (4 >= 4) + (5 == 5) + (6 != 6), O_U8 = (unsigned char)~0,
    O_128 = (int)((__int128)1 << 100 >> 98), O_U128 = (unsigned __int128)-1 > 0, O_TERNARY_U = (1 ? -1 : 0u) > 0,
    O_NOT_FLOAT = !0.5, O_GENERIC = _Generic(1.0f, double: 1, float: 2, default: 3), O_COMPL = ~0ull == -1,
};

/* Enums and their integers. */
enum e_plain { EP_A, EP_B = 5, EP_C };
enum e_negative { EN_A = -1, EN_B };
enum e_wide { EW_A = 1, EW_B = 0x100000000 };
enum e_wide_negative { EWN_A = -1, EWN_B = 0x80000000 };
enum e_wide_unsigned { EWU_A = 0xffffffffffffffff };
enum __attribute__((packed)) e_packed { EK_A, EK_B = 200 };
enum e_packed_16 { EK16_A = -1, EK16_B = 200 } __attribute__((packed));
enum e_unsigned { EU_A = 0xffffffff };
enum { E_SIZE_PLAIN = sizeof(enum e_plain), E_SIZE_CONSTANT = sizeof(EW_A), E_SIZE_WIDE = sizeof(EW_B) };
typedef enum { ET_A, ET_B } e_typedef;

/* Structs and unions. */
struct empty {};
struct point { double x, y; };
struct mixed { char a; short b; char c; int d; char e; long f; char g; long double h; char i; };
struct __attribute__((packed)) packed { char a; int b; long c; };
struct packed_after { char a; int b; } __attribute__((packed));
struct packed_member { char a; int b __attribute__((packed)); short c; };
struct aligned { char a; } __attribute__((aligned(32)));
struct aligned_member { char a; int b __attribute__((aligned(16))); _Alignas(8) char c; _Alignas(double) char d; };
struct aligned_most { char a; } __attribute__((aligned));
struct bits { unsigned a : 3, b : 7; int : 0; unsigned c : 30, d : 4; _Bool e : 1; char f : 5; long g : 40; int : 3; short h : 9; };
struct packed_bits { unsigned a : 3, b : 30; long c : 60; } __attribute__((packed));
struct flexible { int n; short data[]; };
struct nested { struct { int a; union { short b; double c; }; } named; struct { char d; long e; }; enum { NESTED_A = 3 } f; };
union number { char c; int i; float f; double d; long double ld; };
union bits_union { unsigned a : 5; unsigned long b : 40; };
struct array { char a[3]; int b[2][3]; struct point c[2]; void *d[4]; int (*e)[5]; };
struct list { struct list *next; struct undefined *other; void (*call)(struct list *, int); };
struct [[gnu::packed]] c23 { char a; [[gnu::aligned(4)]] short b; };
typedef struct { char a; long b; } unnamed;
typedef struct aligned_typedef { char a; } __attribute__((aligned(8))) aligned_typedef_t;
typedef int int_16 __attribute__((aligned(16)));
typedef long long_1 __attribute__((aligned(1)));
struct with_typedefs { char a; int_16 b; char c; long_1 d; };
struct atomic { char a; _Atomic long b; _Atomic int c; _Atomic(short) d; };
typedef struct { char bytes[4]; } four;
struct atomic_struct { char a; _Atomic four b; };
struct complex { char a; float _Complex b; double _Complex c; _Complex long double d; };
struct wide { char a; __int128 b; unsigned __int128 c; __uint128_t d; };
#pragma pack(push, 1)
struct pack_1 { char a; int b; long c; };
#pragma pack(push, name, 2)
struct pack_2 { char a; int b; long c; unsigned d : 3; };
#pragma pack(4)
struct pack_4 { char a; int b; long c; };
#pragma pack(pop, name)
struct pack_1_again { char a; int b; };
#pragma pack(pop)
struct pack_none { char a; int b; };
#pragma pack(2)
struct everything { char a; struct mixed b; union number c; struct bits d; };
#pragma pack()

/* Sizes of expressions. */
extern struct mixed some_mixed;
extern int some_array[7];
enum {
    S_TYPE = sizeof(struct mixed), S_POINTER = sizeof(char *), S_ARRAY = sizeof(int[3][5]), S_TEXT = sizeof "abc",
    S_WIDE_TEXT = sizeof L"abc", S_TEXT_U = sizeof u"abcd", S_MEMBER = sizeof some_mixed.h, S_ELEMENT = sizeof some_array[0],
    S_COUNT = sizeof some_array / sizeof *some_array, S_OFFSET = __builtin_offsetof(struct array, c[1].y),
    S_OLD_OFFSET = (int)(long)&((struct array *)0)->b[1][2], S_NULL_MEMBER = sizeof(((struct mixed *)0)->f),
    S_ALIGN = _Alignof(struct mixed), S_ALIGN_OLD = __alignof__(double), S_FUNCTION_POINTER = sizeof(int (*)(void)),
    S_ABSTRACT = sizeof(int *(*[3])(int)), S_ADDRESS = sizeof(&some_array), S_ESCAPES = sizeof "\x41\102\n\\", S_VOID = sizeof(void),
    S_JOINED = sizeof "ab" "cd",
};

/* Constants of other kinds. */
static const int K_INT = 4;
static const unsigned char K_BYTE = 300;
static const double K_DOUBLE = 1 / 4.0 + 3;
static const float K_FLOAT = 0.1f;
static const double K_HEX = 0x1.91eb851eb851fp+1;
static const long K_LONG = -5000000000;
static const char K_TEXT[] = "some" " text";
static const char *const K_POINTER = "more";
static const unsigned long long K_MOST = -1;
static const double K_FROM_INT = 16777217;

/* Typedefs, and types in every order of their words. */
typedef long unsigned int long t_order_1;
typedef long unsigned t_order_2;
typedef char signed t_order_3;
typedef int short unsigned t_order_4;
typedef double long t_order_5;
typedef int const t_const;
typedef int (*t_callback)(const char *, void *, ...);
typedef int t_function(int, char);
typedef t_function *t_function_pointer;
typedef int t_rows[2][3];
typedef __typeof__(1 + 2L) t_typeof;
typedef unsigned t_mode_1 __attribute__((mode(QI)));
typedef int t_mode_8 __attribute__((mode(DI)));
typedef int t_mode_16 __attribute__((__mode__(__TI__)));
typedef int t_word __attribute__((mode(word)));
typedef float t_mode_double __attribute__((mode(DF)));
typedef struct mixed t_mixed;
typedef struct mixed t_mixed;
typedef __builtin_va_list t_va_list;

/* Variables. */
extern int v_int, *v_pointer, v_array[3], (*v_to_array)[4], (*v_function)(int), *(*v_functions[2])(void);
extern const char *v_text, *const v_const_text, v_chars[];
extern const char *const *v_const_texts;
extern char *const *v_pointers_const;
int v_counted[] = {1, 2, 3};
int v_designated[] = {[5] = 1, 2, [1] = 3};
char v_string[] = "four";
struct point v_points[] = {{1, 2}, {3, 4}};
const t_rows *v_rows;
extern t_const *v_const_pointer;
extern _Thread_local int v_thread;
extern unsigned long v_asm __asm__("other");
__extension__ extern long long v_extension;

/* Functions. */
double f_cos(double x);
int f_printf(const char *restrict format, ...) __attribute__((format(printf, 1, 2)));
void (*f_signal(int number, void (*handler)(int)))(int);
int (*f_rows(int n))[3];
void f_decay(int a[static 3], int b[const], int c[][4], t_rows d, int e(int), t_function f);
void f_sizes(int n, int a[n], int b[*]);
char *f_words(register const char *__restrict a, char const *const b, volatile int c);
struct point f_struct(struct point, union number, enum e_plain);
struct undefined f_incomplete(struct undefined);
t_callback f_callback(t_callback, int (*[3])(void));
unsigned char f_narrow(_Bool, signed char, unsigned short), *f_second(void), (*f_third)(int);
_Complex float f_complex(float _Complex, double _Complex, long double _Complex);
__int128 f_wide(unsigned __int128);
extern int f_named(void) __asm__("real_" "name") __attribute__((nothrow, visibility("default")));
_Noreturn void f_stops(void);
[[noreturn]] void f_stops_too(void);
void __attribute__((noreturn)) f_stops_as_well(void);
int (f_parentheses)(int);
int(*(f_more)(void))(int(*)(int));
int f_typedef_as_name(int t_mixed, unsigned t_rows);
t_function f_typed;
int __attribute__((ms_abi)) f_ms(int, double);
_Static_assert(sizeof(struct point) == 16, "two doubles");
_Static_assert(sizeof(long) == 8);

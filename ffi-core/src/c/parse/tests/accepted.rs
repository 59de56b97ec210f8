//! Texts and what they declare.

use super::*;

#[test]
fn prototypes() {
    check(&[
        ("double cos(double x);", "double cos(double) [x]"),
        ("int puts(const char *);", "int puts(const char *)"),
        ("int printf(const char *restrict format, ...);", "int printf(const char *, ...) [format]"),
        ("void f(void);", "void f(void)"),
        ("int f();", "int f(void) ()"),
        (
            "void (*signal(int sig, void (*func)(int)))(int);",
            "void (*signal(int, void (*)(int)))(int) [sig func]",
        ),
        ("int a(int), b(char), *c(void);", "int a(int)\nint b(char)\nint *c(void)"),
        (
            "void sort(int n, int a[n], int m[static 3], int (*rows)[n][4]);",
            "void sort(int, int *, int *, int (*)[][4]) [n a m rows] nonnull [3]",
        ),
        ("int f(int g(char), int (h)(char));", "int f(int (*)(char), int (*)(char)) [g h]"),
        ("int f(size_t), g(unsigned size_t);", "int f(unsigned long)\nint g(unsigned int) [size_t]"),
        (
            "typedef int T; int f(T), g(int T), h(int (T));",
            "typedef int T\nint f(int)\nint g(int) [T]\nint h(int (*)(int))",
        ),
        ("int f(char const *const *volatile p);", "int f(const char *const *) [p]"),
        ("extern int f(void) __asm__(\"g\" \"h\");", "int f(void) as gh"),
        ("extern \"C\" { int f(void); extern \"C\" int g(void); }", "int f(void)\nint g(void)"),
        (
            "_Noreturn void a(void); [[noreturn]] void b(void); void c(void) __attribute__((noreturn)); __declspec(noreturn) void d(void);",
            "void a(void) noreturn\nvoid b(void) noreturn\nvoid c(void) noreturn\nvoid d(void) noreturn",
        ),
        ("static inline int f(int);", "int f(int) static"),
        (
            "void a(int *p, int n, char *q) __attribute__((nonnull)); void b(int *p, int n, char *q) __attribute__((__nonnull__ (3, 2)));\
             void c(int *_Nonnull p, int *_Nullable q, int *const _Nonnull *r); void d(int p[static 2], int *q __attribute__((nonnull)));\
             void e(void (*_Nonnull f)(int *), void (*g)(int *_Nonnull)); [[gnu::nonnull(1)]] void f(int *); void f(int *p);\
             void g(int *a); __attribute__((nonnull)) void g(int *); int *_Nonnull h(int *);",
            "void a(int *, int, char *) [p n q] nonnull [1, 3]\nvoid b(int *, int, char *) [p n q] nonnull [3]\n\
             void c(int *, int *, int *const *) [p q r] nonnull [1]\nvoid d(int *, int *) [p q] nonnull [1, 2]\n\
             void e(void (*)(int *), void (*)(int *)) [f g] nonnull [1]\nvoid f(int *) nonnull [1]\n\
             void g(int *) [a] nonnull [1]\nint *h(int *)",
        ),
        (
            "double complex cexp(double complex z); double creal(double complex); complex double c(complex float complex);",
            "_Complex double cexp(_Complex double) [z]\ndouble creal(_Complex double)\n_Complex double c(_Complex float) [complex]",
        ),
        (
            "int vprintf(const char *, va_list ap);",
            "int vprintf(const char *, struct __va_list_tag *) [_ ap]",
        ),
        ("int fputs(const char *s, FILE *stream);", "int fputs(const char *, FILE *) [s stream]"),
    ]);
}

#[test]
fn types() {
    check(&[
        ("struct point { double x, y; };", "struct point 16/8 {double x@0, double y@8}"),
        (
            "struct node { struct node *next; char text[20]; } head;",
            "struct node 32/8 {struct node *next@0, char text[20]@8}\nstruct node head",
        ),
        (
            "typedef struct { char a; int b : 3, : 2, c : 7; int : 0; unsigned d : 1; } bits;",
            "typedef struct bits 8/4 {char a@0, int b:3@1.0, int _:2@1.3, int c:7@1.5, int _:0@4.0, unsigned int d:1@4.0}",
        ),
        (
            "struct __attribute__((packed)) p { char a; long b; }; struct q { char a; long b; } __attribute__((packed, aligned(4)));",
            "struct p 9/1 {char a@0, long b@1}\nstruct q 12/4 {char a@0, long b@1}",
        ),
        (
            "#pragma pack(push, 2)\nstruct a { char a; int b; };\n#pragma pack(pop)\nstruct b { char a; int b; };",
            "struct a 6/2 {char a@0, int b@2}\nstruct b 8/4 {char a@0, int b@4}",
        ),
        (
            "#pragma pack(push, name, 1)\n#pragma pack(push)\n#pragma pack(4)\nstruct a { char a; long b; };\n#pragma pack(pop, name)\nstruct b { char a; long b; };",
            "struct a 12/4 {char a@0, long b@4}\nstruct b 16/8 {char a@0, long b@8}",
        ),
        (
            "struct a { int kind; union { int i; struct { short lo, hi; }; double d; }; int n[]; };",
            "struct a 16/8 {int kind@0, union _@8, int n[]@16}",
        ),
        (
            "union u; struct s; struct e {}; union u *f(struct s);",
            "union u incomplete\nstruct s incomplete\nstruct e 0/1 {}\nunion u *f(struct s)",
        ),
        (
            "enum color { RED, GREEN = 5, BLUE, }; enum color next(enum color);",
            "enum color : unsigned int {RED=0 GREEN=5 BLUE=6}\nenum color next(enum color)\nint RED = 0\nint GREEN = 5\nint BLUE = 6",
        ),
        (
            "enum { A = -1, B = 0x80000000 }; enum __attribute__((packed)) s { C, D = 200 }; enum t : signed char { E = -3, F }; typedef enum { G } g;",
            "enum s : unsigned char {C=0 D=200}\nenum t : signed char {E=-3 F=-2}\ntypedef g g\nint A = -1\nenum B = 2147483648\nint C = 0\nint D = 200\nenum t E = -3\nenum t F = -2\nint G = 0",
        ),
        (
            "typedef int i16 __attribute__((aligned(16))); struct s { char c; i16 i; _Alignas(8) char d; char e __attribute__((aligned)); };",
            "struct s 48/16 {char c@0, int i@16, char d@24, char e@32}\ntypedef int i16 aligned 16",
        ),
        (
            "typedef int u __attribute__((mode(TI))); typedef unsigned v __attribute__((mode(QI))); typedef float x __attribute__((mode(XF)));",
            "typedef __int128 u\ntypedef unsigned char v\ntypedef long double x",
        ),
        (
            "unsigned long int long a; long unsigned b; double long c; short d; char signed e; unsigned __int128 f; __uint128_t g; _Complex h; long double _Complex i;",
            "unsigned long long a\nunsigned long b\nlong double c\nshort d\nsigned char e\nunsigned __int128 f\nunsigned __int128 g\n_Complex double h\n_Complex long double i",
        ),
        (
            "int (*a)[3], *b[3], (*(*c)(void))[2], (*d[2])(int), **e;",
            "int (*a)[3]\nint *b[3]\nint (*(*c)(void))[2]\nint (*d[2])(int)\nint **e",
        ),
        (
            "typedef struct s *sp; struct s { sp next; }; typedef struct s s; typedef struct s s; s *f(sp);",
            "struct s 8/8 {struct s *next@0}\ntypedef struct s *sp\ntypedef struct s 8/8 {struct s *next@0}\nstruct s *f(struct s *)",
        ),
        (
            "typedef const int ci; ci *f(ci a[]); typedef const char *str; str const *g(void);",
            "typedef int ci (const)\ntypedef const char *str\nconst int *f(const int *) [a]\nconst char *const *g(void)",
        ),
        (
            "_Atomic int a; _Atomic(long) b; _Atomic struct { char c[4]; } d; int *_Atomic e;",
            "int a\nlong b\nstruct d\nint *e",
        ),
        (
            "typeof(int *) a; typeof(1 + 2L) b; __typeof__(a) c; typeof_unqual(const int) d;",
            "int *a\nlong b\nint *c\nint d",
        ),
        (
            "typedef int (__attribute__((ms_abi)) *fp)(int); void f(int) __attribute__((ms_abi)); __attribute__((sysv_abi)) int *g(void); int (__stdcall *h)(int);",
            "typedef int (*fp)(int)\nvoid f(int) Win64\nint *g(void) SysV64\nint (*h)(int)",
        ),
        (
            "int16_t a; uintptr_t b; wchar_t c; bool d; max_align_t e; time_t f;",
            "short a\nunsigned long b\nint c\n_Bool d\nmax_align_t e\nlong f",
        ),
        (
            "typedef short int16_t; typedef int bool; bool f(int16_t);",
            "typedef short int16_t\ntypedef int bool\nint f(short)",
        ),
    ]);
}

#[test]
fn variables_and_constants() {
    check(&[
        (
            "extern int errno_value; int a = 3, b[] = {1, 2, 3}; char c[] = \"abc\"; static int d; extern const char *const e[]; _Thread_local int f; extern int g __asm__(\"h\");",
            "extern int errno_value\nint a\nint b[3]\nchar c[4]\nstatic int d\nextern const const char *e[]\nthread_local int f\nextern int g as h",
        ),
        (
            "extern int a[]; int a[3]; int *p = &a[1]; struct { int x; } s[] = { {1}, [4] = {2} };",
            "int a[3]\nint *p\nstruct s[5]",
        ),
        (
            "static const int N = 4; const unsigned char B = 300; constexpr double D = 1 / 4.0; static const float F = 0.1f; static const char T[] = \"a\" \"\\x62\"; const char *const P = \"p\"; int a[N];",
            "int a[4]\nint N = 4\nunsigned char B = 44\ndouble D = 0.25\nfloat F = 0.10000000149011612\nchar T[3] = \"ab\"\nconst char *P = \"p\"",
        ),
        (
            "enum { A = 1 ? 2 : 1 / 0, B = sizeof(int[3]), C = 'a', D = '\\xff', E = -1 > 0u, F = (unsigned char)300, G = 1'000, H = 0b101, I = ~0u >> 28, J = 0 && 1 / 0, K = !0, L = -7 / 2, M = -7 % 2, N = 1 << 31, O = 07 };",
            "int A = 2\nint B = 12\nint C = 97\nint D = -1\nint E = 1\nint F = 44\nint G = 1000\nint H = 5\nint I = 15\nint J = 0\nint K = 1\nint L = -3\nint M = -1\nint N = -2147483648\nint O = 7",
        ),
        (
            "struct s { char a; struct { int b[4]; } c; }; enum { A = offsetof(struct s, c.b[2]), B = (int)&((struct s *)0)->c, C = sizeof(((struct s *)0)->c.b), D = _Alignof(struct s), E = sizeof \"abc\", F = _Generic(1L, int: 1, long: 2, default: 3) };",
            "struct s 20/4 {char a@0, struct c@4}\nint A = 12\nint B = 4\nint C = 16\nint D = 4\nint E = 4\nint F = 2",
        ),
        ("_Static_assert(sizeof(long) == 8, \"size\"); static_assert(1); int a;", "int a"),
        (
            "// x\nint /* y\n */ a\\\nb; # 12 \"file.h\" 3\n",
            "errors:\n4:4: `#` stands inside a line: a directive begins one",
        ),
        ("# 12 \"file.h\" 3\n#line 4\n#pragma once\nint a\\\nb;", "int ab"),
    ]);
}

#[test]
fn targets_differ() {
    let text = "struct s { char c; long l; wchar_t w; size_t z; char *p; long double d; }; \
        enum { A = sizeof(long), B = '\\xff', C = sizeof(time_t), D = sizeof(va_list), E = sizeof(0x80000000L) }; \
        long f(intptr_t, uint64_t, wint_t);";
    for (target, expected) in [
        (
            &Target::LINUX_AARCH64,
            "struct s 64/16 {char c@0, long l@8, unsigned int w@16, unsigned long z@24, char *p@32, long double d@48}\n\
             long f(long, unsigned long, unsigned int)\n\
             int A = 8\nint B = 255\nint C = 8\nint D = 32\nint E = 8",
        ),
        (
            &Target::WINDOWS_X64,
            "struct s 48/16 {char c@0, long l@4, unsigned short w@8, unsigned long long z@16, char *p@24, long double d@32}\n\
             long f(long long, unsigned long long, unsigned short)\n\
             int A = 4\nint B = -1\nint C = 8\nint D = 8\nint E = 4",
        ),
        (
            &Target::LINUX_ARM,
            "struct s 32/8 {char c@0, long l@4, unsigned int w@8, unsigned int z@12, char *p@16, long double d@24}\n\
             long f(int, unsigned long long, unsigned int)\n\
             int A = 4\nint B = 255\nint C = 4\nint D = 4\nint E = 4",
        ),
        (
            &Target::WASM32,
            "struct s 48/16 {char c@0, long l@4, int w@8, unsigned long z@12, char *p@16, long double d@32}\n\
             long f(long, unsigned long long, unsigned int)\n\
             int A = 4\nint B = -1\nint C = 8\nint D = 4\nint E = 4",
        ),
    ] {
        check_on(target, &[(text, expected)]);
    }
}

#[test]
fn later_texts_know_earlier_ones() {
    let mut declarations =
        Declarations::parse("struct s; typedef struct s s; enum { N = 3 };", &Target::LINUX_X64).unwrap();
    declarations.extend("struct s { int a[N]; }; s *f(s);").unwrap();
    let errors = declarations.extend("struct s { int b; }; enum { N };").unwrap_err();
    let notes: Vec<&String> = errors.0.iter().flat_map(|error| &error.notes).collect();
    assert_eq!(
        errors.to_string(),
        "1:8: `struct s` is defined differently before\n1:29: `N` is declared again"
    );
    assert_eq!(notes, ["the other one is in an earlier text"; 2]);
    let places: Vec<usize> = declarations.functions().iter().map(|function| function.place.text).collect();
    assert_eq!(places, [1]);
    assert_eq!(
        shown(&declarations),
        "struct s 12/4 {int a[3]@0}\ntypedef struct s 12/4 {int a[3]@0}\nstruct s *f(struct s)\nint N = 3"
    );
}

#[test]
fn later_texts_may_repeat_definitions() {
    let text = "struct node { struct node *next; struct { int a : 3; union { int b; float c; }; } in[2]; };\
        typedef struct { int quot, rem; } div_t; typedef struct pair { div_t a, *b; } pair, *pairs;\
        typedef enum { NO, YES = 4 } answer; enum colour { RED, BLUE }; enum { N = 3 }; enum small : short { S };\
        struct __attribute__((packed)) close { char c; long l; }; static const double HALF = 0.5;\
        pair f(pairs, answer, enum colour, struct node *); extern div_t d; union u { int i; char c[4]; };";
    let mut declarations = Declarations::parse(text, &Target::LINUX_X64).unwrap();
    let before = shown(&declarations);
    declarations.extend(text).unwrap();
    assert_eq!(shown(&declarations), before);
    let rows = [
        ("struct node { struct node *next; };", "1:8: `struct node` is defined differently before"),
        ("typedef struct { int quot, mod; } div_t;", "1:35: `div_t` is declared with another type before"),
        ("struct close { char c; long l; };", "1:8: `struct close` is defined differently before"),
        ("union u { int i; char c[3]; };", "1:7: `union u` is defined differently before"),
        ("struct u { int i; };", "1:8: `union u` is defined twice"),
        ("enum colour { RED, BLUE, GREEN };", "1:6: `enum colour` is defined differently before"),
        (
            "enum colour { RED = 1 };",
            "1:6: `enum colour` is defined differently before\n1:15: `RED` is declared again",
        ),
        ("typedef enum { NO } answer;", "1:21: `answer` is declared with another type before"),
        ("enum { N = 4 };", "1:8: `N` is declared again"),
        ("static const double HALF = 1;", "1:21: `HALF` is declared again"),
        ("struct u2 { int a; }; struct u2 { int a; };", "1:30: `struct u2` is defined twice"),
    ];
    for (text, expected) in rows {
        let errors = declarations.extend(text).unwrap_err();
        assert_eq!(errors.to_string(), expected, "{text}");
    }
}

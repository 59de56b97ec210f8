//! Texts with errors, and what is said about them.

use super::*;

#[test]
fn errors() {
    reject(&[
        (
            "int f(int a",
            "1:6: `(` is not closed [(] `)` is missing\n\
             \x20 note: the text ends before it",
        ),
        (
            "int f(int a;",
            "1:6: `(` is not closed [(] `)` is missing\n\
             \x20 expected `)` before this [;]",
        ),
        (
            "int f(int a]; int g;",
            "1:12: expected `)`, found `]` []]\n\
             \x20 to close this `(` [(]",
        ),
        (
            "struct s { int a; int b;",
            "1:10: `{` is not closed [{] `}` is missing\n\
             \x20 note: the text ends before it",
        ),
        (
            "struct s { int a[3; int b; };",
            "1:17: `[` is not closed [[] `]` is missing\n\
             \x20 expected `]` before this [;]",
        ),
        (
            "struct s { int a } t; int g(foo);",
            "1:18: expected `;` behind a member, found `}` [}]\n\
             1:29: unknown type `foo` [foo]",
        ),
        ("int a } ; int b;", "1:7: `}` closes nothing [}]"),
        ("int a\nint b;", "1:5: expected `;`, found `int` [a] behind this"),
        ("struct s { int a; }\nint f(void);", "1:19: expected `;`, found `int` [}] behind this"),
        ("struct s { int a\nint b; };", "1:16: expected `;` behind a member, found `int` [a] behind this"),
        (
            "int f(foo x, foo y); int g(bar_t *);",
            "1:7: unknown type `foo` [foo]\n\
             1:28: unknown type `bar_t` [bar_t]",
        ),
        (
            "typedef int point_t; int f(pont_t p); int g(uint23_t); unsinged x;",
            "1:28: unknown type `pont_t` [pont_t]\n\
             \x20 help: did you mean `point_t`?\n\
             1:45: unknown type `uint23_t` [uint23_t]\n\
             \x20 help: did you mean `uint16_t` or `uint32_t` or `uint64_t`?\n\
             1:56: unknown type `unsinged` [unsinged]\n\
             \x20 help: did you mean `unsigned`?",
        ),
        (
            "struct point { int x; }; int f(point p);",
            "1:32: unknown type `point` [point]\n\
             \x20 help: write `struct point`",
        ),
        (
            "struct s { struct s inner; };",
            "1:21: `struct s` contains itself [inner]\n\
             \x20 help: write a pointer: `struct s *inner`",
        ),
        (
            "struct s; struct t { struct s a; struct s b[3]; void c; int d(void); int e[]; int f; };",
            "1:31: the member `a` has the incomplete type `struct s` [a]\n\
             \x20 help: define `struct s` before, or write a pointer: `struct s *a`\n\
             1:44: an array of the incomplete type `struct s` [[3]]\n\
             1:54: the member `c` has the incomplete type `void` [c]\n\
             1:61: the member `d` is a function [d]\n\
             \x20 help: write a pointer to one: `(*d)`\n\
             1:74: an array without a length is not the last member [e]\n\
             \x20 help: only the last member can have no length",
        ),
        (
            "struct s { int a; }; union s { int b; }; struct s { int c; }; enum s { A };",
            "1:28: `struct s` is defined twice [s]\n\
             \x20 the first definition [s]\n\
             1:49: `struct s` is defined twice [s]\n\
             \x20 the first definition [s]\n\
             1:68: `s` is the tag of another kind: `struct s` [s]\n\
             \x20 declared here [s]",
        ),
        (
            "struct s { int a, a; union { int b; char a; }; };",
            "1:19: two members are named `a` [a]\n\
             \x20 the first one [a]\n\
             1:22: two members are named `a` [union { int b; char a; }]\n\
             \x20 the first one [a]",
        ),
        (
            "int f(int); int f(long); double f;",
            "1:17: `f` is declared with another type before [f]\n\
             \x20 declared here [f]\n\
             1:33: `f` is declared again [f]\n\
             \x20 a function of this name [f]",
        ),
        (
            "typedef int t; typedef long t; int t(void);",
            "1:29: `t` is declared with another type before [t]\n\
             \x20 declared here [t]\n\
             1:36: `t` is declared again [t]\n\
             \x20 a type of this name [t]",
        ),
        (
            "enum { A, B }; enum { B, C }; int A;",
            "1:23: `B` is declared again [B]\n\
             \x20 a constant of this name [B]\n\
             1:35: `A` is declared again [A]\n\
             \x20 a constant of this name [A]",
        ),
        (
            "enum e { X = 1.5, Y = Z, W = 1 / 0, V = 1 << 40, U = f(), T = 2147483647 + 1, S = \"a\" };",
            "1:14: the value of `X` is of type `double`, which is no integer [1.5]\n\
             1:23: `Z` is not declared [Z]\n\
             1:30: the value of `W` is not constant [1 / 0] this divides by zero\n\
             1:41: the value of `V` is not constant [1 << 40] this shifts by less than zero or by all bits\n\
             1:54: `f` is not declared [f]\n\
             1:63: the value of `T` is not constant [2147483647 + 1] the result does not fit its type\n\
             1:83: the value of `S` is not constant [\"a\"] this is no number",
        ),
        (
            "enum { A = (__int128)(~(unsigned __int128)0 >> 1), B };",
            "1:52: `B` would be larger than its type [B]\n\
             \x20 help: write a value",
        ),
        (
            "enum {}; enum e : double { A }; enum f : unsigned char { B = 256 }; enum { C = 2147483647, D };",
            "1:6: an enum without constants [{]\n\
             1:19: an enum is represented by an integer, not by `double` [double]\n\
             1:58: `B` is 256, which `unsigned char` cannot hold [B]\n\
             1:92: `D` would be larger than its type [D]\n\
             \x20 help: write a value",
        ),
        (
            "int a[-1]; int b[99999999999999999999]; int c[1ull << 63]; int d[n]; int e[1.5];",
            "1:7: the length of an array is negative: -1 [-1]\n\
             1:18: the number `99999999999999999999` is too large: integers have at most 64 bits [99999999999999999999]\n\
             1:47: the length of an array is too large: 9223372036854775808 [1ull << 63]\n\
             1:66: `n` is not declared [n]\n\
             1:76: the length of an array is of type `double`, which is no integer [1.5]",
        ),
        (
            "struct s { int a : 33; float b : 2; int c : 0; int d : -1; _Bool e : 2; int *f : 3; };",
            "1:20: the width of the bit-field `a` is 33, but `int` has only 32 bits [33]\n\
             1:30: the bit-field `b` has the type `float`, which is no integer [b]\n\
             1:45: the bit-field `c` has no bits: only one without a name can have 0 [0]\n\
             1:56: the width of the bit-field `d` is negative: -1 [-1]\n\
             1:70: the width of the bit-field `e` is 2, but `_Bool` has only 1 bit [2]\n\
             1:78: the bit-field `f` has the type `int *`, which is no integer [f]",
        ),
        (
            "int f(int)[3]; int g(int)(int); int h[3](int); void i[2]; int j[][]; int k[2][];",
            "1:6: a function cannot return an array; a pointer to one it can [(int)]\n\
             1:21: a function cannot return a function; a pointer to one it can [(int)]\n\
             1:38: an array cannot have functions as elements; pointers to them it can [[3]]\n\
             1:54: an array of the incomplete type `void` [[2]]\n\
             1:64: an array of `int[]`: only the first length can be left out [[]]\n\
             1:75: an array of `int[]`: only the first length can be left out [[2]]",
        ),
        (
            "int f(void x); int g(int, void); int h(int a, int a); int i(int, ..., int); int j(static int x); int k(int = 3);",
            "1:12: a parameter has the type `void` [x]\n\
             1:27: a parameter has the type `void` [void]\n\
             1:51: two parameters are named `a` [a]\n\
             1:69: expected `)` behind `...`, found `,` [,]\n\
             1:83: a parameter has no storage class but `register` [static]\n\
             1:108: expected `,` or `)` behind a parameter, found `=` [=]",
        ),
        (
            "unsigned double a; long long long b; signed unsigned c; long float d; int int e; char double f;",
            "1:1: these words name no type of C [unsigned double]\n\
             1:20: these words name no type of C [long long long]\n\
             1:38: these words name no type of C [signed unsigned]\n\
             1:57: these words name no type of C [long float]\n\
             1:75: `int` behind a complete type [int]\n\
             1:87: `double` behind a complete type [double]",
        ),
        (
            "static extern int a; typedef static int b; auto int c; register int d;",
            "1:8: `extern` beside another storage class [extern]\n\
             \x20 the first one [static]\n\
             1:30: `static` beside another storage class [static]\n\
             \x20 the first one [typedef]\n\
             1:44: `auto` and `register` have no meaning outside functions [auto]\n\
             1:56: `auto` and `register` have no meaning outside functions [register]",
        ),
        (
            "int f(int x) { return x; } int g(void);",
            "1:14: a function with a body; only declarations can stand here [{]\n\
             \x20 help: end the declaration with `;`",
        ),
        ("if (x) return; int a;", "1:1: expected a type, found `if` [if]"),
        (
            "#include <stdio.h>\n#define N 4\n#define S \"a\"\n#define F(x) x\n#define PI 3.14\n#if A\n#endif\n#error no\n#foo\nint a;",
            "1:1: `#include` needs a preprocessor: only declarations can stand here [#include]\n\
             \x20 help: copy the declarations that are used; standard types as `size_t` and `int32_t` are known\n\
             2:1: `#define` needs a preprocessor: only declarations can stand here [#define N 4]\n\
             \x20 help: write `enum { N = 4 };` or `static const int N = 4;`\n\
             3:1: `#define` needs a preprocessor: only declarations can stand here [#define S \"a\"]\n\
             \x20 help: write `static const char S[] = \"a\";`\n\
             4:1: `#define` needs a preprocessor: only declarations can stand here [#define F(x) x]\n\
             5:1: `#define` needs a preprocessor: only declarations can stand here [#define PI 3.14]\n\
             \x20 help: write `static const double PI = 3.14;`\n\
             6:1: `#if` needs a preprocessor: only declarations can stand here [#if]\n\
             7:1: `#endif` needs a preprocessor: only declarations can stand here [#endif]\n\
             8:1: #error no [#error no]\n\
             9:1: `#foo` needs a preprocessor: only declarations can stand here [#foo]",
        ),
        (
            "#pragma pack(3)\n#pragma pack(pop)\n#pragma pack 4\n#pragma pack(pop, x)\nint a;",
            "1:1: `#pragma pack` wants 1, 2, 4, 8 or 16, not `3` [#pragma pack(3)]\n\
             \x20 help: write `#pragma pack(n)`, `#pragma pack(push, n)`, `#pragma pack(pop)` or `#pragma pack()`\n\
             2:1: `#pragma pack(pop)` without a `push` [#pragma pack(pop)]\n\
             \x20 help: write `#pragma pack(n)`, `#pragma pack(push, n)`, `#pragma pack(pop)` or `#pragma pack()`\n\
             3:1: `#pragma pack` wants its argument in parentheses [#pragma pack 4]\n\
             \x20 help: write `#pragma pack(n)`, `#pragma pack(push, n)`, `#pragma pack(pop)` or `#pragma pack()`\n\
             4:1: no `#pragma pack(push, x)` comes before this [#pragma pack(pop, x)]\n\
             \x20 help: write `#pragma pack(n)`, `#pragma pack(push, n)`, `#pragma pack(pop)` or `#pragma pack()`",
        ),
        (
            "int a = '; int b;",
            "1:9: a character is not closed ['; int b;]\n\
             \x20 help: write `'` at its end",
        ),
        (
            "int a = \"abc; \nint b;",
            "1:9: a string is not closed [\"abc; ]\n\
             \x20 help: write `\"` at its end",
        ),
        (
            "/* never closed",
            "1:1: a comment is not closed [/*]\n\
             \x20 help: write `*/`",
        ),
        (
            "int \0 a; int € b; int c@d; int e `;",
            "1:5: a NUL byte in the text [\0]\n\
             1:14: `€` has no meaning in C [€]\n\
             1:24: `@` has no meaning in C [@]\n\
             1:34: ``` has no meaning in C [`]",
        ),
        (
            "x y z; foo(int); main() ; int;",
            "1:1: unknown type `x` [x]\n\
             1:8: `foo` has no type [foo]\n\
             \x20 help: write what it returns: `int foo(…)` or `void foo(…)`\n\
             1:18: `main` has no type [main]\n\
             \x20 help: write what it returns: `int main(…)` or `void main(…)`\n\
             1:27: this declares nothing [int]",
        ),
        (
            "typedef struct s; struct; union x y z;",
            "1:1: this `typedef` names nothing [typedef struct s]\n\
             1:37: expected `;`, found `z` [z]",
        ),
        (
            "_Static_assert(sizeof(int) == 8, \"int has 8 bytes\"); _Static_assert(0); _Static_assert(f, 3);",
            "1:16: static assertion failed: int has 8 bytes [sizeof(int) == 8] this is 0\n\
             1:69: static assertion failed [0] this is 0\n\
             1:88: `f` is not declared [f]\n\
             1:91: expected a string, found the number `3` [3]",
        ),
        (
            "__attribute__((vector_size(16))) int a; int b __attribute__((aligned(3))); union { int a; } c __attribute__((transparent_union)); int d __attribute__((ms_abi)); int e __attribute__((mode(XY)));",
            "1:16: the attribute `vector_size` is not supported: vector types [vector_size]\n\
             1:70: the alignment 3 is no power of two [3]\n\
             1:152: a calling convention on the type `int`: only functions have one [ms_abi]\n\
             1:188: linux-x64 has no mode `XY` [XY]",
        ),
        (
            "struct s { _Alignas(2) int a; int b : 3 = 4; static int c; typedef int d; int; int e = 3; };",
            "1:12: `_Alignas(2)` is less than the alignment of the type, 4 [_Alignas]\n\
             1:41: expected `;` behind a member, found `=` [=]\n\
             1:46: a member has no storage class [static]\n\
             1:60: a typedef inside a struct or union [typedef]\n\
             1:75: a member without a name [int]\n\
             1:86: a member has no initial value [=]",
        ),
        (
            "int a __asm__(\"\"); int b __asm__(\"x\\0y\"); int c __asm__(d); __asm__(\"nop\");",
            "1:15: a symbol without a name [\"\"]\n\
             1:34: a symbol with a NUL byte in its name [\"x\\0y\"]\n\
             1:57: expected the symbol as a string, found `d` [d]\n\
             1:61: assembly is no declaration [__asm__]",
        ),
        (
            "_Float128 a; __vectorcall f; _BitInt(7) b;",
            "1:1: `_Float128` is not supported [_Float128]\n\
             1:14: `__vectorcall` is not supported [__vectorcall]\n\
             1:30: `_BitInt` is not supported [_BitInt]",
        ),
        (
            "int f(int x, y); int g(x); int h(int x y);",
            "1:14: unknown type `y` [y]\n\
             1:24: unknown type `x` [x]\n\
             1:40: expected `,` or `)` behind a parameter, found `y` [y]",
        ),
        (
            "int a = 0x; int b[08]; int c[1q]; int d[123abc]; int e['']; int f['abcde']; int g['\\q'];",
            "1:9: the number `0x` has no digits [0x]\n\
             1:19: `8` is no digit of base 8 [08]\n\
             1:30: the number `1q` has the unknown suffix `q` [1q]\n\
             1:41: the number `123abc` has the unknown suffix `abc` [123abc]\n\
             1:56: a character constant is empty ['']\n\
             1:67: the character constant 'abcde' is too long ['abcde']\n\
             1:83: `\\q` is no escape of C ['\\q']",
        ),
        ("extern \"C++\" { int f(void); }", "1:8: `extern \"C++\"`: only \"C\" is called here [\"C++\"]"),
        (
            "typedef int t = 3; int f(void) = 4; inline int x; void v; _Thread_local int g(void);",
            "1:15: a type has no initial value [=]\n\
             1:32: a function has no initial value [=]\n\
             1:37: `x` is a variable, which cannot be `inline` [inline]\n\
             1:56: the variable `v` has the type `void` [v]\n\
             1:59: `g` is a function, which cannot be thread-local [_Thread_local int]",
        ),
        (
            "int a[sizeof(struct nope)]; int b[offsetof(struct s, x)]; struct s { int y; }; int c[offsetof(struct s, x)];",
            "1:7: `struct nope` has no size: it is incomplete [sizeof(struct nope)]\n\
             1:54: `struct s` has no member `x` [x]\n\
             1:105: `struct s` has no member `x` [x]",
        ),
        (
            "enum { A = sizeof(int, B = 3 };",
            "1:18: `(` is not closed [(] `)` is missing\n\
             \x20 expected `)` before this [}]",
        ),
        (
            "struct a { int x; };;; ; int f(struct a { int y; } *p);",
            "1:39: `struct a` is defined twice [a]\n\
             \x20 the first definition [a]",
        ),
        ("int x = 5 int y;", "1:11: expected `;`, found `int` [int]"),
        (
            "const int a = 1, b; constexpr int c = f; extern const int d; int e = undeclared; const char s[] = \"a\" L\"b\";",
            "1:39: `f` is not declared [f]\n\
             1:70: `undeclared` is not declared [undeclared]\n\
             1:103: strings with different prefixes stand beside each other [L\"b\"]",
        ),
        (
            "int f(int a,); int g(,int); int h(int,,int);",
            "1:13: expected a type, found `)` [)]\n\
             1:22: expected a type, found `,` [,]\n\
             1:39: expected a type, found `,` [,]",
        ),
        (
            "class Foo; template x; int &ref; namespace n { int a; }",
            "1:1: unknown type `class` [class]\n\
             1:12: unknown type `template` [template]\n\
             1:28: C has no references [&]\n\
             \x20 help: write a pointer: `*`\n\
             1:34: unknown type `namespace` [namespace]",
        ),
        (
            "int (*f(int x))[y]; int g(int n, int a[n + m]);",
            "1:17: `y` is not declared [y]\n\
             1:44: `m` is not declared [m]",
        ),
    ]);
}

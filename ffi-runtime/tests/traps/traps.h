/* What the tests of known traps call; the parser of declarations reads it, and so do the compilers. */

struct ld { long double v; };
struct ld long_double(struct ld a, double b);

/* libffi before 3.4.7 damages the first argument when the last one takes the sixth integer register. */
struct dl { double d; long l; };
struct ld_order { long l; double d; };
double sixth(float first, long a, long b, long c, long d, long e, struct dl last);

struct dl in_xmm0_and_rax(double d, long l);
struct ld_order in_rax_and_xmm0(long l, double d);
__attribute__((ms_abi)) struct dl in_xmm0_and_rax_ms(double d, long l);

struct pair { long a, b; };
struct dpair { double a, b; };
long whole_on_stack(long a, long b, long c, long d, long e, struct pair p, long last);
double whole_on_stack_too(double a, double b, double c, double d, double e, double f, double g, struct dpair p, double last);
double mixed_on_stack(long a, long b, long c, long d, long e, long f, struct dl p, double last);

struct wide { char text[40]; } __attribute__((aligned(32)));
long stack_is_aligned(long a, struct wide w, char b);
__attribute__((ms_abi)) long copy_is_aligned_ms(long a, struct wide w, char b);

union number { double d; long l; };
union number of_union(union number n);
struct bits { unsigned a : 3; unsigned b : 13; long c : 20; };
struct bits of_bits(struct bits b);
struct __attribute__((packed)) packed { char c; double d; };
struct packed of_packed(struct packed p, double d);

/* Compilers that rely on the caller's extension. */
int sum_of_narrow(signed char a, unsigned char b, short c, unsigned short d, _Bool e);

/* In assembly: the whole of a register or a stack word, of which C declares less. */
unsigned first_char(signed char a) __asm__("first_word");
unsigned first_unsigned_char(unsigned char a) __asm__("first_word");
unsigned first_short(short a) __asm__("first_word");
unsigned first_unsigned_short(unsigned short a) __asm__("first_word");
unsigned first_bool(_Bool a) __asm__("first_word");
unsigned seventh_char(long a, long b, long c, long d, long e, long f, signed char g) __asm__("seventh_word");
unsigned seventh_short(long a, long b, long c, long d, long e, long f, short g) __asm__("seventh_word");
__attribute__((ms_abi)) unsigned first_char_ms(signed char a) __asm__("first_word_ms");
__attribute__((ms_abi)) unsigned first_short_ms(short a) __asm__("first_word_ms");

signed char garbage_char(void) __asm__("garbage");
unsigned char garbage_unsigned_char(void) __asm__("garbage");
short garbage_short(void) __asm__("garbage");
unsigned short garbage_unsigned_short(void) __asm__("garbage");
int garbage_int(void) __asm__("garbage");
unsigned garbage_unsigned(void) __asm__("garbage");
_Bool garbage_bool(void) __asm__("garbage_above_true");
float garbage_float(void) __asm__("garbage_above_float");

int vectors(int first, ...);

/* Functions that go wrong where a caller takes the calling convention lightly. */
#include "traps.h"

struct ld long_double(struct ld a, double b) { return (struct ld){a.v + b}; }

double sixth(float first, long a, long b, long c, long d, long e, struct dl last) {
  return first * 1000 + a + b + c + d + e + last.d * 100 + last.l;
}

struct dl in_xmm0_and_rax(double d, long l) { return (struct dl){d + 0.5, l + 1}; }
struct ld_order in_rax_and_xmm0(long l, double d) { return (struct ld_order){l + 1, d + 0.5}; }
__attribute__((ms_abi)) struct dl in_xmm0_and_rax_ms(double d, long l) { return (struct dl){d + 0.5, l + 1}; }

long whole_on_stack(long a, long b, long c, long d, long e, struct pair p, long last) {
  return a + b + c + d + e + p.a * 100 + p.b * 1000 + last * 10000;
}

double whole_on_stack_too(double a, double b, double c, double d, double e, double f, double g, struct dpair p, double last) {
  return a + b + c + d + e + f + g + p.a * 100 + p.b * 1000 + last * 10000;
}

double mixed_on_stack(long a, long b, long c, long d, long e, long f, struct dl p, double last) {
  return a + b + c + d + e + f + p.d * 100 + p.l * 1000 + last * 10000;
}

/* The compiler knows how the argument is aligned, and would fold the remainder to 0. */
static long misplaced(const void *at) {
  __asm__ volatile("" : "+r"(at));
  return (unsigned long)at % 32;
}

long stack_is_aligned(long a, struct wide w, char b) { return misplaced(&w) * 1000 + a + w.text[39] + b; }
__attribute__((ms_abi)) long copy_is_aligned_ms(long a, struct wide w, char b) {
  return misplaced(&w) * 1000 + a + w.text[39] + b;
}

union number of_union(union number n) { return (union number){.l = n.l + 1}; }
struct bits of_bits(struct bits b) { return (struct bits){b.a + 1, b.b + 1, b.c - 1}; }
struct packed of_packed(struct packed p, double d) { return (struct packed){p.c + 1, p.d + d}; }

int sum_of_narrow(signed char a, unsigned char b, short c, unsigned short d, _Bool e) {
  return a + b * 10 + c * 100 + d * 1000 + e * 10000;
}

__asm__(
    ".text\n"
    ".globl first_word\nfirst_word: mov %rdi, %rax\nret\n"
    ".globl first_word_ms\nfirst_word_ms: mov %rcx, %rax\nret\n"
    ".globl seventh_word\nseventh_word: mov 8(%rsp), %rax\nret\n"
    ".globl garbage\ngarbage: movabs $0x1122334455668880, %rax\nret\n"
    ".globl garbage_above_true\ngarbage_above_true: movabs $0x1122334455668801, %rax\nret\n"
    ".globl garbage_above_float\ngarbage_above_float: movabs $0x112233443fc00000, %rax\nmovq %rax, %xmm0\nret\n"
    ".globl vectors\nvectors: movzbl %al, %eax\nret\n"
    /* Calls the function in the first argument with eight arguments of garbage. */
    ".globl call_with_garbage\ncall_with_garbage:\n"
    "sub $8, %rsp\nmov %rdi, %rax\nmovabs $0x1122334455668880, %rdi\n"
    "mov %rdi, %rsi\nmov %rdi, %rdx\nmov %rdi, %rcx\nmov %rdi, %r8\nmov %rdi, %r9\n"
    "push %rdi\npush %rdi\ncall *%rax\nadd $24, %rsp\nret\n"
    ".globl call_ms_with_garbage\ncall_ms_with_garbage:\n"
    "sub $72, %rsp\nmov %rdi, %rax\nmovabs $0x1122334455668880, %rcx\n"
    "mov %rcx, %rdx\nmov %rcx, %r8\nmov %rcx, %r9\nmov %rcx, 32(%rsp)\nmov %rcx, 40(%rsp)\n"
    "mov %rcx, 48(%rsp)\nmov %rcx, 56(%rsp)\ncall *%rax\nadd $72, %rsp\nret\n"
    ".section .note.GNU-stack,\"\",@progbits\n.text\n");

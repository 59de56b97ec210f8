/* Functions in whose backtraces code that was made at run time must not end. */
/* A debugger stops here. */
__attribute__((noinline)) void innermost(void) { __asm__ volatile(""); }

__attribute__((noinline)) long calls_back(long x, long (*back)(long)) { return back(x + 1) + 1; }

#ifdef __x86_64__
#define MS __attribute__((ms_abi))
__attribute__((noinline)) MS long calls_back_ms(long x, MS long (*back)(long)) { return back(x + 1) + 1; }
#endif

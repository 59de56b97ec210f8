/* The base: the same loops in C. Nothing is inlined, since the functions are in a shared library; without string.h and
   with -fno-builtin the compiler knows nothing of strlen. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "functions.h"

unsigned long strlen(const char *text);

enum { COUNT = 1000, ROUNDS = 100 };
static const double LONG_ENOUGH = 2e6;
static int numbers[COUNT];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static double best_of(int rounds, const char *name, long (*loop)(long), long turns) {
  double best = 0;
  for (int round = 0; round < rounds; round++) {
    double start = now();
    if (loop(turns) != turns) exit((fprintf(stderr, "%s computes something else\n", name), 1));
    double took = now() - start;
    if (round == 0 || took < best) best = took;
  }
  return best;
}

/* Doubles the turns until they take long enough, then prints the best of the rounds, which are too short for the system
   to interrupt them all. */
static void measure(const char *name, int per_turn, long (*loop)(long)) {
  long turns = 2;
  while (best_of(3, name, loop, turns) < LONG_ENOUGH) turns *= 2;
  printf("%s %.3f\n", name, best_of(ROUNDS, name, loop, turns) / turns / per_turn);
}

static long run_nop(long n) {
  for (long i = 0; i < n; i++) nop();
  return n;
}

static long run_add(long n) {
  int x = 0;
  for (long i = 0; i < n; i++) x = add(x, 1);
  return x;
}

static long run_mix(long n) {
  double x = 0;
  for (long i = 0; i < n; i++) x = mix(1, x, 2, 0.5f);
  return (long)x;
}

static long run_sum8(long n) {
  int x = 0;
  for (long i = 0; i < n; i++) x = sum8(x, 1, 2, 3, 4, -2, -3, -4);
  return x;
}

static long run_strlen(long n) {
  const char *text = "the quick brown fox jumps over the lazy dog";
  long x = 0;
  for (long i = 0; i < n; i++) x += strlen(text);
  return x / 43;
}

static long run_pair(long n) {
  struct pair p = {0, 0};
  for (long i = 0; i < n; i++) p = turn_pair(p);
  return (long)(p.x + p.y);
}

static long run_triple(long n) {
  struct triple p = {0, 0, 0};
  for (long i = 0; i < n; i++) p = turn_triple(p);
  return (long)(p.x + p.y + p.z);
}

static int successor(int x) { return x + 1; }

static long run_callback(long n) {
  long x = 0;
  for (long i = 0; i < n; i++) x += iterate(COUNT, successor);
  return x / COUNT;
}

static long run_sum(long n) {
  long x = 0;
  for (int i = 0; i < COUNT; i++) numbers[i] = i;
  for (long i = 0; i < n; i++) x += sum(numbers, COUNT);
  return x / 499500;
}

static int ascending(const void *a, const void *b) {
  int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

static long run_qsort(long n) {
  for (long i = 0; i < n; i++) {
    scramble(numbers, COUNT);
    qsort(numbers, COUNT, sizeof *numbers, ascending);
  }
  return sorted(numbers, COUNT) ? n : 0;
}

static long run_snprintf(long n) {
  char buffer[64];
  long x = 0;
  for (long i = 0; i < n; i++) x += snprintf(buffer, sizeof buffer, "%d %s %.2f", 42, "apples", 1.5);
  return x / 14;
}

int main(void) {
  printf("version gcc %s\n", __VERSION__);
  measure("nop", 1, run_nop);
  measure("add", 1, run_add);
  measure("mix", 1, run_mix);
  measure("sum8", 1, run_sum8);
  measure("strlen", 1, run_strlen);
  measure("pair", 1, run_pair);
  measure("triple", 1, run_triple);
  measure("callback", COUNT, run_callback);
  measure("sum", 1, run_sum);
  measure("qsort", 1, run_qsort);
  measure("snprintf", 1, run_snprintf);
  return 0;
}

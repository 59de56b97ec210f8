/* The functions that the benchmark calls. */
#include <errno.h>

long add(long a, long b) { return a + b; }

double mix(double a, int b, double c) { return a * b + c; }

long sum8(long a, long b, long c, long d, long e, long f, long g, long h) { return a + b + c + d + e + f + g + h; }

struct two { double x, y; };
struct two half(struct two p) { struct two r = {p.x / 2, p.y / 2}; return r; }

struct three { long a, b, c; };
struct three turn(struct three p) { struct three r = {p.b, p.c, p.a + 1}; return r; }

long fails(long a) { errno = 2; return a; }

long each(long count, long (*back)(long)) {
  long sum = 0;
  for (long i = 0; i < count; i++) sum += back(i);
  return sum;
}

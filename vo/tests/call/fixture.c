/* What the requests call. */
#include <complex.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct p { double x, y; };
struct p mid(struct p a, struct p b) { return (struct p){(a.x + b.x) / 2, (a.y + b.y) / 2}; }

struct mixed { double d; long n; };
struct mixed swap(struct mixed m) { return (struct mixed){m.n, m.d}; }

union number { int i; float f; };
union number flip(union number n) { n.i ^= INT32_MIN; return n; }

struct flags { unsigned a : 3; int b : 5; bool c : 1; unsigned long d : 40; };
struct flags count(struct flags f) { f.a++; f.b--; f.c = !f.c; f.d += 2; return f; }

#pragma pack(push, 1)
struct packed { char kind; int value; short tail; };
#pragma pack(pop)
struct packed next(struct packed p) { p.kind++; p.value *= 2; p.tail = -p.tail; return p; }

struct big { char name[8]; int grid[2][3]; struct p at; };
struct big turn(struct big b) {
  int t = b.grid[0][0];
  b.grid[0][0] = b.grid[1][2];
  b.grid[1][2] = t;
  b.at.x = -b.at.x;
  b.name[0] = 'X';
  return b;
}

struct outer { struct { int x, y; }; union { long whole; char parts[8]; }; };
struct outer widen(struct outer o) { o.x = o.y; o.whole += 1; return o; }

__int128 wide(__int128 a, unsigned __int128 b) { return a * 2 + (__int128)b; }
long double precise(long double a) { return a + 1e-18L; }
double complex rotate(double complex z) { return z * I; }
float complex halve(float complex z) { return z / 2; }

__attribute__((ms_abi)) double foreign(int a, double b, struct p c, long d, float e) { return a + b + c.x + c.y + d + e; }

enum color { RED, GREEN = 5, BLUE };
enum color after(enum color c) { return c == RED ? GREEN : BLUE; }

signed char narrow(signed char a, unsigned short b) { return a - b; }
bool not(bool b) { return !b; }
int64_t least(void) { return INT64_MIN; }
uint64_t most(void) { return UINT64_MAX; }
float tenth(void) { return 0.1f; }

void fill(int *to, int count, int with) { for (int i = 0; i < count; i++) to[i] = with + i; }
int total(const int *of, int count) { int sum = 0; while (count--) sum += *of++; return sum; }
void upper(char *text) { for (; *text; text++) if (*text >= 'a' && *text <= 'z') *text -= 32; }
void move(struct p *at, double by) { at->x += by; }
int longest(const char **texts) {
  int most = 0;
  for (; *texts; texts++) if ((int)strlen(*texts) > most) most = strlen(*texts);
  return most;
}

double sum(int count, ...) {
  va_list list;
  double sum = 0;
  va_start(list, count);
  while (count--) sum += va_arg(list, double);
  va_end(list);
  return sum;
}
double sum_points(int count, ...) {
  va_list list;
  double sum = 0;
  va_start(list, count);
  while (count--) { struct p p = va_arg(list, struct p); sum += p.x * p.y; }
  va_end(list);
  return sum;
}

int each(int count, int (*back)(int index, double half)) {
  int sum = 0;
  for (int i = 0; i < count; i++) sum += back(i, i / 2.0);
  return sum;
}
struct p fold(struct p start, struct p (*back)(struct p so_far, signed char step)) {
  for (signed char i = -1; i <= 1; i++) start = back(start, i);
  return start;
}
void say(void (*back)(const char *text, void *data)) { back("hello", 0); back(0, (void *)16); }

static int hidden(int a, int b) { return a * 10 + b; }
void *hidden_address(void) { return (void *)hidden; }
void *no_address(void) { return 0; }

int variable = 7;
int fails(int code) { errno = code; return -1; }
int crash(int *at) { return *at; }
int divide(int a, int b) { return a / b; }
int stops(void) { return raise(SIGSTOP); }
int forks(void) { return fork() == 0 ? (close(1), close(2), sleep(60), _exit(0), 0) : 1; }
int deep(int n) { volatile char room[4096]; room[0] = n; return n == 0 ? 0 : deep(n + 1) + room[0]; }

struct list { int count; short items[]; };
int listed(struct list *list) {
  int sum = 0;
  for (int i = 0; i < list->count; i++) sum += list->items[i]++;
  return sum;
}

struct variant { int kind; union { const char *text; char none[0]; }; };
struct variant variant(int kind) { return (struct variant){kind, {kind ? "hello" : (const char *)5}}; }

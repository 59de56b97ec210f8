/* The functions that every peer calls, beside strlen, qsort and snprintf of the C library. */
#include "functions.h"

void nop(void) {}

int add(int a, int b) { return a + b; }

double mix(int a, double b, long c, float d) { return a * b + c * d; }

int sum8(int a, int b, int c, int d, int e, int f, int g, int h) { return a + b + c + d + e + f + g + h; }

struct pair turn_pair(struct pair p) {
  struct pair turned = {p.y, p.x + 1};
  return turned;
}

struct triple turn_triple(struct triple p) {
  struct triple turned = {p.y, p.z, p.x + 1};
  return turned;
}

int iterate(int count, int (*back)(int)) {
  int value = 0;
  for (int i = 0; i < count; i++) value = back(value);
  return value;
}

int sum(const int *numbers, int count) {
  int total = 0;
  for (int i = 0; i < count; i++) total += numbers[i];
  return total;
}

void scramble(int *numbers, int count) {
  unsigned state = 1;
  for (int i = 0; i < count; i++) {
    state = state * 1664525 + 1013904223;
    numbers[i] = state >> 8;
  }
}

int sorted(const int *numbers, int count) {
  for (int i = 1; i < count; i++)
    if (numbers[i - 1] > numbers[i]) return 0;
  return 1;
}

// What the scripts call, and the same loops in C.
#include <stddef.h>
#include <string.h>

long add(long a, long b) { return a + b; }

typedef struct {
    double x, y;
} point;

point mid(point a, point b) { return (point){(a.x + b.x) / 2, (a.y + b.y) / 2}; }

int sum(const int *numbers, int count) {
    int total = 0;
    for (int i = 0; i < count; i++) total += numbers[i];
    return total;
}

// The functions are called through pointers that no compiler looks behind, as a program that has found them does.
static point (*volatile mid_address)(point, point) = mid;
static int (*volatile sum_address)(const int *, int) = sum;

double mid_loop(long times) {
    point (*call)(point, point) = mid_address;
    point a = {1, 2}, b = {3, 4};
    for (long i = 0; i < times; i++) a = call(a, b);
    return a.x;
}

long sum_loop(const int *numbers, int count, long times) {
    int (*call)(const int *, int) = sum_address;
    long total = 0;
    for (long i = 0; i < times; i++) total += call(numbers, count);
    return total;
}

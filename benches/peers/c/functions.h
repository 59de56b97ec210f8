/* What the library exports. Each function computes something that a loop around it can check. */
#ifndef PEERS_FUNCTIONS_H
#define PEERS_FUNCTIONS_H

struct pair { double x, y; };
struct triple { double x, y, z; };

void nop(void);
int add(int a, int b);
double mix(int a, double b, long c, float d);
int sum8(int a, int b, int c, int d, int e, int f, int g, int h);

/* Moves the fields up, and adds one to what comes round: the sum of the fields grows by one. */
struct pair turn_pair(struct pair p);
struct triple turn_triple(struct triple p);

/* Calls back with 0, then with what it returned, and so on, count times. */
int iterate(int count, int (*back)(int));

int sum(const int *numbers, int count);

/* The same numbers at each call, in no order. */
void scramble(int *numbers, int count);
int sorted(const int *numbers, int count);

#endif

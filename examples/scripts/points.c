/* What points.vo calls. */
#include <stddef.h>

struct point { double x, y; };
struct segment { struct point from, to; };
struct polygon { char name[16]; int corners; struct point corner[8]; };

struct point middle(struct segment s) {
  return (struct point){(s.from.x + s.to.x) / 2, (s.from.y + s.to.y) / 2};
}

struct segment side(const struct polygon *p, int number) {
  return (struct segment){p->corner[number], p->corner[(number + 1) % p->corners]};
}

double area(struct polygon p) {
  double twice = 0;
  for (int i = 0; i < p.corners; i++) {
    struct segment s = side(&p, i);
    twice += s.from.x * s.to.y - s.to.x * s.from.y;
  }
  return twice < 0 ? -twice / 2 : twice / 2;
}

struct polygon moved(struct polygon p, struct point by) {
  for (int i = 0; i < p.corners; i++) {
    p.corner[i].x += by.x;
    p.corner[i].y += by.y;
  }
  return p;
}

/* The smallest box around the points: its lowest and its highest corner. */
struct segment around(const struct point *points, size_t count) {
  struct segment box = {points[0], points[0]};
  for (size_t i = 1; i < count; i++) {
    if (points[i].x < box.from.x) box.from.x = points[i].x;
    if (points[i].y < box.from.y) box.from.y = points[i].y;
    if (points[i].x > box.to.x) box.to.x = points[i].x;
    if (points[i].y > box.to.y) box.to.y = points[i].y;
  }
  return box;
}

/* Turns the points around the origin, a quarter to the left. */
void turn(struct point *points, size_t count) {
  for (size_t i = 0; i < count; i++) {
    points[i] = (struct point){-points[i].y, points[i].x};
  }
}

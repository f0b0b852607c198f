/* Small arithmetic of sizes. */
#ifndef INV_BASE_INTEGERS_H
#define INV_BASE_INTEGERS_H

static inline int inv_min(int a, int b) {
  return a < b ? a : b;
}

static inline int inv_max(int a, int b) {
  return a > b ? a : b;
}

/* a / b, rounded up; a >= 0, b > 0. */
static inline int inv_divide_up(int a, int b) {
  return (a + b - 1) / b;
}

#endif

/* Compiled with -ffp-contract=fast, as conv_kernel.c. */
#include "nn/winograd_kernel.h"

#include "base/vector.h"
#include "nn/lanes.h"

enum { IN = INV_WINOGRAD_IN, OUT = INV_WINOGRAD_OUT, K = INV_WINOGRAD_KERNEL };

/* The points and what follows from them; all but the quotients are exact. */
#define P 0.625f
#define Q 1.5f
#define P2 (P * P)
#define Q2 (Q * Q)
#define PQ2 (P2 * Q2)
#define SUM2 (P2 + Q2)
/* 1 / product of a point's distances to the other finite ones. */
#define N0 (1 / PQ2)
#define NP (1 / (2 * P2 * (P2 - Q2)))
#define NQ (1 / (2 * Q2 * (Q2 - P2)))

/* ---- in one dimension --------------------------------------------------- */

/* r = B' d: 6 to 6. In all of these, element i of what is read lies at i * S,
 * of what is written at i * T. */
INV_INLINE void input_line(const int S, const inv_lanes *d, const int T,
                           inv_lanes *r) {
  inv_lanes even_p = d[4 * S] - Q2 * d[2 * S], odd_p = d[3 * S] - Q2 * d[S];
  inv_lanes even_q = d[4 * S] - P2 * d[2 * S], odd_q = d[3 * S] - P2 * d[S];
  r[0] = PQ2 * d[0] + (d[4 * S] - SUM2 * d[2 * S]);
  r[T] = even_p + P * odd_p;
  r[2 * T] = even_p - P * odd_p;
  r[3 * T] = even_q + Q * odd_q;
  r[4 * T] = even_q - Q * odd_q;
  r[5 * T] = PQ2 * d[S] + (d[5 * S] - SUM2 * d[3 * S]);
}

/* r = A g: 4 to 6. */
INV_INLINE void gradient_line(const int S, const inv_lanes *g, const int T,
                              inv_lanes *r) {
  inv_lanes even_p = g[0] + P2 * g[2 * S], odd_p = g[S] + P2 * g[3 * S];
  inv_lanes even_q = g[0] + Q2 * g[2 * S], odd_q = g[S] + Q2 * g[3 * S];
  r[0] = g[0];
  r[T] = even_p + P * odd_p;
  r[2 * T] = even_p - P * odd_p;
  r[3 * T] = even_q + Q * odd_q;
  r[4 * T] = even_q - Q * odd_q;
  r[5 * T] = g[3 * S];
}

/* y = A' m: 6 to 4. */
INV_INLINE void output_line(const int S, const inv_lanes *m, const int T,
                            inv_lanes *y) {
  inv_lanes sum_p = m[S] + m[2 * S], difference_p = P * (m[S] - m[2 * S]);
  inv_lanes sum_q = m[3 * S] + m[4 * S];
  inv_lanes difference_q = Q * (m[3 * S] - m[4 * S]);
  y[0] = m[0] + (sum_p + sum_q);
  y[T] = difference_p + difference_q;
  y[2 * T] = P2 * sum_p + Q2 * sum_q;
  y[3 * T] = P2 * difference_p + Q2 * difference_q + m[5 * S];
}

/* u = G g: 3 to 6. */
INV_INLINE void kernel_line(const int S, const inv_lanes *g, const int T,
                            inv_lanes *u) {
  inv_lanes even_p = NP * (g[0] + P2 * g[2 * S]), odd_p = (NP * P) * g[S];
  inv_lanes even_q = NQ * (g[0] + Q2 * g[2 * S]), odd_q = (NQ * Q) * g[S];
  u[0] = N0 * g[0];
  u[T] = even_p + odd_p;
  u[2 * T] = even_p - odd_p;
  u[3 * T] = even_q + odd_q;
  u[4 * T] = even_q - odd_q;
  u[5 * T] = g[2 * S];
}

/* g = G' s: 6 to 3. */
INV_INLINE void kernel_gradient_line(const int S, const inv_lanes *s,
                                     const int T, inv_lanes *g) {
  inv_lanes sum_p = NP * (s[S] + s[2 * S]), sum_q = NQ * (s[3 * S] + s[4 * S]);
  g[0] = N0 * s[0] + (sum_p + sum_q);
  g[T] = (NP * P) * (s[S] - s[2 * S]) + (NQ * Q) * (s[3 * S] - s[4 * S]);
  g[2 * T] = P2 * sum_p + Q2 * sum_q + s[5 * S];
}

/* ---- tiles -------------------------------------------------------------- */

INV_VECTOR static void input(const float *const *d, int channels, float *v,
                             ptrdiff_t step) {
  for (int c = 0; c < channels; c += INV_LANES) {
    inv_lanes t[IN * IN];
    for (int j = 0; j < IN; j++) {
      inv_lanes column[IN];
      for (int i = 0; i < IN; i++)
        inv_lanes_load(&column[i], d[i * IN + j] + c, channels - c);
      input_line(1, column, IN, t + j);
    }
    for (int i = 0; i < IN; i++) {
      inv_lanes r[IN];
      input_line(1, t + i * IN, 1, r);
      for (int j = 0; j < IN; j++)
        INV_LANES_AT(v + (i * IN + j) * step + c) = r[j];
    }
  }
}

INV_VECTOR static void gradient(const float *const *g, int channels, float *v,
                                ptrdiff_t step) {
  for (int c = 0; c < channels; c += INV_LANES) {
    inv_lanes t[IN * OUT];
    for (int j = 0; j < OUT; j++) {
      inv_lanes column[OUT];
      for (int i = 0; i < OUT; i++)
        inv_lanes_load(&column[i], g[i * OUT + j] + c, channels - c);
      gradient_line(1, column, OUT, t + j);
    }
    for (int i = 0; i < IN; i++) {
      inv_lanes r[IN];
      gradient_line(1, t + i * OUT, 1, r);
      for (int j = 0; j < IN; j++)
        INV_LANES_AT(v + (i * IN + j) * step + c) = r[j];
    }
  }
}

INV_VECTOR static void output(const float *m, ptrdiff_t step, int channels,
                              const float *bias,
                              const inv_winograd_pixels *pixels) {
  for (int c = 0; c < channels; c += INV_LANES) {
    inv_lanes t[OUT * IN], b = {0};
    int used = channels - c;
    if (bias)
      inv_lanes_load(&b, bias + c, used);
    for (int j = 0; j < IN; j++) {
      inv_lanes column[IN];
      for (int i = 0; i < IN; i++)
        column[i] = INV_LANES_FROM(m + (i * IN + j) * step + c);
      output_line(1, column, IN, t + j);
    }
    for (int i = 0; i < OUT; i++) {
      inv_lanes r[OUT];
      output_line(1, t + i * IN, 1, r);
      for (int j = 0; j < OUT; j++) {
        float *y = pixels->y[i * OUT + j];
        const float *residual = pixels->residual[i * OUT + j];
        r[j] += b;
        if (y)
          inv_lanes_finish(y + c, &r[j], residual ? residual + c : NULL,
                           pixels->relu, used);
      }
    }
  }
}

INV_VECTOR static void kernel(const float *g, float *u, ptrdiff_t step) {
  inv_lanes t[IN * K];
  for (int j = 0; j < K; j++) {
    inv_lanes column[K];
    for (int i = 0; i < K; i++)
      column[i] = INV_LANES_FROM(g + (i * K + j) * INV_LANES);
    kernel_line(1, column, K, t + j);
  }
  for (int i = 0; i < IN; i++) {
    inv_lanes r[IN];
    kernel_line(1, t + i * K, 1, r);
    for (int j = 0; j < IN; j++)
      INV_LANES_AT(u + (i * IN + j) * step) = r[j];
  }
}

INV_VECTOR static void kernel_gradient(const float *s, float *g) {
  inv_lanes t[K * IN];
  for (int j = 0; j < IN; j++) {
    inv_lanes column[IN];
    for (int i = 0; i < IN; i++)
      column[i] = INV_LANES_FROM(s + (i * IN + j) * INV_LANES);
    kernel_gradient_line(1, column, IN, t + j);
  }
  for (int i = 0; i < K; i++) {
    inv_lanes r[K];
    kernel_gradient_line(1, t + i * IN, 1, r);
    for (int j = 0; j < K; j++)
      INV_LANES_AT(g + (i * K + j) * INV_LANES) = r[j];
  }
}

void inv_winograd_input(const float *const *d, int channels, float *v,
                        ptrdiff_t step) {
  input(d, channels, v, step);
}

void inv_winograd_gradient(const float *const *g, int channels, float *v,
                           ptrdiff_t step) {
  gradient(g, channels, v, step);
}

void inv_winograd_output(const float *m, ptrdiff_t step, int channels,
                         const float *bias, const inv_winograd_pixels *pixels) {
  output(m, step, channels, bias, pixels);
}

void inv_winograd_kernel(const float *g, float *u, ptrdiff_t step) {
  kernel(g, u, step);
}

void inv_winograd_kernel_gradient(const float *s, float *g) {
  kernel_gradient(s, g);
}

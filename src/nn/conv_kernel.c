/* Compiled with -ffp-contract=fast: multiplication and addition are fused
 * where the processor can, as in the BLAS beside it. */
#include "nn/conv_kernel.h"

#include "base/vector.h"

/* ---- forward ------------------------------------------------------------ */

/* P pixels in a row by V vectors of channels, all sums in registers; outputs
 * begin `at` floats after the tile's first one. */
INV_INLINE void forward_pixels(const int P, const int V, const inv_conv_tile *t,
                               const float *x, const float *w, ptrdiff_t at) {
  inv_lanes sum[16][2];
  for (int v = 0; v < V; v++) {
    inv_lanes bias = {0};
    if (t->bias)
      inv_lanes_load(&bias, t->bias + v * INV_LANES, t->lanes - v * INV_LANES);
    for (int p = 0; p < P; p++)
      sum[p][v] = bias;
  }
  const ptrdiff_t step = t->x_column;
  for (int r = 0; r < t->n_runs; r++) {
    const float *from = x + t->runs[r].offset;
    const float *end = from + t->runs[r].length;
    for (; from < end; from++, w += V * INV_LANES)
      for (int p = 0; p < P; p++)
        for (int v = 0; v < V; v++)
          sum[p][v] += INV_LANES_FROM(w + v * INV_LANES) * from[p * step];
  }
  for (int p = 0; p < P; p++, at += t->y_column)
    for (int v = 0; v < V; v++) {
      ptrdiff_t first = at + v * INV_LANES;
      inv_lanes_finish(t->y + first, &sum[p][v],
                       t->residual ? t->residual + first : NULL, t->relu,
                       t->lanes - v * INV_LANES);
    }
}

INV_INLINE void forward_rows(const int V, const inv_conv_tile *t,
                             const float *w) {
  for (int row = 0; row < t->rows; row++) {
    const float *x = t->x + row * t->x_row;
    ptrdiff_t y = row * t->y_row;
    int column = 0;
    for (; V == 1 && column + 16 <= t->columns; column += 16)
      forward_pixels(16, V, t, x + column * t->x_column, w,
                     y + column * t->y_column);
    for (; column + 8 <= t->columns; column += 8)
      forward_pixels(8, V, t, x + column * t->x_column, w,
                     y + column * t->y_column);
    for (; column + 4 <= t->columns; column += 4)
      forward_pixels(4, V, t, x + column * t->x_column, w,
                     y + column * t->y_column);
    for (; column < t->columns; column++)
      forward_pixels(1, V, t, x + column * t->x_column, w,
                     y + column * t->y_column);
  }
}

INV_VECTOR static void forward_one(const inv_conv_tile *t, const float *w) {
  forward_rows(1, t, w);
}

INV_VECTOR static void forward_two(const inv_conv_tile *t, const float *w) {
  forward_rows(2, t, w);
}

void inv_conv_tile_forward(const inv_conv_tile *t, const float *weights) {
  if (inv_conv_block_lanes(t->lanes) == INV_LANES)
    forward_one(t, weights);
  else
    forward_two(t, weights);
}

/* ---- the gradient of the weights ---------------------------------------- */

/* Q neighbours in depth by V vectors of channels, over all pixels. */
INV_INLINE void weights_depth(const int Q, const int V, const inv_conv_tile *t,
                              const float *x, float *sums) {
  inv_lanes sum[16][2];
  for (int q = 0; q < Q; q++)
    for (int v = 0; v < V; v++)
      sum[q][v] = INV_LANES_AT(sums + (q * V + v) * INV_LANES);
  for (int row = 0; row < t->rows; row++) {
    const float *from = x + row * t->x_row;
    const float *g = t->y + row * t->y_row;
    for (int i = 0; i < t->columns; i++) {
      for (int q = 0; q < Q; q++)
        for (int v = 0; v < V; v++)
          sum[q][v] += INV_LANES_FROM(g + v * INV_LANES) * from[q];
      from += t->x_column;
      g += t->y_column;
    }
  }
  for (int q = 0; q < Q; q++)
    for (int v = 0; v < V; v++)
      INV_LANES_AT(sums + (q * V + v) * INV_LANES) = sum[q][v];
}

INV_VECTOR static void weights_one(const inv_conv_tile *t, float *sums) {
  for (int r = 0; r < t->n_runs; r++) {
    const float *x = t->x + t->runs[r].offset;
    ptrdiff_t left = t->runs[r].length;
    for (; left >= 16; left -= 16, x += 16, sums += 16 * INV_LANES)
      weights_depth(16, 1, t, x, sums);
    for (; left >= 4; left -= 4, x += 4, sums += 4 * INV_LANES)
      weights_depth(4, 1, t, x, sums);
    for (; left > 0; left--, x++, sums += INV_LANES)
      weights_depth(1, 1, t, x, sums);
  }
}

INV_VECTOR static void weights_two(const inv_conv_tile *t, float *sums) {
  for (int r = 0; r < t->n_runs; r++) {
    const float *x = t->x + t->runs[r].offset;
    ptrdiff_t left = t->runs[r].length;
    for (; left >= 8; left -= 8, x += 8, sums += 8 * 2 * INV_LANES)
      weights_depth(8, 2, t, x, sums);
    for (; left >= 4; left -= 4, x += 4, sums += 4 * 2 * INV_LANES)
      weights_depth(4, 2, t, x, sums);
    for (; left > 0; left--, x++, sums += 2 * INV_LANES)
      weights_depth(1, 2, t, x, sums);
  }
}

void inv_conv_tile_weights(const inv_conv_tile *t, float *sums) {
  if (inv_conv_block_lanes(t->lanes) == INV_LANES)
    weights_one(t, sums);
  else
    weights_two(t, sums);
}

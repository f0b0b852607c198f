#include "tensor/epilogue.h"

#include "base/bfloat16.h"
#include "base/vector.h"

/* A line of a block (half_block.h), the usual length. */
enum { LINE = 32 };

/* HALF, RESIDUAL, RELU and, mostly, N are constants where this is used. */
INV_INLINE void finish_line(bool HALF, bool RESIDUAL, bool RELU, const size_t N,
                            float *restrict sums, const float *restrict bias,
                            const void *restrict residual, size_t at) {
  for (size_t i = 0; i < N; i++) {
    float v = sums[i] + (bias ? bias[i] : 0);
    if (RESIDUAL)
      v += inv_load(HALF, residual, at + i);
    sums[i] = RELU && v < 0 ? 0 : v;
  }
}

typedef struct {
  const float *bias;
  const void *residual;
  size_t at, step, rows, columns;
  float *sums;
  size_t sums_step;
} lines;

INV_INLINE void finish_lines(bool HALF, bool RESIDUAL, bool RELU,
                             const lines *l) {
  float *sums = l->sums;
  size_t at = l->at;
  for (size_t r = 0; r < l->rows; r++, at += l->step, sums += l->sums_step) {
    if (l->columns == LINE)
      finish_line(HALF, RESIDUAL, RELU, LINE, sums, l->bias, l->residual, at);
    else
      finish_line(HALF, RESIDUAL, RELU, l->columns, sums, l->bias, l->residual,
                  at);
  }
}

INV_VECTOR static void finish(const lines *l, bool half, bool relu) {
  if (!l->residual && relu)
    finish_lines(false, false, true, l);
  else if (!l->residual)
    finish_lines(false, false, false, l);
  else if (half && relu)
    finish_lines(true, true, true, l);
  else if (half)
    finish_lines(true, true, false, l);
  else if (relu)
    finish_lines(false, true, true, l);
  else
    finish_lines(false, true, false, l);
}

void inv_epilogue_rows(const inv_epilogue *e, inv_dtype dtype, size_t column,
                       size_t at, size_t step, size_t rows, size_t columns,
                       float *sums, size_t sums_step) {
  const float *bias = e->bias ? e->bias + column : NULL;
  if (!bias && !e->residual && !e->relu)
    return;
  finish(&(lines){bias, e->residual, at, step, rows, columns, sums, sums_step},
         dtype == INV_BFLOAT16, e->relu);
}

/* What is done to the sums of a matrix product or a convolution before they
 * are rounded and stored, while they are near: sums + bias + residual, then
 * max(., 0). */
#ifndef INV_TENSOR_EPILOGUE_H
#define INV_TENSOR_EPILOGUE_H

#include <stdbool.h>

#include "tensor/tensor.h"

typedef struct {
  const float *bias;    /* one per column (output channel), or NULL */
  const void *residual; /* of the result's dtype and layout, or NULL; does not
                           overlap the result */
  bool relu;            /* NaN stays NaN, but in oneDNN */
} inv_epilogue;

/* Does it to rows of sums, in place. Sums are `sums_step` floats apart from
 * one row to the next, the result's elements `step`; its first one is `at`, in
 * column `column`. */
void inv_epilogue_rows(const inv_epilogue *epilogue, inv_dtype dtype,
                       size_t column, size_t at, size_t step, size_t rows,
                       size_t columns, float *sums, size_t sums_step);

#endif

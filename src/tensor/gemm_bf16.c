/* Matrix products in bfloat16: through float32. */
#include "base/memory.h"
#include "tensor/gemm.h"
#include "tensor/stream.h"

/* The rows x columns elements of a matrix as it is stored, without gaps. */
static inv_status widen(inv_matrix *out, inv_matrix in, int64_t rows,
                        int64_t columns) {
  if (in.transposed) {
    int64_t swap = rows;
    rows = columns;
    columns = swap;
  }
  size_t count = (size_t)(rows * columns);
  float *to = inv_alloc_array(count, sizeof *to);
  if (!to)
    return inv_fail_memory(count * sizeof *to);
  for (int64_t r = 0; r < rows; r++)
    inv_convert(INV_FLOAT32, to + r * columns, 1, INV_BFLOAT16,
                (const uint16_t *)in.data + r * in.ld, 1, columns);
  *out = (inv_matrix){to, columns, in.transposed};
  return INV_OK;
}

inv_status inv_gemm_bf16(int64_t m, int64_t n, int64_t k, inv_matrix a,
                         inv_matrix b, const float *bias, inv_dtype dtype,
                         void *c, int64_t ldc) {
  inv_matrix wide_a = {0}, wide_b = {0};
  float *sums = NULL;
  inv_status status = widen(&wide_a, a, m, k);
  if (status == INV_OK)
    status = widen(&wide_b, b, k, n);
  if (status == INV_OK) {
    sums = inv_alloc_array((size_t)(m * n), sizeof *sums);
    if (!sums)
      status = inv_fail_memory((size_t)(m * n) * sizeof *sums);
  }
  for (int64_t i = 0; i < m * n && bias && status == INV_OK; i++)
    sums[i] = bias[i % n];
  if (status == INV_OK)
    status = inv_gemm_f32(m, n, k, 1, wide_a, wide_b, bias ? 1 : 0, sums, n);
  for (int64_t i = 0; i < m && status == INV_OK; i++)
    inv_convert(dtype, (char *)c + (size_t)(i * ldc) * inv_dtype_size(dtype), 1,
                INV_FLOAT32, sums + i * n, 1, n);
  inv_free((void *)wide_a.data);
  inv_free((void *)wide_b.data);
  inv_free(sums);
  return status;
}

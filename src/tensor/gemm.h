/* Matrix products, over OpenBLAS or (gemm_tiles.h) on the processor's matrix
 * tiles, by a fixed rule of sizes. Each call of OpenBLAS runs on one thread;
 * the product is cut into tiles fixed by its size, which run in parallel, so
 * that its bits do not depend on the number of threads. */
#ifndef INV_TENSOR_GEMM_H
#define INV_TENSOR_GEMM_H

#include <stdbool.h>
#include <stdint.h>

#include "tensor/epilogue.h"

/* One matrix as BLAS sees it: row-major with rows `ld` elements apart, or,
 * with `transposed`, stored as its transpose. */
typedef struct {
  const void *data;
  int64_t ld;
  bool transposed;
} inv_matrix;

/* c = alpha a b + beta c, with a: m x k, b: k x n, c: m x n in rows `ldc`
 * elements apart. With beta = 0 the old c is not read. */
inv_status inv_gemm_f32(int64_t m, int64_t n, int64_t k, float alpha,
                        inv_matrix a, inv_matrix b, float beta, float *c,
                        int64_t ldc);
/* c = a b with what follows it. */
inv_status inv_gemm_f32_then(int64_t m, int64_t n, int64_t k, inv_matrix a,
                             inv_matrix b, const inv_epilogue *then, float *c,
                             int64_t ldc);
inv_status inv_gemm_f64(int64_t m, int64_t n, int64_t k, double alpha,
                        inv_matrix a, inv_matrix b, double beta, double *c,
                        int64_t ldc);

/* One float32 product on the calling thread; arguments as of inv_gemm_f32. */
typedef inv_status (*inv_sgemm)(int64_t m, int64_t n, int64_t k, float alpha,
                                inv_matrix a, inv_matrix b, float beta,
                                float *c, int64_t ldc);

/* Sets who is asked, before each float32 product, for the function that
 * multiplies its tiles; NULL, and the answer NULL, stand for OpenBLAS. */
typedef inv_sgemm (*inv_sgemm_chooser)(void);
void inv_gemm_ask(inv_sgemm_chooser who);

/* The same (`then` may be NULL) with a and b in bfloat16 and sums in float32;
 * c: float32 or bfloat16 (rounded once). */
inv_status inv_gemm_bf16(int64_t m, int64_t n, int64_t k, inv_matrix a,
                         inv_matrix b, const inv_epilogue *then,
                         inv_dtype dtype, void *c, int64_t ldc);

#endif

/* Matrix products on the processor's matrix tiles, which multiply bfloat16
 * and sum in float32; only where inv_amx() holds. A float32 goes as three
 * bfloat16 (inv_block_split), the sum of which it is, and a product of two as
 * six of their nine products (Henry, Tang and Heinecke, 2019): what the other
 * three add is below 2^-24 of it, as float32's own rounding is. What such
 * sums could not represent (infinities, NaN, overflow, products that are all
 * but 0) is left to the library for such products. */
#ifndef INV_TENSOR_GEMM_TILES_H
#define INV_TENSOR_GEMM_TILES_H

#include "tensor/gemm.h"

/* c = alpha a b + beta c, of float32; or, of either dtype with alpha 1 and
 * beta 0, c = a b with an epilogue. */
typedef struct {
  int64_t m, n, k; /* all at least 1 */
  inv_matrix a, b;
  inv_dtype dtype;   /* of a and b */
  inv_dtype c_dtype; /* float32 or, where a and b are bfloat16, that */
  float alpha, beta;
  inv_epilogue epilogue;
  void *c;
  int64_t ldc;
} inv_tile_product;

/* Whether tiles are there, and a float32 product of these sizes gains. */
bool inv_tiles_suit(int64_t m, int64_t n, int64_t k);

inv_status inv_gemm_on_tiles(const inv_tile_product *product);

/* inv_gemm_f32, never on tiles. */
inv_status inv_gemm_plain_f32(int64_t m, int64_t n, int64_t k, float alpha,
                              inv_matrix a, inv_matrix b, float beta, float *c,
                              int64_t ldc);

#endif

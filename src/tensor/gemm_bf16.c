/* Matrix products in bfloat16: on the processor's matrix tiles, elsewhere
 * through float32. */
#include "base/amx.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "tensor/gemm_tiles.h"
#include "tensor/stream.h"

/* Rows to be converted. */
typedef struct {
  inv_dtype to, from;
  char *out;
  const char *in;
  int64_t out_step, in_step, columns; /* elements */
} conversion;

static inv_status convert_rows(void *context, size_t begin, size_t end) {
  const conversion *c = context;
  size_t out = (size_t)c->out_step * inv_dtype_size(c->to);
  size_t in = (size_t)c->in_step * inv_dtype_size(c->from);
  for (size_t r = begin; r < end; r++)
    inv_convert(c->to, c->out + r * out, 1, c->from, c->in + r * in, 1,
                c->columns);
  return INV_OK;
}

static inv_status convert(conversion c, int64_t rows) {
  size_t chunk = INV_CHUNK / ((size_t)c.columns + 1) + 1;
  return inv_parallel((size_t)rows, chunk, convert_rows, &c);
}

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
  *out = (inv_matrix){to, columns, in.transposed};
  return convert((conversion){INV_FLOAT32, INV_BFLOAT16, (char *)to, in.data,
                              columns, in.ld, columns},
                 rows);
}

static inv_status through_float32(const inv_tile_product *p) {
  inv_matrix a = {0}, b = {0};
  float *sums = NULL;
  inv_status status = widen(&a, p->a, p->m, p->k);
  if (status == INV_OK)
    status = widen(&b, p->b, p->k, p->n);
  if (status == INV_OK) {
    sums = inv_alloc_array((size_t)(p->m * p->n), sizeof *sums);
    if (!sums)
      status = inv_fail_memory((size_t)(p->m * p->n) * sizeof *sums);
  }
  if (status == INV_OK)
    status = inv_gemm_f32(p->m, p->n, p->k, 1, a, b, 0, sums, p->n);
  if (status == INV_OK)
    inv_epilogue_rows(&p->epilogue, p->c_dtype, 0, 0, (size_t)p->ldc,
                      (size_t)p->m, (size_t)p->n, sums, (size_t)p->n);
  if (status == INV_OK)
    status = convert((conversion){p->c_dtype, INV_FLOAT32, p->c, (char *)sums,
                                  p->ldc, p->n, p->n},
                     p->m);
  inv_free((void *)a.data);
  inv_free((void *)b.data);
  inv_free(sums);
  return status;
}

inv_status inv_gemm_bf16(int64_t m, int64_t n, int64_t k, inv_matrix a,
                         inv_matrix b, const inv_epilogue *then,
                         inv_dtype dtype, void *c, int64_t ldc) {
  inv_tile_product p = {.m = m,
                        .n = n,
                        .k = k,
                        .a = a,
                        .b = b,
                        .dtype = INV_BFLOAT16,
                        .c_dtype = dtype,
                        .alpha = 1,
                        .epilogue = then ? *then : (inv_epilogue){0},
                        .c = c,
                        .ldc = ldc};
  if (m == 0 || n == 0)
    return INV_OK;
  return k > 0 && inv_amx() ? inv_gemm_on_tiles(&p) : through_float32(&p);
}

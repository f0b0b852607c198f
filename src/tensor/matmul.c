/* Products of matrices, vectors and batches of matrices. */
#include "base/parallel.h"
#include "tensor/arithmetic.h"
#include "tensor/gemm.h"
#include "tensor/linear_algebra.h"

/* Whether BLAS takes the last two dimensions of `t` as they lie. */
static bool blas_layout(const inv_tensor *t, inv_matrix *out) {
  int64_t rows = t->shape[t->dims - 2], columns = t->shape[t->dims - 1];
  int64_t down = t->strides[t->dims - 2], along = t->strides[t->dims - 1];
  if (rows <= 1 && (along == 1 || columns <= 1))
    down = columns;
  else if (columns <= 1 && (down == 1 || rows <= 1))
    along = rows;
  int64_t least_row = columns > 1 ? columns : 1;
  int64_t least_column = rows > 1 ? rows : 1;
  *out = (inv_matrix){.data = t->data};
  if ((along == 1 || columns <= 1) && down >= least_row) {
    out->ld = down;
    return true;
  }
  if ((down == 1 || rows <= 1) && along >= least_column) {
    out->ld = along;
    out->transposed = true;
    return true;
  }
  out->ld = least_row;
  return rows <= 1 && columns <= 1;
}

/* An operand: converted, with a dimension added to a vector, broadcast to the
 * batch, and copied where BLAS cannot read it. */
static inv_status operand(inv_tensor *out, const inv_tensor *t, bool left,
                          inv_dtype dtype) {
  inv_tensor converted;
  INV_TRY(inv_tensor_convert(&converted, t, dtype));
  if (t->dims == 1) {
    int at = left ? 0 : 1; /* a row on the left, a column on the right */
    converted.shape[1 - at] = converted.shape[0];
    converted.strides[1 - at] = converted.strides[0];
    converted.shape[at] = 1;
    converted.strides[at] = converted.shape[1 - at];
    converted.dims = 2;
  }
  inv_matrix unused;
  if (blas_layout(&converted, &unused)) {
    *out = converted;
    return INV_OK;
  }
  inv_status status = inv_tensor_clone(out, &converted);
  inv_tensor_release(&converted);
  return status;
}

typedef struct {
  inv_tensor a, b, c; /* c is row-major */
} matmul_job;

/* The matrix of batch member `index` of a tensor broadcast to `c`. */
static inv_matrix member(const inv_tensor *t, const inv_tensor *c,
                         int64_t index) {
  inv_matrix matrix;
  blas_layout(t, &matrix);
  int64_t offset = 0;
  for (int d = c->dims - 3; d >= 0; d--) {
    int own = d - (c->dims - t->dims);
    if (own >= 0 && t->shape[own] != 1)
      offset += index % c->shape[d] * t->strides[own];
    index /= c->shape[d];
  }
  matrix.data =
      (const char *)matrix.data + offset * (int64_t)inv_dtype_size(t->dtype);
  return matrix;
}

static inv_status matmul_members(void *context, size_t begin, size_t end) {
  const matmul_job *job = context;
  const inv_tensor *c = &job->c;
  int64_t m = c->shape[c->dims - 2], n = c->shape[c->dims - 1];
  int64_t k = job->a.shape[job->a.dims - 1];
  for (int64_t i = (int64_t)begin; i < (int64_t)end; i++) {
    inv_matrix a = member(&job->a, c, i), b = member(&job->b, c, i);
    void *to = (char *)c->data + i * m * n * (int64_t)inv_dtype_size(c->dtype);
    if (c->dtype == INV_BFLOAT16)
      INV_TRY(inv_gemm_bf16(m, n, k, a, b, NULL, c->dtype, to, n));
    else if (c->dtype == INV_FLOAT32)
      INV_TRY(inv_gemm_f32(m, n, k, 1, a, b, 0, to, n));
    else
      INV_TRY(inv_gemm_f64(m, n, k, 1, a, b, 0, to, n));
  }
  return INV_OK;
}

static inv_status multiply(matmul_job *job) {
  int64_t members = 1;
  for (int d = 0; d < job->c.dims - 2; d++)
    members *= job->c.shape[d];
  /* One large product is cut up inside; many small ones are shared out. */
  if (members == 1)
    return matmul_members(job, 0, 1);
  int64_t work = inv_tensor_count(&job->c) / (members ? members : 1) *
                 job->a.shape[job->a.dims - 1];
  size_t chunk = (size_t)((1 << 18) / (work + 1) + 1);
  return inv_parallel((size_t)members, chunk, matmul_members, job);
}

/* The shape of the product before vectors lose their extra dimension. */
static inv_status product_shape(const inv_tensor *a, const inv_tensor *b,
                                int *dims, int64_t *shape) {
  int64_t k = a->shape[a->dims - 1];
  if (k != b->shape[b->dims - 2])
    return inv_fail(INV_ERR_ARGUMENT, "%lld columns times %lld rows",
                    (long long)k, (long long)b->shape[b->dims - 2]);
  inv_tensor batch_a = *a, batch_b = *b;
  batch_a.dims -= 2;
  batch_b.dims -= 2;
  INV_TRY(inv_broadcast(&batch_a, &batch_b, dims, shape));
  shape[(*dims)++] = a->shape[a->dims - 2];
  shape[(*dims)++] = b->shape[b->dims - 1];
  return INV_OK;
}

/* Drops the dimensions that vectors were given. */
static void drop(inv_tensor *c, bool row, bool column) {
  if (column)
    c->dims--;
  if (row) {
    if (!column) {
      c->shape[c->dims - 2] = c->shape[c->dims - 1];
      c->strides[c->dims - 2] = c->strides[c->dims - 1];
    }
    c->dims--;
  }
}

inv_status inv_tensor_matmul(inv_tensor *out, const inv_tensor *a,
                             const inv_tensor *b) {
  char text_a[96], text_b[96];
  if (a->dims == 0 || b->dims == 0)
    return inv_fail(INV_ERR_ARGUMENT,
                    "a scalar is no matrix: multiply with * instead");
  inv_dtype dtype = inv_promote(a->dtype, b->dtype), compute = dtype;
  if (!inv_is_float(dtype)) {
    compute = INV_FLOAT64;
    dtype = INV_INT32;
  }
  matmul_job job = {{0}, {0}, {0}};
  int dims;
  int64_t shape[INV_MAX_DIMS + 2];
  inv_status status = operand(&job.a, a, true, compute);
  if (status == INV_OK)
    status = operand(&job.b, b, false, compute);
  if (status == INV_OK) {
    status = product_shape(&job.a, &job.b, &dims, shape);
    if (status != INV_OK)
      inv_fail(status, "shapes %s and %s do not multiply: %s",
               inv_shape_text(text_a, a->dims, a->shape),
               inv_shape_text(text_b, b->dims, b->shape), inv_message());
  }
  if (status == INV_OK)
    status = inv_tensor_new(&job.c, compute, dims, shape);
  if (status == INV_OK)
    status = multiply(&job);
  if (status == INV_OK) {
    drop(&job.c, a->dims == 1, b->dims == 1);
    status = inv_tensor_convert(out, &job.c, dtype);
  }
  inv_tensor_release(&job.a);
  inv_tensor_release(&job.b);
  inv_tensor_release(&job.c);
  return status;
}

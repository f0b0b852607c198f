/* Largest and smallest elements with their positions, and running sums: both
 * go along one dimension, line by line. */
#include <math.h>

#include "base/parallel.h"
#include "tensor/arithmetic.h"
#include "tensor/reduce.h"
#include "tensor/stream.h"

/* Lines per chunk, for about 32K elements. */
static size_t lines_per_chunk(int64_t length) {
  return (size_t)(INV_CHUNK / (length + 1) + 1);
}

/* `t` with dimension `dim` last. */
static inv_status dim_last(inv_tensor *out, const inv_tensor *t, int dim) {
  int order[INV_MAX_DIMS], n = 0;
  for (int d = 0; d < t->dims; d++)
    if (d != dim)
      order[n++] = d;
  order[n] = dim;
  return inv_tensor_permute(out, t, order);
}

typedef struct {
  inv_stream in;
  int64_t length;
  bool largest;
  char *values; /* in the dtype of the operand; NULL: not wanted */
  int32_t *positions;
} extreme_job;

/* Goes on from the best so far; NaN wins and stays. */
static void search(bool largest, const double *v, int64_t n, int64_t first,
                   double *best, int64_t *place) {
  for (int64_t i = 0; i < n; i++) {
    bool better = largest ? v[i] > *best : v[i] < *best;
    if (better || (v[i] != v[i] && *best == *best) || *place < 0) {
      *best = v[i];
      *place = first + i;
    }
  }
}

static inv_status extreme_lines(void *context, size_t begin, size_t end) {
  const extreme_job *job = context;
  inv_dtype dtype = job->in.dtype;
  inv_block block;
  for (int64_t k = (int64_t)begin; k < (int64_t)end; k++) {
    double best = 0;
    int64_t place = -1;
    for (int64_t at = 0; at < job->length; at += INV_BLOCK) {
      int64_t left = job->length - at, n = left < INV_BLOCK ? left : INV_BLOCK;
      search(job->largest,
             inv_stream_read(&job->in, k * job->length + at, n, INV_FLOAT64,
                             &block),
             n, at, &best, &place);
    }
    if (job->values)
      inv_convert(dtype, job->values + k * (int64_t)inv_dtype_size(dtype), 1,
                  INV_FLOAT64, &best, 1, 1);
    if (job->positions)
      job->positions[k] = (int32_t)(place + 1);
  }
  return INV_OK;
}

inv_status inv_tensor_extreme(bool largest, inv_tensor *values,
                              inv_tensor *positions, const inv_tensor *a,
                              int dim, bool keepdim) {
  if (dim < 0 || dim >= a->dims)
    return inv_fail(INV_ERR_ARGUMENT, "dimension %d of a tensor with %d",
                    dim + 1, a->dims);
  int64_t length = a->shape[dim], shape[INV_MAX_DIMS];
  if (length == 0 || length > INT32_MAX)
    return inv_fail(
        INV_ERR_ARGUMENT, "dimension %d of size %lld has no %s with a position",
        dim + 1, (long long)length, largest ? "maximum" : "minimum");
  int dims = 0;
  for (int d = 0; d < a->dims; d++)
    if (d != dim || keepdim)
      shape[dims++] = d == dim ? 1 : a->shape[d];
  inv_tensor view, best = {0}, places = {0};
  INV_TRY(dim_last(&view, a, dim));
  inv_status status = INV_OK;
  if (values)
    status = inv_tensor_new(&best, a->dtype, dims, shape);
  if (status == INV_OK && positions)
    status = inv_tensor_new(&places, INV_INT32, dims, shape);
  if (status == INV_OK) {
    extreme_job job = {inv_stream_open(&view, view.dims, view.shape), length,
                       largest, best.data, places.data};
    status = inv_parallel((size_t)(inv_tensor_count(a) / length),
                          lines_per_chunk(length), extreme_lines, &job);
  }
  inv_tensor_release(&view);
  if (status != INV_OK) {
    inv_tensor_release(&best);
    inv_tensor_release(&places);
    return status;
  }
  if (values)
    *values = best;
  if (positions)
    *positions = places;
  return INV_OK;
}

/* ---- running sums ------------------------------------------------------- */

typedef struct {
  inv_stream in, out;
  int64_t length;
} cumsum_job;

static inv_status cumsum_lines(void *context, size_t begin, size_t end) {
  const cumsum_job *job = context;
  inv_block in, out;
  bool whole = job->out.dtype == INV_INT32;
  for (int64_t k = (int64_t)begin; k < (int64_t)end; k++) {
    double sum = 0;
    for (int64_t i = 0; i < job->length; i += INV_BLOCK) {
      int64_t left = job->length - i, n = left < INV_BLOCK ? left : INV_BLOCK;
      int64_t at = k * job->length + i;
      const double *v = inv_stream_read(&job->in, at, n, INV_FLOAT64, &in);
      double *sums = inv_stream_target(&job->out, at, INV_FLOAT64, &out);
      for (int64_t j = 0; j < n; j++) {
        sum += v[j];
        sums[j] = sum;
        if (whole && fabs(sum) > INT32_MAX)
          return inv_fail(INV_ERR_NUMERIC,
                          "the sum %.17g does not fit int32; convert to "
                          "float64 first",
                          sum);
      }
      inv_stream_write(&job->out, at, n, INV_FLOAT64, sums);
    }
  }
  return INV_OK;
}

inv_status inv_tensor_cumsum(inv_tensor *out, const inv_tensor *a, int dim) {
  if (dim < 0 || dim >= a->dims)
    return inv_fail(INV_ERR_ARGUMENT, "dimension %d of a tensor with %d",
                    dim + 1, a->dims);
  inv_tensor result, from = {0}, to = {0};
  INV_TRY(inv_tensor_new(&result, inv_is_float(a->dtype) ? a->dtype : INV_INT32,
                         a->dims, a->shape));
  inv_status status = dim_last(&from, a, dim);
  if (status == INV_OK)
    status = dim_last(&to, &result, dim);
  int64_t length = a->shape[dim];
  if (status == INV_OK && inv_tensor_count(a) > 0) {
    cumsum_job job = {inv_stream_open(&from, from.dims, from.shape),
                      inv_stream_open(&to, to.dims, to.shape), length};
    status = inv_parallel((size_t)(inv_tensor_count(a) / length),
                          lines_per_chunk(length), cumsum_lines, &job);
  }
  inv_tensor_release(&from);
  inv_tensor_release(&to);
  if (status == INV_OK)
    *out = result;
  else
    inv_tensor_release(&result);
  return status;
}

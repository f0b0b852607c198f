/* Filling, scaled addition and choice by a condition. */
#include <string.h>

#include "base/parallel.h"
#include "base/vector.h"
#include "tensor/arithmetic.h"
#include "tensor/stream.h"

/* ---- fill --------------------------------------------------------------- */

inv_status inv_tensor_fill(const inv_tensor *into, double value) {
  INV_TRY(inv_check_target(into));
  /* One element converted, then copied everywhere. */
  double converted;
  inv_convert(into->dtype, &converted, 1, INV_FLOAT64, &value, 1, 1);
  inv_tensor number = {.data = &converted, .dtype = into->dtype}, view;
  INV_TRY(inv_tensor_expand(&view, &number, into->dims, into->shape));
  return inv_tensor_copy(into, &view);
}

/* ---- into += scale * a -------------------------------------------------- */

INV_VECTOR static void add_scaled_f32(float *out, const float *a, int64_t n,
                                      float scale) {
  INV_INDEPENDENT
  for (int64_t i = 0; i < n; i++)
    out[i] += scale * a[i];
}

INV_VECTOR static void add_scaled_f64(double *out, const double *a, int64_t n,
                                      double scale) {
  INV_INDEPENDENT
  for (int64_t i = 0; i < n; i++)
    out[i] += scale * a[i];
}

typedef struct {
  inv_stream out, a;
  double scale;
  inv_dtype compute;
} add_job;

static inv_status add_chunk(void *context, size_t begin, size_t end) {
  const add_job *job = context;
  inv_dtype compute = job->compute;
  inv_block block_out, block_a;
  for (int64_t at = (int64_t)begin; at < (int64_t)end; at += INV_BLOCK) {
    int64_t left = (int64_t)end - at, n = left < INV_BLOCK ? left : INV_BLOCK;
    void *out = inv_stream_target(&job->out, at, compute, &block_out);
    inv_stream_read(&job->out, at, n, compute, out);
    const void *a = inv_stream_read(&job->a, at, n, compute, &block_a);
    if (compute == INV_FLOAT32)
      add_scaled_f32(out, a, n, (float)job->scale);
    else
      add_scaled_f64(out, a, n, job->scale);
    inv_stream_write(&job->out, at, n, compute, out);
  }
  return INV_OK;
}

inv_status inv_tensor_add_scaled(const inv_tensor *into, const inv_tensor *a,
                                 double scale) {
  INV_TRY(inv_check_target(into));
  inv_tensor operand, copy = {0};
  INV_TRY(inv_tensor_expand(&operand, a, into->dims, into->shape));
  inv_status status = INV_OK;
  if (inv_tensor_overlap(into, &operand)) {
    status = inv_tensor_clone(&copy, &operand);
    inv_tensor_release(&operand);
    operand = copy;
  }
  if (status == INV_OK) {
    add_job job = {inv_stream_open(into, into->dims, into->shape),
                   inv_stream_open(&operand, into->dims, into->shape), scale,
                   into->dtype == INV_FLOAT32 || into->dtype == INV_BFLOAT16
                       ? INV_FLOAT32
                       : INV_FLOAT64};
    status = inv_parallel((size_t)job.out.count, INV_CHUNK, add_chunk, &job);
  }
  inv_tensor_release(&operand);
  return status;
}

/* ---- where -------------------------------------------------------------- */

/* By the size of an element, whatever its dtype. */
#define CHOOSE(bits)                                                           \
  INV_VECTOR static void choose_##bits(                                        \
      uint##bits##_t *restrict out, const uint8_t *condition,                  \
      const uint##bits##_t *a, const uint##bits##_t *b, int64_t n) {           \
    for (int64_t i = 0; i < n; i++)                                            \
      out[i] = condition[i] ? a[i] : b[i];                                     \
  }

CHOOSE(8)
CHOOSE(16)
CHOOSE(32)
CHOOSE(64)

typedef struct {
  inv_stream out, condition, a, b;
} where_job;

static inv_status where_chunk(void *context, size_t begin, size_t end) {
  const where_job *job = context;
  inv_dtype dtype = job->out.dtype;
  inv_block blocks[3];
  for (int64_t at = (int64_t)begin; at < (int64_t)end; at += INV_BLOCK) {
    int64_t left = (int64_t)end - at, n = left < INV_BLOCK ? left : INV_BLOCK;
    const uint8_t *condition =
        inv_stream_read(&job->condition, at, n, INV_UINT8, &blocks[0]);
    const void *a = inv_stream_read(&job->a, at, n, dtype, &blocks[1]);
    const void *b = inv_stream_read(&job->b, at, n, dtype, &blocks[2]);
    void *out = inv_stream_target(&job->out, at, dtype, NULL);
    switch (inv_dtype_size(dtype)) {
    case 1: choose_8(out, condition, a, b, n); break;
    case 2: choose_16(out, condition, a, b, n); break;
    case 4: choose_32(out, condition, a, b, n); break;
    default: choose_64(out, condition, a, b, n); break;
    }
  }
  return INV_OK;
}

/* The shape three tensors broadcast to. */
static inv_status broadcast3(const inv_tensor *a, const inv_tensor *b,
                             const inv_tensor *c, int *dims, int64_t *shape) {
  inv_tensor both = {0};
  INV_TRY(inv_broadcast(a, b, &both.dims, both.shape));
  return inv_broadcast(&both, c, dims, shape);
}

inv_status inv_tensor_where(inv_tensor *out, const inv_tensor *condition,
                            const inv_tensor *a, const inv_tensor *b) {
  int dims;
  int64_t shape[INV_MAX_DIMS];
  INV_TRY(broadcast3(a, b, condition, &dims, shape));
  inv_tensor test, result;
  /* A number such as 0.5 is true, but would be 0 as uint8. */
  if (condition->dtype == INV_UINT8)
    test = inv_tensor_retain(condition);
  else
    INV_TRY(inv_tensor_binary_number(INV_NE, &test, condition, 0, false));
  inv_status status =
      inv_tensor_new(&result, inv_promote(a->dtype, b->dtype), dims, shape);
  if (status == INV_OK) {
    where_job job = {inv_stream_open(&result, dims, shape),
                     inv_stream_open(&test, dims, shape),
                     inv_stream_open(a, dims, shape),
                     inv_stream_open(b, dims, shape)};
    status = inv_parallel((size_t)job.out.count, INV_CHUNK, where_chunk, &job);
    if (status == INV_OK)
      *out = result;
    else
      inv_tensor_release(&result);
  }
  inv_tensor_release(&test);
  return status;
}

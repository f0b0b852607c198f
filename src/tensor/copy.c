/* Copies and conversions between dtypes and layouts. */
#include <string.h>

#include "base/parallel.h"
#include "tensor/stream.h"
#include "tensor/tensor.h"

static void *element(const inv_tensor *t, const int64_t *index) {
  int64_t offset = 0;
  for (int d = 0; d < t->dims; d++)
    offset += index[d] * t->strides[d];
  return (char *)t->data + offset * (int64_t)inv_dtype_size(t->dtype);
}

double inv_tensor_get(const inv_tensor *t, const int64_t *index) {
  double value;
  inv_convert(INV_FLOAT64, &value, 1, t->dtype, element(t, index), 1, 1);
  return value;
}

void inv_tensor_set(const inv_tensor *t, const int64_t *index, double v) {
  inv_convert(t->dtype, element(t, index), 1, INV_FLOAT64, &v, 1, 1);
}

inv_status inv_tensor_scalar(inv_tensor *out, inv_dtype dtype, double value) {
  INV_TRY(inv_tensor_new(out, dtype, 0, NULL));
  inv_convert(dtype, out->data, 1, INV_FLOAT64, &value, 1, 1);
  return INV_OK;
}

typedef struct {
  inv_stream into, from;
} copy_job;

static inv_status copy_chunk(void *context, size_t begin, size_t end) {
  const copy_job *job = context;
  inv_dtype dtype = job->into.dtype;
  inv_block block;
  for (int64_t at = (int64_t)begin; at < (int64_t)end; at += INV_BLOCK) {
    int64_t left = (int64_t)end - at, n = left < INV_BLOCK ? left : INV_BLOCK;
    void *target = inv_stream_target(&job->into, at, dtype, &block);
    const void *values = inv_stream_read(&job->from, at, n, dtype, target);
    if (!job->into.contiguous)
      inv_stream_write(&job->into, at, n, dtype, values);
    else if (values != target)
      memcpy(target, values, (size_t)n * inv_dtype_size(dtype));
  }
  return INV_OK;
}

bool inv_tensor_overlap(const inv_tensor *into, const inv_tensor *from) {
  if (!inv_tensor_share(into, from))
    return false;
  if (into->data != from->data || into->dtype != from->dtype ||
      !inv_tensor_same_shape(into, from))
    return true;
  for (int d = 0; d < into->dims; d++)
    if (into->strides[d] != from->strides[d] && into->shape[d] != 1)
      return true;
  return false;
}

inv_status inv_check_target(const inv_tensor *into) {
  for (int d = 0; d < into->dims; d++)
    if (into->strides[d] == 0 && into->shape[d] > 1)
      return inv_fail(INV_ERR_ARGUMENT,
                      "an expanded tensor cannot be written to; clone it");
  return INV_OK;
}

inv_status inv_tensor_copy(const inv_tensor *into, const inv_tensor *from) {
  if (!inv_tensor_same_shape(into, from)) {
    char a[96], b[96];
    return inv_fail(INV_ERR_ARGUMENT, "cannot copy shape %s into %s",
                    inv_shape_text(a, from->dims, from->shape),
                    inv_shape_text(b, into->dims, into->shape));
  }
  INV_TRY(inv_check_target(into));
  inv_tensor source = {0};
  if (inv_tensor_overlap(into, from))
    INV_TRY(inv_tensor_clone(&source, from));
  else
    source = inv_tensor_retain(from);
  copy_job job = {inv_stream_open(into, into->dims, into->shape),
                  inv_stream_open(&source, into->dims, into->shape)};
  inv_status status =
      inv_parallel((size_t)inv_tensor_count(into), INV_CHUNK, copy_chunk, &job);
  inv_tensor_release(&source);
  return status;
}

/* A new row-major tensor of `dtype` with the elements of `t`. */
static inv_status copy_as(inv_tensor *out, const inv_tensor *t,
                          inv_dtype dtype) {
  inv_tensor copy;
  INV_TRY(inv_tensor_new(&copy, dtype, t->dims, t->shape));
  inv_status status = inv_tensor_copy(&copy, t);
  if (status != INV_OK) {
    inv_tensor_release(&copy);
    return status;
  }
  *out = copy;
  return INV_OK;
}

inv_status inv_tensor_clone(inv_tensor *out, const inv_tensor *t) {
  return copy_as(out, t, t->dtype);
}

inv_status inv_tensor_to_contiguous(inv_tensor *out, const inv_tensor *t) {
  if (!inv_tensor_contiguous(t))
    return inv_tensor_clone(out, t);
  *out = inv_tensor_retain(t);
  return INV_OK;
}

inv_status inv_tensor_convert(inv_tensor *out, const inv_tensor *t,
                              inv_dtype dtype) {
  if (t->dtype != dtype)
    return copy_as(out, t, dtype);
  *out = inv_tensor_retain(t);
  return INV_OK;
}

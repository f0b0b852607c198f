/* Storage, creation and questions; views are in view.c, copies in copy.c. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "tensor/tensor.h"

struct inv_storage {
  atomic_int owners;
  uint64_t version; /* how often it was overwritten */
  void *data;
};

static const struct {
  const char *name;
  size_t size;
} TYPES[INV_DTYPES] = {[INV_FLOAT32] = {"float32", 4},
                       [INV_BFLOAT16] = {"bfloat16", 2},
                       [INV_UINT8] = {"uint8", 1},
                       [INV_INT32] = {"int32", 4},
                       [INV_FLOAT64] = {"float64", 8}};

size_t inv_dtype_size(inv_dtype dtype) {
  return TYPES[dtype].size;
}
const char *inv_dtype_name(inv_dtype dtype) {
  return TYPES[dtype].name;
}

bool inv_dtype_parse(const char *name, inv_dtype *out) {
  for (int i = 0; i < INV_DTYPES; i++) {
    if (strcmp(name, TYPES[i].name) == 0) {
      *out = (inv_dtype)i;
      return true;
    }
  }
  return false;
}

/* Fills in shape and row-major strides, and the number of bytes. */
static inv_status lay_out(inv_tensor *t, int dims, const int64_t *shape,
                          size_t *bytes) {
  if (dims < 0 || dims > INV_MAX_DIMS)
    return inv_fail(INV_ERR_ARGUMENT, "%d dimensions, at most %d are possible",
                    dims, INV_MAX_DIMS);
  char text[96];
  int64_t size = (int64_t)inv_dtype_size(t->dtype), stride = 1;
  t->dims = dims;
  for (int d = dims - 1; d >= 0; d--) {
    if (shape[d] < 0)
      return inv_fail(INV_ERR_ARGUMENT, "negative size in shape %s",
                      inv_shape_text(text, dims, shape));
    t->shape[d] = shape[d];
    t->strides[d] = stride;
    int64_t factor = shape[d] ? shape[d] : 1; /* overflow is an error even
                                                 beside a size of 0 */
    if (__builtin_mul_overflow(stride, factor, &stride))
      return inv_fail(INV_ERR_ARGUMENT, "shape %s is too large",
                      inv_shape_text(text, dims, shape));
  }
  int64_t total;
  if (__builtin_mul_overflow(stride, size, &total))
    return inv_fail(INV_ERR_ARGUMENT, "shape %s is too large",
                    inv_shape_text(text, dims, shape));
  *bytes = (size_t)(inv_tensor_count(t) * size);
  return INV_OK;
}

/* Gives `t` its elements: header and data are one block each, so that data is
 * aligned. */
static inv_status own(inv_tensor *t, void *data) {
  inv_storage *storage = inv_alloc(sizeof *storage);
  if (!storage)
    return inv_fail_memory(sizeof *storage);
  atomic_init(&storage->owners, 1);
  storage->version = 0;
  storage->data = data;
  t->storage = storage;
  t->data = data;
  return INV_OK;
}

inv_status inv_tensor_new(inv_tensor *out, inv_dtype dtype, int dims,
                          const int64_t *shape) {
  inv_tensor t = {.dtype = dtype};
  size_t bytes = 0;
  INV_TRY(lay_out(&t, dims, shape, &bytes));
  void *data = inv_alloc(bytes);
  if (!data)
    return inv_fail_memory(bytes);
  inv_status status = own(&t, data);
  if (status == INV_OK)
    *out = t;
  else
    inv_free(data);
  return status;
}

inv_status inv_tensor_adopt(inv_tensor *out, inv_dtype dtype, int dims,
                            const int64_t *shape, void *data) {
  inv_tensor t = {.dtype = dtype};
  size_t bytes = 0;
  INV_TRY(lay_out(&t, dims, shape, &bytes));
  INV_TRY(own(&t, data));
  *out = t;
  return INV_OK;
}

inv_status inv_tensor_zeros(inv_tensor *out, inv_dtype dtype, int dims,
                            const int64_t *shape) {
  INV_TRY(inv_tensor_new(out, dtype, dims, shape));
  memset(out->data, 0, inv_tensor_bytes(out));
  return INV_OK;
}

inv_status inv_tensor_new_like(inv_tensor *out, const inv_tensor *like) {
  return inv_tensor_new(out, like->dtype, like->dims, like->shape);
}

inv_tensor inv_tensor_retain(const inv_tensor *tensor) {
  if (tensor->storage)
    atomic_fetch_add(&tensor->storage->owners, 1);
  return *tensor;
}

void inv_tensor_release(inv_tensor *tensor) {
  inv_storage *storage = tensor->storage;
  tensor->storage = NULL;
  tensor->data = NULL;
  if (storage && atomic_fetch_sub(&storage->owners, 1) == 1) {
    inv_free(storage->data);
    inv_free(storage);
  }
}

int64_t inv_tensor_count(const inv_tensor *tensor) {
  int64_t count = 1;
  for (int d = 0; d < tensor->dims; d++)
    count *= tensor->shape[d];
  return count;
}

size_t inv_tensor_bytes(const inv_tensor *tensor) {
  return (size_t)inv_tensor_count(tensor) * inv_dtype_size(tensor->dtype);
}

bool inv_tensor_contiguous(const inv_tensor *tensor) {
  int64_t stride = 1;
  for (int d = tensor->dims - 1; d >= 0; d--) {
    if (tensor->shape[d] == 0)
      return true;
    if (tensor->shape[d] != 1 && tensor->strides[d] != stride)
      return false;
    stride *= tensor->shape[d];
  }
  return true;
}

bool inv_tensor_same_shape(const inv_tensor *a, const inv_tensor *b) {
  if (a->dims != b->dims)
    return false;
  for (int d = 0; d < a->dims; d++)
    if (a->shape[d] != b->shape[d])
      return false;
  return true;
}

bool inv_tensor_share(const inv_tensor *a, const inv_tensor *b) {
  return a->storage && a->storage == b->storage;
}

bool inv_tensor_sole_owner(const inv_tensor *tensor) {
  return tensor->storage && atomic_load(&tensor->storage->owners) == 1;
}

uint64_t inv_tensor_version(const inv_tensor *tensor) {
  return tensor->storage->version;
}

void inv_tensor_written(const inv_tensor *tensor) {
  tensor->storage->version++;
}

const char *inv_shape_text(char text[96], int dims, const int64_t *shape) {
  if (dims <= 0)
    return "scalar";
  size_t at = 0;
  text[0] = 0;
  for (int d = 0; d < dims && d < INV_MAX_DIMS && at < 95; d++) {
    int n =
        snprintf(text + at, 96 - at, d ? "x%lld" : "%lld", (long long)shape[d]);
    at += (size_t)n;
  }
  return text;
}

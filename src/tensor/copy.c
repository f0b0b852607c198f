/* Copies and conversions between dtypes and layouts. */
#include <math.h>
#include <string.h>

#include "tensor/tensor.h"

static double load(inv_dtype dtype, const void *at) {
  switch (dtype) {
  case INV_FLOAT32: return *(const float *)at;
  case INV_BFLOAT16: return inv_bfloat16_to_float(*(const uint16_t *)at);
  case INV_UINT8: return *(const uint8_t *)at;
  case INV_INT32: return *(const int32_t *)at;
  default: return *(const double *)at;
  }
}

static double clamp(double v, double low, double high) {
  if (isnan(v))
    return 0;
  return v < low ? low : v > high ? high : v;
}

static void store(inv_dtype dtype, void *at, double v) {
  switch (dtype) {
  case INV_FLOAT32: *(float *)at = (float)v; break;
  case INV_BFLOAT16: *(uint16_t *)at = inv_float_to_bfloat16((float)v); break;
  case INV_UINT8: *(uint8_t *)at = (uint8_t)clamp(v, 0, 255); break;
  case INV_INT32: *(int32_t *)at = (int32_t)clamp(v, INT32_MIN, INT32_MAX); break;
  default: *(double *)at = v; break;
  }
}

static void *element(const inv_tensor *t, const int64_t *index) {
  int64_t offset = 0;
  for (int d = 0; d < t->dims; d++)
    offset += index[d] * t->strides[d];
  return (char *)t->data + offset * (int64_t)inv_dtype_size(t->dtype);
}

double inv_tensor_get(const inv_tensor *t, const int64_t *index) {
  return load(t->dtype, element(t, index));
}

void inv_tensor_set(const inv_tensor *t, const int64_t *index, double v) {
  store(t->dtype, element(t, index), v);
}

inv_status inv_tensor_copy(const inv_tensor *into, const inv_tensor *from) {
  if (!inv_tensor_same_shape(into, from)) {
    char a[96], b[96];
    return inv_fail(INV_ERR_ARGUMENT, "cannot copy shape %s into %s",
                    inv_shape_text(a, from->dims, from->shape),
                    inv_shape_text(b, into->dims, into->shape));
  }
  if (into->dtype == from->dtype && inv_tensor_contiguous(into) &&
      inv_tensor_contiguous(from)) {
    memmove(into->data, from->data, inv_tensor_bytes(from));
    return INV_OK;
  }
  int64_t index[INV_MAX_DIMS] = {0};
  for (int64_t left = inv_tensor_count(from); left > 0; left--) {
    inv_tensor_set(into, index, inv_tensor_get(from, index));
    for (int d = from->dims - 1; d >= 0 && ++index[d] == from->shape[d]; d--)
      index[d] = 0;
  }
  return INV_OK;
}

inv_status inv_tensor_clone(inv_tensor *out, const inv_tensor *t) {
  inv_tensor copy;
  INV_TRY(inv_tensor_new_like(&copy, t));
  inv_status status = inv_tensor_copy(&copy, t);
  if (status != INV_OK) {
    inv_tensor_release(&copy);
    return status;
  }
  *out = copy;
  return INV_OK;
}

inv_status inv_tensor_to_contiguous(inv_tensor *out, const inv_tensor *t) {
  if (!inv_tensor_contiguous(t))
    return inv_tensor_clone(out, t);
  *out = inv_tensor_retain(t);
  return INV_OK;
}

inv_status inv_tensor_convert(inv_tensor *out, const inv_tensor *t,
                              inv_dtype dtype) {
  if (t->dtype == dtype) {
    *out = inv_tensor_retain(t);
    return INV_OK;
  }
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

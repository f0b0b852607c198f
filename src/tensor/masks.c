/* Selection by mask, one-hot labels, diagonals and triangles. */
#include <string.h>

#include "base/parallel.h"
#include "tensor/arithmetic.h"
#include "tensor/combine.h"
#include "tensor/stream.h"

/* ---- masked_select ------------------------------------------------------ */

/* Copies what the mask lets through; counts only where `out` is NULL. */
static int64_t pick(const inv_stream *a, const inv_stream *mask, char *out) {
  size_t size = inv_dtype_size(a->dtype);
  int64_t picked = 0;
  inv_block values_block, mask_block;
  for (int64_t at = 0; at < a->count; at += INV_BLOCK) {
    int64_t left = a->count - at, n = left < INV_BLOCK ? left : INV_BLOCK;
    const uint8_t *keep = inv_stream_read(mask, at, n, INV_UINT8, &mask_block);
    const char *values =
        out ? inv_stream_read(a, at, n, a->dtype, &values_block) : NULL;
    for (int64_t i = 0; i < n; i++) {
      if (!keep[i])
        continue;
      if (out)
        memcpy(out + (size_t)picked * size, values + (size_t)i * size, size);
      picked++;
    }
  }
  return picked;
}

inv_status inv_tensor_masked_select(inv_tensor *out, const inv_tensor *a,
                                    const inv_tensor *mask) {
  inv_tensor test, result;
  if (mask->dtype != INV_UINT8)
    return inv_fail(INV_ERR_ARGUMENT, "a mask is uint8, not %s",
                    inv_dtype_name(mask->dtype));
  INV_TRY(inv_tensor_expand(&test, mask, a->dims, a->shape));
  inv_stream values = inv_stream_open(a, a->dims, a->shape);
  inv_stream keep = inv_stream_open(&test, a->dims, a->shape);
  int64_t count = pick(&values, &keep, NULL);
  inv_status status = inv_tensor_new(&result, a->dtype, 1, &count);
  if (status == INV_OK) {
    pick(&values, &keep, result.data);
    *out = result;
  }
  inv_tensor_release(&test);
  return status;
}

/* ---- one_hot ------------------------------------------------------------ */

inv_status inv_tensor_one_hot(inv_tensor *out, const inv_tensor *labels,
                              int64_t classes) {
  if (labels->dims == INV_MAX_DIMS || inv_is_float(labels->dtype))
    return inv_fail(INV_ERR_ARGUMENT, "labels are integers, not %s",
                    inv_dtype_name(labels->dtype));
  int64_t shape[INV_MAX_DIMS];
  memcpy(shape, labels->shape, sizeof shape);
  shape[labels->dims] = classes;
  inv_tensor result;
  INV_TRY(inv_tensor_zeros(&result, INV_FLOAT32, labels->dims + 1, shape));
  inv_stream stream = inv_stream_open(labels, labels->dims, labels->shape);
  inv_block block;
  for (int64_t at = 0; at < stream.count; at += INV_BLOCK) {
    int64_t left = stream.count - at, n = left < INV_BLOCK ? left : INV_BLOCK;
    const int32_t *values = inv_stream_read(&stream, at, n, INV_INT32, &block);
    for (int64_t i = 0; i < n; i++) {
      if (values[i] < 1 || values[i] > classes) {
        inv_tensor_release(&result);
        return inv_fail(INV_ERR_ARGUMENT, "label %d is not in 1 .. %lld",
                        values[i], (long long)classes);
      }
      inv_f32(&result)[(at + i) * classes + values[i] - 1] = 1;
    }
  }
  *out = result;
  return INV_OK;
}

/* ---- diagonals and triangles -------------------------------------------- */

inv_tensor inv_tensor_diagonal(const inv_tensor *a, int64_t k) {
  int64_t row = k < 0 ? -k : 0, column = k > 0 ? k : 0;
  int64_t rows = a->shape[0] - row, columns = a->shape[1] - column;
  int64_t size = rows < columns ? rows : columns;
  inv_tensor view = *a;
  view.dims = 1;
  view.shape[0] = size > 0 ? size : 0;
  view.strides[0] = a->strides[0] + a->strides[1];
  if (size > 0)
    view.data =
        (char *)a->data + (row * a->strides[0] + column * a->strides[1]) *
                              (int64_t)inv_dtype_size(a->dtype);
  return view;
}

inv_status inv_tensor_diag(inv_tensor *out, const inv_tensor *a, int64_t k) {
  if (a->dims == 2) {
    inv_tensor view = inv_tensor_diagonal(a, k);
    return inv_tensor_clone(out, &view);
  }
  char text[96];
  if (a->dims != 1)
    return inv_fail(INV_ERR_ARGUMENT, "a vector or a matrix expected, not %s",
                    inv_shape_text(text, a->dims, a->shape));
  int64_t side = a->shape[0] + (k < 0 ? -k : k), shape[2] = {side, side};
  inv_tensor result;
  INV_TRY(inv_tensor_zeros(&result, a->dtype, 2, shape));
  inv_tensor view = inv_tensor_diagonal(&result, k);
  inv_status status = inv_tensor_copy(&view, a);
  if (status == INV_OK)
    *out = result;
  else
    inv_tensor_release(&result);
  return status;
}

inv_status inv_tensor_triangle(inv_tensor *out, const inv_tensor *a, bool lower,
                               int64_t k) {
  if (a->dims < 2)
    return inv_fail(INV_ERR_ARGUMENT, "a matrix expected, not %d dimensions",
                    a->dims);
  inv_tensor result;
  INV_TRY(inv_tensor_clone(&result, a));
  int64_t rows = a->shape[a->dims - 2], columns = a->shape[a->dims - 1];
  size_t size = inv_dtype_size(a->dtype);
  int64_t all = columns ? inv_tensor_count(a) / columns : 0;
  for (int64_t r = 0; r < all; r++) {
    /* Lower keeps columns up to row + k, upper those from there on. */
    int64_t cut = r % rows + k + (lower ? 1 : 0);
    cut = cut < 0 ? 0 : cut > columns ? columns : cut;
    char *row = (char *)result.data + (size_t)(r * columns) * size;
    if (lower)
      memset(row + (size_t)cut * size, 0, (size_t)(columns - cut) * size);
    else
      memset(row, 0, (size_t)cut * size);
  }
  *out = result;
  return INV_OK;
}

/* Views: other shapes and strides over the same storage. */
#include "tensor/tensor.h"

static inv_status check_dim(const inv_tensor *t, int dim) {
  if (dim < 0 || dim >= t->dims)
    return inv_fail(INV_ERR_ARGUMENT, "dimension %d of a tensor with %d",
                    dim + 1, t->dims);
  return INV_OK;
}

/* Moves the first element by `elements`. */
static void advance(inv_tensor *t, int64_t elements) {
  t->data = (char *)t->data + elements * (int64_t)inv_dtype_size(t->dtype);
}

inv_status inv_tensor_slice(inv_tensor *out, const inv_tensor *t, int dim,
                            int64_t begin, int64_t size, int64_t step) {
  INV_TRY(check_dim(t, dim));
  int64_t last = size > 0 ? begin + (size - 1) * step : begin;
  if (size < 0 || step == 0 ||
      (size > 0 && (begin < 0 || begin >= t->shape[dim] || last < 0 ||
                    last >= t->shape[dim])))
    return inv_fail(INV_ERR_ARGUMENT,
                    "range %lld to %lld is outside dimension %d of size %lld",
                    (long long)begin + 1, (long long)last + 1, dim + 1,
                    (long long)t->shape[dim]);
  inv_tensor view = inv_tensor_retain(t);
  if (size > 0)
    advance(&view, begin * t->strides[dim]);
  view.shape[dim] = size;
  view.strides[dim] *= step;
  *out = view;
  return INV_OK;
}

inv_status inv_tensor_select(inv_tensor *out, const inv_tensor *t, int dim,
                             int64_t index) {
  INV_TRY(check_dim(t, dim));
  if (index < 0 || index >= t->shape[dim])
    return inv_fail(INV_ERR_ARGUMENT,
                    "index %lld is outside dimension %d of size %lld",
                    (long long)index + 1, dim + 1, (long long)t->shape[dim]);
  inv_tensor view = inv_tensor_retain(t);
  advance(&view, index * t->strides[dim]);
  for (int d = dim; d + 1 < t->dims; d++) {
    view.shape[d] = t->shape[d + 1];
    view.strides[d] = t->strides[d + 1];
  }
  view.dims--;
  *out = view;
  return INV_OK;
}

inv_status inv_tensor_permute(inv_tensor *out, const inv_tensor *t,
                              const int *order) {
  unsigned seen = 0;
  for (int d = 0; d < t->dims; d++) {
    INV_TRY(check_dim(t, order[d]));
    if (seen & 1u << order[d])
      return inv_fail(INV_ERR_ARGUMENT, "dimension %d is named twice",
                      order[d] + 1);
    seen |= 1u << order[d];
  }
  inv_tensor view = inv_tensor_retain(t);
  for (int d = 0; d < t->dims; d++) {
    view.shape[d] = t->shape[order[d]];
    view.strides[d] = t->strides[order[d]];
  }
  *out = view;
  return INV_OK;
}

inv_status inv_tensor_transpose(inv_tensor *out, const inv_tensor *t, int a,
                                int b) {
  INV_TRY(check_dim(t, a));
  INV_TRY(check_dim(t, b));
  int order[INV_MAX_DIMS];
  for (int d = 0; d < t->dims; d++)
    order[d] = d == a ? b : d == b ? a : d;
  return inv_tensor_permute(out, t, order);
}

/* Replaces a size of -1 by what makes `count` elements. */
static inv_status work_out(int64_t count, int dims, int64_t *shape) {
  int unknown = -1;
  int64_t known = 1;
  char text[96];
  for (int d = 0; d < dims; d++) {
    if (shape[d] == -1 && unknown < 0)
      unknown = d;
    else if (shape[d] < 0 || __builtin_mul_overflow(known, shape[d], &known))
      return inv_fail(INV_ERR_ARGUMENT, "shape %s is not possible",
                      inv_shape_text(text, dims, shape));
  }
  if (unknown >= 0 && known > 0 && count % known == 0)
    shape[unknown] = count / known;
  else if (unknown >= 0 || known != count)
    return inv_fail(INV_ERR_ARGUMENT, "%lld elements cannot take the shape %s",
                    (long long)count, inv_shape_text(text, dims, shape));
  return INV_OK;
}

/* Row-major strides for `shape` over the data of `t` without copying, or
 * false. Each run of old dimensions that lie behind one another in memory can
 * be cut up anew (NumPy's rule). */
static bool view_strides(const inv_tensor *t, int dims, const int64_t *shape,
                         int64_t *strides) {
  int64_t old_shape[INV_MAX_DIMS], old_strides[INV_MAX_DIMS];
  int olds = 0;
  for (int d = 0; d < t->dims; d++) {
    if (t->shape[d] != 1) {
      old_shape[olds] = t->shape[d];
      old_strides[olds++] = t->strides[d];
    }
  }
  int n = 0;
  for (int o = 0; o < olds;) {
    int64_t have = old_shape[o], want = 1;
    int first = n, last_old = o;
    while (n < dims && want < have) {
      want *= shape[n++];
      while (want > have && last_old + 1 < olds)
        have *= old_shape[++last_old];
    }
    if (want != have)
      return false;
    for (int i = o; i < last_old; i++)
      if (old_strides[i] != old_strides[i + 1] * old_shape[i + 1])
        return false;
    int64_t stride = old_strides[last_old];
    for (int i = n - 1; i >= first; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    o = last_old + 1;
  }
  for (; n < dims; n++) /* trailing sizes of 1 */
    strides[n] = 1;
  return true;
}

inv_status inv_tensor_reshape(inv_tensor *out, const inv_tensor *t, int dims,
                              const int64_t *wanted) {
  if (dims < 0 || dims > INV_MAX_DIMS)
    return inv_fail(INV_ERR_ARGUMENT, "%d dimensions, at most %d are possible",
                    dims, INV_MAX_DIMS);
  int64_t shape[INV_MAX_DIMS], strides[INV_MAX_DIMS];
  for (int d = 0; d < dims; d++)
    shape[d] = wanted[d];
  INV_TRY(work_out(inv_tensor_count(t), dims, shape));
  inv_tensor view;
  if (inv_tensor_count(t) == 0) {
    view = inv_tensor_retain(t);
    for (int d = 0; d < dims; d++)
      strides[d] = 1;
  } else if (view_strides(t, dims, shape, strides)) {
    view = inv_tensor_retain(t);
  } else {
    INV_TRY(inv_tensor_clone(&view, t));
    view_strides(&view, dims, shape, strides);
  }
  view.dims = dims;
  for (int d = 0; d < dims; d++) {
    view.shape[d] = shape[d];
    view.strides[d] = strides[d];
  }
  *out = view;
  return INV_OK;
}

inv_status inv_tensor_expand(inv_tensor *out, const inv_tensor *t, int dims,
                             const int64_t *shape) {
  char from[96], to[96];
  int added = dims - t->dims;
  bool possible = added >= 0 && dims <= INV_MAX_DIMS;
  for (int d = 0; possible && d < t->dims; d++)
    possible = t->shape[d] == 1 ? shape[d + added] >= 0
                                : t->shape[d] == shape[d + added];
  for (int d = 0; possible && d < added; d++)
    possible = shape[d] >= 0;
  if (!possible)
    return inv_fail(INV_ERR_ARGUMENT, "shape %s does not expand to %s",
                    inv_shape_text(from, t->dims, t->shape),
                    inv_shape_text(to, dims, shape));
  inv_tensor view = inv_tensor_retain(t);
  view.dims = dims;
  for (int d = 0; d < dims; d++) {
    bool same = d >= added && t->shape[d - added] == shape[d];
    view.shape[d] = shape[d];
    view.strides[d] = same ? t->strides[d - added] : 0;
  }
  *out = view;
  return INV_OK;
}

inv_status inv_broadcast(const inv_tensor *a, const inv_tensor *b, int *dims,
                         int64_t shape[INV_MAX_DIMS]) {
  *dims = a->dims > b->dims ? a->dims : b->dims;
  for (int d = 0; d < *dims; d++) {
    int in_a = d - (*dims - a->dims), in_b = d - (*dims - b->dims);
    int64_t size_a = in_a < 0 ? 1 : a->shape[in_a];
    int64_t size_b = in_b < 0 ? 1 : b->shape[in_b];
    if (size_a != size_b && size_a != 1 && size_b != 1) {
      char text_a[96], text_b[96];
      return inv_fail(INV_ERR_ARGUMENT, "shapes %s and %s do not broadcast",
                      inv_shape_text(text_a, a->dims, a->shape),
                      inv_shape_text(text_b, b->dims, b->shape));
    }
    shape[d] = size_a == 1 ? size_b : size_a;
  }
  return INV_OK;
}

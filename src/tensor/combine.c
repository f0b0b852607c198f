/* Joining tensors and picking from them by position. */
#include "tensor/combine.h"

#include <string.h>

#include "base/parallel.h"
#include "tensor/arithmetic.h"
#include "tensor/stream.h"

static inv_status check_dim(const inv_tensor *t, int dim) {
  if (dim < 0 || dim >= t->dims)
    return inv_fail(INV_ERR_ARGUMENT, "dimension %d of a tensor with %d",
                    dim + 1, t->dims);
  return INV_OK;
}

/* ---- cat ---------------------------------------------------------------- */

static inv_status cat_shape(const inv_tensor *const *list, int count, int dim,
                            int64_t *shape, inv_dtype *dtype) {
  const inv_tensor *first = list[0];
  INV_TRY(check_dim(first, dim));
  memcpy(shape, first->shape, sizeof first->shape);
  *dtype = first->dtype;
  for (int i = 1; i < count; i++) {
    bool fits = list[i]->dims == first->dims;
    for (int d = 0; fits && d < first->dims; d++)
      fits = d == dim || list[i]->shape[d] == first->shape[d];
    if (!fits) {
      char a[96], b[96];
      return inv_fail(INV_ERR_ARGUMENT,
                      "shapes %s and %s (tensor %d) do not join along "
                      "dimension %d",
                      inv_shape_text(a, first->dims, first->shape),
                      inv_shape_text(b, list[i]->dims, list[i]->shape), i + 1,
                      dim + 1);
    }
    shape[dim] += list[i]->shape[dim];
    *dtype = inv_promote(*dtype, list[i]->dtype);
  }
  return INV_OK;
}

inv_status inv_tensor_cat(inv_tensor *out, const inv_tensor *const *list,
                          int count, int dim) {
  int64_t shape[INV_MAX_DIMS], at = 0;
  inv_dtype dtype = INV_FLOAT32;
  INV_TRY(cat_shape(list, count, dim, shape, &dtype));
  inv_tensor result;
  INV_TRY(inv_tensor_new(&result, dtype, list[0]->dims, shape));
  for (int i = 0; i < count; i++) {
    inv_tensor part;
    int64_t size = list[i]->shape[dim];
    if (size == 0)
      continue;
    inv_status status = inv_tensor_slice(&part, &result, dim, at, size, 1);
    if (status == INV_OK) {
      status = inv_tensor_copy(&part, list[i]);
      inv_tensor_release(&part);
    }
    if (status != INV_OK) {
      inv_tensor_release(&result);
      return status;
    }
    at += size;
  }
  *out = result;
  return INV_OK;
}

/* ---- positions ---------------------------------------------------------- */

/* Turns positions into int32 counted from 0 in a new row-major tensor, after
 * checking them against `size`. */
static inv_status resolve(inv_tensor *out, const inv_tensor *positions,
                          int64_t size) {
  if (inv_is_float(positions->dtype))
    return inv_fail(INV_ERR_ARGUMENT, "positions are int32 or uint8, not %s",
                    inv_dtype_name(positions->dtype));
  inv_tensor result;
  INV_TRY(
      inv_tensor_new(&result, INV_INT32, positions->dims, positions->shape));
  inv_status status = inv_tensor_copy(&result, positions);
  int32_t *values = inv_i32(&result);
  int64_t count = inv_tensor_count(&result);
  for (int64_t i = 0; status == INV_OK && i < count; i++) {
    int64_t position = values[i] < 0 ? size + values[i] : values[i] - 1;
    if (values[i] == 0 || position < 0 || position >= size)
      status = inv_fail(INV_ERR_ARGUMENT,
                        "position %d is not in 1 .. %lld (nor -%lld .. -1)",
                        values[i], (long long)size, (long long)size);
    values[i] = (int32_t)position;
  }
  if (status != INV_OK) {
    inv_tensor_release(&result);
    return status;
  }
  *out = result;
  return INV_OK;
}

/* Copies or adds one member of `dim` of one tensor to one of the other. */
static inv_status move_member(const inv_tensor *into, int64_t to,
                              const inv_tensor *from, int64_t at, int dim,
                              bool add) {
  inv_tensor target, source;
  INV_TRY(inv_tensor_select(&target, into, dim, to));
  inv_status status = inv_tensor_select(&source, from, dim, at);
  if (status == INV_OK) {
    status = add ? inv_tensor_add_scaled(&target, &source, 1)
                 : inv_tensor_copy(&target, &source);
    inv_tensor_release(&source);
  }
  inv_tensor_release(&target);
  return status;
}

typedef struct {
  inv_tensor into, from;
  const int32_t *positions;
  int dim;
} select_job;

static inv_status select_members(void *context, size_t begin, size_t end) {
  const select_job *job = context;
  for (size_t i = begin; i < end; i++)
    INV_TRY(move_member(&job->into, (int64_t)i, &job->from, job->positions[i],
                        job->dim, false));
  return INV_OK;
}

static inv_status check_vector(const inv_tensor *positions) {
  char text[96];
  if (positions->dims == 1)
    return INV_OK;
  return inv_fail(INV_ERR_ARGUMENT, "positions are a vector, not %s",
                  inv_shape_text(text, positions->dims, positions->shape));
}

inv_status inv_tensor_index_select(inv_tensor *out, const inv_tensor *a,
                                   int dim, const inv_tensor *positions) {
  INV_TRY(check_dim(a, dim));
  INV_TRY(check_vector(positions));
  inv_tensor places, result;
  INV_TRY(resolve(&places, positions, a->shape[dim]));
  int64_t shape[INV_MAX_DIMS];
  memcpy(shape, a->shape, sizeof shape);
  shape[dim] = positions->shape[0];
  inv_status status = inv_tensor_new(&result, a->dtype, a->dims, shape);
  if (status == INV_OK) {
    int64_t weight = a->shape[dim] ? inv_tensor_count(a) / a->shape[dim] : 0;
    select_job job = {result, *a, inv_i32(&places), dim};
    status = inv_parallel((size_t)shape[dim],
                          (size_t)(INV_CHUNK / (weight + 64) + 1),
                          select_members, &job);
    if (status == INV_OK)
      *out = result;
    else
      inv_tensor_release(&result);
  }
  inv_tensor_release(&places);
  return status;
}

inv_status inv_tensor_index_add(const inv_tensor *into, int dim,
                                const inv_tensor *positions,
                                const inv_tensor *from) {
  INV_TRY(check_dim(into, dim));
  INV_TRY(check_dim(from, dim));
  INV_TRY(check_vector(positions));
  if (positions->shape[0] != from->shape[dim])
    return inv_fail(INV_ERR_ARGUMENT, "%lld positions for %lld members",
                    (long long)positions->shape[0],
                    (long long)from->shape[dim]);
  inv_tensor places;
  INV_TRY(resolve(&places, positions, into->shape[dim]));
  inv_status status = INV_OK;
  for (int64_t i = 0; status == INV_OK && i < from->shape[dim]; i++)
    status = move_member(into, inv_i32(&places)[i], from, i, dim, true);
  inv_tensor_release(&places);
  return status;
}

/* ---- gather ------------------------------------------------------------- */

/* Fails unless `positions` can name elements of `a` along `dim`. */
static inv_status check_gather(const inv_tensor *a, int dim,
                               const inv_tensor *positions) {
  INV_TRY(check_dim(a, dim));
  bool fits = positions->dims == a->dims;
  for (int d = 0; fits && d < a->dims; d++)
    fits = d == dim || positions->shape[d] <= a->shape[d];
  if (fits)
    return INV_OK;
  char text_a[96], text_b[96];
  return inv_fail(INV_ERR_ARGUMENT,
                  "positions of shape %s do not fit a tensor of shape %s",
                  inv_shape_text(text_b, positions->dims, positions->shape),
                  inv_shape_text(text_a, a->dims, a->shape));
}

typedef struct {
  inv_tensor big;        /* what positions point into */
  const int32_t *places; /* row-major, with `shape` */
  char *small;           /* row-major, with `shape`, in the dtype of `big` */
  int dims, dim;
  const int64_t *shape;
} gather_job;

/* The address of the element of `big` that the i-th position names. */
static char *named(const gather_job *job, int64_t i) {
  int64_t offset = 0, rest = i;
  for (int d = job->dims - 1; d >= 0; d--) {
    int64_t index = rest % job->shape[d];
    rest /= job->shape[d];
    offset += (d == job->dim ? job->places[i] : index) * job->big.strides[d];
  }
  return (char *)job->big.data +
         offset * (int64_t)inv_dtype_size(job->big.dtype);
}

static inv_status gather_chunk(void *context, size_t begin, size_t end) {
  const gather_job *job = context;
  size_t size = inv_dtype_size(job->big.dtype);
  for (size_t i = begin; i < end; i++)
    memcpy(job->small + i * size, named(job, (int64_t)i), size);
  return INV_OK;
}

inv_status inv_tensor_gather(inv_tensor *out, const inv_tensor *a, int dim,
                             const inv_tensor *positions) {
  INV_TRY(check_gather(a, dim, positions));
  inv_tensor places, result;
  INV_TRY(resolve(&places, positions, a->shape[dim]));
  inv_status status =
      inv_tensor_new(&result, a->dtype, places.dims, places.shape);
  if (status == INV_OK) {
    gather_job job = {*a,  inv_i32(&places), result.data, a->dims,
                      dim, places.shape};
    status = inv_parallel((size_t)inv_tensor_count(&places), INV_CHUNK,
                          gather_chunk, &job);
    if (status == INV_OK)
      *out = result;
    else
      inv_tensor_release(&result);
  }
  inv_tensor_release(&places);
  return status;
}

/* In the order of the positions: sums have the same bits every time. */
inv_status inv_tensor_scatter_add(const inv_tensor *into, int dim,
                                  const inv_tensor *positions,
                                  const inv_tensor *from) {
  INV_TRY(inv_check_target(into));
  INV_TRY(check_gather(into, dim, positions));
  if (!inv_tensor_same_shape(positions, from)) {
    char a[96], b[96];
    return inv_fail(INV_ERR_ARGUMENT, "positions %s for values %s",
                    inv_shape_text(a, positions->dims, positions->shape),
                    inv_shape_text(b, from->dims, from->shape));
  }
  inv_tensor places;
  INV_TRY(resolve(&places, positions, into->shape[dim]));
  inv_stream values = inv_stream_open(from, from->dims, from->shape);
  gather_job job = {*into, inv_i32(&places), NULL, into->dims,
                    dim,   places.shape};
  for (int64_t i = 0; i < values.count; i++) {
    double value, old;
    const double *v = inv_stream_read(&values, i, 1, INV_FLOAT64, &value);
    char *element = named(&job, i);
    inv_convert(INV_FLOAT64, &old, 1, into->dtype, element, 1, 1);
    old += *v;
    inv_convert(into->dtype, element, 1, INV_FLOAT64, &old, 1, 1);
  }
  inv_tensor_release(&places);
  return INV_OK;
}

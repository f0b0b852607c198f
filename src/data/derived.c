/* Datasets made of another one (cached, subset) or of tensors in memory. */
#include <string.h>

#include "base/memory.h"
#include "data/dataset.h"

/* A new set of `bytes` bytes that looks like `like` from outside, with one
 * owner; NULL without memory. */
static void *new_like(size_t bytes, const inv_dataset *like,
                      const inv_dataset_class *class) {
  inv_dataset *set = inv_alloc_zero(1, bytes);
  if (!set)
    return NULL;
  *set = *like;
  set->class = class;
  set->owners = 1;
  return set;
}

/* ---- tensors in memory -------------------------------------------------- */

typedef struct {
  inv_dataset base;
  size_t bytes; /* of one sample */
  inv_tensor x, y;
} tensor_set;

static inv_status tensor_sample(const inv_dataset *base, int64_t index,
                                void *values, int32_t *label, void *scratch) {
  (void)scratch;
  const tensor_set *set = (const tensor_set *)base;
  memcpy(values, inv_u8(&set->x) + (size_t)index * set->bytes, set->bytes);
  *label = inv_i32(&set->y)[index];
  return INV_OK;
}

static void tensor_destroy(inv_dataset *base) {
  tensor_set *set = (tensor_set *)base;
  inv_tensor_release(&set->x);
  inv_tensor_release(&set->y);
  inv_free(set);
}

static const inv_dataset_class TENSORS = {tensor_sample, tensor_destroy, NULL};

static inv_status check_tensors(const inv_tensor *x, const inv_tensor *y,
                                int classes) {
  char text[96];
  if ((x->dtype != INV_UINT8 && x->dtype != INV_FLOAT32) || x->dims < 1)
    return inv_fail(INV_ERR_ARGUMENT,
                    "x is a %s tensor %s, uint8 or float32 with the samples "
                    "along the first dimension is wanted",
                    inv_dtype_name(x->dtype),
                    inv_shape_text(text, x->dims, x->shape));
  if (y->dtype != INV_INT32 || y->dims != 1 || y->shape[0] != x->shape[0])
    return inv_fail(INV_ERR_ARGUMENT,
                    "y is a %s tensor %s, int32 with %lld labels is wanted",
                    inv_dtype_name(y->dtype),
                    inv_shape_text(text, y->dims, y->shape),
                    (long long)x->shape[0]);
  if (x->shape[0] == 0)
    return inv_fail(INV_ERR_ARGUMENT, "there are no samples");
  for (int64_t i = 0; i < y->shape[0]; i++)
    if (inv_i32(y)[i] < 0 || inv_i32(y)[i] >= classes)
      return inv_fail(INV_ERR_ARGUMENT,
                      "label %lld of sample %lld is not in 1 .. %d",
                      (long long)inv_i32(y)[i] + 1, (long long)i + 1, classes);
  return INV_OK;
}

inv_status inv_dataset_tensors(inv_dataset **out, inv_tensor x, inv_tensor y,
                               int classes, bool normalize) {
  inv_status status = check_tensors(&x, &y, classes);
  inv_dataset head = {.size = x.shape[0],
                      .classes = classes,
                      .dtype = x.dtype,
                      .dims = x.dims - 1,
                      .normalize = normalize,
                      .stored = true};
  tensor_set *set = NULL;
  if (status == INV_OK) {
    memcpy(head.shape, x.shape + 1, (size_t)head.dims * sizeof *head.shape);
    set = new_like(sizeof *set, &head, &TENSORS);
    if (!set)
      status = inv_fail_memory(sizeof *set);
  }
  if (status != INV_OK) {
    inv_tensor_release(&x);
    inv_tensor_release(&y);
    return status;
  }
  set->bytes = (size_t)inv_dataset_values(&set->base) * inv_dtype_size(x.dtype);
  set->x = x;
  set->y = y;
  *out = &set->base;
  return INV_OK;
}

/* ---- cached ------------------------------------------------------------- */

typedef struct {
  inv_dataset base;
  inv_dataset *made; /* the samples, as tensors */
  inv_dataset *from; /* for questions about them */
} cached;

static inv_status cached_sample(const inv_dataset *base, int64_t index,
                                void *values, int32_t *label, void *scratch) {
  const inv_dataset *made = ((const cached *)base)->made;
  return made->class->sample(made, index, values, label, scratch);
}

static void cached_destroy(inv_dataset *base) {
  cached *set = (cached *)base;
  inv_dataset_release(set->made);
  inv_dataset_release(set->from);
  inv_free(set);
}

static const inv_dataset *cached_origin(const inv_dataset *base,
                                        int64_t *index) {
  (void)index;
  return ((const cached *)base)->from;
}

static const inv_dataset_class CACHED = {cached_sample, cached_destroy,
                                         cached_origin};

/* All samples of `from`, in tensors. */
static inv_status make_all(inv_tensor *x, inv_tensor *y,
                           const inv_dataset *from) {
  int64_t shape[INV_MAX_DIMS] = {from->size};
  memcpy(shape + 1, from->shape, (size_t)from->dims * sizeof *shape);
  INV_TRY(inv_tensor_new(x, from->dtype, from->dims + 1, shape));
  inv_status status = inv_tensor_new(y, INV_INT32, 1, shape);
  if (status != INV_OK) {
    inv_tensor_release(x);
    return status;
  }
  status = inv_dataset_batch(from, NULL, 0, from->size, from->dtype, x->data,
                             y->data);
  if (status != INV_OK) {
    inv_tensor_release(x);
    inv_tensor_release(y);
  }
  return status;
}

inv_status inv_dataset_cached(inv_dataset **out, inv_dataset *from) {
  inv_tensor x, y;
  INV_TRY(make_all(&x, &y, from));
  inv_dataset *made;
  INV_TRY(inv_dataset_tensors(&made, x, y, from->classes, from->normalize));
  cached *set = new_like(sizeof *set, made, &CACHED);
  if (!set) {
    inv_dataset_release(made);
    return inv_fail_memory(sizeof *set);
  }
  set->made = made;
  set->from = inv_dataset_retain(from);
  *out = &set->base;
  return INV_OK;
}

/* ---- subset ------------------------------------------------------------- */

typedef struct {
  inv_dataset base;
  inv_dataset *from;
  int64_t *indices;
} subset;

static inv_status subset_sample(const inv_dataset *base, int64_t index,
                                void *values, int32_t *label, void *scratch) {
  const subset *set = (const subset *)base;
  return set->from->class->sample(set->from, set->indices[index], values, label,
                                  scratch);
}

static void subset_destroy(inv_dataset *base) {
  subset *set = (subset *)base;
  inv_dataset_release(set->from);
  inv_free(set->indices);
  inv_free(set);
}

static const inv_dataset *subset_origin(const inv_dataset *base,
                                        int64_t *index) {
  const subset *set = (const subset *)base;
  *index = set->indices[*index];
  return set->from;
}

static const inv_dataset_class SUBSET = {subset_sample, subset_destroy,
                                         subset_origin};

inv_status inv_dataset_subset(inv_dataset **out, inv_dataset *from,
                              const int64_t *indices, int64_t count) {
  if (count < 1)
    return inv_fail(INV_ERR_ARGUMENT, "there are no samples");
  for (int64_t i = 0; i < count; i++)
    if (indices[i] < 0 || indices[i] >= from->size)
      return inv_fail(INV_ERR_ARGUMENT,
                      "index %lld is outside a dataset of %lld samples",
                      (long long)indices[i] + 1, (long long)from->size);
  int64_t *copy = inv_alloc_array((size_t)count, sizeof *copy);
  subset *set = copy ? new_like(sizeof *set, from, &SUBSET) : NULL;
  if (!set) {
    inv_free(copy);
    return inv_fail_memory((unsigned long long)count * sizeof *copy);
  }
  memcpy(copy, indices, (size_t)count * sizeof *copy);
  set->base.size = count;
  set->indices = copy;
  set->from = inv_dataset_retain(from);
  *out = &set->base;
  return INV_OK;
}

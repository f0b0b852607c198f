/* Datasets made of others (cached, subset, concat) or of tensors in memory. */
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

static inv_status tensor_label(const inv_dataset *base, int64_t index,
                               int32_t *label, void *work) {
  (void)work;
  *label = inv_i32(&((const tensor_set *)base)->y)[index];
  return INV_OK;
}

static void tensor_destroy(inv_dataset *base) {
  tensor_set *set = (tensor_set *)base;
  inv_tensor_release(&set->x);
  inv_tensor_release(&set->y);
  inv_free(set);
}

static const inv_dataset_class TENSORS = {tensor_sample, tensor_destroy, NULL,
                                          tensor_label, NULL};

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

static inv_status cached_label(const inv_dataset *base, int64_t index,
                               int32_t *label, void *work) {
  return tensor_label(((const cached *)base)->made, index, label, work);
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

static inv_status cached_again(inv_dataset **out, const inv_dataset *base,
                               inv_dataset *from) {
  return inv_dataset_again(out, ((const cached *)base)->from, from);
}

static const inv_dataset_class CACHED = {
    cached_sample, cached_destroy, cached_origin, cached_label, cached_again};

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

/* ---- subset, relabelled ------------------------------------------------- */

typedef struct {
  inv_dataset base;
  inv_dataset *from;
  int64_t *indices; /* in `from`; NULL: all */
  int32_t *labels;  /* NULL: their own */
} subset;

static int64_t subset_index(const subset *set, int64_t index) {
  return set->indices ? set->indices[index] : index;
}

static inv_status subset_sample(const inv_dataset *base, int64_t index,
                                void *values, int32_t *label, void *scratch) {
  const subset *set = (const subset *)base;
  INV_TRY(set->from->class->sample(set->from, subset_index(set, index), values,
                                   label, scratch));
  if (set->labels)
    *label = set->labels[index];
  return INV_OK;
}

static inv_status subset_label(const inv_dataset *base, int64_t index,
                               int32_t *label, void *work) {
  const subset *set = (const subset *)base;
  if (!set->labels)
    return inv_dataset_label(set->from, subset_index(set, index), label, work);
  *label = set->labels[index];
  return INV_OK;
}

static void subset_destroy(inv_dataset *base) {
  subset *set = (subset *)base;
  inv_dataset_release(set->from);
  inv_free(set->indices);
  inv_free(set->labels);
  inv_free(set);
}

static const inv_dataset *subset_origin(const inv_dataset *base,
                                        int64_t *index) {
  const subset *set = (const subset *)base;
  *index = subset_index(set, *index);
  return set->from;
}

static inv_status subset_again(inv_dataset **out, const inv_dataset *base,
                               inv_dataset *from);

static const inv_dataset_class SUBSET = {
    subset_sample, subset_destroy, subset_origin, subset_label, subset_again};

static inv_status check_indices(const inv_dataset *from, const int64_t *indices,
                                int64_t count) {
  if (count < 1)
    return inv_fail(INV_ERR_ARGUMENT, "there are no samples");
  if (!indices && count != from->size)
    return inv_fail(INV_ERR_ARGUMENT, "%lld labels for %lld samples",
                    (long long)count, (long long)from->size);
  for (int64_t i = 0; indices && i < count; i++)
    if (indices[i] < 0 || indices[i] >= from->size)
      return inv_fail(INV_ERR_ARGUMENT,
                      "index %lld is outside a dataset of %lld samples",
                      (long long)indices[i] + 1, (long long)from->size);
  return INV_OK;
}

/* A copy of `count` things of `size` bytes in *out, which stays NULL where
 * there are none. */
static inv_status copy_array(void *out, const void *from, int64_t count,
                             size_t size) {
  if (!from)
    return INV_OK;
  void *copy = inv_alloc_array((size_t)count, size);
  if (!copy)
    return inv_fail_memory((unsigned long long)count * size);
  memcpy(copy, from, (size_t)count * size);
  memcpy(out, &copy, sizeof copy);
  return INV_OK;
}

static inv_status make_subset(inv_dataset **out, inv_dataset *from,
                              const int64_t *indices, int64_t count,
                              const int32_t *labels, int classes) {
  INV_TRY(check_indices(from, indices, count));
  subset *set = new_like(sizeof *set, from, &SUBSET);
  if (!set)
    return inv_fail_memory(sizeof *set);
  set->base.size = count;
  set->base.classes = classes;
  set->from = inv_dataset_retain(from);
  inv_status status =
      copy_array(&set->indices, indices, count, sizeof *indices);
  if (status == INV_OK)
    status = copy_array(&set->labels, labels, count, sizeof *labels);
  if (status != INV_OK) {
    subset_destroy(&set->base);
    return status;
  }
  *out = &set->base;
  return INV_OK;
}

static inv_status subset_again(inv_dataset **out, const inv_dataset *base,
                               inv_dataset *from) {
  const subset *set = (const subset *)base;
  return make_subset(out, from, set->indices, base->size, set->labels,
                     base->classes);
}

inv_status inv_dataset_subset(inv_dataset **out, inv_dataset *from,
                              const int64_t *indices, int64_t count) {
  return make_subset(out, from, indices, count, NULL, from->classes);
}

inv_status inv_dataset_relabelled(inv_dataset **out, inv_dataset *from,
                                  const int64_t *indices, int64_t count,
                                  const int32_t *labels, int classes) {
  for (int64_t i = 0; i < count; i++)
    if (labels[i] < 0 || labels[i] >= classes)
      return inv_fail(INV_ERR_ARGUMENT,
                      "label %lld of sample %lld is not in 1 .. %d",
                      (long long)labels[i] + 1, (long long)i + 1, classes);
  return make_subset(out, from, indices, count, labels, classes);
}

inv_status inv_dataset_again(inv_dataset **out, const inv_dataset *set,
                             inv_dataset *base) {
  if (!set->class->again)
    return inv_fail(INV_ERR_ARGUMENT,
                    "this dataset is not made of the samples of another one");
  return set->class->again(out, set, base);
}

/* ---- concat ------------------------------------------------------------- */

typedef struct {
  inv_dataset base;
  inv_dataset *parts[2];
} concat;

/* The part that sample *index comes from, and its index there. */
static inv_dataset *concat_part(const inv_dataset *base, int64_t *index) {
  const concat *set = (const concat *)base;
  if (*index < set->parts[0]->size)
    return set->parts[0];
  *index -= set->parts[0]->size;
  return set->parts[1];
}

static inv_status concat_sample(const inv_dataset *base, int64_t index,
                                void *values, int32_t *label, void *scratch) {
  const inv_dataset *part = concat_part(base, &index);
  return part->class->sample(part, index, values, label, scratch);
}

static inv_status concat_label(const inv_dataset *base, int64_t index,
                               int32_t *label, void *work) {
  const inv_dataset *part = concat_part(base, &index);
  return inv_dataset_label(part, index, label, work);
}

static void concat_destroy(inv_dataset *base) {
  concat *set = (concat *)base;
  inv_dataset_release(set->parts[0]);
  inv_dataset_release(set->parts[1]);
  inv_free(set);
}

static const inv_dataset *concat_origin(const inv_dataset *base,
                                        int64_t *index) {
  return concat_part(base, index);
}

static const inv_dataset_class CONCAT = {concat_sample, concat_destroy,
                                         concat_origin, concat_label, NULL};

static inv_status check_alike(const inv_dataset *a, const inv_dataset *b) {
  char first[96], second[96];
  inv_shape_text(first, a->dims, a->shape);
  inv_shape_text(second, b->dims, b->shape);
  if (strcmp(first, second) != 0 || a->dtype != b->dtype)
    return inv_fail(INV_ERR_ARGUMENT, "samples are %s %s and %s %s, not alike",
                    inv_dtype_name(a->dtype), first, inv_dtype_name(b->dtype),
                    second);
  if (a->classes != b->classes)
    return inv_fail(INV_ERR_ARGUMENT, "there are %d and %d classes", a->classes,
                    b->classes);
  if (a->normalize != b->normalize)
    return inv_fail(INV_ERR_ARGUMENT,
                    "only one of the two is normalised to -1 .. 1");
  return INV_OK;
}

inv_status inv_dataset_concat(inv_dataset **out, inv_dataset *first,
                              inv_dataset *second) {
  INV_TRY(check_alike(first, second));
  concat *set = new_like(sizeof *set, first, &CONCAT);
  if (!set)
    return inv_fail_memory(sizeof *set);
  set->base.size = first->size + second->size;
  if (second->scratch > first->scratch)
    set->base.scratch = second->scratch;
  set->base.main_thread_only |= second->main_thread_only;
  set->base.stored &= second->stored;
  set->parts[0] = inv_dataset_retain(first);
  set->parts[1] = inv_dataset_retain(second);
  *out = &set->base;
  return INV_OK;
}

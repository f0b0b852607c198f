#include "tensor/order.h"

#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "tensor/stream.h"

/* An element as double (exact for every dtype) and where it was. */
typedef struct {
  double value;
  int32_t position;
} entry;

/* Whether b must come before a; false for equals, which keeps them in order.
 * NaN comes last either way. */
static inline bool out_of_order(entry a, entry b, bool descending) {
  if (a.value != a.value)
    return b.value == b.value;
  return descending ? b.value > a.value : b.value < a.value;
}

static void insertion_sort(entry *e, int64_t n, bool descending) {
  for (int64_t i = 1; i < n; i++) {
    entry moving = e[i];
    int64_t j = i;
    for (; j > 0 && out_of_order(e[j - 1], moving, descending); j--)
      e[j] = e[j - 1];
    e[j] = moving;
  }
}

static void merge(entry *out, const entry *e, int64_t middle, int64_t n,
                  bool descending) {
  int64_t left = 0, right = middle;
  for (int64_t i = 0; i < n; i++) {
    bool take_right =
        left == middle ||
        (right < n && out_of_order(e[left], e[right], descending));
    out[i] = take_right ? e[right++] : e[left++];
  }
}

/* Merge sort from short runs up; `scratch` holds n entries too. */
static void stable_sort(entry *e, entry *scratch, int64_t n, bool descending) {
  enum { RUN = 16 };
  for (int64_t at = 0; at < n; at += RUN)
    insertion_sort(e + at, n - at < RUN ? n - at : RUN, descending);
  entry *from = e, *to = scratch;
  for (int64_t run = RUN; run < n; run *= 2) {
    for (int64_t at = 0; at < n; at += 2 * run) {
      int64_t left = n - at, size = left < 2 * run ? left : 2 * run;
      merge(to + at, from + at, run < size ? run : size, size, descending);
    }
    entry *swap = from;
    from = to;
    to = swap;
  }
  if (from != e)
    memcpy(e, from, (size_t)n * sizeof *e);
}

/* ---- lines -------------------------------------------------------------- */

typedef struct {
  inv_stream in;
  int64_t length, k;
  bool descending;
  char *values; /* lines of k, in the dtype of the operand */
  int32_t *positions;
} sort_job;

static void read_line(const inv_stream *in, int64_t first, int64_t n,
                      entry *line) {
  inv_block block;
  for (int64_t at = 0; at < n; at += INV_BLOCK) {
    int64_t size = n - at < INV_BLOCK ? n - at : INV_BLOCK;
    const double *v =
        inv_stream_read(in, first + at, size, INV_FLOAT64, &block);
    for (int64_t i = 0; i < size; i++)
      line[at + i] = (entry){v[i], (int32_t)(at + i + 1)};
  }
}

static inv_status sort_lines(void *context, size_t begin, size_t end) {
  const sort_job *job = context;
  inv_dtype dtype = job->in.dtype;
  int64_t size = (int64_t)inv_dtype_size(dtype);
  entry *line = inv_alloc_array((size_t)job->length, 2 * sizeof *line);
  if (!line)
    return inv_fail_memory((size_t)job->length * 2 * sizeof *line);
  for (int64_t i = (int64_t)begin; i < (int64_t)end; i++) {
    read_line(&job->in, i * job->length, job->length, line);
    stable_sort(line, line + job->length, job->length, job->descending);
    for (int64_t j = 0; j < job->k; j++) {
      int64_t at = i * job->k + j;
      if (job->values)
        inv_convert(dtype, job->values + at * size, 1, INV_FLOAT64,
                    &line[j].value, 1, 1);
      if (job->positions)
        job->positions[at] = line[j].position;
    }
  }
  inv_free(line);
  return INV_OK;
}

/* `t` with dimensions `dim` and the last one swapped. */
static inv_status swap_last(inv_tensor *t, int dim) {
  inv_tensor view;
  INV_TRY(inv_tensor_transpose(&view, t, dim, t->dims - 1));
  inv_tensor_release(t);
  *t = view;
  return INV_OK;
}

/* Sorts along the last dimension of `a` and keeps `k` of each line. */
static inv_status sort_last(inv_tensor *values, inv_tensor *positions,
                            const inv_tensor *a, int64_t k, bool descending) {
  int64_t length = a->shape[a->dims - 1], shape[INV_MAX_DIMS];
  memcpy(shape, a->shape, sizeof shape);
  shape[a->dims - 1] = k;
  inv_status status = inv_tensor_new(values, a->dtype, a->dims, shape);
  if (status == INV_OK)
    status = inv_tensor_new(positions, INV_INT32, a->dims, shape);
  if (status != INV_OK || length == 0)
    return status;
  sort_job job = {inv_stream_open(a, a->dims, a->shape),
                  length,
                  k,
                  descending,
                  values->data,
                  positions->data};
  return inv_parallel((size_t)(inv_tensor_count(a) / length),
                      (size_t)(INV_CHUNK / length + 1), sort_lines, &job);
}

static inv_status sort(inv_tensor *values, inv_tensor *positions,
                       const inv_tensor *a, int64_t k, int dim,
                       bool descending) {
  inv_tensor best = {0}, places = {0}, view = {0};
  inv_status status = inv_tensor_transpose(&view, a, dim, a->dims - 1);
  if (status == INV_OK)
    status = sort_last(&best, &places, &view, k, descending);
  if (status == INV_OK)
    status = swap_last(&best, dim);
  if (status == INV_OK)
    status = swap_last(&places, dim);
  inv_tensor_release(&view);
  if (status == INV_OK && values)
    *values = best;
  else
    inv_tensor_release(&best);
  if (status == INV_OK && positions)
    *positions = places;
  else
    inv_tensor_release(&places);
  return status;
}

static inv_status check_line(const inv_tensor *a, int dim) {
  if (dim < 0 || dim >= a->dims)
    return inv_fail(INV_ERR_ARGUMENT, "dimension %d of a tensor with %d",
                    dim + 1, a->dims);
  if (a->shape[dim] > INT32_MAX)
    return inv_fail(INV_ERR_ARGUMENT, "dimension %d is too large: %lld",
                    dim + 1, (long long)a->shape[dim]);
  return INV_OK;
}

inv_status inv_tensor_sort(inv_tensor *values, inv_tensor *positions,
                           const inv_tensor *a, int dim, bool descending) {
  INV_TRY(check_line(a, dim));
  return sort(values, positions, a, a->shape[dim], dim, descending);
}

inv_status inv_tensor_topk(inv_tensor *values, inv_tensor *positions,
                           const inv_tensor *a, int64_t k, int dim,
                           bool largest) {
  INV_TRY(check_line(a, dim));
  if (k < 0 || k > a->shape[dim])
    return inv_fail(INV_ERR_ARGUMENT, "%lld of dimension %d of size %lld",
                    (long long)k, dim + 1, (long long)a->shape[dim]);
  return sort(values, positions, a, k, dim, largest);
}

/* ---- unique ------------------------------------------------------------- */

/* The number of different values in sorted `v`; moves them to the front and
 * writes how often each occurs. */
static int64_t compact(double *v, int32_t *counts, int64_t n) {
  int64_t found = 0;
  for (int64_t i = 0; i < n; i++) {
    if (found == 0 || v[found - 1] != v[i]) {
      v[found] = v[i];
      counts[found++] = 0;
    }
    counts[found - 1]++;
  }
  return found;
}

static inv_status first_of(inv_tensor *out, const inv_tensor *t, int64_t n,
                           inv_dtype dtype) {
  inv_tensor part;
  INV_TRY(inv_tensor_slice(&part, t, 0, 0, n, 1));
  inv_tensor copy = {0};
  inv_status status = inv_tensor_new(&copy, dtype, 1, &n);
  if (status == INV_OK)
    status = inv_tensor_copy(&copy, &part);
  if (status == INV_OK)
    *out = copy;
  else
    inv_tensor_release(&copy);
  inv_tensor_release(&part);
  return status;
}

inv_status inv_tensor_unique(inv_tensor *values, inv_tensor *counts,
                             const inv_tensor *a) {
  inv_tensor wide = {0}, flat = {0}, sorted = {0}, often = {0}, result = {0};
  int64_t count = -1, found;
  inv_status status = inv_tensor_convert(&wide, a, INV_FLOAT64);
  if (status == INV_OK)
    status = inv_tensor_reshape(&flat, &wide, 1, &count);
  count = inv_tensor_count(a);
  if (status == INV_OK)
    status = inv_tensor_sort(&sorted, NULL, &flat, 0, false);
  if (status == INV_OK)
    status = inv_tensor_new(&often, INV_INT32, 1, &count);
  if (status == INV_OK) {
    found = compact(inv_f64(&sorted), inv_i32(&often), count);
    status = first_of(&result, &sorted, found, a->dtype);
    if (status == INV_OK && counts)
      status = first_of(counts, &often, found, INV_INT32);
  }
  if (status == INV_OK)
    *values = result;
  else
    inv_tensor_release(&result);
  inv_tensor_release(&wide);
  inv_tensor_release(&flat);
  inv_tensor_release(&sorted);
  inv_tensor_release(&often);
  return status;
}

#include "data/series.h"

#include <math.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"

/* ---- where windows are -------------------------------------------------- */

static bool same_run(const inv_series *s, int64_t a, int64_t b) {
  return (!s->labels || s->labels[a] == s->labels[b]) &&
         (!s->groups || s->groups[a] == s->groups[b]);
}

static bool is_missing(const inv_series *s, int64_t row) {
  for (int c = 0; c < s->channels; c++)
    if (isnan(s->rows[row * s->channels + c]))
      return true;
  return false;
}

/* Adds a window, where there is room for it. */
static void add(inv_windows *out, const inv_series *s, int64_t start,
                int32_t block) {
  if (out->starts) {
    out->starts[out->count] = (int32_t)start;
    out->labels[out->count] = s->labels ? s->labels[start] : 0;
    out->units[out->count] = s->block    ? block
                             : s->groups ? s->groups[start]
                                         : 0;
  }
  out->count++;
}

/* The windows of rows begin .. end-1. */
static void add_windows(inv_windows *out, const inv_series *s, int64_t begin,
                        int64_t end, int32_t block) {
  int64_t sound = begin; /* from here on no value is missing */
  int64_t looked = begin;
  for (int64_t at = begin; at + s->window <= end; at += s->stride) {
    for (; s->leave_out_missing && looked < at + s->window; looked++)
      if (is_missing(s, looked))
        sound = looked + 1;
    if (at >= sound)
      add(out, s, at, block);
  }
}

/* The windows of a run; a rest shorter than a block stays with the last. */
static void add_run(inv_windows *out, const inv_series *s, int64_t begin,
                    int64_t end, int32_t *blocks) {
  if (s->block == 0) {
    add_windows(out, s, begin, end, 0);
    return;
  }
  while (begin < end) {
    int64_t stop = end - begin < 2 * s->block ? end : begin + s->block;
    add_windows(out, s, begin, stop, (*blocks)++);
    begin = stop;
  }
}

/* Counts the windows, and writes them where there is room. */
static inv_status add_all(inv_windows *out, const inv_series *s) {
  enum { CHECKED = 1 << 20 };
  int32_t blocks = 0;
  out->count = 0;
  for (int64_t begin = 0, end; begin < s->count; begin = end) {
    for (end = begin + 1; end < s->count && same_run(s, begin, end); end++)
      if (end % CHECKED == 0)
        INV_TRY(inv_check_interrupt());
    add_run(out, s, begin, end, &blocks);
  }
  return INV_OK;
}

inv_status inv_series_windows(inv_windows *out, const inv_series *s) {
  *out = (inv_windows){0};
  if (s->count > INT32_MAX)
    return inv_fail(INV_ERR_ARGUMENT, "%lld rows, at most %d are allowed",
                    (long long)s->count, INT32_MAX);
  INV_TRY(add_all(out, s));
  size_t count = (size_t)out->count;
  if (count == 0)
    return inv_fail(INV_ERR_ARGUMENT,
                    "no window of %d rows fits into a stretch of one label "
                    "and group; there are %lld rows",
                    s->window, (long long)s->count);
  out->starts = inv_alloc_array(count, sizeof *out->starts);
  out->labels = inv_alloc_array(count, sizeof *out->labels);
  out->units = inv_alloc_array(count, sizeof *out->units);
  inv_status status = out->starts && out->labels && out->units
                          ? add_all(out, s)
                          : inv_fail_memory(count * 12);
  if (status != INV_OK)
    inv_windows_free(out);
  return status;
}

void inv_windows_free(inv_windows *windows) {
  inv_free(windows->starts);
  inv_free(windows->labels);
  inv_free(windows->units);
  *windows = (inv_windows){0};
}

/* ---- standardising ------------------------------------------------------ */

/* Adds up one channel of the windows: values, or squares of what they differ
 * from `mean`; returns how many values there are. */
static int64_t add_up(const inv_series *s, const int32_t *starts, int64_t count,
                      int channel, const double *mean, double *sum) {
  int64_t values = 0;
  *sum = 0;
  for (int64_t i = 0; i < count; i++)
    for (int64_t row = starts[i], end = row + s->window; row < end; row++) {
      double v = s->rows[row * s->channels + channel];
      if (isnan(v))
        continue;
      *sum += mean ? (v - *mean) * (v - *mean) : v;
      values++;
    }
  return values;
}

void inv_series_statistics(const inv_series *s, const int32_t *starts,
                           int64_t count, double *mean, double *deviation) {
  for (int c = 0; c < s->channels; c++) {
    double sum;
    int64_t values = add_up(s, starts, count, c, NULL, &sum);
    mean[c] = values ? sum / (double)values : 0;
    add_up(s, starts, count, c, &mean[c], &sum);
    deviation[c] = values ? sqrt(sum / (double)values) : 0;
  }
}

void inv_series_standardise(float *rows, int64_t count, int channels,
                            const double *mean, const double *deviation) {
  for (int64_t i = 0; i < count; i++)
    for (int c = 0; c < channels; c++) {
      double v = rows[i * channels + c] - mean[c];
      rows[i * channels + c] = (float)(deviation[c] > 0 ? v / deviation[c] : v);
    }
}

/* ---- the dataset -------------------------------------------------------- */

typedef struct {
  inv_dataset base;
  size_t bytes; /* of one row */
  inv_tensor rows;
  int32_t *starts, *labels;
} window_set;

static inv_status window_sample(const inv_dataset *base, int64_t index,
                                void *values, int32_t *label, void *scratch) {
  (void)scratch;
  const window_set *set = (const window_set *)base;
  const char *from = set->rows.data;
  memcpy(values, from + (size_t)set->starts[index] * set->bytes,
         (size_t)base->shape[0] * set->bytes);
  *label = set->labels[index];
  return INV_OK;
}

static inv_status window_label(const inv_dataset *base, int64_t index,
                               int32_t *label, void *work) {
  (void)work;
  *label = ((const window_set *)base)->labels[index];
  return INV_OK;
}

static void window_destroy(inv_dataset *base) {
  window_set *set = (window_set *)base;
  inv_tensor_release(&set->rows);
  inv_free(set->starts);
  inv_free(set->labels);
  inv_free(set);
}

static const inv_dataset_class WINDOWS = {
    .sample = window_sample, .destroy = window_destroy, .label = window_label};

static inv_status check_windows(const inv_tensor *rows, const int32_t *starts,
                                const int32_t *labels, int64_t count,
                                int window, int classes) {
  if (rows->dtype != INV_FLOAT32 || rows->dims != 2 ||
      !inv_tensor_contiguous(rows))
    return inv_fail(INV_ERR_ARGUMENT, "rows are not float32, R x C");
  if (count < 1)
    return inv_fail(INV_ERR_ARGUMENT, "there are no windows");
  for (int64_t i = 0; i < count; i++)
    if (starts[i] < 0 || starts[i] > rows->shape[0] - window || labels[i] < 0 ||
        labels[i] >= classes)
      return inv_fail(INV_ERR_ARGUMENT,
                      "window %lld (row %lld, class %lld) is not in %lld rows "
                      "and %d classes",
                      (long long)i + 1, (long long)starts[i] + 1,
                      (long long)labels[i] + 1, (long long)rows->shape[0],
                      classes);
  return INV_OK;
}

inv_status inv_dataset_windows(inv_dataset **out, const inv_tensor *rows,
                               const int32_t *starts, const int32_t *labels,
                               int64_t count, int window, int classes) {
  INV_TRY(check_windows(rows, starts, labels, count, window, classes));
  window_set *set = inv_alloc_zero(1, sizeof *set);
  if (!set)
    return inv_fail_memory(sizeof *set);
  set->base = (inv_dataset){.class = &WINDOWS,
                            .owners = 1,
                            .size = count,
                            .classes = classes,
                            .dtype = INV_FLOAT32,
                            .dims = 2,
                            .shape = {window, rows->shape[1]}};
  set->bytes = (size_t)rows->shape[1] * sizeof(float);
  set->starts = inv_alloc_array((size_t)count, sizeof *starts);
  set->labels = inv_alloc_array((size_t)count, sizeof *labels);
  if (!set->starts || !set->labels) {
    window_destroy(&set->base);
    return inv_fail_memory((unsigned long long)count * sizeof *starts);
  }
  memcpy(set->starts, starts, (size_t)count * sizeof *starts);
  memcpy(set->labels, labels, (size_t)count * sizeof *labels);
  set->rows = inv_tensor_retain(rows);
  *out = &set->base;
  return INV_OK;
}

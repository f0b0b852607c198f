/* Batch normalisation with what usually follows it, residual addition and
 * ReLU: two passes over the activations forward, two backward. Activations
 * and their gradients are float32 or bfloat16, all else is float32. */
#include <math.h>
#include <string.h>

#include "base/bfloat16.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "nn/layers.h"

enum {
  CHUNK_FLOATS = 1 << 14
}; /* a quarter of the second-level cache,
      counting what else a pass touches */

/* Columns that rows of few channels are joined to, and at most. */
enum { FEWEST_COLUMNS = 128, MOST_COLUMNS = 1024 };

typedef struct {
  size_t rows, channels;
  size_t columns; /* of several rows, which loops take at once */
  bool training, relu, residual;
  bool half; /* activations are bfloat16 */
} settings;

/* What the ReLU's gradient finds again where the output was positive from. */
typedef enum { ALL, BY_INPUT, BY_SUM } mask_kind;

/* Several rows, so that loops are long and end with a whole vector (DenseNet
 * has 12 n channels); one row where it is long, or where it takes too many. */
static size_t choose_columns(size_t channels) {
  size_t columns = channels;
  while (columns % 16 || columns < FEWEST_COLUMNS)
    columns += channels;
  return columns <= MOST_COLUMNS ? columns : channels;
}

/* A row of C floats becomes one for all columns. */
static void repeat(const settings *s, float *table) {
  for (size_t c = s->channels; c < s->columns; c++)
    table[c] = table[c - s->channels];
}

/* Sums of columns become those of channels. */
static void fold(const settings *s, float *sums) {
  for (size_t c = s->channels; c < s->columns; c++)
    sums[c % s->channels] += sums[c];
}

static size_t smaller(size_t a, size_t b) {
  return a < b ? a : b;
}

static size_t rows_per_chunk(const settings *s) {
  return CHUNK_FLOATS / (s->channels + 1) + 1;
}

static size_t count_chunks(const settings *s) {
  size_t chunk = rows_per_chunk(s);
  return s->rows / chunk + (s->rows % chunk != 0);
}

/* ---- statistics --------------------------------------------------------- */

typedef struct {
  const settings *settings;
  const void *x;
  float *parts; /* per chunk: means (columns), sums of squared distances */
} statistics_job;

/* HALF, as MASK, RESIDUAL and RELU below, is a constant where this is used;
 * `at` is the first element. */
INV_INLINE void sum_columns(bool HALF, const void *restrict x, size_t at,
                            size_t count, size_t n, float *restrict sum) {
  for (; count >= 4 * n; count -= 4 * n, at += 4 * n)
    for (size_t c = 0; c < n; c++)
      sum[c] += (inv_load(HALF, x, at + c) + inv_load(HALF, x, at + n + c)) +
                (inv_load(HALF, x, at + 2 * n + c) +
                 inv_load(HALF, x, at + 3 * n + c));
  for (; count > 0; count -= n, at += n) {
    n = count < n ? count : n;
    for (size_t c = 0; c < n; c++)
      sum[c] += inv_load(HALF, x, at + c);
  }
}

INV_INLINE void sum_squares(bool HALF, const void *restrict x, size_t at,
                            size_t count, size_t n, const float *restrict mean,
                            float *restrict squares) {
  for (; count >= 2 * n; count -= 2 * n, at += 2 * n)
    for (size_t c = 0; c < n; c++) {
      float a = inv_load(HALF, x, at + c) - mean[c];
      float b = inv_load(HALF, x, at + n + c) - mean[c];
      squares[c] += a * a + b * b;
    }
  for (; count > 0; count -= n, at += n) {
    n = count < n ? count : n;
    for (size_t c = 0; c < n; c++) {
      float a = inv_load(HALF, x, at + c) - mean[c];
      squares[c] += a * a;
    }
  }
}

INV_VECTOR static void sum_columns_any(bool half, const void *x, size_t at,
                                       size_t count, size_t n, float *sum) {
  if (half)
    sum_columns(true, x, at, count, n, sum);
  else
    sum_columns(false, x, at, count, n, sum);
}

INV_VECTOR static void sum_squares_any(bool half, const void *x, size_t at,
                                       size_t count, size_t n,
                                       const float *mean, float *squares) {
  if (half)
    sum_squares(true, x, at, count, n, mean, squares);
  else
    sum_squares(false, x, at, count, n, mean, squares);
}

static inv_status statistics_chunk(void *context, size_t begin, size_t end) {
  const statistics_job *job = context;
  const settings *s = job->settings;
  size_t n = s->columns, at = begin * s->channels;
  size_t rows = end - begin, count = rows * s->channels;
  float *mean = job->parts + begin / rows_per_chunk(s) * 2 * n;
  memset(mean, 0, 2 * n * sizeof *mean);
  sum_columns_any(s->half, job->x, at, count, n, mean);
  fold(s, mean);
  for (size_t c = 0; c < s->channels; c++)
    mean[c] *= 1 / (float)rows;
  repeat(s, mean);
  sum_squares_any(s->half, job->x, at, count, n, mean, mean + n);
  fold(s, mean + n);
  return INV_OK;
}

/* Mean and biased variance of channel c, from the chunks in their order
 * (Chan, Golub, LeVeque, 1983). */
static void combine(const statistics_job *job, size_t c, double *mean,
                    double *variance) {
  const settings *s = job->settings;
  size_t chunk = rows_per_chunk(s);
  double m = 0, squares = 0, seen = 0;
  const float *part = job->parts + c;
  for (size_t begin = 0; begin < s->rows; begin += chunk) {
    double more = (double)smaller(s->rows - begin, chunk);
    double distance = part[0] - m;
    seen += more;
    m += distance * more / seen;
    squares +=
        part[s->columns] + distance * distance * (seen - more) * more / seen;
    part += 2 * s->columns;
  }
  *mean = m;
  *variance = squares / seen;
}

static void update(const inv_tensor *running, size_t c, double momentum,
                   double value) {
  if (!running)
    return;
  float *at = inv_f32(running) + (int64_t)c * running->strides[0];
  *at = (float)((1 - momentum) * *at + momentum * value);
}

/* mean and 1 / deviation of the batch; running statistics follow. */
static inv_status batch_statistics(const settings *s, const void *x,
                                   const inv_tensor *running_mean,
                                   const inv_tensor *running_variance,
                                   const inv_batch_norm_options *o, float *mean,
                                   float *inverse) {
  size_t floats = count_chunks(s) * 2 * s->columns;
  statistics_job job = {s, x, inv_alloc_array(floats, sizeof(float))};
  if (!job.parts)
    return inv_fail_memory(floats * sizeof(float));
  inv_status status =
      inv_parallel(s->rows, rows_per_chunk(s), statistics_chunk, &job);
  double rows = (double)s->rows;
  for (size_t c = 0; c < s->channels && status == INV_OK; c++) {
    double m, variance;
    combine(&job, c, &m, &variance);
    mean[c] = (float)m;
    inverse[c] = (float)(1 / sqrt(variance + o->epsilon));
    update(running_mean, c, o->momentum, m);
    update(running_variance, c, o->momentum, variance * rows / (rows - 1));
  }
  inv_free(job.parts);
  return status;
}

static void stored_statistics(const settings *s, const inv_tensor *mean_in,
                              const inv_tensor *variance_in, double epsilon,
                              float *mean, float *inverse) {
  for (size_t c = 0; c < s->channels; c++) {
    int64_t at = (int64_t)c;
    mean[c] = inv_f32(mean_in)[at * mean_in->strides[0]];
    double variance = inv_f32(variance_in)[at * variance_in->strides[0]];
    inverse[c] = (float)(1 / sqrt(variance + epsilon));
  }
}

/* ---- forward ------------------------------------------------------------ */

/* The rows of `tables`: all of one float per column. */
enum { MEAN, INVERSE, SCALE, SHIFT, TABLES };

typedef struct {
  const settings *settings;
  const float *tables; /* (TABLES, columns) */
  const void *x, *residual;
  void *y;
} apply_job;

INV_INLINE void apply_rows(bool HALF, bool RESIDUAL, bool RELU,
                           const apply_job *job, size_t at, size_t count) {
  size_t n = job->settings->columns;
  const float *scale = job->tables + SCALE * n,
              *shift = job->tables + SHIFT * n;
  const void *x = job->x, *residual = job->residual;
  void *y = job->y;
  for (; count > 0; count -= n, at += n) {
    n = count < n ? count : n;
    INV_INDEPENDENT
    for (size_t c = 0; c < n; c++) {
      float v = inv_load(HALF, x, at + c) * scale[c] + shift[c];
      if (RESIDUAL)
        v += inv_load(HALF, residual, at + c);
      inv_store(HALF, y, at + c, RELU && v < 0 ? 0 : v);
    }
  }
}

INV_INLINE void apply_as(bool HALF, const apply_job *job, size_t at,
                         size_t count) {
  bool relu = job->settings->relu;
  if (job->residual && relu)
    apply_rows(HALF, true, true, job, at, count);
  else if (job->residual)
    apply_rows(HALF, true, false, job, at, count);
  else if (relu)
    apply_rows(HALF, false, true, job, at, count);
  else
    apply_rows(HALF, false, false, job, at, count);
}

INV_VECTOR static void apply_any(const apply_job *job, size_t at,
                                 size_t count) {
  if (job->settings->half)
    apply_as(true, job, at, count);
  else
    apply_as(false, job, at, count);
}

static inv_status apply_chunk(void *context, size_t begin, size_t end) {
  const apply_job *job = context;
  size_t n = job->settings->channels;
  apply_any(job, begin * n, (end - begin) * n);
  return INV_OK;
}

/* ---- backward ----------------------------------------------------------- */

typedef struct {
  const settings *settings;
  const float *tables; /* (TABLES, columns) */
  const void *x, *residual, *g;
  float *parts; /* per chunk: sums of g (columns), of g times centred x */
  const float *offset, *slope; /* per column, of the input's gradient */
  void *gx, *gr;               /* of input and residual, or NULL */
} backward_job;

static mask_kind mask_of(const settings *s) {
  return !s->relu ? ALL : s->residual ? BY_SUM : BY_INPUT;
}

/* Element i of g where the output passed the ReLU, else 0; x is the input's.
 * A NaN passes, as forward. */
INV_INLINE float pass(bool HALF, mask_kind MASK, const void *g, const void *r,
                      size_t i, float x, float scale, float shift) {
  float a = inv_load(HALF, g, i);
  if (MASK == BY_INPUT)
    return x * scale + shift <= 0 ? 0 : a;
  if (MASK == BY_SUM)
    return x * scale + shift + inv_load(HALF, r, i) <= 0 ? 0 : a;
  return a;
}

INV_INLINE void sum_rows(bool HALF, mask_kind MASK, const backward_job *job,
                         size_t at, size_t count, float *restrict sums) {
  size_t n = job->settings->columns;
  const float *t = job->tables, *mean = t + MEAN * n;
  const float *scale = t + SCALE * n, *shift = t + SHIFT * n;
  const void *x = job->x, *r = job->residual, *g = job->g;
  float *restrict products = sums + n;
  for (; count >= 2 * n; count -= 2 * n, at += 2 * n)
    for (size_t c = 0; c < n; c++) {
      size_t i = at + c, k = i + n;
      float u = inv_load(HALF, x, i), v = inv_load(HALF, x, k);
      float a = pass(HALF, MASK, g, r, i, u, scale[c], shift[c]);
      float b = pass(HALF, MASK, g, r, k, v, scale[c], shift[c]);
      sums[c] += a + b;
      products[c] += a * (u - mean[c]) + b * (v - mean[c]);
    }
  for (; count > 0; count -= n, at += n) {
    n = count < n ? count : n;
    for (size_t c = 0; c < n; c++) {
      float u = inv_load(HALF, x, at + c);
      float a = pass(HALF, MASK, g, r, at + c, u, scale[c], shift[c]);
      sums[c] += a;
      products[c] += a * (u - mean[c]);
    }
  }
}

INV_INLINE void sum_as(bool HALF, const backward_job *job, size_t at,
                       size_t count, float *sums) {
  mask_kind mask = mask_of(job->settings);
  if (mask == ALL)
    sum_rows(HALF, ALL, job, at, count, sums);
  else if (mask == BY_INPUT)
    sum_rows(HALF, BY_INPUT, job, at, count, sums);
  else
    sum_rows(HALF, BY_SUM, job, at, count, sums);
}

INV_VECTOR static void sum_any(const backward_job *job, size_t at, size_t count,
                               float *sums) {
  if (job->settings->half)
    sum_as(true, job, at, count, sums);
  else
    sum_as(false, job, at, count, sums);
}

static inv_status sum_chunk(void *context, size_t begin, size_t end) {
  const backward_job *job = context;
  const settings *s = job->settings;
  float *sums = job->parts + begin / rows_per_chunk(s) * 2 * s->columns;
  memset(sums, 0, 2 * s->columns * sizeof *sums);
  sum_any(job, begin * s->channels, (end - begin) * s->channels, sums);
  fold(s, sums);
  fold(s, sums + s->columns);
  return INV_OK;
}

/* gx = scale g + offset + slope (x - mean); gr = g; g after the mask. */
INV_INLINE void spread_rows(bool HALF, mask_kind MASK, bool RESIDUAL,
                            const backward_job *job, size_t at, size_t count) {
  size_t n = job->settings->columns;
  const float *t = job->tables, *mean = t + MEAN * n;
  const float *scale = t + SCALE * n, *shift = t + SHIFT * n;
  const float *offset = job->offset, *slope = job->slope;
  const void *x = job->x, *r = job->residual, *g = job->g;
  void *gx = job->gx, *gr = job->gr;
  for (; count > 0; count -= n, at += n) {
    n = count < n ? count : n;
    INV_INDEPENDENT
    for (size_t c = 0; c < n; c++) {
      float u = inv_load(HALF, x, at + c);
      float a = pass(HALF, MASK, g, r, at + c, u, scale[c], shift[c]);
      inv_store(HALF, gx, at + c,
                a * scale[c] + offset[c] + slope[c] * (u - mean[c]));
      if (RESIDUAL)
        inv_store(HALF, gr, at + c, a);
    }
  }
}

INV_INLINE void spread_as(bool HALF, const backward_job *job, size_t at,
                          size_t count) {
  mask_kind mask = mask_of(job->settings);
  if (mask == BY_INPUT)
    spread_rows(HALF, BY_INPUT, false, job, at, count);
  else if (mask == BY_SUM && job->gr)
    spread_rows(HALF, BY_SUM, true, job, at, count);
  else if (mask == BY_SUM)
    spread_rows(HALF, BY_SUM, false, job, at, count);
  else if (job->gr)
    spread_rows(HALF, ALL, true, job, at, count);
  else
    spread_rows(HALF, ALL, false, job, at, count);
}

INV_VECTOR static void spread_any(const backward_job *job, size_t at,
                                  size_t count) {
  if (job->settings->half)
    spread_as(true, job, at, count);
  else
    spread_as(false, job, at, count);
}

static inv_status spread_chunk(void *context, size_t begin, size_t end) {
  const backward_job *job = context;
  size_t n = job->settings->channels;
  spread_any(job, begin * n, (end - begin) * n);
  return INV_OK;
}

/* The sums of g and of g times the normalised x, per channel. */
static inv_status backward_sums(backward_job *job, float *sum_g,
                                float *sum_gx) {
  const settings *s = job->settings;
  size_t n = s->columns, chunks = count_chunks(s);
  job->parts = inv_alloc_array(chunks * 2 * n, sizeof *job->parts);
  if (!job->parts)
    return inv_fail_memory(chunks * 2 * n * sizeof *job->parts);
  inv_status status = inv_parallel(s->rows, rows_per_chunk(s), sum_chunk, job);
  for (size_t c = 0; c < s->channels && status == INV_OK; c++) {
    double g = 0, gx = 0;
    for (size_t i = 0; i < chunks; i++) {
      g += job->parts[2 * i * n + c];
      gx += job->parts[(2 * i + 1) * n + c];
    }
    sum_g[c] = (float)g;
    sum_gx[c] = (float)(gx * job->tables[INVERSE * n + c]);
  }
  inv_free(job->parts);
  return status;
}

/* The input's gradient through mean and variance of the batch. */
static void input_terms(const settings *s, const float *tables,
                        const float *sum_g, const float *sum_gx, float *offset,
                        float *slope) {
  size_t n = s->columns;
  for (size_t c = 0; c < s->channels; c++) {
    float factor = s->training ? tables[SCALE * n + c] / (float)s->rows : 0;
    offset[c] = -factor * sum_g[c];
    slope[c] = -factor * sum_gx[c] * tables[INVERSE * n + c];
  }
  repeat(s, offset);
  repeat(s, slope);
}

enum { X, WEIGHT, BIAS, RESIDUAL, INPUTS };

/* The residual is saved where the output depends on its sign. */
enum { SAVED_X, SAVED_RESIDUAL, SAVED_TABLES, ALL_SAVED };

/* Gradients of weight and bias, then of input and residual. `room`:
 * (4, columns). */
static inv_status all_gradients(const inv_node *node, backward_job *job,
                                float *room, inv_tensor *gradients) {
  const settings *s = job->settings;
  size_t n = s->columns;
  float *sum_g = room, *sum_gx = room + n;
  INV_TRY(backward_sums(job, sum_g, sum_gx));
  for (int i = WEIGHT; i <= BIAS; i++) {
    if (!inv_node_wants(node, i))
      continue;
    INV_TRY(inv_tensor_new(&gradients[i], INV_FLOAT32, 1,
                           (int64_t[]){(int64_t)s->channels}));
    memcpy(inv_f32(&gradients[i]), i == BIAS ? sum_g : sum_gx,
           s->channels * sizeof(float));
  }
  if (!inv_node_wants(node, X) && !inv_node_wants(node, RESIDUAL))
    return INV_OK;
  const inv_tensor *x = inv_node_saved(node, SAVED_X);
  INV_TRY(inv_tensor_new_like(&gradients[X], x));
  job->gx = gradients[X].data;
  if (inv_node_wants(node, RESIDUAL)) {
    INV_TRY(inv_tensor_new_like(&gradients[RESIDUAL], x));
    job->gr = gradients[RESIDUAL].data;
  }
  input_terms(s, job->tables, sum_g, sum_gx, room + 2 * n, room + 3 * n);
  job->offset = room + 2 * n;
  job->slope = room + 3 * n;
  return inv_parallel(s->rows, rows_per_chunk(s), spread_chunk, job);
}

static inv_status batch_norm_backward(const inv_node *node, const inv_tensor *g,
                                      inv_tensor *gradients) {
  const settings *s = node->attributes;
  inv_tensor gy;
  float *room = inv_alloc_array(4 * s->columns, sizeof *room);
  if (!room)
    return inv_fail_memory(4 * s->columns * sizeof *room);
  inv_status status = inv_tensor_to_contiguous(&gy, g);
  if (status == INV_OK) {
    backward_job job = {.settings = s,
                        .tables = inv_f32(inv_node_saved(node, SAVED_TABLES)),
                        .x = inv_node_saved(node, SAVED_X)->data,
                        .residual = inv_node_saved(node, SAVED_RESIDUAL)->data,
                        .g = gy.data};
    status = all_gradients(node, &job, room, gradients);
    inv_tensor_release(&gy);
  }
  inv_free(room);
  return status;
}

const inv_operation inv_operation_batch_norm = {"batch_norm",
                                                batch_norm_backward};

static inv_status batch_norm_again(const inv_node *node, inv_tensor *y) {
  const settings *s = node->attributes;
  const inv_tensor *x = inv_node_saved(node, SAVED_X);
  INV_TRY(inv_tensor_new_like(y, x));
  apply_job job = {s, inv_f32(inv_node_saved(node, SAVED_TABLES)), x->data,
                   inv_node_saved(node, SAVED_RESIDUAL)->data, y->data};
  return inv_parallel(s->rows, rows_per_chunk(s), apply_chunk, &job);
}

/* ---- the operation ------------------------------------------------------ */

static inv_status check(const inv_tensor *x, const inv_variable *const *vectors,
                        const inv_tensor *running_mean,
                        const inv_tensor *running_variance,
                        const inv_variable *residual,
                        const inv_batch_norm_options *o) {
  static const char *const names[] = {"weight", "bias"};
  char a[96], b[96];
  int64_t n = x->dims ? x->shape[x->dims - 1] : 0;
  if (x->dims < 2 || n < 1)
    return inv_fail(INV_ERR_ARGUMENT,
                    "input has shape %s, rows of channels expected",
                    inv_shape_text(a, x->dims, x->shape));
  for (int i = 0; i < 2; i++)
    if (vectors[i])
      INV_TRY(inv_layer_check_vector(&vectors[i]->value, names[i], n));
  if (running_mean)
    INV_TRY(inv_layer_check_vector(running_mean, "running mean", n));
  if (running_variance)
    INV_TRY(inv_layer_check_vector(running_variance, "running variance", n));
  const inv_tensor *added = residual ? &residual->value : x;
  if (added->dtype != x->dtype || !inv_tensor_same_shape(added, x))
    return inv_fail(INV_ERR_ARGUMENT, "input is %s %s, the residual %s %s",
                    inv_dtype_name(x->dtype),
                    inv_shape_text(a, x->dims, x->shape),
                    inv_dtype_name(added->dtype),
                    inv_shape_text(b, added->dims, added->shape));
  if (!o->training && (!running_mean || !running_variance))
    return inv_fail(INV_ERR_ARGUMENT,
                    "evaluation needs running mean and variance");
  if (o->training && inv_tensor_count(x) < 2 * n)
    return inv_fail(INV_ERR_ARGUMENT,
                    "training needs more than one value per channel, the "
                    "input has shape %s",
                    inv_shape_text(a, x->dims, x->shape));
  return INV_OK;
}

/* Scale and shift from mean and inverse deviation; then all are repeated. */
static void finish_tables(const settings *s, float *tables,
                          const inv_variable *weight,
                          const inv_variable *bias) {
  size_t n = s->columns;
  for (size_t c = 0; c < s->channels; c++) {
    int64_t at = (int64_t)c;
    const inv_tensor *w = weight ? &weight->value : NULL;
    const inv_tensor *b = bias ? &bias->value : NULL;
    float scale = w ? inv_f32(w)[at * w->strides[0]] : 1;
    float shift = b ? inv_f32(b)[at * b->strides[0]] : 0;
    tables[SCALE * n + c] = scale * tables[INVERSE * n + c];
    tables[SHIFT * n + c] =
        shift - tables[MEAN * n + c] * tables[SCALE * n + c];
  }
  for (int i = 0; i < TABLES; i++)
    repeat(s, tables + (size_t)i * n);
}

inv_status inv_variable_batch_norm(inv_variable *out, const inv_variable *x,
                                   const inv_variable *weight,
                                   const inv_variable *bias,
                                   const inv_tensor *running_mean,
                                   const inv_tensor *running_variance,
                                   const inv_variable *residual,
                                   const inv_batch_norm_options *o) {
  static const inv_variable none = {0};
  inv_tensor input, added = {0}, tables = {0}, y = {0};
  INV_TRY(check(&x->value, (const inv_variable *[]){weight, bias}, running_mean,
                running_variance, residual, o));
  INV_TRY(inv_layer_activations(&input, &x->value, "input", -1));
  size_t channels = (size_t)input.shape[input.dims - 1];
  size_t n = choose_columns(channels);
  settings s = {(size_t)inv_tensor_count(&input) / channels,
                channels,
                n,
                o->training,
                o->relu,
                residual != NULL,
                input.dtype == INV_BFLOAT16};
  inv_status status = INV_OK;
  if (residual)
    status = inv_tensor_to_contiguous(&added, &residual->value);
  if (status == INV_OK)
    status = inv_tensor_new(&tables, INV_FLOAT32, 2,
                            (int64_t[]){TABLES, (int64_t)n});
  if (status == INV_OK)
    status = inv_tensor_new_like(&y, &input);
  if (status == INV_OK && o->training)
    status = batch_statistics(&s, input.data, running_mean, running_variance, o,
                              inv_f32(&tables), inv_f32(&tables) + INVERSE * n);
  else if (status == INV_OK)
    stored_statistics(&s, running_mean, running_variance, o->epsilon,
                      inv_f32(&tables), inv_f32(&tables) + INVERSE * n);
  if (status == INV_OK) {
    finish_tables(&s, inv_f32(&tables), weight, bias);
    apply_job job = {&s, inv_f32(&tables), input.data, added.data, y.data};
    status = inv_parallel(s.rows, rows_per_chunk(&s), apply_chunk, &job);
  }
  if (status == INV_OK)
    status = inv_tape_record(
        out, &y,
        &(inv_entry){
            .operation = &inv_operation_batch_norm,
            .inputs = (const inv_variable *[]){x, weight ? weight : &none,
                                               bias ? bias : &none,
                                               residual ? residual : &none},
            .n_inputs = INPUTS,
            .saved =
                (const inv_tensor *[]){&input, s.relu ? &added : NULL, &tables},
            .n_saved = ALL_SAVED,
            .attributes = &s,
            .attribute_bytes = sizeof s,
            .recompute = s.relu || !s.residual ? batch_norm_again : NULL});
  inv_tensor_release(&y);
  inv_tensor_release(&input);
  inv_tensor_release(&added);
  inv_tensor_release(&tables);
  return status;
}

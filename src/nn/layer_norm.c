/* Layer normalisation (Ba, Kiros, Hinton, 2016): each row has mean 0 and
 * variance 1 before it is scaled and shifted. One pass over the activations
 * forward, one backward; rows stay in the first-level cache meanwhile. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "nn/lanes.h"
#include "nn/layers.h"

enum { CHUNK_FLOATS = 1 << 14 };

typedef struct {
  size_t rows, features;
  float epsilon;
} settings;

static size_t rows_per_chunk(const settings *s) {
  return CHUNK_FLOATS / (s->features + 1) + 1;
}

/* ---- sums over a row ---------------------------------------------------- */

/* Partial sums, as many as keep the adders busy. */
enum { SUMS = 4, STEP = SUMS * INV_LANES };

INV_INLINE float total(const inv_lanes sums[SUMS]) {
  inv_lanes all = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  float sum = 0;
  for (int l = 0; l < INV_LANES; l++)
    sum += all[l];
  return sum;
}

/* The sums of d and of d^2, d = x - shift. */
INV_INLINE void row_moments(const float *restrict x, size_t n, float shift,
                            float *sum, float *squares) {
  inv_lanes a[SUMS] = {{0}}, b[SUMS] = {{0}};
  size_t c = 0;
  for (; c + STEP <= n; c += STEP)
    for (int k = 0; k < SUMS; k++) {
      inv_lanes d = INV_LANES_FROM(x + c + k * INV_LANES) - shift;
      a[k] += d;
      b[k] += d * d;
    }
  *sum = total(a);
  *squares = total(b);
  for (; c < n; c++) {
    *sum += x[c] - shift;
    *squares += (x[c] - shift) * (x[c] - shift);
  }
}

/* The sums of g w and of g w x', x' the normalised x. */
INV_INLINE void row_products(const float *restrict x, const float *restrict g,
                             const float *restrict w, size_t n, float mean,
                             float inverse, float *sum, float *products) {
  inv_lanes a[SUMS] = {{0}}, b[SUMS] = {{0}};
  size_t c = 0;
  for (; c + STEP <= n; c += STEP)
    for (int k = 0; k < SUMS; k++) {
      size_t at = c + (size_t)k * INV_LANES;
      inv_lanes gw = INV_LANES_FROM(g + at) * INV_LANES_FROM(w + at);
      a[k] += gw;
      b[k] += gw * (INV_LANES_FROM(x + at) - mean);
    }
  *sum = total(a);
  *products = total(b);
  for (; c < n; c++) {
    *sum += g[c] * w[c];
    *products += g[c] * w[c] * (x[c] - mean);
  }
  *products *= inverse;
}

/* ---- forward ------------------------------------------------------------ */

typedef struct {
  const settings *settings;
  const inv_tensor *x, *y; /* activations */
  const float *scale;      /* weight (C), bias (C) */
  float *moments;          /* (rows, 2), mean and 1 / deviation */
  bool again;              /* moments are known */
} forward_job;

/* The mean is found twice: what rounding left in it the first time, large
 * where the mean is large, is the mean of the differences. */
INV_VECTOR static void find_moments(const float *restrict x, size_t n,
                                    float epsilon, float *moments) {
  float sum, squares, count = (float)n;
  row_moments(x, n, 0, &sum, &squares);
  float mean = sum / count;
  row_moments(x, n, mean, &sum, &squares);
  float rest = sum / count, variance = squares / count - rest * rest;
  float inverse = 1 / sqrtf((variance < 0 ? 0 : variance) + epsilon);
  moments[0] = mean + rest;
  moments[1] = inverse;
}

INV_VECTOR static void apply_row(const float *restrict x, size_t n,
                                 const float *moments,
                                 const float *restrict scale,
                                 float *restrict y) {
  const float *restrict bias = scale + n;
  float mean = moments[0], inverse = moments[1];
  for (size_t c = 0; c < n; c++)
    y[c] = (x[c] - mean) * inverse * scale[c] + bias[c];
}

/* Rows that are converted at once, where activations are bfloat16. */
static size_t rows_at_once(const settings *s) {
  return 2048 / s->features + 1;
}

/* Room for `tensors` times as many rows in float32. */
static inv_status new_room(float **room, size_t tensors, const settings *s) {
  size_t floats = tensors * rows_at_once(s) * s->features;
  *room = inv_alloc_array(floats, sizeof **room);
  return *room ? INV_OK : inv_fail_memory(floats * sizeof **room);
}

static inv_status forward_chunk(void *context, size_t begin, size_t end) {
  const forward_job *job = context;
  size_t n = job->settings->features, step = rows_at_once(job->settings);
  float *room;
  INV_TRY(new_room(&room, 2, job->settings));
  for (size_t r = begin; r < end; r += step) {
    size_t rows = end - r < step ? end - r : step;
    const float *x = inv_layer_read(job->x, r * n, rows * n, room);
    float *y = inv_layer_target(job->y, r * n, room + step * n);
    for (size_t i = 0; i < rows; i++) {
      float *moments = job->moments + 2 * (r + i);
      if (!job->again)
        find_moments(x + i * n, n, job->settings->epsilon, moments);
      apply_row(x + i * n, n, moments, job->scale, y + i * n);
    }
    inv_layer_write(job->y, r * n, rows * n, y);
  }
  inv_free(room);
  return INV_OK;
}

/* ---- backward ----------------------------------------------------------- */

typedef struct {
  const settings *settings;
  const inv_tensor *x, *g, *gx; /* gx: or NULL */
  const float *scale, *moments;
  float *parts; /* per chunk: gradients of weight (C) and bias (C) */
} backward_job;

/* With x' the normalised x and means over the row:
 * gx = (g w - mean(g w) - x' mean(g w x')) / deviation. */
INV_INLINE void input_row(const float *restrict x, const float *restrict g,
                          size_t n, const float *restrict w, float mean,
                          float inverse, float *restrict gx) {
  float sum, products;
  row_products(x, g, w, n, mean, inverse, &sum, &products);
  float offset = sum / (float)n, slope = products / (float)n * inverse;
  for (size_t c = 0; c < n; c++)
    gx[c] = (g[c] * w[c] - offset - (x[c] - mean) * slope) * inverse;
}

INV_INLINE void weight_row(const float *restrict x, const float *restrict g,
                           size_t n, float mean, float inverse,
                           float *restrict weight, float *restrict bias) {
  for (size_t c = 0; c < n; c++) {
    weight[c] += g[c] * ((x[c] - mean) * inverse);
    bias[c] += g[c];
  }
}

INV_VECTOR static void backward_row(const float *x, const float *g, size_t n,
                                    const float *w, const float *moments,
                                    float *gx, float *part) {
  if (gx)
    input_row(x, g, n, w, moments[0], moments[1], gx);
  weight_row(x, g, n, moments[0], moments[1], part, part + n);
}

/* Row by row, while the row is in the cache. room: three times the rows. */
static void backward_rows(const backward_job *job, size_t first, size_t rows,
                          float *room, float *part) {
  size_t n = job->settings->features, at = first * n, size = rows * n;
  const float *x = inv_layer_read(job->x, at, size, room);
  const float *g = inv_layer_read(job->g, at, size, room + size);
  float *gx = NULL;
  if (job->gx)
    gx = inv_layer_target(job->gx, at, room + 2 * size);
  for (size_t i = 0; i < rows; i++)
    backward_row(x + i * n, g + i * n, n, job->scale,
                 job->moments + 2 * (first + i), gx ? gx + i * n : NULL, part);
  if (gx)
    inv_layer_write(job->gx, at, size, gx);
}

static inv_status backward_chunk(void *context, size_t begin, size_t end) {
  const backward_job *job = context;
  const settings *s = job->settings;
  size_t step = rows_at_once(s);
  float *part = job->parts + begin / rows_per_chunk(s) * 2 * s->features;
  float *room;
  INV_TRY(new_room(&room, 3, s));
  memset(part, 0, 2 * s->features * sizeof *part);
  for (size_t r = begin; r < end; r += step)
    backward_rows(job, r, end - r < step ? end - r : step, room, part);
  inv_free(room);
  return INV_OK;
}

enum { X, WEIGHT, BIAS, INPUTS };

static inv_status all_gradients(const inv_node *node, backward_job *job,
                                inv_tensor *gradients) {
  const settings *s = job->settings;
  size_t n = s->features, chunk = rows_per_chunk(s);
  size_t chunks = s->rows / chunk + (s->rows % chunk != 0);
  if (inv_node_wants(node, X)) {
    INV_TRY(inv_tensor_new_like(&gradients[X], inv_node_saved(node, 0)));
    job->gx = &gradients[X];
  }
  INV_TRY(inv_parallel(s->rows, chunk, backward_chunk, job));
  for (int i = WEIGHT; i <= BIAS; i++) {
    if (!inv_node_wants(node, i))
      continue;
    INV_TRY(
        inv_tensor_new(&gradients[i], INV_FLOAT32, 1, (int64_t[]){(int64_t)n}));
    inv_layer_add_parts(job->parts + (i == BIAS ? n : 0), chunks, 2 * n, n,
                        inv_f32(&gradients[i]));
  }
  return INV_OK;
}

/* Saved: x, scale (weight, bias), moments. */
static inv_status layer_norm_backward(const inv_node *node, const inv_tensor *g,
                                      inv_tensor *gradients) {
  const settings *s = node->attributes;
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  size_t chunks = s->rows / rows_per_chunk(s) + 1;
  backward_job job = {
      .settings = s,
      .x = inv_node_saved(node, 0),
      .g = &gy,
      .scale = inv_f32(inv_node_saved(node, 1)),
      .moments = inv_f32(inv_node_saved(node, 2)),
      .parts = inv_alloc_array(chunks * 2 * s->features, sizeof(float))};
  inv_status status =
      job.parts ? all_gradients(node, &job, gradients)
                : inv_fail_memory(chunks * 2 * s->features * sizeof(float));
  inv_free(job.parts);
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_layer_norm = {"layer_norm",
                                                layer_norm_backward};

/* ---- the operation ------------------------------------------------------ */

static inv_status check(const inv_tensor *x, double epsilon) {
  char text[96];
  if (x->dims < 1 || x->shape[x->dims - 1] < 1)
    return inv_fail(INV_ERR_ARGUMENT,
                    "input has shape %s, rows of features expected",
                    inv_shape_text(text, x->dims, x->shape));
  if (!(epsilon >= 0))
    return inv_fail(INV_ERR_ARGUMENT, "epsilon is %g, at least 0 expected",
                    epsilon);
  return INV_OK;
}

static inv_status run(const settings *s, const inv_tensor *x,
                      const inv_tensor *scale, inv_tensor *moments,
                      inv_tensor *y) {
  INV_TRY(inv_tensor_new(moments, INV_FLOAT32, 2,
                         (int64_t[]){(int64_t)s->rows, 2}));
  INV_TRY(inv_tensor_new_like(y, x));
  forward_job job = {s, x, y, inv_f32(scale), inv_f32(moments), false};
  return inv_parallel(s->rows, rows_per_chunk(s), forward_chunk, &job);
}

static inv_status layer_norm_again(const inv_node *node, inv_tensor *y) {
  const settings *s = node->attributes;
  const inv_tensor *x = inv_node_saved(node, 0);
  INV_TRY(inv_tensor_new_like(y, x));
  forward_job job = {s,
                     x,
                     y,
                     inv_f32(inv_node_saved(node, 1)),
                     inv_f32(inv_node_saved(node, 2)),
                     true};
  return inv_parallel(s->rows, rows_per_chunk(s), forward_chunk, &job);
}

inv_status inv_variable_layer_norm(inv_variable *out, const inv_variable *x,
                                   const inv_variable *weight,
                                   const inv_variable *bias, double epsilon) {
  static const inv_variable none = {0};
  inv_tensor input, scale = {0}, moments = {0}, y = {0};
  INV_TRY(check(&x->value, epsilon));
  INV_TRY(inv_layer_activations(&input, &x->value, "input", -1));
  size_t n = (size_t)input.shape[input.dims - 1];
  settings s = {(size_t)inv_tensor_count(&input) / n, n, (float)epsilon};
  inv_status status = inv_layer_scale(&scale, (int64_t)n, weight, bias);
  if (status == INV_OK)
    status = run(&s, &input, &scale, &moments, &y);
  if (status == INV_OK)
    status = inv_tape_record(
        out, &y,
        &(inv_entry){.operation = &inv_operation_layer_norm,
                     .inputs =
                         (const inv_variable *[]){x, weight ? weight : &none,
                                                  bias ? bias : &none},
                     .n_inputs = INPUTS,
                     .saved = (const inv_tensor *[]){&input, &scale, &moments},
                     .n_saved = 3,
                     .attributes = &s,
                     .attribute_bytes = sizeof s,
                     .recompute = layer_norm_again});
  inv_tensor_release(&y);
  inv_tensor_release(&input);
  inv_tensor_release(&scale);
  inv_tensor_release(&moments);
  return status;
}

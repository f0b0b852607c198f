/* Group normalisation (Wu and He, 2018): mean and variance over the positions
 * of one sample and the channels of one group. Samples run in parallel. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "nn/layers.h"

typedef struct {
  size_t samples, positions, channels, groups;
  float epsilon;
} settings;

/* ---- sums over positions ------------------------------------------------ */

/* sums[c] = the sum of d = x - shift, squares[c] that of d^2. */
INV_VECTOR static void column_moments(const float *restrict x, size_t rows,
                                      size_t n, const float *restrict shift,
                                      float *restrict sums,
                                      float *restrict squares) {
  memset(sums, 0, n * sizeof *sums);
  memset(squares, 0, n * sizeof *squares);
  for (size_t r = 0; r < rows; r++, x += n)
    for (size_t c = 0; c < n; c++) {
      float d = x[c] - shift[c];
      sums[c] += d;
      squares[c] += d * d;
    }
}

/* sums[c] = the sum of g, products[c] that of g x', x' the normalised x. */
INV_VECTOR static void column_products(const float *restrict x,
                                       const float *restrict g, size_t rows,
                                       size_t n, const float *restrict mean,
                                       const float *restrict inverse,
                                       float *restrict sums,
                                       float *restrict products) {
  memset(sums, 0, n * sizeof *sums);
  memset(products, 0, n * sizeof *products);
  for (size_t r = 0; r < rows; r++, x += n, g += n)
    for (size_t c = 0; c < n; c++) {
      sums[c] += g[c];
      products[c] += g[c] * ((x[c] - mean[c]) * inverse[c]);
    }
}

/* The mean over a group of what was summed per channel, by weight if any. */
static double group_mean(const settings *s, const float *sums,
                         const float *weight) {
  size_t members = s->channels / s->groups;
  double sum = 0;
  for (size_t c = 0; c < members; c++)
    sum += weight ? (double)sums[c] * weight[c] : (double)sums[c];
  return sum / ((double)members * (double)s->positions);
}

/* ---- forward ------------------------------------------------------------ */

typedef struct {
  const settings *settings;
  const inv_tensor *x, *y; /* activations */
  const float *scale;      /* weight (C), bias (C) */
  float *moments;          /* (N, 2, C), mean and 1 / deviation */
} forward_job;

/* Room for two rows of channels and, where activations are bfloat16, for
 * `samples` samples in float32. */
static inv_status new_room(float **room, const settings *s, const inv_tensor *x,
                           size_t samples) {
  size_t floats = 2 * s->channels;
  if (x->dtype == INV_BFLOAT16)
    floats += samples * s->positions * s->channels;
  *room = inv_alloc_array(floats, sizeof **room);
  return *room ? INV_OK : inv_fail_memory(floats * sizeof **room);
}

/* Mean and 1 / deviation of each channel's group. The mean is found twice:
 * what rounding left in it is the mean of the differences. room: (2, C). */
static void find_moments(const settings *s, const float *x, float *mean,
                         float *inverse, float *room) {
  size_t n = s->channels, members = n / s->groups;
  float *sums = room, *squares = room + n;
  memset(mean, 0, n * sizeof *mean);
  column_moments(x, s->positions, n, mean, sums, squares);
  for (size_t c = 0; c < n; c++)
    mean[c] = (float)group_mean(s, sums + c / members * members, NULL);
  column_moments(x, s->positions, n, mean, sums, squares);
  for (size_t c = 0; c < n; c += members) {
    double rest = group_mean(s, sums + c, NULL);
    double variance = group_mean(s, squares + c, NULL) - rest * rest;
    variance = variance < 0 ? 0 : variance;
    for (size_t i = c; i < c + members; i++) {
      mean[i] += (float)rest;
      inverse[i] = (float)(1 / sqrt(variance + (double)s->epsilon));
    }
  }
}

/* y may be x. */
INV_VECTOR static void normalise_rows(const float *x, size_t rows, size_t n,
                                      const float *restrict mean,
                                      const float *restrict inverse,
                                      const float *restrict weight,
                                      const float *restrict bias, float *y) {
  for (size_t r = 0; r < rows; r++, x += n, y += n)
    INV_INDEPENDENT
  for (size_t c = 0; c < n; c++)
    y[c] = (x[c] - mean[c]) * inverse[c] * weight[c] + bias[c];
}

static inv_status forward_chunk(void *context, size_t begin, size_t end) {
  const forward_job *job = context;
  const settings *s = job->settings;
  size_t n = s->channels, size = s->positions * n;
  float *room;
  INV_TRY(new_room(&room, s, job->x, 1));
  for (size_t i = begin; i < end; i++) {
    float *mean = job->moments + 2 * i * n, *inverse = mean + n;
    const float *x = inv_layer_read(job->x, i * size, size, room + 2 * n);
    float *y = inv_layer_target(job->y, i * size, room + 2 * n);
    find_moments(s, x, mean, inverse, room);
    normalise_rows(x, s->positions, n, mean, inverse, job->scale,
                   job->scale + n, y);
    inv_layer_write(job->y, i * size, size, y);
  }
  inv_free(room);
  return INV_OK;
}

/* ---- backward ----------------------------------------------------------- */

typedef struct {
  const settings *settings;
  const inv_tensor *x, *g, *gx; /* gx: or NULL */
  const float *scale, *moments;
  float *sums; /* (N, 2, C): of g and g x' over positions */
} backward_job;

/* gx = (g w - mean(g w) - x' mean(g w x')) / deviation, means over the group,
 * given per channel as offset and slope; gx may be x. */
INV_VECTOR static void
input_rows(const float *x, const float *restrict g, size_t rows, size_t n,
           const float *restrict weight, const float *restrict mean,
           const float *restrict inverse, const float *restrict offset,
           const float *restrict slope, float *gx) {
  for (size_t r = 0; r < rows; r++, x += n, g += n, gx += n)
    INV_INDEPENDENT
  for (size_t c = 0; c < n; c++)
    gx[c] = (g[c] * weight[c] - offset[c] -
             (x[c] - mean[c]) * inverse[c] * slope[c]) *
            inverse[c];
}

/* The gradient of sample i, or only the sums where it is not wanted. */
static void backward_sample(const backward_job *job, size_t i, float *room) {
  const settings *s = job->settings;
  size_t n = s->channels, members = n / s->groups, size = s->positions * n;
  const float *mean = job->moments + 2 * i * n, *inverse = mean + n;
  float *sums = job->sums + 2 * i * n;
  const float *x = inv_layer_read(job->x, i * size, size, room + 2 * n);
  const float *g = inv_layer_read(job->g, i * size, size, room + 2 * n + size);
  column_products(x, g, s->positions, n, mean, inverse, sums, sums + n);
  if (!job->gx)
    return;
  for (size_t c = 0; c < n; c++) {
    size_t first = c / members * members;
    const float *weight = job->scale + first;
    room[c] = (float)group_mean(s, sums + first, weight);
    room[n + c] = (float)group_mean(s, sums + n + first, weight);
  }
  float *gx = inv_layer_target(job->gx, i * size, room + 2 * n);
  input_rows(x, g, s->positions, n, job->scale, mean, inverse, room, room + n,
             gx);
  inv_layer_write(job->gx, i * size, size, gx);
}

static inv_status backward_chunk(void *context, size_t begin, size_t end) {
  const backward_job *job = context;
  float *room;
  INV_TRY(new_room(&room, job->settings, job->x, 2));
  for (size_t i = begin; i < end; i++)
    backward_sample(job, i, room);
  inv_free(room);
  return INV_OK;
}

enum { X, WEIGHT, BIAS, INPUTS };

static inv_status all_gradients(const inv_node *node, backward_job *job,
                                inv_tensor *gradients) {
  const settings *s = job->settings;
  size_t n = s->channels;
  if (inv_node_wants(node, X)) {
    INV_TRY(inv_tensor_new_like(&gradients[X], inv_node_saved(node, 0)));
    job->gx = &gradients[X];
  }
  INV_TRY(inv_parallel(s->samples, 1, backward_chunk, job));
  for (int i = WEIGHT; i <= BIAS; i++) {
    if (!inv_node_wants(node, i))
      continue;
    INV_TRY(
        inv_tensor_new(&gradients[i], INV_FLOAT32, 1, (int64_t[]){(int64_t)n}));
    inv_layer_add_parts(job->sums + (i == WEIGHT ? n : 0), s->samples, 2 * n, n,
                        inv_f32(&gradients[i]));
  }
  return INV_OK;
}

/* Saved: x, scale (weight, bias), moments. */
static inv_status group_norm_backward(const inv_node *node, const inv_tensor *g,
                                      inv_tensor *gradients) {
  const settings *s = node->attributes;
  size_t floats = s->samples * 2 * s->channels;
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  backward_job job = {.settings = s,
                      .x = inv_node_saved(node, 0),
                      .g = &gy,
                      .scale = inv_f32(inv_node_saved(node, 1)),
                      .moments = inv_f32(inv_node_saved(node, 2)),
                      .sums = inv_alloc_array(floats, sizeof(float))};
  inv_status status = job.sums ? all_gradients(node, &job, gradients)
                               : inv_fail_memory(floats * sizeof(float));
  inv_free(job.sums);
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_group_norm = {"group_norm",
                                                group_norm_backward};

/* ---- the operation ------------------------------------------------------ */

static inv_status make_settings(settings *s, const inv_tensor *x, int groups,
                                double epsilon) {
  char text[96];
  int64_t n = x->dims ? x->shape[x->dims - 1] : 0;
  if (x->dims < 2 || n < 1)
    return inv_fail(INV_ERR_ARGUMENT,
                    "input has shape %s, (samples, ..., channels) expected",
                    inv_shape_text(text, x->dims, x->shape));
  if (groups < 1 || n % groups)
    return inv_fail(INV_ERR_ARGUMENT,
                    "%lld channels do not divide into %d groups", (long long)n,
                    groups);
  if (!(epsilon >= 0))
    return inv_fail(INV_ERR_ARGUMENT, "epsilon is %g, at least 0 expected",
                    epsilon);
  int64_t positions = 1;
  for (int d = 1; d < x->dims - 1; d++)
    positions *= x->shape[d];
  if (positions < 1)
    return inv_fail(INV_ERR_ARGUMENT, "input of shape %s has no positions",
                    inv_shape_text(text, x->dims, x->shape));
  *s = (settings){(size_t)x->shape[0], (size_t)positions, (size_t)n,
                  (size_t)groups, (float)epsilon};
  return INV_OK;
}

static inv_status run(const settings *s, const inv_tensor *x,
                      const inv_tensor *scale, inv_tensor *moments,
                      inv_tensor *y) {
  INV_TRY(inv_tensor_new(
      moments, INV_FLOAT32, 3,
      (int64_t[]){(int64_t)s->samples, 2, (int64_t)s->channels}));
  INV_TRY(inv_tensor_new_like(y, x));
  forward_job job = {s, x, y, inv_f32(scale), inv_f32(moments)};
  return inv_parallel(s->samples, 1, forward_chunk, &job);
}

inv_status inv_variable_group_norm(inv_variable *out, const inv_variable *x,
                                   int groups, const inv_variable *weight,
                                   const inv_variable *bias, double epsilon) {
  static const inv_variable none = {0};
  inv_tensor input, scale = {0}, moments = {0}, y = {0};
  settings s;
  INV_TRY(make_settings(&s, &x->value, groups, epsilon));
  INV_TRY(inv_layer_activations(&input, &x->value, "input", -1));
  inv_status status =
      inv_layer_scale(&scale, (int64_t)s.channels, weight, bias);
  if (status == INV_OK)
    status = run(&s, &input, &scale, &moments, &y);
  if (status == INV_OK)
    status = inv_tape_record(
        out, &y,
        &(inv_entry){.operation = &inv_operation_group_norm,
                     .inputs =
                         (const inv_variable *[]){x, weight ? weight : &none,
                                                  bias ? bias : &none},
                     .n_inputs = INPUTS,
                     .saved = (const inv_tensor *[]){&input, &scale, &moments},
                     .n_saved = 3,
                     .attributes = &s,
                     .attribute_bytes = sizeof s});
  inv_tensor_release(&y);
  inv_tensor_release(&input);
  inv_tensor_release(&scale);
  inv_tensor_release(&moments);
  return status;
}

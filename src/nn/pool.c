/* Maximum, average and global average pooling over H and W. */
#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "base/vector.h"
#include "nn/layers.h"

/* Sizes of one pooling; windows are square. */
typedef struct {
  int64_t batch, height, width, channels, out_height, out_width;
  int size, stride, padding;
} pooling;

typedef struct {
  const pooling *p;
  const float *x;
  float *y;
  int32_t *from; /* which input pixel was the largest, per output element */
} pool_job;

/* ---- sizes -------------------------------------------------------------- */

static inv_status make_pooling(pooling *p, const inv_tensor *x,
                               const inv_pool_options *o) {
  if (o->size < 1 || o->stride < 1 || o->padding < 0 ||
      o->padding > o->size / 2)
    return inv_fail(INV_ERR_ARGUMENT,
                    "size %d, stride %d, padding %d: at least 1, at least 1, "
                    "0 .. half the size expected",
                    o->size, o->stride, o->padding);
  *p = (pooling){.batch = x->shape[0],
                 .height = x->shape[1],
                 .width = x->shape[2],
                 .channels = x->shape[3],
                 .size = o->size,
                 .stride = o->stride,
                 .padding = o->padding};
  int64_t high = p->height + 2 * o->padding - o->size;
  int64_t wide = p->width + 2 * o->padding - o->size;
  char text[96];
  if (high < 0 || wide < 0 || p->height < 1 || p->width < 1 ||
      p->height * p->width > INT32_MAX)
    return inv_fail(INV_ERR_ARGUMENT,
                    "windows of %d x %d do not fit the input of shape %s",
                    o->size, o->size, inv_shape_text(text, 4, x->shape));
  p->out_height = high / o->stride + 1;
  p->out_width = wide / o->stride + 1;
  return INV_OK;
}

static inv_status new_output(inv_tensor *y, inv_dtype dtype, const pooling *p) {
  return inv_tensor_new(
      y, dtype, 4,
      (int64_t[]){p->batch, p->out_height, p->out_width, p->channels});
}

static inv_status new_input(inv_tensor *x, const pooling *p) {
  return inv_tensor_zeros(
      x, INV_FLOAT32, 4,
      (int64_t[]){p->batch, p->height, p->width, p->channels});
}

/* The part of a window that lies in the input: pixels begin .. end-1. */
static void clip(const pooling *p, int64_t out, int64_t size, int64_t *begin,
                 int64_t *end) {
  int64_t first = out * p->stride - p->padding;
  *begin = first < 0 ? 0 : first;
  *end = first + p->size > size ? size : first + p->size;
}

/* Calls `visit` for the pixels that the window of each output pixel covers. */
typedef void (*visit_fn)(const pool_job *job, int64_t sample, int64_t out,
                         int64_t pixel, bool first);

INV_INLINE void visit_sample(const pool_job *job, int64_t sample,
                             visit_fn visit) {
  const pooling *p = job->p;
  for (int64_t oy = 0; oy < p->out_height; oy++) {
    int64_t top, bottom, left, right;
    clip(p, oy, p->height, &top, &bottom);
    for (int64_t ox = 0; ox < p->out_width; ox++) {
      clip(p, ox, p->width, &left, &right);
      for (int64_t y = top; y < bottom; y++)
        for (int64_t x = left; x < right; x++)
          visit(job, sample, oy * p->out_width + ox, y * p->width + x,
                y == top && x == left);
    }
  }
}

/* Where an output pixel's and an input pixel's channels begin. */
static inline int64_t at_output(const pooling *p, int64_t sample, int64_t out) {
  return (sample * p->out_height * p->out_width + out) * p->channels;
}

static inline int64_t at_input(const pooling *p, int64_t sample, int64_t in) {
  return (sample * p->height * p->width + in) * p->channels;
}

/* ---- maximum ------------------------------------------------------------ */

static inline void take_larger(const pool_job *job, int64_t sample, int64_t out,
                               int64_t pixel, bool first) {
  const pooling *p = job->p;
  const float *restrict x = job->x + at_input(p, sample, pixel);
  float *restrict y = job->y + at_output(p, sample, out);
  int32_t *restrict from = job->from + at_output(p, sample, out);
  for (int64_t c = 0; c < p->channels; c++) {
    bool larger = first || x[c] > y[c] || isnan(x[c]);
    y[c] = larger ? x[c] : y[c];
    from[c] = larger ? (int32_t)pixel : from[c];
  }
}

INV_VECTOR static void max_sample(const pool_job *job, int64_t sample) {
  visit_sample(job, sample, take_larger);
}

static inv_status max_samples(void *context, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++)
    max_sample(context, (int64_t)i);
  return INV_OK;
}

static inv_status max_back_samples(void *context, size_t begin, size_t end) {
  const pool_job *job = context;
  const pooling *p = job->p;
  for (int64_t i = (int64_t)begin; i < (int64_t)end; i++) {
    float *to = job->y + at_input(p, i, 0);
    for (int64_t out = 0; out < p->out_height * p->out_width; out++) {
      int64_t at = at_output(p, i, out);
      for (int64_t c = 0; c < p->channels; c++)
        to[job->from[at + c] * p->channels + c] += job->x[at + c];
    }
  }
  return INV_OK;
}

/* Runs a job for a backward function: job.x is the gradient. */
static inv_status pool_backward(const pooling *p, const inv_tensor *g,
                                inv_tensor *gradient, int32_t *from,
                                inv_chunk_fn fn) {
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  inv_status status = new_input(gradient, p);
  if (status == INV_OK) {
    pool_job job = {p, inv_f32(&gy), inv_f32(gradient), from};
    status = inv_parallel((size_t)p->batch, 1, fn, &job);
  }
  inv_tensor_release(&gy);
  return status;
}

/* Saved: where the maxima were. */
static inv_status max_backward(const inv_node *node, const inv_tensor *g,
                               inv_tensor *gradients) {
  return pool_backward(node->attributes, g, &gradients[0],
                       inv_i32(inv_node_saved(node, 0)), max_back_samples);
}

const inv_operation inv_operation_max_pool = {"max_pool", max_backward};

/* The value of a pooling; `from` (for the maximum) may be NULL. */
static inv_status pool(inv_tensor *y, inv_tensor *from, pooling *p,
                       const inv_variable *x, const inv_pool_options *o,
                       inv_chunk_fn fn) {
  inv_tensor input;
  INV_TRY(inv_layer_input(&input, &x->value, "input", 4));
  inv_status status = make_pooling(p, &input, o);
  if (status == INV_OK && from)
    status = new_output(from, INV_INT32, p);
  if (status == INV_OK)
    status = new_output(y, INV_FLOAT32, p);
  if (status == INV_OK) {
    pool_job job = {p, inv_f32(&input), inv_f32(y),
                    from ? inv_i32(from) : NULL};
    status = inv_parallel((size_t)p->batch, 1, fn, &job);
    if (status != INV_OK)
      inv_tensor_release(y);
  }
  inv_tensor_release(&input);
  return status;
}

inv_status inv_variable_max_pool(inv_variable *out, const inv_variable *x,
                                 const inv_pool_options *options) {
  pooling p;
  inv_tensor y, from = {0};
  inv_status status = pool(&y, &from, &p, x, options, max_samples);
  if (status == INV_OK)
    status =
        inv_tape_record(out, &y,
                        &(inv_entry){.operation = &inv_operation_max_pool,
                                     .inputs = (const inv_variable *[]){x},
                                     .n_inputs = 1,
                                     .saved = (const inv_tensor *[]){&from},
                                     .n_saved = 1,
                                     .attributes = &p,
                                     .attribute_bytes = sizeof p});
  inv_tensor_release(&from);
  return status;
}

/* ---- average ------------------------------------------------------------ */

static inline void add_pixel(const pool_job *job, int64_t sample, int64_t out,
                             int64_t pixel, bool first) {
  const pooling *p = job->p;
  const float *restrict x = job->x + at_input(p, sample, pixel);
  float *restrict y = job->y + at_output(p, sample, out);
  float factor = 1 / ((float)p->size * (float)p->size);
  for (int64_t c = 0; c < p->channels; c++)
    y[c] = (first ? 0 : y[c]) + x[c] * factor;
}

static inline void share_pixel(const pool_job *job, int64_t sample, int64_t out,
                               int64_t pixel, bool first) {
  const pooling *p = job->p;
  const float *restrict g = job->x + at_output(p, sample, out);
  float *restrict to = job->y + at_input(p, sample, pixel);
  float factor = 1 / ((float)p->size * (float)p->size);
  (void)first;
  for (int64_t c = 0; c < p->channels; c++)
    to[c] += g[c] * factor;
}

INV_VECTOR static void average_sample(const pool_job *job, int64_t sample) {
  visit_sample(job, sample, add_pixel);
}

INV_VECTOR static void average_back_sample(const pool_job *job,
                                           int64_t sample) {
  visit_sample(job, sample, share_pixel);
}

static inv_status average_samples(void *context, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++)
    average_sample(context, (int64_t)i);
  return INV_OK;
}

static inv_status average_back_samples(void *context, size_t begin,
                                       size_t end) {
  for (size_t i = begin; i < end; i++)
    average_back_sample(context, (int64_t)i);
  return INV_OK;
}

static inv_status average_backward(const inv_node *node, const inv_tensor *g,
                                   inv_tensor *gradients) {
  return pool_backward(node->attributes, g, &gradients[0], NULL,
                       average_back_samples);
}

const inv_operation inv_operation_avg_pool = {"avg_pool", average_backward};

inv_status inv_variable_avg_pool(inv_variable *out, const inv_variable *x,
                                 const inv_pool_options *options) {
  pooling p;
  inv_tensor y;
  INV_TRY(pool(&y, NULL, &p, x, options, average_samples));
  return inv_tape_record(out, &y,
                         &(inv_entry){.operation = &inv_operation_avg_pool,
                                      .inputs = (const inv_variable *[]){x},
                                      .n_inputs = 1,
                                      .attributes = &p,
                                      .attribute_bytes = sizeof p});
}

/* ---- global average ----------------------------------------------------- */

INV_VECTOR static void mean_pixels(const float *restrict x, int64_t pixels,
                                   int64_t n, float *restrict y) {
  for (int64_t c = 0; c < n; c++)
    y[c] = 0;
  for (int64_t i = 0; i < pixels; i++, x += n)
    for (int64_t c = 0; c < n; c++)
      y[c] += x[c];
  for (int64_t c = 0; c < n; c++)
    y[c] /= (float)pixels;
}

static inv_status global_samples(void *context, size_t begin, size_t end) {
  const pool_job *job = context;
  const pooling *p = job->p;
  for (int64_t i = (int64_t)begin; i < (int64_t)end; i++)
    mean_pixels(job->x + at_input(p, i, 0), p->height * p->width, p->channels,
                job->y + i * p->channels);
  return INV_OK;
}

static inv_status global_back_samples(void *context, size_t begin, size_t end) {
  const pool_job *job = context;
  const pooling *p = job->p;
  int64_t pixels = p->height * p->width, n = p->channels;
  for (int64_t i = (int64_t)begin; i < (int64_t)end; i++) {
    const float *g = job->x + i * n;
    float *to = job->y + at_input(p, i, 0);
    for (int64_t c = 0; c < n; c++)
      to[c] = g[c] / (float)pixels;
    for (int64_t k = 1; k < pixels; k++)
      memcpy(to + k * n, to, (size_t)n * sizeof *to);
  }
  return INV_OK;
}

static inv_status global_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  return pool_backward(node->attributes, g, &gradients[0], NULL,
                       global_back_samples);
}

const inv_operation inv_operation_global_avg_pool = {"global_avg_pool",
                                                     global_backward};

inv_status inv_variable_global_avg_pool(inv_variable *out,
                                        const inv_variable *x) {
  inv_tensor input, y;
  INV_TRY(inv_layer_input(&input, &x->value, "input", 4));
  const int64_t *s = input.shape;
  pooling p = {.batch = s[0], .height = s[1], .width = s[2], .channels = s[3]};
  inv_status status = INV_OK;
  if (s[1] < 1 || s[2] < 1)
    status = inv_fail(INV_ERR_ARGUMENT, "the images have no pixels");
  if (status == INV_OK)
    status =
        inv_tensor_new(&y, INV_FLOAT32, 2, (int64_t[]){p.batch, p.channels});
  if (status == INV_OK) {
    pool_job job = {&p, inv_f32(&input), inv_f32(&y), NULL};
    status = inv_parallel((size_t)p.batch, 8, global_samples, &job);
    if (status != INV_OK)
      inv_tensor_release(&y);
  }
  inv_tensor_release(&input);
  INV_TRY(status);
  return inv_tape_record(
      out, &y,
      &(inv_entry){.operation = &inv_operation_global_avg_pool,
                   .inputs = (const inv_variable *[]){x},
                   .n_inputs = 1,
                   .attributes = &p,
                   .attribute_bytes = sizeof p});
}

/* Maximum, average and global average pooling over H and W. Backward, too,
 * goes from target to target and reads what each is made of: every element is
 * written once, from sums in float32. */
#include <math.h>
#include <string.h>

#include "base/bfloat16.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "nn/layers.h"

/* Sizes of one pooling; windows are square. */
typedef struct {
  int64_t batch, height, width, channels, out_height, out_width;
  int size, stride, padding;
} pooling;

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

/* ---- the pixels of a sample --------------------------------------------- */

/* What is made from what: forward an output from an input, backward the
 * gradient of an input from that of an output. */
typedef enum { MAXIMUM, MAXIMUM_BACK, AVERAGE, AVERAGE_BACK } pool_kind;

typedef struct {
  const pooling *p;
  pool_kind kind;
  bool half; /* source and target are bfloat16 */
  const void *source;
  void *target;
  int32_t *from; /* which input pixel was the largest, per output element */
} pool_job;

/* Channels that are handled together. */
enum { GROUP = 64 };

/* One pixel of the target, `n` of its channels, and the source pixels top ..
 * bottom-1, left .. right-1 it is made of. */
typedef struct {
  size_t source, target, n; /* the first channel, of the source in pixel 0 */
  int32_t pixel;            /* the target's number in its sample */
  int64_t top, bottom, left, right, width; /* width of the source */
} region;

/* The source pixels of place `at` along one dimension: begin .. end-1. */
INV_INLINE void extent(pool_kind KIND, const pooling *p, int64_t at,
                       int64_t size, int64_t *begin, int64_t *end) {
  if (KIND == MAXIMUM || KIND == AVERAGE) {
    int64_t first = at * p->stride - p->padding;
    *begin = first < 0 ? 0 : first;
    *end = first + p->size > size ? size : first + p->size;
  } else { /* the windows that reach it */
    int64_t first = at + p->padding - p->size + 1;
    int64_t last = (at + p->padding) / p->stride;
    *begin = first <= 0 ? 0 : (first - 1) / p->stride + 1;
    *end = last < size ? last + 1 : size;
  }
}

INV_INLINE void maximum(bool HALF, const pool_job *job, const region *r) {
  float best[GROUP];
  int32_t place[GROUP];
  for (size_t c = 0; c < r->n; c++) {
    best[c] = -INFINITY;
    place[c] = (int32_t)(r->top * r->width + r->left);
  }
  for (int64_t y = r->top; y < r->bottom; y++)
    for (int64_t x = r->left; x < r->right; x++) {
      int32_t pixel = (int32_t)(y * r->width + x);
      size_t at = r->source + (size_t)pixel * (size_t)job->p->channels;
      for (size_t c = 0; c < r->n; c++) {
        float v = inv_load(HALF, job->source, at + c);
        bool larger = v > best[c] || v != v;
        best[c] = larger ? v : best[c];
        place[c] = larger ? pixel : place[c];
      }
    }
  INV_INDEPENDENT
  for (size_t c = 0; c < r->n; c++) {
    inv_store(HALF, job->target, r->target + c, best[c]);
    job->from[r->target + c] = place[c];
  }
}

/* A plain sum, or, with FROM, a sum of those whose maximum was this pixel. */
INV_INLINE void sum(bool HALF, bool FROM, const pool_job *job,
                    const region *r) {
  float sums[GROUP] = {0}, values[GROUP];
  float factor = FROM ? 1 : 1 / ((float)job->p->size * (float)job->p->size);
  for (int64_t y = r->top; y < r->bottom; y++)
    for (int64_t x = r->left; x < r->right; x++) {
      size_t pixel = (size_t)(y * r->width + x);
      size_t at = r->source + pixel * (size_t)job->p->channels;
      for (size_t c = 0; c < r->n; c++)
        values[c] = inv_load(HALF, job->source, at + c) * factor;
      for (size_t c = 0; c < r->n; c++)
        sums[c] += !FROM || job->from[at + c] == r->pixel ? values[c] : 0;
    }
  INV_INDEPENDENT
  for (size_t c = 0; c < r->n; c++)
    inv_store(HALF, job->target, r->target + c, sums[c]);
}

INV_INLINE void pool_as(bool HALF, pool_kind KIND, const pool_job *job,
                        int64_t sample) {
  const pooling *p = job->p;
  bool back = KIND == MAXIMUM_BACK || KIND == AVERAGE_BACK;
  int64_t out = p->out_height * p->out_width, in = p->height * p->width;
  int64_t height = back ? p->height : p->out_height;
  int64_t width = back ? p->width : p->out_width, n = p->channels;
  region r = {.width = back ? p->out_width : p->width};
  for (int64_t y = 0; y < height; y++) {
    extent(KIND, p, y, back ? p->out_height : p->height, &r.top, &r.bottom);
    for (int64_t x = 0; x < width; x++) {
      extent(KIND, p, x, r.width, &r.left, &r.right);
      r.pixel = (int32_t)(y * width + x);
      for (int64_t c = 0; c < n; c += GROUP) {
        r.source = (size_t)(sample * (back ? out : in) * n + c);
        r.target =
            (size_t)((sample * (back ? in : out) + y * width + x) * n + c);
        r.n = (size_t)(n - c < GROUP ? n - c : GROUP);
        if (KIND == MAXIMUM)
          maximum(HALF, job, &r);
        else
          sum(HALF, KIND == MAXIMUM_BACK, job, &r);
      }
    }
  }
}

INV_INLINE void pool_any(bool HALF, const pool_job *job, int64_t sample) {
  switch (job->kind) {
  case MAXIMUM: pool_as(HALF, MAXIMUM, job, sample); break;
  case MAXIMUM_BACK: pool_as(HALF, MAXIMUM_BACK, job, sample); break;
  case AVERAGE: pool_as(HALF, AVERAGE, job, sample); break;
  default: pool_as(HALF, AVERAGE_BACK, job, sample); break;
  }
}

INV_VECTOR static void pool_sample(const pool_job *job, int64_t sample) {
  if (job->half)
    pool_any(true, job, sample);
  else
    pool_any(false, job, sample);
}

static inv_status pool_samples(void *context, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++)
    pool_sample(context, (int64_t)i);
  return INV_OK;
}

/* ---- maximum and average ------------------------------------------------ */

/* Runs a pooling forward; `from` is wanted for the maximum only. */
static inv_status forward(inv_tensor *y, inv_tensor *from, pooling *p,
                          const inv_tensor *x, const inv_pool_options *o) {
  INV_TRY(make_pooling(p, x, o));
  int64_t shape[] = {p->batch, p->out_height, p->out_width, p->channels};
  if (from)
    INV_TRY(inv_tensor_new(from, INV_INT32, 4, shape));
  INV_TRY(inv_tensor_new(y, x->dtype, 4, shape));
  pool_job job = {.p = p,
                  .kind = from ? MAXIMUM : AVERAGE,
                  .half = x->dtype == INV_BFLOAT16,
                  .source = x->data,
                  .target = y->data,
                  .from = from ? inv_i32(from) : NULL};
  inv_status status = inv_parallel((size_t)p->batch, 1, pool_samples, &job);
  if (status != INV_OK)
    inv_tensor_release(y);
  return status;
}

extern const inv_operation inv_operation_max_pool;

/* Saved: where the maxima were, if anything. Attributes: the pooling. */
static inv_status pool_backward(const inv_node *node, const inv_tensor *g,
                                inv_tensor *gradients) {
  const pooling *p = node->attributes;
  const inv_node *input = node->inputs[0];
  bool maximum_of = node->operation == &inv_operation_max_pool;
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  inv_status status =
      inv_tensor_new(&gradients[0], gy.dtype, input->dims, input->shape);
  if (status == INV_OK) {
    pool_job job = {.p = p,
                    .kind = maximum_of ? MAXIMUM_BACK : AVERAGE_BACK,
                    .half = gy.dtype == INV_BFLOAT16,
                    .source = gy.data,
                    .target = gradients[0].data,
                    .from =
                        maximum_of ? inv_i32(inv_node_saved(node, 0)) : NULL};
    status = inv_parallel((size_t)p->batch, 1, pool_samples, &job);
  }
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_max_pool = {"max_pool", pool_backward};
const inv_operation inv_operation_avg_pool = {"avg_pool", pool_backward};

static inv_status pool(inv_variable *out, const inv_variable *x,
                       const inv_pool_options *options,
                       const inv_operation *operation) {
  pooling p;
  inv_tensor input, y, from = {0};
  const inv_tensor *saved = &from;
  bool maximum_of = operation == &inv_operation_max_pool;
  INV_TRY(inv_layer_activations(&input, &x->value, "input", 4));
  inv_status status =
      forward(&y, maximum_of ? &from : NULL, &p, &input, options);
  if (status == INV_OK)
    status = inv_tape_record(out, &y,
                             &(inv_entry){.operation = operation,
                                          .inputs = &x,
                                          .n_inputs = 1,
                                          .saved = &saved,
                                          .n_saved = 1,
                                          .attributes = &p,
                                          .attribute_bytes = sizeof p});
  inv_tensor_release(&from);
  inv_tensor_release(&input);
  return status;
}

inv_status inv_variable_max_pool(inv_variable *out, const inv_variable *x,
                                 const inv_pool_options *options) {
  return pool(out, x, options, &inv_operation_max_pool);
}

inv_status inv_variable_avg_pool(inv_variable *out, const inv_variable *x,
                                 const inv_pool_options *options) {
  return pool(out, x, options, &inv_operation_avg_pool);
}

/* ---- global average ----------------------------------------------------- */

typedef struct {
  size_t pixels, channels;
  bool half;
  const void *source;
  void *target;
} global_job;

INV_INLINE void mean_pixels(bool HALF, const global_job *job, size_t sample) {
  size_t n = job->channels, at = sample * job->pixels * n;
  for (size_t begin = 0; begin < n; begin += GROUP) {
    size_t group = n - begin < GROUP ? n - begin : GROUP;
    float sums[GROUP] = {0};
    for (size_t i = 0; i < job->pixels; i++)
      for (size_t c = 0; c < group; c++)
        sums[c] += inv_load(HALF, job->source, at + i * n + begin + c);
    for (size_t c = 0; c < group; c++)
      inv_store(HALF, job->target, sample * n + begin + c,
                sums[c] / (float)job->pixels);
  }
}

INV_VECTOR static void mean_any(const global_job *job, size_t sample) {
  if (job->half)
    mean_pixels(true, job, sample);
  else
    mean_pixels(false, job, sample);
}

static inv_status global_samples(void *context, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++)
    mean_any(context, i);
  return INV_OK;
}

/* All pixels of a sample get the same gradient. */
static inv_status global_back_samples(void *context, size_t begin, size_t end) {
  const global_job *job = context;
  size_t n = job->channels, bytes = n * (job->half ? 2 : 4);
  for (size_t sample = begin; sample < end; sample++) {
    size_t first = sample * job->pixels * n;
    char *to = (char *)job->target + sample * job->pixels * bytes;
    for (size_t c = 0; c < n; c++)
      inv_store(job->half, job->target, first + c,
                inv_load(job->half, job->source, sample * n + c) /
                    (float)job->pixels);
    for (size_t k = 1; k < job->pixels; k++)
      memcpy(to + k * bytes, to, bytes);
  }
  return INV_OK;
}

/* Runs over the samples of images of the given shape (N, H, W, C). */
static inv_status run_global(const int64_t *shape, const inv_tensor *source,
                             const inv_tensor *target, inv_chunk_fn fn) {
  global_job job = {.pixels = (size_t)(shape[1] * shape[2]),
                    .channels = (size_t)shape[3],
                    .half = source->dtype == INV_BFLOAT16,
                    .source = source->data,
                    .target = target->data};
  return inv_parallel((size_t)shape[0], 8, fn, &job);
}

static inv_status global_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  const inv_node *input = node->inputs[0];
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  inv_status status =
      inv_tensor_new(&gradients[0], gy.dtype, input->dims, input->shape);
  if (status == INV_OK)
    status = run_global(input->shape, &gy, &gradients[0], global_back_samples);
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_global_avg_pool = {"global_avg_pool",
                                                     global_backward};

inv_status inv_variable_global_avg_pool(inv_variable *out,
                                        const inv_variable *x) {
  inv_tensor input, y;
  INV_TRY(inv_layer_activations(&input, &x->value, "input", 4));
  const int64_t *s = input.shape;
  inv_status status = INV_OK;
  if (s[1] < 1 || s[2] < 1)
    status = inv_fail(INV_ERR_ARGUMENT, "the images have no pixels");
  if (status == INV_OK)
    status = inv_tensor_new(&y, input.dtype, 2, (int64_t[]){s[0], s[3]});
  if (status == INV_OK) {
    status = run_global(s, &input, &y, global_samples);
    if (status != INV_OK)
      inv_tensor_release(&y);
  }
  inv_tensor_release(&input);
  INV_TRY(status);
  return inv_tape_record(
      out, &y,
      &(inv_entry){.operation = &inv_operation_global_avg_pool,
                   .inputs = &x,
                   .n_inputs = 1});
}

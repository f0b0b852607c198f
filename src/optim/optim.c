#include "optim/optim.h"

#include <math.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"

enum { CHUNK = 1 << 14 };

static inv_status check(const inv_optimized *o) {
  const inv_tensor *all[4] = {o->parameter, o->gradient, o->first, o->second};
  static const char *const names[] = {"parameter", "gradient", "state",
                                      "state"};
  char a[96], b[96];
  for (int i = 0; i < 4; i++) {
    if (!all[i])
      continue;
    if (all[i]->dtype != INV_FLOAT32 || !inv_tensor_contiguous(all[i]))
      return inv_fail(INV_ERR_ARGUMENT,
                      "the %s must be float32 and row-major (%s %s)", names[i],
                      inv_dtype_name(all[i]->dtype),
                      inv_shape_text(a, all[i]->dims, all[i]->shape));
    if (!inv_tensor_same_shape(all[i], o->parameter))
      return inv_fail(
          INV_ERR_ARGUMENT, "the parameter has shape %s, its %s %s",
          inv_shape_text(a, o->parameter->dims, o->parameter->shape), names[i],
          inv_shape_text(b, all[i]->dims, all[i]->shape));
  }
  return INV_OK;
}

/* ---- one loop over many tensors ----------------------------------------- */

/* Changes elements begin .. end-1 of entry `i`. */
typedef void (*piece_fn)(const inv_optimized *entry, size_t i, size_t begin,
                         size_t end, const void *settings);

typedef struct {
  const inv_optimized *list;
  size_t *first_chunk; /* of each entry; one more for the end */
  size_t count;
  const void *settings;
  piece_fn fn;
} job;

static size_t elements(const inv_optimized *o) {
  return (size_t)inv_tensor_count(o->parameter);
}

/* The entry that a chunk belongs to. */
static size_t entry_of(const job *j, size_t chunk) {
  size_t low = 0, high = j->count;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (j->first_chunk[middle] <= chunk)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static inv_status run_chunk(void *context, size_t chunk, size_t end) {
  (void)end;
  const job *j = context;
  size_t i = entry_of(j, chunk), n = elements(&j->list[i]);
  size_t begin = (chunk - j->first_chunk[i]) * CHUNK;
  j->fn(&j->list[i], i, begin, n - begin < CHUNK ? n : begin + CHUNK,
        j->settings);
  return INV_OK;
}

/* Runs `fn` over all elements of all entries and reports what was written. */
static inv_status run(const inv_optimized *list, size_t count,
                      const void *settings, piece_fn fn) {
  for (size_t i = 0; i < count; i++)
    INV_TRY(check(&list[i]));
  job j = {list, inv_alloc_array(count + 1, sizeof *j.first_chunk), count,
           settings, fn};
  if (!j.first_chunk)
    return inv_fail_memory((count + 1) * sizeof *j.first_chunk);
  size_t chunks = 0;
  for (size_t i = 0; i < count; i++) {
    j.first_chunk[i] = chunks;
    chunks += (elements(&list[i]) + CHUNK - 1) / CHUNK;
    inv_tensor_written(list[i].parameter);
  }
  j.first_chunk[count] = chunks;
  inv_status status = inv_parallel(chunks, 1, run_chunk, &j);
  inv_free(j.first_chunk);
  return status;
}

/* ---- SGD ---------------------------------------------------------------- */

INV_VECTOR static void plain(float *restrict p, const float *restrict g,
                             size_t n, float lr, float decay) {
  for (size_t i = 0; i < n; i++)
    p[i] -= lr * (g[i] + decay * p[i]);
}

INV_VECTOR static void with_momentum(float *restrict p, const float *restrict g,
                                     float *restrict velocity, size_t n,
                                     float lr, float decay, float momentum,
                                     float ahead, float behind) {
  for (size_t i = 0; i < n; i++) {
    float slope = g[i] + decay * p[i];
    float v = momentum * velocity[i] + slope;
    velocity[i] = v;
    p[i] -= lr * (ahead * slope + behind * v);
  }
}

static void sgd_piece(const inv_optimized *o, size_t i, size_t begin,
                      size_t end, const void *settings) {
  (void)i;
  const inv_sgd *s = settings;
  float *p = inv_f32(o->parameter) + begin;
  const float *g = inv_f32(o->gradient) + begin;
  float lr = (float)s->lr, decay = (float)s->weight_decay;
  float momentum = (float)s->momentum;
  if (!o->first)
    plain(p, g, end - begin, lr, decay);
  else
    with_momentum(p, g, inv_f32(o->first) + begin, end - begin, lr, decay,
                  momentum, s->nesterov ? 1 : 0, s->nesterov ? momentum : 1);
}

inv_status inv_sgd_step(const inv_optimized *list, size_t count,
                        const inv_sgd *settings) {
  return run(list, count, settings, sgd_piece);
}

/* ---- Adam --------------------------------------------------------------- */

/* base^exponent by repeated squaring: the same bits everywhere. */
static double power(double base, int64_t exponent) {
  double result = 1;
  for (; exponent > 0; exponent /= 2, base *= base)
    if (exponent % 2)
      result *= base;
  return result;
}

typedef struct {
  float shrink, l2, beta1, rest1, beta2, rest2, rate, root, epsilon;
} adam_factors;

INV_VECTOR static void adam(float *restrict p, const float *restrict g,
                            float *restrict mean, float *restrict square,
                            size_t n, const adam_factors *f) {
  adam_factors k = *f;
  for (size_t i = 0; i < n; i++) {
    float value = p[i] * k.shrink;
    float slope = g[i] + k.l2 * value;
    float m = mean[i] * k.beta1 + slope * k.rest1;
    float s = square[i] * k.beta2 + slope * slope * k.rest2;
    mean[i] = m;
    square[i] = s;
    p[i] = value - k.rate * (m / (sqrtf(s) / k.root + k.epsilon));
  }
}

static void adam_piece(const inv_optimized *o, size_t i, size_t begin,
                       size_t end, const void *settings) {
  const adam_factors *factors = settings;
  adam(inv_f32(o->parameter) + begin, inv_f32(o->gradient) + begin,
       inv_f32(o->first) + begin, inv_f32(o->second) + begin, end - begin,
       &factors[i]);
}

static adam_factors factors_at(const inv_adam *s, int64_t step) {
  double decay = s->weight_decay;
  return (adam_factors){
      .shrink = (float)(s->decoupled ? 1 - s->lr * decay : 1),
      .l2 = (float)(s->decoupled ? 0 : decay),
      .beta1 = (float)s->beta1,
      .rest1 = (float)(1 - s->beta1),
      .beta2 = (float)s->beta2,
      .rest2 = (float)(1 - s->beta2),
      .rate = (float)(s->lr / (1 - power(s->beta1, step))),
      .root = (float)sqrt(1 - power(s->beta2, step)),
      .epsilon = (float)s->epsilon,
  };
}

inv_status inv_adam_step(const inv_optimized *list, size_t count,
                         const inv_adam *settings) {
  adam_factors *factors = inv_alloc_array(count, sizeof *factors);
  if (!factors)
    return inv_fail_memory(count * sizeof *factors);
  for (size_t i = 0; i < count; i++)
    factors[i] = factors_at(settings, list[i].step);
  inv_status status = run(list, count, factors, adam_piece);
  inv_free(factors);
  return status;
}

/* ---- moving averages ---------------------------------------------------- */

INV_VECTOR static void approach(float *restrict p, const float *restrict value,
                                size_t n, float rate) {
  for (size_t i = 0; i < n; i++)
    p[i] += rate * (value[i] - p[i]);
}

static void average_piece(const inv_optimized *o, size_t i, size_t begin,
                          size_t end, const void *settings) {
  (void)i;
  const float *rate = settings;
  approach(inv_f32(o->parameter) + begin, inv_f32(o->gradient) + begin,
           end - begin, *rate);
}

inv_status inv_average_step(const inv_optimized *list, size_t count,
                            double rate) {
  float r = (float)rate;
  return run(list, count, &r, average_piece);
}

/* ---- clipping ----------------------------------------------------------- */

typedef struct {
  const float *g;
  float *scaled;
  double *parts; /* one per chunk */
  float factor;
} clip_job;

static inv_status square_chunk(void *context, size_t begin, size_t end) {
  const clip_job *j = context;
  double sum = 0;
  for (size_t i = begin; i < end; i++)
    sum += (double)j->g[i] * j->g[i];
  j->parts[begin / CHUNK] = sum;
  return INV_OK;
}

inv_status inv_sum_of_squares(const inv_tensor *gradient, double *sum) {
  INV_TRY(check(&(inv_optimized){gradient, gradient, NULL, NULL, 0}));
  size_t n = (size_t)inv_tensor_count(gradient), chunks = n / CHUNK + 1;
  clip_job j = {.g = inv_f32(gradient),
                .parts = inv_alloc_zero(chunks, sizeof(double))};
  if (!j.parts)
    return inv_fail_memory(chunks * sizeof(double));
  inv_status status = inv_parallel(n, CHUNK, square_chunk, &j);
  *sum = 0;
  for (size_t i = 0; i < chunks; i++)
    *sum += j.parts[i];
  inv_free(j.parts);
  return status;
}

static inv_status scale_chunk(void *context, size_t begin, size_t end) {
  const clip_job *j = context;
  for (size_t i = begin; i < end; i++)
    j->scaled[i] *= j->factor;
  return INV_OK;
}

inv_status inv_scale_gradient(const inv_tensor *gradient, double factor) {
  INV_TRY(check(&(inv_optimized){gradient, gradient, NULL, NULL, 0}));
  clip_job j = {.scaled = inv_f32(gradient), .factor = (float)factor};
  inv_tensor_written(gradient);
  return inv_parallel((size_t)inv_tensor_count(gradient), CHUNK, scale_chunk,
                      &j);
}

#include "optim/optim.h"

#include <math.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"

enum { CHUNK = 1 << 14 };

/* `state` has up to two tensors; NULL ends them. */
static inv_status check(const inv_tensor *parameter, const inv_tensor *gradient,
                        const inv_tensor *const *state) {
  const inv_tensor *all[4] = {parameter, gradient, state[0],
                              state[0] ? state[1] : NULL};
  static const char *const names[] = {"parameter", "gradient", "state",
                                      "state"};
  char a[96], b[96];
  for (int i = 0; i < 4 && all[i]; i++) {
    if (all[i]->dtype != INV_FLOAT32 || !inv_tensor_contiguous(all[i]))
      return inv_fail(INV_ERR_ARGUMENT,
                      "the %s must be float32 and row-major (%s %s)", names[i],
                      inv_dtype_name(all[i]->dtype),
                      inv_shape_text(a, all[i]->dims, all[i]->shape));
    if (!inv_tensor_same_shape(all[i], parameter))
      return inv_fail(INV_ERR_ARGUMENT, "the parameter has shape %s, its %s %s",
                      inv_shape_text(a, parameter->dims, parameter->shape),
                      names[i], inv_shape_text(b, all[i]->dims, all[i]->shape));
  }
  return INV_OK;
}

typedef struct {
  float *p;
  const float *g;
  float *first, *second; /* the state */
  const void *settings;
  bool begin;
} job;

/* Runs `fn` over all elements and reports what was written. */
static inv_status run(const inv_tensor *parameter, const inv_tensor *gradient,
                      const inv_tensor *first, const inv_tensor *second,
                      bool begin, const void *settings, inv_chunk_fn fn) {
  INV_TRY(check(parameter, gradient, (const inv_tensor *[]){first, second}));
  job j = {inv_f32(parameter),
           inv_f32(gradient),
           first ? inv_f32(first) : NULL,
           second ? inv_f32(second) : NULL,
           settings,
           begin};
  inv_tensor_written(parameter);
  return inv_parallel((size_t)inv_tensor_count(parameter), CHUNK, fn, &j);
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

static inv_status sgd_chunk(void *context, size_t begin, size_t end) {
  const job *j = context;
  const inv_sgd *s = j->settings;
  size_t n = end - begin;
  float lr = (float)s->lr, decay = (float)s->weight_decay;
  if (!j->first) {
    plain(j->p + begin, j->g + begin, n, lr, decay);
    return INV_OK;
  }
  float *velocity = j->first + begin;
  for (size_t i = 0; j->begin && i < n; i++)
    velocity[i] = 0;
  float momentum = (float)s->momentum;
  with_momentum(j->p + begin, j->g + begin, velocity, n, lr, decay, momentum,
                s->nesterov ? 1 : 0, s->nesterov ? momentum : 1);
  return INV_OK;
}

inv_status inv_sgd_step(const inv_tensor *parameter, const inv_tensor *gradient,
                        const inv_tensor *velocity, bool first,
                        const inv_sgd *settings) {
  return run(parameter, gradient, velocity, NULL, first, settings, sgd_chunk);
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

static inv_status adam_chunk(void *context, size_t begin, size_t end) {
  const job *j = context;
  adam(j->p + begin, j->g + begin, j->first + begin, j->second + begin,
       end - begin, j->settings);
  return INV_OK;
}

inv_status inv_adam_step(const inv_tensor *parameter,
                         const inv_tensor *gradient, const inv_tensor *mean,
                         const inv_tensor *square, const inv_adam *s) {
  double decay = s->weight_decay;
  adam_factors f = {
      .shrink = (float)(s->decoupled ? 1 - s->lr * decay : 1),
      .l2 = (float)(s->decoupled ? 0 : decay),
      .beta1 = (float)s->beta1,
      .rest1 = (float)(1 - s->beta1),
      .beta2 = (float)s->beta2,
      .rest2 = (float)(1 - s->beta2),
      .rate = (float)(s->lr / (1 - power(s->beta1, s->step))),
      .root = (float)sqrt(1 - power(s->beta2, s->step)),
      .epsilon = (float)s->epsilon,
  };
  return run(parameter, gradient, mean, square, false, &f, adam_chunk);
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
  INV_TRY(check(gradient, gradient, (const inv_tensor *[]){NULL}));
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
  INV_TRY(check(gradient, gradient, (const inv_tensor *[]){NULL}));
  clip_job j = {.scaled = inv_f32(gradient), .factor = (float)factor};
  inv_tensor_written(gradient);
  return inv_parallel((size_t)inv_tensor_count(gradient), CHUNK, scale_chunk,
                      &j);
}

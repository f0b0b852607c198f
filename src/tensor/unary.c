/* Element-wise operations of one operand. */
#include "base/parallel.h"
#include "base/vector.h"
#include "tensor/arithmetic.h"
#include "tensor/functions.h"
#include "tensor/stream.h"

typedef void (*unary_kernel)(void *out, const void *in, int64_t n);

/* `v` is the operand in `expression`. */
#define UNARY(name, type, out_type, expression)                                \
  INV_VECTOR static void name(void *out_, const void *in_, int64_t n) {        \
    out_type *out = out_;                                                      \
    const type *in = in_;                                                      \
    INV_INDEPENDENT                                                            \
    for (int64_t i = 0; i < n; i++) {                                          \
      type v = in[i];                                                          \
      out[i] = (out_type)(expression);                                         \
    }                                                                          \
  }

/* Both kinds of real numbers, by one expression or by two. */
#define REAL(name, single_, double_)                                           \
  UNARY(name##_f32, float, float, single_)                                     \
  UNARY(name##_f64, double, double, double_)
/* Integers wrap around: the arithmetic is done without sign. */
#define INTEGER(name, expression)                                              \
  UNARY(name##_i32, int32_t, int32_t, expression)
#define TEST(name, expression)                                                 \
  UNARY(name##_f32, float, uint8_t, expression)                                \
  UNARY(name##_f64, double, uint8_t, expression)                               \
  UNARY(name##_i32, int32_t, uint8_t, expression)

REAL(neg, -v, -v)
INTEGER(neg, -(uint32_t)v)
REAL(abs, fabsf(v), fabs(v))
INTEGER(abs, v < 0 ? -(uint32_t)v : (uint32_t)v)
REAL(sign, v > 0 ? 1 : v < 0 ? -1 : v, v > 0 ? 1 : v < 0 ? -1 : v)
INTEGER(sign, (v > 0) - (v < 0))
REAL(square, v *v, v *v)
INTEGER(square, (uint32_t)v *(uint32_t)v)
REAL(relu, v < 0 ? 0 : v, v < 0 ? 0 : v) /* NaN passes */
INTEGER(relu, v < 0 ? 0 : v)
REAL(floor, floorf(v), floor(v))
REAL(ceil, ceilf(v), ceil(v))
REAL(round, rintf(v), rint(v))
REAL(trunc, truncf(v), trunc(v))
INTEGER(same, v)
REAL(exp, inv_expf(v), inv_exp_any(v))
REAL(expm1, inv_expm1_any((double)v), inv_expm1_any(v))
REAL(log, inv_logf(v), inv_log_any(v))
REAL(log1p, inv_log1p_any((double)v), inv_log1p_any(v))
REAL(sqrt, sqrtf(v), sqrt(v))
REAL(rsqrt, 1 / sqrtf(v), 1 / sqrt(v))
REAL(reciprocal, 1 / v, 1 / v)
REAL(near_sin, inv_sin_any((double)v), inv_sin_any(v))
REAL(near_cos, inv_cos_any((double)v), inv_cos_any(v))
REAL(near_tan, inv_tan_any((double)v), inv_tan_any(v))
REAL(tanh, inv_tanhf(v), inv_tanh_any(v))
REAL(sigmoid, inv_sigmoidf(v), inv_sigmoid_any(v))
REAL(silu, inv_siluf(v), inv_silu_any(v))
REAL(softplus, inv_softplusf(v), inv_softplus_any(v))
TEST(not, v == 0)
UNARY(isnan_f32, float, uint8_t, v != v)
UNARY(isnan_f64, double, uint8_t, v != v)
UNARY(isnan_i32, int32_t, uint8_t, v != v)
UNARY(isinf_f32, float, uint8_t, fabsf(v) == HUGE_VALF)
UNARY(isinf_f64, double, uint8_t, fabs(v) == HUGE_VAL)
UNARY(isfinite_f32, float, uint8_t, fabsf(v) < HUGE_VALF)
UNARY(isfinite_f64, double, uint8_t, fabs(v) < HUGE_VAL)
UNARY(isfinite_i32, int32_t, uint8_t, v == v)

/* Beyond a million the fast reduction by pi/2 is no longer exact: those few
 * are given to the C library. */
#define PERIODIC(name, type, function, suffix)                                 \
  static void name##suffix(void *out_, const void *in_, int64_t n) {           \
    type *out = out_;                                                          \
    const type *in = in_;                                                      \
    type kept[INV_BLOCK]; /* out may be in */                                  \
    int64_t places[INV_BLOCK], far = 0;                                        \
    for (int64_t i = 0; i < n; i++)                                            \
      if (!(fabs((double)in[i]) < 1e6)) {                                      \
        kept[far] = in[i];                                                     \
        places[far++] = i;                                                     \
      }                                                                        \
    near_##name##suffix(out, in, n);                                           \
    for (int64_t i = 0; i < far; i++)                                          \
      out[places[i]] = (type)function((double)kept[i]);                        \
  }

PERIODIC(sin, float, sin, _f32)
PERIODIC(sin, double, sin, _f64)
PERIODIC(cos, float, cos, _f32)
PERIODIC(cos, double, cos, _f64)
PERIODIC(tan, float, tan, _f32)
PERIODIC(tan, double, tan, _f64)

/* erf of the operand times `factor`, and what is made of both. */
#define BY_ERF(name, factor, expression)                                       \
  INV_VECTOR static void name(void *out_, const void *in_, int64_t n) {        \
    double *out = out_;                                                        \
    const double *in = in_;                                                    \
    for (int64_t i = 0; i < n; i += INV_ERF_LANES) {                           \
      int lanes = n - i < INV_ERF_LANES ? (int)(n - i) : INV_ERF_LANES;        \
      double x[INV_ERF_LANES] = {0};                                           \
      for (int l = 0; l < lanes; l++)                                          \
        x[l] = in[i + l] * factor;                                             \
      inv_erf_lanes(x);                                                        \
      for (int l = 0; l < lanes; l++) {                                        \
        double erf = x[l];                                                     \
        out[i + l] = expression;                                               \
      }                                                                        \
    }                                                                          \
  }

BY_ERF(erf_f64, 1, erf)
BY_ERF(gelu_f64, M_SQRT1_2, 0.5 * in[i + l] * (1 + erf))
UNARY(gelu_f32, float, float, inv_geluf(v))

static void erf_f32(void *out_, const void *in_, int64_t n) {
  double x[INV_BLOCK];
  inv_convert(INV_FLOAT64, x, 1, INV_FLOAT32, in_, 1, n);
  erf_f64(x, x, n);
  inv_convert(INV_FLOAT32, out_, 1, INV_FLOAT64, x, 1, n);
}

static void isinf_i32(void *out, const void *in, int64_t n) {
  (void)in;
  memset(out, 0, (size_t)n);
}

/* By compute dtype; no integer kernel: integers are taken as float32. */
typedef struct {
  unary_kernel f32, f64, i32;
} kernels;

#define ALL(name)                                                              \
  { name##_f32, name##_f64, name##_i32 }
#define REALS(name)                                                            \
  { name##_f32, name##_f64, NULL }
#define WHOLE(name)                                                            \
  { name##_f32, name##_f64, same_i32 }

static const kernels KERNELS[INV_UNARY_OPS] = {
    [INV_NEG] = ALL(neg),
    [INV_ABS] = ALL(abs),
    [INV_SIGN] = ALL(sign),
    [INV_SQUARE] = ALL(square),
    [INV_RELU] = ALL(relu),
    [INV_FLOOR] = WHOLE(floor),
    [INV_CEIL] = WHOLE(ceil),
    [INV_ROUND] = WHOLE(round),
    [INV_TRUNC] = WHOLE(trunc),
    [INV_EXP] = REALS(exp),
    [INV_EXPM1] = REALS(expm1),
    [INV_LOG] = REALS(log),
    [INV_LOG1P] = REALS(log1p),
    [INV_SQRT] = REALS(sqrt),
    [INV_RSQRT] = REALS(rsqrt),
    [INV_RECIPROCAL] = REALS(reciprocal),
    [INV_SIN] = REALS(sin),
    [INV_COS] = REALS(cos),
    [INV_TAN] = REALS(tan),
    [INV_TANH] = REALS(tanh),
    [INV_SIGMOID] = REALS(sigmoid),
    [INV_ERF] = REALS(erf),
    [INV_GELU] = REALS(gelu),
    [INV_SILU] = REALS(silu),
    [INV_SOFTPLUS] = REALS(softplus),
    [INV_NOT] = ALL(not ),
    [INV_ISNAN] = ALL(isnan),
    [INV_ISINF] = ALL(isinf),
    [INV_ISFINITE] = ALL(isfinite),
};

/* ---- running ------------------------------------------------------------ */

typedef struct {
  inv_stream out, in;
  inv_dtype compute, result;
  unary_kernel kernel;
} unary_job;

static inv_status unary_chunk(void *context, size_t begin, size_t end) {
  const unary_job *job = context;
  inv_block in, out;
  for (int64_t at = (int64_t)begin; at < (int64_t)end; at += INV_BLOCK) {
    int64_t left = (int64_t)end - at, n = left < INV_BLOCK ? left : INV_BLOCK;
    const void *values = inv_stream_read(&job->in, at, n, job->compute, &in);
    void *target = inv_stream_target(&job->out, at, job->result, &out);
    job->kernel(target, values, n);
    inv_stream_write(&job->out, at, n, job->result, target);
  }
  return INV_OK;
}

/* The dtype `op` is computed in for operands of `dtype`. */
static inv_dtype unary_compute(inv_unary_op op, inv_dtype dtype) {
  inv_dtype compute = inv_compute_dtype(dtype);
  return compute == INV_INT32 && !KERNELS[op].i32 ? INV_FLOAT32 : compute;
}

static inv_status run(inv_unary_op op, const inv_tensor *into,
                      const inv_tensor *a) {
  unary_job job = {inv_stream_open(into, into->dims, into->shape),
                   inv_stream_open(a, into->dims, into->shape),
                   unary_compute(op, a->dtype), INV_UINT8, NULL};
  if (op < INV_NOT)
    job.result = job.compute;
  job.kernel = job.compute == INV_INT32     ? KERNELS[op].i32
               : job.compute == INV_FLOAT64 ? KERNELS[op].f64
                                            : KERNELS[op].f32;
  return inv_parallel((size_t)job.out.count, INV_CHUNK, unary_chunk, &job);
}

inv_status inv_tensor_unary(inv_unary_op op, inv_tensor *out,
                            const inv_tensor *a) {
  inv_dtype dtype = INV_UINT8;
  if (op < INV_EXP) /* in uint8 only these two would wrap */
    dtype = a->dtype == INV_UINT8 && (op == INV_NEG || op == INV_SQUARE)
                ? INV_INT32
                : a->dtype;
  else if (op < INV_NOT)
    dtype = inv_is_float(a->dtype) ? a->dtype : INV_FLOAT32;
  inv_tensor result;
  INV_TRY(inv_tensor_new(&result, dtype, a->dims, a->shape));
  inv_status status = run(op, &result, a);
  if (status != INV_OK) {
    inv_tensor_release(&result);
    return status;
  }
  *out = result;
  return INV_OK;
}

inv_status inv_tensor_unary_into(inv_unary_op op, const inv_tensor *into,
                                 const inv_tensor *a) {
  INV_TRY(inv_check_target(into));
  inv_tensor operand;
  INV_TRY(inv_tensor_expand(&operand, a, into->dims, into->shape));
  if (inv_tensor_overlap(into, &operand)) {
    inv_tensor_release(&operand);
    INV_TRY(inv_tensor_clone(&operand, a));
  }
  inv_status status = run(op, into, &operand);
  inv_tensor_release(&operand);
  return status;
}

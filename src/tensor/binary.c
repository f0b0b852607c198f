/* Element-wise operations of two operands. */
#include "base/parallel.h"
#include "base/vector.h"
#include "tensor/arithmetic.h"
#include "tensor/functions.h"
#include "tensor/stream.h"

/* Which operand is the same number for the whole block. */
enum { NEITHER, FIRST, SECOND };

typedef void (*binary_kernel)(void *out, const void *a, const void *b,
                              int64_t n, int constant);

/* ---- kernels ------------------------------------------------------------ */

#define LOOP(x_, y_, expression)                                               \
  INV_INDEPENDENT                                                              \
  for (int64_t i = 0; i < n; i++) {                                            \
    x = x_;                                                                    \
    y = y_;                                                                    \
    out[i] = expression;                                                       \
  }

#define BINARY(name, type, out_type, expression)                               \
  INV_VECTOR static void name(void *out_, const void *a_, const void *b_,      \
                              int64_t n, int constant) {                       \
    out_type *out = out_;                                                      \
    const type *a = a_, *b = b_;                                               \
    type x, y;                                                                 \
    if (constant == FIRST) {                                                   \
      type number = a[0];                                                      \
      LOOP(number, b[i], (out_type)(expression))                               \
    } else if (constant == SECOND) {                                           \
      type number = b[0];                                                      \
      LOOP(a[i], number, (out_type)(expression))                               \
    } else {                                                                   \
      LOOP(a[i], b[i], (out_type)(expression))                                 \
    }                                                                          \
  }

#define REAL(name, expression)                                                 \
  BINARY(name##_f32, float, float, expression)                                 \
  BINARY(name##_f64, double, double, expression)
/* Integers wrap around: the arithmetic is done without sign. */
#define INTEGER(name, expression)                                              \
  BINARY(name##_i32, int32_t, int32_t, expression)
#define TEST(name, expression)                                                 \
  BINARY(name##_f32, float, uint8_t, expression)                               \
  BINARY(name##_f64, double, uint8_t, expression)                              \
  BINARY(name##_i32, int32_t, uint8_t, expression)

/* The remainder with the sign of the divisor. */
INV_INLINE double modulo(double x, double y) {
  double r = fmod(x, y);
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

/* Integers: the caller has seen that no divisor is zero. */
INV_INLINE int32_t modulo_int(int32_t x, int32_t y) {
  int64_t r = (int64_t)x % y;
  return (int32_t)(r != 0 && (r < 0) != (y < 0) ? r + y : r);
}

INV_INLINE int32_t divide_int(int32_t x, int32_t y) {
  int64_t q = (int64_t)x / y;
  return (int32_t)(q - ((int64_t)x % y != 0 && (x < 0) != (y < 0)));
}

REAL(add, x + y)
INTEGER(add, (uint32_t)x + (uint32_t)y)
REAL(sub, x - y)
INTEGER(sub, (uint32_t)x - (uint32_t)y)
REAL(mul, x *y)
INTEGER(mul, (uint32_t)x *(uint32_t)y)
REAL(maximum, x != x ? x : x < y || y != y ? y : x)
INTEGER(maximum, x < y ? y : x)
REAL(minimum, x != x ? x : x > y || y != y ? y : x)
INTEGER(minimum, x > y ? y : x)
REAL(mod, modulo(x, y))
INTEGER(mod, modulo_int(x, y))
BINARY(floordiv_f32, float, float, floorf(x / y))
BINARY(floordiv_f64, double, double, floor(x / y))
INTEGER(floordiv, divide_int(x, y))
REAL(div, x / y)
REAL(pow, inv_pow_any(x, y))
REAL(relu_slope, y <= 0 ? 0 : x)
BINARY(silu_slope_f32, float, float, x *inv_silu_slopef(y))
BINARY(silu_slope_f64, double, double, x *inv_silu_slope_any(y))
BINARY(gelu_slope_f32, float, float, x *inv_gelu_slopef(y))

/* g (Phi(x) + x phi(x)). */
INV_VECTOR static void gelu_slope_f64(void *out_, const void *a_,
                                      const void *b_, int64_t n, int constant) {
  double *out = out_;
  const double *a = a_, *b = b_;
  for (int64_t i = 0; i < n; i += INV_ERF_LANES) {
    int lanes = n - i < INV_ERF_LANES ? (int)(n - i) : INV_ERF_LANES;
    double x[INV_ERF_LANES] = {0}, erf[INV_ERF_LANES] = {0};
    for (int l = 0; l < lanes; l++) {
      x[l] = b[constant == SECOND ? 0 : i + l];
      erf[l] = x[l] * M_SQRT1_2;
    }
    inv_erf_lanes(erf);
    for (int l = 0; l < lanes; l++) {
      double density = 0.3989422804014327 * inv_exp_any(-0.5 * x[l] * x[l]);
      out[i + l] = a[constant == FIRST ? 0 : i + l] *
                   (0.5 * (1 + erf[l]) + x[l] * density);
    }
  }
}

TEST(eq, x == y)
TEST(ne, x != y)
TEST(lt, x < y)
TEST(le, x <= y)
TEST(gt, x > y)
TEST(ge, x >= y)
TEST(and, (x != 0) & (y != 0))
TEST(or, (x != 0) | (y != 0))
TEST(xor, (x != 0) ^ (y != 0))

/* By compute dtype; no integer kernel: integers are taken as float32. */
typedef struct {
  binary_kernel f32, f64, i32;
} kernels;

#define ALL(name)                                                              \
  { name##_f32, name##_f64, name##_i32 }
#define REALS(name)                                                            \
  { name##_f32, name##_f64, NULL }

static const kernels KERNELS[INV_BINARY_OPS] = {
    [INV_ADD] = ALL(add),
    [INV_SUB] = ALL(sub),
    [INV_MUL] = ALL(mul),
    [INV_MAXIMUM] = ALL(maximum),
    [INV_MINIMUM] = ALL(minimum),
    [INV_MOD] = ALL(mod),
    [INV_FLOORDIV] = ALL(floordiv),
    [INV_DIV] = REALS(div),
    [INV_POW] = REALS(pow),
    [INV_RELU_SLOPE] = REALS(relu_slope),
    [INV_GELU_SLOPE] = REALS(gelu_slope),
    [INV_SILU_SLOPE] = REALS(silu_slope),
    [INV_EQ] = ALL(eq),
    [INV_NE] = ALL(ne),
    [INV_LT] = ALL(lt),
    [INV_LE] = ALL(le),
    [INV_GT] = ALL(gt),
    [INV_GE] = ALL(ge),
    [INV_AND] = ALL(and),
    [INV_OR] = ALL(or),
    [INV_XOR] = ALL(xor),
};

/* ---- dtypes ------------------------------------------------------------- */

inv_dtype inv_promote(inv_dtype a, inv_dtype b) {
  static const inv_dtype order[] = {INV_FLOAT64, INV_FLOAT32, INV_BFLOAT16,
                                    INV_INT32};
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    if (a == order[i] || b == order[i])
      return order[i];
  return INV_UINT8;
}

inv_dtype inv_promote_number(inv_dtype dtype, double number) {
  if (inv_is_float(dtype))
    return dtype;
  bool integer =
      number >= INT32_MIN && number <= INT32_MAX && number == floor(number);
  return integer ? dtype : INV_FLOAT32;
}

bool inv_is_float(inv_dtype dtype) {
  return dtype != INV_UINT8 && dtype != INV_INT32;
}

/* The dtype of the result for operands brought to `dtype`. */
static inv_dtype result_dtype(inv_binary_op op, inv_dtype dtype, bool number) {
  if (op >= INV_EQ)
    return INV_UINT8;
  if (op >= INV_DIV)
    return inv_is_float(dtype) ? dtype : INV_FLOAT32;
  bool keeps = (op == INV_MAXIMUM || op == INV_MINIMUM) && !number;
  return dtype == INV_UINT8 && !keeps ? INV_INT32 : dtype;
}

/* The dtype `op` is computed in for operands brought to `dtype`. */
static inv_dtype compute_dtype(inv_binary_op op, inv_dtype dtype) {
  inv_dtype compute = inv_compute_dtype(dtype);
  return compute == INV_INT32 && !KERNELS[op].i32 ? INV_FLOAT32 : compute;
}

/* ---- running ------------------------------------------------------------ */

typedef struct {
  inv_stream out, a, b;
  inv_dtype compute, result;
  binary_kernel kernel;
  int constant;
  double number[1]; /* the constant operand, in the compute dtype */
  bool divides;     /* integers: a divisor of zero must be refused */
} binary_job;

static bool has_zero(const int32_t *values, int64_t n) {
  int zeros = 0;
  for (int64_t i = 0; i < n; i++)
    zeros |= values[i] == 0;
  return zeros;
}

static inv_status binary_chunk(void *context, size_t begin, size_t end) {
  const binary_job *job = context;
  inv_block block_a, block_b, block_out;
  for (int64_t at = (int64_t)begin; at < (int64_t)end; at += INV_BLOCK) {
    int64_t left = (int64_t)end - at, n = left < INV_BLOCK ? left : INV_BLOCK;
    const void *a = job->number, *b = job->number;
    if (job->constant != FIRST)
      a = inv_stream_read(&job->a, at, n, job->compute, &block_a);
    if (job->constant != SECOND)
      b = inv_stream_read(&job->b, at, n, job->compute, &block_b);
    if (job->divides && has_zero(b, job->constant == SECOND ? 1 : n))
      return inv_fail(INV_ERR_NUMERIC, "integer division by zero");
    void *target = inv_stream_target(&job->out, at, job->result, &block_out);
    job->kernel(target, a, b, n, job->constant);
    inv_stream_write(&job->out, at, n, job->result, target);
  }
  return INV_OK;
}

/* One operand: a tensor, or a number where `tensor` is NULL. */
typedef struct {
  const inv_tensor *tensor;
  double number;
} operand;

static inv_dtype common_dtype(operand a, operand b) {
  if (!a.tensor)
    return inv_promote_number(b.tensor->dtype, a.number);
  if (!b.tensor)
    return inv_promote_number(a.tensor->dtype, b.number);
  return inv_promote(a.tensor->dtype, b.tensor->dtype);
}

/* A tensor of one element is as good as a number. */
static void set_constant(binary_job *job, const inv_stream *s, operand o,
                         int which) {
  job->constant = which;
  if (o.tensor)
    inv_convert(job->compute, job->number, 1, s->dtype, s->data, 1, 1);
  else
    inv_convert(job->compute, job->number, 1, INV_FLOAT64, &o.number, 1, 1);
}

static inv_status run(inv_binary_op op, const inv_tensor *into, operand a,
                      operand b) {
  binary_job job = {.out = inv_stream_open(into, into->dims, into->shape),
                    .constant = NEITHER};
  job.compute = compute_dtype(op, common_dtype(a, b));
  job.result = op >= INV_EQ ? INV_UINT8 : job.compute;
  job.divides =
      job.compute == INV_INT32 && (op == INV_MOD || op == INV_FLOORDIV);
  job.kernel = job.compute == INV_INT32     ? KERNELS[op].i32
               : job.compute == INV_FLOAT64 ? KERNELS[op].f64
                                            : KERNELS[op].f32;
  if (a.tensor)
    job.a = inv_stream_open(a.tensor, into->dims, into->shape);
  if (b.tensor)
    job.b = inv_stream_open(b.tensor, into->dims, into->shape);
  if (job.out.count == 0)
    return INV_OK;
  if (!a.tensor) /* first: a number cannot be read as a stream */
    set_constant(&job, &job.a, a, FIRST);
  else if (!b.tensor || job.b.constant)
    set_constant(&job, &job.b, b, SECOND);
  else if (job.a.constant)
    set_constant(&job, &job.a, a, FIRST);
  return inv_parallel((size_t)job.out.count, INV_CHUNK, binary_chunk, &job);
}

static inv_status binary(inv_binary_op op, inv_tensor *out, operand a,
                         operand b) {
  const inv_tensor *one = a.tensor ? a.tensor : b.tensor;
  const inv_tensor *other = b.tensor ? b.tensor : a.tensor;
  int dims;
  int64_t shape[INV_MAX_DIMS];
  INV_TRY(inv_broadcast(one, other, &dims, shape));
  inv_dtype dtype =
      result_dtype(op, common_dtype(a, b), !a.tensor || !b.tensor);
  inv_tensor result;
  INV_TRY(inv_tensor_new(&result, dtype, dims, shape));
  inv_status status = run(op, &result, a, b);
  if (status != INV_OK) {
    inv_tensor_release(&result);
    return status;
  }
  *out = result;
  return INV_OK;
}

/* An operand broadcast to `into`, copied where writing would disturb it. */
static inv_status prepare(inv_tensor *out, const inv_tensor *into,
                          const inv_tensor *t) {
  INV_TRY(inv_tensor_expand(out, t, into->dims, into->shape));
  if (!inv_tensor_overlap(into, out))
    return INV_OK;
  inv_tensor_release(out);
  inv_tensor copy;
  INV_TRY(inv_tensor_clone(&copy, t));
  inv_status status = inv_tensor_expand(out, &copy, into->dims, into->shape);
  inv_tensor_release(&copy);
  return status;
}

static inv_status binary_into(inv_binary_op op, const inv_tensor *into,
                              operand a, operand b) {
  INV_TRY(inv_check_target(into));
  inv_tensor first = {0}, second = {0};
  inv_status status = INV_OK;
  if (a.tensor)
    status = prepare(&first, into, a.tensor);
  if (status == INV_OK && b.tensor)
    status = prepare(&second, into, b.tensor);
  a.tensor = a.tensor ? &first : NULL;
  b.tensor = b.tensor ? &second : NULL;
  if (status == INV_OK)
    status = run(op, into, a, b);
  inv_tensor_release(&first);
  inv_tensor_release(&second);
  return status;
}

inv_status inv_tensor_binary(inv_binary_op op, inv_tensor *out,
                             const inv_tensor *a, const inv_tensor *b) {
  return binary(op, out, (operand){a, 0}, (operand){b, 0});
}

inv_status inv_tensor_binary_into(inv_binary_op op, const inv_tensor *into,
                                  const inv_tensor *a, const inv_tensor *b) {
  return binary_into(op, into, (operand){a, 0}, (operand){b, 0});
}

inv_status inv_tensor_binary_number(inv_binary_op op, inv_tensor *out,
                                    const inv_tensor *a, double number,
                                    bool number_first) {
  operand t = {a, 0}, v = {NULL, number};
  return number_first ? binary(op, out, v, t) : binary(op, out, t, v);
}

inv_status inv_tensor_binary_number_into(inv_binary_op op,
                                         const inv_tensor *into,
                                         const inv_tensor *a, double number,
                                         bool number_first) {
  operand t = {a, 0}, v = {NULL, number};
  return number_first ? binary_into(op, into, v, t)
                      : binary_into(op, into, t, v);
}

/* The operand is seen as a matrix: `outputs` results of `length` elements
 * each. Where the reduced dimensions lie innermost in memory, a result is
 * made from its own run of elements, in fixed lanes; where they lie outside,
 * whole rows of results are accumulated at once. Both in chunks of the
 * reduced length, whose partial results are combined in order. */
#include "tensor/reduce.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "tensor/arithmetic.h"
#include "tensor/functions.h"
#include "tensor/stream.h"

/* What is accumulated; `p` is the result's own parameter (its mean, its
 * largest element). */
typedef enum {
  SUM,
  SUM_ABS,
  SUM_SQUARES,
  SUM_DEVIATIONS, /* (v - p)^2 */
  SUM_EXP,        /* e^(v - p) */
  PRODUCT,
  MINIMUM,
  MAXIMUM,
  MAXIMUM_ABS,
  ANY,
  ALL,
  ACCUMULATIONS
} accumulation;

enum { LANES = 16 };

static const double START[ACCUMULATIONS] = {
    [PRODUCT] = 1, [MINIMUM] = HUGE_VAL, [MAXIMUM] = -HUGE_VAL, [ALL] = 1};

INV_INLINE double smaller(double a, double b) {
  return a != a ? a : a > b || b != b ? b : a;
}

INV_INLINE double larger(double a, double b) {
  return a != a ? a : a < b || b != b ? b : a;
}

/* ---- kernels ------------------------------------------------------------ */

/* Adds `n` elements to one accumulator, 16 lanes side by side. */
typedef double (*run_kernel)(double sum, const void *in, int64_t n, double p);
/* Adds `n` elements to `n` accumulators. */
typedef void (*row_kernel)(double *sums, const void *in, int64_t n,
                           const double *p);

/* `a` is the accumulator, `v` the element; `combine` joins accumulators. */
#define KERNELS_OF(name, type, step, combine)                                  \
  INV_VECTOR static double name##_run(double sum, const void *in_, int64_t n,  \
                                      double p) {                              \
    const type *in = in_;                                                      \
    double lanes[LANES], a, v;                                                 \
    (void)p;                                                                   \
    int64_t i = 0;                                                             \
    if (n >= 2 * LANES) {                                                      \
      for (int l = 0; l < LANES; l++)                                          \
        lanes[l] = START[name##_OP];                                           \
      for (; i + LANES <= n; i += LANES)                                       \
        for (int l = 0; l < LANES; l++) {                                      \
          a = lanes[l], v = (double)in[i + l];                                 \
          lanes[l] = step;                                                     \
        }                                                                      \
      for (int width = LANES / 2; width > 0; width /= 2)                       \
        for (int l = 0; l < width; l++) {                                      \
          a = lanes[l], v = lanes[l + width];                                  \
          lanes[l] = combine;                                                  \
        }                                                                      \
      a = sum, v = lanes[0];                                                   \
      sum = combine;                                                           \
    }                                                                          \
    for (; i < n; i++) {                                                       \
      a = sum, v = (double)in[i];                                              \
      sum = step;                                                              \
    }                                                                          \
    return sum;                                                                \
  }                                                                            \
  INV_VECTOR static void name##_row(double *restrict sums, const void *in_,    \
                                    int64_t n, const double *restrict ps) {    \
    const type *restrict in = in_;                                             \
    for (int64_t i = 0; i < n; i++) {                                          \
      double a = sums[i], v = (double)in[i], p = ps[i];                        \
      (void)p;                                                                 \
      sums[i] = step;                                                          \
    }                                                                          \
  }

#define BOTH(name, op, step, combine)                                          \
  enum { name##_f32_OP = op, name##_f64_OP = op };                             \
  KERNELS_OF(name##_f32, float, step, combine)                                 \
  KERNELS_OF(name##_f64, double, step, combine)

BOTH(sum, SUM, a + v, a + v)
BOTH(sum_abs, SUM_ABS, a + fabs(v), a + v)
BOTH(sum_squares, SUM_SQUARES, a + v * v, a + v)
BOTH(sum_deviations, SUM_DEVIATIONS, a + (v - p) * (v - p), a + v)
BOTH(sum_exp, SUM_EXP, a + inv_exp_any(v - p), a + v)
BOTH(product, PRODUCT, a *v, a *v)
BOTH(minimum, MINIMUM, smaller(a, v), smaller(a, v))
BOTH(maximum, MAXIMUM, larger(a, v), larger(a, v))
BOTH(maximum_abs, MAXIMUM_ABS, larger(a, fabs(v)), larger(a, v))
BOTH(any, ANY, v != 0 ? 1 : a, v != 0 ? 1 : a)
BOTH(all, ALL, v == 0 ? 0 : a, v == 0 ? 0 : a)

typedef struct {
  run_kernel run[2]; /* of float32, of float64 */
  row_kernel row[2];
} kernels;

#define TABLE(name)                                                            \
  {                                                                            \
    {name##_f32_run, name##_f64_run}, {                                        \
      name##_f32_row, name##_f64_row                                           \
    }                                                                          \
  }

static const kernels KERNELS[ACCUMULATIONS] = {
    [SUM] = TABLE(sum),
    [SUM_ABS] = TABLE(sum_abs),
    [SUM_SQUARES] = TABLE(sum_squares),
    [SUM_DEVIATIONS] = TABLE(sum_deviations),
    [SUM_EXP] = TABLE(sum_exp),
    [PRODUCT] = TABLE(product),
    [MINIMUM] = TABLE(minimum),
    [MAXIMUM] = TABLE(maximum),
    [MAXIMUM_ABS] = TABLE(maximum_abs),
    [ANY] = TABLE(any),
    [ALL] = TABLE(all),
};

/* Joins the results of two parts. */
static double join(accumulation op, double a, double b) {
  switch (op) {
  case PRODUCT: return a * b;
  case MINIMUM: return smaller(a, b);
  case MAXIMUM:
  case MAXIMUM_ABS: return larger(a, b);
  case ANY: return a != 0 || b != 0;
  case ALL: return a != 0 && b != 0;
  default: return a + b;
  }
}

/* ---- running ------------------------------------------------------------ */

typedef struct {
  inv_stream in;
  inv_dtype compute; /* float32 or float64: what blocks are read as */
  accumulation op;
  int64_t outputs, length;
  bool rows;           /* the stream goes through rows of results */
  int64_t part_length; /* reduced elements per part */
  int64_t parts;
  int64_t width; /* results per task */
  const double *p;
  double *partial; /* parts x outputs */
} reduce_job;

/* A task: results begin .. end-1 of one part, each from its own run. */
static void reduce_runs(const reduce_job *job, int64_t part, int64_t begin,
                        int64_t end) {
  run_kernel kernel = KERNELS[job->op].run[job->compute == INV_FLOAT64];
  int64_t first = part * job->part_length, last = first + job->part_length;
  last = last < job->length ? last : job->length;
  inv_block block;
  for (int64_t k = begin; k < end; k++) {
    double sum = START[job->op], p = job->p ? job->p[k] : 0;
    for (int64_t at = first; at < last; at += INV_BLOCK) {
      int64_t n = last - at < INV_BLOCK ? last - at : INV_BLOCK;
      sum = kernel(sum,
                   inv_stream_read(&job->in, k * job->length + at, n,
                                   job->compute, &block),
                   n, p);
    }
    job->partial[part * job->outputs + k] = sum;
  }
}

static void reduce_rows(const reduce_job *job, int64_t part, int64_t begin,
                        int64_t end) {
  static const double none[INV_BLOCK];
  row_kernel kernel = KERNELS[job->op].row[job->compute == INV_FLOAT64];
  int64_t first = part * job->part_length, last = first + job->part_length;
  last = last < job->length ? last : job->length;
  inv_block block;
  for (int64_t k = begin; k < end; k += INV_BLOCK) {
    int64_t n = end - k < INV_BLOCK ? end - k : INV_BLOCK;
    double *sums = job->partial + part * job->outputs + k;
    for (int64_t i = 0; i < n; i++)
      sums[i] = START[job->op];
    for (int64_t r = first; r < last; r++)
      kernel(sums,
             inv_stream_read(&job->in, r * job->outputs + k, n, job->compute,
                             &block),
             n, job->p ? job->p + k : none);
  }
}

static inv_status reduce_tasks(void *context, size_t begin, size_t end) {
  const reduce_job *job = context;
  int64_t across = (job->outputs + job->width - 1) / job->width;
  for (int64_t task = (int64_t)begin; task < (int64_t)end; task++) {
    int64_t part = task / across, first = task % across * job->width;
    int64_t last = first + job->width;
    last = last < job->outputs ? last : job->outputs;
    (job->rows ? reduce_rows : reduce_runs)(job, part, first, last);
  }
  return INV_OK;
}

/* `a` with the dimensions in `mask` last, or first with `rows`. */
static inv_status arrange(inv_tensor *out, const inv_tensor *a, unsigned mask,
                          bool rows) {
  int order[INV_MAX_DIMS], n = 0;
  for (int d = 0; d < a->dims; d++)
    if (!(mask >> d & 1) == !rows)
      order[n++] = d;
  for (int d = 0; d < a->dims; d++)
    if (!(mask >> d & 1) == rows)
      order[n++] = d;
  return inv_tensor_permute(out, a, order);
}

/* The innermost dimension in memory is kept: rows it is. */
static bool better_in_rows(const inv_tensor *a, unsigned mask,
                           int64_t outputs) {
  int64_t inner_kept = INT64_MAX, inner_reduced = INT64_MAX;
  for (int d = 0; d < a->dims; d++) {
    int64_t stride = a->strides[d] < 0 ? -a->strides[d] : a->strides[d];
    if (a->shape[d] == 1)
      continue;
    if (mask >> d & 1)
      inner_reduced = stride < inner_reduced ? stride : inner_reduced;
    else
      inner_kept = stride < inner_kept ? stride : inner_kept;
  }
  return outputs >= 4 && inner_kept < inner_reduced;
}

/* results[k] = accumulation of the k-th result's elements, in double. */
static inv_status accumulate(accumulation op, double *results,
                             const inv_tensor *a, unsigned mask,
                             const double *p) {
  reduce_job job = {.op = op, .outputs = 1, .length = 1, .p = p};
  for (int d = 0; d < a->dims; d++)
    *(mask >> d & 1 ? &job.length : &job.outputs) *= a->shape[d];
  if (job.outputs == 0)
    return INV_OK;
  job.compute = a->dtype == INV_FLOAT64 || a->dtype == INV_INT32 ? INV_FLOAT64
                                                                 : INV_FLOAT32;
  job.rows = better_in_rows(a, mask, job.outputs);
  /* Tasks of about 64K elements. */
  const int64_t task = 1 << 16;
  job.width = job.rows ? INV_BLOCK : task / (job.length + 1) + 1;
  job.width = job.width < job.outputs ? job.width : job.outputs;
  job.part_length = job.rows ? task / job.width : task;
  job.parts = job.length ? (job.length - 1) / job.part_length + 1 : 1;
  inv_tensor view;
  INV_TRY(arrange(&view, a, mask, job.rows));
  job.in = inv_stream_open(&view, view.dims, view.shape);
  size_t cells = (size_t)(job.parts * job.outputs);
  inv_status status = INV_OK;
  job.partial = results;
  if (job.parts > 1) {
    job.partial = inv_alloc_array(cells, sizeof(double));
    if (!job.partial)
      status = inv_fail_memory(cells * sizeof(double));
  }
  size_t tasks = (size_t)(job.parts * ((job.outputs - 1) / job.width + 1));
  if (status == INV_OK)
    status = inv_parallel(tasks, 1, reduce_tasks, &job);
  if (status == INV_OK && job.parts > 1) {
    memcpy(results, job.partial, (size_t)job.outputs * sizeof(double));
    for (int64_t i = job.outputs; i < (int64_t)cells; i++)
      results[i % job.outputs] =
          join(op, results[i % job.outputs], job.partial[i]);
  }
  if (job.parts > 1)
    inv_free(job.partial);
  inv_tensor_release(&view);
  return status;
}

/* ---- the reductions ----------------------------------------------------- */

static inv_dtype reduce_dtype(inv_reduction op, inv_dtype dtype) {
  switch (op) {
  case INV_SUM:
  case INV_PROD: return inv_is_float(dtype) ? dtype : INV_INT32;
  case INV_MIN:
  case INV_MAX: return dtype;
  case INV_ANY:
  case INV_ALL: return INV_UINT8;
  default: return inv_is_float(dtype) ? dtype : INV_FLOAT32;
  }
}

static inv_status mean(double *results, const inv_tensor *a, unsigned mask,
                       int64_t outputs, double length) {
  INV_TRY(accumulate(SUM, results, a, mask, NULL));
  for (int64_t k = 0; k < outputs; k++)
    results[k] /= length;
  return INV_OK;
}

/* Two passes: the mean, then the squared deviations from it. */
static inv_status variance(inv_reduction op, double *results,
                           const inv_tensor *a, unsigned mask, int64_t outputs,
                           double length, double *means) {
  INV_TRY(mean(means, a, mask, outputs, length));
  INV_TRY(accumulate(SUM_DEVIATIONS, results, a, mask, means));
  bool sample = op == INV_VAR || op == INV_STD;
  bool root = op == INV_STD || op == INV_STD_POPULATION;
  for (int64_t k = 0; k < outputs; k++) {
    double divisor = sample ? length - 1 : length;
    double value = divisor > 0 ? results[k] / divisor : NAN;
    results[k] = root ? sqrt(value) : value;
  }
  return INV_OK;
}

/* log sum e^v = m + log sum e^(v - m) with the largest m. */
static inv_status logsumexp(double *results, const inv_tensor *a, unsigned mask,
                            int64_t outputs, double *largest) {
  INV_TRY(accumulate(MAXIMUM, largest, a, mask, NULL));
  for (int64_t k = 0; k < outputs; k++)
    if (fabs(largest[k]) == HUGE_VAL)
      largest[k] = 0;
  INV_TRY(accumulate(SUM_EXP, results, a, mask, largest));
  for (int64_t k = 0; k < outputs; k++)
    results[k] = largest[k] + inv_log_any(results[k]);
  return INV_OK;
}

static inv_status norm2(double *results, const inv_tensor *a, unsigned mask,
                        int64_t outputs) {
  INV_TRY(accumulate(SUM_SQUARES, results, a, mask, NULL));
  for (int64_t k = 0; k < outputs; k++)
    results[k] = sqrt(results[k]);
  return INV_OK;
}

static inv_status compute(inv_reduction op, double *results,
                          const inv_tensor *a, unsigned mask, int64_t outputs,
                          int64_t length, double *scratch) {
  static const accumulation plain[INV_REDUCTIONS] = {
      [INV_SUM] = SUM,     [INV_PROD] = PRODUCT,  [INV_MIN] = MINIMUM,
      [INV_MAX] = MAXIMUM, [INV_NORM1] = SUM_ABS, [INV_NORMINF] = MAXIMUM_ABS,
      [INV_ANY] = ANY,     [INV_ALL] = ALL};
  switch (op) {
  case INV_MEAN: return mean(results, a, mask, outputs, (double)length);
  case INV_VAR:
  case INV_STD:
  case INV_VAR_POPULATION:
  case INV_STD_POPULATION:
    return variance(op, results, a, mask, outputs, (double)length, scratch);
  case INV_LOGSUMEXP: return logsumexp(results, a, mask, outputs, scratch);
  case INV_NORM2: return norm2(results, a, mask, outputs);
  default: return accumulate(plain[op], results, a, mask, NULL);
  }
}

/* Writes double results into a new tensor of the reduced shape. */
static inv_status deliver(inv_tensor *out, inv_reduction op,
                          const inv_tensor *a, unsigned mask, bool keepdim,
                          const double *results, int64_t outputs) {
  inv_dtype dtype = reduce_dtype(op, a->dtype);
  bool may_leave = dtype == INV_INT32 && (op == INV_SUM || op == INV_PROD);
  for (int64_t k = 0; may_leave && k < outputs; k++)
    if (!(fabs(results[k]) <= INT32_MAX))
      return inv_fail(INV_ERR_NUMERIC,
                      "the result %.17g does not fit int32; convert to "
                      "float64 first",
                      results[k]);
  int dims = 0;
  int64_t shape[INV_MAX_DIMS];
  for (int d = 0; d < a->dims; d++) {
    if (!(mask >> d & 1))
      shape[dims++] = a->shape[d];
    else if (keepdim)
      shape[dims++] = 1;
  }
  INV_TRY(inv_tensor_new(out, dtype, dims, shape));
  inv_convert(dtype, out->data, 1, INV_FLOAT64, results, 1, outputs);
  return INV_OK;
}

inv_status inv_tensor_reduce(inv_reduction op, inv_tensor *out,
                             const inv_tensor *a, unsigned mask, bool keepdim) {
  int64_t outputs = 1, length = 1;
  for (int d = 0; d < a->dims; d++)
    *(mask >> d & 1 ? &length : &outputs) *= a->shape[d];
  if (length == 0 && outputs > 0 && (op == INV_MIN || op == INV_MAX))
    return inv_fail(INV_ERR_ARGUMENT, "the %s of no elements is not defined",
                    op == INV_MIN ? "minimum" : "maximum");
  double few[2 * 64], *results = few;
  if (outputs > 64) {
    results = inv_alloc_array((size_t)outputs, 2 * sizeof *results);
    if (!results)
      return inv_fail_memory((size_t)outputs * 2 * sizeof *results);
  }
  inv_status status =
      compute(op, results, a, mask, outputs, length, results + outputs);
  if (status == INV_OK)
    status = deliver(out, op, a, mask, keepdim, results, outputs);
  if (results != few)
    inv_free(results);
  return status;
}

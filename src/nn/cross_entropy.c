/* Cross-entropy of logits against labels or probabilities. The gradient is
 * made on the way, while the logits are in the cache. */
#include <math.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "nn/formula.h"
#include "nn/layers.h"

enum { ROWS = 16 };

typedef struct {
  size_t n; /* classes */
  double smoothing, weight;
  const float *x;
  const int32_t *labels;      /* from 1, or NULL */
  const float *probabilities; /* or NULL */
  double *losses;             /* one per row */
  float *slope;               /* gradient of the logits; NULL: not wanted */
  float *target_slope;        /* gradient of the probabilities; or NULL */
} row_job;

/* What row r should have been for class c, smoothed (Szegedy et al., 2016). */
static double target(const row_job *j, size_t r, size_t c) {
  double t = j->labels ? (size_t)j->labels[r] == c + 1
                       : (double)j->probabilities[r * j->n + c];
  return (1 - j->smoothing) * t + j->smoothing / (double)j->n;
}

/* The loss: the sum of t (log sum e^x - x) over classes; where t is 0, x does
 * not count, infinite or not. */
static void do_row(const row_job *j, size_t r) {
  const float *x = j->x + r * j->n;
  double whole = inv_layer_log_sum_exp(x, j->n), loss = 0, sum = 0;
  for (size_t c = 0; c < j->n; c++) {
    double t = target(j, r, c);
    sum += t;
    loss += t != 0 ? t * (whole - x[c]) : 0;
  }
  j->losses[r] = j->weight * loss;
  for (size_t c = 0; c < j->n && j->slope; c++) {
    double v = x[c] - whole;
    v = isnan(v) ? v : inv_layer_exp_below(v);
    j->slope[r * j->n + c] = (float)(j->weight * (v * sum - target(j, r, c)));
  }
  for (size_t c = 0; c < j->n && j->target_slope; c++)
    j->target_slope[r * j->n + c] =
        (float)(j->weight * (1 - j->smoothing) * (whole - x[c]));
}

static inv_status do_rows(void *context, size_t begin, size_t end) {
  for (size_t r = begin; r < end; r++)
    do_row(context, r);
  return INV_OK;
}

/* ---- backward ----------------------------------------------------------- */

/* Saved: the gradients with respect to logits and targets. */
static inv_status cross_entropy_backward(const inv_node *node,
                                         const inv_tensor *g,
                                         inv_tensor *gradients) {
  for (int i = 0; i < node->n_inputs; i++) {
    if (!inv_node_wants(node, i))
      continue;
    inv_formula f = {0};
    const inv_tensor *each = g;
    if (g->dims == 1)
      each = inv_f_reshape(&f, g, 2, (int64_t[]){g->shape[0], 1});
    inv_formula_give(&f, node, i,
                     inv_f_binary(&f, INV_MUL, inv_node_saved(node, i), each),
                     gradients);
    INV_TRY(inv_formula_end(&f));
  }
  return INV_OK;
}

const inv_operation inv_operation_cross_entropy = {"cross_entropy",
                                                   cross_entropy_backward};

/* ---- checks ------------------------------------------------------------- */

static inv_status check_shapes(const inv_tensor *logits,
                               const inv_tensor *targets) {
  char a[96], b[96];
  if (targets->dtype != INV_INT32 && targets->dims != 2)
    return inv_fail(INV_ERR_ARGUMENT,
                    "labels are %s, int32 expected (or float32 probabilities "
                    "of the shape of the logits)",
                    inv_dtype_name(targets->dtype));
  bool fit = targets->dtype == INV_INT32
                 ? targets->dims == 1 && targets->shape[0] == logits->shape[0]
                 : inv_tensor_same_shape(logits, targets);
  if (fit && logits->shape[0] > 0 && logits->shape[1] > 0)
    return INV_OK;
  return inv_fail(INV_ERR_ARGUMENT,
                  "logits have shape %s, labels %s: (samples, classes) and "
                  "(samples) expected, or probabilities like the logits",
                  inv_shape_text(a, logits->dims, logits->shape),
                  inv_shape_text(b, targets->dims, targets->shape));
}

static inv_status check_labels(const inv_tensor *labels, int64_t classes) {
  for (int64_t i = 0; i < labels->shape[0]; i++) {
    int32_t label = inv_i32(labels)[i];
    if (label < 1 || label > classes)
      return inv_fail(INV_ERR_ARGUMENT,
                      "label %d of sample %lld is not in 1 .. %lld", label,
                      (long long)i + 1, (long long)classes);
  }
  return INV_OK;
}

/* Row-major float32 probabilities or int32 labels that fit the logits. */
static inv_status open_targets(inv_tensor *out, const inv_tensor *logits,
                               const inv_tensor *targets) {
  INV_TRY(check_shapes(logits, targets));
  if (targets->dtype != INV_INT32)
    return inv_layer_widened(out, targets, "probabilities", 2);
  INV_TRY(inv_tensor_to_contiguous(out, targets));
  inv_status status = check_labels(out, logits->shape[1]);
  if (status != INV_OK)
    inv_tensor_release(out);
  return status;
}

/* ---- the operation ------------------------------------------------------ */

/* The losses of the rows, or their sum. */
static inv_status reduce(inv_tensor *out, const double *losses, int64_t rows,
                         inv_loss_reduction reduction) {
  if (reduction != INV_LOSS_NONE) {
    double sum = 0;
    for (int64_t r = 0; r < rows; r++)
      sum += losses[r];
    return inv_tensor_scalar(out, INV_FLOAT32, sum);
  }
  INV_TRY(inv_tensor_new(out, INV_FLOAT32, 1, &rows));
  for (int64_t r = 0; r < rows; r++)
    inv_f32(out)[r] = (float)losses[r];
  return INV_OK;
}

/* slopes: of logits and targets; closed where not wanted. */
static inv_status run(inv_tensor *out, const inv_tensor *x,
                      const inv_tensor *targets, inv_tensor slopes[2],
                      const inv_cross_entropy_options *o) {
  int64_t rows = x->shape[0];
  row_job job = {.n = (size_t)x->shape[1],
                 .smoothing = o->smoothing,
                 .weight = o->reduction == INV_LOSS_MEAN ? 1 / (double)rows : 1,
                 .x = inv_f32(x),
                 .losses = inv_alloc_array((size_t)rows, sizeof(double))};
  if (!job.losses)
    return inv_fail_memory((size_t)rows * sizeof(double));
  if (targets->dtype == INV_INT32)
    job.labels = inv_i32(targets);
  else
    job.probabilities = inv_f32(targets);
  if (slopes[0].storage)
    job.slope = inv_f32(&slopes[0]);
  if (slopes[1].storage)
    job.target_slope = inv_f32(&slopes[1]);
  inv_status status = inv_parallel((size_t)rows, ROWS, do_rows, &job);
  if (status == INV_OK)
    status = reduce(out, job.losses, rows, o->reduction);
  inv_free(job.losses);
  return status;
}

inv_status inv_variable_cross_entropy(inv_variable *out,
                                      const inv_variable *logits,
                                      const inv_variable *targets,
                                      const inv_cross_entropy_options *o) {
  const inv_variable *inputs[] = {logits, targets};
  inv_tensor x, t = {0}, loss, slopes[2] = {{0}};
  if (!(o->smoothing >= 0 && o->smoothing <= 1))
    return inv_fail(INV_ERR_ARGUMENT, "smoothing %g is not in 0 .. 1",
                    o->smoothing);
  INV_TRY(inv_layer_widened(&x, &logits->value, "logits", 2));
  inv_status status = open_targets(&t, &x, &targets->value);
  for (int i = 0; i < 2 && status == INV_OK; i++)
    if (inv_wants_gradient(inputs[i]))
      status = inv_tensor_new_like(&slopes[i], &x);
  if (status == INV_OK)
    status = run(&loss, &x, &t, slopes, o);
  if (status == INV_OK)
    status = inv_tape_record(
        out, &loss,
        &(inv_entry){.operation = &inv_operation_cross_entropy,
                     .inputs = inputs,
                     .n_inputs = 2,
                     .saved = (const inv_tensor *[]){&slopes[0], &slopes[1]},
                     .n_saved = 2});
  inv_tensor_release(&x);
  inv_tensor_release(&t);
  inv_tensor_release(&slopes[0]);
  inv_tensor_release(&slopes[1]);
  return status;
}

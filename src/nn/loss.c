/* Softmax, log-softmax, cross-entropy, mean squared error. Sums are kept in
 * double; exp and log are the portable ones. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/portable_math.h"
#include "nn/layers.h"

enum { ROWS = 64, CHUNK = 1 << 15 };

/* e^x for x <= 0 (or NaN). */
static double exp_below(double x) {
  return x < -700 ? 0 : inv_exp(x);
}

/* ---- softmax over rows -------------------------------------------------- */

typedef struct {
  size_t n; /* columns */
  bool logarithm;
  const float *x, *y, *g;
  float *to;
} row_job;

/* The logarithm of the sum of e^x. */
static double log_sum_exp(const float *x, size_t n) {
  double largest = x[0], sum = 0;
  for (size_t c = 1; c < n; c++)
    largest = x[c] > largest || isnan(x[c]) ? x[c] : largest;
  if (!isfinite(largest))
    return largest;
  for (size_t c = 0; c < n; c++)
    sum += exp_below(x[c] - largest);
  return isnan(sum) ? sum : largest + inv_log(sum);
}

static void softmax_row(const float *x, float *y, size_t n, bool logarithm) {
  double whole = log_sum_exp(x, n);
  for (size_t c = 0; c < n; c++) {
    double v = x[c] - whole;
    y[c] = (float)(logarithm || isnan(v) ? v : exp_below(v));
  }
}

static inv_status softmax_rows(void *context, size_t begin, size_t end) {
  const row_job *j = context;
  for (size_t r = begin; r < end; r++)
    softmax_row(j->x + r * j->n, j->to + r * j->n, j->n, j->logarithm);
  return INV_OK;
}

/* softmax: gx = y (g - sum g y); log-softmax: gx = g - e^y sum g. */
static inv_status softmax_back_rows(void *context, size_t begin, size_t end) {
  const row_job *j = context;
  for (size_t r = begin; r < end; r++) {
    const float *y = j->y + r * j->n, *g = j->g + r * j->n;
    float *to = j->to + r * j->n;
    double sum = 0;
    for (size_t c = 0; c < j->n; c++)
      sum += (double)g[c] * (j->logarithm ? 1 : y[c]);
    for (size_t c = 0; c < j->n; c++)
      to[c] = (float)(j->logarithm ? g[c] - exp_below(y[c]) * sum
                                   : y[c] * (g[c] - sum));
  }
  return INV_OK;
}

/* Saved: the output. */
static inv_status rows_backward(const inv_node *node, const inv_tensor *g,
                                inv_tensor *gradients, bool logarithm) {
  const inv_tensor *y = inv_node_saved(node, 0);
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  inv_status status = inv_tensor_new_like(&gradients[0], y);
  if (status == INV_OK) {
    size_t n = (size_t)y->shape[y->dims - 1];
    row_job job = {n,          logarithm,    NULL,
                   inv_f32(y), inv_f32(&gy), inv_f32(&gradients[0])};
    status = inv_parallel((size_t)inv_tensor_count(y) / (n ? n : 1), ROWS,
                          softmax_back_rows, &job);
  }
  inv_tensor_release(&gy);
  return status;
}

static inv_status softmax_backward(const inv_node *node, const inv_tensor *g,
                                   inv_tensor *gradients) {
  return rows_backward(node, g, gradients, false);
}

static inv_status log_softmax_backward(const inv_node *node,
                                       const inv_tensor *g,
                                       inv_tensor *gradients) {
  return rows_backward(node, g, gradients, true);
}

const inv_operation inv_operation_softmax = {"softmax", softmax_backward};
const inv_operation inv_operation_log_softmax = {"log_softmax",
                                                 log_softmax_backward};

static inv_status over_rows(inv_variable *out, const inv_variable *x,
                            const inv_operation *operation, bool logarithm) {
  inv_tensor input, y;
  INV_TRY(inv_layer_input(&input, &x->value, "input", -1));
  inv_status status = INV_OK;
  if (input.dims < 1)
    status = inv_fail(INV_ERR_ARGUMENT, "input is a scalar, rows expected");
  if (status == INV_OK)
    status = inv_tensor_new_like(&y, &input);
  if (status == INV_OK) {
    size_t n = (size_t)input.shape[input.dims - 1];
    row_job job = {n, logarithm, inv_f32(&input), NULL, NULL, inv_f32(&y)};
    status = inv_parallel((size_t)inv_tensor_count(&input) / (n ? n : 1), ROWS,
                          softmax_rows, &job);
    if (status != INV_OK)
      inv_tensor_release(&y);
  }
  inv_tensor_release(&input);
  INV_TRY(status);
  return inv_tape_record(out, &y,
                         &(inv_entry){.operation = operation,
                                      .inputs = (const inv_variable *[]){x},
                                      .n_inputs = 1,
                                      .saved = (const inv_tensor *[]){&y},
                                      .n_saved = 1});
}

inv_status inv_variable_softmax(inv_variable *out, const inv_variable *x) {
  return over_rows(out, x, &inv_operation_softmax, false);
}

inv_status inv_variable_log_softmax(inv_variable *out, const inv_variable *x) {
  return over_rows(out, x, &inv_operation_log_softmax, true);
}

/* ---- cross-entropy ------------------------------------------------------ */

static float scalar_of(const inv_tensor *t) {
  return (float)inv_tensor_get(t, (int64_t[INV_MAX_DIMS]){0});
}

/* A scalar tensor. */
static inv_status new_scalar(inv_tensor *out, double value) {
  INV_TRY(inv_tensor_new(out, INV_FLOAT32, 0, NULL));
  inv_f32(out)[0] = (float)value;
  return INV_OK;
}

/* Saved: the gradient with respect to the logits. */
static inv_status scaled_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  const inv_tensor *saved = inv_node_saved(node, 0);
  INV_TRY(inv_tensor_new_like(&gradients[0], saved));
  float factor = scalar_of(g);
  size_t n = (size_t)inv_tensor_count(saved);
  for (size_t i = 0; i < n; i++)
    inv_f32(&gradients[0])[i] = factor * inv_f32(saved)[i];
  return INV_OK;
}

const inv_operation inv_operation_cross_entropy = {"cross_entropy",
                                                   scaled_backward};

static inv_status check_labels(const inv_tensor *logits,
                               const inv_tensor *labels) {
  char a[96], b[96];
  if (labels->dtype != INV_INT32)
    return inv_fail(INV_ERR_ARGUMENT, "labels are %s, int32 expected",
                    inv_dtype_name(labels->dtype));
  if (labels->dims != 1 || labels->shape[0] != logits->shape[0] ||
      logits->shape[0] < 1 || logits->shape[1] < 1)
    return inv_fail(INV_ERR_ARGUMENT,
                    "logits have shape %s, labels %s: (samples, classes) and "
                    "(samples) expected",
                    inv_shape_text(a, logits->dims, logits->shape),
                    inv_shape_text(b, labels->dims, labels->shape));
  for (int64_t i = 0; i < labels->shape[0]; i++) {
    int32_t label = inv_i32(labels)[i * labels->strides[0]];
    if (label < 1 || label > logits->shape[1])
      return inv_fail(INV_ERR_ARGUMENT,
                      "label %d of sample %lld is not in 1 .. %lld", label,
                      (long long)i + 1, (long long)logits->shape[1]);
  }
  return INV_OK;
}

/* The loss, and its gradient in `slope`: (softmax - one-hot) / samples. */
static double cross_entropy(const inv_tensor *logits, const inv_tensor *labels,
                            float *slope) {
  int64_t rows = logits->shape[0], n = logits->shape[1];
  double sum = 0;
  for (int64_t r = 0; r < rows; r++, slope += n) {
    const float *x = inv_f32(logits) + r * n;
    int32_t label = inv_i32(labels)[r * labels->strides[0]] - 1;
    double whole = log_sum_exp(x, (size_t)n);
    sum += whole - x[label];
    for (int64_t c = 0; c < n; c++) {
      double v = x[c] - whole;
      v = isnan(v) ? v : exp_below(v);
      slope[c] = (float)((v - (c == label)) / (double)rows);
    }
  }
  return sum / (double)rows;
}

inv_status inv_variable_cross_entropy(inv_variable *out,
                                      const inv_variable *logits,
                                      const inv_tensor *labels) {
  inv_tensor x, slope = {0}, loss;
  INV_TRY(inv_layer_input(&x, &logits->value, "logits", 2));
  inv_status status = check_labels(&x, labels);
  if (status == INV_OK)
    status = inv_tensor_new_like(&slope, &x);
  if (status == INV_OK)
    status = new_scalar(&loss, cross_entropy(&x, labels, inv_f32(&slope)));
  if (status == INV_OK)
    status =
        inv_tape_record(out, &loss,
                        &(inv_entry){.operation = &inv_operation_cross_entropy,
                                     .inputs = (const inv_variable *[]){logits},
                                     .n_inputs = 1,
                                     .saved = (const inv_tensor *[]){&slope},
                                     .n_saved = 1});
  inv_tensor_release(&x);
  inv_tensor_release(&slope);
  return status;
}

/* ---- mean squared error ------------------------------------------------- */

/* Saved: the gradient with respect to x; that of y is its negative. */
static inv_status mse_backward(const inv_node *node, const inv_tensor *g,
                               inv_tensor *gradients) {
  const inv_tensor *saved = inv_node_saved(node, 0);
  size_t n = (size_t)inv_tensor_count(saved);
  for (int i = 0; i < 2; i++) {
    if (!inv_node_wants(node, i))
      continue;
    float factor = i ? -scalar_of(g) : scalar_of(g);
    INV_TRY(inv_tensor_new_like(&gradients[i], saved));
    for (size_t k = 0; k < n; k++)
      inv_f32(&gradients[i])[k] = factor * inv_f32(saved)[k];
  }
  return INV_OK;
}

const inv_operation inv_operation_mse = {"mse", mse_backward};

/* The loss, and its gradient in `slope`. */
static double squared_error(const inv_tensor *x, const inv_tensor *y,
                            float *slope) {
  size_t n = (size_t)inv_tensor_count(x);
  double sum = 0;
  for (size_t i = 0; i < n; i++) {
    double difference = (double)inv_f32(x)[i] - inv_f32(y)[i];
    sum += difference * difference;
    slope[i] = (float)(2 * difference / (double)n);
  }
  return sum / (double)n;
}

static inv_status check_pair(const inv_tensor *x, const inv_tensor *y) {
  char a[96], b[96];
  if (inv_tensor_same_shape(x, y) && inv_tensor_count(x) > 0)
    return INV_OK;
  return inv_fail(INV_ERR_ARGUMENT,
                  "shapes %s and %s: the same one, not empty, expected",
                  inv_shape_text(a, x->dims, x->shape),
                  inv_shape_text(b, y->dims, y->shape));
}

inv_status inv_variable_mse(inv_variable *out, const inv_variable *x,
                            const inv_variable *y) {
  inv_tensor a, b = {0}, slope = {0}, loss;
  INV_TRY(check_pair(&x->value, &y->value));
  INV_TRY(inv_layer_input(&a, &x->value, "input", -1));
  inv_status status = inv_layer_input(&b, &y->value, "target", -1);
  if (status == INV_OK)
    status = inv_tensor_new_like(&slope, &a);
  if (status == INV_OK)
    status = new_scalar(&loss, squared_error(&a, &b, inv_f32(&slope)));
  if (status == INV_OK)
    status =
        inv_tape_record(out, &loss,
                        &(inv_entry){.operation = &inv_operation_mse,
                                     .inputs = (const inv_variable *[]){x, y},
                                     .n_inputs = 2,
                                     .saved = (const inv_tensor *[]){&slope},
                                     .n_saved = 1});
  inv_tensor_release(&a);
  inv_tensor_release(&b);
  inv_tensor_release(&slope);
  return status;
}

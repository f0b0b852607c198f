/* Softmax, log-softmax, mean squared error. Sums are kept in double; exp and
 * log are the portable ones. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/portable_math.h"
#include "nn/formula.h"
#include "nn/layers.h"

enum { ROWS = 64 };

double inv_layer_exp_below(double x) {
  return x < -700 ? 0 : inv_exp(x);
}

/* ---- softmax over rows -------------------------------------------------- */

typedef struct {
  size_t n; /* columns */
  bool logarithm;
  const inv_tensor *x, *y, *g;
  const inv_tensor *to;
} row_job;

double inv_layer_log_sum_exp(const float *x, size_t n) {
  double largest = x[0], sum = 0;
  for (size_t c = 1; c < n; c++)
    largest = x[c] > largest || isnan(x[c]) ? x[c] : largest;
  if (!isfinite(largest))
    return largest;
  for (size_t c = 0; c < n; c++)
    sum += inv_layer_exp_below(x[c] - largest);
  return isnan(sum) ? sum : largest + inv_log(sum);
}

static void softmax_row(const float *x, float *y, size_t n, bool logarithm) {
  double whole = inv_layer_log_sum_exp(x, n);
  for (size_t c = 0; c < n; c++) {
    double v = x[c] - whole;
    y[c] = (float)(logarithm || isnan(v) ? v : inv_layer_exp_below(v));
  }
}

/* Room for three rows in float32. */
static inv_status new_room(float **room, const row_job *j) {
  *room = inv_alloc_array(3 * j->n, sizeof **room);
  return *room ? INV_OK : inv_fail_memory(3 * j->n * sizeof **room);
}

static inv_status softmax_rows(void *context, size_t begin, size_t end) {
  const row_job *j = context;
  size_t n = j->n;
  float *room;
  INV_TRY(new_room(&room, j));
  for (size_t at = begin * n; at < end * n; at += n) {
    float *to = inv_layer_target(j->to, at, room + n);
    softmax_row(inv_layer_read(j->x, at, n, room), to, n, j->logarithm);
    inv_layer_write(j->to, at, n, to);
  }
  inv_free(room);
  return INV_OK;
}

/* softmax: gx = y (g - sum g y); log-softmax: gx = g - e^y sum g. */
static void softmax_back_row(const float *y, const float *g, float *to,
                             size_t n, bool logarithm) {
  double sum = 0;
  for (size_t c = 0; c < n; c++)
    sum += (double)g[c] * (logarithm ? 1 : y[c]);
  for (size_t c = 0; c < n; c++)
    to[c] = (float)(logarithm ? g[c] - inv_layer_exp_below(y[c]) * sum
                              : y[c] * (g[c] - sum));
}

static inv_status softmax_back_rows(void *context, size_t begin, size_t end) {
  const row_job *j = context;
  size_t n = j->n;
  float *room;
  INV_TRY(new_room(&room, j));
  for (size_t at = begin * n; at < end * n; at += n) {
    float *to = inv_layer_target(j->to, at, room + 2 * n);
    softmax_back_row(inv_layer_read(j->y, at, n, room),
                     inv_layer_read(j->g, at, n, room + n), to, n,
                     j->logarithm);
    inv_layer_write(j->to, at, n, to);
  }
  inv_free(room);
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
    row_job job = {n, logarithm, NULL, y, &gy, &gradients[0]};
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
  INV_TRY(inv_layer_activations(&input, &x->value, "input", -1));
  inv_status status = INV_OK;
  if (input.dims < 1)
    status = inv_fail(INV_ERR_ARGUMENT, "input is a scalar, rows expected");
  if (status == INV_OK)
    status = inv_tensor_new_like(&y, &input);
  if (status == INV_OK) {
    size_t n = (size_t)input.shape[input.dims - 1];
    row_job job = {n, logarithm, &input, NULL, NULL, &y};
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

/* ---- mean squared error ------------------------------------------------- */

/* Saved: the gradient with respect to x; that of y is its negative. */
static inv_status mse_backward(const inv_node *node, const inv_tensor *g,
                               inv_tensor *gradients) {
  inv_formula f = {0};
  const inv_tensor *gx = inv_f_binary(&f, INV_MUL, inv_node_saved(node, 0), g);
  inv_formula_give(&f, node, 0, gx, gradients);
  if (inv_node_wants(node, 1))
    inv_formula_give(&f, node, 1, inv_f_unary(&f, INV_NEG, gx), gradients);
  return inv_formula_end(&f);
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
  INV_TRY(inv_layer_widened(&a, &x->value, "input", -1));
  inv_status status = inv_layer_widened(&b, &y->value, "target", -1);
  if (status == INV_OK)
    status = inv_tensor_new_like(&slope, &a);
  if (status == INV_OK)
    status = inv_tensor_scalar(&loss, INV_FLOAT32,
                               squared_error(&a, &b, inv_f32(&slope)));
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

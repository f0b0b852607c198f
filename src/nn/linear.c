/* Linear maps: y = x W' + b, as single-threaded products of fixed pieces, so
 * that bits do not depend on the number of threads. */
#include <cblas.h>

#include "base/parallel.h"
#include "nn/layers.h"

enum { ROWS = 64, COLUMNS = 256 };

typedef struct {
  size_t rows, in, out;
  const float *x, *w, *bias, *g;
  float *to;
} linear_job;

/* All BLAS calls come from the chunks of inv_parallel. */
static void one_thread(void) {
  static bool done;
  if (!done)
    openblas_set_num_threads(1);
  done = true;
}

static inv_status forward_rows(void *context, size_t begin, size_t end) {
  const linear_job *j = context;
  float *y = j->to + begin * j->out;
  for (size_t r = 0; r < end - begin && j->bias; r++)
    for (size_t c = 0; c < j->out; c++)
      y[r * j->out + c] = j->bias[c];
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)(end - begin),
              (int)j->out, (int)j->in, 1, j->x + begin * j->in, (int)j->in,
              j->w, (int)j->in, j->bias ? 1 : 0, y, (int)j->out);
  return INV_OK;
}

static inv_status input_rows(void *context, size_t begin, size_t end) {
  const linear_job *j = context;
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)(end - begin),
              (int)j->in, (int)j->out, 1, j->g + begin * j->out, (int)j->out,
              j->w, (int)j->in, 0, j->to + begin * j->in, (int)j->in);
  return INV_OK;
}

/* Columns of the weights' gradient: the sum over all rows at once. */
static inv_status weight_columns(void *context, size_t begin, size_t end) {
  const linear_job *j = context;
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)j->out,
              (int)(end - begin), (int)j->rows, 1, j->g, (int)j->out,
              j->x + begin, (int)j->in, 0, j->to + begin, (int)j->in);
  return INV_OK;
}

/* Inputs: x, weight, bias (or none). Saved: x, weight; row-major. */
static inv_status linear_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  const linear_job *sizes = node->attributes;
  const inv_tensor *x = inv_node_saved(node, 0), *w = inv_node_saved(node, 1);
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  linear_job job = *sizes;
  job.g = inv_f32(&gy);
  job.w = inv_f32(w);
  inv_status status = INV_OK;
  if (inv_node_wants(node, 0)) {
    inv_node *input = node->inputs[0];
    status = inv_tensor_new(&gradients[0], INV_FLOAT32, input->dims,
                            input->shape);
    if (status == INV_OK) {
      job.to = inv_f32(&gradients[0]);
      status = inv_parallel(job.rows, ROWS, input_rows, &job);
    }
  }
  if (status == INV_OK && inv_node_wants(node, 1)) {
    status = inv_tensor_zeros(&gradients[1], INV_FLOAT32, 2, w->shape);
    if (status == INV_OK && job.rows) {
      job.x = inv_f32(x);
      job.to = inv_f32(&gradients[1]);
      status = inv_parallel(job.in, COLUMNS, weight_columns, &job);
    }
  }
  if (status == INV_OK && node->n_inputs > 2 && inv_node_wants(node, 2)) {
    status = inv_tensor_new(&gradients[2], INV_FLOAT32, 1, w->shape);
    if (status == INV_OK)
      status = inv_layer_column_sums(inv_f32(&gy), job.rows, job.out,
                                     inv_f32(&gradients[2]));
  }
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_linear = {"linear", linear_backward};

/* x and w are float32 and row-major. */
static inv_status multiply(inv_tensor *y, linear_job *job, const inv_tensor *x,
                           const inv_tensor *w, const inv_variable *bias) {
  char a[96], b[96];
  int64_t shape[INV_MAX_DIMS], in = w->shape[1], out = w->shape[0];
  if (x->dims < 1 || x->shape[x->dims - 1] != in || in < 1 || out < 1 ||
      in > INT32_MAX || out > INT32_MAX)
    return inv_fail(INV_ERR_ARGUMENT,
                    "input has shape %s, weight %s: the last sizes must agree",
                    inv_shape_text(a, x->dims, x->shape),
                    inv_shape_text(b, w->dims, w->shape));
  *job = (linear_job){.rows = (size_t)(inv_tensor_count(x) / in),
                      .in = (size_t)in,
                      .out = (size_t)out};
  for (int d = 0; d < x->dims; d++)
    shape[d] = x->shape[d];
  shape[x->dims - 1] = out;
  inv_tensor shift = {0};
  if (bias) {
    INV_TRY(inv_layer_check_vector(&bias->value, "bias", out));
    INV_TRY(inv_tensor_to_contiguous(&shift, &bias->value));
  }
  inv_status status = inv_tensor_new(y, INV_FLOAT32, x->dims, shape);
  if (status == INV_OK) {
    linear_job work = *job;
    work.x = inv_f32(x);
    work.w = inv_f32(w);
    work.bias = bias ? inv_f32(&shift) : NULL;
    work.to = inv_f32(y);
    status = inv_parallel(work.rows, ROWS, forward_rows, &work);
    if (status != INV_OK)
      inv_tensor_release(y);
  }
  inv_tensor_release(&shift);
  return status;
}

inv_status inv_variable_linear(inv_variable *out, const inv_variable *x,
                               const inv_variable *weight,
                               const inv_variable *bias) {
  inv_tensor input, w = {0}, y;
  linear_job sizes;
  one_thread();
  INV_TRY(inv_layer_input(&input, &x->value, "input", -1));
  inv_status status = inv_layer_input(&w, &weight->value, "weight", 2);
  if (status == INV_OK)
    status = multiply(&y, &sizes, &input, &w, bias);
  if (status == INV_OK)
    status = inv_tape_record(
        out, &y,
        &(inv_entry){
            .operation = &inv_operation_linear,
            .inputs = (const inv_variable *[]){x, weight, bias},
            .n_inputs = bias ? 3 : 2,
            .saved = (const inv_tensor *[]){inv_wants_gradient(weight) ? &input
                                                                       : NULL,
                                            &w},
            .n_saved = 2,
            .attributes = &sizes,
            .attribute_bytes = sizeof sizes});
  inv_tensor_release(&input);
  inv_tensor_release(&w);
  return status;
}

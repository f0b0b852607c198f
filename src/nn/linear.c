/* Linear maps: y = x W' + b. */
#include "nn/layers.h"
#include "tensor/gemm.h"

typedef struct {
  int64_t rows, in, out;
} sizes;

/* Inputs: x, weight, bias (or none). Saved: x, weight; row-major. */
static inv_status linear_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  const sizes *n = node->attributes;
  const inv_tensor *x = inv_node_saved(node, 0), *w = inv_node_saved(node, 1);
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  inv_status status = INV_OK;
  if (inv_node_wants(node, 0)) {
    inv_node *input = node->inputs[0];
    status =
        inv_tensor_new(&gradients[0], INV_FLOAT32, input->dims, input->shape);
    if (status == INV_OK)
      status = inv_gemm_f32(n->rows, n->in, n->out, 1,
                            (inv_matrix){gy.data, n->out, false},
                            (inv_matrix){w->data, n->in, false}, 0,
                            inv_f32(&gradients[0]), n->in);
  }
  if (status == INV_OK && inv_node_wants(node, 1)) {
    status = inv_tensor_new_like(&gradients[1], w);
    if (status == INV_OK)
      status = inv_gemm_f32(n->out, n->in, n->rows, 1,
                            (inv_matrix){gy.data, n->out, true},
                            (inv_matrix){x->data, n->in, false}, 0,
                            inv_f32(&gradients[1]), n->in);
  }
  if (status == INV_OK && node->n_inputs > 2 && inv_node_wants(node, 2)) {
    status = inv_tensor_new(&gradients[2], INV_FLOAT32, 1, w->shape);
    if (status == INV_OK)
      status = inv_layer_column_sums(inv_f32(&gy), (size_t)n->rows,
                                     (size_t)n->out, inv_f32(&gradients[2]));
  }
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_linear = {"linear", linear_backward};

/* Every row of y is the bias. */
static void fill_bias(const inv_tensor *bias, const sizes *n, float *y) {
  for (int64_t r = 0; r < n->rows; r++, y += n->out)
    for (int64_t c = 0; c < n->out; c++)
      y[c] = inv_f32(bias)[c * bias->strides[0]];
}

/* x and w are float32 and row-major. */
static inv_status multiply(inv_tensor *y, sizes *n, const inv_tensor *x,
                           const inv_tensor *w, const inv_variable *bias) {
  char a[96], b[96];
  int64_t shape[INV_MAX_DIMS], in = w->shape[1], out = w->shape[0];
  if (x->dims < 1 || x->shape[x->dims - 1] != in || in < 1 || out < 1)
    return inv_fail(INV_ERR_ARGUMENT,
                    "input has shape %s, weight %s: the last sizes must agree",
                    inv_shape_text(a, x->dims, x->shape),
                    inv_shape_text(b, w->dims, w->shape));
  if (bias)
    INV_TRY(inv_layer_check_vector(&bias->value, "bias", out));
  *n = (sizes){inv_tensor_count(x) / in, in, out};
  for (int d = 0; d < x->dims; d++)
    shape[d] = x->shape[d];
  shape[x->dims - 1] = out;
  INV_TRY(inv_tensor_new(y, INV_FLOAT32, x->dims, shape));
  if (bias)
    fill_bias(&bias->value, n, inv_f32(y));
  inv_status status = inv_gemm_f32(
      n->rows, out, in, 1, (inv_matrix){x->data, in, false},
      (inv_matrix){w->data, in, true}, bias ? 1 : 0, inv_f32(y), out);
  if (status != INV_OK)
    inv_tensor_release(y);
  return status;
}

inv_status inv_variable_linear(inv_variable *out, const inv_variable *x,
                               const inv_variable *weight,
                               const inv_variable *bias) {
  inv_tensor input, w = {0}, y;
  sizes n;
  INV_TRY(inv_layer_input(&input, &x->value, "input", -1));
  inv_status status = inv_layer_input(&w, &weight->value, "weight", 2);
  if (status == INV_OK)
    status = multiply(&y, &n, &input, &w, bias);
  if (status == INV_OK)
    status = inv_layer_record(out, &y, &inv_operation_linear,
                              (const inv_variable *[]){x, weight, bias}, &input,
                              &w, &n, sizeof n);
  inv_tensor_release(&input);
  inv_tensor_release(&w);
  return status;
}

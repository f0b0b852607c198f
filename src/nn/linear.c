/* Linear maps: y = x W' + b. */
#include "nn/layers.h"
#include "tensor/gemm.h"

typedef struct {
  int64_t rows, in, out;
} sizes;

/* c (m x n) = a b, with a and b of the dtype of `like`: activations, or the
 * weight rounded to them; c is of its own dtype. */
static inv_status product(const inv_tensor *like, int64_t m, int64_t n,
                          int64_t k, inv_matrix a, inv_matrix b,
                          const inv_tensor *c) {
  if (like->dtype == INV_BFLOAT16)
    return inv_gemm_bf16(m, n, k, a, b, NULL, c->dtype, c->data, n);
  return inv_gemm_f32(m, n, k, 1, a, b, 0, inv_f32(c), n);
}

/* The gradient of x: gy times the weight. */
static inv_status input_gradient(const sizes *n, const inv_tensor *gy,
                                 const inv_tensor *weight,
                                 const inv_tensor *gx) {
  inv_tensor w;
  INV_TRY(inv_tensor_convert(&w, weight, gy->dtype));
  inv_status status =
      product(gy, n->rows, n->in, n->out, (inv_matrix){gy->data, n->out, false},
              (inv_matrix){w.data, n->in, false}, gx);
  inv_tensor_release(&w);
  return status;
}

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
    status = inv_tensor_new(&gradients[0], gy.dtype, input->dims, input->shape);
    if (status == INV_OK)
      status = input_gradient(n, &gy, w, &gradients[0]);
  }
  if (status == INV_OK && inv_node_wants(node, 1)) {
    status = inv_tensor_new_like(&gradients[1], w);
    if (status == INV_OK)
      status = product(&gy, n->out, n->in, n->rows,
                       (inv_matrix){gy.data, n->out, true},
                       (inv_matrix){x->data, n->in, false}, &gradients[1]);
  }
  if (status == INV_OK && node->n_inputs > 2 && inv_node_wants(node, 2)) {
    status = inv_tensor_new(&gradients[2], INV_FLOAT32, 1, w->shape);
    if (status == INV_OK)
      status = inv_layer_column_sums(&gy, inv_f32(&gradients[2]));
  }
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_linear = {"linear", linear_backward};

static inv_status forward_bf16(const inv_tensor *y, const sizes *n,
                               const inv_tensor *x, const inv_tensor *weight,
                               const inv_epilogue *epilogue) {
  inv_tensor w;
  INV_TRY(inv_tensor_convert(&w, weight, INV_BFLOAT16));
  inv_status status =
      inv_gemm_bf16(n->rows, n->out, n->in, (inv_matrix){x->data, n->in, false},
                    (inv_matrix){w.data, n->in, true}, epilogue, INV_BFLOAT16,
                    y->data, n->out);
  inv_tensor_release(&w);
  return status;
}

static inv_status forward(const inv_tensor *y, const sizes *n,
                          const inv_tensor *x, const inv_tensor *w,
                          const inv_tensor *bias) {
  inv_tensor b = {0};
  if (bias)
    INV_TRY(inv_tensor_to_contiguous(&b, bias));
  inv_epilogue epilogue = {.bias = b.data};
  inv_status status =
      x->dtype == INV_BFLOAT16
          ? forward_bf16(y, n, x, w, &epilogue)
          : inv_gemm_f32_then(n->rows, n->out, n->in,
                              (inv_matrix){x->data, n->in, false},
                              (inv_matrix){w->data, n->in, true}, &epilogue,
                              inv_f32(y), n->out);
  inv_tensor_release(&b);
  return status;
}

/* x and w are row-major, w float32. */
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
  INV_TRY(inv_tensor_new(y, x->dtype, x->dims, shape));
  inv_status status = forward(y, n, x, w, bias ? &bias->value : NULL);
  if (status != INV_OK)
    inv_tensor_release(y);
  return status;
}

inv_status inv_variable_linear(inv_variable *out, const inv_variable *x,
                               const inv_variable *weight,
                               const inv_variable *bias) {
  inv_tensor input, w = {0}, y;
  sizes n;
  INV_TRY(inv_layer_activations(&input, &x->value, "input", -1));
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

/* conv2d: checks, and its place on the tape; the work is the backend's. */
#include "nn/conv.h"

/* ---- sizes -------------------------------------------------------------- */

/* Sizes are ints in the kernels: no dimension of an image comes near. */
enum { LARGEST = 1 << 24 };

static inv_status check_options(const inv_conv_options *o) {
  if (o->stride < 1 || o->padding < 0 || o->dilation < 1 || o->groups < 1)
    return inv_fail(INV_ERR_ARGUMENT,
                    "stride %d, padding %d, dilation %d, groups %d: at least "
                    "1, 0, 1, 1 expected",
                    o->stride, o->padding, o->dilation, o->groups);
  return INV_OK;
}

static inv_status out_size(int *out, int64_t size, int64_t kernel,
                           const inv_conv_options *o) {
  int64_t reach = o->dilation * (kernel - 1) + 1;
  int64_t padded = size + 2 * (int64_t)o->padding;
  if (size > LARGEST || padded > LARGEST || reach > padded)
    return inv_fail(INV_ERR_ARGUMENT,
                    "kernel reaches over %lld pixels, the input with its "
                    "padding has %lld",
                    (long long)reach, (long long)padded);
  *out = (int)((padded - reach) / o->stride) + 1;
  return INV_OK;
}

inv_status inv_conv_make(inv_conv *v, const inv_tensor *x, const inv_tensor *w,
                         const inv_conv_options *o) {
  INV_TRY(check_options(o));
  const int64_t *in = x->shape, *k = w->shape;
  char text[96];
  for (int d = 0; d < 4; d++)
    if (in[d] > LARGEST || k[d] > LARGEST || k[d] < 1 || (d > 0 && in[d] < 1))
      return inv_fail(INV_ERR_ARGUMENT, "%s with shape %s has nothing to do",
                      k[d] < 1 ? "weight" : "input",
                      k[d] < 1 ? inv_shape_text(text, 4, k)
                               : inv_shape_text(text, 4, in));
  if (in[3] != k[1] * o->groups)
    return inv_fail(INV_ERR_ARGUMENT,
                    "input has %lld channels, weight expects %lld",
                    (long long)in[3], (long long)(k[1] * o->groups));
  if (k[0] % o->groups)
    return inv_fail(INV_ERR_ARGUMENT,
                    "%lld output channels do not divide into %d groups",
                    (long long)k[0], o->groups);
  *v = (inv_conv){.batch = (int)in[0],
                  .height = (int)in[1],
                  .width = (int)in[2],
                  .channels = (int)in[3],
                  .out_channels = (int)k[0],
                  .kernel_height = (int)k[2],
                  .kernel_width = (int)k[3],
                  .stride = o->stride,
                  .padding = o->padding,
                  .dilation = o->dilation,
                  .groups = o->groups,
                  .dtype = x->dtype};
  INV_TRY(out_size(&v->out_height, in[1], k[2], o));
  return out_size(&v->out_width, in[2], k[3], o);
}

/* ---- the operation ------------------------------------------------------ */

/* Inputs: x, weight, bias (or none). Saved: x, weight; row-major. */
static inv_status conv_backward(const inv_node *node, const inv_tensor *g,
                                inv_tensor *gradients) {
  const inv_conv *v = node->attributes;
  const inv_tensor *x = inv_node_saved(node, 0), *w = inv_node_saved(node, 1);
  const inv_backend *backend = inv_backend_current();
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  inv_status status = INV_OK;
  if (inv_node_wants(node, 0)) {
    status =
        inv_tensor_new(&gradients[0], v->dtype, 4,
                       (int64_t[]){v->batch, v->height, v->width, v->channels});
    if (status == INV_OK)
      status = backend->conv_backward_input(v, gy.data, inv_f32(w),
                                            gradients[0].data);
  }
  if (status == INV_OK && inv_node_wants(node, 1)) {
    status = inv_tensor_new_like(&gradients[1], w);
    if (status == INV_OK)
      status = backend->conv_backward_weights(v, x->data, gy.data,
                                              inv_f32(&gradients[1]));
  }
  if (status == INV_OK && node->n_inputs > 2 && inv_node_wants(node, 2)) {
    status = inv_tensor_new(&gradients[2], INV_FLOAT32, 1,
                            (int64_t[]){v->out_channels});
    if (status == INV_OK)
      status = inv_layer_column_sums(&gy, inv_f32(&gradients[2]));
  }
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_conv2d = {"conv2d", conv_backward};

inv_status inv_conv_run(inv_tensor *y, const inv_conv *v, const inv_tensor *x,
                        const inv_tensor *w, const inv_epilogue *epilogue) {
  INV_TRY(inv_tensor_new(
      y, v->dtype, 4,
      (int64_t[]){v->batch, v->out_height, v->out_width, v->out_channels}));
  inv_status status = inv_backend_current()->conv_forward(
      v, x->data, inv_f32(w), epilogue, y->data);
  if (status != INV_OK)
    inv_tensor_release(y);
  return status;
}

/* x and w are row-major, w float32. */
static inv_status convolve(inv_tensor *y, inv_conv *v, const inv_tensor *x,
                           const inv_tensor *w, const inv_variable *bias,
                           const inv_conv_options *options) {
  INV_TRY(inv_conv_make(v, x, w, options));
  inv_tensor b = {0};
  if (bias) {
    INV_TRY(inv_layer_check_vector(&bias->value, "bias", v->out_channels));
    INV_TRY(inv_tensor_to_contiguous(&b, &bias->value));
  }
  inv_epilogue epilogue = {.bias = bias ? inv_f32(&b) : NULL};
  inv_status status = inv_conv_run(y, v, x, w, &epilogue);
  inv_tensor_release(&b);
  return status;
}

inv_status inv_variable_conv2d(inv_variable *out, const inv_variable *x,
                               const inv_variable *weight,
                               const inv_variable *bias,
                               const inv_conv_options *options) {
  inv_tensor input, w = {0}, y;
  inv_conv v;
  INV_TRY(inv_layer_activations(&input, &x->value, "input", 4));
  inv_status status = inv_layer_input(&w, &weight->value, "weight", 4);
  if (status == INV_OK)
    status = convolve(&y, &v, &input, &w, bias, options);
  if (status == INV_OK)
    status = inv_layer_record(out, &y, &inv_operation_conv2d,
                              (const inv_variable *[]){x, weight, bias}, &input,
                              &w, &v, sizeof v);
  inv_tensor_release(&input);
  inv_tensor_release(&w);
  return status;
}

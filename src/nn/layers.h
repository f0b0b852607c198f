/* Layers and losses as functions of variables, recorded on the tape. Images
 * are batches (N, H, W, C). Inputs may have any strides. Each function makes
 * `out` on success.
 *
 * Precision is that of the activations, as they come in: float32, or bfloat16
 * (mixed precision after Micikevicius et al., 2018). With bfloat16 results and
 * gradients of activations are bfloat16, rounded once from sums in float32;
 * parameters, their gradients, statistics and losses stay float32. A network
 * runs in bfloat16 when its input is converted, and nothing else changes. */
#ifndef INV_NN_LAYERS_H
#define INV_NN_LAYERS_H

#include "base/random.h"
#include "nn/tape.h"

/* ---- convolution and linear maps ---------------------------------------- */

typedef struct {
  int stride, padding, dilation, groups; /* >= 1, padding >= 0 */
} inv_conv_options;

/* x: (N, H, W, C); weight: (out, C / groups, kernel height, kernel width);
 * bias: (out) or NULL. Out: (N, H', W', out), H' = floor((H + 2 padding -
 * dilation (kernel height - 1) - 1) / stride) + 1. Cross-correlation, as all
 * networks have it. */
inv_status inv_variable_conv2d(inv_variable *out, const inv_variable *x,
                               const inv_variable *weight,
                               const inv_variable *bias,
                               const inv_conv_options *options);

/* x: (..., in); weight: (out, in); bias: (out) or NULL. Out: (..., out). */
inv_status inv_variable_linear(inv_variable *out, const inv_variable *x,
                               const inv_variable *weight,
                               const inv_variable *bias);

/* ---- batch normalisation ------------------------------------------------ */

typedef struct {
  bool training; /* statistics of the batch; running ones are updated */
  bool relu;     /* followed by max(., 0) */
  double momentum, epsilon;
} inv_batch_norm_options;

/* Ioffe and Szegedy, 2015, over all dimensions of x (..., C) but the last:
 * (x - mean) / sqrt(variance + epsilon) * weight + bias (+ residual, of the
 * shape of x) (then ReLU): one operation, because passes over activations
 * cost as much as convolutions. Running statistics (C): running = (1 -
 * momentum) running + momentum batch, the variance unbiased. weight and bias
 * (both or none) and residual may be NULL, running ones too in training. */
inv_status inv_variable_batch_norm(inv_variable *out, const inv_variable *x,
                                   const inv_variable *weight,
                                   const inv_variable *bias,
                                   const inv_tensor *running_mean,
                                   const inv_tensor *running_variance,
                                   const inv_variable *residual,
                                   const inv_batch_norm_options *options);

/* ---- pooling ------------------------------------------------------------ */

typedef struct {
  int size, stride, padding; /* >= 1, >= 1, 0 .. size / 2 */
} inv_pool_options;

/* x: (N, H, W, C). The maximum of each window; padding counts as -infinity. */
inv_status inv_variable_max_pool(inv_variable *out, const inv_variable *x,
                                 const inv_pool_options *options);
/* The mean of each window; padding counts as zeros (PyTorch's default). */
inv_status inv_variable_avg_pool(inv_variable *out, const inv_variable *x,
                                 const inv_pool_options *options);
/* The mean over H and W: (N, C). */
inv_status inv_variable_global_avg_pool(inv_variable *out,
                                        const inv_variable *x);

/* ---- activations -------------------------------------------------------- */

/* Each element is zero with probability p, else x / (1 - p) (Srivastava et
 * al., 2014); draws from `rng`, which moves on. */
inv_status inv_variable_dropout(inv_variable *out, const inv_variable *x,
                                double p, inv_rng *rng);

/* Over the last dimension. */
inv_status inv_variable_softmax(inv_variable *out, const inv_variable *x);
inv_status inv_variable_log_softmax(inv_variable *out, const inv_variable *x);

/* ---- losses ------------------------------------------------------------- */

/* The mean over samples of -log softmax(logits)[label]. logits: (N, C), N >=
 * 1; labels: int32 (N), 1 .. C. */
inv_status inv_variable_cross_entropy(inv_variable *out,
                                      const inv_variable *logits,
                                      const inv_tensor *labels);

/* The mean of (x - y)^2 over all elements; equal shapes. */
inv_status inv_variable_mse(inv_variable *out, const inv_variable *x,
                            const inv_variable *y);

/* ---- what the layers share ---------------------------------------------- */

/* A row-major owner of the elements of `t`, which is float32 or bfloat16. */
inv_status inv_layer_activations(inv_tensor *out, const inv_tensor *t,
                                 const char *what, int dims);

/* A float32 row-major owner of `t`'s elements: of a parameter. Fails when `t`
 * is not float32 or does not have `dims` dimensions (any number when -1);
 * `what` names it. */
inv_status inv_layer_input(inv_tensor *out, const inv_tensor *t,
                           const char *what, int dims);

/* Fails unless `t` is a float32 vector of `size` elements. */
inv_status inv_layer_check_vector(const inv_tensor *t, const char *what,
                                  int64_t size);

/* Records y = f(x, weight[, bias]) of a map linear in x and weight: backward
 * needs the weight, and the input only where the weight wants a gradient. */
inv_status inv_layer_record(inv_variable *out, inv_tensor *y,
                            const inv_operation *operation,
                            const inv_variable *const inputs[3],
                            const inv_tensor *input, const inv_tensor *weight,
                            const void *attributes, size_t attribute_bytes);

/* sums[c] = sum of x (..., channels), activations or their gradient in
 * row-major order, over all dimensions but the last. */
inv_status inv_layer_column_sums(const inv_tensor *x, float *sums);

#endif

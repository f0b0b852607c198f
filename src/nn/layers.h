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

/* What is to be done with the result of a convolution: batch normalisation by
 * running statistics; the rest as in inv_variable_batch_norm. */
typedef struct {
  const inv_variable *weight, *bias; /* or NULL */
  const inv_tensor *running_mean, *running_variance;
  double epsilon;
  const inv_variable *residual; /* or NULL */
  bool relu;
} inv_conv_norm;

/* Convolution, then normalisation in evaluation. Where nothing is recorded, it
 * is one convolution with other weights and bias, whose result alone is
 * stored. */
inv_status inv_variable_conv_norm(inv_variable *out, const inv_variable *x,
                                  const inv_variable *weight,
                                  const inv_variable *bias,
                                  const inv_conv_options *options,
                                  const inv_conv_norm *norm);

/* ---- other normalisations ----------------------------------------------- */

/* Ba, Kiros and Hinton, 2016: each row of x (..., C) becomes (x - mean) /
 * sqrt(variance + epsilon) * weight + bias, mean and (biased) variance those
 * of the row. weight and bias: (C) or NULL, for 1 and 0. */
inv_status inv_variable_layer_norm(inv_variable *out, const inv_variable *x,
                                   const inv_variable *weight,
                                   const inv_variable *bias, double epsilon);

/* Wu and He, 2018: the same with mean and variance over all positions of one
 * sample and the channels of one of `groups` equal groups. x: (N, ..., C). */
inv_status inv_variable_group_norm(inv_variable *out, const inv_variable *x,
                                   int groups, const inv_variable *weight,
                                   const inv_variable *bias, double epsilon);

/* ---- attention ---------------------------------------------------------- */

/* softmax(scale q k') v per sample and head (Vaswani et al., 2017). q: (N, T,
 * D); k, v: (N, S, D), S >= 1; `heads` equal parts of D are treated alike,
 * their results lie side by side. Out: (N, T, D). */
inv_status inv_variable_attention(inv_variable *out, const inv_variable *q,
                                  const inv_variable *k, const inv_variable *v,
                                  int heads, double scale);

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

typedef enum { INV_LOSS_MEAN, INV_LOSS_SUM, INV_LOSS_NONE } inv_loss_reduction;

typedef struct {
  double
      smoothing; /* 0 .. 1: the share of the target spread over all classes */
  inv_loss_reduction reduction; /* over samples; none: a loss per sample */
} inv_cross_entropy_options;

/* -sum t log softmax(logits) over classes. logits: (N, C), N >= 1; targets:
 * int32 labels (N), 1 .. C, or float32 probabilities t (N, C). */
inv_status inv_variable_cross_entropy(inv_variable *out,
                                      const inv_variable *logits,
                                      const inv_variable *targets,
                                      const inv_cross_entropy_options *options);

/* The mean of (x - y)^2 over all elements; equal shapes. */
inv_status inv_variable_mse(inv_variable *out, const inv_variable *x,
                            const inv_variable *y);

/* ---- what the layers share ---------------------------------------------- */

/* A row-major owner of the elements of `t`, which is float32 or bfloat16. */
inv_status inv_layer_activations(inv_tensor *out, const inv_tensor *t,
                                 const char *what, int dims);

/* The same converted to float32: for losses. */
inv_status inv_layer_widened(inv_tensor *out, const inv_tensor *t,
                             const char *what, int dims);

/* Elements at .. at+n-1 of row-major activations as float32: where they are,
 * or converted into `room`. */
const float *inv_layer_read(const inv_tensor *t, size_t at, size_t n,
                            float *room);
/* Where to write float32 elements from `at` on: in `t` itself, or `room`, from
 * where inv_layer_write brings them to `t`. */
float *inv_layer_target(const inv_tensor *t, size_t at, float *room);
void inv_layer_write(const inv_tensor *t, size_t at, size_t n,
                     const float *values);

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

/* A table (2, size) of weight and bias; 1 and 0 where they are NULL. Fails
 * unless they are float32 vectors of `size` elements. */
inv_status inv_layer_scale(inv_tensor *out, int64_t size,
                           const inv_variable *weight,
                           const inv_variable *bias);

/* sums[c] = the sum over all chunks, in their order, of parts[i stride + c]. */
void inv_layer_add_parts(const float *parts, size_t chunks, size_t stride,
                         size_t channels, float *sums);

/* e^x for x <= 0 (or NaN). */
double inv_layer_exp_below(double x);
/* The logarithm of the sum of e^x; n >= 1. */
double inv_layer_log_sum_exp(const float *x, size_t n);

/* sums[c] = sum of x (..., channels), activations or their gradient in
 * row-major order, over all dimensions but the last. */
inv_status inv_layer_column_sums(const inv_tensor *x, float *sums);

#endif

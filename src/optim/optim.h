/* Steps of optimisers, fused: one pass over each parameter and its state, in
 * the order of operations of PyTorch's implementations, and one parallel loop
 * over the parameters together. */
#ifndef INV_OPTIM_OPTIM_H
#define INV_OPTIM_OPTIM_H

#include "tensor/tensor.h"

/* A parameter to be changed, and what its change is made from. All tensors of
 * one entry are float32, row-major, of one shape. */
typedef struct {
  const inv_tensor *parameter, *gradient;
  const inv_tensor *first, *second; /* the state, as the functions below say */
  int64_t step;                     /* 1 at the first */
} inv_optimized;

typedef struct {
  double lr, momentum, weight_decay;
  bool nesterov;
} inv_sgd;

/* g += weight_decay p; velocity = momentum velocity + g;
 * p -= lr (nesterov ? g + momentum velocity : velocity).
 * Sutskever et al., 2013. `first` is the velocity, zero at the first step, or
 * NULL where momentum is 0. */
inv_status inv_sgd_step(const inv_optimized *list, size_t count,
                        const inv_sgd *settings);

typedef struct {
  double lr, beta1, beta2, epsilon, weight_decay;
  bool decoupled; /* AdamW: p is shrunk by lr weight_decay; else L2 */
} inv_adam;

/* Kingma and Ba, 2015; decoupled: Loshchilov and Hutter, 2019. `first` and
 * `second` are the moments, zero at the first step. */
inv_status inv_adam_step(const inv_optimized *list, size_t count,
                         const inv_adam *settings);

/* p += rate (g - p): moving averages of what `gradient` holds. */
inv_status inv_average_step(const inv_optimized *list, size_t count,
                            double rate);

/* The sum of squares of all elements, in double. */
inv_status inv_sum_of_squares(const inv_tensor *gradient, double *sum);

/* All elements times `factor`. */
inv_status inv_scale_gradient(const inv_tensor *gradient, double factor);

#endif

/* Steps of optimisers, fused: one pass over a parameter and its state, in the
 * order of operations of PyTorch's implementations. All tensors of one call
 * are float32, row-major, of one shape. */
#ifndef INV_OPTIM_OPTIM_H
#define INV_OPTIM_OPTIM_H

#include "tensor/tensor.h"

typedef struct {
  double lr, momentum, weight_decay;
  bool nesterov;
} inv_sgd;

/* g += weight_decay p; velocity = momentum velocity + g (g itself at the
 * `first` step); p -= lr (nesterov ? g + momentum velocity : velocity).
 * Sutskever et al., 2013. `velocity` is NULL where momentum is 0. */
inv_status inv_sgd_step(const inv_tensor *parameter, const inv_tensor *gradient,
                        const inv_tensor *velocity, bool first,
                        const inv_sgd *settings);

typedef struct {
  double lr, beta1, beta2, epsilon, weight_decay;
  bool decoupled; /* AdamW: p is shrunk by lr weight_decay; else L2 */
  int64_t step;   /* 1 at the first */
} inv_adam;

/* Kingma and Ba, 2015; decoupled: Loshchilov and Hutter, 2019. `mean` and
 * `square` are the moments, zero at first. */
inv_status inv_adam_step(const inv_tensor *parameter,
                         const inv_tensor *gradient, const inv_tensor *mean,
                         const inv_tensor *square, const inv_adam *settings);

/* The sum of squares of all elements, in double. */
inv_status inv_sum_of_squares(const inv_tensor *gradient, double *sum);

/* All elements times `factor`. */
inv_status inv_scale_gradient(const inv_tensor *gradient, double factor);

#endif

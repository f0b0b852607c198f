/* Reductions over any dimensions. Sums of every dtype are accumulated in
 * double, in lanes and chunks fixed by the shape alone, and combined in order:
 * the same bits for every number of threads.
 *
 * `mask` has bit d set for each dimension d to reduce; `keepdim` leaves them
 * with size 1. An empty reduction gives 0 (sums), 1 (products), NaN (means,
 * variances) and fails for minima and maxima. Results have the dtype of the
 * operand, with these exceptions: sums and products of integers are int32
 * and fail beyond its range; means, variances, norms and logarithms of
 * integers are float32; any and all are uint8; positions are int32. NaN among
 * the elements makes minima and maxima NaN. */
#ifndef INV_TENSOR_REDUCE_H
#define INV_TENSOR_REDUCE_H

#include "tensor/tensor.h"

typedef enum {
  INV_SUM,
  INV_MEAN,
  INV_PROD,
  INV_MIN,
  INV_MAX,
  INV_VAR,            /* sum of squared deviations / (n - 1) */
  INV_STD,            /* its square root */
  INV_VAR_POPULATION, /* sum of squared deviations / n */
  INV_STD_POPULATION,
  INV_NORM1,   /* sum of absolute values */
  INV_NORM2,   /* square root of the sum of squares */
  INV_NORMINF, /* largest absolute value */
  INV_LOGSUMEXP,
  INV_ANY, /* whether one is not zero */
  INV_ALL, /* whether none is zero */
  INV_REDUCTIONS
} inv_reduction;

/* All dimensions of `t`. */
static inline unsigned inv_all_dims(const inv_tensor *t) {
  return (1u << t->dims) - 1;
}

inv_status inv_tensor_reduce(inv_reduction op, inv_tensor *out,
                             const inv_tensor *a, unsigned mask, bool keepdim);

/* The largest (or smallest) elements along `dim` and their positions, counted
 * from 1; the first of equals, NaN before numbers. Either result may be NULL.
 * Fails when the dimension is empty. */
inv_status inv_tensor_extreme(bool largest, inv_tensor *values,
                              inv_tensor *positions, const inv_tensor *a,
                              int dim, bool keepdim);

/* Running sums along `dim`; the dtype as for sums. */
inv_status inv_tensor_cumsum(inv_tensor *out, const inv_tensor *a, int dim);

#endif

/* Sorting and what follows from it, along one dimension. Sorts are stable and
 * put NaN last (ascending and descending). Positions are int32 and count from
 * 1. Either of `values` and `positions` may be NULL. */
#ifndef INV_TENSOR_ORDER_H
#define INV_TENSOR_ORDER_H

#include "tensor/tensor.h"

inv_status inv_tensor_sort(inv_tensor *values, inv_tensor *positions,
                           const inv_tensor *a, int dim, bool descending);

/* The first `k` of the sorted elements: the largest ones with `largest`. */
inv_status inv_tensor_topk(inv_tensor *values, inv_tensor *positions,
                           const inv_tensor *a, int64_t k, int dim,
                           bool largest);

/* The different elements of the whole tensor, ascending; each NaN counts as
 * one; `counts` (int32; may be NULL): how often each occurs. */
inv_status inv_tensor_unique(inv_tensor *values, inv_tensor *counts,
                             const inv_tensor *a);

#endif

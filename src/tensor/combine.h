/* Joining tensors and picking from them. Tensors of positions are int32 and
 * count from 1, as Lua shows them and as class labels do; negative ones count
 * from the end. */
#ifndef INV_TENSOR_COMBINE_H
#define INV_TENSOR_COMBINE_H

#include "tensor/tensor.h"

/* Joins `count` >= 1 tensors along `dim`; the other sizes must be equal. The
 * dtype is what all promote to. */
inv_status inv_tensor_cat(inv_tensor *out, const inv_tensor *const *list,
                          int count, int dim);

/* Members of dimension `dim` at the positions in a vector, repeats allowed. */
inv_status inv_tensor_index_select(inv_tensor *out, const inv_tensor *a,
                                   int dim, const inv_tensor *positions);
/* into[positions[i]] += from[i] along `dim`, in the order of i: what the
 * gradient of index_select does. */
inv_status inv_tensor_index_add(const inv_tensor *into, int dim,
                                const inv_tensor *positions,
                                const inv_tensor *from);

/* out[i][j]... = a[...positions[i][j]...]... with the position in place of
 * the index of `dim`; `positions` has the shape of the result, which may
 * differ from that of `a` in `dim` and be smaller elsewhere. */
inv_status inv_tensor_gather(inv_tensor *out, const inv_tensor *a, int dim,
                             const inv_tensor *positions);
/* The transpose of gather: into[...positions[i][j]...] += from[i][j]. */
inv_status inv_tensor_scatter_add(const inv_tensor *into, int dim,
                                  const inv_tensor *positions,
                                  const inv_tensor *from);

/* The elements of `a` where `mask`, broadcast to it, is not zero: a vector. */
inv_status inv_tensor_masked_select(inv_tensor *out, const inv_tensor *a,
                                    const inv_tensor *mask);

/* For labels of any shape in 1 .. classes: float32 ... x classes, 1 at the
 * label. */
inv_status inv_tensor_one_hot(inv_tensor *out, const inv_tensor *labels,
                              int64_t classes);

/* A square matrix with the vector `a` on diagonal `k`, or diagonal `k` of the
 * matrix `a` as a vector (k > 0: above the main one). */
inv_status inv_tensor_diag(inv_tensor *out, const inv_tensor *a, int64_t k);
/* Diagonal `k` of a matrix as a view that does not own its storage. */
inv_tensor inv_tensor_diagonal(const inv_tensor *a, int64_t k);
/* Zeros the elements above (lower) or below (upper) diagonal `k` of the
 * matrices in the last two dimensions. */
inv_status inv_tensor_triangle(inv_tensor *out, const inv_tensor *a, bool lower,
                               int64_t k);

#endif

/* Operations of tensors as operations of variables: the same values, recorded
 * on the tape where an input wants a gradient and the result is a floating
 * one. Results of other dtypes (comparisons, positions, conversions to
 * integers) and of steps (sign, floor, ...) are constants. */
#ifndef INV_NN_OPERATIONS_H
#define INV_NN_OPERATIONS_H

#include "nn/tape.h"
#include "tensor/arithmetic.h"
#include "tensor/reduce.h"

/* ---- element by element ------------------------------------------------- */

inv_status inv_variable_unary(inv_unary_op op, inv_variable *out,
                              const inv_variable *a);
/* Of equal elements the maximum's and minimum's gradient goes to `a`. */
inv_status inv_variable_binary(inv_binary_op op, inv_variable *out,
                               const inv_variable *a, const inv_variable *b);
inv_status inv_variable_binary_number(inv_binary_op op, inv_variable *out,
                                      const inv_variable *a, double number,
                                      bool number_first);
inv_status inv_variable_where(inv_variable *out, const inv_variable *condition,
                              const inv_variable *a, const inv_variable *b);
/* To the same dtype: the same tensor again. */
inv_status inv_variable_convert(inv_variable *out, const inv_variable *a,
                                inv_dtype dtype);
inv_status inv_variable_clone(inv_variable *out, const inv_variable *a);
inv_status inv_variable_contiguous(inv_variable *out, const inv_variable *a);

/* ---- sums and products -------------------------------------------------- */

/* Equal minima and maxima share the gradient. */
inv_status inv_variable_reduce(inv_reduction op, inv_variable *out,
                               const inv_variable *a, unsigned mask,
                               bool keepdim);
inv_status inv_variable_extreme(bool largest, inv_variable *values,
                                inv_variable *positions, const inv_variable *a,
                                int dim, bool keepdim);
inv_status inv_variable_cumsum(inv_variable *out, const inv_variable *a,
                               int dim);
inv_status inv_variable_matmul(inv_variable *out, const inv_variable *a,
                               const inv_variable *b);

/* ---- views -------------------------------------------------------------- */

inv_status inv_variable_slice(inv_variable *out, const inv_variable *a, int dim,
                              int64_t begin, int64_t size, int64_t step);
inv_status inv_variable_select(inv_variable *out, const inv_variable *a,
                               int dim, int64_t index);
inv_status inv_variable_permute(inv_variable *out, const inv_variable *a,
                                const int *order);
inv_status inv_variable_reshape(inv_variable *out, const inv_variable *a,
                                int dims, const int64_t *shape);
inv_status inv_variable_expand(inv_variable *out, const inv_variable *a,
                               int dims, const int64_t *shape);

/* ---- joining and picking ------------------------------------------------ */

inv_status inv_variable_cat(inv_variable *out, const inv_variable *const *list,
                            int count, int dim);
inv_status inv_variable_index_select(inv_variable *out, const inv_variable *a,
                                     int dim, const inv_variable *positions);
inv_status inv_variable_gather(inv_variable *out, const inv_variable *a,
                               int dim, const inv_variable *positions);
inv_status inv_variable_masked_select(inv_variable *out, const inv_variable *a,
                                      const inv_variable *mask);

/* ---- matrices ----------------------------------------------------------- */

inv_status inv_variable_diag(inv_variable *out, const inv_variable *a,
                             int64_t k);
inv_status inv_variable_triangle(inv_variable *out, const inv_variable *a,
                                 bool lower, int64_t k);
inv_status inv_variable_inverse(inv_variable *out, const inv_variable *a);
inv_status inv_variable_solve(inv_variable *out, const inv_variable *a,
                              const inv_variable *b);
inv_status inv_variable_det(inv_variable *out, const inv_variable *a);
/* The gradient is symmetric; it is right where all eigenvalues differ. */
inv_status inv_variable_eigvalsh(inv_variable *out, const inv_variable *a);
inv_status inv_variable_svdvals(inv_variable *out, const inv_variable *a);

/* ---- all of them -------------------------------------------------------- */

/* Operation `i` of all, the layers' included, or NULL beyond the last. Those
 * whose name is NULL are not differentiable. */
const inv_operation *inv_operation_at(int i);

#endif

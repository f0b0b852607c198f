/* Products of tensors and decompositions of matrices. Products run in
 * float32 or float64 (bfloat16 through float32; integers through float64,
 * exactly, saturating at the ends of int32). Decompositions compute in float64
 * (LAPACK) and give float64 for float64, else float32; they take batches of
 * no kind: matrices only. NaN or infinity in their operands fails. */
#ifndef INV_TENSOR_LINEAR_ALGEBRA_H
#define INV_TENSOR_LINEAR_ALGEBRA_H

#include "tensor/tensor.h"

/* NumPy's matmul: matrices in the last two dimensions, the others broadcast;
 * a vector is a row on the left and a column on the right, and that dimension
 * is dropped again. */
inv_status inv_tensor_matmul(inv_tensor *out, const inv_tensor *a,
                             const inv_tensor *b);

/* u (m x r), s (r, descending), vt (r x n) with a = u diag(s) vt,
 * r = min(m, n). u and vt may be NULL: then only s is computed. */
inv_status inv_tensor_svd(inv_tensor *u, inv_tensor *s, inv_tensor *vt,
                          const inv_tensor *a);
/* Eigenvalues, ascending, and eigenvectors in columns (NULL: not wanted) of a
 * symmetric matrix; only its lower triangle is read. */
inv_status inv_tensor_eigh(inv_tensor *values, inv_tensor *vectors,
                           const inv_tensor *a);
/* q (m x r) with orthonormal columns, r (r x n) upper triangular. */
inv_status inv_tensor_qr(inv_tensor *q, inv_tensor *r, const inv_tensor *a);
/* Lower triangular l with a = l l^T. Fails when a is not positive definite. */
inv_status inv_tensor_cholesky(inv_tensor *l, const inv_tensor *a);
/* x with a x = b for square a; b is a vector or a matrix. Fails when a is
 * singular. */
inv_status inv_tensor_solve(inv_tensor *x, const inv_tensor *a,
                            const inv_tensor *b);
/* x of least |a x - b|, of least norm among these (by SVD: a may have any
 * rank). Singular values below rcond times the largest count as 0. */
inv_status inv_tensor_lstsq(inv_tensor *x, const inv_tensor *a,
                            const inv_tensor *b, double rcond);
inv_status inv_tensor_inverse(inv_tensor *out, const inv_tensor *a);
inv_status inv_tensor_det(inv_tensor *out, const inv_tensor *a);

#endif

/* Whether two tensors are the same, or nearly. */
#ifndef INV_TENSOR_COMPARE_H
#define INV_TENSOR_COMPARE_H

#include "tensor/tensor.h"

/* Whether the shapes are equal and |a - b| <= atol + rtol |b| for all pairs of
 * elements; infinities must be equal. NaN is near nothing but, with
 * `equal_nan`, NaN. */
inv_status inv_tensor_allclose(bool *close, const inv_tensor *a,
                               const inv_tensor *b, double rtol, double atol,
                               bool equal_nan);

#endif

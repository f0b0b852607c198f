/* Tensors as text, for people. */
#ifndef INV_TENSOR_PRINT_H
#define INV_TENSOR_PRINT_H

#include "tensor/tensor.h"

enum { INV_PRINT_BYTES = 8192 };

/* Dtype, shape and range, then the elements; of large tensors the edges: at
 * most 80 columns and 24 lines. Each element is looked at once, for the range;
 * the rest takes constant time. */
void inv_tensor_text(char text[INV_PRINT_BYTES], const inv_tensor *t);

#endif

/* IDX, the format of MNIST and its like (LeCun): two zero bytes, the type of
 * the elements, the number of dimensions, their sizes and the elements, all
 * big endian. Plain or compressed by gzip. */
#ifndef INV_DATA_IDX_H
#define INV_DATA_IDX_H

#include "tensor/tensor.h"

/* uint8, int32, float32 and float64 as they are, int8 and int16 as int32. The
 * sizes must be those of the data, and nothing may follow them; no more memory
 * is taken than what `size` bytes, inflated, can fill. */
inv_status inv_idx_decode(inv_tensor *out, const uint8_t *bytes, size_t size);

/* The same from a file; failures name it. */
inv_status inv_idx_read(inv_tensor *out, const char *path);

#endif

/* NumPy's .npy files (NEP 1, versions 1 to 3). */
#ifndef INV_TENSOR_NPY_H
#define INV_TENSOR_NPY_H

#include "tensor/tensor.h"

/* Reads little and big endian, C and Fortran order: f4, f8, u1 and i4 as they
 * are; f2 as float32, b1 as uint8, i1, i2, u2, u4, i8, u8 as int32 (fails for
 * values beyond it). Sizes are checked against the file's before anything is
 * allocated. */
inv_status inv_npy_read(inv_tensor *out, const char *path);

/* Writes version 1, little endian, C order; bfloat16 as f4. The file appears
 * under its name only when all of it is on the disk. */
inv_status inv_npy_write(const inv_tensor *t, const char *path);

#endif

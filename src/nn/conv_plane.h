/* Samples of a convolution as blocks for matrix products: for
 * each pixel the channels of 32 samples, row s of a block being sample s. So
 * no pixel needs a border: taps that fall outside are left out; strides and
 * dilation only choose pixels; and a small image costs no more than its
 * pixels. */
#ifndef INV_NN_CONV_PLANE_H
#define INV_NN_CONV_PLANE_H

#include "nn/backend.h"
#include "tensor/half_block.h"

/* Some neighbouring channels of a batch of images. */
typedef struct {
  const void *data; /* the first sample's first pixel */
  inv_dtype dtype;  /* float32 is split: each block is INV_SPLIT ones */
  int height, width, channels;
  size_t pixel; /* elements from one pixel to the next */
} inv_plane;

/* Blocks that stand for one. */
static inline int inv_plane_split(inv_dtype dtype) {
  return dtype == INV_FLOAT32 ? INV_SPLIT : 1;
}

/* The same plane from element `n` on. */
static inline void inv_plane_skip(inv_plane *plane, size_t n) {
  plane->data = (const char *)plane->data + n * inv_dtype_size(plane->dtype);
}

/* The blocks of n samples (the rest of the 32 are zeros) at `columns` (NULL:
 * all) of one row, to be put at `to`: (columns, blocks of channels). Returns
 * the bits of the largest magnitude among them, where they are split. */
uint32_t inv_plane_load(const inv_plane *plane, size_t sample, int n, int row,
                        const int *columns, int n_columns, uint16_t *to);

#endif

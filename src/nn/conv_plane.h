/* Samples of a convolution in bfloat16 as blocks for matrix products: for
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
  const uint16_t *data; /* the first sample's first pixel */
  int height, width, channels;
  size_t pixel; /* elements from one pixel to the next */
} inv_plane;

/* The blocks of n samples (the rest of the 32 are zeros) at `columns` (NULL:
 * all) of one row, to be put at `to`: (columns, blocks of channels). */
void inv_plane_load(const inv_plane *plane, size_t sample, int n, int row,
                    const int *columns, int n_columns, uint16_t *to);

#endif

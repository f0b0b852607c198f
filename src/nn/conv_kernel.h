/* The innermost loops of direct convolution. The output channels of a group
 * are cut into blocks of 32 (the last one of 16 if that is enough), which lie
 * side by side in registers; weights are packed per block as (depth, lanes),
 * depth running over the taps of the kernel and the input channels. */
#ifndef INV_NN_CONV_KERNEL_H
#define INV_NN_CONV_KERNEL_H

#include <stddef.h>

#include "nn/lanes.h"

/* Input elements that one output pixel sees lie in runs: `length` neighbours,
 * beginning `offset` elements after the pixel's first one. */
typedef struct {
  ptrdiff_t offset, length;
} inv_conv_run;

/* A rectangle of output pixels, one block of output channels. All distances
 * are in floats. */
typedef struct {
  const inv_conv_run *runs;
  int n_runs;
  int rows, columns;         /* output pixels */
  const float *x;            /* the first pixel's first input */
  ptrdiff_t x_column, x_row; /* from one pixel's inputs to the next one's */
  float *y;                  /* the first pixel's first output of the block */
  ptrdiff_t y_column, y_row;
  int lanes;             /* channels in the block: 1 .. 32 */
  const float *bias;     /* of the block, or NULL */
  const float *residual; /* what is added to `y`, laid out likewise, or NULL */
  bool relu;
} inv_conv_tile;

/* Lanes a block of `channels` channels takes: 16 or 32. */
static inline int inv_conv_block_lanes(int channels) {
  return channels <= INV_LANES ? INV_LANES : 2 * INV_LANES;
}

/* y = bias + sum over depth of x * weights (+ residual) (then ReLU); weights:
 * (depth, block lanes). */
void inv_conv_tile_forward(const inv_conv_tile *tile, const float *weights);

/* sums += x outer gradient, summed over the pixels; sums: (depth, block
 * lanes); the gradient is read at `y`, which must have all block lanes. */
void inv_conv_tile_weights(const inv_conv_tile *tile, float *sums);

#endif

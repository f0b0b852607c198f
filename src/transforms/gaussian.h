/* Gaussian smoothing of float images with mirrored edges: for blur and for
 * the field of elastic. */
#ifndef INV_TRANSFORMS_GAUSSIAN_H
#define INV_TRANSFORMS_GAUSSIAN_H

#include <stddef.h>

enum { INV_GAUSSIAN_TAPS = 511 }; /* the most that a kernel has */

/* weights[k], k = 0 .. taps-1: a Gaussian around the middle one, with sum 1,
 * in single precision. */
void inv_gaussian(float *weights, int taps, double sigma);

/* height x width pixels of `channels` values. A row takes `stride` values, of
 * which the last few are padding for whole vectors. */
typedef struct {
  int height, width, channels;
  size_t stride;
} inv_float_shape;

inv_float_shape inv_float_shape_of(int height, int width, int channels);

/* Values needed for the three arrays that smoothing uses: input, output and
 * one row with mirrored margins. */
size_t inv_smooth_work(const inv_float_shape *shape, int taps);

/* Smoothing along a short axis as a product with a matrix, which takes fewer
 * operations there than the taps do: most of them are mirrored. */
enum { INV_SMOOTHING_SIDE = 64 };

/* Output i is the sum of row[i][j] * input j, or of column[j][i] * input j;
 * rows are `stride` values apart. */
typedef struct {
  int side;
  size_t stride;
  float row[INV_SMOOTHING_SIDE * INV_SMOOTHING_SIDE];
  float column[INV_SMOOTHING_SIDE * INV_SMOOTHING_SIDE];
} inv_smoothing;

void inv_smoothing_init(inv_smoothing *smoothing, int side,
                        const float *weights, int taps);

/* Smooths two images in place, along x with `across`, then along y with
 * `down`. They are side by side: each row has 2 * across->stride values, half
 * of them of each image. `work` is as large. */
void inv_smooth_pair(float *pair, float *work, const inv_smoothing *down,
                     const inv_smoothing *across);

/* Smooths `in` (which is overwritten) into `out` along both axes. The three
 * arrays follow each other: in, out = in + height * stride, and the row. Rows
 * before `begin` and from `end` on are zero and not read; of `out` those at
 * most taps / 2 rows outside are made, the others would be zero. */
void inv_smooth(const inv_float_shape *shape, float *in, const float *weights,
                int taps, int begin, int end);

#endif

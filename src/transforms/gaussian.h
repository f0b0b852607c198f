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

/* Smooths `in` (which is overwritten) into `out` along both axes. The three
 * arrays follow each other: in, out = in + height * stride, and the row. */
void inv_smooth(const inv_float_shape *shape, float *in, const float *weights,
                int taps);

#endif

#include "transforms/gaussian.h"

#include <string.h>

#include "base/parallel.h"
#include "base/portable_math.h"
#include "image/blend.h"

enum { LANES = 16, BLOCK = 4 * LANES };

/* Written as vectors, because compilers do not keep arrays of sums in
 * registers; smaller machines split them. Unaligned on purpose. */
typedef float lanes __attribute__((vector_size(4 * LANES), aligned(4)));

void inv_gaussian(float *weights, int taps, double sigma) {
  float sum = 0;
  for (int k = 0; k < taps; k++) {
    double distance = (k - taps / 2) / sigma;
    double exponent = 0.5 * distance * distance;
    weights[k] = exponent < 600 ? (float)inv_exp(-exponent) : 0;
    sum += weights[k];
  }
  for (int k = 0; k < taps; k++)
    weights[k] /= sum;
}

inv_float_shape inv_float_shape_of(int height, int width, int channels) {
  size_t row = (size_t)width * (size_t)channels;
  return (inv_float_shape){height, width, channels,
                           (row + LANES - 1) / LANES * LANES};
}

static size_t wide_row(const inv_float_shape *shape, int taps) {
  return shape->stride + (size_t)(taps * shape->channels);
}

size_t inv_smooth_work(const inv_float_shape *shape, int taps) {
  return 2 * (size_t)shape->height * shape->stride + wide_row(shape, taps);
}

/* Where index i falls when a side of so many pixels is mirrored at its
 * outermost ones, which are not repeated. */
static int reflect(int i, int side) {
  int period = 2 * side - 2;
  if (period == 0)
    return 0;
  i = i % period;
  i = i < 0 ? i + period : i;
  return i < side ? i : period - i;
}

/* A row with `margin` mirrored pixels at both ends. */
static void widen(float *restrict to, const float *restrict from,
                  const inv_float_shape *shape, int margin) {
  size_t pixel = (size_t)shape->channels, bytes = pixel * sizeof *to;
  int width = shape->width;
  memcpy(to + (size_t)margin * pixel, from, shape->stride * sizeof *to);
  for (int x = 1; x <= margin; x++) {
    memcpy(to + (size_t)(margin - x) * pixel,
           from + (size_t)reflect(-x, width) * pixel, bytes);
    memcpy(to + (size_t)(margin + width - 1 + x) * pixel,
           from + (size_t)reflect(width - 1 + x, width) * pixel, bytes);
  }
}

/* to[i] = sum of weights[k] * from[k][i], n a multiple of LANES. */
INV_INLINE void weighted_sum(float *restrict to, const float *const *from,
                             const float *weights, int taps, size_t n) {
  size_t i = 0;
  for (; i + BLOCK <= n; i += BLOCK) {
    lanes a = {0}, b = {0}, c = {0}, d = {0};
    for (int k = 0; k < taps; k++) {
      const lanes *row = (const lanes *)(from[k] + i);
      float w = weights[k];
      a += w * row[0], b += w * row[1], c += w * row[2], d += w * row[3];
    }
    lanes *out = (lanes *)(to + i);
    out[0] = a, out[1] = b, out[2] = c, out[3] = d;
  }
  for (; i < n; i += LANES) {
    lanes a = {0};
    for (int k = 0; k < taps; k++)
      a += weights[k] * *(const lanes *)(from[k] + i);
    *(lanes *)(to + i) = a;
  }
}

INV_VECTOR static void smooth(const inv_float_shape *shape, float *in,
                              const float *weights, int taps) {
  size_t stride = shape->stride;
  float *out = in + (size_t)shape->height * stride;
  float *wide = out + (size_t)shape->height * stride;
  const float *from[INV_GAUSSIAN_TAPS];
  for (int k = 0; k < taps; k++)
    from[k] = wide + k * shape->channels;
  for (int y = 0; y < shape->height; y++) {
    float *row = in + (size_t)y * stride;
    widen(wide, row, shape, taps / 2);
    weighted_sum(row, from, weights, taps, stride);
  }
  for (int y = 0; y < shape->height; y++) {
    for (int k = 0; k < taps; k++)
      from[k] = in + (size_t)reflect(y + k - taps / 2, shape->height) * stride;
    weighted_sum(out + (size_t)y * stride, from, weights, taps, stride);
  }
}

/* Clang gives functions that are cloned another name when they are not
 * static. */
void inv_smooth(const inv_float_shape *shape, float *in, const float *weights,
                int taps) {
  smooth(shape, in, weights, taps);
}

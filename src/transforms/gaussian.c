#include "transforms/gaussian.h"

#include <string.h>

#include "base/parallel.h"
#include "base/portable_math.h"
#include "base/vector.h"
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
                              const float *weights, int taps, int begin,
                              int end) {
  size_t stride = shape->stride;
  int margin = taps / 2, height = shape->height;
  float *out = in + (size_t)height * stride;
  float *wide = out + (size_t)height * stride;
  const float *from[INV_GAUSSIAN_TAPS];
  for (int k = 0; k < taps; k++)
    from[k] = wide + k * shape->channels;
  for (int y = begin; y < end; y++) {
    float *row = in + (size_t)y * stride;
    widen(wide, row, shape, margin);
    weighted_sum(row, from, weights, taps, stride);
  }
  int last = end + margin < height ? end + margin : height;
  for (int y = begin > margin ? begin - margin : 0; y < last; y++) {
    float used[INV_GAUSSIAN_TAPS];
    int count = 0;
    for (int k = 0; k < taps; k++) {
      int source = reflect(y + k - margin, height);
      if (source >= begin && source < end) {
        used[count] = weights[k];
        from[count++] = in + (size_t)source * stride;
      }
    }
    weighted_sum(out + (size_t)y * stride, from, used, count, stride);
  }
}

/* Clang gives functions that are cloned another name when they are not
 * static. */
void inv_smooth(const inv_float_shape *shape, float *in, const float *weights,
                int taps, int begin, int end) {
  smooth(shape, in, weights, taps, begin, end);
}

/* ---- short axes --------------------------------------------------------- */

void inv_smoothing_init(inv_smoothing *s, int side, const float *weights,
                        int taps) {
  memset(s, 0, sizeof *s);
  s->side = side;
  s->stride = inv_float_shape_of(1, side, 1).stride;
  for (int i = 0; i < side; i++) {
    for (int k = 0; k < taps; k++) {
      size_t j = (size_t)reflect(i + k - taps / 2, side);
      s->row[(size_t)i * s->stride + j] += weights[k];
      s->column[j * s->stride + (size_t)i] += weights[k];
    }
  }
}

/* a[0 .. inner-1] times the rows of b, for 4 rows of a and 2 * LANES columns
 * of b. */
INV_INLINE void product_block(float *restrict to, const float *restrict a,
                              size_t rows, const float *restrict b,
                              size_t stride, int inner) {
  lanes s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  lanes t0 = {0}, t1 = {0}, t2 = {0}, t3 = {0};
  for (int j = 0; j < inner; j++, a++, b += stride) {
    lanes left = *(const lanes *)b, right = *(const lanes *)(b + LANES);
    s0 += a[0] * left, t0 += a[0] * right;
    s1 += a[rows] * left, t1 += a[rows] * right;
    s2 += a[2 * rows] * left, t2 += a[2 * rows] * right;
    s3 += a[3 * rows] * left, t3 += a[3 * rows] * right;
  }
  lanes *out[4] = {(lanes *)to, (lanes *)(to + stride),
                   (lanes *)(to + 2 * stride), (lanes *)(to + 3 * stride)};
  out[0][0] = s0, out[1][0] = s1, out[2][0] = s2, out[3][0] = s3;
  out[0][1] = t0, out[1][1] = t1, out[2][1] = t2, out[3][1] = t3;
}

/* to = a b: `count` rows of a, `rows` values apart, of which `inner` count;
 * rows of b and to have `stride` values, a multiple of LANES. */
INV_VECTOR static void product(float *restrict to, const float *restrict a,
                               int count, size_t rows, const float *restrict b,
                               size_t stride, int inner) {
  const float *from[INV_SMOOTHING_SIDE];
  for (int j = 0; j < inner; j++)
    from[j] = b + (size_t)j * stride;
  int i = 0;
  for (; stride % (2 * LANES) == 0 && i + 4 <= count; i += 4)
    for (size_t x = 0; x < stride; x += 2 * LANES)
      product_block(to + (size_t)i * stride + x, a + (size_t)i * rows, rows,
                    b + x, stride, inner);
  for (; i < count; i++)
    weighted_sum(to + (size_t)i * stride, from, a + (size_t)i * rows, inner,
                 stride);
}

void inv_smooth_pair(float *pair, float *work, const inv_smoothing *down,
                     const inv_smoothing *across) {
  size_t half = across->stride;
  product(work, pair, 2 * down->side, half, across->column, half, across->side);
  product(pair, down->row, down->side, down->stride, work, 2 * half,
          down->side);
}

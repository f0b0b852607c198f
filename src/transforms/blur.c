/* blur: Gaussian smoothing of all channels, alpha too, with mirrored edges. */
#include "base/parallel.h"
#include "base/vector.h"
#include "image/scratch.h"
#include "transforms/class.h"
#include "transforms/gaussian.h"

enum { PUBLISHED_TAPS = 7, MOST_TAPS = 63 };

INV_VECTOR static void to_floats(float *restrict to,
                                 const uint8_t *restrict from, size_t n) {
  for (size_t i = 0; i < n; i++)
    to[i] = (float)(int32_t)from[i];
}

INV_VECTOR static void to_bytes(uint8_t *restrict to,
                                const float *restrict from, size_t n) {
  for (size_t i = 0; i < n; i++)
    to[i] = (uint8_t)inv_round_even(from[i]);
}

/* Whether all that the neighbours of a pixel can change is rounded away: the
 * centre weighs weights[taps / 2] squared, the others the rest of 1. */
static bool changes_nothing(const float *weights, int taps) {
  float centre = weights[taps / 2];
  return (1 - centre * centre) * 255 < 0.49f;
}

static inv_status apply(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  enum { SMALL = (2 * 64 * 64 + 64 + PUBLISHED_TAPS) * 4 };
  _Alignas(64) float local[SMALL];
  float weights[MOST_TAPS];
  int taps = (int)inv_transform_option_values(t, 1)[0];
  inv_gaussian(weights, taps, p->value[0]);
  inv_span seen = inv_image_rows(image);
  if (seen.begin == seen.end || changes_nothing(weights, taps))
    return INV_OK;
  inv_float_shape shape =
      inv_float_shape_of(image->height, image->width, image->channels);
  size_t bytes = inv_smooth_work(&shape, taps) * sizeof *local;
  float *in = inv_scratch(local, sizeof local, bytes);
  if (!in)
    return inv_fail_memory(bytes);
  size_t row = (size_t)image->width * (size_t)image->channels;
  int begin = (int)seen.begin, end = (int)seen.end;
  for (int y = begin; y < end; y++)
    to_floats(in + (size_t)y * shape.stride, inv_image_at(image, y, 0), row);
  inv_smooth(&shape, in, weights, taps, begin, end);
  float *out = in + (size_t)image->height * shape.stride;
  begin = begin > taps / 2 ? begin - taps / 2 : 0;
  end = end + taps / 2 < image->height ? end + taps / 2 : image->height;
  for (int y = begin; y < end; y++)
    to_bytes(inv_image_at(image, y, 0), out + (size_t)y * shape.stride, row);
  inv_scratch_free(in, local);
  return INV_OK;
}

const inv_transform_class INV_BLUR = {
    .name = "blur",
    .category = "corruption",
    .options = {{"sigma", INV_OPTION_RANGE, 0.01, 100, {0.1, 1.5}},
                {"size", INV_OPTION_ODD, 1, MOST_TAPS, {PUBLISHED_TAPS}}},
    .parameters = {{"sigma", false, 0.01, 100}},
    .apply = apply,
};

/* sharpen: away from the smoothed image. Alpha stays. */
#include <string.h>

#include "base/parallel.h"
#include "base/vector.h"
#include "image/scratch.h"
#include "transforms/class.h"
#include "transforms/tone.h"

/* The sum over the 3 x 3 neighbourhood, the pixel itself five times, by 13,
 * rounded: `v` points at the value in the middle row. */
INV_INLINE int32_t smooth(const uint8_t *v, const uint8_t *above,
                          const uint8_t *below, ptrdiff_t step) {
  int32_t sum = above[-step] + above[0] + above[step] + v[-step] + 5 * v[0] +
                v[step] + below[-step] + below[0] + below[step];
  return (2 * sum + 13) / 26;
}

/* One row without its first and last pixel. */
INV_INLINE void sharpen_row(uint8_t *restrict to, const uint8_t *v,
                            ptrdiff_t stride, int width, int channels,
                            float factor) {
  for (int i = channels; i < (width - 1) * channels; i++) {
    int32_t degenerate =
        smooth(v + i, v + i - stride, v + i + stride, channels);
    int32_t sharp =
        inv_clip_byte((float)degenerate + factor * (float)(v[i] - degenerate));
    to[i] = (uint8_t)(channels == 4 && (i & 3) == 3 ? v[i] : sharp);
  }
}

INV_VECTOR static void sharpen_all(const inv_image *to, const inv_image *from,
                                   float factor) {
  ptrdiff_t stride = (ptrdiff_t)from->width * from->channels;
  for (int y = 1; y < to->height - 1; y++) {
    uint8_t *out = inv_image_at(to, y, 0);
    const uint8_t *in = inv_image_at(from, y, 0);
    if (from->channels == 4)
      sharpen_row(out, in, stride, to->width, 4, factor);
    else
      sharpen_row(out, in, stride, to->width, from->channels, factor);
  }
}

static inv_status apply(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  enum { SMALL = 64 * 64 * 4 };
  (void)p;
  _Alignas(64) uint8_t local[SMALL];
  size_t bytes = inv_image_bytes(image);
  inv_image source = *image;
  source.pixels = inv_scratch(local, sizeof local, bytes);
  if (!source.pixels)
    return inv_fail_memory(bytes);
  memcpy(source.pixels, image->pixels, bytes);
  sharpen_all(image, &source, (float)inv_transform_option_values(t, 1)[0]);
  inv_scratch_free(source.pixels, local);
  return INV_OK;
}

const inv_transform_class INV_SHARPEN = {
    .name = "sharpen",
    .category = "photometric",
    .chance = true,
    .options = {INV_CHANCE, {"factor", INV_OPTION_NUMBER, 0, 100, {7}}},
    .apply = apply,
};

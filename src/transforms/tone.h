/* Changing the colours of an image value by value. On RGBA the published
 * pipeline changes the colours without regard to alpha and then pastes them
 * onto transparent black with alpha as the mask: the result is blended with
 * black, so that semi-transparent edges darken. On gray and RGB images the
 * values are just replaced. */
#ifndef INV_TRANSFORMS_TONE_H
#define INV_TRANSFORMS_TONE_H

#include "base/vector.h"
#include "image/blend.h"
#include "image/image.h"

/* The new value of one channel of one pixel; inlined into the loop. */
typedef int32_t (*inv_tone)(int32_t value, const float *constants);

INV_INLINE void inv_tone_values(const inv_image *image, inv_tone tone,
                                const float *constants) {
  if (image->channels == 4) {
    inv_pixel *pixels = (inv_pixel *)image->pixels;
    inv_span span = inv_image_span(image); /* black stays black */
    for (size_t i = span.begin; i < span.end; i++) {
      uint32_t p = pixels[i], a = p >> 24;
      uint32_t r = (uint32_t)tone((int32_t)(p & 255), constants);
      uint32_t g = (uint32_t)tone((int32_t)(p >> 8 & 255), constants);
      uint32_t b = (uint32_t)tone((int32_t)(p >> 16 & 255), constants);
      pixels[i] = inv_pack_masked(r, g, b, a);
    }
    return;
  }
  uint8_t *values = image->pixels;
  size_t n = inv_image_bytes(image);
  for (size_t i = 0; i < n; i++)
    values[i] = (uint8_t)tone(values[i], constants);
}

/* A real value clipped to 0 .. 255 and truncated. */
INV_INLINE int32_t inv_clip_byte(float value) {
  value = value < 0 ? 0 : value;
  return (int32_t)(value > 255 ? 255 : value);
}

/* Brightness of a pixel, as Pillow's conversion to "L". */
INV_INLINE uint32_t inv_luma(uint32_t r, uint32_t g, uint32_t b) {
  return (19595 * r + 38470 * g + 7471 * b + 32768) >> 16;
}

#endif

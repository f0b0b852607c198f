/* Arithmetic on 8-bit values and pixels, as Pillow does it to the bit. */
#ifndef INV_IMAGE_BLEND_H
#define INV_IMAGE_BLEND_H

#include <stdint.h>

#include "base/vector.h"

/* v / 255 for v in 0 .. 255 * 255, exactly rounded. */
INV_INLINE uint32_t inv_div255(uint32_t v) {
  v += 128;
  return (v + (v >> 8)) >> 8;
}

/* v / 255 in single precision for v in 0 .. 255, rounded as the division is:
 * 1 / 255 is the sum of 0x1.01p-8, whose product with v is exact, and a rest.
 */
INV_INLINE float inv_over_255(int32_t v) {
  return (float)v * 0x1.01p-8f + (float)v * 0x1.010102p-24f;
}

/* `in` where the mask is 255, `out` where it is 0. */
INV_INLINE uint32_t inv_blend(uint32_t in, uint32_t out, uint32_t mask) {
  return inv_div255(in * mask + out * (255 - mask));
}

/* The nearest whole number, ties to even, of 0 <= v < 2^22: adding 1.5 * 2^23
 * leaves no bits after the point. */
INV_INLINE int32_t inv_round_even(float v) {
  return (int32_t)((v + 12582912.0f) - 12582912.0f);
}

/* An RGBA pixel as one number, red in the lowest byte (on the little-endian
 * machines that Invar runs on), so that loops over pixels become vector code.
 */
typedef uint32_t inv_pixel __attribute__((may_alias, aligned(1)));

INV_INLINE uint32_t inv_pack(uint32_t r, uint32_t g, uint32_t b, uint32_t a) {
  return r | g << 8 | b << 16 | a << 24;
}

/* The pixel with its colours blended with black by its alpha. Red and blue
 * share a multiplication: neither product needs more than 16 bits. */
INV_INLINE uint32_t inv_pack_masked(uint32_t r, uint32_t g, uint32_t b,
                                    uint32_t a) {
  const uint32_t low = 0x00ff00ff;
  uint32_t pair = (r | b << 16) * a + 0x00800080;
  pair = (pair + (pair >> 8 & low)) >> 8 & low;
  return pair | inv_div255(g * a) << 8 | a << 24;
}

#endif

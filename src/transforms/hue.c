/* hue: a turn of the colour circle, by way of Pillow's 8-bit HSV, to the bit.
 * Pillow mixes single and double precision; so does this. */
#include <math.h>

#include "base/parallel.h"
#include "transforms/class.h"
#include "transforms/tone.h"

INV_INLINE int32_t max3(int32_t a, int32_t b, int32_t c) {
  int32_t m = a > b ? a : b;
  return m > c ? m : c;
}

INV_INLINE int32_t min3(int32_t a, int32_t b, int32_t c) {
  int32_t m = a < b ? a : b;
  return m < c ? m : c;
}

/* Hue (0 .. 255) of a pixel whose channels are not all equal. Of the three
 * quotients (max - channel) / (max - min) one is 0, one is 1. */
INV_INLINE int32_t hue_of(int32_t r, int32_t g, int32_t b, int32_t high,
                          float range) {
  float rc = (float)(high - r) / range;
  float gc = (float)(high - g) / range;
  float bc = (float)(high - b) / range;
  float h = r == high   ? bc - gc
            : g == high ? (float)(2.0 + (double)rc - (double)bc)
                        : (float)(4.0 + (double)gc - (double)rc);
  double turn = (double)h / 6.0 + 1.0;
  float circle = (float)(turn < 1 ? turn : turn - 1);
  return (int32_t)((double)circle * 255.0);
}

INV_INLINE int32_t round_half_up(double v) { return (int32_t)(v + 0.5); }

/* The pixel with its hue turned by `shift` 255ths. */
INV_INLINE uint32_t turn_hue(uint32_t pixel, int32_t shift) {
  int32_t r = (int32_t)(pixel & 255), g = (int32_t)(pixel >> 8 & 255);
  int32_t b = (int32_t)(pixel >> 16 & 255);
  int32_t high = max3(r, g, b), low = min3(r, g, b);
  /* Gray pixels go through with a range of 1, and come out as they are. */
  float range = (float)(high > low ? high - low : 1);
  int32_t saturation =
      (int32_t)((double)((float)(high - low) / (float)(high ? high : 1)) *
                255.0);
  int32_t hue = (hue_of(r, g, b, high, range) + shift) & 255;
  /* Back: hue * 6 / 255 = sextant + f. */
  double turn = (double)hue * 6.0 / 255.0;
  int32_t sextant = (int32_t)turn;
  double f = (double)(float)(turn - (double)sextant);
  double fs = (double)((float)saturation / 255.0f), v = (double)high;
  int32_t p = round_half_up(v * (1.0 - fs));
  int32_t q = round_half_up(v * (1.0 - (double)((float)fs * (float)f)));
  int32_t t = round_half_up(v * (1.0 - fs * (1.0 - f)));
  sextant = sextant == 6 ? 0 : sextant;
  int32_t red = sextant == 0 || sextant == 5   ? high
                : sextant == 1                 ? q
                : sextant == 4                 ? t
                                               : p;
  int32_t green = sextant == 1 || sextant == 2 ? high
                  : sextant == 0               ? t
                  : sextant == 3               ? q
                                               : p;
  int32_t blue = sextant == 3 || sextant == 4  ? high
                 : sextant == 2                ? t
                 : sextant == 5                ? q
                                               : p;
  bool gray = saturation == 0;
  return inv_pack((uint32_t)(gray ? high : red),
                  (uint32_t)(gray ? high : green),
                  (uint32_t)(gray ? high : blue), 0);
}

INV_VECTOR static void turn_rgba(inv_pixel *pixels, size_t n, int32_t shift) {
  for (size_t i = 0; i < n; i++) {
    uint32_t a = pixels[i] >> 24, p = turn_hue(pixels[i], shift);
    pixels[i] = inv_pack(inv_div255((p & 255) * a),
                         inv_div255((p >> 8 & 255) * a),
                         inv_div255((p >> 16 & 255) * a), a);
  }
}

INV_VECTOR static void turn_rgb(uint8_t *pixels, size_t n, int32_t shift) {
  for (size_t i = 0; i < n; i++, pixels += 3) {
    uint32_t p =
        turn_hue(inv_pack(pixels[0], pixels[1], pixels[2], 0), shift);
    pixels[0] = (uint8_t)p;
    pixels[1] = (uint8_t)(p >> 8);
    pixels[2] = (uint8_t)(p >> 16);
  }
}

static inv_status apply(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  (void)t;
  int32_t shift = (int32_t)(p->value[0] * 255); /* toward zero */
  if (image->channels == 4)
    turn_rgba((inv_pixel *)image->pixels, inv_image_count(image), shift);
  else if (image->channels == 3)
    turn_rgb(image->pixels, inv_image_count(image), shift);
  return INV_OK;
}

const inv_transform_class INV_HUE = {
    .name = "hue",
    .category = "photometric",
    .options = {{"shift", INV_OPTION_RANGE, -1, 1, {-0.5, 0.5}}},
    .parameters = {{"shift", false, -1, 1}},
    .apply = apply,
};

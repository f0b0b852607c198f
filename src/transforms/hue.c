/* hue: a turn of the colour circle, by way of Pillow's 8-bit HSV, to the bit.
 * Pillow mixes single and double precision, with divisions in both. The
 * single-precision forms here give the same bytes for every pixel and shift:
 * there are few enough of each step's inputs to have tried them all
 * (tests/transforms/hue_spec.lua looks at a sample). No branches, so that the
 * loops become vector code. */
#include "base/parallel.h"
#include "base/vector.h"
#include "transforms/class.h"
#include "transforms/tone.h"

/* yes (1 or 0) ? a : b. */
INV_INLINE int32_t pick(int32_t yes, int32_t a, int32_t b) {
  return (a & -yes) | (b & (yes - 1));
}

INV_INLINE int32_t larger(int32_t a, int32_t b) {
  return a > b ? a : b;
}
INV_INLINE int32_t smaller(int32_t a, int32_t b) {
  return a < b ? a : b;
}

/* Hue, 0 .. 255. With c' = (high - c) / range the circle, in sixths, is at
 * b' - g' where red is the highest, 2 + r' - b' for green, 4 + g' - r' for
 * blue. Of the three quotients one is 0 and not used, one is 1, so that only
 * that of the middle channel is computed: plus it where the subtracted one is
 * the lowest channel's, else minus it. */
INV_INLINE int32_t hue_of(int32_t r, int32_t g, int32_t b, int32_t high,
                          int32_t low) {
  int32_t red = r == high, green = (1 - red) & (g == high);
  int32_t subtracted = pick(red, g, pick(green, b, r));
  float sign = subtracted == low ? 1.0f : -1.0f;
  float base = (float)(pick(red, 0, pick(green, 2, 4)));
  float range = (float)larger(high - low, 1);
  float middle = (float)(2 * high + low - r - g - b) / range;
  float circle = ((base - sign) + sign * middle) / 6;
  circle = circle < 0 ? circle + 1 : circle;
  return (int32_t)(circle * 255);
}

/* A channel's value in a sextant: `highest` and `between` have a bit for each
 * sextant, `bit` is that of this one; bit 6 is the full circle. */
INV_INLINE int32_t level(int32_t highest, int32_t between, int32_t bit,
                         int32_t high, int32_t middle, int32_t bottom) {
  return pick((highest & bit) != 0, high,
              pick((between & bit) != 0, middle, bottom));
}

/* The pixel with its hue turned by `shift` 255ths; gray ones, of saturation
 * 0, come out as they were. */
INV_INLINE void turn(int32_t *r, int32_t *g, int32_t *b, int32_t shift) {
  int32_t high = larger(larger(*r, *g), *b);
  int32_t low = smaller(smaller(*r, *g), *b);
  int32_t hue6 = 6 * ((hue_of(*r, *g, *b, high, low) + shift) & 255);
  float fullness = (float)(high - low) / (float)larger(high, 1);
  /* The mask keeps compilers from making this a float's truncation, which
   * they cannot do on vectors. */
  int32_t saturation = (int32_t)(fullness * 255) & 255;
  int32_t sextant = (int32_t)((uint32_t)(hue6 * 0x8081) >> 23); /* / 255 */
  float f = inv_over_255(hue6 - 255 * sextant);
  float s = inv_over_255(saturation), v = (float)high;
  int32_t bottom = (int32_t)inv_div255((uint32_t)(high * (255 - saturation)));
  /* Falling in odd sextants, rising in even ones. */
  int32_t q = (int32_t)(v * (1 - s * f) + 0.5f);
  int32_t t = (int32_t)(v * (1 - s * (1 - f)) + 0.5f);
  int32_t middle = pick((sextant & 1) != 0, q, t);
  int32_t bit = 1 << sextant;
  *r = level(0x61, 0x12, bit, high, middle, bottom);
  *g = level(0x06, 0x49, bit, high, middle, bottom);
  *b = level(0x18, 0x24, bit, high, middle, bottom);
}

INV_VECTOR static void turn_rgba(inv_pixel *pixels, size_t n, int32_t shift) {
  for (size_t i = 0; i < n; i++) {
    uint32_t pixel = pixels[i], a = pixel >> 24;
    int32_t r = (int32_t)(pixel & 255), g = (int32_t)(pixel >> 8 & 255);
    int32_t b = (int32_t)(pixel >> 16 & 255);
    turn(&r, &g, &b, shift);
    pixels[i] = inv_pack_masked((uint32_t)r, (uint32_t)g, (uint32_t)b, a);
  }
}

INV_VECTOR static void turn_rgb(uint8_t *pixels, size_t n, int32_t shift) {
  for (size_t i = 0; i < n; i++) {
    int32_t r = pixels[3 * i], g = pixels[3 * i + 1], b = pixels[3 * i + 2];
    turn(&r, &g, &b, shift);
    pixels[3 * i] = (uint8_t)r;
    pixels[3 * i + 1] = (uint8_t)g;
    pixels[3 * i + 2] = (uint8_t)b;
  }
}

static inv_status apply(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  (void)t;
  int32_t shift = (int32_t)(p->value[0] * 255); /* toward zero */
  inv_span span = inv_image_span(image);
  if (image->channels == 4)
    turn_rgba((inv_pixel *)image->pixels + span.begin, span.end - span.begin,
              shift);
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

/* brightness, contrast, posterize, invert, grayscale. */
#include "transforms/tone.h"

#include <math.h>

#include "base/parallel.h"
#include "base/vector.h"
#include "transforms/class.h"

/* ---- brightness --------------------------------------------------------- */

INV_INLINE int32_t brighten(int32_t v, const float *factor) {
  return inv_clip_byte(factor[0] * (float)v);
}

INV_VECTOR static void brighten_all(inv_image *image, const float *factor) {
  inv_tone_values(image, brighten, factor);
}

static inv_status brightness(const inv_transform *t, const inv_parameters *p,
                             inv_image *image) {
  (void)t;
  float factor = (float)p->value[0];
  brighten_all(image, &factor);
  return INV_OK;
}

const inv_transform_class INV_BRIGHTNESS = {
    .name = "brightness",
    .category = "photometric",
    .options = {{"factor", INV_OPTION_RANGE, 0, 100, {0, 2}}},
    .parameters = {{"factor", false, 0, 100}},
    .apply = brightness,
};

/* ---- contrast ----------------------------------------------------------- */

INV_INLINE int32_t stretch(int32_t v, const float *constants) {
  float mean = constants[0], factor = constants[1];
  return inv_clip_byte(mean + factor * ((float)v - mean));
}

INV_VECTOR static void stretch_all(inv_image *image, const float *constants) {
  inv_tone_values(image, stretch, constants);
}

/* The sum of the luma of up to 1 << 23 pixels, which 32 bits can hold. */
INV_VECTOR static uint32_t sum_part(const uint8_t *pixels, size_t n,
                                    int channels) {
  uint32_t sum = 0;
  if (channels == 4) {
    const inv_pixel *rgba = (const inv_pixel *)pixels;
    for (size_t i = 0; i < n; i++)
      sum += inv_luma(rgba[i] & 255, rgba[i] >> 8 & 255, rgba[i] >> 16 & 255);
  } else if (channels == 3) {
    for (size_t i = 0; i < n; i++, pixels += 3)
      sum += inv_luma(pixels[0], pixels[1], pixels[2]);
  } else {
    for (size_t i = 0; i < n; i++)
      sum += pixels[i];
  }
  return sum;
}

/* The mean luma, rounded: of the whole canvas, transparent black included. */
static float mean_luma(const inv_image *image) {
  const size_t part = (size_t)1 << 23;
  inv_span span = inv_image_span(image);
  uint64_t sum = 0;
  for (size_t i = span.begin; i < span.end; i += part)
    sum += sum_part(image->pixels + i * (size_t)image->channels,
                    span.end - i < part ? span.end - i : part, image->channels);
  return (float)floor((double)sum / (double)inv_image_count(image) + 0.5);
}

static inv_status contrast(const inv_transform *t, const inv_parameters *p,
                           inv_image *image) {
  (void)t;
  float constants[2] = {mean_luma(image), (float)p->value[0]};
  stretch_all(image, constants);
  return INV_OK;
}

const inv_transform_class INV_CONTRAST = {
    .name = "contrast",
    .category = "corruption",
    .options = {{"factor", INV_OPTION_RANGE, 0, 100, {0, 2}}},
    .parameters = {{"factor", false, 0, 100}},
    .apply = contrast,
};

/* ---- posterize ---------------------------------------------------------- */

INV_INLINE int32_t mask_bits(int32_t v, const float *mask) {
  return v & (int32_t)mask[0];
}

INV_VECTOR static void mask_all(inv_image *image, const float *mask) {
  inv_tone_values(image, mask_bits, mask);
}

static inv_status posterize(const inv_transform *t, const inv_parameters *p,
                            inv_image *image) {
  (void)p;
  int bits = (int)inv_transform_option_values(t, 1)[0];
  float mask = (float)(0xff00 >> bits & 0xff);
  mask_all(image, &mask);
  return INV_OK;
}

const inv_transform_class INV_POSTERIZE = {
    .name = "posterize",
    .category = "photometric",
    .chance = true,
    .options = {INV_CHANCE, {"bits", INV_OPTION_INTEGER, 1, 8, {1}}},
    .apply = posterize,
};

/* ---- invert ------------------------------------------------------------- */

INV_INLINE int32_t complement(int32_t v, const float *unused) {
  (void)unused;
  return 255 - v;
}

INV_VECTOR static void complement_all(inv_image *image) {
  inv_tone_values(image, complement, NULL);
}

static inv_status invert(const inv_transform *t, const inv_parameters *p,
                         inv_image *image) {
  (void)t, (void)p;
  complement_all(image);
  return INV_OK;
}

const inv_transform_class INV_INVERT = {
    .name = "invert",
    .category = "photometric",
    .chance = true,
    .options = {INV_CHANCE},
    .apply = invert,
};

/* ---- grayscale ---------------------------------------------------------- */

INV_VECTOR static void gray_rgba(inv_pixel *pixels, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t p = pixels[i], a = p >> 24;
    uint32_t luma =
        inv_div255(a * inv_luma(p & 255, p >> 8 & 255, p >> 16 & 255));
    pixels[i] = inv_pack(luma, luma, luma, a);
  }
}

INV_VECTOR static void gray_rgb(uint8_t *pixels, size_t n) {
  for (size_t i = 0; i < n; i++, pixels += 3)
    pixels[0] = pixels[1] = pixels[2] =
        (uint8_t)inv_luma(pixels[0], pixels[1], pixels[2]);
}

static inv_status grayscale(const inv_transform *t, const inv_parameters *p,
                            inv_image *image) {
  (void)t, (void)p;
  inv_span span = inv_image_span(image);
  if (image->channels == 4)
    gray_rgba((inv_pixel *)image->pixels + span.begin, span.end - span.begin);
  else if (image->channels == 3)
    gray_rgb(image->pixels, inv_image_count(image));
  return INV_OK;
}

const inv_transform_class INV_GRAYSCALE = {
    .name = "grayscale",
    .category = "photometric",
    .chance = true,
    .options = {INV_CHANCE},
    .apply = grayscale,
};

#include "image/image.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "image/blend.h"

inv_status inv_image_new(inv_image *out, int height, int width, int channels) {
  *out = (inv_image){0};
  if (height < 1 || width < 1 || height > INV_IMAGE_SIDE ||
      width > INV_IMAGE_SIDE)
    return inv_fail(INV_ERR_ARGUMENT, "an image cannot have the size %d x %d",
                    height, width);
  if (channels != 1 && channels != 3 && channels != 4)
    return inv_fail(INV_ERR_ARGUMENT, "an image has 1, 3 or 4 channels, not %d",
                    channels);
  inv_image image = {height, width, channels, NULL};
  image.pixels = inv_alloc(inv_image_bytes(&image));
  if (!image.pixels)
    return inv_fail_memory(inv_image_bytes(&image));
  *out = image;
  return INV_OK;
}

void inv_image_free(inv_image *image) {
  inv_free(image->pixels);
  *image = (inv_image){0};
}

/* ---- mirrors ------------------------------------------------------------ */

INV_VECTOR static void swap_rows(uint8_t *restrict a, uint8_t *restrict b,
                                 size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint8_t kept = a[i];
    a[i] = b[i];
    b[i] = kept;
  }
}

void inv_image_flip_vertical(inv_image *image) {
  size_t row = (size_t)image->width * (size_t)image->channels;
  for (int y = 0; y < image->height / 2; y++)
    swap_rows(inv_image_at(image, y, 0),
              inv_image_at(image, image->height - 1 - y, 0), row);
}

/* Each row from both ends; the pixel size is a constant where it is inlined. */
INV_INLINE void mirror_rows(inv_image *image, size_t channels) {
  size_t width = (size_t)image->width;
  for (int y = 0; y < image->height; y++) {
    uint8_t *row = inv_image_at(image, y, 0);
    for (size_t x = 0; x < width / 2; x++) {
      uint8_t kept[4];
      uint8_t *left = row + x * channels;
      uint8_t *right = row + (width - 1 - x) * channels;
      memcpy(kept, left, channels);
      memcpy(left, right, channels);
      memcpy(right, kept, channels);
    }
  }
}

void inv_image_flip_horizontal(inv_image *image) {
  if (image->channels == 4)
    mirror_rows(image, 4);
  else if (image->channels == 3)
    mirror_rows(image, 3);
  else
    mirror_rows(image, 1);
}

/* ---- crop and paste ----------------------------------------------------- */

inv_status inv_image_crop(inv_image *out, const inv_image *image, int y, int x,
                          int height, int width) {
  if (y < 0 || x < 0 || height < 1 || width < 1 || height > image->height - y ||
      width > image->width - x)
    return inv_fail(INV_ERR_ARGUMENT,
                    "the part of size %d x %d at row %d, column %d is not "
                    "inside the image of %d x %d",
                    height, width, y + 1, x + 1, image->height, image->width);
  INV_TRY(inv_image_new(out, height, width, image->channels));
  for (int row = 0; row < height; row++)
    memcpy(inv_image_at(out, row, 0), inv_image_at(image, y + row, x),
           (size_t)width * (size_t)image->channels);
  return INV_OK;
}

/* The part of `source` that falls on `target`: rows y0 .. y1-1, columns
 * x0 .. x1-1 of the source. Empty where y1 <= y0 or x1 <= x0. */
typedef struct {
  int y0, y1, x0, x1;
} overlap;

static overlap clip(const inv_image *target, const inv_image *source, int y,
                    int x) {
  overlap part = {y < 0 ? -y : 0, source->height, x < 0 ? -x : 0,
                  source->width};
  if (part.y1 > target->height - y)
    part.y1 = target->height - y;
  if (part.x1 > target->width - x)
    part.x1 = target->width - x;
  return part;
}

static inv_status check_kind(const inv_image *a, const inv_image *b) {
  if (a->channels != b->channels)
    return inv_fail(INV_ERR_ARGUMENT,
                    "the images have %d and %d channels, equal ones expected",
                    a->channels, b->channels);
  return INV_OK;
}

inv_status inv_image_paste(inv_image *target, const inv_image *source, int y,
                           int x) {
  INV_TRY(check_kind(target, source));
  overlap part = clip(target, source, y, x);
  if (part.x1 <= part.x0)
    return INV_OK;
  size_t bytes = (size_t)(part.x1 - part.x0) * (size_t)target->channels;
  for (int row = part.y0; row < part.y1; row++)
    memcpy(inv_image_at(target, y + row, x + part.x0),
           inv_image_at(source, row, part.x0), bytes);
  return INV_OK;
}

inv_status inv_image_paste_masked(inv_image *target, const inv_image *source,
                                  const inv_image *mask, int y, int x) {
  INV_TRY(check_kind(target, source));
  if (mask->channels != 1 || mask->height != source->height ||
      mask->width != source->width)
    return inv_fail(INV_ERR_ARGUMENT,
                    "the mask is %d x %d x %d, %d x %d x 1 expected",
                    mask->height, mask->width, mask->channels, source->height,
                    source->width);
  overlap part = clip(target, source, y, x);
  for (int row = part.y0; row < part.y1; row++) {
    for (int column = part.x0; column < part.x1; column++) {
      uint8_t *to = inv_image_at(target, y + row, x + column);
      const uint8_t *from = inv_image_at(source, row, column);
      uint32_t weight = *inv_image_at(mask, row, column);
      for (int c = 0; c < target->channels; c++)
        to[c] = (uint8_t)inv_blend(from[c], to[c], weight);
    }
  }
  return INV_OK;
}

/* ---- span ---------------------------------------------------------------- */

enum { SPAN_BLOCK = 64 }; /* pixels */

static bool is_clear(const uint8_t *rgba) {
  uint64_t words[SPAN_BLOCK / 2], any = 0;
  memcpy(words, rgba, sizeof words);
  for (size_t i = 0; i < SPAN_BLOCK / 2; i++)
    any |= words[i];
  return any == 0;
}

inv_span inv_image_span(const inv_image *image) {
  inv_span span = {0, inv_image_count(image)};
  if (image->channels != 4)
    return span;
  const uint8_t *rgba = image->pixels;
  while (span.begin + SPAN_BLOCK <= span.end && is_clear(rgba + 4 * span.begin))
    span.begin += SPAN_BLOCK;
  while (span.begin + SPAN_BLOCK <= span.end && span.end % SPAN_BLOCK == 0 &&
         is_clear(rgba + 4 * (span.end - SPAN_BLOCK)))
    span.end -= SPAN_BLOCK;
  return span;
}

inv_span inv_image_rows(const inv_image *image) {
  inv_span span = inv_image_span(image);
  size_t width = (size_t)image->width;
  return (inv_span){span.begin / width, (span.end + width - 1) / width};
}

/* ---- composite ---------------------------------------------------------- */

/* In blocks: first the colours and the alpha of each are brought into the
 * order of RGB, four pixels at a time, then all values are blended alike, as
 * vector code wants it. */
enum { BLOCK = 256 };

typedef uint8_t four_pixels __attribute__((vector_size(16)));

INV_INLINE void spread(const uint8_t *restrict rgba, uint8_t *restrict color,
                       uint8_t *restrict alpha, size_t pixels) {
  for (size_t i = 0; i < pixels / 4; i++) {
    four_pixels p;
    memcpy(&p, rgba + 16 * i, sizeof p);
    /* The last four values are overwritten by what comes next. */
    four_pixels c = __builtin_shufflevector(p, p, 0, 1, 2, 4, 5, 6, 8, 9, 10,
                                            12, 13, 14, 0, 0, 0, 0);
    four_pixels a = __builtin_shufflevector(p, p, 3, 3, 3, 7, 7, 7, 11, 11, 11,
                                            15, 15, 15, 0, 0, 0, 0);
    memcpy(color + 12 * i, &c, sizeof c);
    memcpy(alpha + 12 * i, &a, sizeof a);
  }
}

/* n: a multiple of 4. */
INV_VECTOR static void composite(uint8_t *restrict rgb,
                                 const uint8_t *restrict rgba, size_t n) {
  uint8_t color[3 * BLOCK + 4], alpha[3 * BLOCK + 4];
  for (size_t i = 0; i < n; i += BLOCK) {
    size_t pixels = n - i < BLOCK ? n - i : BLOCK;
    uint8_t *out = rgb + 3 * i;
    spread(rgba + 4 * i, color, alpha, pixels);
    for (size_t k = 0; k < 3 * pixels; k++) { /* all sums fit 16 bits */
      uint16_t in = (uint16_t)(color[k] * alpha[k]);
      uint16_t t = (uint16_t)(in + out[k] * (255 - alpha[k]) + 128);
      out[k] = (uint8_t)((uint16_t)(t + (t >> 8)) >> 8);
    }
  }
}

static void composite_pixel(uint8_t *rgb, const uint8_t *rgba) {
  for (int c = 0; c < 3; c++)
    rgb[c] = (uint8_t)inv_blend(rgba[c], rgb[c], rgba[3]);
}

inv_status inv_image_composite(inv_image *background, const inv_image *object) {
  if (background->channels != 3 || object->channels != 4 ||
      background->height != object->height ||
      background->width != object->width)
    return inv_fail(
        INV_ERR_ARGUMENT,
        "a %d x %d x 3 background and an RGBA object of its size expected, "
        "got %d x %d x %d and %d x %d x %d",
        background->height, background->width, background->height,
        background->width, background->channels, object->height, object->width,
        object->channels);
  inv_span span = inv_image_span(object);
  size_t fours = (span.end - span.begin) / 4 * 4;
  composite(background->pixels + 3 * span.begin,
            object->pixels + 4 * span.begin, fours);
  for (size_t i = span.begin + fours; i < span.end; i++)
    composite_pixel(background->pixels + 3 * i, object->pixels + 4 * i);
  return INV_OK;
}

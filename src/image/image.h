/* 8-bit images: height x width x channels, row 0 at the top, no padding.
 * Channels: 1 gray, 3 RGB, 4 RGB and straight (not premultiplied) alpha.
 * What needs two images of the same kind checks that they are. */
#ifndef INV_IMAGE_IMAGE_H
#define INV_IMAGE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct {
  int height, width, channels;
  uint8_t *pixels; /* height * width * channels values; NULL: not made */
} inv_image;

enum { INV_IMAGE_SIDE = 1 << 20 }; /* the largest height and width */

/* Uninitialised pixels; sizes 1 .. 1 << 20, channels 1, 3 or 4. */
inv_status inv_image_new(inv_image *out, int height, int width, int channels);
void inv_image_free(inv_image *image);

static inline size_t inv_image_count(const inv_image *image) {
  return (size_t)image->height * (size_t)image->width;
}

static inline size_t inv_image_bytes(const inv_image *image) {
  return inv_image_count(image) * (size_t)image->channels;
}

/* The pixel at column x of row y. */
static inline uint8_t *inv_image_at(const inv_image *image, int y, int x) {
  return image->pixels + ((size_t)y * (size_t)image->width + (size_t)x) *
                             (size_t)image->channels;
}

/* Pixels begin .. end-1, row after row. */
typedef struct {
  size_t begin, end;
} inv_span;

/* Where an RGBA image has something: the pixels before and after are
 * transparent black. Whole blocks of 64 pixels, counted from the first, so
 * that loops over a span are vector code. Other images: all of it. */
inv_span inv_image_span(const inv_image *image);

/* The rows that have a part in it; begin == end where there is nothing. */
inv_span inv_image_rows(const inv_image *image);

/* Mirror images, in place. */
void inv_image_flip_vertical(inv_image *image);   /* top to bottom */
void inv_image_flip_horizontal(inv_image *image); /* left to right */

/* The height x width part whose top left corner is (x, y): a new image. It
 * must lie inside. */
inv_status inv_image_crop(inv_image *out, const inv_image *image, int y, int x,
                          int height, int width);

/* Copies `source` into `target` with its top left corner at (x, y), alpha
 * included; what lies outside is dropped. Same channels in both. */
inv_status inv_image_paste(inv_image *target, const inv_image *source, int y,
                           int x);

/* The same, blended by `mask` (gray, the size of `source`): 255 takes the
 * source, 0 keeps the target, exactly rounded between, on all channels, as
 * Pillow's paste does. */
inv_status inv_image_paste_masked(inv_image *target, const inv_image *source,
                                  const inv_image *mask, int y, int x);

/* Puts an RGBA object on an RGB background of its size, in place, with the
 * object's alpha as the mask. */
inv_status inv_image_composite(inv_image *background, const inv_image *object);

#endif

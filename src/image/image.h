/* 8-bit images: height x width x channels, row 0 at the top, no padding.
 * Channels: 1 gray, 3 RGB, 4 RGB and straight (not premultiplied) alpha. */
#ifndef INV_IMAGE_IMAGE_H
#define INV_IMAGE_IMAGE_H

#include <stdint.h>

#include "base/error.h"

typedef struct {
  int height, width, channels;
  uint8_t *pixels; /* height * width * channels values; NULL: not made */
} inv_image;

/* Uninitialised pixels; sizes 1 .. 1 << 20, channels 1, 3 or 4. */
inv_status inv_image_new(inv_image *out, int height, int width, int channels);
void inv_image_free(inv_image *image);

#endif

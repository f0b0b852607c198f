/* The usual kind of PNG, faster. */
#ifndef INV_IMAGE_PNG_PLAIN_H
#define INV_IMAGE_PNG_PLAIN_H

#include "image/image.h"

/* Decodes an undamaged PNG of 8 bits that is not interlaced: gray, RGB or RGBA
 * without a transparent colour, or a palette. What is anything else is left to
 * libpng: then `out` has no pixels, and the status is INV_OK. */
inv_status inv_png_plain(inv_image *out, const uint8_t *bytes, size_t count);

#endif

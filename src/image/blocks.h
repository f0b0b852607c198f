/* Pictures as characters: the upper half block in two colours is two pixels,
 * one above the other. */
#ifndef INV_IMAGE_BLOCKS_H
#define INV_IMAGE_BLOCKS_H

#include <stdbool.h>

#include "base/text.h"
#include "image/image.h"

/* A line for every two rows of an image without alpha, one column for each
 * pixel, in 24-bit colours or the nearest of xterm's 256. */
inv_status inv_half_blocks(inv_text *out, const inv_image *image,
                           bool true_color);

/* What an RGBA image looks like on squares of two grays, `side` pixels wide:
 * into the RGB image `out` of its size. */
void inv_image_on_squares(const inv_image *out, const inv_image *image,
                          int side);

#endif

/* Short captions in pictures, in a built-in font of 5 x 8 dots. */
#ifndef INV_IMAGE_TEXT_H
#define INV_IMAGE_TEXT_H

#include "image/image.h"

/* The cell of one character, gaps included, in dots. */
enum { INV_GLYPH_WIDTH = 6, INV_GLYPH_HEIGHT = 9 };

/* Writes ASCII text (others become ?) with its top left corner at (x, y), in
 * dots of `scale` x `scale` pixels, all channels with `value`; at most
 * `width` pixels of it, and only what is inside the image. */
void inv_image_text(inv_image *image, const char *text, int y, int x, int width,
                    int scale, uint8_t value);

#endif

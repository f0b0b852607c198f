/* Short captions in pictures, in a built-in font of 5 x 8 dots. */
#ifndef INV_IMAGE_TEXT_H
#define INV_IMAGE_TEXT_H

#include "image/image.h"

/* The cell of one character, gaps included, in dots. */
enum { INV_GLYPH_WIDTH = 6, INV_GLYPH_HEIGHT = 9 };

/* Writes text with its top left corner at (x, y), in dots of `scale` x `scale`
 * pixels, all channels with `value`; only what is inside the image. What needs
 * more than `width` pixels ends in an ellipsis. Characters of UTF-8 that are
 * not ASCII become ?. */
void inv_image_text(inv_image *image, const char *text, int y, int x, int width,
                    int scale, uint8_t value);

/* The characters of a text. */
size_t inv_image_text_length(const char *text);

#endif

/* PNG files. */
#ifndef INV_IMAGE_PNG_H
#define INV_IMAGE_PNG_H

#include "image/image.h"

/* Decodes any PNG as 8 bits: gray, RGB (palettes too) or, where it has
 * transparency, RGBA; 16 bits are rounded; gamma and colour profiles are left
 * alone. The memory used is bounded by `count`: pictures that claim more
 * pixels than so many bytes can hold are refused. */
inv_status inv_png_decode(inv_image *out, const uint8_t *bytes, size_t count);

/* Writes 8-bit gray, RGB or RGBA; the file appears whole or not at all. */
inv_status inv_png_write(const char *path, const inv_image *image);

#endif

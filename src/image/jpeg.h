/* JPEG files, by TurboJPEG. */
#ifndef INV_IMAGE_JPEG_H
#define INV_IMAGE_JPEG_H

#include "image/image.h"

/* Decodes a JPEG as gray or RGB (CMYK too, converted as Pillow does), with
 * Pillow's bits. What libjpeg would only warn of (cut off, damaged) is an
 * error. `least` > 0: reduced by 2, 4 or 8 where no side becomes shorter than
 * that. The memory used is bounded by `count`, as for PNG; progressive files
 * of more than 500 scans are refused. */
inv_status inv_jpeg_decode(inv_image *out, const uint8_t *bytes, size_t count,
                           int least);

/* Writes gray or RGB (chroma halved) at `quality` 1 .. 100. */
inv_status inv_jpeg_write(const char *path, const inv_image *image,
                          int quality);

#endif

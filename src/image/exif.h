/* EXIF: how a camera was held. */
#ifndef INV_IMAGE_EXIF_H
#define INV_IMAGE_EXIF_H

#include "image/image.h"

/* The orientation 1 .. 8 that a JPEG or PNG file has in its EXIF data; 1 where
 * there is none or what is there is broken. */
int inv_jpeg_orientation(const uint8_t *bytes, size_t count);
int inv_png_orientation(const uint8_t *bytes, size_t count);

/* Turns a picture of that orientation upright, in place. */
inv_status inv_image_orient(inv_image *image, int orientation);

#endif

/* Pictures of any shape as squares, after torchvision and Pillow, to the bit;
 * all with an antialiased bilinear filter. */
#ifndef INV_IMAGE_FIT_H
#define INV_IMAGE_FIT_H

#include "image/image.h"

typedef enum {
  INV_FIT_CROP,   /* the shorter side to the size, then the middle of the longer
                     one: torchvision's Resize(size), CenterCrop(size);
                     of a picture longer than 32 times its width (or the
                     reverse) the middle so long is all that counts */
  INV_FIT_SQUASH, /* both sides to the size: Resize((size, size)) */
  INV_FIT_PAD,    /* the longer side to the size, the rest black: Pillow's
                     ImageOps.pad */
  INV_FITS
} inv_fit;

/* Writes `picture` (gray, RGB or RGBA, whose alpha is dropped) as size x size
 * x 3 values. */
inv_status inv_image_fit(uint8_t *pixels, int size, const inv_image *picture,
                         inv_fit fit);

#endif

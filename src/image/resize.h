/* Resizing as Pillow does it, to the bit, on 8-bit images. */
#ifndef INV_IMAGE_RESIZE_H
#define INV_IMAGE_RESIZE_H

#include "image/image.h"

typedef enum {
  INV_NEAREST,
  INV_BOX,
  INV_BILINEAR,
  INV_BICUBIC, /* a = -0.5 */
  INV_FILTERS
} inv_filter;

/* Resizes `image` into the pixels of `out`, whose sizes are set; the two share
 * no pixels. All filters but nearest widen their support when they shrink
 * (antialiasing); RGBA is premultiplied for them and divided by alpha
 * afterwards. */
inv_status inv_image_resize_into(const inv_image *out, const inv_image *image,
                                 inv_filter filter);

#endif

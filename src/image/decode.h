/* Pictures from files of any format that is read: PNG, JPEG, and the PNM
 * family (PPM, PGM, PBM). The first bytes say which it is, never the name.
 * The orientation in their EXIF data is honoured, as Pillow's
 * ImageOps.exif_transpose does it. Memory is bounded by the bytes there are:
 * headers that claim more pixels than these can hold are refused. */
#ifndef INV_IMAGE_DECODE_H
#define INV_IMAGE_DECODE_H

#include <stdbool.h>

#include "image/image.h"

typedef enum { INV_UNKNOWN_FORMAT, INV_PNG, INV_JPEG, INV_PNM } inv_format;

enum { INV_FORMAT_HEAD = 8 }; /* so many bytes say which it is */

inv_format inv_image_format(const uint8_t *bytes, size_t count);

/* The failure of what no format begins with. */
inv_status inv_fail_format(const uint8_t *bytes, size_t count);

/* The picture in `bytes`: gray, RGB or RGBA, Pillow's bits. Damaged and
 * truncated ones are errors. */
inv_status inv_image_decode(inv_image *out, const uint8_t *bytes, size_t count);

/* The same for a use at `size` pixels: unless `exact`, a JPEG is decoded at
 * 1/2, 1/4 or 1/8 where its shorter side stays at least 2 * size, which is
 * several times as fast. */
inv_status inv_image_decode_for(inv_image *out, const uint8_t *bytes,
                                size_t count, int size, bool exact);

/* The same of a file (at most 1 GB); failures name the path. */
inv_status inv_image_load(inv_image *out, const char *path);
inv_status inv_image_load_for(inv_image *out, const char *path, int size,
                              bool exact);

#endif

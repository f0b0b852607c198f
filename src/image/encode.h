/* Pictures to files. */
#ifndef INV_IMAGE_ENCODE_H
#define INV_IMAGE_ENCODE_H

#include "image/image.h"

/* Writes a picture in the format that the ending of `path` names: .png (also
 * where it has none), .jpg .jpeg (of `quality` 1 .. 100), .ppm .pgm .pnm. The
 * file appears whole or not at all. */
inv_status inv_image_save(const char *path, const inv_image *image,
                          int quality);

#endif

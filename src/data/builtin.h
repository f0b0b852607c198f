/* Objects and backgrounds drawn by the program, from a seed, with no file. */
#ifndef INV_DATA_BUILTIN_H
#define INV_DATA_BUILTIN_H

#include <stdint.h>

#include "base/error.h"
#include "image/image.h"

enum { INV_BUILTIN_OBJECTS = 61, INV_BUILTIN_BACKGROUNDS = 867 };

/* Object `index` (0 .. 60): a new size x size RGBA image with straight alpha.
 * The seed varies details (proportions, colours, texture), not what it is. */
inv_status inv_builtin_object(inv_image *out, int index, int size,
                              uint64_t seed);

/* Its name, as "teapot". */
const char *inv_builtin_object_name(int index);

/* Background `index` (0 .. 866): a new size x size RGB image. */
inv_status inv_builtin_background(inv_image *out, int index, int size,
                                  uint64_t seed);

#endif

#include "image/encode.h"

#include <string.h>
#include <strings.h>

#include "image/jpeg.h"
#include "image/png.h"
#include "image/pnm.h"

inv_status inv_image_save(const char *path, const inv_image *image,
                          int quality) {
  const char *slash = strrchr(path, '/');
  const char *ending = strrchr(slash ? slash : path, '.');
  if (!ending || strcasecmp(ending, ".png") == 0)
    return inv_png_write(path, image);
  if (strcasecmp(ending, ".jpg") == 0 || strcasecmp(ending, ".jpeg") == 0)
    return inv_jpeg_write(path, image, quality);
  if (strcasecmp(ending, ".ppm") == 0 || strcasecmp(ending, ".pgm") == 0 ||
      strcasecmp(ending, ".pnm") == 0)
    return inv_pnm_write(path, image);
  return inv_fail(INV_ERR_ARGUMENT,
                  "%s: pictures are written as .png, .jpg, .jpeg, .ppm, .pgm "
                  "or .pnm",
                  path);
}

#include <turbojpeg.h>

#include "base/file.h"
#include "image/jpeg.h"

inv_status inv_jpeg_write(const char *path, const inv_image *image,
                          int quality) {
  if (image->channels == 4)
    return inv_fail(INV_ERR_ARGUMENT,
                    "%s: JPEG has no alpha, 1 or 3 channels are wanted", path);
  if (image->width > 65535 || image->height > 65535)
    return inv_fail(INV_ERR_ARGUMENT,
                    "%s: %d x %d pixels, JPEG has at most 65535 on a side",
                    path, image->height, image->width);
  unsigned char *bytes = NULL;
  unsigned long count = 0;
  bool gray = image->channels == 1;
  tjhandle writer = tjInitCompress();
  inv_status status = INV_OK;
  if (!writer || tjCompress2(writer, image->pixels, image->width, 0,
                             image->height, gray ? TJPF_GRAY : TJPF_RGB, &bytes,
                             &count, gray ? TJSAMP_GRAY : TJSAMP_420, quality,
                             TJFLAG_ACCURATEDCT) != 0)
    status = inv_fail(INV_ERR_MEMORY, "%s: %s", path, tjGetErrorStr2(writer));
  inv_bytes part = {bytes, count};
  if (status == INV_OK)
    status = inv_file_write(path, &part, 1);
  tjFree(bytes);
  if (writer)
    tjDestroy(writer);
  return status;
}

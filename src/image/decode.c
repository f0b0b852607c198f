#include "image/decode.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "image/exif.h"
#include "image/jpeg.h"
#include "image/png.h"
#include "image/pnm.h"

enum { FILE_LIMIT = 1 << 30 };

static const char *const NAMES[] = {"", "PNG", "JPEG", "PPM"};

inv_format inv_image_format(const uint8_t *bytes, size_t count) {
  if (count >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0)
    return INV_PNG;
  if (count >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0)
    return INV_JPEG;
  if (count >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
      (bytes[2] == '#' || strchr(" \t\n\v\f\r", bytes[2])) && bytes[2])
    return INV_PNM;
  return INV_UNKNOWN_FORMAT;
}

inv_status inv_fail_format(const uint8_t *bytes, size_t count) {
  if (count == 0)
    return inv_fail(INV_ERR_FORMAT, "the file is empty");
  char first[3 * INV_FORMAT_HEAD + 1] = "";
  for (size_t i = 0; i < count && i < INV_FORMAT_HEAD; i++)
    snprintf(first + 3 * i, 4, " %02x", bytes[i]);
  return inv_fail(INV_ERR_FORMAT,
                  "neither PNG nor JPEG nor PPM, PGM or PBM (it begins with "
                  "the bytes%s)",
                  first);
}

/* Decodes; shorter sides of reduced JPEGs are at least `least`, 0: not
 * reduced. */
static inv_status decode(inv_image *out, const uint8_t *bytes, size_t count,
                         int least) {
  *out = (inv_image){0};
  inv_format format = inv_image_format(bytes, count);
  int orientation = 1;
  inv_status status = INV_OK;
  switch (format) {
  case INV_PNG:
    status = inv_png_decode(out, bytes, count);
    orientation = inv_png_orientation(bytes, count);
    break;
  case INV_JPEG:
    status = inv_jpeg_decode(out, bytes, count, least);
    orientation = inv_jpeg_orientation(bytes, count);
    break;
  case INV_PNM: status = inv_pnm_decode(out, bytes, count); break;
  default: return inv_fail_format(bytes, count);
  }
  if (status == INV_OK)
    status = inv_image_orient(out, orientation);
  if (status == INV_OK)
    return INV_OK;
  inv_image_free(out);
  return inv_fail(status, "%s: %s", NAMES[format], inv_message());
}

inv_status inv_image_decode(inv_image *out, const uint8_t *bytes,
                            size_t count) {
  return decode(out, bytes, count, 0);
}

inv_status inv_image_decode_for(inv_image *out, const uint8_t *bytes,
                                size_t count, int size, bool exact) {
  return decode(out, bytes, count, exact ? 0 : 2 * size);
}

inv_status inv_image_load_for(inv_image *out, const char *path, int size,
                              bool exact) {
  *out = (inv_image){0};
  uint8_t *bytes = NULL;
  size_t count = 0;
  INV_TRY(inv_file_read(path, FILE_LIMIT, &bytes, &count));
  inv_status status = inv_image_decode_for(out, bytes, count, size, exact);
  inv_free(bytes);
  return status == INV_OK ? INV_OK
                          : inv_fail(status, "%s: %s", path, inv_message());
}

inv_status inv_image_load(inv_image *out, const char *path) {
  return inv_image_load_for(out, path, 0, true);
}

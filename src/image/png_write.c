#include <png.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "image/png.h"

/* The file in memory, grown as libpng writes. */
typedef struct {
  uint8_t *bytes;
  size_t size, room;
  char reason[160];
} sink;

static void write_bytes(png_structp png, png_bytep from, size_t n) {
  sink *to = png_get_io_ptr(png);
  if (n > to->room - to->size) {
    size_t room = 2 * to->room + n + 4096;
    uint8_t *larger = inv_realloc(to->bytes, room);
    if (!larger)
      png_error(png, "not enough memory");
    to->bytes = larger;
    to->room = room;
  }
  memcpy(to->bytes + to->size, from, n);
  to->size += n;
}

static void flush(png_structp png) {
  (void)png;
}

static void fail(png_structp png, png_const_charp reason) {
  sink *to = png_get_error_ptr(png);
  snprintf(to->reason, sizeof to->reason, "%s", reason);
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp reason) {
  (void)png, (void)reason;
}

static inv_status encode(png_structp png, png_infop info, sink *to,
                         const inv_image *image) {
  static const int types[] = {0, PNG_COLOR_TYPE_GRAY, 0, PNG_COLOR_TYPE_RGB,
                              PNG_COLOR_TYPE_RGBA};
  if (setjmp(png_jmpbuf(png)))
    return inv_fail(INV_ERR_MEMORY, "%s", to->reason);
  png_set_write_fn(png, to, write_bytes, flush);
  png_set_user_limits(png, INV_IMAGE_SIDE, INV_IMAGE_SIDE);
  png_set_IHDR(png, info, (uint32_t)image->width, (uint32_t)image->height, 8,
               types[image->channels], PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (int y = 0; y < image->height; y++)
    png_write_row(png, inv_image_at(image, y, 0));
  png_write_end(png, info);
  return INV_OK;
}

inv_status inv_png_encode(uint8_t **bytes, size_t *size,
                          const inv_image *image) {
  sink to = {0};
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, &to, fail, ignore);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  inv_status status = info ? encode(png, info, &to, image)
                           : inv_fail(INV_ERR_MEMORY, "not enough memory");
  png_destroy_write_struct(&png, &info);
  if (status != INV_OK) {
    inv_free(to.bytes);
    return status;
  }
  *bytes = to.bytes;
  *size = to.size;
  return INV_OK;
}

inv_status inv_png_write(const char *path, const inv_image *image) {
  uint8_t *bytes;
  inv_bytes part;
  inv_status status = inv_png_encode(&bytes, &part.size, image);
  if (status != INV_OK)
    return inv_fail(status, "%s: %s", path, inv_message());
  part.data = bytes;
  status = inv_file_write(path, &part, 1);
  inv_free(bytes);
  return status;
}

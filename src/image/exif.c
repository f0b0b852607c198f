#include "image/exif.h"

#include <stdbool.h>
#include <string.h>

/* A piece of a file. */
typedef struct {
  const uint8_t *at;
  size_t size;
} piece;

/* ---- the TIFF structure ------------------------------------------------- */

/* `n` bytes at `offset` as a number, 0 where they are outside. */
static uint32_t number(piece tiff, size_t offset, size_t n, bool little) {
  uint32_t value = 0;
  if (offset > tiff.size || n > tiff.size - offset)
    return 0;
  for (size_t i = 0; i < n; i++)
    value = value << 8 | tiff.at[offset + (little ? n - 1 - i : i)];
  return value;
}

/* Entries have 12 bytes: tag, type, count, value. */
static int tiff_orientation(piece tiff) {
  enum { TAG = 0x112, SHORT = 3, LONG = 4 };
  if (tiff.size < 8)
    return 1;
  bool little = memcmp(tiff.at, "II*\0", 4) == 0;
  if (!little && memcmp(tiff.at, "MM\0*", 4) != 0)
    return 1;
  size_t list = number(tiff, 4, 4, little);
  size_t entries = number(tiff, list, 2, little);
  for (size_t i = 0; i < entries; i++) {
    size_t entry = list + 2 + 12 * i;
    if (number(tiff, entry, 2, little) != TAG)
      continue;
    uint32_t type = number(tiff, entry + 2, 2, little);
    uint32_t value = type == SHORT  ? number(tiff, entry + 8, 2, little)
                     : type == LONG ? number(tiff, entry + 8, 4, little)
                                    : 0;
    return value >= 1 && value <= 8 ? (int)value : 1;
  }
  return 1;
}

/* ---- where files keep it ------------------------------------------------ */

/* In the first APP1 segment that begins with "Exif". */
int inv_jpeg_orientation(const uint8_t *bytes, size_t count) {
  enum { APP1 = 0xe1, SCAN = 0xda, HEAD = 6 };
  piece file = {bytes, count};
  for (size_t at = 2; at + 4 <= count && bytes[at] == 0xff;) {
    if (bytes[at + 1] == 0xff) { /* filling */
      at++;
      continue;
    }
    size_t length = number(file, at + 2, 2, false);
    if (bytes[at + 1] == SCAN || length < 2 || length > count - at - 2)
      break;
    if (bytes[at + 1] == APP1 && length >= 2 + HEAD &&
        memcmp(bytes + at + 4, "Exif\0", 5) == 0)
      return tiff_orientation(
          (piece){bytes + at + 4 + HEAD, length - 2 - HEAD});
    at += 2 + length;
  }
  return 1;
}

/* In the chunk eXIf. Chunks: length, type, data, checksum. */
int inv_png_orientation(const uint8_t *bytes, size_t count) {
  piece file = {bytes, count};
  for (size_t at = 8; at + 12 <= count;) {
    size_t length = number(file, at, 4, false);
    if (length > count - at - 12)
      break;
    if (memcmp(bytes + at + 4, "eXIf", 4) == 0)
      return tiff_orientation((piece){bytes + at + 8, length});
    at += 12 + length;
  }
  return 1;
}

/* ---- turning ------------------------------------------------------------ */

/* Rows become columns, in squares that stay in the cache. */
static inv_status transpose(inv_image *image) {
  enum { SQUARE = 32 };
  inv_image out;
  size_t bytes = (size_t)image->channels;
  INV_TRY(inv_image_new(&out, image->width, image->height, image->channels));
  for (int y0 = 0; y0 < out.height; y0 += SQUARE)
    for (int x0 = 0; x0 < out.width; x0 += SQUARE)
      for (int y = y0; y < out.height && y < y0 + SQUARE; y++)
        for (int x = x0; x < out.width && x < x0 + SQUARE; x++)
          memcpy(inv_image_at(&out, y, x), inv_image_at(image, x, y), bytes);
  inv_image_free(image);
  *image = out;
  return INV_OK;
}

inv_status inv_image_orient(inv_image *image, int orientation) {
  if (orientation >= 5)
    INV_TRY(transpose(image));
  if (orientation == 2 || orientation == 3 || orientation == 6 ||
      orientation == 7)
    inv_image_flip_horizontal(image);
  if (orientation == 3 || orientation == 4 || orientation == 7 ||
      orientation == 8)
    inv_image_flip_vertical(image);
  return INV_OK;
}

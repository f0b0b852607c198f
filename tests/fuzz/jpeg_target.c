/* JPEG pictures, whole and reduced, with their EXIF orientation. */
#include "image/decode.h"
#include "image/jpeg.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  inv_image image;
  fuzz_use_image(inv_jpeg_decode(&image, bytes, count, 0), &image);
  if (inv_image_format(bytes, count) == INV_JPEG)
    fuzz_use_image(inv_image_decode_for(&image, bytes, count, 4, false),
                   &image);
  return 0;
}

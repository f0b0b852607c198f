/* PNG pictures. Changed bytes break the sums of their chunks, which a decoder
 * looks at first: each input is tried as it is and with its sums put right. */
#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "image/decode.h"
#include "image/png.h"
#include "target.h"

static uint32_t big_endian(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 |
         at[3];
}

/* After the signature a file is chunks: length, type, data, sum of the last
 * two. */
static void repair(uint8_t *bytes, size_t count) {
  size_t at = 8;
  while (count >= 12 && at <= count - 12) {
    size_t length = big_endian(bytes + at);
    if (length > count - 12 - at)
      return;
    uint8_t *end = bytes + at + 8 + length;
    unsigned long sum = crc32(0, bytes + at + 4, (unsigned)length + 4);
    for (int i = 0; i < 4; i++)
      end[i] = (uint8_t)(sum >> (24 - 8 * i));
    at += 12 + length;
  }
}

static void decode(const uint8_t *bytes, size_t count) {
  inv_image image;
  fuzz_use_image(inv_png_decode(&image, bytes, count), &image);
  if (inv_image_format(bytes, count) == INV_PNG)
    fuzz_use_image(inv_image_decode(&image, bytes, count), &image);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  decode(bytes, count);
  uint8_t *copy = inv_alloc(count);
  if (copy && count) {
    memcpy(copy, bytes, count);
    repair(copy, count);
    decode(copy, count);
  }
  inv_free(copy);
  return 0;
}

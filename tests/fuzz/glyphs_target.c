/* Colour bitmaps in fonts. */
#include "image/glyphs.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  static const uint32_t codepoints[] = {0,       'A',     0x263a,  0xffff,
                                        0x1f415, 0x1f600, 0x10ffff};
  inv_glyphs font;
  inv_status status = inv_glyphs_open(&font, bytes, count);
  fuzz_check(status);
  for (size_t i = 0; status == INV_OK && i < sizeof codepoints / 4; i++) {
    inv_bytes png;
    inv_status found = inv_glyphs_png(&png, &font, codepoints[i]);
    fuzz_check(found);
    const uint8_t *at = png.data;
    fuzz_require(found != INV_OK || (at >= bytes && png.size <= count &&
                                     at - bytes <= (long)(count - png.size)),
                 "a bitmap lies in its font");
  }
  return 0;
}

/* The PNM family of pictures. */
#include "image/pnm.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  inv_image image;
  fuzz_use_image(inv_pnm_decode(&image, bytes, count), &image);
  return 0;
}

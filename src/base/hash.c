#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

inv_hash inv_hash_bytes(const void *data, size_t size) {
  XXH128_hash_t made = XXH3_128bits(data, size);
  return (inv_hash){made.high64, made.low64};
}

const char *inv_hash_text(inv_hash hash, char text[INV_HASH_TEXT]) {
  snprintf(text, INV_HASH_TEXT, "%016" PRIx64 "%016" PRIx64, hash.high,
           hash.low);
  return text;
}

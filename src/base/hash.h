/* 128-bit hashes of bytes (XXH3): names for what was made of them, and proof
 * that a file is as it was written. Not for secrets. */
#ifndef INV_BASE_HASH_H
#define INV_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint64_t high, low;
} inv_hash;

enum { INV_HASH_TEXT = 33 }; /* bytes of its text, with the end */

inv_hash inv_hash_bytes(const void *data, size_t size);

/* 32 hexadecimal digits; returns `text`. */
const char *inv_hash_text(inv_hash hash, char text[INV_HASH_TEXT]);

#endif

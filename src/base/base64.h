/* Bytes as text, three as four letters (RFC 4648). */
#ifndef INV_BASE_BASE64_H
#define INV_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* The length of the text of `size` bytes. */
static inline size_t inv_base64_size(size_t size) {
  return (size + 2) / 3 * 4;
}

/* Writes it, padded with '=', without an end. */
void inv_base64(char *text, const uint8_t *bytes, size_t size);

#endif

/* Pixels that are only read, with what they lie in: a block of memory, or a
 * file that is mapped, which all processes share and which need not fit into
 * memory. A file that somebody makes shorter while it is mapped kills whoever
 * reads on: map only files that are replaced, never changed. */
#ifndef INV_DATA_PIXELS_H
#define INV_DATA_PIXELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct {
  const uint8_t *values;
  void *start;   /* of the block or of the mapping */
  size_t mapped; /* bytes of the mapping; 0: a block */
} inv_pixels;

/* A block of `count` x `bytes` uninitialised values, to be filled through
 * *values. */
inv_status inv_pixels_new(inv_pixels *out, size_t count, size_t bytes,
                          uint8_t **values);

/* The first `size` bytes of an open file; the pixels begin at byte `at`. */
inv_status inv_pixels_map(inv_pixels *out, int file, size_t size, size_t at);

void inv_pixels_free(inv_pixels *pixels);

#endif

/* Working memory: an array on the stack where it is large enough (all images
 * up to 64 x 64), else a block of the allocator. */
#ifndef INV_IMAGE_SCRATCH_H
#define INV_IMAGE_SCRATCH_H

#include "base/memory.h"

/* `bytes` bytes, or NULL. `local` has room for `have` of them. */
static inline void *inv_scratch(void *local, size_t have, size_t bytes) {
  return bytes <= have ? local : inv_alloc(bytes);
}

static inline void inv_scratch_free(void *block, void *local) {
  if (block != local)
    inv_free(block);
}

#endif

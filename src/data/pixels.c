#include "data/pixels.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"

inv_status inv_pixels_new(inv_pixels *out, size_t count, size_t bytes,
                          uint8_t **values) {
  uint8_t *block = inv_alloc_array(count, bytes);
  if (!block)
    return inv_fail_memory((unsigned long long)count * bytes);
  *out = (inv_pixels){.values = block, .start = block};
  *values = block;
  return INV_OK;
}

inv_status inv_pixels_map(inv_pixels *out, int file, size_t size, size_t at) {
  void *start = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
  if (start == MAP_FAILED)
    return inv_fail(INV_ERR_IO, "mapping %zu bytes of a file: %s", size,
                    strerror(errno));
  *out = (inv_pixels){(const uint8_t *)start + at, start, size};
  return INV_OK;
}

void inv_pixels_free(inv_pixels *pixels) {
  if (pixels->mapped)
    munmap(pixels->start, pixels->mapped);
  else
    inv_free(pixels->start);
  *pixels = (inv_pixels){0};
}

#include "target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_require(int holds, const char *text) {
  if (holds)
    return;
  fprintf(stderr, "broken promise: %s\n", text);
  abort();
}

void fuzz_check(inv_status status) {
  fuzz_require(status >= INV_OK && status <= INV_ERR_CALLBACK, "a status");
  fuzz_require(status == INV_OK || *inv_message(), "a failure has a message");
}

/* Where sums go, so that the compiler keeps the reading. */
static volatile uint64_t seen;

static void read_all(const void *data, size_t size) {
  const uint8_t *bytes = data;
  uint64_t sum = 0;
  for (size_t i = 0; i < size; i++)
    sum += bytes[i];
  seen = sum;
}

void fuzz_use_image(inv_status status, inv_image *image) {
  fuzz_check(status);
  if (status != INV_OK)
    return;
  fuzz_require(image->pixels && image->height > 0 && image->width > 0,
               "a decoded image has pixels");
  read_all(image->pixels, inv_image_bytes(image));
  inv_image_free(image);
}

void fuzz_use_tensor(inv_status status, inv_tensor *tensor) {
  fuzz_check(status);
  if (status != INV_OK)
    return;
  inv_tensor whole;
  if (inv_tensor_to_contiguous(&whole, tensor) == INV_OK) {
    read_all(whole.data, inv_tensor_bytes(&whole));
    inv_tensor_release(&whole);
  }
  inv_tensor_release(tensor);
}

const char *fuzz_file(const uint8_t *bytes, size_t count) {
  static char path[64];
  static int file = -1;
  if (file < 0) {
    file = memfd_create("fuzz", 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  }
  fuzz_require(file >= 0 && ftruncate(file, 0) == 0 &&
                   pwrite(file, bytes, count, 0) == (ssize_t)count,
               "there is a file in memory");
  return path;
}

/* Files of the cache of pictures. The input says how a good file is damaged:
 * where it is cut off, and which bytes are changed. All damage must be
 * noticed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/cache_file.h"
#include "target.h"

enum { PICTURES = 5, BYTES = 48 };

static const inv_cache_shape SHAPE = {{1, 2}, PICTURES, BYTES};
static uint8_t *good;
static size_t good_size;

static void write_good(const char *path) {
  static char note[] = "a picture that could not be made";
  char *messages[PICTURES] = {[3] = note};
  uint8_t values[PICTURES * BYTES];
  inv_cache_writer writer;
  inv_pixels pixels;
  for (size_t i = 0; i < sizeof values; i++)
    values[i] = (uint8_t)(i * 7);
  inv_status status =
      inv_cache_file_begin(&writer, path, "squares, 4 x 4", &SHAPE);
  uint64_t block = inv_cache_block(&SHAPE);
  for (uint64_t b = 0; status == INV_OK && b * block < PICTURES; b++)
    status = inv_cache_file_put(&writer, b, values + b * block * BYTES);
  if (status == INV_OK)
    status = inv_cache_file_finish(&writer, &pixels, path, messages, true);
  fuzz_require(status == INV_OK, "a cache file can be written");
  inv_pixels_free(&pixels);
  inv_cache_file_free(&writer);
}

static void make_good(void) {
  char folder[] = "/tmp/invar-fuzz-XXXXXX", path[64];
  fuzz_require(mkdtemp(folder) != NULL, "there is a folder");
  snprintf(path, sizeof path, "%s/cache.bin", folder);
  write_good(path);
  fuzz_require(inv_file_read(path, 1 << 20, &good, &good_size) == INV_OK,
               "what was written can be read");
  unlink(path);
  rmdir(folder);
}

/* Two bytes say where the file is cut off (0: nowhere); then three say which
 * byte is changed and how. Returns the new size. */
static size_t damage(uint8_t *file, const uint8_t *bytes, size_t count) {
  size_t cut = count >= 2 ? (size_t)bytes[0] << 8 | bytes[1] : 0;
  for (size_t i = 2; i + 3 <= count; i += 3)
    file[((size_t)bytes[i] << 8 | bytes[i + 1]) % good_size] ^= bytes[i + 2];
  return cut ? cut % good_size : good_size;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  if (!good)
    make_good();
  uint8_t *file = inv_alloc(good_size);
  if (!file)
    return 0;
  memcpy(file, good, good_size);
  size_t size = damage(file, bytes, count);
  bool same = size == good_size && memcmp(file, good, size) == 0;
  const char *path = fuzz_file(file, size), *reason;
  char *messages[PICTURES] = {NULL}, title[INV_CACHE_TITLE];
  inv_pixels pixels;
  bool found = false;
  inv_cache_file_title(path, title);
  fuzz_check(
      inv_cache_file_open(&pixels, path, &SHAPE, messages, &found, &reason));
  fuzz_require(found == same, "a file is taken where it is whole, only there");
  if (found)
    inv_pixels_free(&pixels);
  for (int i = 0; i < PICTURES; i++)
    inv_free(messages[i]);
  inv_free(file);
  return 0;
}

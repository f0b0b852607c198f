/* A file of the cache of pictures: a page of head, the pixels of all pictures,
 * a hash of every block of them, and what was wrong with those that could not
 * be made. Everything in it is under a hash, so that any damage is noticed.
 * Written under a temporary name and renamed when it is whole and synced; never
 * changed afterwards. */
#ifndef INV_DATA_CACHE_FILE_H
#define INV_DATA_CACHE_FILE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/hash.h"
#include "data/pixels.h"

enum { INV_CACHE_TITLE = 512 };

/* What a file is to hold. */
typedef struct {
  inv_hash key;   /* of what the pictures were made from */
  uint64_t count; /* pictures, */
  uint64_t bytes; /* of so many bytes each; count * bytes fits in 2^62 */
} inv_cache_shape;

/* Pictures are written, hashed and checked in blocks of so many. */
uint64_t inv_cache_block(const inv_cache_shape *shape);

/* Opens the file, checks all of it (in parallel) and maps the pixels. What
 * was wrong with picture i, if anything, goes to messages[i] (a new string,
 * without the path; `messages` has `count` entries, all NULL). Where there is
 * no such file, or it is damaged or of another version, *found is false and
 * `*reason` says why, NULL for no file: then nothing is made, and the status
 * is INV_OK. Fails without memory and when it is interrupted. */
inv_status inv_cache_file_open(inv_pixels *out, const char *path,
                               const inv_cache_shape *shape, char **messages,
                               bool *found, const char **reason);

/* A file that is being made. */
typedef struct {
  inv_cache_shape shape;
  int file;
  char *temporary;
  const char *title;
  inv_hash *table;
  atomic_int problem; /* errno of what failed first; 0: nothing */
} inv_cache_writer;

/* Begins the temporary file of `path`. `title` says what the pictures are, for
 * people (INV_CACHE_TITLE - 1 bytes are kept), and is to stay until the file
 * is finished. Failures of the file system are INV_ERR_IO here and below. */
inv_status inv_cache_file_begin(inv_cache_writer *out, const char *path,
                                const char *title,
                                const inv_cache_shape *shape);
/* Writes the pictures of block `block`; from several threads at once. */
inv_status inv_cache_file_put(inv_cache_writer *writer, uint64_t block,
                              const uint8_t *pixels);
/* Completes the file, gives it its name (not where `keep` is false: then it
 * lives as long as the mapping does), and maps the pixels. `messages` as
 * above. The writer is to be freed in any case. */
inv_status inv_cache_file_finish(inv_cache_writer *writer, inv_pixels *out,
                                 const char *path, char *const *messages,
                                 bool keep);
/* Removes the temporary file unless it got its name. */
void inv_cache_file_free(inv_cache_writer *writer);

/* The title in the head of the file, "" where it has none. */
void inv_cache_file_title(const char *path, char title[INV_CACHE_TITLE]);

#endif

/* Pictures decoded and resized once: from a list of files to pixels of one
 * size, kept in a file that later runs and other processes map (CACHE/pictures;
 * data/cache_folder.h). Its name is the hash of what the pixels are made from:
 * for every file its name below the folder common to all, inode, size and time
 * of change; how they are made; and the version of this format. So a folder
 * that moves within its file system keeps its cache, and a file that was
 * changed, added or removed makes a new one. */
#ifndef INV_DATA_PICTURE_CACHE_H
#define INV_DATA_PICTURE_CACHE_H

#include <stdbool.h>

#include "data/pixels.h"

typedef struct {
  const char *const *paths; /* of the files; NULL: made of something else, and
                               nothing is kept */
  int64_t count;            /* pictures, 1 at least */
  size_t bytes;             /* of each */
  const char *recipe;       /* what is made of them, in words ("objects, 32 x
                               32"): another text, other pixels */
  bool serial;              /* `make` is called on this thread only */
  /* Makes picture `index`; failures name the file and begin with its path.
   * From several threads at once. */
  inv_status (*make)(const void *context, int64_t index, uint8_t *pixels);
  const void *context;
} inv_picture_job;

/* The pixels of all pictures (count x bytes), from the cache or made now, in
 * parallel, with a progress line where it takes long. Where there can be no
 * cache (no folder for it, read-only, full) they are in memory, after one
 * warning. Of files that are few and small none is kept.
 *
 * messages: NULL, and the first picture that cannot be made is the failure; or
 * `count` entries, all NULL, where messages[i] becomes what is wrong with
 * picture i (a new string), whose pixels are 0. */
inv_status inv_picture_cache_open(inv_pixels *out, const inv_picture_job *job,
                                  char **messages);

#endif

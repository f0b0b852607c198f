/* The folder with the files of the cache of pictures, CACHE/pictures: what is
 * in it, who makes what, and how large it may become. A file may be removed at
 * any time: who has it mapped goes on, others make it anew. */
#ifndef INV_DATA_CACHE_FOLDER_H
#define INV_DATA_CACHE_FOLDER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "data/cache_file.h"

typedef struct {
  char *path;
  char title[INV_CACHE_TITLE]; /* what the pictures are */
  uint64_t bytes;
  int64_t used; /* when it was opened last (to the hour), seconds since 1970 */
} inv_cache_entry;

/* Its path, a new string; it need not be there. */
inv_status inv_cache_pictures(char **out);

/* The files, the one used last first: a new array, freed by
 * inv_cache_entries_free. None where there is no folder. */
inv_status inv_cache_list(inv_cache_entry **out, size_t *count);
void inv_cache_entries_free(inv_cache_entry *entries, size_t count);

/* Removes the files used longest ago until at most `limit` bytes are left
 * (but not `spare`, which may be NULL), and what dead processes left behind.
 * *freed is the number of bytes of the files removed. */
inv_status inv_cache_trim(uint64_t limit, const char *spare, uint64_t *freed);

/* How large the folder may become: INVAR_CACHE_LIMIT gigabytes, or 20. */
uint64_t inv_cache_limit(void);

/* Waits until no other process makes the file `path`. *lock is to be given to
 * inv_cache_unlock; it is -1 where the file system has no locks: then two may
 * make the same file, and the one that is done last replaces the other's. */
inv_status inv_cache_lock(const char *path, int *lock);
void inv_cache_unlock(const char *path, int lock);

#endif

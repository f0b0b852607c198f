/* Files and folders: read whole, written whole or not at all. */
#ifndef INV_BASE_FILE_H
#define INV_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct {
  const void *data;
  size_t size;
} inv_bytes;

/* Reads a regular file of at most `limit` bytes into a new block (inv_free);
 * failures name the path. */
inv_status inv_file_read(const char *path, size_t limit, uint8_t **bytes,
                         size_t *size);

/* Writes `count` parts one after the other. The file appears whole or the old
 * one stays: it is written under a temporary name in the same folder, synced,
 * renamed, and the folder is synced. Links stay and what they lead to is
 * replaced; devices and pipes are refused. */
inv_status inv_file_write(const char *path, const inv_bytes *parts,
                          size_t count);

/* Makes the renaming of a file to `path` last through a power failure, where
 * the file system can. */
void inv_file_sync_folder(const char *path);

/* The names in a folder (without . and .. and other hidden ones), sorted by
 * bytes: a new array of new strings, freed by inv_folder_free. */
inv_status inv_folder_list(const char *path, char ***names, size_t *count);
void inv_folder_free(char **names, size_t count);

/* Whether there is a folder of this name; links are followed. */
bool inv_is_folder(const char *path);

/* Makes a folder and those above it; it may be there already. */
inv_status inv_folder_make(const char *path);

/* "FOLDER/NAME", a new string; NULL (and a failure set) without memory. */
char *inv_path_join(const char *folder, const char *name);

/* Where the program keeps what it can make again: $INVAR_CACHE, or
 * $XDG_CACHE_HOME/invar, or ~/.cache/invar. A new string; the folder need not
 * be there. */
inv_status inv_cache_folder(char **out);

#endif

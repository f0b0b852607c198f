/* The picture files of a folder: all in the folder itself, without classes, or
 * in subfolders, each a class with all pictures below it, in the order of
 * torchvision's ImageFolder. Hidden files and folders, and files whose ending
 * is not that of a picture (.png .jpg .jpeg .ppm .pgm .pbm .pnm), are let be;
 * symbolic links are followed. */
#ifndef INV_DATA_PICTURE_FILES_H
#define INV_DATA_PICTURE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct {
  char *path;
  int32_t label; /* its class, from 0; -1 without classes */
} inv_picture_file;

typedef struct {
  char *message; /* names the file and says what is wrong with it */
  char *path;
} inv_broken_file;

typedef struct {
  inv_picture_file *files;
  size_t count, room;
  char **classes; /* their names, sorted by bytes */
  size_t class_count, class_room;
  inv_broken_file *broken; /* files that were left out */
  size_t broken_count, broken_room;
} inv_picture_files;

/* Lists the pictures of `folder` and looks at the first bytes of each. A file
 * that cannot be read or does not begin as a picture is an error, or, where
 * `skip`, goes to the broken ones. Errors also: an unreadable folder, a link
 * to a folder above itself, pictures beside subfolders, no pictures in the
 * folder or in a class. `out` is to be freed in any case. */
inv_status inv_picture_files_scan(inv_picture_files *out, const char *folder,
                                  bool skip);

/* Moves the files i with messages[i] != NULL to the broken ones; the messages
 * (of inv_alloc; NULL ones allowed) are taken over, also when this fails. A
 * class that has no picture left is an error. */
inv_status inv_picture_files_drop(inv_picture_files *list, char **messages);

/* Decodes every file, in parallel, and drops those where that fails: what is
 * listed afterwards can be decoded as long as nobody changes it. */
inv_status inv_picture_files_check(inv_picture_files *list);

void inv_picture_files_free(inv_picture_files *list);

#endif

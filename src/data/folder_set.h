/* Labelled pictures from a folder with one subfolder per class, in the order of
 * torchvision's ImageFolder: uint8 size x size x 3, from the cache
 * (data/picture_cache.h). The pixels are mapped: the set may be larger than
 * memory. */
#ifndef INV_DATA_FOLDER_SET_H
#define INV_DATA_FOLDER_SET_H

#include "data/dataset.h"
#include "data/picture_files.h"
#include "image/fit.h"

typedef struct {
  const char *path;
  const char *const *classes; /* the names in the order of the labels */
  int class_count;
  int size;
  inv_fit fit;
  bool exact; /* JPEGs are decoded whole, as Pillow does it, not at a half, a
                 quarter or an eighth where that is large enough */
  bool skip;  /* broken files are left out and listed, else they are errors */
  bool normalize;
} inv_folder_options;

/* `files`: what is in the folder; to be freed in any case. Of its files only
 * those are left that were broken. */
inv_status inv_folder_set_new(inv_dataset **out, inv_picture_files *files,
                              const inv_folder_options *options);

#endif

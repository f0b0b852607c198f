/* Sources from folders of pictures. */
#include <string.h>

#include "base/memory.h"
#include "data/source.h"

/* Objects that are files: each is a class, called as the file without its
 * ending. */
static inv_status classes_from_files(inv_picture_files *list) {
  list->classes = inv_alloc_zero(list->count, sizeof *list->classes);
  if (!list->classes)
    return inv_fail_memory(list->count * sizeof *list->classes);
  for (size_t i = 0; i < list->count; i++) {
    char *name = inv_strdup(strrchr(list->files[i].path, '/') + 1);
    if (!name)
      return inv_fail_memory(strlen(list->files[i].path));
    *strrchr(name, '.') = 0;
    list->files[i].label = (int32_t)i;
    list->classes[list->class_count++] = name;
  }
  return INV_OK;
}

/* Moves the paths into `pictures` and makes the source. */
static inv_status fill_source(inv_source **out, inv_picture_files *list,
                              int channels, inv_picture *pictures,
                              int32_t *labels) {
  int64_t count = (int64_t)list->count;
  int classes = (int)list->class_count;
  for (int64_t i = 0; i < count; i++) {
    pictures[i].path = list->files[i].path;
    labels[i] = list->files[i].label;
  }
  list->count = 0;
  inv_source *source;
  INV_TRY(inv_source_pictures(&source, channels, pictures, count,
                              classes ? labels : NULL, classes));
  inv_status status =
      classes ? inv_source_name(source, (const char *const *)list->classes)
              : INV_OK;
  if (status != INV_OK)
    inv_source_release(source);
  else
    *out = source;
  return status;
}

static inv_status make_source(inv_source **out, inv_picture_files *list,
                              int channels) {
  size_t count = list->count;
  inv_picture *pictures = inv_alloc_zero(count, sizeof *pictures);
  int32_t *labels = inv_alloc_array(count, sizeof *labels);
  inv_status status;
  if (pictures && labels) {
    status = fill_source(out, list, channels, pictures, labels);
  } else {
    inv_free(pictures);
    status = inv_fail_memory(count * sizeof *pictures);
  }
  inv_free(labels);
  return status;
}

inv_status inv_source_folder(inv_source **out, inv_picture_files *list,
                             int channels, const char *path, bool skip) {
  INV_TRY(inv_picture_files_scan(list, path, skip));
  if (skip)
    INV_TRY(inv_picture_files_check(list));
  if (channels == INV_OBJECT_CHANNELS && list->class_count == 0)
    INV_TRY(classes_from_files(list));
  return make_source(out, list, channels);
}

/* Sources from folders of PNG files. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/source.h"

typedef struct {
  char *path;
  int32_t label; /* -1: a file of the folder itself */
} listed;

/* What a scan has found so far. */
typedef struct {
  int channels;
  listed *list;
  size_t count, room;
  char **classes; /* their names */
  size_t class_count, class_room;
} scan;

static void free_scan(scan *found) {
  for (size_t i = 0; i < found->count; i++)
    inv_free(found->list[i].path);
  inv_free(found->list);
  inv_folder_free(found->classes, found->class_count);
}

/* `items` with room for one more of `size` bytes behind `count`; NULL without
 * memory, then they stay as they were. */
static void *grow(void *items, size_t size, size_t count, size_t *room) {
  if (count < *room)
    return items;
  size_t more = *room ? 2 * *room : 64;
  void *block = inv_realloc(items, more * size);
  if (block)
    *room = more;
  else
    inv_fail_memory(more * size);
  return block;
}

/* "FOLDER/NAME", to be freed. */
static inv_status join(char **out, const char *folder, const char *name) {
  size_t bytes = strlen(folder) + strlen(name) + 2;
  *out = inv_alloc(bytes);
  if (!*out)
    return inv_fail_memory(bytes);
  snprintf(*out, bytes, "%s/%s", folder, name);
  return INV_OK;
}

static bool is_png_name(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot && strcasecmp(dot, ".png") == 0;
}

static bool is_folder(const char *path) {
  struct stat about;
  return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Whether the file can be read and begins as a PNG does. */
static inv_status look_at(const char *path) {
  static const unsigned char SIGNATURE[] = {0x89, 'P',  'N',  'G',
                                            '\r', '\n', 0x1a, '\n'};
  unsigned char head[sizeof SIGNATURE];
  FILE *file = fopen(path, "rb");
  if (!file)
    return inv_fail(INV_ERR_IO, "%s: %s", path, strerror(errno));
  errno = 0;
  size_t n = fread(head, 1, sizeof head, file);
  int problem = ferror(file) ? errno : 0;
  fclose(file);
  if (problem)
    return inv_fail(INV_ERR_IO, "%s: %s", path, strerror(problem));
  if (n < sizeof head || memcmp(head, SIGNATURE, sizeof head) != 0)
    return inv_fail(INV_ERR_FORMAT, "%s: not a PNG file", path);
  return INV_OK;
}

/* A class called by the first `length` bytes of `name`. */
static inv_status add_class(scan *found, const char *name, size_t length) {
  char **classes = grow(found->classes, sizeof *classes, found->class_count,
                        &found->class_room);
  if (!classes)
    return INV_ERR_MEMORY;
  found->classes = classes;
  char *copy = inv_strdup(name);
  if (!copy)
    return inv_fail_memory(length + 1);
  copy[length] = 0;
  found->classes[found->class_count++] = copy;
  return INV_OK;
}

/* A picture of class `label`; the path is taken over. */
static inv_status add_picture(scan *found, char *path, int32_t label) {
  listed *list = grow(found->list, sizeof *list, found->count, &found->room);
  if (!list) {
    inv_free(path);
    return INV_ERR_MEMORY;
  }
  found->list = list;
  list[found->count++] = (listed){path, label};
  return look_at(path);
}

/* The PNG files of the subfolder `path`, a class; other files are let be. */
static inv_status scan_class(scan *found, const char *path, const char *name) {
  char **names;
  size_t count, before = found->count;
  INV_TRY(inv_folder_list(path, &names, &count));
  inv_status status = INV_OK;
  for (size_t i = 0; i < count && status == INV_OK; i++) {
    char *file;
    if (is_png_name(names[i]) &&
        (status = join(&file, path, names[i])) == INV_OK)
      status = add_picture(found, file, (int32_t)found->class_count);
  }
  inv_folder_free(names, count);
  INV_TRY(status);
  if (found->count == before)
    return inv_fail(INV_ERR_FORMAT, "%s: there is no PNG file in it", path);
  return add_class(found, name, strlen(name));
}

static inv_status mixed(const char *folder, const char *name) {
  return inv_fail(INV_ERR_FORMAT,
                  "%s: there are PNG files and subfolders in it (%s is the "
                  "first that does not fit)",
                  folder, name);
}

/* One entry of the folder; the path is taken over. */
static inv_status scan_entry(scan *found, const char *folder, char *path,
                             const char *name) {
  if (is_folder(path)) {
    bool fits = found->count == 0 || found->list[0].label >= 0;
    inv_status status =
        fits ? scan_class(found, path, name) : mixed(folder, name);
    inv_free(path);
    return status;
  }
  if (!is_png_name(name)) {
    inv_free(path);
    return INV_OK;
  }
  if (found->count > 0 && found->list[0].label >= 0) {
    inv_free(path);
    return mixed(folder, name);
  }
  return add_picture(found, path, -1);
}

static inv_status scan_folder(scan *found, const char *folder) {
  char **names;
  size_t count;
  INV_TRY(inv_folder_list(folder, &names, &count));
  inv_status status = INV_OK;
  for (size_t i = 0; i < count && status == INV_OK; i++) {
    char *path;
    status = join(&path, folder, names[i]);
    if (status == INV_OK)
      status = scan_entry(found, folder, path, names[i]);
  }
  inv_folder_free(names, count);
  if (status == INV_OK && found->count == 0)
    return inv_fail(INV_ERR_FORMAT, "%s: there is no PNG file in it", folder);
  return status;
}

/* Objects that are files: each is a class, called as the file without
 * ".png". */
static inv_status classes_from_files(scan *found) {
  for (size_t i = 0; i < found->count; i++) {
    const char *name = strrchr(found->list[i].path, '/') + 1;
    found->list[i].label = (int32_t)i;
    INV_TRY(add_class(found, name, (size_t)(strrchr(name, '.') - name)));
  }
  return INV_OK;
}

/* Moves the paths into `pictures` and makes the source. */
static inv_status fill_source(inv_source **out, scan *found,
                              inv_picture *pictures, int32_t *labels) {
  int64_t count = (int64_t)found->count;
  int classes = (int)found->class_count;
  for (int64_t i = 0; i < count; i++) {
    pictures[i].path = found->list[i].path;
    labels[i] = found->list[i].label;
  }
  found->count = 0;
  inv_source *source;
  INV_TRY(inv_source_pictures(&source, found->channels, pictures, count,
                              classes ? labels : NULL, classes));
  inv_status status =
      classes ? inv_source_name(source, (const char *const *)found->classes)
              : INV_OK;
  if (status != INV_OK)
    inv_source_release(source);
  else
    *out = source;
  return status;
}

static inv_status make_source(inv_source **out, scan *found) {
  inv_picture *pictures = inv_alloc_zero(found->count, sizeof *pictures);
  int32_t *labels = inv_alloc_array(found->count, sizeof *labels);
  inv_status status;
  if (pictures && labels) {
    status = fill_source(out, found, pictures, labels);
  } else {
    inv_free(pictures);
    status = inv_fail_memory(found->count * sizeof *pictures);
  }
  inv_free(labels);
  return status;
}

inv_status inv_source_folder(inv_source **out, int channels, const char *path) {
  scan found = {.channels = channels};
  inv_status status = scan_folder(&found, path);
  if (status == INV_OK && channels == INV_OBJECT_CHANNELS &&
      found.class_count == 0)
    status = classes_from_files(&found);
  if (status == INV_OK)
    status = make_source(out, &found);
  free_scan(&found);
  return status;
}

#include "data/picture_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/picture_cache.h"
#include "image/decode.h"

/* ---- lists -------------------------------------------------------------- */

void inv_picture_files_free(inv_picture_files *list) {
  for (size_t i = 0; i < list->count; i++)
    inv_free(list->files[i].path);
  for (size_t i = 0; i < list->broken_count; i++) {
    inv_free(list->broken[i].path);
    inv_free(list->broken[i].message);
  }
  inv_free(list->files);
  inv_free(list->broken);
  inv_folder_free(list->classes, list->class_count);
  *list = (inv_picture_files){0};
}

/* Room for one more of `size` bytes behind the `count` of *items. */
static inv_status grow(void *items, size_t size, size_t count, size_t *room) {
  void **list = items;
  if (count < *room)
    return INV_OK;
  size_t more = *room ? 2 * *room : 64;
  void *block = inv_realloc(*list, more * size);
  if (!block)
    return inv_fail_memory(more * size);
  *list = block;
  *room = more;
  return INV_OK;
}

/* Path and message are taken over. */
static inv_status add_broken(inv_picture_files *list, char *path,
                             char *message) {
  inv_status status = grow(&list->broken, sizeof *list->broken,
                           list->broken_count, &list->broken_room);
  if (status == INV_OK) {
    list->broken[list->broken_count++] = (inv_broken_file){message, path};
  } else {
    inv_free(path);
    inv_free(message);
  }
  return status;
}

static inv_status add_class(inv_picture_files *list, const char *name) {
  INV_TRY(grow(&list->classes, sizeof *list->classes, list->class_count,
               &list->class_room));
  char *copy = inv_strdup(name);
  if (!copy)
    return inv_fail_memory(strlen(name) + 1);
  list->classes[list->class_count++] = copy;
  return INV_OK;
}

/* ---- files -------------------------------------------------------------- */

static bool is_picture_name(const char *name) {
  static const char *const endings[] = {".png", ".jpg", ".jpeg", ".ppm",
                                        ".pgm", ".pbm", ".pnm"};
  const char *dot = strrchr(name, '.');
  for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
    if (strcasecmp(dot, endings[i]) == 0)
      return true;
  return false;
}

static inv_status fail_errno(const char *path) {
  return inv_fail(INV_ERR_IO, "%s: %s", path, strerror(errno));
}

/* Whether the file can be read and begins as a picture does. */
static inv_status look_at(const char *path) {
  uint8_t head[INV_FORMAT_HEAD];
  struct stat about;
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return fail_errno(path);
  inv_status status = INV_OK;
  ssize_t n = 0;
  if (fstat(file, &about) != 0)
    status = fail_errno(path);
  else if (!S_ISREG(about.st_mode))
    status = inv_fail(INV_ERR_IO, "%s: not a regular file", path);
  else if ((n = read(file, head, sizeof head)) < 0)
    status = fail_errno(path);
  close(file);
  if (status == INV_OK && !inv_image_format(head, (size_t)n)) {
    inv_fail_format(head, (size_t)n);
    status = inv_fail(INV_ERR_FORMAT, "%s: %s", path, inv_message());
  }
  return status;
}

/* Whether a failure is the file's own, not one of the whole program. */
static bool is_of_file(inv_status status) {
  return status == INV_ERR_FORMAT || status == INV_ERR_IO;
}

/* A picture of class `label`; the path is taken over. */
static inv_status add_picture(inv_picture_files *list, char *path,
                              int32_t label, bool skip) {
  inv_status status = look_at(path);
  if (skip && is_of_file(status)) {
    char *message = inv_strdup(inv_message());
    if (message)
      return add_broken(list, path, message);
    status = inv_fail_memory(sizeof message);
  }
  if (status == INV_OK)
    status = grow(&list->files, sizeof *list->files, list->count, &list->room);
  if (status == INV_OK)
    list->files[list->count++] = (inv_picture_file){path, label};
  else
    inv_free(path);
  return status;
}

/* ---- folders ------------------------------------------------------------ */

/* A folder that is being walked, and those above it. */
typedef struct place {
  const struct place *above;
  const char *path;
  dev_t device;
  ino_t number;
} place;

static inv_status enter(place *here, const place *above, const char *path) {
  struct stat about;
  if (stat(path, &about) != 0)
    return fail_errno(path);
  *here = (place){above, path, about.st_dev, about.st_ino};
  for (const place *p = above; p; p = p->above)
    if (p->device == here->device && p->number == here->number)
      return inv_fail(INV_ERR_FORMAT, "%s: leads back to %s, a folder above it",
                      path, p->path);
  return INV_OK;
}

/* All pictures below the folder `path` as class `label`. */
static inv_status walk(inv_picture_files *list, const place *above,
                       const char *path, int32_t label, bool skip) {
  place here;
  char **names;
  size_t count;
  INV_TRY(enter(&here, above, path));
  INV_TRY(inv_folder_list(path, &names, &count));
  inv_status status = INV_OK;
  for (size_t i = 0; i < count && status == INV_OK; i++) {
    char *entry = inv_path_join(path, names[i]);
    if (!entry) {
      status = INV_ERR_MEMORY;
    } else if (inv_is_folder(entry)) {
      status = walk(list, &here, entry, label, skip);
      inv_free(entry);
    } else if (is_picture_name(names[i])) {
      status = add_picture(list, entry, label, skip);
    } else {
      inv_free(entry);
    }
  }
  inv_folder_free(names, count);
  return status;
}

/* By folder, then by name, as torchvision lists them. */
static int by_place(const void *a, const void *b) {
  const char *p = ((const inv_picture_file *)a)->path;
  const char *q = ((const inv_picture_file *)b)->path;
  size_t m = (size_t)(strrchr(p, '/') - p), n = (size_t)(strrchr(q, '/') - q);
  int order = memcmp(p, q, m < n ? m : n);
  if (order == 0 && m != n)
    return m < n ? -1 : 1;
  return order ? order : strcmp(p + m, q + n);
}

static inv_status no_picture(const char *path, size_t broken) {
  const char *endings = ".png, .jpg, .jpeg, .ppm, .pgm, .pbm, .pnm";
  return broken
             ? inv_fail(INV_ERR_FORMAT, "%s: all %zu pictures in it are broken",
                        path, broken)
             : inv_fail(INV_ERR_FORMAT, "%s: there is no picture in it (%s)",
                        path, endings);
}

/* The subfolder `path`, a class. */
static inv_status scan_class(inv_picture_files *list, const place *above,
                             const char *path, const char *name, bool skip) {
  size_t before = list->count, broken = list->broken_count;
  INV_TRY(walk(list, above, path, (int32_t)list->class_count, skip));
  if (list->count == before)
    return no_picture(path, list->broken_count - broken);
  qsort(list->files + before, list->count - before, sizeof *list->files,
        by_place);
  return add_class(list, name);
}

static inv_status mixed(const char *folder, const char *name) {
  return inv_fail(INV_ERR_FORMAT,
                  "%s: there are pictures and subfolders in it (%s is the "
                  "first that does not fit)",
                  folder, name);
}

/* One entry of the folder itself; the path is taken over. */
static inv_status scan_entry(inv_picture_files *list, const place *here,
                             char *path, const char *name, bool skip) {
  bool folder = inv_is_folder(path), picture = !folder && is_picture_name(name);
  bool flat = list->class_count == 0;
  if (picture && flat)
    return add_picture(list, path, -1, skip);
  inv_status status = INV_OK;
  if (picture || (folder && flat && list->count + list->broken_count > 0))
    status = mixed(here->path, name);
  else if (folder)
    status = scan_class(list, here, path, name, skip);
  inv_free(path);
  return status;
}

inv_status inv_picture_files_scan(inv_picture_files *list, const char *folder,
                                  bool skip) {
  place here;
  char **names;
  size_t count;
  *list = (inv_picture_files){0};
  INV_TRY(enter(&here, NULL, folder));
  INV_TRY(inv_folder_list(folder, &names, &count));
  inv_status status = INV_OK;
  for (size_t i = 0; i < count && status == INV_OK; i++) {
    char *path = inv_path_join(folder, names[i]);
    status =
        path ? scan_entry(list, &here, path, names[i], skip) : INV_ERR_MEMORY;
  }
  inv_folder_free(names, count);
  if (status == INV_OK && list->count == 0)
    return no_picture(folder, list->broken_count);
  return status;
}

/* ---- broken files ------------------------------------------------------- */

/* Files are in the order of their classes. */
static inv_status check_classes(const inv_picture_files *list) {
  size_t next = 0;
  for (size_t i = 0; i < list->count && next < list->class_count; i++)
    if (list->files[i].label == (int32_t)next)
      next++;
  if (next < list->class_count)
    return inv_fail(INV_ERR_FORMAT, "all pictures of class %s are broken",
                    list->classes[next]);
  if (list->count == 0)
    return inv_fail(INV_ERR_FORMAT, "all %zu pictures are broken",
                    list->broken_count);
  return INV_OK;
}

inv_status inv_picture_files_drop(inv_picture_files *list, char **messages) {
  size_t kept = 0;
  inv_status status = INV_OK;
  for (size_t i = 0; i < list->count; i++) {
    inv_picture_file file = list->files[i];
    if (!messages[i]) {
      list->files[kept++] = file;
    } else if (status == INV_OK) {
      status = add_broken(list, file.path, messages[i]);
    } else {
      inv_free(file.path);
      inv_free(messages[i]);
    }
  }
  list->count = kept;
  return status == INV_OK ? check_classes(list) : status;
}

/* The only value made of a file is that it can be decoded. */
static inv_status check_file(const void *context, int64_t index,
                             uint8_t *value) {
  const inv_picture_files *list = context;
  inv_image image;
  inv_status status = inv_image_load(&image, list->files[index].path);
  inv_image_free(&image);
  *value = 1;
  return status;
}

static inv_status find_broken(const inv_picture_files *list, const char **paths,
                              char **messages) {
  for (size_t i = 0; i < list->count; i++)
    paths[i] = list->files[i].path;
  inv_picture_job job = {.paths = paths,
                         .count = (int64_t)list->count,
                         .bytes = 1,
                         .recipe = "which can be decoded",
                         .make = check_file,
                         .context = list};
  inv_pixels values;
  INV_TRY(inv_picture_cache_open(&values, &job, messages));
  inv_pixels_free(&values);
  return INV_OK;
}

inv_status inv_picture_files_check(inv_picture_files *list) {
  size_t count = list->count;
  const char **paths = inv_alloc_array(count, sizeof *paths);
  char **messages = inv_alloc_zero(count, sizeof *messages);
  inv_status status = paths && messages
                          ? find_broken(list, paths, messages)
                          : inv_fail_memory(count * sizeof *messages);
  if (status == INV_OK)
    status = inv_picture_files_drop(list, messages);
  inv_free(paths);
  inv_free(messages);
  return status;
}

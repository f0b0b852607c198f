/* The user's own pictures: pixels in memory, files, and folders of files. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "data/source.h"
#include "image/png.h"
#include "image/resize.h"

/* ---- fitting ------------------------------------------------------------ */

/* A copy with 3 or 4 channels: gray is repeated, missing alpha is opaque,
 * alpha that is not wanted is dropped. */
static inv_status with_channels(inv_image *out, const inv_image *from,
                                int channels) {
  INV_TRY(inv_image_new(out, from->height, from->width, channels));
  const uint8_t *in = from->pixels;
  uint8_t *to = out->pixels;
  size_t have = (size_t)from->channels, want = (size_t)channels;
  for (size_t p = 0; p < inv_image_count(from); p++) {
    for (size_t c = 0; c < 3; c++)
      to[want * p + c] = in[have * p + (have == 1 ? 0 : c)];
    if (want == 4)
      to[want * p + 3] = have == 4 ? in[have * p + 3] : 255;
  }
  return INV_OK;
}

inv_status inv_fit_picture(const inv_image *picture, int size, int channels,
                           uint8_t *pixels) {
  inv_image changed = {0}, square = {0}, out = {size, size, channels, pixels};
  inv_status status = INV_OK;
  if (picture->channels != channels) {
    status = with_channels(&changed, picture, channels);
    picture = &changed;
  }
  if (status == INV_OK && channels == INV_BACKGROUND_CHANNELS &&
      picture->height != picture->width) {
    int side = picture->height < picture->width ? picture->height
                                                : picture->width;
    status = inv_image_crop(&square, picture, 0, 0, side, side);
    picture = &square;
  }
  if (status == INV_OK)
    status = inv_image_resize_into(&out, picture, INV_BILINEAR);
  inv_image_free(&changed);
  inv_image_free(&square);
  return status;
}

/* ---- a list of pictures ------------------------------------------------- */

typedef struct {
  inv_source base;
  inv_picture *pictures;
} picture_source;

static inv_status list_picture(const inv_source *base, int64_t index, int size,
                               uint8_t *pixels) {
  const inv_picture *picture = ((const picture_source *)base)->pictures + index;
  if (!picture->path)
    return inv_fit_picture(&picture->image, size, base->channels, pixels);
  inv_image image;
  INV_TRY(inv_png_load(&image, picture->path));
  inv_status status = inv_fit_picture(&image, size, base->channels, pixels);
  inv_image_free(&image);
  return status;
}

void inv_pictures_free(inv_picture *pictures, int64_t count) {
  for (int64_t i = 0; pictures && i < count; i++) {
    inv_free(pictures[i].path);
    inv_image_free(&pictures[i].image);
  }
  inv_free(pictures);
}

static void list_destroy(inv_source *base) {
  inv_pictures_free(((picture_source *)base)->pictures, base->count);
}

static const inv_source_class LIST = {list_picture, list_destroy};

/* Every class of an object source has a picture. */
static inv_status check_labels(int channels, const int32_t *labels,
                               int64_t count, int classes) {
  unsigned char *seen = inv_alloc_zero((size_t)classes, 1);
  if (!seen)
    return inv_fail_memory((unsigned long long)classes);
  inv_status status = INV_OK;
  for (int64_t i = 0; i < count && status == INV_OK; i++) {
    if (labels[i] < 0 || labels[i] >= classes)
      status = inv_fail(INV_ERR_ARGUMENT,
                        "class %lld of picture %lld is not in 1 .. %d",
                        (long long)labels[i] + 1, (long long)i + 1, classes);
    else
      seen[labels[i]] = 1;
  }
  for (int i = 0; i < classes && status == INV_OK; i++)
    if (!seen[i] && channels == INV_OBJECT_CHANNELS)
      status = inv_fail(INV_ERR_ARGUMENT, "class %d has no picture", i + 1);
  inv_free(seen);
  return status;
}

inv_status inv_source_pictures(inv_source **out, int channels,
                               inv_picture *pictures, int64_t count,
                               const int32_t *labels, int classes) {
  if (!labels)
    classes = channels == INV_OBJECT_CHANNELS ? (int)count : 0;
  inv_status status =
      count < 1 ? inv_fail(INV_ERR_ARGUMENT, "there are no pictures")
      : labels  ? check_labels(channels, labels, count, classes)
                : INV_OK;
  picture_source *source = NULL;
  if (status == INV_OK)
    status = inv_source_new(&source, sizeof *source, &LIST, channels, count,
                            classes ? 1 : 0);
  if (status != INV_OK) {
    inv_pictures_free(pictures, count);
    return status;
  }
  source->base.classes = classes;
  for (int64_t i = 0; classes && i < count; i++)
    source->base.labels[i] = labels ? labels[i] : (int32_t)i;
  source->pictures = pictures;
  *out = &source->base;
  return INV_OK;
}

/* ---- folders ------------------------------------------------------------ */

/* Names in a folder, sorted by their bytes. */
typedef struct {
  char **names;
  size_t count, room;
} name_list;

static void free_names(name_list *list) {
  for (size_t i = 0; i < list->count; i++)
    inv_free(list->names[i]);
  inv_free(list->names);
  *list = (name_list){0};
}

static inv_status add_name(name_list *list, const char *name) {
  if (list->count == list->room) {
    size_t room = list->room ? 2 * list->room : 64;
    char **names = inv_realloc(list->names, room * sizeof *names);
    if (!names)
      return inv_fail_memory(room * sizeof *names);
    list->names = names;
    list->room = room;
  }
  list->names[list->count] = inv_strdup(name);
  if (!list->names[list->count])
    return inv_fail_memory(strlen(name) + 1);
  list->count++;
  return INV_OK;
}

static int by_bytes(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_png_name(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot && strcasecmp(dot, ".png") == 0;
}

/* "FOLDER/NAME", to be freed; NULL without memory. */
static char *join(const char *folder, const char *name) {
  size_t bytes = strlen(folder) + strlen(name) + 2;
  char *path = inv_alloc(bytes);
  if (path)
    snprintf(path, bytes, "%s/%s", folder, name);
  return path;
}

static inv_status add_entry(name_list *files, name_list *folders,
                            const char *folder, const char *name) {
  if (name[0] == '.')
    return INV_OK;
  char *path = join(folder, name);
  if (!path)
    return inv_fail_memory(strlen(folder) + strlen(name) + 2);
  struct stat about;
  bool there = stat(path, &about) == 0;
  inv_free(path);
  if (there && S_ISDIR(about.st_mode))
    return add_name(folders, name);
  return is_png_name(name) ? add_name(files, name) : INV_OK;
}

/* The PNG files and the subfolders of a folder; hidden ones are left out. */
static inv_status list_folder(const char *folder, name_list *files,
                              name_list *folders) {
  DIR *directory = opendir(folder);
  if (!directory)
    return inv_fail(INV_ERR_IO, "%s: %s", folder, strerror(errno));
  inv_status status = INV_OK;
  struct dirent *entry;
  while (status == INV_OK && (errno = 0, entry = readdir(directory)))
    status = add_entry(files, folders, folder, entry->d_name);
  if (status == INV_OK && errno)
    status = inv_fail(INV_ERR_IO, "%s: %s", folder, strerror(errno));
  closedir(directory);
  if (files->count)
    qsort(files->names, files->count, sizeof *files->names, by_bytes);
  if (folders->count)
    qsort(folders->names, folders->count, sizeof *folders->names, by_bytes);
  return status;
}

/* Whether the file can be read and begins as a PNG does. */
static inv_status look_at(const char *path) {
  static const unsigned char SIGNATURE[8] = "\x89PNG\r\n\x1a\n";
  unsigned char head[8];
  FILE *file = fopen(path, "rb");
  if (!file)
    return inv_fail(INV_ERR_IO, "%s: %s", path, strerror(errno));
  errno = 0;
  size_t n = fread(head, 1, sizeof head, file);
  int error = ferror(file) ? errno : 0;
  fclose(file);
  if (error)
    return inv_fail(INV_ERR_IO, "%s: %s", path, strerror(error));
  if (n < sizeof head || memcmp(head, SIGNATURE, sizeof head) != 0)
    return inv_fail(INV_ERR_FORMAT, "%s: not a PNG file", path);
  return INV_OK;
}

/* What a folder scan gathers. */
typedef struct {
  inv_picture *pictures;
  int32_t *labels;
  size_t count, room;
  name_list classes;
} gathered;

static inv_status make_room(gathered *all) {
  if (all->count < all->room)
    return INV_OK;
  size_t room = all->room ? 2 * all->room : 256;
  inv_picture *pictures =
      inv_realloc(all->pictures, room * sizeof *all->pictures);
  if (pictures)
    all->pictures = pictures;
  int32_t *labels =
      pictures ? inv_realloc(all->labels, room * sizeof *all->labels) : NULL;
  if (!labels)
    return inv_fail_memory(room * sizeof *all->pictures);
  all->labels = labels;
  all->room = room;
  return INV_OK;
}

static inv_status gather_file(gathered *all, const char *folder,
                              const char *name, int32_t label) {
  INV_TRY(make_room(all));
  char *path = join(folder, name);
  if (!path)
    return inv_fail_memory(strlen(folder) + strlen(name) + 2);
  all->pictures[all->count] = (inv_picture){.path = path};
  all->labels[all->count] = label;
  all->count++;
  return look_at(path);
}

/* The files of one class. */
static inv_status gather_class(gathered *all, const char *parent,
                               const char *name) {
  char *folder = join(parent, name);
  if (!folder)
    return inv_fail_memory(strlen(parent) + strlen(name) + 2);
  name_list files = {0}, folders = {0};
  inv_status status = list_folder(folder, &files, &folders);
  if (status == INV_OK && files.count == 0)
    status = inv_fail(INV_ERR_FORMAT, "%s: there is no PNG file in it", folder);
  int32_t label = (int32_t)all->classes.count;
  for (size_t i = 0; i < files.count && status == INV_OK; i++)
    status = gather_file(all, folder, files.names[i], label);
  if (status == INV_OK)
    status = add_name(&all->classes, name);
  free_names(&files);
  free_names(&folders);
  inv_free(folder);
  return status;
}

static inv_status gather(gathered *all, const char *path) {
  name_list files = {0}, folders = {0};
  inv_status status = list_folder(path, &files, &folders);
  if (status == INV_OK && files.count && folders.count)
    status = inv_fail(INV_ERR_FORMAT,
                      "%s: there are PNG files (%s) and subfolders (%s) in "
                      "it, only one of these is possible",
                      path, files.names[0], folders.names[0]);
  if (status == INV_OK && !files.count && !folders.count)
    status = inv_fail(INV_ERR_FORMAT, "%s: there is no PNG file in it", path);
  for (size_t i = 0; i < folders.count && status == INV_OK; i++)
    status = gather_class(all, path, folders.names[i]);
  for (size_t i = 0; i < files.count && status == INV_OK; i++)
    status = gather_file(all, path, files.names[i], (int32_t)i);
  free_names(&files);
  free_names(&folders);
  return status;
}

/* Files that are classes themselves are called by their names without ".png". */
static inv_status name_by_files(gathered *all) {
  for (size_t i = 0; i < all->count; i++) {
    const char *path = all->pictures[i].path;
    char *name = inv_strdup(strrchr(path, '/') + 1);
    if (!name)
      return inv_fail_memory(strlen(path));
    *strrchr(name, '.') = 0;
    inv_status status = add_name(&all->classes, name);
    inv_free(name);
    INV_TRY(status);
  }
  return INV_OK;
}

/* Gives the pictures to a new source. */
static inv_status make_source(inv_source **out, gathered *all, int channels) {
  int classes = (int)all->classes.count;
  inv_picture *pictures = all->pictures;
  int64_t count = (int64_t)all->count;
  all->pictures = NULL;
  all->count = 0;
  INV_TRY(inv_source_pictures(out, channels, pictures, count,
                              classes ? all->labels : NULL, classes));
  if (classes == 0)
    return INV_OK;
  inv_status status =
      inv_source_name(*out, (const char *const *)all->classes.names);
  if (status != INV_OK) {
    inv_source_release(*out);
    *out = NULL;
  }
  return status;
}

inv_status inv_source_folder(inv_source **out, int channels,
                             const char *path) {
  gathered all = {0};
  inv_status status = gather(&all, path);
  bool flat = all.classes.count == 0;
  if (status == INV_OK && flat && channels == INV_OBJECT_CHANNELS)
    status = name_by_files(&all);
  if (status == INV_OK)
    status = make_source(out, &all, channels);
  inv_pictures_free(all.pictures, (int64_t)all.count);
  inv_free(all.labels);
  free_names(&all.classes);
  return status;
}

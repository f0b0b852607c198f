#include "data/folder_set.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "data/picture_cache.h"
#include "image/decode.h"

typedef struct {
  inv_dataset base;
  size_t bytes; /* of one picture */
  inv_pixels pixels;
  int32_t *labels;
  int64_t *places; /* of each sample among the pixels */
} folder_set;

static inv_status sample(const inv_dataset *base, int64_t index, void *values,
                         int32_t *label, void *scratch) {
  (void)scratch;
  const folder_set *set = (const folder_set *)base;
  size_t place = (size_t)set->places[index];
  memcpy(values, set->pixels.values + place * set->bytes, set->bytes);
  *label = set->labels[index];
  return INV_OK;
}

static void destroy(inv_dataset *base) {
  folder_set *set = (folder_set *)base;
  inv_pixels_free(&set->pixels);
  inv_free(set->labels);
  inv_free(set->places);
  inv_free(set);
}

static inv_status label_of(const inv_dataset *base, int64_t index,
                           int32_t *label, void *work) {
  (void)work;
  *label = ((const folder_set *)base)->labels[index];
  return INV_OK;
}

static const inv_dataset_class FOLDER = {
    .sample = sample, .destroy = destroy, .label = label_of};

/* ---- classes ------------------------------------------------------------ */

static int find_class(const inv_folder_options *o, const char *name) {
  for (int i = 0; i < o->class_count; i++)
    if (strcmp(o->classes[i], name) == 0)
      return i;
  return -1;
}

/* The label of each class of the files, in a new block. */
static inv_status number_classes(int32_t **out, const inv_picture_files *files,
                                 const inv_folder_options *o) {
  if (files->class_count == 0)
    return inv_fail(INV_ERR_FORMAT,
                    "%s: the pictures lie in the folder itself, in place of "
                    "one subfolder per class",
                    o->path);
  size_t n = files->class_count;
  int32_t *numbers = inv_alloc_array(n, sizeof *numbers);
  if (!numbers)
    return inv_fail_memory(n * sizeof *numbers);
  inv_status status = INV_OK;
  for (size_t c = 0; c < n && status == INV_OK; c++) {
    numbers[c] = find_class(o, files->classes[c]);
    if (numbers[c] < 0)
      status = inv_fail(INV_ERR_FORMAT,
                        "%s: there is a class %s that the training pictures "
                        "do not have",
                        o->path, files->classes[c]);
  }
  if (status == INV_OK)
    *out = numbers;
  else
    inv_free(numbers);
  return status;
}

/* ---- pictures ----------------------------------------------------------- */

typedef struct {
  const inv_picture_files *files;
  const inv_folder_options *options;
} make_job;

static inv_status make_picture(const void *context, int64_t index,
                               uint8_t *pixels) {
  const make_job *job = context;
  const inv_folder_options *o = job->options;
  inv_image image;
  INV_TRY(inv_image_load_for(&image, job->files->files[index].path, o->size,
                             o->exact));
  inv_status status = inv_image_fit(pixels, o->size, &image, o->fit);
  inv_image_free(&image);
  return status;
}

static inv_status open_cache(folder_set *set, const inv_picture_files *files,
                             const inv_folder_options *o, const char **paths,
                             char **messages) {
  static const char *const fits[INV_FITS] = {"crop", "squash", "pad"};
  char recipe[64];
  snprintf(recipe, sizeof recipe, "pictures, %d x %d, %s%s", o->size, o->size,
           fits[o->fit], o->exact ? ", exact" : "");
  for (size_t i = 0; i < files->count; i++)
    paths[i] = files->files[i].path;
  make_job context = {files, o};
  inv_picture_job job = {.paths = paths,
                         .count = (int64_t)files->count,
                         .bytes = set->bytes,
                         .recipe = recipe,
                         .make = make_picture,
                         .context = &context};
  return inv_picture_cache_open(&set->pixels, &job, o->skip ? messages : NULL);
}

/* The samples: all pictures that could be made. */
static void number_samples(folder_set *set, const inv_picture_files *files,
                           const int32_t *numbers, char *const *messages) {
  for (size_t i = 0; i < files->count; i++) {
    if (messages[i])
      continue;
    set->labels[set->base.size] = numbers[files->files[i].label];
    set->places[set->base.size++] = (int64_t)i;
  }
}

static inv_status fill(folder_set *set, inv_picture_files *files,
                       const inv_folder_options *o) {
  size_t n = files->count;
  set->labels = inv_alloc_array(n, sizeof *set->labels);
  set->places = inv_alloc_array(n, sizeof *set->places);
  const char **paths = inv_alloc_array(n, sizeof *paths);
  char **messages = inv_alloc_zero(n, sizeof *messages);
  int32_t *numbers = NULL;
  inv_status status = INV_OK;
  if (!set->labels || !set->places || !paths || !messages)
    status = inv_fail_memory(n * 4 * sizeof *paths);
  if (status == INV_OK)
    status = number_classes(&numbers, files, o);
  if (status == INV_OK)
    status = open_cache(set, files, o, paths, messages);
  if (status == INV_OK) {
    number_samples(set, files, numbers, messages);
    status = inv_picture_files_drop(files, messages);
  }
  inv_free(numbers);
  inv_free(paths);
  inv_free(messages);
  return status;
}

/* The paths are many, and no longer needed. */
static void forget_files(inv_picture_files *files) {
  for (size_t i = 0; i < files->count; i++)
    inv_free(files->files[i].path);
  inv_free(files->files);
  files->files = NULL;
  files->count = files->room = 0;
}

inv_status inv_folder_set_new(inv_dataset **out, inv_picture_files *files,
                              const inv_folder_options *o) {
  INV_TRY(inv_picture_files_scan(files, o->path, o->skip));
  folder_set *set = inv_alloc_zero(1, sizeof *set);
  if (!set)
    return inv_fail_memory(sizeof *set);
  set->base = (inv_dataset){.class = &FOLDER,
                            .owners = 1,
                            .classes = o->class_count,
                            .dtype = INV_UINT8,
                            .dims = 3,
                            .shape = {o->size, o->size, 3},
                            .normalize = o->normalize};
  set->bytes = (size_t)o->size * (size_t)o->size * 3;
  inv_status status = fill(set, files, o);
  forget_files(files);
  if (status != INV_OK) {
    destroy(&set->base);
    return status;
  }
  *out = &set->base;
  return INV_OK;
}

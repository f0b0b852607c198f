/* What all sources share: their head, and pictures prepared by size. */
#include "data/source.h"

#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"

/* Objects fill this part of the canvas, so that transformations have room. */
static const double OBJECT_SHARE = 0.7;

/* ---- the head ----------------------------------------------------------- */

inv_source *inv_source_retain(inv_source *source) {
  source->owners++;
  return source;
}

void inv_source_release(inv_source *source) {
  if (!source || --source->owners > 0)
    return;
  if (source->class->destroy)
    source->class->destroy(source);
  while (source->prepared) {
    inv_prepared *first = source->prepared;
    source->prepared = first->next;
    first->next = NULL;
    inv_prepared_release(first);
  }
  for (int i = 0; source->names && i < source->classes; i++)
    inv_free(source->names[i]);
  inv_free(source->names);
  inv_free(source->labels);
  inv_free(source);
}

inv_status inv_source_new(void *out, size_t bytes,
                          const inv_source_class *class, int channels,
                          int64_t count, int classes) {
  inv_source *source = inv_alloc_zero(1, bytes);
  if (!source)
    return inv_fail_memory(bytes);
  source->class = class;
  source->owners = 1;
  source->channels = channels;
  source->count = count;
  source->classes = classes;
  if (classes > 0) {
    size_t n = (size_t)count;
    source->labels = inv_alloc_array(n, sizeof *source->labels);
    if (!source->labels) {
      inv_free(source);
      return inv_fail_memory(n * sizeof *source->labels);
    }
    for (int64_t i = 0; i < count; i++)
      source->labels[i] = (int32_t)(i / (count / classes));
  }
  *(inv_source **)out = source;
  return INV_OK;
}

inv_status inv_source_name(inv_source *source, const char *const *names) {
  size_t n = (size_t)source->classes;
  source->names = inv_alloc_zero(n, sizeof *source->names);
  if (!source->names)
    return inv_fail_memory(n * sizeof *source->names);
  for (size_t i = 0; i < n; i++) {
    source->names[i] = inv_strdup(names[i]);
    if (!source->names[i])
      return inv_fail_memory(strlen(names[i]) + 1);
  }
  return INV_OK;
}

/* ---- prepared pictures -------------------------------------------------- */

void inv_prepared_release(inv_prepared *prepared) {
  if (prepared && --prepared->owners == 0) {
    inv_dataset_release(prepared->stored);
    inv_free(prepared->pixels);
    inv_free(prepared);
  }
}

static inv_status new_prepared(inv_prepared **out, int64_t count, int size,
                               int channels) {
  inv_prepared *prepared = inv_alloc_zero(1, sizeof *prepared);
  if (!prepared)
    return inv_fail_memory(sizeof *prepared);
  prepared->owners = 1;
  prepared->count = count;
  prepared->size = size;
  size_t bytes = (size_t)size * (size_t)size * (size_t)channels;
  prepared->pixels = inv_alloc_array((size_t)count, bytes);
  if (!prepared->pixels) {
    inv_prepared_release(prepared);
    return inv_fail_memory((unsigned long long)count * bytes);
  }
  *out = prepared;
  return INV_OK;
}

typedef struct {
  const inv_source *source;
  inv_prepared *into;
} prepare_job;

static inv_status prepare_chunk(void *context, size_t begin, size_t end) {
  const prepare_job *job = context;
  const inv_source *source = job->source;
  int size = job->into->size;
  size_t bytes = (size_t)size * (size_t)size * (size_t)source->channels;
  for (size_t i = begin; i < end; i++) {
    uint8_t *pixels = job->into->pixels + i * bytes;
    INV_TRY(source->class->picture(source, (int64_t)i, size, pixels));
    if (source->channels == INV_OBJECT_CHANNELS) {
      inv_image image = {size, size, INV_OBJECT_CHANNELS, pixels};
      inv_box box = {0, 0, size, size};
      INV_TRY(inv_transform_scale_image(&image, &box, OBJECT_SHARE));
      if (i == 0)
        job->into->box = box; /* it is the same for all */
    }
  }
  return INV_OK;
}

static inv_status fill_prepared(inv_prepared *into, const inv_source *source) {
  prepare_job job = {source, into};
  if (source->main_thread_only)
    inv_parallel_serial(true);
  inv_status status = inv_parallel((size_t)into->count, 4, prepare_chunk, &job);
  if (source->main_thread_only)
    inv_parallel_serial(false);
  return status;
}

/* Whether the pictures lie ready: backgrounds of the right size and channels
 * are not copied (CIFAR-10 takes 150 MB). */
static bool is_stored(const inv_source *source, int size) {
  const inv_dataset *set = source->stored;
  return set && source->channels == INV_BACKGROUND_CHANNELS &&
         set->shape[0] == size && set->shape[1] == size &&
         set->shape[2] == source->channels;
}

inv_status inv_source_prepare(inv_prepared **out, inv_source *source,
                              int size) {
  for (inv_prepared *p = source->prepared; p; p = p->next) {
    if (p->size == size) {
      p->owners++;
      *out = p;
      return INV_OK;
    }
  }
  inv_prepared *made = NULL;
  bool stored = is_stored(source, size);
  int64_t count = source->class->picture ? source->count : 0;
  INV_TRY(new_prepared(&made, stored ? 0 : count, size, source->channels));
  inv_status status = INV_OK;
  if (stored)
    made->stored = inv_dataset_retain(source->stored);
  else
    status = fill_prepared(made, source);
  made->count = count;
  if (status != INV_OK) {
    inv_prepared_release(made);
    return status;
  }
  made->owners = 2; /* the source and the caller */
  made->next = source->prepared;
  source->prepared = made;
  *out = made;
  return INV_OK;
}

/* `place` if a box of that length then lies on the canvas, else the nearest
 * place where it does. Published positions need it: an object of 22 x 22 shrunk
 * by 0.55 is 12.4 pixels wide on a canvas of 32 and its box 12, so that at
 * (21, 2) its right edge would be cut off. (The released code does not cut it
 * either: it moves the box's corner by the margin of the shrunk canvas but does
 * not shrink the margin, so that its (21, 2) is where the object is at
 * (19, 0).) */
static int on_canvas(int place, int length, int size) {
  int last = size - length;
  return place < 0 ? 0 : place > last ? last : place;
}

/* One object in `image`, shrunk and moved into `canvas`, which is empty. */
static inv_status place(inv_image *canvas, inv_image *image, inv_box *box,
                        double factor, bool move, int x, int y) {
  if (factor != 1)
    INV_TRY(inv_transform_scale_image(image, box, factor));
  x = on_canvas(x, box->width, image->width);
  y = on_canvas(y, box->height, image->height);
  int right = move ? x - box->x : 0, down = move ? y - box->y : 0;
  box->x += right;
  box->y += down;
  return inv_image_paste(canvas, image, down, right);
}

inv_status inv_prepared_place(inv_prepared **out, const inv_prepared *objects,
                              double factor, bool move, int x, int y) {
  int size = objects->size;
  inv_prepared *made = NULL;
  INV_TRY(new_prepared(&made, objects->count, size, INV_OBJECT_CHANNELS));
  inv_image image;
  inv_status status = inv_image_new(&image, size, size, INV_OBJECT_CHANNELS);
  size_t bytes = (size_t)size * (size_t)size * INV_OBJECT_CHANNELS;
  memset(made->pixels, 0, (size_t)made->count * bytes);
  for (size_t i = 0; i < (size_t)made->count && status == INV_OK; i++) {
    inv_image canvas = {size, size, INV_OBJECT_CHANNELS,
                        made->pixels + i * bytes};
    memcpy(image.pixels, objects->pixels + i * bytes, bytes);
    made->box = objects->box;
    status = place(&canvas, &image, &made->box, factor, move, x, y);
  }
  inv_image_free(&image);
  if (status != INV_OK) {
    inv_prepared_release(made);
    return status;
  }
  *out = made;
  return INV_OK;
}

void inv_fill_noise(inv_rng *rng, uint8_t *pixels, size_t count) {
  enum { GROUP = 512 }; /* a multiple of what one vector fill draws */
  float values[GROUP];
  for (size_t i = 0; i < count; i += GROUP) {
    size_t n = count - i < GROUP ? count - i : GROUP;
    inv_rng_fill_uniform(rng, values, n, 0, 256);
    for (size_t k = 0; k < n; k++)
      pixels[i + k] = (uint8_t)(int)values[k];
  }
}

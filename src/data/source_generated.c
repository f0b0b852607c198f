/* Sources made by the program: built-in pictures, noise, one colour. */
#include <string.h>

#include "base/memory.h"
#include "data/builtin.h"
#include "data/source.h"

/* Built-in pictures are drawn at this size at least and then brought to the
 * size wanted, as photographs are. */
enum { DRAWN_SIZE = 64 };

typedef struct {
  inv_source base;
  uint64_t seed;
  int per_class;
} generated;

/* The seed of prototype `p`: that of the source itself for the first. */
static uint64_t prototype_seed(const generated *source, int64_t p) {
  if (p == 0)
    return source->seed;
  inv_rng seed = inv_rng_new(source->seed);
  inv_rng rng = inv_rng_at(&seed, "prototype", (uint64_t)p);
  return inv_rng_u64(&rng);
}

/* ---- built-in ----------------------------------------------------------- */

static inv_status draw(inv_image *out, const inv_source *base, int64_t index,
                       int size) {
  const generated *source = (const generated *)base;
  int drawn = size < DRAWN_SIZE ? DRAWN_SIZE : size;
  if (base->channels == INV_BACKGROUND_CHANNELS)
    return inv_builtin_background(out, (int)index, drawn, source->seed);
  return inv_builtin_object(out, (int)(index / source->per_class), drawn,
                            prototype_seed(source, index % source->per_class));
}

static inv_status builtin_picture(const inv_source *base, int64_t index,
                                  int size, uint8_t *pixels) {
  inv_image drawn = {0};
  INV_TRY(draw(&drawn, base, index, size));
  inv_status status = inv_source_fit(&drawn, size, base->channels, pixels);
  inv_image_free(&drawn);
  return status;
}

static const inv_source_class BUILTIN = {builtin_picture, NULL, NULL};

inv_status inv_objects_builtin(inv_source **out, uint64_t seed,
                               int prototypes) {
  const char *names[INV_BUILTIN_OBJECTS];
  for (int i = 0; i < INV_BUILTIN_OBJECTS; i++)
    names[i] = inv_builtin_object_name(i);
  generated *source;
  INV_TRY(inv_source_new(&source, sizeof *source, &BUILTIN, INV_OBJECT_CHANNELS,
                         (int64_t)INV_BUILTIN_OBJECTS * prototypes,
                         INV_BUILTIN_OBJECTS));
  source->seed = seed;
  source->per_class = prototypes;
  inv_status status = inv_source_name(&source->base, names);
  if (status != INV_OK) {
    inv_source_release(&source->base);
    return status;
  }
  *out = &source->base;
  return INV_OK;
}

inv_status inv_backgrounds_builtin(inv_source **out, uint64_t seed) {
  generated *source;
  INV_TRY(inv_source_new(&source, sizeof *source, &BUILTIN,
                         INV_BACKGROUND_CHANNELS, INV_BUILTIN_BACKGROUNDS, 0));
  source->seed = seed;
  *out = &source->base;
  return INV_OK;
}

/* ---- noise -------------------------------------------------------------- */

static inv_status noise_picture(const inv_source *base, int64_t index, int size,
                                uint8_t *pixels) {
  const generated *source = (const generated *)base;
  size_t count = (size_t)size * (size_t)size;
  inv_rng seed = inv_rng_new(source->seed);
  int64_t class = index / source->per_class;
  inv_rng of_class = inv_rng_at(&seed, "object", (uint64_t) class);
  inv_rng rng =
      inv_rng_at(&of_class, "prototype", (uint64_t)(index % source->per_class));
  uint8_t *rgb = inv_alloc_array(count, 3);
  if (!rgb)
    return inv_fail_memory(3 * count);
  inv_fill_noise(&rng, rgb, 3 * count);
  for (size_t p = 0; p < count; p++) {
    memcpy(pixels + 4 * p, rgb + 3 * p, 3);
    pixels[4 * p + 3] = 255;
  }
  inv_free(rgb);
  return INV_OK;
}

static const inv_source_class NOISE = {noise_picture, NULL, NULL};

inv_status inv_objects_random(inv_source **out, int classes, int prototypes,
                              uint64_t seed) {
  generated *source;
  INV_TRY(inv_source_new(&source, sizeof *source, &NOISE, INV_OBJECT_CHANNELS,
                         (int64_t)classes * prototypes, classes));
  source->seed = seed;
  source->per_class = prototypes;
  *out = &source->base;
  return INV_OK;
}

static const inv_source_class FRESH_NOISE = {NULL, NULL, NULL};

inv_status inv_backgrounds_random(inv_source **out) {
  return inv_source_new(out, sizeof **out, &FRESH_NOISE,
                        INV_BACKGROUND_CHANNELS, 0, 0);
}

/* ---- one colour --------------------------------------------------------- */

typedef struct {
  inv_source base;
  uint8_t rgb[3];
} uniform;

static inv_status uniform_picture(const inv_source *base, int64_t index,
                                  int size, uint8_t *pixels) {
  (void)index;
  const uniform *source = (const uniform *)base;
  for (int p = 0; p < size * size; p++)
    memcpy(pixels + 3 * p, source->rgb, 3);
  return INV_OK;
}

static const inv_source_class UNIFORM = {uniform_picture, NULL, NULL};

inv_status inv_backgrounds_uniform(inv_source **out, const uint8_t rgb[3]) {
  uniform *source;
  INV_TRY(inv_source_new(&source, sizeof *source, &UNIFORM,
                         INV_BACKGROUND_CHANNELS, 1, 0));
  memcpy(source->rgb, rgb, 3);
  *out = &source->base;
  return INV_OK;
}

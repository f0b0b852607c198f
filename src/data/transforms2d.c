#include "data/transforms2d.h"

#include <string.h>

#include "base/memory.h"
#include "image/image.h"

/* A transformation in use: `stream` is member 0 of its stream. */
typedef struct {
  inv_transform *transform;
  inv_rng stream;
} use;

typedef struct {
  use *uses;
  int count;
} use_list;

typedef struct {
  inv_dataset base;
  int size;
  inv_source *backgrounds;          /* for their labels and fresh noise */
  inv_prepared *objects, *pictures; /* pictures: of the backgrounds */
  int classes;                      /* of the objects */
  int64_t *first; /* of each class, and one past the last: in `prototypes` */
  int64_t *prototypes; /* pictures of the objects, class by class */
  use_list *lists;     /* of each class */
  inv_rng object, prototype, background, noise, correlated, available;
  bool class_from_background;
  double availability, correlation;
} transforms2d;

static const inv_dataset_class TRANSFORMS2D;

bool inv_is_transforms2d(const inv_dataset *set) {
  return set->class == &TRANSFORMS2D;
}

/* Member `index` of a stream whose member 0 is given: inv_rng_at without
 * working out the key anew. */
static inv_rng member(const inv_rng *stream, int64_t index) {
  inv_rng rng = *stream;
  rng.index = (uint64_t)index;
  return rng;
}

/* ---- a sample ----------------------------------------------------------- */

void inv_transforms2d_look(const inv_dataset *base, int64_t index,
                           inv_transforms2d_draw *out) {
  const transforms2d *set = (const transforms2d *)base;
  const int32_t *labels = set->backgrounds->labels;
  inv_rng rng;
  out->background = -1;
  if (set->pictures->count > 0) {
    rng = member(&set->background, index);
    out->background =
        (int64_t)inv_rng_below(&rng, (uint64_t)set->pictures->count);
  }
  rng = member(&set->object, index);
  out->object_class = (int)inv_rng_below(&rng, (uint64_t)set->classes);
  if (set->correlation > 0) {
    rng = member(&set->correlated, index);
    if (inv_rng_uniform(&rng) < set->correlation)
      out->object_class = labels[out->background];
  }
  int64_t *first = set->first + out->object_class;
  out->prototype = 0;
  if (first[1] - first[0] > 1) {
    rng = member(&set->prototype, index);
    out->prototype = (int)inv_rng_below(&rng, (uint64_t)(first[1] - first[0]));
  }
  out->present = true;
  if (set->availability < 1) {
    rng = member(&set->available, index);
    out->present = inv_rng_uniform(&rng) < set->availability;
  }
  out->label =
      set->class_from_background ? labels[out->background] : out->object_class;
  out->box = set->objects->box;
}

const uint8_t *inv_transforms2d_object(const inv_dataset *base,
                                       const inv_transforms2d_draw *draw) {
  const transforms2d *set = (const transforms2d *)base;
  int64_t picture =
      set->prototypes[set->first[draw->object_class] + draw->prototype];
  size_t bytes = (size_t)set->size * (size_t)set->size * INV_OBJECT_CHANNELS;
  return set->objects->pixels.values + (size_t)picture * bytes;
}

static void lay_background(const transforms2d *set, int64_t index,
                           int64_t background, uint8_t *pixels) {
  size_t bytes =
      (size_t)set->size * (size_t)set->size * INV_BACKGROUND_CHANNELS;
  if (background >= 0) {
    memcpy(pixels, set->pictures->pixels.values + (size_t)background * bytes,
           bytes);
    return;
  }
  inv_rng rng = member(&set->noise, index);
  inv_fill_noise(&rng, pixels, bytes);
}

static inv_status sample(const inv_dataset *base, int64_t index, void *values,
                         int32_t *label, void *scratch) {
  const transforms2d *set = (const transforms2d *)base;
  inv_transforms2d_draw draw;
  inv_transforms2d_look(base, index, &draw);
  *label = draw.label;
  lay_background(set, index, draw.background, values);
  if (!draw.present)
    return INV_OK;
  inv_image object = {set->size, set->size, INV_OBJECT_CHANNELS, NULL};
  /* Only read where there is no transformation. */
  object.pixels = (uint8_t *)inv_transforms2d_object(base, &draw);
  const use_list *list = &set->lists[draw.object_class];
  if (list->count > 0) {
    memcpy(scratch, object.pixels, inv_image_bytes(&object));
    object.pixels = scratch;
  }
  for (int t = 0; t < list->count; t++) {
    inv_rng rng = member(&list->uses[t].stream, index);
    INV_TRY(inv_transform_draw_and_apply(list->uses[t].transform, &rng, &object,
                                         &draw.box));
  }
  inv_image canvas = {set->size, set->size, INV_BACKGROUND_CHANNELS, values};
  return inv_image_composite(&canvas, &object);
}

int inv_transforms2d_count(const inv_dataset *base, int object_class) {
  return ((const transforms2d *)base)->lists[object_class].count;
}

inv_transform *inv_transforms2d_use(const inv_dataset *base, int object_class,
                                    int t, int64_t index, inv_rng *rng) {
  const use *found = &((const transforms2d *)base)->lists[object_class].uses[t];
  *rng = member(&found->stream, index);
  return found->transform;
}

/* ---- making and freeing ------------------------------------------------- */

static void destroy(inv_dataset *base) {
  transforms2d *set = (transforms2d *)base;
  for (int c = 0; set->lists && c < set->classes; c++) {
    for (int t = 0; t < set->lists[c].count; t++)
      inv_transform_release(set->lists[c].uses[t].transform);
    inv_free(set->lists[c].uses);
  }
  inv_free(set->lists);
  inv_free(set->first);
  inv_free(set->prototypes);
  inv_prepared_release(set->objects);
  inv_prepared_release(set->pictures);
  inv_source_release(set->backgrounds);
  inv_free(set);
}

static inv_status label_of(const inv_dataset *base, int64_t index,
                           int32_t *label, void *work) {
  (void)work;
  inv_transforms2d_draw draw;
  inv_transforms2d_look(base, index, &draw);
  *label = draw.label;
  return INV_OK;
}

static const inv_dataset_class TRANSFORMS2D = {sample, destroy, NULL, label_of,
                                               NULL};

static inv_status check_labels(const inv_transforms2d_options *o) {
  int labels = o->backgrounds->classes;
  bool wanted = o->class_from_background || o->correlation > 0;
  if (wanted && labels == 0)
    return inv_fail(INV_ERR_ARGUMENT,
                    "the backgrounds have no classes, which class_from = "
                    "\"background\" and fg_bg_correlation need");
  if (o->correlation > 0 && labels > o->class_count)
    return inv_fail(INV_ERR_ARGUMENT,
                    "fg_bg_correlation needs an object class for each of the "
                    "%d background classes, there are %d",
                    labels, o->class_count);
  if (o->availability < 1 && !o->class_from_background)
    return inv_fail(INV_ERR_ARGUMENT,
                    "fg_availability below 1 needs class_from = "
                    "\"background\": there may be no object to name");
  return INV_OK;
}

static inv_rng stream(uint64_t seed, const char *split, const char *name) {
  inv_rng root = inv_rng_new(seed);
  inv_rng below = inv_rng_at(&root, split, 0);
  return inv_rng_at(&below, name, 0);
}

static void make_streams(transforms2d *set, const inv_transforms2d_options *o) {
  set->object = stream(o->object_seed, o->split, "object");
  set->prototype = stream(o->object_seed, o->split, "prototype");
  set->available = stream(o->object_seed, o->split, "availability");
  set->correlated = stream(o->object_seed, o->split, "correlation");
  set->background = stream(o->background_seed, o->split, "background");
  set->noise = stream(o->background_seed, o->split, "background noise");
}

/* Lists the pictures of the classes in use. */
static inv_status choose_prototypes(transforms2d *set,
                                    const inv_transforms2d_options *o) {
  const inv_source *objects = o->objects;
  size_t classes = (size_t)o->class_count;
  set->first = inv_alloc_zero(classes + 1, sizeof *set->first);
  set->prototypes =
      inv_alloc_array((size_t)objects->count, sizeof *set->prototypes);
  if (!set->first || !set->prototypes)
    return inv_fail_memory((classes + (size_t)objects->count) *
                           sizeof *set->first);
  int64_t count = 0;
  for (size_t c = 0; c < classes; c++) {
    set->first[c] = count;
    for (int64_t i = 0; i < objects->count; i++)
      if (objects->labels[i] == o->classes[c] &&
          (o->prototypes == 0 || count - set->first[c] < o->prototypes))
        set->prototypes[count++] = i;
    int found = (int)(count - set->first[c]);
    if (found < o->prototypes)
      return inv_fail(INV_ERR_ARGUMENT,
                      "%d prototypes are wanted, object class %d has %d",
                      o->prototypes, o->classes[c] + 1, found);
  }
  set->first[classes] = count;
  return INV_OK;
}

static inv_status make_list(use_list *into, const inv_transform_list *from,
                            const char *split, bool *main_thread_only) {
  into->uses = inv_alloc_array((size_t)from->count, sizeof *into->uses);
  if (!into->uses)
    return inv_fail_memory((size_t)from->count * sizeof *into->uses);
  for (int t = 0; t < from->count; t++) {
    const inv_transform_use *given = &from->uses[t];
    into->uses[t].transform = inv_transform_retain(given->transform);
    into->uses[t].stream = stream(given->seed, split, given->stream);
    into->count++;
    if (inv_transform_main_thread_only(given->transform))
      *main_thread_only = true;
  }
  return INV_OK;
}

static inv_status make_lists(transforms2d *set,
                             const inv_transforms2d_options *o) {
  size_t n = (size_t)o->class_count;
  set->lists = inv_alloc_zero(n, sizeof *set->lists);
  if (!set->lists)
    return inv_fail_memory(n * sizeof *set->lists);
  for (size_t c = 0; c < n; c++)
    INV_TRY(make_list(&set->lists[c], &o->lists[o->class_list[c]], o->split,
                      &set->base.main_thread_only));
  return INV_OK;
}

static inv_status prepare(transforms2d *set,
                          const inv_transforms2d_options *o) {
  INV_TRY(inv_source_prepare(&set->pictures, o->backgrounds, o->size));
  INV_TRY(inv_source_prepare(&set->objects, o->objects, o->size));
  if (o->object_scale == 1 && !o->move)
    return INV_OK;
  inv_prepared *placed;
  INV_TRY(inv_prepared_place(&placed, set->objects, o->object_scale, o->move,
                             o->x, o->y));
  inv_prepared_release(set->objects);
  set->objects = placed;
  return INV_OK;
}

static inv_status fill_in(transforms2d *set,
                          const inv_transforms2d_options *o) {
  INV_TRY(check_labels(o));
  INV_TRY(choose_prototypes(set, o));
  INV_TRY(make_lists(set, o));
  make_streams(set, o);
  return prepare(set, o);
}

inv_status inv_transforms2d_new(inv_dataset **out,
                                const inv_transforms2d_options *o) {
  transforms2d *set = inv_alloc_zero(1, sizeof *set);
  if (!set)
    return inv_fail_memory(sizeof *set);
  int labels =
      o->class_from_background ? o->backgrounds->classes : o->class_count;
  set->base = (inv_dataset){
      .class = &TRANSFORMS2D,
      .owners = 1,
      .size = o->samples,
      .classes = labels,
      .dtype = INV_UINT8,
      .dims = 3,
      .shape = {o->size, o->size, INV_BACKGROUND_CHANNELS},
      .scratch = (size_t)o->size * (size_t)o->size * INV_OBJECT_CHANNELS,
      .normalize = o->normalize};
  set->size = o->size;
  set->classes = o->class_count;
  set->class_from_background = o->class_from_background;
  set->availability = o->availability;
  set->correlation = o->correlation;
  set->backgrounds = inv_source_retain(o->backgrounds);
  inv_status status = fill_in(set, o);
  if (status != INV_OK) {
    destroy(&set->base);
    return status;
  }
  *out = &set->base;
  return INV_OK;
}

#include "data/transforms2d.h"

#include <string.h>

#include "base/memory.h"
#include "image/image.h"
#include "transforms/class.h"

typedef struct {
  inv_dataset base;
  int size;
  inv_source *backgrounds;          /* for their labels and fresh noise */
  inv_prepared *objects, *pictures; /* pictures: of the backgrounds */
  int classes;                      /* of the objects */
  int64_t *first; /* of each class, and one past the last: in `prototypes` */
  int64_t *prototypes; /* pictures of the objects, class by class */
  inv_draws place;     /* a translation, or nothing */
  inv_draws draws;
  inv_rng object, prototype, background, noise, correlated, available;
  bool class_from_background;
  double availability, correlation;
} transforms2d;

static const inv_dataset_class TRANSFORMS2D;

bool inv_is_transforms2d(const inv_dataset *set) {
  return set->class == &TRANSFORMS2D;
}

/* ---- a sample ----------------------------------------------------------- */

void inv_transforms2d_look(const inv_dataset *base, int64_t index,
                           inv_transforms2d_draw *out) {
  const transforms2d *set = (const transforms2d *)base;
  const int32_t *labels = set->backgrounds->labels;
  inv_rng rng;
  out->background = -1;
  if (set->pictures->count > 0) {
    rng = inv_draw_member(&set->background, index);
    out->background =
        (int64_t)inv_rng_below(&rng, (uint64_t)set->pictures->count);
  }
  rng = inv_draw_member(&set->object, index);
  out->object_class = (int)inv_rng_below(&rng, (uint64_t)set->classes);
  if (set->correlation > 0) {
    rng = inv_draw_member(&set->correlated, index);
    if (inv_rng_uniform(&rng) < set->correlation)
      out->object_class = labels[out->background];
  }
  int64_t *first = set->first + out->object_class;
  out->prototype = 0;
  if (first[1] - first[0] > 1) {
    rng = inv_draw_member(&set->prototype, index);
    out->prototype = (int)inv_rng_below(&rng, (uint64_t)(first[1] - first[0]));
  }
  out->present = true;
  if (set->availability < 1) {
    rng = inv_draw_member(&set->available, index);
    out->present = inv_rng_uniform(&rng) < set->availability;
  }
  out->label =
      set->class_from_background ? labels[out->background] : out->object_class;
  out->box = set->objects->box;
}

/* The pixels of the object drawn, which are the dataset's. */
static const uint8_t *object_of(const transforms2d *set,
                                const inv_transforms2d_draw *draw) {
  int64_t picture =
      set->prototypes[set->first[draw->object_class] + draw->prototype];
  size_t bytes = (size_t)set->size * (size_t)set->size * INV_OBJECT_CHANNELS;
  return set->objects->pixels + (size_t)picture * bytes;
}

inv_status inv_transforms2d_place(const inv_dataset *base, int64_t index,
                                  inv_transforms2d_draw *draw,
                                  inv_image *object) {
  const transforms2d *set = (const transforms2d *)base;
  memcpy(object->pixels, object_of(set, draw), inv_image_bytes(object));
  return inv_draws_apply(inv_draws_of(&set->place, 0), index, object,
                         &draw->box);
}

static inv_status lay_background(const transforms2d *set, int64_t index,
                                 int64_t background, uint8_t *pixels,
                                 void *scratch) {
  size_t bytes =
      (size_t)set->size * (size_t)set->size * INV_BACKGROUND_CHANNELS;
  const inv_dataset *stored = set->pictures->stored;
  int32_t label;
  if (background < 0) {
    inv_rng rng = inv_draw_member(&set->noise, index);
    inv_fill_noise(&rng, pixels, bytes);
  } else if (stored) {
    return stored->class->sample(stored, background, pixels, &label, scratch);
  } else {
    memcpy(pixels, set->pictures->pixels + (size_t)background * bytes, bytes);
  }
  return INV_OK;
}

static inv_status sample(const inv_dataset *base, int64_t index, void *values,
                         int32_t *label, void *scratch) {
  const transforms2d *set = (const transforms2d *)base;
  inv_transforms2d_draw draw;
  inv_transforms2d_look(base, index, &draw);
  *label = draw.label;
  INV_TRY(lay_background(set, index, draw.background, values, scratch));
  if (!draw.present)
    return INV_OK;
  inv_image object = {set->size, set->size, INV_OBJECT_CHANNELS, scratch};
  const inv_draw_list *list = inv_draws_of(&set->draws, draw.object_class);
  if (list->count > 0 || inv_draws_of(&set->place, 0)->count > 0) {
    INV_TRY(inv_transforms2d_place(base, index, &draw, &object));
    INV_TRY(inv_draws_apply(list, index, &object, &draw.box));
  } else {
    object.pixels = (uint8_t *)object_of(set, &draw); /* only read */
  }
  inv_image canvas = {set->size, set->size, INV_BACKGROUND_CHANNELS, values};
  return inv_image_composite(&canvas, &object);
}

const inv_draws *inv_transforms2d_draws(const inv_dataset *base) {
  return &((const transforms2d *)base)->draws;
}

/* ---- making and freeing ------------------------------------------------- */

static void destroy(inv_dataset *base) {
  transforms2d *set = (transforms2d *)base;
  inv_draws_free(&set->place);
  inv_draws_free(&set->draws);
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

static void make_streams(transforms2d *set, const inv_transforms2d_options *o) {
  uint64_t object = o->object_seed, background = o->background_seed;
  set->object = inv_draw_stream(object, o->split, "object");
  set->prototype = inv_draw_stream(object, o->split, "prototype");
  set->available = inv_draw_stream(object, o->split, "availability");
  set->correlated = inv_draw_stream(object, o->split, "correlation");
  set->background = inv_draw_stream(background, o->split, "background");
  set->noise = inv_draw_stream(background, o->split, "background noise");
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
  int least = o->prototypes ? o->prototypes : 1;
  for (size_t c = 0; c < classes; c++) {
    set->first[c] = count;
    for (int64_t i = 0; i < objects->count; i++)
      if (objects->labels[i] == o->classes[c] &&
          (o->prototypes == 0 || count - set->first[c] < o->prototypes))
        set->prototypes[count++] = i;
    int found = (int)(count - set->first[c]);
    if (found < least)
      return inv_fail(INV_ERR_ARGUMENT,
                      "%d prototype%s wanted, object class %d has %d", least,
                      least == 1 ? " is" : "s are", o->classes[c] + 1, found);
  }
  set->first[classes] = count;
  return INV_OK;
}

static inv_status make_draws(transforms2d *set,
                             const inv_transforms2d_options *o) {
  inv_draws_options options = {.lists = o->lists,
                               .list_count = o->list_count,
                               .class_list = o->class_list,
                               .class_count = o->class_count,
                               .split = o->split};
  INV_TRY(inv_draws_init(&set->draws, &options));
  set->base.main_thread_only = set->draws.main_thread_only;
  return INV_OK;
}

/* A position of its own for each sample is a translation before all others. */
static inv_status make_place(transforms2d *set,
                             const inv_transforms2d_options *o) {
  inv_transform_use use = {NULL, o->position_seed, "position"};
  INV_TRY(inv_transform_new(&use.transform, &INV_TRANSLATE, NULL));
  inv_transform_list list = {&use, o->wander ? 1 : 0};
  inv_draws_options options = {.lists = &list,
                               .list_count = 1,
                               .class_list = &(int){0},
                               .class_count = 1,
                               .split = o->split};
  inv_status status = inv_draws_init(&set->place, &options);
  inv_transform_release(use.transform);
  return status;
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

/* What a sample works in: its object, or what its background comes from. */
static size_t scratch_bytes(const transforms2d *set) {
  size_t object = (size_t)set->size * (size_t)set->size * INV_OBJECT_CHANNELS;
  const inv_dataset *stored = set->pictures->stored;
  return stored && stored->scratch > object ? stored->scratch : object;
}

static inv_status fill_in(transforms2d *set,
                          const inv_transforms2d_options *o) {
  INV_TRY(check_labels(o));
  INV_TRY(choose_prototypes(set, o));
  INV_TRY(make_draws(set, o));
  INV_TRY(make_place(set, o));
  make_streams(set, o);
  INV_TRY(prepare(set, o));
  set->base.scratch = scratch_bytes(set);
  return INV_OK;
}

inv_status inv_transforms2d_new(inv_dataset **out,
                                const inv_transforms2d_options *o) {
  transforms2d *set = inv_alloc_zero(1, sizeof *set);
  if (!set)
    return inv_fail_memory(sizeof *set);
  int labels =
      o->class_from_background ? o->backgrounds->classes : o->class_count;
  set->base =
      (inv_dataset){.class = &TRANSFORMS2D,
                    .owners = 1,
                    .size = o->samples,
                    .classes = labels,
                    .dtype = INV_UINT8,
                    .dims = 3,
                    .shape = {o->size, o->size, INV_BACKGROUND_CHANNELS},
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

/* Instances: built-in ones with their options, sequences, defined ones. */
#include "transforms/transform.h"

#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "transforms/class.h"

enum { DEEPEST = 100 }; /* sequences in sequences: bounds the recursion */

struct inv_transform {
  atomic_int owners;
  bool main_thread_only;
  const inv_transform_class *class; /* built-in ones; else NULL */
  double options[INV_TRANSFORM_OPTIONS][2];
  int count, depth; /* sequences: the parts, in order; how deep they go */
  inv_transform **parts;
  inv_transform_callbacks callbacks; /* defined ones */
  void *context;
  char *name, *category;
};

static inv_status make(inv_transform **out) {
  *out = inv_alloc_zero(1, sizeof **out);
  if (!*out)
    return inv_fail_memory(sizeof **out);
  atomic_init(&(*out)->owners, 1);
  return INV_OK;
}

/* ---- making ------------------------------------------------------------- */

inv_status inv_transform_new(inv_transform **out,
                             const inv_transform_class *class,
                             double (*options)[2]) {
  INV_TRY(make(out));
  (*out)->class = class;
  for (int i = 0; class->options[i].name; i++)
    memcpy((*out)->options[i],
           options ? options[i] : class->options[i].published,
           sizeof options[i]);
  return INV_OK;
}

inv_status inv_transform_compose(inv_transform **out,
                                 inv_transform *const *parts, int count) {
  int depth = 1;
  for (int i = 0; i < count; i++)
    if (parts[i]->depth >= depth)
      depth = parts[i]->depth + 1;
  if (depth > DEEPEST)
    return inv_fail(INV_ERR_ARGUMENT, "sequences are nested more than %d times",
                    DEEPEST);
  INV_TRY(make(out));
  inv_transform *t = *out;
  t->depth = depth;
  t->parts = inv_alloc_array((size_t)count, sizeof *parts);
  if (!t->parts) {
    inv_transform_release(t);
    *out = NULL;
    return inv_fail_memory((size_t)count * sizeof *parts);
  }
  for (; t->count < count; t->count++) {
    t->parts[t->count] = inv_transform_retain(parts[t->count]);
    t->main_thread_only |= parts[t->count]->main_thread_only;
  }
  return INV_OK;
}

inv_status inv_transform_define(inv_transform **out, const char *name,
                                const char *category,
                                const inv_transform_callbacks *callbacks,
                                void *context) {
  INV_TRY(make(out));
  inv_transform *t = *out;
  t->name = inv_strdup(name);
  t->category = inv_strdup(category);
  if (!t->name || !t->category) {
    inv_transform_release(t);
    *out = NULL;
    return inv_fail_memory(strlen(name) + strlen(category) + 2);
  }
  t->main_thread_only = true;
  t->callbacks = *callbacks;
  t->context = context;
  return INV_OK;
}

inv_transform *inv_transform_retain(inv_transform *transform) {
  atomic_fetch_add(&transform->owners, 1);
  return transform;
}

void inv_transform_release(inv_transform *t) {
  if (!t || atomic_fetch_sub(&t->owners, 1) > 1)
    return;
  for (int i = 0; i < t->count; i++)
    inv_transform_release(t->parts[i]);
  if (t->callbacks.release)
    t->callbacks.release(t->context);
  inv_free(t->parts);
  inv_free(t->name);
  inv_free(t->category);
  inv_free(t);
}

/* ---- asking ------------------------------------------------------------- */

const char *inv_transform_name(const inv_transform *t) {
  return t->class ? t->class->name : t->name ? t->name : "compose";
}

const char *inv_transform_category(const inv_transform *t) {
  return t->class ? t->class->category : t->name ? t->category : "sequence";
}

bool inv_transform_main_thread_only(const inv_transform *t) {
  return t->main_thread_only;
}

int inv_transform_parts(const inv_transform *t) {
  return t->count;
}

inv_transform *inv_transform_part(const inv_transform *t, int i) {
  return t->parts[i];
}

void *inv_transform_context(const inv_transform *t) {
  return t->context;
}

const inv_transform_class *inv_transform_get_class(const inv_transform *t) {
  return t->class;
}

int inv_transform_field_depth(const inv_transform_class *class, int channels) {
  return class->field == 3 && channels == 1 ? 1 : class->field;
}

const double *inv_transform_option_values(const inv_transform *t, int i) {
  return t->options[i];
}

/* ---- running ------------------------------------------------------------ */

void inv_transform_sample(const inv_transform *t, inv_rng *rng,
                          inv_canvas canvas, const inv_box *box,
                          inv_parameters *p) {
  *p = (inv_parameters){.applied = true};
  if (t->class->chance)
    p->applied = inv_rng_uniform(rng) < t->options[0][0];
  if (t->class->sample) {
    t->class->sample(t, rng, canvas, box, p);
    return;
  }
  for (int i = 0; t->class->parameters[i].name; i++)
    p->value[i] = inv_rng_range(rng, t->options[i][0], t->options[i][1]);
}

void inv_transform_track(const inv_transform *t, const inv_parameters *p,
                         inv_canvas canvas, inv_box *box) {
  if (p->applied && t->class->track)
    t->class->track(p, canvas, box);
}

inv_status inv_transform_apply(const inv_transform *t, const inv_parameters *p,
                               inv_image *image, inv_box *box) {
  if (!p->applied)
    return INV_OK;
  INV_TRY(t->class->apply(t, p, image));
  inv_canvas canvas = {image->height, image->width};
  inv_transform_track(t, p, canvas, box);
  return INV_OK;
}

inv_status inv_transform_draw_and_apply(const inv_transform *t, inv_rng *rng,
                                        inv_image *image, inv_box *box) {
  if (t->class) {
    inv_canvas canvas = {image->height, image->width};
    inv_parameters p;
    inv_transform_sample(t, rng, canvas, box, &p);
    return inv_transform_apply(t, &p, image, box);
  }
  if (t->name)
    return t->callbacks.draw_and_apply(t->context, rng, image, box);
  for (int i = 0; i < t->count; i++)
    INV_TRY(inv_transform_draw_and_apply(t->parts[i], rng, image, box));
  return INV_OK;
}

inv_box inv_transform_prepared_box(int height, int width) {
  inv_box box = {0, 0, width, height};
  inv_canvas canvas = {height, width};
  inv_parameters p = {.applied = true, .value = {0.7}};
  INV_SCALE.track(&p, canvas, &box);
  return box;
}

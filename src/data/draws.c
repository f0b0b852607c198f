#include "data/draws.h"

#include <string.h>

#include "base/memory.h"

inv_rng inv_draw_stream(uint64_t seed, const char *split, const char *name) {
  inv_rng root = inv_rng_new(seed);
  inv_rng below = inv_rng_at(&root, split, 0);
  return inv_rng_at(&below, name, 0);
}

static inv_status init_list(inv_draw_list *into, const inv_transform_list *from,
                            const char *split) {
  into->draws = inv_alloc_array((size_t)from->count, sizeof *into->draws);
  if (!into->draws)
    return inv_fail_memory((size_t)from->count * sizeof *into->draws);
  for (int t = 0; t < from->count; t++) {
    const inv_transform_use *use = &from->uses[t];
    into->draws[t].transform = inv_transform_retain(use->transform);
    into->draws[t].stream = inv_draw_stream(use->seed, split, use->stream);
    into->count++;
  }
  return INV_OK;
}

inv_status inv_draws_init(inv_draws *out, const inv_draws_options *o) {
  size_t lists = (size_t)o->list_count, classes = (size_t)o->class_count;
  *out = (inv_draws){.list_count = o->list_count};
  out->lists = inv_alloc_zero(lists, sizeof *out->lists);
  out->class_list = inv_alloc_array(classes, sizeof *out->class_list);
  if (!out->lists || !out->class_list)
    return inv_fail_memory(lists * sizeof *out->lists +
                           classes * sizeof *out->class_list);
  memcpy(out->class_list, o->class_list, classes * sizeof *out->class_list);
  for (size_t i = 0; i < lists; i++) {
    INV_TRY(init_list(&out->lists[i], &o->lists[i], o->split));
    for (int t = 0; t < out->lists[i].count; t++)
      out->main_thread_only |=
          inv_transform_main_thread_only(out->lists[i].draws[t].transform);
  }
  return INV_OK;
}

void inv_draws_free(inv_draws *draws) {
  for (int i = 0; draws->lists && i < draws->list_count; i++) {
    for (int t = 0; t < draws->lists[i].count; t++)
      inv_transform_release(draws->lists[i].draws[t].transform);
    inv_free(draws->lists[i].draws);
  }
  inv_free(draws->lists);
  inv_free(draws->class_list);
}

inv_status inv_draws_apply(const inv_draw_list *list, int64_t index,
                           inv_image *image, inv_box *box) {
  for (int t = 0; t < list->count; t++) {
    inv_rng rng = inv_draw_member(&list->draws[t].stream, index);
    INV_TRY(inv_transform_draw_and_apply(list->draws[t].transform, &rng, image,
                                         box));
  }
  return INV_OK;
}

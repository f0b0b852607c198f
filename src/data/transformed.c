#include "data/transformed.h"

#include "base/memory.h"
#include "base/vector.h"
#include "image/blend.h"
#include "transforms/tone.h"

typedef struct {
  inv_dataset base;
  inv_dataset *from;
  inv_draws draws;
} transformed;

/* ---- to RGBA and back --------------------------------------------------- */

enum { OPAQUE = 255 };

INV_VECTOR static void from_gray(const uint8_t *restrict values,
                                 inv_pixel *restrict pixels, size_t n) {
  for (size_t i = 0; i < n; i++)
    pixels[i] = inv_pack(values[i], values[i], values[i], OPAQUE);
}

INV_VECTOR static void from_rgb(const uint8_t *restrict values,
                                inv_pixel *restrict pixels, size_t n) {
  for (size_t i = 0; i < n; i++)
    pixels[i] =
        inv_pack(values[3 * i], values[3 * i + 1], values[3 * i + 2], OPAQUE);
}

/* The colours of a pixel; black where nothing of it is left. They are not
 * blended with black by alpha: filters have mixed them with the transparent
 * black around already. */
INV_INLINE uint32_t seen(uint32_t pixel) {
  return pixel >> 24 ? pixel : 0;
}

INV_VECTOR static void to_gray(const inv_pixel *restrict pixels,
                               uint8_t *restrict values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t p = seen(pixels[i]);
    values[i] = (uint8_t)inv_luma(p & 255, p >> 8 & 255, p >> 16 & 255);
  }
}

INV_VECTOR static void to_rgb(const inv_pixel *restrict pixels,
                              uint8_t *restrict values, size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t p = seen(pixels[i]);
    values[3 * i] = (uint8_t)p;
    values[3 * i + 1] = (uint8_t)(p >> 8);
    values[3 * i + 2] = (uint8_t)(p >> 16);
  }
}

static void to_rgba(const inv_dataset *set, const uint8_t *values,
                    inv_image *picture) {
  inv_pixel *pixels = (inv_pixel *)picture->pixels;
  if (set->shape[2] == 1)
    from_gray(values, pixels, inv_image_count(picture));
  else
    from_rgb(values, pixels, inv_image_count(picture));
}

static void from_rgba(const inv_dataset *set, const inv_image *picture,
                      uint8_t *values) {
  const inv_pixel *pixels = (const inv_pixel *)picture->pixels;
  if (set->shape[2] == 1)
    to_gray(pixels, values, inv_image_count(picture));
  else
    to_rgb(pixels, values, inv_image_count(picture));
}

/* ---- a sample ----------------------------------------------------------- */

inv_box inv_transformed_box(const inv_dataset *set) {
  return inv_transform_prepared_box((int)set->shape[0], (int)set->shape[1]);
}

/* The scratch serves the other set first, then the picture. */
static inv_status sample(const inv_dataset *base, int64_t index, void *values,
                         int32_t *label, void *scratch) {
  const transformed *set = (const transformed *)base;
  const inv_dataset *from = set->from;
  INV_TRY(from->class->sample(from, index, values, label, scratch));
  const inv_draw_list *list = inv_draws_of(&set->draws, *label);
  if (list->count == 0)
    return INV_OK;
  inv_image picture = {(int)base->shape[0], (int)base->shape[1], 4, scratch};
  inv_box box = inv_transformed_box(base);
  to_rgba(base, values, &picture);
  INV_TRY(inv_draws_apply(list, index, &picture, &box));
  from_rgba(base, &picture, values);
  return INV_OK;
}

inv_status inv_transformed_picture(const inv_dataset *base, int64_t index,
                                   inv_image *picture, int32_t *label) {
  const inv_dataset *from = ((const transformed *)base)->from;
  size_t values = (size_t)inv_dataset_values(base);
  uint8_t *pixels = inv_alloc(values);
  if (!pixels)
    return inv_fail_memory(values);
  inv_status status =
      inv_dataset_batch(from, NULL, index, 1, INV_UINT8, pixels, label);
  if (status == INV_OK)
    to_rgba(base, pixels, picture);
  inv_free(pixels);
  return status;
}

/* ---- making and freeing ------------------------------------------------- */

static void destroy(inv_dataset *base) {
  transformed *set = (transformed *)base;
  inv_draws_free(&set->draws);
  inv_dataset_release(set->from);
  inv_free(set);
}

static inv_status label_of(const inv_dataset *base, int64_t index,
                           int32_t *label, void *work) {
  return inv_dataset_label(((const transformed *)base)->from, index, label,
                           work);
}

static const inv_dataset *origin(const inv_dataset *base, int64_t *index) {
  (void)index;
  return ((const transformed *)base)->from;
}

static const inv_dataset_class TRANSFORMED = {sample, destroy, origin, label_of,
                                              NULL};

bool inv_is_transformed(const inv_dataset *set) {
  return set->class == &TRANSFORMED;
}

const inv_draws *inv_transformed_draws(const inv_dataset *base) {
  return &((const transformed *)base)->draws;
}

static inv_status check_pictures(const inv_dataset *from) {
  char text[96];
  const int64_t *shape = from->shape;
  if (from->dtype == INV_UINT8 && from->dims == 3 && shape[0] > 0 &&
      shape[0] <= INV_IMAGE_SIDE && shape[1] > 0 &&
      shape[1] <= INV_IMAGE_SIDE && (shape[2] == 1 || shape[2] == 3))
    return INV_OK;
  return inv_fail(INV_ERR_ARGUMENT,
                  "samples of %s %s are no pictures that transformations work "
                  "on: uint8 height x width x 1 or 3 is wanted",
                  inv_dtype_name(from->dtype),
                  inv_shape_text(text, from->dims, shape));
}

inv_status inv_transformed_new(inv_dataset **out, inv_dataset *from,
                               const inv_draws_options *options) {
  INV_TRY(check_pictures(from));
  transformed *set = inv_alloc_zero(1, sizeof *set);
  if (!set)
    return inv_fail_memory(sizeof *set);
  size_t picture = (size_t)from->shape[0] * (size_t)from->shape[1] * 4;
  set->base = *from;
  set->base.class = &TRANSFORMED;
  set->base.owners = 1;
  set->base.stored = false;
  set->base.scratch = from->scratch > picture ? from->scratch : picture;
  set->from = inv_dataset_retain(from);
  inv_status status = inv_draws_init(&set->draws, options);
  if (status != INV_OK) {
    destroy(&set->base);
    return status;
  }
  set->base.main_thread_only |= set->draws.main_thread_only;
  *out = &set->base;
  return INV_OK;
}

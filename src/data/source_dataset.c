/* The pictures of a labelled set as objects or backgrounds. */
#include "data/source.h"

typedef struct {
  inv_source base;
  inv_dataset *set;
} dataset_source;

static inv_status dataset_picture(const inv_source *base, int64_t index,
                                  int size, uint8_t *pixels) {
  const inv_dataset *set = ((const dataset_source *)base)->set;
  inv_image image;
  INV_TRY(inv_image_new(&image, (int)set->shape[0], (int)set->shape[1],
                        (int)set->shape[2]));
  int32_t label;
  inv_status status =
      inv_dataset_batch(set, NULL, index, 1, INV_UINT8, image.pixels, &label);
  if (status == INV_OK)
    status = inv_source_fit(&image, size, base->channels, pixels);
  inv_image_free(&image);
  return status;
}

static void dataset_destroy(inv_source *base) {
  inv_dataset_release(((dataset_source *)base)->set);
}

static const inv_source_class DATASET = {dataset_picture, dataset_destroy,
                                         NULL};

static bool has_pictures(const inv_dataset *set) {
  int64_t channels = set->dims == 3 ? set->shape[2] : 0;
  return set->dtype == INV_UINT8 && set->size > 0 &&
         (channels == 1 || channels == 3 || channels == 4);
}

inv_status inv_source_dataset(inv_source **out, int channels,
                              inv_dataset *set) {
  char text[96];
  if (!has_pictures(set))
    return inv_fail(INV_ERR_ARGUMENT,
                    "%lld samples of %s %s are no %s: uint8 height x width x "
                    "1, 3 or 4 is wanted",
                    (long long)set->size, inv_dtype_name(set->dtype),
                    inv_shape_text(text, set->dims, set->shape),
                    channels == INV_OBJECT_CHANNELS ? "objects"
                                                    : "backgrounds");
  dataset_source *source;
  INV_TRY(inv_source_new(&source, sizeof *source, &DATASET, channels, set->size,
                         1));
  source->base.classes = set->classes;
  source->base.main_thread_only = set->main_thread_only;
  source->base.stored = set->stored ? set : NULL;
  source->set = inv_dataset_retain(set);
  inv_status status = inv_dataset_labels(set, source->base.labels);
  if (status != INV_OK) {
    inv_source_release(&source->base);
    return status;
  }
  *out = &source->base;
  return INV_OK;
}

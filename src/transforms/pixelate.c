/* pixelate: few large pixels. */
#include <math.h>

#include "image/resize.h"
#include "image/scratch.h"
#include "transforms/class.h"

static int shrunk(int side, double factor) {
  int small = (int)floor(side * factor);
  return small < 1 ? 1 : small;
}

static inv_status apply(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  enum { SMALL = 64 * 64 * 4 };
  (void)p;
  _Alignas(64) uint8_t local[SMALL];
  double shrink = inv_transform_option_values(t, 1)[0];
  inv_image small = {shrunk(image->height, shrink),
                     shrunk(image->width, shrink), image->channels, NULL};
  size_t bytes = inv_image_bytes(&small);
  small.pixels = inv_scratch(local, sizeof local, bytes);
  if (!small.pixels)
    return inv_fail_memory(bytes);
  inv_status status = inv_image_resize_into(&small, image, INV_BOX);
  if (status == INV_OK)
    status = inv_image_resize_into(image, &small, INV_NEAREST);
  inv_scratch_free(small.pixels, local);
  return status;
}

const inv_transform_class INV_PIXELATE = {
    .name = "pixelate",
    .category = "corruption",
    .chance = true,
    .options = {INV_CHANCE, {"shrink", INV_OPTION_NUMBER, 0.001, 1, {0.3}}},
    .apply = apply,
};

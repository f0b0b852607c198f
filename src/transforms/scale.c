/* scale: smaller or larger around the centre of the canvas. */
#include <math.h>
#include <string.h>

#include "image/resize.h"
#include "image/scratch.h"
#include "transforms/class.h"

/* New length of a side (ties to even) and where its pixels begin; the offset
 * is rounded down and negative where the result is larger than the canvas. */
static int scaled_side(int side, double factor, int *offset) {
  double rounded = rint(side * factor);
  int scaled = rounded < 1                ? 1
               : rounded > INV_IMAGE_SIDE ? INV_IMAGE_SIDE
                                          : (int)rounded;
  *offset = (int)floor((side - scaled) / 2.0);
  return scaled;
}

static inv_status scale(inv_image *image, double factor) {
  enum { SMALL = 64 * 64 * 4 };
  _Alignas(64) uint8_t local[SMALL];
  int x, y;
  inv_image small = {.channels = image->channels};
  small.height = scaled_side(image->height, factor, &y);
  small.width = scaled_side(image->width, factor, &x);
  size_t bytes = inv_image_bytes(&small);
  small.pixels = inv_scratch(local, sizeof local, bytes);
  if (!small.pixels)
    return inv_fail_memory(bytes);
  inv_status status = inv_image_resize_into(&small, image, INV_BICUBIC);
  if (status == INV_OK) {
    memset(image->pixels, 0, inv_image_bytes(image));
    status = inv_image_paste(image, &small, y, x);
  }
  inv_scratch_free(small.pixels, local);
  return status;
}

static inv_status apply(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  (void)t;
  return scale(image, p->value[0]);
}

/* An interval of a side after scaling; both ends are rounded. */
static void track_side(int *begin, int *length, int side, double factor) {
  int offset, scaled = scaled_side(side, factor, &offset);
  double ratio = (double)scaled / side;
  int end = (int)rint((*begin + *length) * ratio) + offset;
  *begin = (int)rint(*begin * ratio) + offset;
  *length = end - *begin;
}

static void track(const inv_parameters *p, inv_canvas canvas, inv_box *box) {
  track_side(&box->x, &box->width, canvas.width, p->value[0]);
  track_side(&box->y, &box->height, canvas.height, p->value[0]);
}

inv_status inv_transform_scale_image(inv_image *image, inv_box *box,
                                     double factor) {
  INV_TRY(scale(image, factor));
  inv_canvas canvas = {image->height, image->width};
  inv_parameters p = {.applied = true, .value = {factor}};
  track(&p, canvas, box);
  return INV_OK;
}

const inv_transform_class INV_SCALE = {
    .name = "scale",
    .category = "geometric",
    .options = {{"factor", INV_OPTION_RANGE, 0.01, 10, {0.4, 1}}},
    .parameters = {{"factor", false, 0.01, 10}},
    .apply = apply,
    .track = track,
};

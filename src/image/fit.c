#include "image/fit.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "image/resize.h"

/* How a picture is brought to a square: resized to height x width, then the
 * part that begins at (x, y) is taken, or, where x or y is negative, laid in
 * the square that far from its edge. */
typedef struct {
  int height, width, y, x;
} plan;

static int clamp_side(double side) {
  return side < 1 ? 1 : side > INV_IMAGE_SIDE ? INV_IMAGE_SIDE : (int)side;
}

/* The longer side is rounded down, the place of the middle to even (that is
 * int() and round() of Python). */
static plan plan_crop(int height, int width, int size) {
  plan p = {size, size, 0, 0};
  if (width <= height)
    p.height = clamp_side((double)((int64_t)size * height / width));
  else
    p.width = clamp_side((double)((int64_t)size * width / height));
  p.y = (int)rint((p.height - size) / 2.0);
  p.x = (int)rint((p.width - size) / 2.0);
  return p;
}

static plan plan_pad(int height, int width, int size) {
  plan p = {size, size, 0, 0};
  if (width > height)
    p.height = clamp_side(rint((double)height / width * size));
  else
    p.width = clamp_side(rint((double)width / height * size));
  p.y = -(int)rint((size - p.height) * 0.5);
  p.x = -(int)rint((size - p.width) * 0.5);
  return p;
}

static plan plan_fit(const inv_image *picture, int size, inv_fit fit) {
  if (fit == INV_FIT_CROP)
    return plan_crop(picture->height, picture->width, size);
  if (fit == INV_FIT_PAD)
    return plan_pad(picture->height, picture->width, size);
  return (plan){size, size, 0, 0};
}

/* Longer pictures are first cut to their middle: resized they would be far
 * larger than their files. */
enum { LONGEST = 32 };

static inv_status cut(inv_image *out, const inv_image *picture) {
  int height = picture->height, width = picture->width;
  int shorter = height < width ? height : width;
  int64_t most = (int64_t)LONGEST * shorter;
  int h = height < most ? height : (int)most;
  int w = width < most ? width : (int)most;
  return inv_image_crop(out, picture, (height - h) / 2, (width - w) / 2, h, w);
}

static bool is_long(const inv_image *picture) {
  return picture->height / LONGEST > picture->width ||
         picture->width / LONGEST > picture->height;
}

/* A copy without alpha, which must not weigh the colours. */
static inv_status drop_alpha(inv_image *out, const inv_image *from) {
  INV_TRY(inv_image_new(out, from->height, from->width, 3));
  for (size_t p = 0; p < inv_image_count(from); p++)
    memcpy(out->pixels + 3 * p, from->pixels + 4 * p, 3);
  return INV_OK;
}

/* Gray becomes three equal values. */
static void copy_row(uint8_t *to, const uint8_t *from, int width,
                     int channels) {
  if (channels == 3) {
    memcpy(to, from, 3 * (size_t)width);
    return;
  }
  for (int x = 0; x < width; x++)
    memset(to + 3 * x, from[x], 3);
}

/* The part of the resized picture that is in the square. */
static void lay(uint8_t *pixels, int size, const inv_image *resized, plan p) {
  int from_y = p.y > 0 ? p.y : 0, from_x = p.x > 0 ? p.x : 0;
  int to_y = from_y - p.y, to_x = from_x - p.x;
  int height = p.height < size ? p.height : size;
  int width = p.width < size ? p.width : size;
  if (height < size || width < size)
    memset(pixels, 0, 3 * (size_t)size * (size_t)size);
  for (int y = 0; y < height; y++) {
    size_t at = (size_t)(to_y + y) * (size_t)size + (size_t)to_x;
    copy_row(pixels + 3 * at, inv_image_at(resized, from_y + y, from_x), width,
             resized->channels);
  }
}

inv_status inv_image_fit(uint8_t *pixels, int size, const inv_image *picture,
                         inv_fit fit) {
  inv_image middle = {0}, plain = {0}, resized = {0};
  inv_status status = INV_OK;
  if (fit == INV_FIT_CROP && is_long(picture)) {
    status = cut(&middle, picture);
    picture = &middle;
  }
  if (status == INV_OK && picture->channels == 4) {
    status = drop_alpha(&plain, picture);
    picture = &plain;
  }
  if (status != INV_OK) {
    inv_image_free(&middle);
    return status;
  }
  plan p = plan_fit(picture, size, fit);
  status = inv_image_new(&resized, p.height, p.width, picture->channels);
  if (status == INV_OK)
    status = inv_image_resize_into(&resized, picture, INV_BILINEAR);
  if (status == INV_OK)
    lay(pixels, size, &resized, p);
  inv_image_free(&middle);
  inv_image_free(&plain);
  inv_image_free(&resized);
  return status;
}

/* translate, v_flip, h_flip, erasing: pixels move or vanish, none changes. */
#include <string.h>

#include "transforms/class.h"

/* ---- translate ---------------------------------------------------------- */

/* A place of 0 .. room-1 (0 where there is no room). */
static int draw_place(inv_rng *rng, int room) {
  double place = inv_rng_uniform(rng) * room;
  return room > 0 ? (int)place : 0;
}

static void sample_translate(const inv_transform *t, inv_rng *rng,
                             inv_canvas canvas, const inv_box *box,
                             inv_parameters *p) {
  (void)t;
  p->value[0] = draw_place(rng, canvas.width - box->width) - box->x;
  p->value[1] = draw_place(rng, canvas.height - box->height) - box->y;
}

/* Moves one row within the image, or clears it where nothing comes. */
static void move_row(inv_image *image, int y, int dx, int dy) {
  size_t channels = (size_t)image->channels;
  uint8_t *to = inv_image_at(image, y, 0);
  int gap = dx < 0 ? -dx : dx;
  if (y - dy < 0 || y - dy >= image->height || gap >= image->width) {
    memset(to, 0, (size_t)image->width * channels);
    return;
  }
  const uint8_t *from = inv_image_at(image, y - dy, 0);
  size_t empty = (size_t)gap * channels;
  size_t kept = (size_t)(image->width - gap) * channels;
  memmove(to + (dx > 0 ? empty : 0), from + (dx > 0 ? 0 : empty), kept);
  memset(to + (dx > 0 ? 0 : kept), 0, empty);
}

static inv_status translate(const inv_transform *t, const inv_parameters *p,
                            inv_image *image) {
  (void)t;
  int dx = (int)p->value[0], dy = (int)p->value[1];
  /* Downward moves begin at the bottom, so that no row is lost. */
  for (int i = 0; i < image->height; i++)
    move_row(image, dy > 0 ? image->height - 1 - i : i, dx, dy);
  return INV_OK;
}

static void track_translate(const inv_parameters *p, inv_canvas canvas,
                            inv_box *box) {
  (void)canvas;
  box->x += (int)p->value[0];
  box->y += (int)p->value[1];
}

const inv_transform_class INV_TRANSLATE = {
    .name = "translate",
    .category = "geometric",
    .parameters = {{"dx", true, -INV_IMAGE_SIDE, INV_IMAGE_SIDE},
                   {"dy", true, -INV_IMAGE_SIDE, INV_IMAGE_SIDE}},
    .sample = sample_translate,
    .apply = translate,
    .track = track_translate,
};

/* ---- v_flip, h_flip ----------------------------------------------------- */

static inv_status v_flip(const inv_transform *t, const inv_parameters *p,
                         inv_image *image) {
  (void)t, (void)p;
  inv_image_flip_vertical(image);
  return INV_OK;
}

static inv_status h_flip(const inv_transform *t, const inv_parameters *p,
                         inv_image *image) {
  (void)t, (void)p;
  inv_image_flip_horizontal(image);
  return INV_OK;
}

const inv_transform_class INV_V_FLIP = {
    .name = "v_flip",
    .category = "geometric",
    .chance = true,
    .options = {INV_CHANCE},
    .apply = v_flip,
};

const inv_transform_class INV_H_FLIP = {
    .name = "h_flip",
    .category = "geometric",
    .chance = true,
    .options = {INV_CHANCE},
    .apply = h_flip,
};

/* ---- erasing ------------------------------------------------------------ */

/* The side of the square: the option, or 14/32 of the shorter side. */
static int square(const inv_transform *t, inv_canvas canvas) {
  int shorter = canvas.height < canvas.width ? canvas.height : canvas.width;
  int size = (int)inv_transform_option_values(t, 1)[0];
  return size ? size : (int)(shorter * (14.0 / 32) + 0.5);
}

static void sample_erasing(const inv_transform *t, inv_rng *rng,
                           inv_canvas canvas, const inv_box *box,
                           inv_parameters *p) {
  (void)box;
  p->value[0] = draw_place(rng, canvas.width - square(t, canvas));
  p->value[1] = draw_place(rng, canvas.height - square(t, canvas));
}

static inv_status erase(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  inv_canvas canvas = {image->height, image->width};
  int x = (int)p->value[0], y = (int)p->value[1], size = square(t, canvas);
  if (x >= image->width)
    return INV_OK;
  int columns = size < image->width - x ? size : image->width - x;
  for (int row = y; row < image->height && row - y < size; row++)
    memset(inv_image_at(image, row, x), 0,
           (size_t)columns * (size_t)image->channels);
  return INV_OK;
}

const inv_transform_class INV_ERASING = {
    .name = "erasing",
    .category = "corruption",
    .chance = true,
    .options = {INV_CHANCE,
                {"size", INV_OPTION_INTEGER, 1, INV_IMAGE_SIDE, {0}}},
    .parameters = {{"x", true, 0, INV_IMAGE_SIDE},
                   {"y", true, 0, INV_IMAGE_SIDE}},
    .sample = sample_erasing,
    .apply = erase,
};

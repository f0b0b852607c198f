/* rotate, shear: affine maps about the centre, nearest neighbour. As Pillow
 * computes them: source positions in 16.16 fixed point (in double precision
 * for images too large for that), outside is transparent black. */
#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "base/portable_math.h"
#include "base/vector.h"
#include "image/scratch.h"
#include "transforms/class.h"

enum { SMALL = 64 * 64 * 4 };

static const double DEGREE = 0.017453292519943295; /* pi / 180 */

/* The source of output position (x, y) is (m[0] x + m[1] y + m[2],
 * m[3] x + m[4] y + m[5]), in pixels, centres of pixels at 1/2. */
typedef struct {
  double m[6];
} affine;

/* Completes the linear part so that the centre of the canvas stays. */
static void fix_centre(affine *map, const inv_image *image) {
  double cx = image->width * 0.5, cy = image->height * 0.5;
  map->m[2] = (map->m[0] * -cx + map->m[1] * -cy) + cx;
  map->m[5] = (map->m[3] * -cx + map->m[4] * -cy) + cy;
}

/* ---- fixed point -------------------------------------------------------- */

/* Steps per column and row and the start, in units of 1/65536 pixel. */
typedef struct {
  int32_t x_column, x_row, x, y_column, y_row, y;
} fixed_affine;

static int32_t to_fixed(double v) {
  return (int32_t)floor(v * 65536 + 0.5);
}

/* Whether every position fits into 16 bits before the point. */
static bool fits(const affine *map, const inv_image *image) {
  const double *m = map->m;
  double w = image->width, h = image->height;
  double reach_x = fabs(m[0]) * w + fabs(m[1]) * h + fabs(m[2]);
  double reach_y = fabs(m[3]) * w + fabs(m[4]) * h + fabs(m[5]);
  return reach_x < 32768 && reach_y < 32768;
}

static fixed_affine fixed_map(const affine *map) {
  const double *m = map->m;
  return (fixed_affine){
      to_fixed(m[0]), to_fixed(m[1]), to_fixed(m[2] + m[0] * 0.5 + m[1] * 0.5),
      to_fixed(m[3]), to_fixed(m[4]), to_fixed(m[5] + m[3] * 0.5 + m[4] * 0.5),
  };
}

/* The loop reads pixel 0 for positions outside and then drops it, so that it
 * has no branches; signed indices, so that whole vectors are loaded. */
INV_VECTOR static void warp_rgba(inv_pixel *restrict to,
                                 const inv_pixel *restrict from, int height,
                                 int width, const fixed_affine *map) {
  for (int y = 0; y < height; y++) {
    int32_t x_start = map->x + y * map->x_row;
    int32_t y_start = map->y + y * map->y_row;
    for (int x = 0; x < width; x++) {
      int32_t column = (x_start + x * map->x_column) >> 16;
      int32_t row = (y_start + x * map->y_column) >> 16;
      int32_t inside = -(((uint32_t)column < (uint32_t)width) &
                         ((uint32_t)row < (uint32_t)height));
      int32_t at = (row * width + column) & inside;
      to[x] = from[at] & (uint32_t)inside;
    }
    to += width;
  }
}

/* ---- any channels, any size --------------------------------------------- */

static void copy_pixel(uint8_t *to, const inv_image *from, int64_t y,
                       int64_t x) {
  if (y >= 0 && y < from->height && x >= 0 && x < from->width)
    memcpy(to, inv_image_at(from, (int)y, (int)x), (size_t)from->channels);
  else
    memset(to, 0, (size_t)from->channels);
}

static void warp_fixed(const inv_image *to, const inv_image *from,
                       const fixed_affine *map) {
  for (int y = 0; y < to->height; y++)
    for (int x = 0; x < to->width; x++)
      copy_pixel(inv_image_at(to, y, x), from,
                 (map->y + y * map->y_row + x * map->y_column) >> 16,
                 (map->x + y * map->x_row + x * map->x_column) >> 16);
}

static void warp_double(const inv_image *to, const inv_image *from,
                        const affine *map) {
  const double *m = map->m;
  for (int y = 0; y < to->height; y++)
    for (int x = 0; x < to->width; x++)
      copy_pixel(inv_image_at(to, y, x), from,
                 (int64_t)floor(m[3] * (x + 0.5) + m[4] * (y + 0.5) + m[5]),
                 (int64_t)floor(m[0] * (x + 0.5) + m[1] * (y + 0.5) + m[2]));
}

static inv_status warp(inv_image *image, affine *map) {
  _Alignas(64) uint8_t local[SMALL];
  size_t bytes = inv_image_bytes(image);
  inv_image source = *image;
  source.pixels = inv_scratch(local, sizeof local, bytes);
  if (!source.pixels)
    return inv_fail_memory(bytes);
  memcpy(source.pixels, image->pixels, bytes);
  fix_centre(map, image);
  if (fits(map, image)) {
    fixed_affine fixed = fixed_map(map);
    if (image->channels == 4)
      warp_rgba((inv_pixel *)image->pixels, (const inv_pixel *)source.pixels,
                image->height, image->width, &fixed);
    else
      warp_fixed(image, &source, &fixed);
  } else {
    warp_double(image, &source, map);
  }
  inv_scratch_free(source.pixels, local);
  return INV_OK;
}

/* ---- rotate ------------------------------------------------------------- */

/* x rounded to 15 decimals, exactly: the error of the product decides where
 * its rounding has made a tie. */
static double round15(double x) {
  double scaled = x * 1e15, error = fma(x, 1e15, -scaled);
  double rounded = rint(scaled), rest = (scaled - rounded) + error;
  if (rest > 0.5)
    rounded += 1;
  else if (rest < -0.5)
    rounded -= 1;
  return rounded / 1e15;
}

static inv_status rotate(const inv_transform *t, const inv_parameters *p,
                         inv_image *image) {
  (void)t;
  double angle = fmod(p->value[0], 360), sine, cosine;
  if (angle < 0)
    angle += 360;
  inv_sincos(-(angle * DEGREE), &sine, &cosine);
  sine = round15(sine), cosine = round15(cosine);
  affine map = {{cosine, sine, 0, -sine, cosine, 0}};
  return warp(image, &map);
}

const inv_transform_class INV_ROTATE = {
    .name = "rotate",
    .category = "geometric",
    .options = {{"degrees", INV_OPTION_RANGE, -3600, 3600, {0, 360}}},
    .parameters = {{"angle", false, -3600, 3600}},
    .apply = rotate,
};

/* ---- shear -------------------------------------------------------------- */

static inv_status shear(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  (void)t;
  double sin_x, cos_x, sin_y, cos_y;
  inv_sincos(p->value[0] * DEGREE, &sin_x, &cos_x);
  inv_sincos(-(p->value[1] * DEGREE), &sin_y, &cos_y);
  double tangent = sin_x / cos_x;
  affine map = {{-sin_y * tangent / cos_y + 1, cos_y * tangent / cos_y, 0,
                 -sin_y / cos_y, cos_y / cos_y, 0}};
  return warp(image, &map);
}

const inv_transform_class INV_SHEAR = {
    .name = "shear",
    .category = "geometric",
    .options = {{"x", INV_OPTION_RANGE, -89, 89, {-50, 50}},
                {"y", INV_OPTION_RANGE, -89, 89, {-50, 50}}},
    .parameters = {{"x", false, -89, 89}, {"y", false, -89, 89}},
    .apply = shear,
};

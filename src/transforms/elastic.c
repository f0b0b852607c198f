/* elastic: a smooth random displacement of the pixels, as torchvision's
 * ElasticTransform. Positions are in units where the image spans [-1, 1]. */
#include <string.h>

#include "base/parallel.h"
#include "image/scratch.h"
#include "transforms/class.h"
#include "transforms/gaussian.h"

enum { SMALL = 64, LANES = 16 };

static void sample(const inv_transform *t, inv_rng *rng, inv_canvas canvas,
                   const inv_box *box, inv_parameters *p) {
  (void)t, (void)canvas, (void)box;
  p->seed = inv_rng_u64(rng);
}

/* ---- the field ---------------------------------------------------------- */

/* The kernel of a thread's last sigma, so that it is not made again for each
 * sample. */
static const float *kernel(double sigma, int *taps) {
  static _Thread_local float weights[INV_GAUSSIAN_TAPS];
  static _Thread_local double made_for;
  *taps = (int)(8 * sigma + 1) | 1;
  if (made_for != sigma) {
    inv_gaussian(weights, *taps, sigma);
    made_for = sigma;
  }
  return weights;
}

/* U(-1, 1) for each pixel and axis, smoothed. */
static void make_field(const inv_float_shape *shape, float *in, uint64_t seed,
                       const float *weights, int taps) {
  inv_rng rng = inv_rng_new(seed);
  inv_rng_fill_uniform(&rng, in, (size_t)shape->height * shape->stride, -1, 1);
  inv_smooth(shape, in, weights, taps);
}

/* Displacements for one image: values[y * stride + 2 x] rightward, + 1
 * downward, to be multiplied by scale_x and scale_y. */
typedef struct {
  const float *values;
  size_t stride;
  float scale_x, scale_y;
} field;

/* ---- sampling ----------------------------------------------------------- */

/* One axis of bilinear interpolation: the left (upper) of two neighbours, the
 * weights of both; a neighbour outside has weight 0 and index 0. */
typedef struct {
  int32_t low, high;
  float low_weight, high_weight;
} neighbours;

/* `place` counts from 0 at the first pixel; `shift` in half sides. Far outside
 * (and for NaN) nothing is left of both. Without branches: the loops that use
 * it become vector code. */
INV_INLINE neighbours find(int place, float shift, int side) {
  float size = (float)side, centre = (float)(2 * place + 1);
  float position = ((centre / size - 1 + shift + 1) * size - 1) / 2;
  position = position > -2 ? position : -2;
  position = position < size + 1 ? position : size + 1;
  int32_t low = (int32_t)position;
  low -= (float)low > position; /* truncated to floor */
  float rest = position - (float)low;
  int32_t low_inside = (uint32_t)low < (uint32_t)side;
  int32_t high_inside = (uint32_t)(low + 1) < (uint32_t)side;
  return (neighbours){low & -low_inside, (low + 1) & -high_inside,
                      (1 - rest) * (float)low_inside,
                      rest * (float)high_inside};
}

/* The four weights and places for LANES pixels of a row. */
typedef struct {
  int32_t at[4][LANES];
  float weight[4][LANES], cover[LANES];
} taps;

INV_INLINE void find_taps(taps *t, const field *f, int y, int x, int height,
                          int width) {
  float shifts[2 * LANES] = {0};
  size_t n = 2 * (size_t)(width - x < LANES ? width - x : LANES);
  memcpy(shifts, f->values + (size_t)y * f->stride + 2 * x, n * sizeof *shifts);
  for (int l = 0; l < LANES; l++) {
    neighbours h = find(x + l, shifts[2 * l] * f->scale_x, width);
    neighbours v = find(y, shifts[2 * l + 1] * f->scale_y, height);
    t->at[0][l] = v.low * width + h.low;
    t->at[1][l] = v.low * width + h.high;
    t->at[2][l] = v.high * width + h.low;
    t->at[3][l] = v.high * width + h.high;
    t->weight[0][l] = h.low_weight * v.low_weight;
    t->weight[1][l] = h.high_weight * v.low_weight;
    t->weight[2][l] = h.low_weight * v.high_weight;
    t->weight[3][l] = h.high_weight * v.high_weight;
    t->cover[l] =
        t->weight[0][l] + t->weight[1][l] + t->weight[2][l] + t->weight[3][l];
  }
}

INV_INLINE uint32_t mix(const uint32_t p[4], const taps *t, int l, int shift) {
  float sum = (float)(int32_t)(p[0] >> shift & 255) * t->weight[0][l];
  for (int k = 1; k < 4; k++)
    sum += (float)(int32_t)(p[k] >> shift & 255) * t->weight[k][l];
  return (uint32_t)inv_round_even(sum * t->cover[l]);
}

INV_VECTOR static void sample_rgba(inv_pixel *restrict to,
                                   const inv_pixel *restrict from, int height,
                                   int width, const field *f) {
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x += LANES) {
      taps t;
      uint32_t out[LANES];
      find_taps(&t, f, y, x, height, width);
      for (int l = 0; l < LANES; l++) {
        uint32_t p[4] = {from[t.at[0][l]], from[t.at[1][l]], from[t.at[2][l]],
                         from[t.at[3][l]]};
        out[l] = inv_pack(mix(p, &t, l, 0), mix(p, &t, l, 8), mix(p, &t, l, 16),
                          mix(p, &t, l, 24));
      }
      size_t n = (size_t)(width - x < LANES ? width - x : LANES);
      memcpy(to + x, out, n * sizeof *out);
    }
    to += width;
  }
}

/* Any number of channels. */
static void sample_image(const inv_image *to, const inv_image *from,
                         const field *f) {
  int channels = to->channels;
  taps t = {0};
  for (int y = 0; y < to->height; y++) {
    for (int x = 0; x < to->width; x++) {
      if (x % LANES == 0)
        find_taps(&t, f, y, x, to->height, to->width);
      int l = x % LANES;
      for (int c = 0; c < channels; c++) {
        float sum = 0;
        for (int k = 0; k < 4; k++)
          sum += t.weight[k][l] * from->pixels[t.at[k][l] * channels + c];
        inv_image_at(to, y, x)[c] = (uint8_t)inv_round_even(sum * t.cover[l]);
      }
    }
  }
}

static inv_status displace(inv_image *image, const field *f) {
  _Alignas(64) uint8_t local[SMALL * SMALL * 4];
  inv_image source = *image;
  size_t bytes = inv_image_bytes(image);
  source.pixels = inv_scratch(local, sizeof local, bytes);
  if (!source.pixels)
    return inv_fail_memory(bytes);
  memcpy(source.pixels, image->pixels, bytes);
  if (image->channels == 4)
    sample_rgba((inv_pixel *)image->pixels, (const inv_pixel *)source.pixels,
                image->height, image->width, f);
  else
    sample_image(image, &source, f);
  inv_scratch_free(source.pixels, local);
  return INV_OK;
}

static inv_status apply(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  enum { ROOM = 2 * SMALL * SMALL * 2 + 2 * SMALL + 2 * INV_GAUSSIAN_TAPS };
  if (p->field) {
    field given = {p->field, (size_t)image->width * 2, 1, 1};
    return displace(image, &given);
  }
  _Alignas(64) float local[ROOM];
  float alpha = (float)inv_transform_option_values(t, 1)[0];
  int count;
  const float *weights = kernel(inv_transform_option_values(t, 2)[0], &count);
  inv_float_shape shape = inv_float_shape_of(image->height, image->width, 2);
  size_t bytes = inv_smooth_work(&shape, count) * sizeof *local;
  float *in = inv_scratch(local, sizeof local, bytes);
  if (!in)
    return inv_fail_memory(bytes);
  make_field(&shape, in, p->seed, weights, count);
  field made = {in + (size_t)image->height * shape.stride, shape.stride,
                alpha / (float)image->height, alpha / (float)image->width};
  inv_status status = displace(image, &made);
  inv_scratch_free(in, local);
  return status;
}

const inv_transform_class INV_ELASTIC = {
    .name = "elastic",
    .category = "corruption",
    .chance = true,
    .field = 2,
    .options = {INV_CHANCE,
                {"alpha", INV_OPTION_NUMBER, 0, 10000, {150}},
                {"sigma", INV_OPTION_NUMBER, 0.1, 60, {5}}},
    .sample = sample,
    .apply = apply,
};

/* elastic: a smooth random displacement of the pixels, as torchvision's
 * ElasticTransform. Positions are in units where the image spans [-1, 1]. */
#include <string.h>

#include "base/parallel.h"
#include "base/vector.h"
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

/* Displacements for one image: that of pixel (x, y) is x[i] rightward and y[i]
 * downward with i = y * stride + x * step, to be multiplied by the scales. */
typedef struct {
  const float *x, *y;
  size_t stride, step;
  float scale_x, scale_y;
} field;

/* What a thread made for the last sigma and sides, so that it is not made
 * again for each sample. */
typedef struct {
  double sigma;
  int taps;
  float weights[INV_GAUSSIAN_TAPS];
  inv_smoothing down, across;
} kernels;

static kernels *kernels_of(double sigma) {
  static _Thread_local kernels last;
  if (last.sigma != sigma) {
    last.taps = (int)(8 * sigma + 1) | 1;
    inv_gaussian(last.weights, last.taps, sigma);
    last.sigma = sigma;
    last.down.side = last.across.side = 0;
  }
  return &last;
}

static const inv_smoothing *axis(inv_smoothing *s, int side, const kernels *k) {
  if (s->side != side)
    inv_smoothing_init(s, side, k->weights, k->taps);
  return s;
}

static bool is_short(const inv_image *image) {
  return image->height <= INV_SMOOTHING_SIDE &&
         image->width <= INV_SMOOTHING_SIDE;
}

/* Values needed to make a field. */
static size_t field_work(const inv_image *image, const kernels *k) {
  inv_float_shape one = inv_float_shape_of(image->height, image->width, 1);
  inv_float_shape both = inv_float_shape_of(image->height, image->width, 2);
  return is_short(image) ? 4 * (size_t)image->height * one.stride
                         : inv_smooth_work(&both, k->taps);
}

/* U(-1, 1) for each pixel and axis, smoothed. */
static field make_field(const inv_image *image, float *work, uint64_t seed,
                        kernels *k) {
  inv_rng rng = inv_rng_new(seed);
  size_t height = (size_t)image->height;
  if (is_short(image)) {
    size_t half = inv_float_shape_of(1, image->width, 1).stride;
    inv_rng_fill_uniform(&rng, work, 2 * height * half, -1, 1);
    inv_smooth_pair(work, work + 2 * height * half,
                    axis(&k->down, image->height, k),
                    axis(&k->across, image->width, k));
    return (field){work, work + half, 2 * half, 1, 1, 1};
  }
  inv_float_shape shape = inv_float_shape_of(image->height, image->width, 2);
  inv_rng_fill_uniform(&rng, work, height * shape.stride, -1, 1);
  inv_smooth(&shape, work, k->weights, k->taps, 0, image->height);
  float *made = work + height * shape.stride;
  return (field){made, made + 1, shape.stride, 2, 1, 1};
}

/* ---- sampling ----------------------------------------------------------- */

/* One axis of bilinear interpolation: the left (upper) of two neighbours, the
 * weights of both; a neighbour outside has weight 0 and index 0. */
typedef struct {
  int32_t low, high;
  float low_weight, high_weight;
} neighbours;

/* The centre of pixel `place`, from -1 to 1. */
INV_INLINE float centre_of(int place, int side) {
  return (float)(2 * place + 1) / (float)side - 1;
}

/* `shift` in half sides. Far outside (and for NaN) nothing is left of both.
 * Without branches: the loops that use it become vector code. */
INV_INLINE neighbours find(float centre, float shift, int side) {
  float size = (float)side;
  float position = ((centre + shift + 1) * size - 1) / 2;
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
  int32_t at[4 * LANES];
  float weight[4][LANES], cover[LANES];
  int32_t top[LANES], bottom[LANES]; /* rows */
} taps;

INV_INLINE void find_taps(taps *t, const field *f, const float *centres, int y,
                          int x, int height, int width) {
  float right[LANES] = {0}, down[LANES] = {0};
  size_t first = (size_t)y * f->stride + (size_t)x * f->step;
  int n = width - x < LANES ? width - x : LANES;
  if (f->step == 1 && n == LANES) {
    memcpy(right, f->x + first, sizeof right);
    memcpy(down, f->y + first, sizeof down);
  } else {
    for (size_t l = 0; l < (size_t)n; l++) {
      right[l] = f->x[first + l * f->step];
      down[l] = f->y[first + l * f->step];
    }
  }
  float row = centre_of(y, height);
  for (int l = 0; l < LANES; l++) {
    neighbours h = find(centres[x + l], right[l] * f->scale_x, width);
    neighbours v = find(row, down[l] * f->scale_y, height);
    t->top[l] = v.low, t->bottom[l] = v.high;
    t->at[l] = v.low * width + h.low;
    t->at[LANES + l] = v.low * width + h.high;
    t->at[2 * LANES + l] = v.high * width + h.low;
    t->at[3 * LANES + l] = v.high * width + h.high;
    t->weight[0][l] = h.low_weight * v.low_weight;
    t->weight[1][l] = h.high_weight * v.low_weight;
    t->weight[2][l] = h.low_weight * v.high_weight;
    t->weight[3][l] = h.high_weight * v.high_weight;
    t->cover[l] =
        t->weight[0][l] + t->weight[1][l] + t->weight[2][l] + t->weight[3][l];
  }
}

INV_INLINE uint32_t mix(const uint32_t *p, const taps *t, int l, int shift) {
  float sum = (float)(int32_t)(p[l] >> shift & 255) * t->weight[0][l];
  for (int k = 1; k < 4; k++)
    sum += (float)(int32_t)(p[k * LANES + l] >> shift & 255) * t->weight[k][l];
  return (uint32_t)inv_round_even(sum * t->cover[l]);
}

/* A function of its own, so that it is one loop of loads of whole vectors. */
INV_VECTOR static void gather(uint32_t *restrict to,
                              const inv_pixel *restrict from,
                              const int32_t *restrict at) {
  for (int i = 0; i < 4 * LANES; i++)
    to[i] = from[at[i]];
}

INV_INLINE void mix_lanes(uint32_t *restrict out,
                          const inv_pixel *restrict from, const taps *t) {
  uint32_t p[4 * LANES];
  gather(p, from, t->at);
  for (int l = 0; l < LANES; l++)
    out[l] = inv_pack(mix(p, t, l, 0), mix(p, t, l, 8), mix(p, t, l, 16),
                      mix(p, t, l, 24));
}

/* Rows of `from` before `begin` and from `end` on are clear. */
INV_INLINE bool is_seen(const taps *t, int begin, int end) {
  int32_t seen = 0;
  for (int l = 0; l < LANES; l++)
    seen |= (t->bottom[l] >= begin) & (t->top[l] < end);
  return seen;
}

INV_VECTOR static void sample_rgba(const inv_image *to, const inv_image *from,
                                   const float *centres, const field *f) {
  int height = to->height, width = to->width;
  inv_span seen = inv_image_rows(from);
  for (int y = 0; y < height; y++) {
    inv_pixel *row = (inv_pixel *)inv_image_at(to, y, 0);
    for (int x = 0; x < width; x += LANES) {
      taps t;
      uint32_t out[LANES] = {0};
      find_taps(&t, f, centres, y, x, height, width);
      if (is_seen(&t, (int)seen.begin, (int)seen.end))
        mix_lanes(out, (const inv_pixel *)from->pixels, &t);
      if (width - x >= LANES) /* a constant size is copied at once */
        memcpy(row + x, out, sizeof out);
      else
        memcpy(row + x, out, (size_t)(width - x) * sizeof *out);
    }
  }
}

/* Any number of channels. */
static void sample_image(const inv_image *to, const inv_image *from,
                         const float *centres, const field *f) {
  int channels = to->channels;
  taps t = {0};
  for (int y = 0; y < to->height; y++) {
    for (int x = 0; x < to->width; x++) {
      if (x % LANES == 0)
        find_taps(&t, f, centres, y, x, to->height, to->width);
      int l = x % LANES;
      for (int c = 0; c < channels; c++) {
        float sum = 0;
        for (int k = 0; k < 4; k++)
          sum +=
              t.weight[k][l] * from->pixels[t.at[k * LANES + l] * channels + c];
        inv_image_at(to, y, x)[c] = (uint8_t)inv_round_even(sum * t.cover[l]);
      }
    }
  }
}

static inv_status displace(inv_image *image, const field *f) {
  enum { ROOM = SMALL * SMALL * 4 + (SMALL + LANES) * sizeof(float) };
  _Alignas(64) uint8_t local[ROOM];
  size_t columns = ((size_t)image->width + LANES) * sizeof(float);
  size_t bytes = inv_image_bytes(image) + columns;
  float *centres = inv_scratch(local, sizeof local, bytes);
  if (!centres)
    return inv_fail_memory(bytes);
  for (int x = 0; x < image->width + LANES; x++)
    centres[x] = centre_of(x, image->width);
  inv_image source = *image;
  source.pixels = (uint8_t *)centres + columns;
  memcpy(source.pixels, image->pixels, inv_image_bytes(image));
  if (image->channels == 4)
    sample_rgba(image, &source, centres, f);
  else
    sample_image(image, &source, centres, f);
  inv_scratch_free(centres, local);
  return INV_OK;
}

static inv_status apply(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  if (p->field) {
    field given = {p->field, p->field + 1, (size_t)image->width * 2, 2, 1, 1};
    return displace(image, &given);
  }
  _Alignas(64) float local[4 * SMALL * SMALL];
  kernels *k = kernels_of(inv_transform_option_values(t, 2)[0]);
  size_t bytes = field_work(image, k) * sizeof *local;
  float *work = inv_scratch(local, sizeof local, bytes);
  if (!work)
    return inv_fail_memory(bytes);
  field made = make_field(image, work, p->seed, k);
  float alpha = (float)inv_transform_option_values(t, 1)[0];
  made.scale_x = alpha / (float)image->height;
  made.scale_y = alpha / (float)image->width;
  inv_status status = displace(image, &made);
  inv_scratch_free(work, local);
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

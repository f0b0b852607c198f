/* noise: a random field added to the colours. The field is a normal variable
 * clipped to [0, 1], so it only brightens; sums above 1 wrap around to dark,
 * as they do in the published data. */
#include "base/parallel.h"
#include "base/vector.h"
#include "image/scratch.h"
#include "transforms/class.h"

static void sample(const inv_transform *t, inv_rng *rng, inv_canvas canvas,
                   const inv_box *box, inv_parameters *p) {
  (void)t, (void)canvas, (void)box;
  p->seed = inv_rng_u64(rng);
}

/* Sums are below 2^31 / 255 for any field that the bindings let through; the
 * conversion truncates toward zero. */
INV_INLINE uint32_t add(uint32_t v, float field) {
  return (uint32_t)(int32_t)((inv_over_255((int32_t)v) + field) * 255) & 255;
}

INV_INLINE float clip(float v) {
  return v < 0 ? 0 : v > 1 ? 1 : v;
}

INV_VECTOR static void clip_field(float *field, size_t n) {
  for (size_t i = 0; i < n; i++)
    field[i] = clip(field[i]);
}

INV_VECTOR static void add_rgba(inv_pixel *pixels, const float *field,
                                size_t n) {
  for (size_t i = 0; i < n; i++) {
    uint32_t p = pixels[i], a = p >> 24;
    uint32_t r = add(p & 255, field[3 * i]);
    uint32_t g = add(p >> 8 & 255, field[3 * i + 1]);
    uint32_t b = add(p >> 16 & 255, field[3 * i + 2]);
    pixels[i] = inv_pack_masked(r, g, b, a);
  }
}

INV_VECTOR static void add_values(uint8_t *values, const float *field,
                                  size_t n) {
  for (size_t i = 0; i < n; i++)
    values[i] = (uint8_t)add(values[i], field[i]);
}

/* The part of the field of an image that the pixels in `span` have. */
static void make_field(float *field, const inv_transform *t, uint64_t seed,
                       inv_span span, size_t depth) {
  inv_rng rng = inv_rng_new(seed);
  float deviation = (float)inv_transform_option_values(t, 1)[0];
  size_t n = (span.end - span.begin) * depth;
  inv_rng_skip(&rng, span.begin * depth);
  inv_rng_fill_normal(&rng, field, n, 0, deviation);
  clip_field(field, n);
}

/* Transparent black stays as it is: only the span is looked at. */
static inv_status apply(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  enum { SMALL = 64 * 64 * 3 };
  _Alignas(64) float local[SMALL];
  size_t depth = image->channels == 1 ? 1 : 3;
  inv_span span = inv_image_span(image);
  size_t pixels = span.end - span.begin, n = pixels * depth;
  const float *field = p->field ? p->field + span.begin * depth : NULL;
  float *made = local;
  if (!field) {
    made = inv_scratch(local, sizeof local, n * sizeof *made);
    if (!made)
      return inv_fail_memory(n * sizeof *made);
    make_field(made, t, p->seed, span, depth);
    field = made;
  }
  if (image->channels == 4)
    add_rgba((inv_pixel *)image->pixels + span.begin, field, pixels);
  else
    add_values(image->pixels, field, n);
  inv_scratch_free(made, local);
  return INV_OK;
}

const inv_transform_class INV_NOISE = {
    .name = "noise",
    .category = "corruption",
    .chance = true,
    .field = 3,
    .options = {INV_CHANCE, {"std", INV_OPTION_NUMBER, 0, 100, {1}}},
    .sample = sample,
    .apply = apply,
};

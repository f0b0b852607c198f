#include "data/builtin_backgrounds.h"

#include <math.h>

#include "data/builtin_noise.h"
#include "data/builtin_scene.h"

float inv_between(inv_rng *r, float low, float high) {
  return low + (high - low) * (float)inv_rng_uniform(r);
}

int inv_pick(inv_rng *r, int n) {
  return (int)inv_rng_below(r, (uint64_t)n);
}

/* ---- colours ------------------------------------------------------------ */

static uint32_t pack(float red, float green, float blue) {
  uint32_t r = (uint32_t)(255 * inv_clamp(red) + 0.5f);
  uint32_t g = (uint32_t)(255 * inv_clamp(green) + 0.5f);
  return r << 16 | g << 8 | (uint32_t)(255 * inv_clamp(blue) + 0.5f);
}

/* One channel of a pure hue: 1 within a sixth of the circle around `peak`,
 * falling to 0 over the next sixth (all in degrees). */
static float channel(float hue, float peak) {
  float turn = (hue - peak) / 360 + 0.5f;
  float away = fabsf(360 * (turn - floorf(turn)) - 180);
  return inv_clamp(2 - away / 60);
}

uint32_t inv_hsv(float hue, float saturation, float value) {
  float s = saturation / 100, v = value / 100;
  return pack(v * (1 - s + s * channel(hue, 0)),
              v * (1 - s + s * channel(hue, 120)),
              v * (1 - s + s * channel(hue, 240)));
}

uint32_t inv_tone(inv_rng *r, float hue, float spread, float saturation,
                  float value) {
  hue += inv_between(r, -spread, spread);
  saturation *= inv_between(r, 0.7f, 1.2f);
  value *= inv_between(r, 0.75f, 1.2f);
  return inv_hsv(hue, saturation > 100 ? 100 : saturation, value);
}

uint32_t inv_any_tone(inv_rng *r, float saturation, float value) {
  float t = inv_between(r, 0, 1);
  /* Things are red, yellow or brown more often than blue. */
  return inv_tone(r, t < 0.6f ? 100 * t - 15 : 650 * t - 345, 0, saturation,
                  value);
}

static float part(uint32_t colour, int shift) {
  return (float)(colour >> shift & 255) / 255;
}

uint32_t inv_colour_mix(uint32_t a, uint32_t b, float t) {
  return pack(inv_mix(part(a, 16), part(b, 16), t),
              inv_mix(part(a, 8), part(b, 8), t),
              inv_mix(part(a, 0), part(b, 0), t));
}

uint32_t inv_shade(uint32_t colour, float share) {
  return pack(share * part(colour, 16), share * part(colour, 8),
              share * part(colour, 0));
}

/* ---- skies and hills ---------------------------------------------------- */

uint32_t inv_draw_sky(inv_canvas *c, inv_rng *r, float horizon) {
  static const struct {
    float hue, saturation, value;             /* above */
    float low_hue, low_saturation, low_value; /* at the horizon */
    uint32_t cloud;
  } LIGHTS[] = {
      {212, 60, 80, 205, 22, 93, 0xffffff}, /* fair */
      {205, 45, 88, 50, 14, 95, 0xfffaf0},  /* morning haze */
      {215, 12, 66, 210, 6, 84, 0xc8ccd2},  /* overcast */
      {235, 35, 60, 18, 50, 92, 0xf4b7a0},  /* dusk */
      {195, 50, 70, 45, 45, 92, 0xffe2b0},  /* late afternoon */
      {222, 40, 48, 215, 15, 72, 0x8f98a8}, /* before rain */
  };
  int k = inv_pick(r, 6);
  uint32_t high =
      inv_tone(r, LIGHTS[k].hue, 8, LIGHTS[k].saturation, LIGHTS[k].value);
  uint32_t low = inv_tone(r, LIGHTS[k].low_hue, 10, LIGHTS[k].low_saturation,
                          LIGHTS[k].low_value);
  inv_everywhere(c);
  FILL(c, .colour = high, .fade = low, .from = 0, .to = horizon);
  float width = inv_between(r, 25, 70);
  float tall = width * inv_between(r, 0.2f, 0.45f);
  inv_cloud(c, width, tall, inv_between(r, 0.2f, 0.6f));
  FILL(c, .colour = LIGHTS[k].cloud, .fade = low, .from = 0, .to = horizon,
       .soft = 6, .clear = inv_between(r, 0.1f, 0.5f));
  return low;
}

void inv_draw_hills(inv_canvas *c, inv_rng *r, int count, float y0, float y1,
                    float rough, uint32_t haze, uint32_t colour) {
  for (int i = 0; i < count; i++) {
    float t = ((float)i + 0.6f) / (float)count;
    uint32_t tone = inv_colour_mix(haze, colour, t * inv_between(r, 0.85f, 1));
    float y = inv_mix(y0, y1, t * t), tall = inv_between(r, 6, 14);
    inv_ridge(c, y, tall, inv_between(r, 25, 60), rough, c->noise);
    FILL(c, .colour = inv_shade(tone, 1.1f), .second = inv_shade(tone, 0.8f),
         .pattern = INV_MOTTLE, .scale = 4 + 8 * t,
         .fade = inv_shade(tone, 0.72f), .from = y - tall, .to = y + 35);
  }
}

/* ---- the scene ---------------------------------------------------------- */

/* The light of the day over everything: a veil of one colour, which lowers
 * contrast and moves the mean, and darkness from one side. */
static void draw_air(inv_canvas *c, inv_rng *r) {
  uint32_t veil = inv_any_tone(r, 25, 60);
  inv_everywhere(c);
  FILL(c, .colour = veil, .clear = inv_between(r, 0.76f, 0.94f));
  float y = 50 + inv_between(r, 20, 60);
  inv_turn(c, inv_between(r, -60, 60), 50, 50);
  inv_polygon(c, POINTS(-99, y, 199, y, 199, 199, -99, 199), 0);
  inv_turn(c, 0, 50, 50);
  FILL(c, .colour = 0x101018, .soft = 60, .clear = inv_between(r, 0.6f, 0.9f));
}

/* Stretches or squeezes the colours about the mean of the brightness until
 * that deviates by LOW .. HIGH: an object in front can always be seen, but
 * never without looking. */
static void limit_contrast(inv_canvas *c) {
  static const double LOW = 0.055, HIGH = 0.155;
  size_t n = (size_t)c->size * (size_t)c->size;
  double sum = 0, squares = 0;
  for (size_t i = 0; i < n; i++) {
    double v = 0.3 * c->red[i] + 0.59 * c->green[i] + 0.11 * c->blue[i];
    sum += v;
    squares += v * v;
  }
  double mean = sum / (double)n;
  double deviation = sqrt(fmax(squares / (double)n - mean * mean, 1e-6));
  double wanted = fmin(fmax(deviation, LOW), HIGH);
  float gain = (float)(wanted / deviation), level = (float)mean;
  for (size_t i = 0; i < n; i++) {
    c->red[i] = level + gain * (c->red[i] - level);
    c->green[i] = level + gain * (c->green[i] - level);
    c->blue[i] = level + gain * (c->blue[i] - level);
  }
}

void inv_draw_background(inv_canvas *c, int index, inv_rng *rng) {
#define ENTRY(name) inv_scene_##name,
  static void (*const SCENES[])(inv_canvas *,
                                inv_rng *) = {INV_SCENE_LIST(ENTRY)};
#undef ENTRY
  enum { FAMILIES = sizeof SCENES / sizeof *SCENES };
  SCENES[index % FAMILIES](c, rng);
  draw_air(c, rng);
  limit_contrast(c);
}

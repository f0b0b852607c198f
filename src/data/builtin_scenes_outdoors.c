/* Backgrounds: landscapes and streets. */
#include "data/builtin_noise.h"
#include "data/builtin_scene.h"

/* Flowers or stones strewn over the ground, larger in front. */
static void strew(inv_canvas *c, inv_rng *r, int count, float horizon,
                  float radius, uint32_t colour) {
  for (int i = 0; i < count; i++) {
    float depth = inv_between(r, 0.1f, 1);
    float y = horizon + (100 - horizon) * depth * depth;
    inv_ellipse(c, inv_between(r, 0, 100), y, radius * depth,
                0.7f * radius * depth, 0);
  }
  FILL(c, .colour = colour, .second = inv_shade(colour, 0.7f),
       .pattern = INV_MOTTLE, .scale = 3);
}

/* Where things stand and how tall they are: drawn between these. */
typedef struct {
  float left, right, far, near, low, high;
} range;

/* A broad-leaved tree. */
static void draw_tree(inv_canvas *c, inv_rng *r, range at, uint32_t colour) {
  float x = inv_between(r, at.left, at.right);
  float y = inv_between(r, at.far, at.near);
  float tall = inv_between(r, at.low, at.high);
  inv_line(c, x, y, x + 1, y - 0.5f * tall, 0.05f * tall, 0.03f * tall);
  FILL(c, .colour = 0x4a3320);
  for (int i = 0; i < 4; i++) {
    float dx = tall * inv_between(r, -0.25f, 0.25f);
    float dy = tall * inv_between(r, 0.45f, 0.85f);
    inv_disc(c, x + dx, y - dy, tall * inv_between(r, 0.14f, 0.24f));
  }
  FILL(c, .colour = colour, .second = inv_shade(colour, 0.6f),
       .pattern = INV_MOTTLE, .scale = 0.2f * tall,
       .fade = inv_shade(colour, 0.6f), .from = y - 0.8f * tall,
       .to = y - 0.2f * tall);
}

/* Firs with some snow or light on them. */
static void draw_firs(inv_canvas *c, inv_rng *r, int count, range at,
                      uint32_t colour, uint32_t snow) {
  for (int k = 0; k < count; k++) {
    float x = inv_between(r, at.left, at.right);
    float y = inv_between(r, at.far, at.near);
    float tall = inv_between(r, at.low, at.high);
    for (int i = 0; i < 3; i++) {
      float top = y - tall * (1 - 0.25f * (float)i);
      float half = tall * (0.16f + 0.06f * (float)i);
      inv_polygon(c,
                  POINTS(x, top, x + half, top + 0.45f * tall, x - half,
                         top + 0.45f * tall),
                  0);
    }
    FILL(c, .colour = inv_colour_mix(colour, snow, 0.4f), .second = colour,
         .pattern = INV_MOTTLE, .scale = 0.2f * tall);
  }
}

void inv_scene_meadow(inv_canvas *c, inv_rng *r) {
  float horizon = inv_between(r, 30, 60);
  uint32_t haze = inv_draw_sky(c, r, horizon);
  uint32_t green = inv_tone(r, 95, 22, 55, 58);
  inv_draw_hills(c, r, 2, horizon - 8, horizon, 0.4f, haze, green);
  inv_ridge(c, horizon + 2, 3, 80, 0.3f, c->noise);
  FILL(c, .colour = green, .second = inv_shade(green, 0.7f),
       .pattern = INV_BRUSH, .scale = 3, .fade = inv_shade(green, 0.75f),
       .from = horizon, .to = 110);
  uint32_t petals = inv_tone(r, inv_between(r, -80, 80), 10, 60, 88);
  strew(c, r, 5 + inv_pick(r, 20), horizon + 6, 2, petals);
  if (inv_pick(r, 2))
    draw_tree(c, r, (range){5, 95, horizon + 8, horizon + 20, 25, 45},
              inv_shade(green, 0.8f));
}

void inv_scene_autumn_hills(inv_canvas *c, inv_rng *r) {
  float horizon = inv_between(r, 28, 50);
  uint32_t haze = inv_draw_sky(c, r, horizon);
  uint32_t colour = inv_tone(r, 32, 22, 62, 62);
  inv_draw_hills(c, r, 3 + inv_pick(r, 3), horizon, 88, 0.5f, haze, colour);
  for (int i = 0, n = 2 + inv_pick(r, 4); i < n; i++)
    draw_tree(c, r, (range){0, 100, 70, 98, 18, 34},
              inv_tone(r, 30, 25, 70, 66));
}

void inv_scene_mountains(inv_canvas *c, inv_rng *r) {
  float base = inv_between(r, 42, 62), tall = inv_between(r, 22, 36);
  uint32_t haze = inv_draw_sky(c, r, base);
  uint32_t rock = inv_tone(r, 225, 25, 22, 48);
  float wavelength = inv_between(r, 20, 34);
  uint32_t noise = inv_rng_u32(r);
  inv_ridge(c, base, tall, wavelength, 0.55f, noise);
  FILL(c, .colour = 0xeef2f6, .second = inv_colour_mix(rock, 0xeef2f6, 0.5f),
       .pattern = INV_MOTTLE, .scale = 8, .angle = 30, .fade = rock,
       .from = base - 0.35f * tall, .to = base + 0.1f * tall);
  uint32_t slope = inv_tone(r, 130, 30, 35, 40);
  inv_draw_hills(c, r, 2, base + 6, 82, 0.5f, inv_colour_mix(haze, rock, 0.5f),
                 slope);
  draw_firs(c, r, inv_pick(r, 8), (range){0, 100, 82, 102, 14, 28},
            inv_shade(slope, 0.6f), inv_shade(slope, 0.8f));
}

void inv_scene_beach(inv_canvas *c, inv_rng *r) {
  float horizon = inv_between(r, 25, 45), shore = inv_between(r, 55, 75);
  inv_draw_sky(c, r, horizon);
  uint32_t sea = inv_tone(r, 198, 20, 60, 68);
  inv_box(c, -20, horizon, 120, 130, 0);
  FILL(c, .colour = sea, .second = inv_shade(sea, 1.3f), .pattern = INV_GRAIN,
       .scale = 5, .angle = 90, .horizon = horizon - 4, .share = .3,
       .fade = inv_shade(sea, 1.25f), .from = horizon, .to = shore);
  uint32_t sand = inv_tone(r, 40, 8, 38, 88), noise = inv_rng_u32(r);
  inv_ridge(c, shore - 2.5f, 7, 60, 0.3f, noise);
  FILL(c, .colour = 0xf4f8f8, .soft = 2.5f, .clear = .15);
  inv_ridge(c, shore, 7, 60, 0.3f, noise);
  FILL(c, .colour = inv_shade(sand, 0.8f), .second = inv_shade(sand, 0.72f),
       .pattern = INV_MOTTLE, .scale = 5, .fade = sand, .from = shore,
       .to = shore + 15);
  strew(c, r, inv_pick(r, 14), shore + 8, 2, inv_shade(sand, 0.6f));
}

void inv_scene_sunset_sea(inv_canvas *c, inv_rng *r) {
  float horizon = inv_between(r, 40, 66), x = inv_between(r, 15, 85);
  uint32_t high = inv_tone(r, 255, 45, 50, 48);
  uint32_t low = inv_tone(r, 25, 18, 62, 92);
  inv_everywhere(c);
  FILL(c, .colour = high, .fade = low, .from = 0, .to = horizon);
  inv_cloud(c, inv_between(r, 40, 80), 9, .5);
  FILL(c, .colour = inv_colour_mix(high, low, 0.3f), .soft = 5, .clear = .35);
  float radius = inv_between(r, 6, 11);
  inv_disc(c, x, horizon - inv_between(r, -3, 14), radius);
  FILL(c, .colour = inv_tone(r, 45, 8, 40, 98), .soft = 2);
  inv_box(c, -20, horizon, 120, 130, 0);
  FILL(c, .colour = inv_colour_mix(low, high, 0.5f),
       .second = inv_shade(high, 0.7f), .pattern = INV_GRAIN, .scale = 4,
       .angle = 90, .horizon = horizon - 3, .fade = inv_shade(high, 0.6f),
       .from = horizon, .to = 115);
  inv_polygon(
      c, POINTS(x - 5, horizon, x + 5, horizon, x + 16, 110, x - 16, 110), 0);
  FILL(c, .colour = low, .second = inv_shade(high, 0.8f), .pattern = INV_GRAIN,
       .scale = 4, .angle = 90, .horizon = horizon - 3, .soft = 14,
       .clear = .4);
}

void inv_scene_dunes(inv_canvas *c, inv_rng *r) {
  float horizon = inv_between(r, 28, 52);
  uint32_t haze = inv_draw_sky(c, r, horizon);
  uint32_t sand = inv_tone(r, 30, 14, 50, 80);
  for (int i = 0, n = 3 + inv_pick(r, 3); i < n; i++) {
    float t = ((float)i + 0.7f) / (float)n, y = inv_mix(horizon, 92, t * t);
    uint32_t tone = inv_colour_mix(haze, sand, 0.4f + 0.6f * t);
    uint32_t noise = inv_rng_u32(r);
    float tall = inv_between(r, 8, 16), wide = inv_between(r, 45, 90);
    inv_ridge(c, y, tall, wide, 0.15f, noise);
    FILL(c, .colour = inv_shade(tone, 1.1f), .second = inv_shade(tone, 0.93f),
         .pattern = INV_GRAIN, .scale = 3 + 4 * t, .angle = 80,
         .fade = inv_shade(tone, 0.7f), .from = y - 6, .to = y + 30);
    inv_ridge(c, y + 2, tall * 1.5f, wide * 0.8f, 0.15f, noise);
    FILL(c, .colour = inv_shade(tone, 0.75f), .on = true, .clear = .4,
         .soft = 2);
  }
}

void inv_scene_forest(inv_canvas *c, inv_rng *r) {
  uint32_t light = inv_tone(r, 85, 30, 35, 80);
  uint32_t dark = inv_tone(r, 120, 40, 45, 30);
  inv_everywhere(c);
  FILL(c, .colour = inv_colour_mix(light, dark, 0.4f), .second = light,
       .pattern = INV_MOTTLE, .scale = 14);
  float floor = inv_between(r, 68, 84);
  for (int layer = 0; layer < 3; layer++) {
    float near = ((float)layer + 1) / 3, y = floor + 8 * (float)layer - 6;
    uint32_t bark = inv_colour_mix(light, inv_tone(r, 28, 12, 40, 32), near);
    inv_ridge(c, y, 3, 30, 0.4f, c->noise);
    FILL(c, .colour = inv_colour_mix(light, dark, near),
         .second = inv_tone(r, 50, 40, 45, 45), .pattern = INV_MOTTLE,
         .scale = 3 + 3 * near);
    for (int i = 0, n = 5 - layer; i < n; i++) {
      float x = inv_between(r, 0, 100),
            w = inv_between(r, 1, 2.2f) * (0.5f + 1.6f * near);
      inv_line(c, x, -5, x + inv_between(r, -3, 3), y + 4, 0.8f * w, w);
    }
    FILL(c, .colour = inv_shade(bark, 1.15f), .second = inv_shade(bark, 0.75f),
         .pattern = INV_GRAIN, .scale = 3);
  }
  inv_cloud(c, 18, 14, inv_between(r, 0.2f, 0.7f));
  FILL(c, .colour = inv_colour_mix(dark, light, 0.3f), .second = dark,
       .pattern = INV_CELLS, .scale = 5, .clear = .15, .fade = light,
       .from = 30, .to = 130, .soft = 2);
}

void inv_scene_lake(inv_canvas *c, inv_rng *r) {
  float shore = inv_between(r, 42, 60);
  uint32_t haze = inv_draw_sky(c, r, shore);
  uint32_t wood = inv_tone(r, 125, 40, 38, 42), noise = inv_rng_u32(r);
  float tall = inv_between(r, 8, 18), wide = inv_between(r, 20, 50);
  inv_draw_hills(c, r, 1, shore - 14, shore - 10, 0.5f, haze,
                 inv_colour_mix(haze, wood, 0.4f));
  inv_ridge(c, shore - 6, tall, wide, 0.6f, noise);
  FILL(c, .colour = wood, .second = inv_shade(wood, 0.65f),
       .pattern = INV_MOTTLE, .scale = 5);
  uint32_t water = inv_colour_mix(haze, inv_tone(r, 205, 20, 45, 55), 0.6f);
  inv_box(c, -20, shore, 120, 130, 0);
  FILL(c, .colour = water, .second = inv_shade(water, 0.85f),
       .pattern = INV_GRAIN, .scale = 4, .angle = 90, .horizon = shore - 4,
       .fade = inv_shade(water, 0.7f), .from = 70, .to = 110);

  inv_box(c, -20, shore, 120, shore + tall, 0);
  FILL(c, .colour = inv_colour_mix(water, wood, 0.7f), .second = water,
       .pattern = INV_GRAIN, .scale = 4, .angle = 90, .on = true, .clear = .25,
       .fade = water, .from = shore, .to = shore + 30, .soft = 4);
  for (int i = 0, n = inv_pick(r, 9); i < n; i++) {
    float x = inv_between(r, 0, 100);
    float tip = inv_between(r, 66, 86);
    inv_line(c, x, 104, x + inv_between(r, -6, 6), tip, 1, .4);
  }
  FILL(c, .colour = inv_shade(wood, 0.6f));
}

/* A row of houses with lit or dark windows, from left to right. */
static void draw_houses(inv_canvas *c, inv_rng *r, float ground, float low,
                        float high, float hue, float value, uint32_t glass,
                        uint32_t haze, float clear) {
  for (float x = inv_between(r, -12, 0); x < 100;) {
    float wide = inv_between(r, 10, 22), tall = inv_between(r, low, high);
    uint32_t wall =
        inv_colour_mix(inv_tone(r, hue, 25, 25, value), haze, clear);
    inv_box(c, x, ground - tall, x + wide, 130, 0);
    FILL(c, .colour = wall, .second = inv_colour_mix(glass, wall, clear),
         .pattern = INV_WINDOWS, .scale = wide / (float)(3 + inv_pick(r, 3)),
         .x = x, .y = ground - tall, .share = .55,
         .fade = inv_shade(wall, 0.8f), .from = ground - 10, .to = ground + 40);
    x += wide + inv_between(r, -1, 2);
  }
}

void inv_scene_night_city(inv_canvas *c, inv_rng *r) {
  uint32_t high = inv_tone(r, 232, 25, 60, 22);
  uint32_t low = inv_tone(r, 260, 60, 40, 45);
  inv_everywhere(c);
  FILL(c, .colour = high, .second = 0xc8d0e8, .pattern = INV_SPOTS, .scale = 11,
       .share = .12, .fade = low, .from = 10, .to = 80);
  float x = inv_between(r, 10, 90), y = inv_between(r, 10, 30);
  inv_disc(c, x, y, inv_between(r, 5, 9));
  FILL(c, .colour = 0xf2ecd2, .second = 0xc9c2a4, .pattern = INV_MOTTLE,
       .scale = 5, .soft = 2);
  inv_cloud(c, 50, 10, .3);
  FILL(c, .colour = inv_shade(low, 0.8f), .soft = 5, .clear = .4);
  float ground = inv_between(r, 78, 96);
  draw_houses(c, r, ground, 25, 50, 240, 30, 0xd9b860, low, .45);
  draw_houses(c, r, ground + 8, 15, 42, 230, 20, 0xf4cf6a, high, .1);
}

void inv_scene_city(inv_canvas *c, inv_rng *r) {
  float ground = inv_between(r, 74, 90);
  uint32_t haze = inv_draw_sky(c, r, 60);
  draw_houses(c, r, ground, 35, 66, 210, 65, 0x5a6a7c, haze, .5);
  draw_houses(c, r, ground, 20, 52, inv_between(r, 0, 60), 70, 0x34465a, haze,
              .1);
  uint32_t street = inv_tone(r, 220, 20, 8, 42);
  inv_box(c, -20, ground, 120, 130, 0);
  FILL(c, .colour = inv_shade(street, 1.4f), .second = inv_shade(street, 1.2f),
       .pattern = INV_BRICKS, .scale = 6);
  inv_box(c, -20, ground + 5, 120, 130, 0);
  FILL(c, .colour = street, .second = inv_shade(street, 0.8f),
       .pattern = INV_MOTTLE, .scale = 5);
  if (inv_pick(r, 2))
    draw_tree(c, r, (range){5, 95, ground + 5, ground + 8, 26, 42},
              inv_tone(r, 100, 25, 50, 48));
}

void inv_scene_road(inv_canvas *c, inv_rng *r) {
  float horizon = inv_between(r, 32, 52), x = inv_between(r, 25, 75);
  uint32_t haze = inv_draw_sky(c, r, horizon);
  uint32_t field = inv_tone(r, 75, 40, 45, 58);
  inv_draw_hills(c, r, 2, horizon - 8, horizon, 0.5f, haze, field);
  inv_box(c, -20, horizon, 120, 130, 0);
  FILL(c, .colour = field, .second = inv_shade(field, 0.8f),
       .pattern = INV_BRUSH, .scale = 8, .horizon = horizon - 3,
       .fade = inv_shade(field, 0.85f), .from = horizon, .to = 100);
  float foot = inv_between(r, 20, 80), half = inv_between(r, 22, 45);
  uint32_t tar = inv_tone(r, 230, 30, 8, 45);
  inv_polygon(c,
              POINTS(x - 1, horizon, x + 1, horizon, foot + half, 104,
                     foot - half, 104),
              1);
  FILL(c, .colour = tar, .second = inv_shade(tar, 0.85f), .pattern = INV_MOTTLE,
       .scale = 4);
  for (int i = 0; i < 5; i++) {
    float near = 0.12f + 0.2f * (float)i;
    float a = near * near, b = (near + 0.1f) * (near + 0.1f);

    inv_line(c, inv_mix(x, foot, a), inv_mix(horizon, 104, a),
             inv_mix(x, foot, b), inv_mix(horizon, 104, b), 1.6f * a + .2f,
             1.6f * b + .2f);
  }
  FILL(c, .colour = 0xf0ead8);
  for (int i = 0; i < 3; i++) {
    float side = i % 2 ? 78 : 0;
    draw_tree(c, r, (range){side, side + 22, horizon + 4, horizon + 22, 16, 36},
              inv_shade(field, 0.7f));
  }
}

void inv_scene_snow(inv_canvas *c, inv_rng *r) {
  float horizon = inv_between(r, 35, 58);
  uint32_t haze = inv_draw_sky(c, r, horizon);
  uint32_t snow = inv_tone(r, 212, 15, 10, 88);
  uint32_t fir = inv_tone(r, 165, 30, 35, 34);
  inv_draw_hills(c, r, 1, horizon - 6, horizon, 0.6f, haze,
                 inv_colour_mix(haze, fir, 0.5f));
  for (int row = 0; row < 3; row++) {
    float y = horizon + 16 * (float)row + 4;
    inv_ridge(c, y, 5, 50, 0.2f, c->noise);
    FILL(c, .colour = snow, .second = inv_shade(snow, 0.9f),
         .pattern = INV_MOTTLE, .scale = 16, .fade = inv_shade(snow, 0.84f),
         .from = y, .to = y + 40);
    float low = 10 + 7 * (float)row;
    draw_firs(c, r, inv_pick(r, 5), (range){0, 100, y + 2, y + 8, low, low + 8},
              inv_colour_mix(fir, haze, 0.3f), snow);
  }
}

void inv_scene_clouds(inv_canvas *c, inv_rng *r) {
  uint32_t low = inv_draw_sky(c, r, 100);
  for (int i = 0, n = 2 + inv_pick(r, 2); i < n; i++) {
    float width = inv_between(r, 22, 60);
    uint32_t tone = inv_colour_mix(low, 0xffffff, inv_between(r, 0.3f, 0.9f));
    float share = inv_between(r, 0.1f, 0.5f);
    inv_cloud(c, width, 0.5f * width, share);
    FILL(c, .colour = tone, .second = inv_shade(tone, 0.82f),
         .pattern = INV_MOTTLE, .scale = 14, .soft = 7);
  }
}

void inv_scene_garden(inv_canvas *c, inv_rng *r) {
  uint32_t haze = inv_draw_sky(c, r, 50);
  uint32_t green = inv_tone(r, 110, 25, 50, 48);
  float hedge = inv_between(r, 25, 48), foot = inv_between(r, 72, 88);
  inv_ridge(c, hedge, 10, 26, 0.6f, c->noise);
  FILL(c, .colour = inv_colour_mix(green, haze, 0.2f),
       .second = inv_shade(green, 0.6f), .pattern = INV_CELLS, .scale = 5,
       .share = .9);
  float wide = inv_between(r, 8, 14), top = inv_between(r, 42, 60);
  uint32_t wood = inv_tone(r, 30, 200, 18, 78);
  for (float x = inv_between(r, -8, 0); x < 104; x += wide)
    inv_polygon(c,
                POINTS(x, foot + 6, x, top, x + 0.35f * wide, top - 5,
                       x + 0.7f * wide, top, x + 0.7f * wide, foot + 6),
                0);
  inv_box(c, -9, top + 6, 109, top + 10, 0);
  inv_box(c, -9, foot - 8, 109, foot - 4, 0);
  FILL(c, .colour = wood, .second = inv_shade(wood, 0.8f), .pattern = INV_GRAIN,
       .scale = 5);
  inv_ridge(c, foot, 3, 12, 0.7f, c->noise);
  FILL(c, .colour = green, .second = inv_shade(green, 0.65f),
       .pattern = INV_BRUSH, .scale = 3);
  uint32_t petals = inv_tone(r, inv_between(r, -60, 70), 10, 60, 85);
  strew(c, r, 4 + inv_pick(r, 12), foot - 6, 3, petals);
}

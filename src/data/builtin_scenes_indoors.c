/* Backgrounds: rooms, and materials seen from near. */
#include "data/builtin_noise.h"
#include "data/builtin_scene.h"

/* Light that falls in through a window, as a slanted patch. */
static void draw_light(inv_canvas *c, inv_rng *r) {
  float x = inv_between(r, -10, 60), lean = inv_between(r, 10, 35);
  float y = inv_between(r, 0, 40), wide = inv_between(r, 18, 40);
  float tall = inv_between(r, 30, 55);
  for (int i = 0; i < 2; i++, x += 0.62f * wide)
    inv_polygon(c,
                POINTS(x, y, x + 0.5f * wide, y, x + 0.5f * wide + lean,
                       y + tall, x + lean, y + tall),
                0);
  FILL(c, .colour = 0xfff0c8, .soft = 3, .clear = inv_between(r, 0.6f, 0.85f));
}

/* A disc anywhere above y. */
static void dot(inv_canvas *c, inv_rng *r, float y, float low, float high) {
  float cx = inv_between(r, 0, 100), cy = inv_between(r, 0, y);
  inv_disc(c, cx, cy, inv_between(r, low, high));
}

/* A wall of paint, paper or panels. */
static uint32_t draw_wall(inv_canvas *c, inv_rng *r) {
  static const inv_pattern PAPERS[] = {INV_MOTTLE, INV_STRIPES, INV_SPOTS,
                                       INV_BRUSH, INV_KNIT};
  int k = inv_pick(r, 5);
  uint32_t wall = inv_any_tone(r, 24, 78);
  float scale = inv_between(r, 7, 14);
  inv_everywhere(c);
  FILL(c, .colour = wall, .second = inv_shade(wall, inv_between(r, .84f, .93f)),
       .pattern = PAPERS[k], .scale = scale, .fade = inv_shade(wall, 0.78f),
       .from = -20, .to = 120);
  return wall;
}

/* Books, jars and boxes side by side on y, of at most this height. */
static void draw_row(inv_canvas *c, inv_rng *r, float y, float tall) {
  for (float x = inv_between(r, -4, 6); x < 100;) {
    float wide = inv_between(r, 6, 13),
          high = tall * inv_between(r, 0.5f, 0.9f);
    uint32_t tone = inv_any_tone(r, 60, 62);
    float band = inv_between(r, 6, 14);
    inv_box(c, x, y - high, x + wide, y, 0.8f);
    FILL(c, .colour = tone, .second = inv_shade(tone, 1.35f),
         .pattern = INV_STRIPES, .scale = band, .angle = 90, .share = .2,
         .fade = inv_shade(tone, 0.7f), .from = y - high, .to = y + 12);
    x += wide + (inv_pick(r, 6) ? 0.3f : inv_between(r, 2, 14));
  }
}

void inv_scene_room(inv_canvas *c, inv_rng *r) {
  float corner = inv_between(r, 58, 76);
  uint32_t wall = draw_wall(c, r);
  float x = inv_between(r, 5, 55), wide = inv_between(r, 24, 36);
  inv_box(c, x - 3, 7, x + wide + 3, 49, 1);
  FILL(c, .colour = inv_colour_mix(wall, 0xffffff, 0.6f));
  inv_box(c, x, 10, x + wide, 46, 0);
  FILL(c, .colour = inv_tone(r, 205, 15, 35, 90), .fade = 0xf4f2e4, .from = 12,
       .to = 44, .second = 0xf2f6f8, .pattern = INV_MOTTLE, .scale = 14);
  inv_box(c, x + wide / 2 - 1, 8, x + wide / 2 + 1, 47, 0);
  inv_box(c, x, 25, x + wide, 27, 0);
  FILL(c, .colour = inv_colour_mix(wall, 0xffffff, 0.5f));
  inv_box(c, -20, corner, 120, 130, 0);
  uint32_t floor = inv_tone(r, 28, 14, 48, 58);
  bool boards = inv_pick(r, 3);
  FILL(c, .colour = floor, .second = inv_shade(floor, 0.72f),
       .pattern = boards ? INV_BRICKS : INV_CHECKS, .scale = 12,
       .angle = inv_pick(r, 2) ? 90 : 0, .horizon = corner - 14);
  inv_box(c, -20, corner - 2.5f, 120, corner + .5f, 0);
  FILL(c, .colour = inv_colour_mix(wall, 0xffffff, 0.35f));
  draw_light(c, r);
}

void inv_scene_kitchen(inv_canvas *c, inv_rng *r) {
  uint32_t tile = inv_any_tone(r, 20, 82);
  bool laid = inv_pick(r, 2);
  float top = inv_between(r, 58, 78), scale = inv_between(r, 9, 18);
  inv_everywhere(c);
  FILL(c, .colour = tile, .second = inv_shade(tile, 0.78f),
       .pattern = laid ? INV_BRICKS : INV_CHECKS, .scale = scale,
       .fade = inv_shade(tile, 0.82f), .from = 0, .to = 100);
  float shelf = inv_between(r, 18, 34);
  draw_row(c, r, shelf, 16);
  uint32_t wood = inv_tone(r, 30, 14, 45, 55);
  inv_box(c, -9, shelf, 109, shelf + 3, 0);
  inv_box(c, -9, top, 109, 130, 0);
  FILL(c, .colour = wood, .second = inv_shade(wood, 0.75f),
       .pattern = INV_GRAIN, .scale = 7, .angle = 90);
  inv_box(c, -9, top, 109, top + 2.5f, 0);
  FILL(c, .colour = inv_shade(wood, 1.3f));
  draw_light(c, r);
}

void inv_scene_table(inv_canvas *c, inv_rng *r) {
  uint32_t far = inv_any_tone(r, 35, 50);
  float edge = inv_between(r, 38, 60);
  inv_everywhere(c);
  FILL(c, .colour = far, .second = inv_shade(far, 0.6f), .pattern = INV_MOTTLE,
       .scale = 28);
  for (int i = 0, n = 4 + inv_pick(r, 8); i < n; i++) {
    dot(c, r, edge, 3, 9);
    uint32_t glow = inv_tone(r, inv_between(r, 0, 90), 0, 35, 90);
    FILL(c, .colour = glow, .soft = 3, .clear = inv_between(r, 0.5f, 0.8f));
  }
  uint32_t wood = inv_tone(r, 28, 16, 50, 60);
  bool along = inv_pick(r, 2);
  inv_box(c, -20, edge, 120, 130, 0);
  FILL(c, .colour = wood, .second = inv_shade(wood, 0.72f),
       .pattern = INV_GRAIN, .scale = inv_between(r, 8, 16),
       .angle = along ? 0 : 90, .horizon = edge - 16,
       .fade = inv_shade(wood, 1.15f), .from = 110, .to = edge, .soft = 1.5f);
}

void inv_scene_shelves(inv_canvas *c, inv_rng *r) {
  uint32_t wood = inv_tone(r, 28, 14, 45, 52);
  inv_everywhere(c);
  FILL(c, .colour = inv_shade(wood, 0.55f), .second = inv_shade(wood, 0.45f),
       .pattern = INV_GRAIN, .scale = 9);
  float gap = inv_between(r, 26, 40);
  for (float y = inv_between(r, 14, 30); y < 120; y += gap) {
    draw_row(c, r, y, gap - 3);
    inv_box(c, -9, y, 109, y + 3.5f, 0);
    FILL(c, .colour = wood, .second = inv_shade(wood, 0.8f),
         .pattern = INV_GRAIN, .scale = 4, .angle = 90,
         .fade = inv_shade(wood, 0.6f), .from = y + 1, .to = y + 4);
  }
}

void inv_scene_curtain(inv_canvas *c, inv_rng *r) {
  uint32_t cloth = inv_any_tone(r, 48, 62);
  bool knit = inv_pick(r, 2);
  float fold = inv_between(r, 15, 30), lean = inv_between(r, -6, 6);
  inv_everywhere(c);
  FILL(c, .colour = cloth, .second = inv_shade(cloth, 0.82f),
       .pattern = knit ? INV_KNIT : INV_SPOTS, .scale = inv_between(r, 8, 14));
  inv_turn(c, lean, 50, 0);
  for (float x = inv_between(r, -20, -10); x < 120; x += fold) {
    fold *= inv_between(r, 0.9f, 1.1f);
    float bend = inv_between(r, -2, 2);
    inv_path(c, POINTS(x, -20, x + bend, 40, x - 2 * bend, 120), 0.12f * fold,
             0.28f * fold);
  }
  FILL(c, .colour = inv_shade(cloth, 0.5f), .soft = 0.5f * fold, .clear = .25);
  for (float x = inv_between(r, -20, -10) + fold / 2; x < 120; x += fold)
    inv_line(c, x, -20, x + inv_between(r, -4, 4), 120, .4, 1.2f);
  FILL(c, .colour = inv_shade(cloth, 1.4f), .soft = 0.3f * fold, .clear = .5);
  inv_turn(c, 0, 50, 50);
}

void inv_scene_bricks(inv_canvas *c, inv_rng *r) {
  uint32_t brick = inv_tone(r, 14, 18, 50, 62);
  inv_turn(c, inv_between(r, -4, 4), 50, 50);
  inv_everywhere(c);
  uint32_t mortar = inv_tone(r, 35, 10, 14, 72);
  float scale = inv_between(r, 7, 13);
  FILL(c, .colour = brick, .second = mortar, .pattern = INV_BRICKS,
       .scale = scale, .share = inv_between(r, .4f, .9f));
  inv_cloud(c, 30, 24, inv_between(r, 0, 0.8f));
  FILL(c, .colour = inv_shade(brick, 0.55f), .soft = 9, .clear = .55);
  inv_turn(c, 0, 50, 50);
  draw_light(c, r);
}

void inv_scene_planks(inv_canvas *c, inv_rng *r) {
  float wide = inv_between(r, 14, 30), x = inv_between(r, -25, -10);
  uint32_t wood = inv_tone(r, 26, 14, inv_between(r, 25, 65), 64);
  inv_turn(c, inv_pick(r, 2) ? inv_between(r, -8, 8) : 90, 50, 50);
  for (; x < 130; x += wide) {
    uint32_t tone = inv_shade(wood, inv_between(r, 0.8f, 1.15f));
    inv_box(c, x, -30, x + wide - 1, 130, 0);
    FILL(c, .colour = tone, .second = inv_shade(tone, 0.7f),
         .pattern = INV_GRAIN, .scale = inv_between(r, 6, 14), .y = x);
    inv_box(c, x + wide - 1.6f, -30, x + wide, 130, 0);
    FILL(c, .colour = inv_shade(wood, 0.35f), .soft = 1.5f);
    if (inv_pick(r, 2)) {
      inv_ellipse(c, x + wide / 2, inv_between(r, 0, 100), 2, 3.5f, 0);
      FILL(c, .colour = inv_shade(wood, 0.4f), .soft = 2);
    }
  }
  inv_turn(c, 0, 50, 50);
}

void inv_scene_paving(inv_canvas *c, inv_rng *r) {
  uint32_t stone = inv_tone(r, inv_between(r, 20, 240), 0, 12, 60);
  bool ground = inv_pick(r, 2), wild = inv_pick(r, 2);
  inv_turn(c, ground ? 0 : inv_between(r, -30, 30), 50, 50);
  inv_everywhere(c);
  FILL(c, .colour = inv_shade(stone, 1.15f), .second = inv_shade(stone, 0.6f),
       .pattern = wild ? INV_CELLS : INV_BRICKS,
       .scale = inv_between(r, 11, 20));
  inv_cloud(c, 24, 20, 0.4f);
  uint32_t moss = inv_tone(r, 90, 40, 30, 42);
  FILL(c, .colour = moss, .soft = 8, .clear = inv_between(r, 0.5f, 0.8f));
  inv_turn(c, 0, 50, 50);
}

void inv_scene_grass(inv_canvas *c, inv_rng *r) {
  uint32_t green = inv_tone(r, 92, 26, 58, 50);
  inv_everywhere(c);
  FILL(c, .colour = inv_shade(green, 0.6f), .second = inv_shade(green, 0.9f),
       .pattern = INV_BRUSH, .scale = 4);
  for (int layer = 0; layer < 4; layer++) {
    for (int i = 0; i < 14; i++) {
      float x = inv_between(r, -5, 105), y = inv_between(r, 20, 115);
      float lean = inv_between(r, -9, 9), tall = inv_between(r, 16, 34);
      inv_path(
          c, POINTS(x, y, x + 0.3f * lean, y - 0.6f * tall, x + lean, y - tall),
          1.3f, .3);
    }
    uint32_t tone = inv_shade(green, 0.75f + 0.17f * (float)layer);
    FILL(c, .colour = tone, .second = inv_shade(tone, 0.8f),
         .pattern = INV_MOTTLE, .scale = 10);
  }
  for (int i = 0, n = inv_pick(r, 7); i < n; i++)
    dot(c, r, 100, 2, 3.5f);
  FILL(c, .colour = inv_tone(r, inv_between(r, -60, 60), 0, 45, 92));
}

void inv_scene_sand(inv_canvas *c, inv_rng *r) {
  uint32_t sand = inv_tone(r, 36, 12, 36, 80);
  inv_everywhere(c);
  float scale = inv_between(r, 11, 22);
  FILL(c, .colour = sand, .second = inv_shade(sand, 0.76f),
       .pattern = INV_GRAIN, .scale = scale, .angle = inv_between(r, 55, 125));
  inv_cloud(c, 40, 26, inv_between(r, 0.1f, 0.6f));
  FILL(c, .colour = inv_shade(sand, 0.65f), .second = sand,
       .pattern = INV_SPOTS, .scale = 5, .soft = 9, .clear = .5);
  for (int i = 0, n = inv_pick(r, 7); i < n; i++) {
    dot(c, r, 100, 2, 4);
    inv_paint(
        c, (inv_material){.colour = inv_tone(r, 30, 30, 20, 65), .relief = 3});
  }
}

void inv_scene_water(inv_canvas *c, inv_rng *r) {
  uint32_t blue = inv_tone(r, 197, 26, 58, 62);
  bool far = inv_pick(r, 2);
  inv_everywhere(c);
  float scale = inv_between(r, 8, 16);
  FILL(c, .colour = blue, .second = inv_shade(blue, 0.68f),
       .pattern = INV_GRAIN, .scale = scale, .angle = inv_between(r, 75, 105),
       .fade = inv_shade(blue, 1.3f), .from = 110, .to = -20);
  inv_everywhere(c);
  FILL(c, .colour = blue, .second = inv_shade(blue, 1.5f),
       .pattern = far ? INV_BRUSH : INV_CELLS, .scale = inv_between(r, 14, 26),
       .angle = 90, .clear = .65);
  inv_cloud(c, 20, 6, 0.1f);
  FILL(c, .colour = 0xf4fbff, .soft = 2, .clear = .3);
}

void inv_scene_fabric(inv_canvas *c, inv_rng *r) {
  static const inv_pattern WEAVES[] = {INV_CHECKS, INV_KNIT, INV_STRIPES,
                                       INV_SPOTS, INV_SCALES};
  float hue = inv_between(r, 0, 360);
  uint32_t cloth = inv_tone(r, hue, 0, 38, 68);
  uint32_t other = inv_tone(r, hue + inv_between(r, 20, 120), 0, 38, 55);
  float scale = inv_between(r, 9, 24);
  inv_turn(c, inv_between(r, -35, 35), 50, 50);
  inv_everywhere(c);
  FILL(c, .colour = cloth, .second = inv_colour_mix(cloth, other, .8f),
       .pattern = WEAVES[inv_pick(r, 5)], .scale = scale);
  inv_everywhere(c);
  FILL(c, .colour = other, .second = inv_shade(cloth, 1.25f),
       .pattern = INV_STRIPES, .scale = scale * inv_between(r, 1.2f, 2),
       .angle = 90, .clear = .6);
  inv_turn(c, inv_between(r, 0, 180), 50, 50);
  inv_everywhere(c);
  FILL(c, .colour = inv_shade(cloth, 0.5f), .second = inv_shade(cloth, 1.3f),
       .pattern = INV_BRUSH, .scale = inv_between(r, 25, 50), .clear = .75);
  inv_turn(c, 0, 50, 50);
}

void inv_scene_leaves(inv_canvas *c, inv_rng *r) {
  float hue = inv_between(r, 15, 130);
  uint32_t earth = inv_tone(r, hue, 20, 40, 28);
  inv_everywhere(c);
  FILL(c, .colour = earth, .second = inv_shade(earth, 1.6f),
       .pattern = INV_MOTTLE, .scale = 9);
  for (int i = 0; i < 38; i++) {
    float x = inv_between(r, -5, 105), y = inv_between(r, -5, 105);
    float l = inv_between(r, 7, 14), w = l * inv_between(r, 0.3f, 0.5f);
    uint32_t tone = inv_tone(r, hue, 18, 55, 45 + 0.6f * (float)i);
    inv_turn(c, inv_between(r, 0, 360), x, y);
    inv_blob(c, POINTS(x - l, y, x, y - w, x + l, y, x, y + w));
    FILL(c, .colour = tone, .second = inv_shade(tone, 0.75f),
         .pattern = INV_STRIPES, .scale = 3.5f, .angle = 30,
         .fade = inv_shade(tone, 0.7f), .from = y, .to = y + .5f);
  }
  inv_turn(c, 0, 50, 50);
}

void inv_scene_pebbles(inv_canvas *c, inv_rng *r) {
  float hue = inv_between(r, 20, 230);
  uint32_t gap = inv_tone(r, hue, 10, 14, 34);
  inv_everywhere(c);
  FILL(c, .colour = inv_shade(gap, 1.7f), .second = gap, .pattern = INV_CELLS,
       .scale = inv_between(r, 6, 9), .share = .9);
  for (int i = 0; i < 26; i++) {
    float s = inv_between(r, 5, 11), x = inv_between(r, 0, 100);
    float y = inv_between(r, 0, 100), flat = inv_between(r, 0.6f, 0.9f);
    uint32_t tone = inv_tone(r, hue, 25, 16, inv_between(r, 50, 85));
    inv_ellipse(c, x, y, s, s * flat, inv_between(r, 0, 180));
    inv_paint(c, (inv_material){.colour = tone,
                                .second = inv_shade(tone, 0.8f),
                                .pattern = INV_MOTTLE,
                                .scale = 7,
                                .relief = 0.6f * s});
  }
}

void inv_scene_roof(inv_canvas *c, inv_rng *r) {
  float hue = inv_pick(r, 3) ? 14 : 210;
  uint32_t tile = inv_tone(r, hue, 14, inv_between(r, 15, 55), 58);
  inv_turn(c, inv_between(r, -12, 12), 50, 50);
  inv_everywhere(c);
  FILL(c, .colour = inv_shade(tile, 1.15f), .second = inv_shade(tile, 0.45f),
       .pattern = INV_SCALES, .scale = inv_between(r, 10, 20));
  inv_cloud(c, 26, 26, 0.4f);
  uint32_t moss = inv_tone(r, 95, 40, 25, 45);
  FILL(c, .colour = moss, .soft = 9, .clear = inv_between(r, 0.45f, 0.8f));
  inv_turn(c, 0, 50, 50);
}

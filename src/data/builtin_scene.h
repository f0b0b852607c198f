/* What the families of backgrounds share: draws, colours, skies. A scene is a
 * function of a generator; whatever it draws from it may differ between two
 * scenes of the family. */
#ifndef INV_DATA_BUILTIN_SCENE_H
#define INV_DATA_BUILTIN_SCENE_H

#include "base/random.h"
#include "data/builtin_canvas.h"

/* A number in low .. high, and one of 0 .. n-1. */
float inv_between(inv_rng *r, float low, float high);
int inv_pick(inv_rng *r, int n);

/* A colour by hue in degrees, saturation and value in percent. */
uint32_t inv_hsv(float hue, float saturation, float value);
/* A colour up to `spread` degrees from the hue, somewhat lighter or darker. */
uint32_t inv_tone(inv_rng *r, float hue, float spread, float saturation,
                  float value);
/* The same of any hue. */
uint32_t inv_any_tone(inv_rng *r, float saturation, float value);
/* a at 0, b at 1. */
uint32_t inv_colour_mix(uint32_t a, uint32_t b, float t);
/* Darker (share < 1) or lighter. */
uint32_t inv_shade(uint32_t colour, float share);

/* Fills the picture with a sky whose light is drawn, down to the horizon;
 * returns the colour of the haze there. */
uint32_t inv_draw_sky(inv_canvas *c, inv_rng *r, float horizon);
/* Ridges one before the other, from the haze at y0 to the colour at y1. */
void inv_draw_hills(inv_canvas *c, inv_rng *r, int count, float y0, float y1,
                    float rough, uint32_t haze, uint32_t colour);

/* One function for each family. */
#define INV_SCENE_LIST(X)                                                      \
  X(meadow)                                                                    \
  X(autumn_hills)                                                              \
  X(mountains)                                                                 \
  X(beach)                                                                     \
  X(sunset_sea)                                                                \
  X(dunes)                                                                     \
  X(forest)                                                                    \
  X(lake)                                                                      \
  X(night_city)                                                                \
  X(city)                                                                      \
  X(road)                                                                      \
  X(snow)                                                                      \
  X(room)                                                                      \
  X(kitchen)                                                                   \
  X(table)                                                                     \
  X(shelves)                                                                   \
  X(curtain)                                                                   \
  X(bricks)                                                                    \
  X(planks)                                                                    \
  X(paving)                                                                    \
  X(grass)                                                                     \
  X(sand)                                                                      \
  X(water)                                                                     \
  X(fabric)                                                                    \
  X(leaves)                                                                    \
  X(pebbles)                                                                   \
  X(clouds)                                                                    \
  X(roof)                                                                      \
  X(garden)

#define INV_SCENE_DECLARE(name)                                                \
  void inv_scene_##name(inv_canvas *c, inv_rng *r);
INV_SCENE_LIST(INV_SCENE_DECLARE)
#undef INV_SCENE_DECLARE

/* inv_paint without relief, with the material's fields. */
#define FILL(c, ...) inv_paint(c, (inv_material){__VA_ARGS__, .flat = true})

#endif

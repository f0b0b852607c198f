/* Things that carry people and goods. */
#include "data/builtin_objects.h"

/* A wheel: tyre, rim and hub. */
static void wheel(inv_canvas *c, float x, float y, float radius, uint32_t rim) {
  inv_disc(c, x, y, radius);
  PAINT(c, .colour = 0x1b1b1e, .relief = 0.3f * radius);
  inv_disc(c, x, y, 0.58f * radius);
  PAINT(c, .colour = rim, .second = 0x55585e, .pattern = INV_RAYS, .scale = 5,
        .x = x, .y = y, .share = .4, .relief = 3, .gloss = .6);
  inv_disc(c, x, y, 0.18f * radius);
  PAINT(c, .colour = 0x2c2c30, .relief = 2);
}

void inv_draw_sailboat(inv_canvas *c) {
  inv_line(c, 46, 3, 48, 74, 1.8, 2.2);
  PAINT(c, .colour = 0x6b4526);
  inv_blob(c, POINTS(50, 6, 66, 26, 80, 48, 92, 68, 70, 66, 50, 68, 52, 36));
  PAINT(c, .colour = 0xf6f0e0, .second = 0xd23a2e, .pattern = INV_STRIPES,
        .scale = 15, .angle = 90, .share = .35, .relief = 14);
  inv_blob(c, POINTS(43, 16, 42, 40, 43, 68, 26, 67, 6, 69, 24, 46));
  PAINT(c, .colour = 0xf3c94a, .second = 0xc98f1c, .pattern = INV_BRUSH,
        .scale = 8, .relief = 12);
  inv_blob(
      c, POINTS(3, 74, 30, 77, 70, 76, 98, 70, 90, 86, 78, 95, 24, 95, 12, 88));
  PAINT(c, .colour = 0x1d4f86, .fade = 0x7a2418, .from = 84, .to = 88,
        .relief = 8, .gloss = .6);
  inv_polygon(c, POINTS(46, 2, 62, 6, 46, 12), .5);
  PAINT(c, .colour = 0x2f9e55, .relief = 3);
}

void inv_draw_car(inv_canvas *c) {
  inv_blob(c, POINTS(3, 62, 8, 50, 24, 46, 38, 27, 52, 23, 70, 25, 84, 44, 96,
                     50, 98, 66, 94, 76, 50, 77, 6, 76));
  PAINT(c, .colour = 0xd4231f, .relief = 14, .gloss = 1);
  inv_blob(c, POINTS(31, 47, 40, 33, 51, 29, 52, 47));
  inv_blob(c, POINTS(57, 47, 56, 29, 67, 30, 77, 46));
  PAINT(c, .colour = 0xa9d7ea, .second = 0xe6f6fb, .pattern = INV_STRIPES,
        .scale = 12, .angle = 30, .share = .3, .relief = 3, .gloss = .5);
  inv_box(c, 4, 66, 97, 72, 2);
  PAINT(c, .colour = 0x7a0d10, .on = true, .flat = true);
  inv_ellipse(c, 8, 57, 4, 5, 10);
  PAINT(c, .colour = 0xfff3b0, .relief = 3, .gloss = 1);
  inv_box(c, 92, 52, 98, 60, 2);
  PAINT(c, .colour = 0xffa51f, .relief = 2);
  inv_box(c, 59, 52, 67, 55, 1.4);
  PAINT(c, .colour = 0xe8e8ea, .relief = 2);
  wheel(c, 25, 76, 13, 0xd9dce0);
  wheel(c, 77, 76, 13, 0xd9dce0);
}

void inv_draw_lorry(inv_canvas *c) {
  inv_box(c, 2, 74, 98, 82, 2);
  PAINT(c, .colour = 0x3b3f46);
  inv_box(c, 32, 16, 99, 76, 3);
  PAINT(c, .colour = 0x2f7f6d, .second = 0x1d5a4d, .pattern = INV_STRIPES,
        .scale = 8, .relief = 5);
  inv_box(c, 32, 34, 99, 50, 0);
  PAINT(c, .colour = 0xf4efe2, .on = true, .flat = true);
  inv_blob(c,
           POINTS(2, 62, 6, 42, 14, 33, 29, 33, 30, 54, 30, 77, 14, 78, 2, 76));
  PAINT(c, .colour = 0xf0b323, .relief = 7, .gloss = .6);
  inv_polygon(c, POINTS(9, 54, 13, 39, 24, 39, 24, 54), 1.5);
  PAINT(c, .colour = 0x9ccbe0, .second = 0xe2f3f8, .pattern = INV_STRIPES,
        .scale = 9, .angle = 40, .relief = 2);
  inv_box(c, 1, 64, 8, 70, 2);
  PAINT(c, .colour = 0xfff6c9, .relief = 2);
  wheel(c, 17, 81, 11.5, 0xb8bcc2);
  wheel(c, 63, 81, 11.5, 0xb8bcc2);
  wheel(c, 86, 81, 11.5, 0xb8bcc2);
}

void inv_draw_bicycle(inv_canvas *c) {
  inv_disc(c, 23, 66, 22);
  inv_disc(c, 77, 66, 22);
  inv_cut(c);
  inv_disc(c, 23, 66, 16.5);
  inv_disc(c, 77, 66, 16.5);
  PAINT(c, .colour = 0x26262b, .relief = 4);
  inv_disc(c, 23, 66, 16);
  inv_disc(c, 77, 66, 16);
  PAINT(c, .colour = 0xdfe3e8, .second = 0x8a939e, .pattern = INV_RAYS,
        .scale = 36, .x = 50, .y = 66, .flat = true, .clear = .35);
  inv_line(c, 23, 66, 36, 34, 3, 3);
  inv_line(c, 23, 66, 48, 68, 3, 3);
  inv_line(c, 48, 68, 36, 34, 3.2, 3.2);
  inv_line(c, 48, 68, 68, 34, 3.4, 3.4);
  inv_line(c, 38, 40, 67, 36, 3.2, 3.2);
  inv_line(c, 77, 66, 66, 26, 3, 3);
  PAINT(c, .colour = 0x16a0b0, .relief = 3, .gloss = .8);
  inv_path(c, POINTS(66, 26, 64, 16, 76, 14, 84, 22), 3, 3.4);
  inv_line(c, 35, 34, 33, 27, 2, 2);
  PAINT(c, .colour = 0x7d828a, .relief = 3);
  inv_polygon(c, POINTS(77, 22, 99, 22, 96, 42, 80, 42), 1);
  PAINT(c, .colour = 0xe8c078, .second = 0x9a642c, .pattern = INV_BRICKS,
        .scale = 5, .relief = 5);
  inv_blob(c, POINTS(20, 24, 32, 20, 46, 22, 40, 27, 28, 31));
  PAINT(c, .colour = 0x6b3a1c, .relief = 5);
  inv_disc(c, 48, 68, 7);
  PAINT(c, .colour = 0xe2a72e, .relief = 3, .gloss = .5);
  inv_line(c, 48, 68, 56, 82, 2, 2);
  inv_line(c, 51, 83, 62, 82, 2.4, 2.4);
  PAINT(c, .colour = 0x2b2b30, .relief = 3);
}

void inv_draw_aeroplane(inv_canvas *c) {
  inv_turn(c, -24, 50, 50);
  inv_polygon(c, POINTS(50, 44, 70, 44, 74, 14, 64, 12), 2);
  PAINT(c, .colour = 0xb8402a, .relief = 5);
  inv_polygon(c, POINTS(84, 44, 96, 46, 104, 16, 94, 16), 2);
  PAINT(c, .colour = 0xe0522d, .second = 0xf4d04e, .pattern = INV_STRIPES,
        .scale = 10, .angle = 90, .relief = 4);
  inv_blob(c, POINTS(-6, 54, 6, 43, 30, 39, 64, 40, 100, 44, 104, 50, 80, 60,
                     40, 66, 8, 64));
  PAINT(c, .colour = 0xf3f5f7, .fade = 0x2b5fae, .from = 55, .to = 59,
        .relief = 12, .gloss = .7);
  inv_polygon(c, POINTS(2, 47, 9, 44, 14, 44, 12, 51), 1);
  PAINT(c, .colour = 0x27405c, .relief = 2, .gloss = .8);
  for (int i = 0; i < 7; i++)
    inv_disc(c, 24 + 9 * (float)i, 49, 2.2);
  PAINT(c, .colour = 0x35567c, .flat = true);
  inv_polygon(c, POINTS(34, 57, 58, 57, 86, 92, 72, 94), 2);
  PAINT(c, .colour = 0xe0522d, .second = 0xa8341a, .pattern = INV_STRIPES,
        .scale = 9, .angle = -40, .share = .2, .relief = 5);
  inv_box(c, 38, 70, 58, 80, 4.5);
  PAINT(c, .colour = 0x37414d, .relief = 5, .gloss = .6);
}

void inv_draw_rocket(inv_canvas *c) {
  inv_turn(c, 34, 50, 50);
  inv_blob(c,
           POINTS(42, 84, 58, 84, 63, 96, 54, 101, 49, 116, 44, 102, 36, 98));
  PAINT(c, .colour = 0xffa21f, .fade = 0xfff3a0, .from = 100, .to = 86,
        .relief = 5);
  inv_blob(c, POINTS(36, 56, 24, 66, 16, 92, 30, 86, 40, 84));
  inv_blob(c, POINTS(66, 56, 76, 68, 82, 90, 70, 86, 60, 84));
  PAINT(c, .colour = 0x2a3f8f, .relief = 5, .gloss = .4);
  inv_blob(c, POINTS(50, -14, 62, 4, 69, 30, 68, 60, 60, 86, 40, 86, 32, 60, 31,
                     30, 38, 4));
  PAINT(c, .colour = 0xe9ebee, .fade = 0xc4202a, .from = 16, .to = 11,
        .relief = 16, .gloss = .8);
  inv_box(c, 28, 62, 72, 74, 0);
  PAINT(c, .colour = 0xc4202a, .second = 0xf6f3ec, .pattern = INV_CHECKS,
        .scale = 6, .x = 50, .y = 62, .on = true, .flat = true);
  inv_disc(c, 52, 36, 11.5);
  PAINT(c, .colour = 0x8b929c, .relief = 4);
  inv_disc(c, 52, 36, 8);
  PAINT(c, .colour = 0x1f4d73, .relief = 6, .gloss = 1);
}

void inv_draw_locomotive(inv_canvas *c) {
  inv_disc(c, 20, 10, 7);
  inv_disc(c, 32, 7, 9);
  inv_disc(c, 45, 10, 6);
  PAINT(c, .colour = 0xd6d8dc, .second = 0xa4a8b0, .pattern = INV_MOTTLE,
        .scale = 8, .relief = 7);
  inv_polygon(c, POINTS(14, 18, 30, 18, 26, 30, 26, 42, 18, 42, 18, 30), 1);
  inv_disc(c, 45, 38, 7);
  PAINT(c, .colour = 0x2a2d33, .relief = 5, .gloss = .4);
  inv_box(c, 8, 38, 66, 70, 9);
  PAINT(c, .colour = 0x1f6b45, .second = 0xd9b23c, .pattern = INV_STRIPES,
        .scale = 17, .x = 21, .share = .16, .relief = 12, .gloss = .7);
  inv_box(c, 60, 22, 95, 74, 2);
  PAINT(c, .colour = 0xb52a24, .relief = 5);
  inv_box(c, 67, 30, 88, 48, 2);
  PAINT(c, .colour = 0xbfe0ec, .relief = 2);
  inv_box(c, 56, 15, 99, 24, 3);
  PAINT(c, .colour = 0x32363c, .relief = 4);
  inv_polygon(c, POINTS(2, 92, 12, 70, 24, 70, 24, 92), 1);
  inv_box(c, 10, 68, 97, 76, 2);
  PAINT(c, .colour = 0x7c1d18, .relief = 4);
  wheel(c, 34, 84, 10, 0xd9b23c);
  wheel(c, 56, 84, 10, 0xd9b23c);
  wheel(c, 82, 81, 14, 0xd9b23c);
  inv_line(c, 34, 85, 80, 86, 2, 2);
  PAINT(c, .colour = 0xc9cdd3, .relief = 2, .gloss = .6);
}

void inv_draw_balloon(inv_canvas *c) {
  inv_line(c, 28, 58, 46, 84, .9, .9);
  inv_line(c, 72, 58, 60, 84, .9, .9);
  inv_line(c, 48, 68, 51, 84, .9, .9);
  PAINT(c, .colour = 0x4c3a2a, .flat = true);
  inv_blob(c, POINTS(50, 2, 74, 7, 90, 26, 88, 46, 72, 64, 60, 76, 42, 76, 28,
                     64, 13, 46, 11, 26, 27, 7));
  PAINT(c, .colour = 0xf5e9c8, .second = 0x7d3bb0, .pattern = INV_RAYS,
        .scale = 15, .x = 46, .y = 84, .fade = 0xf08a24, .from = 44, .to = 52,
        .relief = 34, .gloss = .5);
  inv_polygon(c, POINTS(5, 30, 95, 22, 95, 34, 5, 44), 0);
  PAINT(c, .colour = 0x1f9a8a, .second = 0xf7f1dd, .pattern = INV_CHECKS,
        .scale = 9, .on = true, .relief = 30, .angle = -6);
  inv_polygon(c, POINTS(42, 83, 66, 83, 63, 98, 46, 98), 1);
  PAINT(c, .colour = 0xa06a35, .second = 0x5f3b1a, .pattern = INV_BRICKS,
        .scale = 4, .relief = 5);
}

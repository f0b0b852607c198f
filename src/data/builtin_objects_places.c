/* Plants, buildings and what lies about outdoors. */
#include "data/builtin_objects.h"

void inv_draw_house(inv_canvas *c) {
  inv_box(c, 66, 8, 78, 40, 1);
  PAINT(c, .colour = 0x8c3b2a, .second = 0xc9a894, .pattern = INV_BRICKS,
        .scale = 4, .relief = 3);
  inv_box(c, 11, 44, 88, 96, 1);
  PAINT(c, .colour = 0xf0dfb4, .second = 0xcdb27c, .pattern = INV_STRIPES,
        .scale = 6, .angle = 90, .share = .25, .relief = 4);
  inv_polygon(c, POINTS(2, 50, 38, 8, 97, 46, 92, 52, 8, 54), 2);
  PAINT(c, .colour = 0xb8482c, .second = 0x6e2113, .pattern = INV_SCALES,
        .scale = 8, .relief = 6);
  inv_box(c, 20, 60, 40, 97, 1);
  PAINT(c, .colour = 0x2f5f4d, .second = 0x1f4335, .pattern = INV_STRIPES,
        .scale = 7, .share = .3, .relief = 3);
  inv_disc(c, 36, 79, 2);
  PAINT(c, .colour = 0xf0c64a, .flat = true);
  inv_box(c, 50, 58, 80, 82, 1);
  PAINT(c, .colour = 0xffffff, .relief = 3);
  inv_box(c, 53, 61, 64, 79, 0);
  inv_box(c, 67, 61, 77, 79, 0);
  PAINT(c, .colour = 0x5aa0c8, .second = 0x1f4f7c, .pattern = INV_STRIPES,
        .scale = 14, .angle = 40, .flat = true);
  inv_box(c, 48, 84, 82, 90, 2);
  PAINT(c, .colour = 0x6a8f2a, .second = 0xe84a6f, .pattern = INV_SPOTS,
        .scale = 5, .share = .6, .relief = 3);
}

void inv_draw_lighthouse(inv_canvas *c) {
  inv_blob(c, POINTS(2, 97, 10, 82, 28, 76, 60, 74, 84, 80, 98, 97));
  PAINT(c, .colour = 0x6d675e, .second = 0x3a3630, .pattern = INV_CELLS,
        .scale = 12, .relief = 8);
  inv_polygon(c, POINTS(62, 26, 97, 8, 98, 34), 0);
  PAINT(c, .colour = 0xfff0a0, .flat = true, .clear = .25);
  inv_polygon(c, POINTS(37, 34, 61, 34, 70, 86, 28, 86), 1);
  PAINT(c, .colour = 0xf6f3ea, .second = 0xc8202c, .pattern = INV_STRIPES,
        .scale = 21, .angle = 82, .y = 34, .relief = 16);
  inv_box(c, 40, 16, 60, 32, 1);
  PAINT(c, .colour = 0xffe56a, .second = 0x8a6a10, .pattern = INV_STRIPES,
        .scale = 6.5, .share = .25, .relief = 6);
  inv_box(c, 31, 30, 69, 37, 2);
  PAINT(c, .colour = 0x2c3038, .relief = 3);
  inv_polygon(c, POINTS(36, 17, 52, 2, 64, 17), 1);
  PAINT(c, .colour = 0x9c1620, .relief = 5, .gloss = .5);
  inv_box(c, 43, 46, 50, 56, 3);
  inv_box(c, 50, 66, 57, 76, 3);
  PAINT(c, .colour = 0x23405e, .relief = 2);
  inv_box(c, 68, 68, 92, 88, 1);
  PAINT(c, .colour = 0xe2d6bd, .relief = 3);
  inv_polygon(c, POINTS(65, 69, 80, 57, 95, 69), 1);
  PAINT(c, .colour = 0x4a5a6c, .relief = 4);
}

void inv_draw_windmill(inv_canvas *c) {
  inv_polygon(c, POINTS(42, 38, 70, 38, 80, 97, 32, 97), 1);
  PAINT(c, .colour = 0xd9cdb8, .second = 0x9a8a6c, .pattern = INV_BRICKS,
        .scale = 6, .relief = 16);
  inv_blob(c, POINTS(38, 40, 44, 26, 58, 20, 70, 28, 74, 40));
  PAINT(c, .colour = 0x3f4c63, .relief = 9);
  inv_box(c, 50, 76, 62, 98, 5);
  PAINT(c, .colour = 0x6a3a1a, .relief = 4);
  inv_box(c, 57, 54, 66, 64, 1);
  PAINT(c, .colour = 0x28384c, .relief = 2);
  inv_line(c, 16, -4, 88, 76, 1.6, 1.6);
  inv_line(c, 92, 2, 10, 72, 1.6, 1.6);
  PAINT(c, .colour = 0x4d2f18, .relief = 2);
  inv_polygon(c, POINTS(48, 32, 44, 36, 2, 16, 14, 2), 0);
  inv_polygon(c, POINTS(56, 34, 52, 28, 84, -2, 94, 10), 0);
  PAINT(c, .colour = 0xf4ecd8, .second = 0x9c5a2c, .pattern = INV_CHECKS,
        .scale = 7, .angle = 45, .relief = 3);
  inv_polygon(c, POINTS(57, 38, 53, 43, 86, 80, 97, 68), 0);
  inv_polygon(c, POINTS(46, 38, 51, 43, 14, 82, 3, 70), 0);
  PAINT(c, .colour = 0xc9542e, .second = 0x7a2a12, .pattern = INV_CHECKS,
        .scale = 7, .angle = 45, .relief = 3);
  inv_disc(c, 51, 37, 5);
  PAINT(c, .colour = 0x2a2220, .relief = 4, .gloss = .7);
}

void inv_draw_cactus(inv_canvas *c) {
  inv_path(c, POINTS(54, 62, 76, 62, 83, 50, 82, 34), 7.5, 7);
  inv_path(c, POINTS(46, 50, 24, 50, 16, 38, 18, 18), 8, 7.5);
  PAINT(c, .colour = 0x86cc5c, .second = 0x2a6a2a, .pattern = INV_STRIPES,
        .scale = 5, .relief = 8);
  inv_box(c, 35, 4, 64, 84, 14);
  PAINT(c, .colour = 0x98d868, .second = 0x2c702c, .pattern = INV_STRIPES,
        .scale = 7, .relief = 14);
  inv_disc(c, 52, 8, 7);
  inv_disc(c, 62, 12, 5);
  PAINT(c, .colour = 0xf05a9c, .second = 0xffe36a, .pattern = INV_RAYS,
        .scale = 7, .x = 54, .y = 9, .relief = 5);
  inv_polygon(c, POINTS(22, 76, 78, 76, 71, 97, 29, 97), 2);
  PAINT(c, .colour = 0xb85a2c, .relief = 12);
  inv_box(c, 18, 70, 82, 80, 3);
  PAINT(c, .colour = 0xd37a42, .second = 0x7d3414, .pattern = INV_KNIT,
        .scale = 6, .relief = 4);
}

void inv_draw_tree(inv_canvas *c) {
  inv_path(c, POINTS(50, 50, 46, 72, 48, 98), 5, 8);
  inv_path(c, POINTS(48, 68, 62, 56, 70, 48), 4, 3);
  inv_path(c, POINTS(46, 72, 34, 60), 3.5, 3);
  PAINT(c, .colour = 0x6b4423, .second = 0x3e2410, .pattern = INV_GRAIN,
        .scale = 5, .relief = 6);
  inv_disc(c, 72, 42, 20);
  inv_disc(c, 80, 54, 13);
  PAINT(c, .colour = 0x2f6e2c, .second = 0x1c4a1e, .pattern = INV_CELLS,
        .scale = 6, .share = .9, .relief = 16);
  inv_disc(c, 22, 48, 19);
  inv_disc(c, 34, 58, 13);
  PAINT(c, .colour = 0x6cb850, .second = 0x2f7a2c, .pattern = INV_CELLS,
        .scale = 6, .share = .9, .relief = 16);
  inv_disc(c, 48, 26, 23);
  inv_disc(c, 34, 34, 15);
  PAINT(c, .colour = 0xb4e070, .second = 0x4f9a38, .pattern = INV_CELLS,
        .scale = 6, .share = .9, .relief = 20);
  inv_disc(c, 30, 52, 4);
  inv_disc(c, 48, 34, 4);
  inv_disc(c, 74, 34, 4);
  inv_disc(c, 66, 52, 4);
  inv_disc(c, 16, 42, 4);
  inv_disc(c, 56, 16, 4);
  PAINT(c, .colour = 0xe23a24, .relief = 4, .gloss = .9);
}

void inv_draw_flower(inv_canvas *c) {
  inv_path(c, POINTS(44, 44, 50, 70, 46, 98), 3, 3.4);
  PAINT(c, .colour = 0x3f8a34, .relief = 3);
  inv_blob(c, POINTS(48, 84, 62, 64, 86, 58, 97, 64, 84, 82, 66, 90));
  PAINT(c, .colour = 0x4fa03c, .second = 0x2b6a24, .pattern = INV_STRIPES,
        .scale = 6, .angle = 60, .relief = 5);
  for (int i = 0; i < 8; i++) {
    static const float X[] = {0, 17, 24, 17, 0, -17, -24, -17};
    static const float Y[] = {-24, -17, 0, 17, 24, 17, 0, -17};
    inv_ellipse(c, 44 + X[i], 36 + Y[i], 15, 9, 45 * (float)i - 90);
    PAINT(c, .colour = 0xf88cc8, .second = 0xb02878, .pattern = INV_RAYS,
          .scale = 40, .x = 44, .y = 36, .relief = 6);
  }
  inv_disc(c, 44, 36, 15);
  PAINT(c, .colour = 0xf6c22a, .second = 0x9a5a10, .pattern = INV_SPOTS,
        .scale = 4.5, .relief = 12);
}

void inv_draw_leaf(inv_canvas *c) {
  inv_turn(c, 38, 50, 50);
  inv_path(c, POINTS(50, 74, 50, 92, 58, 108), 2.2, 3);
  PAINT(c, .colour = 0x7a3e12, .relief = 3);
  inv_polygon(c,
              POINTS(50, -8, 60, 14, 72, 6, 70, 26, 96, 20, 86, 40, 100, 50, 82,
                     58, 84, 72, 62, 70, 50, 84, 36, 70, 14, 74, 20, 58, 2, 48,
                     16, 40, 8, 18, 30, 28, 30, 4, 42, 16),
              2);
  PAINT(c, .colour = 0xd9661c, .second = 0xb02a14, .pattern = INV_MOTTLE,
        .scale = 24, .fade = 0xe8b52a, .from = 40, .to = 90, .relief = 5);
  inv_line(c, 50, 80, 50, 4, 1.8, .8);
  inv_line(c, 50, 66, 86, 30, 1.4, .7);
  inv_line(c, 50, 66, 16, 28, 1.4, .7);
  inv_line(c, 50, 72, 80, 62, 1.2, .7);
  inv_line(c, 50, 72, 20, 64, 1.2, .7);
  PAINT(c, .colour = 0x6e1f0a, .flat = true);
}

void inv_draw_shell(inv_canvas *c) {
  inv_turn(c, -22, 50, 50);
  inv_polygon(c, POINTS(32, 78, 70, 80, 62, 98, 42, 98), 2);
  PAINT(c, .colour = 0xc9846a, .relief = 6);
  inv_blob(c, POINTS(50, 92, 30, 82, 8, 58, 3, 36, 16, 34, 18, 16, 34, 18, 44,
                     4, 58, 14, 74, 8, 80, 24, 96, 28, 96, 48, 84, 72, 68, 86));
  PAINT(c, .colour = 0xf6d9c0, .second = 0xb8654e, .pattern = INV_RAYS,
        .scale = 22, .x = 50, .y = 98, .share = .4, .relief = 16, .gloss = .6);
  inv_path(c, POINTS(10, 52, 30, 38, 52, 34, 76, 40, 90, 52), 3, 2);
  inv_path(c, POINTS(24, 68, 38, 58, 52, 55, 66, 59, 78, 68), 2.6, 2);
  PAINT(c, .colour = 0x8a3f4f, .on = true, .flat = true, .clear = .3);
}

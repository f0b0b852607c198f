/* Things to wear, to play and to make music with. */
#include "data/builtin_objects.h"

void inv_draw_boot(inv_canvas *c) {
  inv_blob(c, POINTS(40, 7, 76, 5, 78, 30, 82, 56, 88, 74, 86, 86, 50, 88, 12,
                     86, 4, 76, 14, 64, 34, 58, 44, 42));
  PAINT(c, .colour = 0x7a4c2c, .second = 0x4a2c16, .pattern = INV_MOTTLE,
        .scale = 9, .relief = 14, .gloss = .6);
  inv_blob(c, POINTS(4, 78, 8, 68, 22, 62, 32, 68, 34, 84, 8, 86));
  PAINT(c, .colour = 0xd9a468, .relief = 8, .gloss = .7);
  inv_polygon(
      c, POINTS(3, 84, 90, 84, 91, 96, 66, 96, 64, 91, 44, 91, 42, 96, 4, 95),
      1);
  PAINT(c, .colour = 0x1e1a18, .relief = 4);
  inv_box(c, 36, 4, 80, 15, 4);
  PAINT(c, .colour = 0xdcc59a, .second = 0xa98d5c, .pattern = INV_KNIT,
        .scale = 5, .relief = 5);
  inv_line(c, 42, 26, 56, 24, 1.6, 1.6);
  inv_line(c, 43, 36, 57, 35, 1.6, 1.6);
  inv_line(c, 41, 46, 56, 46, 1.6, 1.6);
  inv_line(c, 34, 55, 50, 58, 1.6, 1.6);
  PAINT(c, .colour = 0xf0d23c, .relief = 2);
}

void inv_draw_hat(inv_canvas *c) {
  inv_turn(c, -12, 50, 50);
  inv_blob(c, POINTS(-4, 64, 18, 56, 50, 54, 82, 56, 106, 70, 90, 82, 54, 84,
                     14, 80));
  PAINT(c, .colour = 0xd8b873, .second = 0xa37d38, .pattern = INV_KNIT,
        .scale = 5, .angle = 90, .relief = 10);
  inv_blob(c, POINTS(22, 66, 26, 36, 36, 20, 52, 25, 68, 18, 78, 36, 80, 68, 50,
                     74));
  PAINT(c, .colour = 0xe3c887, .second = 0xb18b45, .pattern = INV_KNIT,
        .scale = 5, .relief = 16);
  inv_polygon(c, POINTS(16, 50, 50, 56, 86, 50, 86, 66, 50, 75, 16, 66), 0);
  PAINT(c, .colour = 0x1f3d6e, .on = true, .relief = 14);
  inv_blob(c, POINTS(70, 58, 76, 36, 90, 14, 98, 12, 96, 30, 84, 50));
  PAINT(c, .colour = 0xd8402a, .second = 0x8a1c10, .pattern = INV_STRIPES,
        .scale = 5, .angle = 65, .relief = 4);
}

void inv_draw_glove(inv_canvas *c) {
  inv_turn(c, 10, 50, 50);
  inv_melt(c, 4);
  inv_box(c, 26, 40, 76, 82, 12);
  inv_line(c, 33, 46, 25, 16, 7.5, 6.5);
  inv_line(c, 46, 44, 43, 7, 7.5, 6.5);
  inv_line(c, 59, 44, 61, 6, 7.5, 6.5);
  inv_line(c, 70, 48, 78, 17, 7, 6);
  inv_line(c, 32, 70, 8, 46, 9, 7);
  inv_melt(c, 0);
  PAINT(c, .colour = 0xa47df0, .second = 0x4a2590, .pattern = INV_KNIT,
        .scale = 7, .relief = 9);
  inv_polygon(c,
              POINTS(51, 48, 56, 58, 67, 59, 58, 66, 61, 77, 51, 70, 41, 77, 44,
                     66, 36, 58, 47, 58),
              0);
  PAINT(c, .colour = 0xf2e9ff, .relief = 3);
  inv_box(c, 24, 78, 78, 101, 5);
  PAINT(c, .colour = 0xf0b73c, .second = 0xc07a12, .pattern = INV_STRIPES,
        .scale = 6, .relief = 6);
}

void inv_draw_backpack(inv_canvas *c) {
  inv_path(c, POINTS(40, 12, 44, 3, 58, 3, 62, 12), 3, 3);
  PAINT(c, .colour = 0x4a3320, .relief = 3);
  inv_blob(c, POINTS(86, 44, 97, 50, 98, 78, 88, 88));
  PAINT(c, .colour = 0x9c3b1d, .relief = 6);
  inv_blob(c, POINTS(20, 24, 34, 9, 66, 8, 82, 22, 90, 54, 86, 92, 50, 97, 14,
                     92, 10, 56));
  PAINT(c, .colour = 0x4f7a44, .second = 0x35522c, .pattern = INV_CHECKS,
        .scale = 3.5, .relief = 14);
  inv_blob(c, POINTS(18, 26, 32, 11, 66, 10, 82, 24, 84, 44, 50, 50, 16, 46));
  PAINT(c, .colour = 0xf0944a, .relief = 8);
  inv_box(c, 20, 60, 74, 90, 6);
  PAINT(c, .colour = 0xa9cf86, .relief = 6);
  inv_line(c, 22, 67, 72, 66, 1.4, 1.4);
  PAINT(c, .colour = 0xe8d8a0, .flat = true);
  inv_box(c, 32, 30, 41, 66, 2);
  inv_box(c, 60, 30, 69, 58, 2);
  PAINT(c, .colour = 0x3a2716, .relief = 3);
  inv_box(c, 30, 50, 43, 58, 2);
  inv_box(c, 58, 48, 71, 56, 2);
  PAINT(c, .colour = 0xe0c050, .relief = 3, .gloss = .8);
}

void inv_draw_ball(inv_canvas *c) {
  inv_disc(c, 50, 50, 46);
  PAINT(c, .colour = 0xf7f5ee, .second = 0x1668c7, .pattern = INV_RAYS,
        .scale = 3, .x = 38, .y = 34, .share = .42, .relief = 46, .gloss = 1);
  inv_blob(c, POINTS(38, 34, 60, 22, 96, 10, 104, 46, 70, 46));
  PAINT(c, .colour = 0xe23b2e, .on = true, .flat = true, .clear = .06);
  inv_blob(c, POINTS(38, 34, 42, 60, 40, 100, 4, 90, 18, 58));
  PAINT(c, .colour = 0xf5c321, .on = true, .flat = true, .clear = .06);
  inv_disc(c, 38, 34, 8);
  PAINT(c, .colour = 0xffffff, .relief = 3);
}

void inv_draw_kite(inv_canvas *c) {
  inv_path(c, POINTS(34, 66, 24, 74, 30, 84, 16, 88, 8, 97), 1.3, 1.3);
  PAINT(c, .colour = 0x55504a, .flat = true);
  inv_polygon(c, POINTS(24, 70, 14, 68, 22, 80), 1.5);
  inv_polygon(c, POINTS(30, 84, 40, 82, 34, 94), 1.5);
  inv_polygon(c, POINTS(14, 88, 2, 84, 8, 97), 1.5);
  PAINT(c, .colour = 0x1fa39a, .relief = 3);
  inv_polygon(c, POINTS(92, 3, 63, 36, 34, 22), 0);
  PAINT(c, .colour = 0xe53b6f, .relief = 4);
  inv_polygon(c, POINTS(92, 3, 90, 56, 63, 36), 0);
  PAINT(c, .colour = 0xf9d33a, .second = 0xe89a1c, .pattern = INV_STRIPES,
        .scale = 9, .angle = 40, .relief = 4);
  inv_polygon(c, POINTS(34, 22, 63, 36, 33, 68), 0);
  PAINT(c, .colour = 0x4a3ab8, .second = 0xc9c2ff, .pattern = INV_SPOTS,
        .scale = 10, .share = .6, .relief = 4);
  inv_polygon(c, POINTS(90, 56, 33, 68, 63, 36), 0);
  PAINT(c, .colour = 0x27a35a, .relief = 4);
  inv_line(c, 92, 4, 34, 67, 1.3, 1.3);
  inv_line(c, 34, 22, 90, 56, 1.3, 1.3);
  PAINT(c, .colour = 0x6a4420, .relief = 2);
}

void inv_draw_guitar(inv_canvas *c) {
  inv_turn(c, 38, 50, 50);
  inv_blob(c, POINTS(50, 36, 70, 38, 78, 51, 71, 62, 81, 76, 83, 94, 68, 109,
                     42, 111, 20, 101, 14, 83, 26, 66, 23, 50, 31, 38));
  PAINT(c, .colour = 0xd9852e, .second = 0xa0551a, .pattern = INV_GRAIN,
        .scale = 8, .relief = 9, .gloss = .9);
  inv_disc(c, 48, 67, 12);
  PAINT(c, .colour = 0x2a160a, .second = 0xe8cf98, .pattern = INV_RINGS,
        .scale = 22, .x = 48, .y = 67, .share = .25, .relief = 3);
  inv_blob(c, POINTS(61, 64, 74, 74, 72, 92, 60, 84));
  PAINT(c, .colour = 0x6b1812, .relief = 3);
  inv_box(c, 32, 92, 65, 99, 2);
  PAINT(c, .colour = 0x3a2010, .relief = 3);
  inv_box(c, 42.5, 2, 56, 64, 1);
  PAINT(c, .colour = 0x4a2c16, .second = 0xd9c79a, .pattern = INV_STRIPES,
        .scale = 9, .angle = 90, .share = .18, .relief = 4);
  inv_polygon(c, POINTS(38, -16, 61, -11, 57, 4, 41, 4), 2);
  PAINT(c, .colour = 0x26170c, .second = 0xe9dfc4, .pattern = INV_SPOTS,
        .scale = 8, .relief = 4, .gloss = .7);
  inv_line(c, 46.5, -6, 45.5, 95, .8, .8);
  inv_line(c, 52.5, -6, 51.5, 95, .8, .8);
  PAINT(c, .colour = 0xf6f0de, .flat = true);
}

void inv_draw_trumpet(inv_canvas *c) {
  inv_turn(c, -24, 50, 50);
  inv_path(c,
           POINTS(66, 32, 84, 33, 90, 48, 84, 66, 52, 70, 30, 67, 25, 52, 34,
                  44, 60, 44),
           5.5, 5.5);
  PAINT(c, .colour = 0xb8871c, .relief = 6, .gloss = 1);
  inv_blob(c, POINTS(0, 4, 10, 14, 16, 28, 34, 34, 74, 33, 100, 36, 100, 46, 74,
                     49, 34, 50, 16, 58, 10, 72, 0, 82));
  PAINT(c, .colour = 0xf4c843, .relief = 11, .gloss = 1);
  inv_ellipse(c, 1, 43, 9, 39, 0);
  PAINT(c, .colour = 0x6e420a, .second = 0xd9a638, .pattern = INV_RINGS,
        .scale = 20, .x = 1, .y = 43, .relief = 4);
  for (int i = 0; i < 3; i++) {
    float x = 42 + 14 * (float)i;
    inv_box(c, x, 24, x + 10, 80, 4);
  }
  PAINT(c, .colour = 0xdde3e8, .relief = 5, .gloss = 1);
  for (int i = 0; i < 3; i++)
    inv_box(c, 40 + 14 * (float)i, 11, 54 + 14 * (float)i, 21, 3);
  PAINT(c, .colour = 0xc0243a, .relief = 4, .gloss = .6);
  inv_box(c, 97, 30, 105, 52, 3);
  PAINT(c, .colour = 0xc3c9d0, .relief = 4, .gloss = 1);
}

void inv_draw_drum(inv_canvas *c) {
  inv_line(c, 4, 8, 50, 34, 2.2, 2.6);
  inv_line(c, 92, 3, 56, 34, 2.2, 2.6);
  PAINT(c, .colour = 0xb98044, .second = 0x7e5225, .pattern = INV_GRAIN,
        .scale = 4, .relief = 3);
  inv_blob(c, POINTS(7, 40, 93, 38, 95, 60, 90, 84, 70, 94, 50, 97, 28, 95, 10,
                     86, 5, 62));
  PAINT(c, .colour = 0x1f3f9a, .relief = 20, .gloss = .8);
  inv_path(c, POINTS(4, 48, 18, 86, 32, 52, 47, 90, 62, 52, 77, 86, 96, 46),
           1.6, 1.6);
  PAINT(c, .colour = 0xf1e4b8, .on = true, .flat = true);
  inv_ellipse(c, 50, 41, 46, 16, 0);
  PAINT(c, .colour = 0xc9281f, .relief = 5);
  inv_ellipse(c, 50, 39, 41, 12.5, 0);
  PAINT(c, .colour = 0xf3ebd7, .second = 0xd8c8a2, .pattern = INV_MOTTLE,
        .scale = 14, .relief = 3);
  inv_path(c, POINTS(5, 80, 28, 93, 50, 96, 72, 93, 95, 80), 3.6, 3.6);
  PAINT(c, .colour = 0xc9281f, .on = true, .relief = 4);
  inv_disc(c, 49, 33, 5);
  inv_disc(c, 58, 35, 5);
  PAINT(c, .colour = 0xe8d2a0, .relief = 4);
}

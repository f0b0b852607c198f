/* Things that stand in a house. */
#include "data/builtin_objects.h"

void inv_draw_teapot(inv_canvas *c) {
  inv_path(c, POINTS(74, 38, 92, 34, 98, 52, 88, 70, 72, 74), 4.5, 4);
  PAINT(c, .colour = 0x1f4e8c, .relief = 5, .gloss = .9);
  inv_path(c, POINTS(30, 72, 16, 62, 12, 44, 4, 34), 10, 4);
  PAINT(c, .colour = 0xe9eef4, .relief = 7, .gloss = .9);
  inv_blob(c, POINTS(36, 34, 66, 34, 82, 50, 84, 70, 72, 90, 52, 94, 30, 91, 19,
                     72, 22, 48));
  PAINT(c, .colour = 0xeef2f6, .second = 0x2d67b2, .pattern = INV_SPOTS,
        .scale = 15, .share = .5, .x = 4, .relief = 28, .gloss = 1);
  inv_box(c, 14, 76, 88, 83, 0);
  PAINT(c, .colour = 0x1f4e8c, .on = true, .flat = true);
  inv_ellipse(c, 51, 34, 22, 9, 0);
  PAINT(c, .colour = 0x2d67b2, .relief = 8, .gloss = .9);
  inv_disc(c, 51, 19, 8);
  PAINT(c, .colour = 0xd8a638, .relief = 8, .gloss = 1);
}

void inv_draw_mug(inv_canvas *c) {
  inv_ellipse(c, 75, 56, 21, 24, 8);
  inv_cut(c);
  inv_ellipse(c, 75, 56, 11, 14, 8);
  PAINT(c, .colour = 0x2e7d54, .relief = 6, .gloss = .8);
  inv_path(c, POINTS(32, 18, 26, 12, 34, 7, 28, 1), 2.2, 1.2);
  inv_path(c, POINTS(50, 17, 44, 10, 53, 5, 48, -2), 2.2, 1.2);
  PAINT(c, .colour = 0xc9ced2, .flat = true, .clear = .2);
  inv_blob(
      c, POINTS(8, 26, 40, 22, 72, 26, 74, 60, 68, 92, 40, 97, 14, 92, 8, 60));
  PAINT(c, .colour = 0x3a9a68, .relief = 18, .gloss = .9);
  inv_box(c, 0, 52, 80, 78, 0);
  PAINT(c, .colour = 0xf3ead2, .second = 0x245c40, .pattern = INV_KNIT,
        .scale = 10, .on = true, .relief = 18);
  inv_ellipse(c, 40, 27, 32, 9, 0);
  PAINT(c, .colour = 0xdfe9e2, .relief = 3);
  inv_ellipse(c, 40, 28, 27, 6.5, 0);
  PAINT(c, .colour = 0x4a2612, .relief = 2);
}

void inv_draw_clock(inv_canvas *c) {
  inv_line(c, 28, 86, 20, 97, 4, 3.4);
  inv_line(c, 72, 86, 82, 97, 4, 3.4);
  PAINT(c, .colour = 0x80451d, .relief = 4);
  inv_ellipse(c, 24, 14, 15, 11, -38);
  inv_ellipse(c, 74, 13, 13, 9, 38);
  PAINT(c, .colour = 0xe0b13a, .relief = 9, .gloss = 1);
  inv_disc(c, 50, 54, 41);
  PAINT(c, .colour = 0xa02c2c, .relief = 8, .gloss = .8);
  inv_disc(c, 50, 54, 32);
  PAINT(c, .colour = 0xfaf4e3, .relief = 4);
  inv_disc(c, 50, 54, 29);
  inv_cut(c);
  inv_disc(c, 50, 54, 23);
  PAINT(c, .colour = 0xfaf4e3, .second = 0x33302c, .pattern = INV_RAYS,
        .scale = 12, .x = 50, .y = 54, .share = .3, .flat = true);
  inv_line(c, 50, 54, 33, 47, 3.2, 2.4);
  inv_line(c, 50, 54, 63, 33, 2.6, 1.6);
  PAINT(c, .colour = 0x1d1d22, .relief = 2);
  inv_line(c, 50, 54, 58, 74, 1, 1);
  inv_disc(c, 50, 54, 4);
  PAINT(c, .colour = 0xd23520, .relief = 2);
}

void inv_draw_lamp(inv_canvas *c) {
  inv_ellipse(c, 63, 90, 29, 8, 0);
  PAINT(c, .colour = 0x4a4f58, .relief = 7, .gloss = .7);
  inv_line(c, 66, 86, 78, 52, 3.2, 3.2);
  inv_line(c, 78, 52, 44, 26, 3.2, 3.2);
  PAINT(c, .colour = 0x8d949e, .relief = 3, .gloss = .9);
  inv_disc(c, 78, 52, 5.5);
  PAINT(c, .colour = 0x33373d, .relief = 4);
  inv_ellipse(c, 22, 47, 15, 8, 38);
  PAINT(c, .colour = 0xfff3b8, .relief = 8);
  inv_polygon(c, POINTS(38, 10, 58, 25, 38, 60, 5, 34), 3);
  PAINT(c, .colour = 0xe8701f, .second = 0xb04a0c, .pattern = INV_STRIPES,
        .scale = 14, .angle = -52, .share = .25, .relief = 14, .gloss = .9);
  inv_polygon(c, POINTS(40, 8, 46, 2, 63, 15, 58, 24), 2);
  PAINT(c, .colour = 0x7d2f06, .relief = 4);
}

void inv_draw_chair(inv_canvas *c) {
  inv_polygon(c, POINTS(24, 60, 30, 60, 32, 86, 27, 86), 1);
  inv_polygon(c, POINTS(76, 58, 82, 58, 92, 94, 86, 96), 1);
  PAINT(c, .colour = 0x5b3417, .relief = 3);
  inv_polygon(c, POINTS(10, 6, 18, 4, 27, 58, 17, 60), 2);
  inv_polygon(c, POINTS(46, 3, 54, 4, 57, 56, 49, 56), 2);
  PAINT(c, .colour = 0xb07438, .second = 0x6f4218, .pattern = INV_GRAIN,
        .scale = 4, .relief = 4);
  inv_polygon(c, POINTS(16, 8, 48, 6, 50, 18, 18, 21), 2);
  inv_polygon(c, POINTS(18, 27, 50, 24, 52, 37, 20, 40), 2);
  PAINT(c, .colour = 0xe0ac66, .second = 0xa06a30, .pattern = INV_GRAIN,
        .scale = 5, .angle = 86, .relief = 4);
  inv_polygon(c, POINTS(15, 56, 58, 50, 88, 58, 46, 68), 3);
  PAINT(c, .colour = 0xc23b4e, .second = 0xf1d9a8, .pattern = INV_CHECKS,
        .scale = 8, .angle = 20, .relief = 6);
  inv_polygon(c, POINTS(14, 62, 22, 62, 20, 97, 13, 97), 1);
  inv_polygon(c, POINTS(46, 68, 54, 68, 55, 99, 48, 99), 1);
  PAINT(c, .colour = 0x7a4820, .relief = 3);
}

void inv_draw_camera(inv_canvas *c) {
  inv_box(c, 56, 17, 84, 36, 4);
  PAINT(c, .colour = 0x9da3ab, .relief = 5, .gloss = .7);
  inv_box(c, 12, 21, 27, 32, 3);
  PAINT(c, .colour = 0xcf2b24, .relief = 4);
  inv_box(c, 3, 28, 97, 86, 8);
  PAINT(c, .colour = 0xa8542a, .second = 0x6e3216, .pattern = INV_SPOTS,
        .scale = 3.4, .relief = 6, .gloss = .3);
  inv_box(c, 3, 28, 97, 42, 0);
  PAINT(c, .colour = 0xb9bec5, .on = true, .relief = 6, .gloss = .5);
  inv_disc(c, 42, 59, 27);
  PAINT(c, .colour = 0x777d86, .second = 0x2a2c31, .pattern = INV_RAYS,
        .scale = 44, .x = 42, .y = 59, .relief = 5, .gloss = .6);
  inv_disc(c, 42, 59, 20);
  PAINT(c, .colour = 0x15171b, .relief = 4);
  inv_disc(c, 42, 59, 14);
  PAINT(c, .colour = 0x28407a, .fade = 0x7a3f9c, .from = 52, .to = 72,
        .relief = 14, .gloss = 1);
  inv_disc(c, 37, 53, 3.5);
  PAINT(c, .colour = 0xeaf4ff, .flat = true);
  inv_box(c, 76, 47, 91, 58, 2);
  PAINT(c, .colour = 0xfff2c0, .relief = 2, .gloss = .4);
}

void inv_draw_telephone(inv_canvas *c) {
  inv_path(c, POINTS(82, 80, 96, 84, 94, 70, 99, 60, 93, 48, 98, 36), 1.8, 1.8);
  PAINT(c, .colour = 0x222226, .relief = 2);
  inv_blob(c, POINTS(28, 40, 66, 38, 78, 58, 90, 84, 84, 93, 50, 94, 12, 93, 7,
                     84, 18, 60));
  PAINT(c, .colour = 0xc02844, .relief = 14, .gloss = .9);
  inv_disc(c, 48, 69, 20);
  PAINT(c, .colour = 0xf2ead6, .relief = 4);
  for (int i = 0; i < 8; i++) {
    static const float X[] = {48, 39, 34, 34, 40, 49, 58, 62};
    static const float Y[] = {55, 58, 65, 74, 81, 83, 81, 75};
    inv_disc(c, X[i], Y[i], 3.4);
  }
  PAINT(c, .colour = 0x3b2a20, .relief = 2);
  inv_disc(c, 48, 69, 8);
  PAINT(c, .colour = 0xc49a3a, .relief = 4, .gloss = .8);
  inv_turn(c, -10, 50, 26);
  inv_blob(c, POINTS(2, 22, 14, 9, 50, 7, 86, 9, 98, 22, 96, 38, 80, 38, 70, 24,
                     50, 22, 30, 24, 20, 39, 4, 37));
  PAINT(c, .colour = 0x6f0f22, .relief = 9, .gloss = 1);
}

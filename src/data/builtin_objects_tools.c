/* Tools and other things for the hand. */
#include "data/builtin_objects.h"

void inv_draw_key(inv_canvas *c) {
  inv_turn(c, 40, 50, 50);
  inv_box(c, 44, 38, 112, 50, 3);
  inv_polygon(c, POINTS(84, 46, 92, 46, 92, 68, 84, 68), 1);
  inv_polygon(c, POINTS(98, 46, 110, 46, 110, 62, 104, 62, 104, 72, 98, 72), 1);
  PAINT(c, .colour = 0xd8a62a, .relief = 5, .gloss = .9);
  inv_disc(c, 16, 44, 30);
  inv_cut(c);
  inv_disc(c, 7, 40, 10);
  PAINT(c, .colour = 0xc48d1c, .second = 0xf2d370, .pattern = INV_RINGS,
        .scale = 11, .x = 16, .y = 44, .share = .4, .relief = 9, .gloss = .9);
  inv_box(c, 41, 33, 50, 55, 3);
  PAINT(c, .colour = 0x8f6412, .relief = 4, .gloss = .8);
}

void inv_draw_padlock(inv_canvas *c) {
  inv_path(c, POINTS(30, 54, 28, 28, 40, 10, 62, 8, 76, 22, 77, 38), 6.5, 6.5);
  PAINT(c, .colour = 0xb4bac2, .relief = 6, .gloss = 1);
  inv_box(c, 13, 44, 86, 97, 9);
  PAINT(c, .colour = 0xc8912c, .second = 0x9c6a17, .pattern = INV_STRIPES,
        .scale = 9, .angle = 90, .share = .3, .relief = 10, .gloss = .7);
  inv_box(c, 13, 78, 86, 97, 0);
  PAINT(c, .colour = 0x3e4650, .on = true, .flat = true);
  inv_disc(c, 45, 60, 9);
  inv_polygon(c, POINTS(42, 62, 48, 62, 52, 78, 38, 78), 1);
  PAINT(c, .colour = 0x241a0c, .relief = 3);
}

void inv_draw_scissors(inv_canvas *c) {
  inv_polygon(c, POINTS(44, 56, 53, 50, 92, 3, 84, 3), 1);
  PAINT(c, .colour = 0xc9d0d8, .second = 0x8f99a5, .pattern = INV_STRIPES,
        .scale = 9, .angle = 40, .relief = 4, .gloss = .9);
  inv_polygon(c, POINTS(47, 50, 56, 57, 30, 3, 21, 5), 1);
  PAINT(c, .colour = 0xe4e9ee, .relief = 4, .gloss = 1);
  inv_ellipse(c, 25, 78, 20, 17, -40);
  inv_line(c, 38, 66, 51, 52, 6, 4.5);
  inv_cut(c);
  inv_ellipse(c, 24, 79, 11, 8.5, -40);
  PAINT(c, .colour = 0xe0452a, .relief = 6, .gloss = .7);
  inv_ellipse(c, 77, 82, 17, 14, 40);
  inv_line(c, 66, 70, 51, 52, 6, 4.5);
  inv_cut(c);
  inv_ellipse(c, 78, 83, 9.5, 6.5, 40);
  PAINT(c, .colour = 0x2456a8, .relief = 6, .gloss = .7);
  inv_disc(c, 50, 52, 4);
  PAINT(c, .colour = 0x4b525b, .relief = 3, .gloss = 1);
}

void inv_draw_hammer(inv_canvas *c) {
  inv_turn(c, 38, 50, 50);
  inv_blob(c, POINTS(42, 20, 58, 20, 58, 48, 62, 66, 60, 94, 40, 94, 38, 66, 43,
                     48));
  PAINT(c, .colour = 0xe0a758, .second = 0x9a6230, .pattern = INV_GRAIN,
        .scale = 5, .relief = 8, .gloss = .3);
  inv_box(c, 35, 66, 65, 96, 7);
  PAINT(c, .colour = 0xd13a2a, .second = 0x7d1510, .pattern = INV_STRIPES,
        .scale = 7, .angle = 90, .relief = 9);
  inv_blob(
      c, POINTS(32, 0, 60, 2, 78, 6, 96, 22, 104, 42, 86, 36, 70, 32, 34, 34));
  PAINT(c, .colour = 0x7f9ab8, .relief = 11, .gloss = .9);
  inv_box(c, 8, -8, 36, 42, 6);
  PAINT(c, .colour = 0x3e5470, .relief = 8, .gloss = .9);
}

void inv_draw_anchor(inv_canvas *c) {
  inv_turn(c, -14, 50, 50);
  inv_path(c, POINTS(74, 14, 88, 24, 84, 42, 94, 54, 90, 74), 3.4, 3.4);
  PAINT(c, .colour = 0xf4dca8, .second = 0x8f6f3a, .pattern = INV_STRIPES,
        .scale = 6, .angle = 35, .relief = 3);
  inv_disc(c, 50, 10, 12);
  inv_cut(c);
  inv_disc(c, 50, 10, 5);
  PAINT(c, .colour = 0x9cc0dc, .relief = 5, .gloss = .7);
  inv_line(c, 50, 18, 50, 90, 7, 8.5);
  inv_path(c, POINTS(10, 66, 18, 84, 36, 95, 50, 97, 66, 95, 82, 82, 88, 66),
           7.5, 7.5);
  inv_polygon(c, POINTS(0, 72, 10, 52, 24, 68), 2);
  inv_polygon(c, POINTS(76, 66, 90, 52, 98, 72), 2);
  PAINT(c, .colour = 0x5f9fd0, .second = 0xb0622c, .pattern = INV_MOTTLE,
        .scale = 14, .share = .2, .relief = 6, .gloss = .7);
  inv_box(c, 24, 27, 76, 38, 4);
  PAINT(c, .colour = 0xa96a32, .second = 0x6e401a, .pattern = INV_GRAIN,
        .scale = 5, .angle = 90, .relief = 5);
}

void inv_draw_umbrella(inv_canvas *c) {
  inv_turn(c, -20, 50, 50);
  inv_path(c, POINTS(50, 40, 50, 70, 51, 92, 60, 101, 69, 94), 2.6, 3.4);
  PAINT(c, .colour = 0x7b4a24, .relief = 3, .gloss = .5);
  inv_line(c, 50, 0, 50, 8, 1.6, 1.8);
  PAINT(c, .colour = 0x33343a);
  inv_blob(c, POINTS(50, 5, 76, 12, 95, 32, 100, 54, 84, 48, 67, 55, 50, 48, 33,
                     56, 16, 48, -1, 56, 4, 32, 24, 12));
  PAINT(c, .colour = 0x8a1f5c, .second = 0xf2c6d8, .pattern = INV_RAYS,
        .scale = 13, .x = 50, .y = 2, .relief = 20, .gloss = .5);
  inv_path(c, POINTS(2, 46, 20, 39, 34, 45, 50, 39, 66, 45, 82, 39, 99, 44), 2,
           2);
  PAINT(c, .colour = 0x4c0d31, .on = true, .flat = true);
}

void inv_draw_pencil(inv_canvas *c) {
  inv_turn(c, -42, 50, 50);
  inv_box(c, -8, 33, 8, 67, 5);
  PAINT(c, .colour = 0xe58aa0, .relief = 8);
  inv_box(c, 6, 32, 20, 68, 1);
  PAINT(c, .colour = 0xb9bec6, .second = 0x777e88, .pattern = INV_STRIPES,
        .scale = 4.5, .relief = 9, .gloss = .8);
  inv_polygon(c, POINTS(20, 33, 82, 33, 82, 44, 20, 44), 0);
  PAINT(c, .colour = 0x5fae3a, .relief = 4);
  inv_polygon(c, POINTS(20, 44, 82, 44, 82, 57, 20, 57), 0);
  PAINT(c, .colour = 0x3a8a2a, .second = 0xf6e27a, .pattern = INV_SPOTS,
        .scale = 11, .share = .35, .x = 0, .y = 45, .flat = true);
  inv_polygon(c, POINTS(20, 57, 82, 57, 82, 67, 20, 67), 0);
  PAINT(c, .colour = 0x205c1a, .relief = 4);
  inv_polygon(c, POINTS(80, 32, 112, 50, 80, 68, 84, 60, 79, 50, 84, 42), 0);
  PAINT(c, .colour = 0xe8c590, .second = 0xb98a50, .pattern = INV_GRAIN,
        .scale = 5, .angle = 90, .relief = 7);
  inv_polygon(c, POINTS(101, 44, 112, 50, 101, 56), 1);
  PAINT(c, .colour = 0x26262a, .relief = 4);
}

void inv_draw_watering_can(inv_canvas *c) {
  inv_path(c, POINTS(66, 44, 84, 34, 97, 50, 92, 74, 76, 82), 4, 4);
  inv_path(c, POINTS(44, 40, 48, 20, 62, 16, 74, 26, 74, 40), 3.4, 3.4);
  PAINT(c, .colour = 0x1d6f78, .relief = 4, .gloss = .6);
  inv_polygon(c, POINTS(42, 70, 20, 34, 12, 38, 38, 88), 2);
  PAINT(c, .colour = 0x3ba3a8, .relief = 6, .gloss = .6);
  inv_ellipse(c, 14, 30, 7, 17, 62);
  PAINT(c, .colour = 0xd6a24a, .second = 0x5a3d12, .pattern = INV_SPOTS,
        .scale = 4.5, .share = .6, .relief = 4);
  inv_polygon(c, POINTS(38, 40, 76, 40, 82, 93, 34, 93), 3);
  PAINT(c, .colour = 0x46b8b5, .second = 0x2b8c90, .pattern = INV_STRIPES,
        .scale = 13, .angle = 90, .share = .2, .relief = 16, .gloss = .8);
  inv_ellipse(c, 57, 41, 20, 5, 0);
  PAINT(c, .colour = 0x12474c, .relief = 3);
  inv_disc(c, 56, 68, 9);
  inv_cut(c);
  inv_disc(c, 62, 62, 5);
  PAINT(c, .colour = 0xf6e6b0, .flat = true, .on = true);
}

/* Things to eat. */
#include "data/builtin_objects.h"

void inv_draw_apple(inv_canvas *c) {
  inv_path(c, POINTS(47, 28, 49, 18, 56, 8), 2, 3);
  PAINT(c, .colour = 0x5d3a1a);
  inv_blob(c, POINTS(48, 30, 34, 23, 17, 27, 7, 45, 10, 68, 24, 90, 38, 95, 50,
                     92, 63, 95, 78, 86, 90, 66, 92, 44, 82, 27, 65, 23));
  inv_cut(c);
  inv_disc(c, 94, 50, 11);
  inv_disc(c, 89, 65, 10);
  inv_disc(c, 98, 38, 9);
  PAINT(c, .colour = 0xc8151b, .second = 0xf2b134, .pattern = INV_BRUSH,
        .scale = 9, .share = .22, .relief = 34, .gloss = 1);
  inv_disc(c, 89, 51, 10);
  inv_disc(c, 85, 64, 9);
  PAINT(c, .colour = 0xfbf0c4, .on = true, .flat = true);
  inv_blob(c, POINTS(54, 18, 62, 5, 80, 3, 92, 9, 83, 20, 68, 24));
  PAINT(c, .colour = 0x3f9b2f, .second = 0x8fd14f, .pattern = INV_STRIPES,
        .scale = 7, .angle = 60, .share = .3);
}

void inv_draw_banana(inv_canvas *c) {
  inv_blob(c, POINTS(80, 6, 88, 8, 87, 22, 92, 44, 82, 70, 60, 88, 32, 94, 10,
                     86, 6, 78, 22, 76, 44, 68, 60, 54, 70, 36, 76, 20));
  PAINT(c, .colour = 0xf7cf1d, .second = 0x7a4b12, .pattern = INV_SPOTS,
        .scale = 9, .share = .3, .relief = 14, .gloss = .5);
  inv_path(c, POINTS(81, 22, 80, 44, 66, 66, 44, 80, 18, 84), 1.2, 1);
  PAINT(c, .colour = 0xb98a10, .flat = true, .on = true);
  inv_ellipse(c, 66, 74, 8, 6, -38);
  PAINT(c, .colour = 0x2a62c8, .second = 0xf6f0dc, .pattern = INV_RINGS,
        .scale = 12, .x = 66, .y = 74, .share = .35, .on = true, .relief = 2);
  inv_line(c, 83, 3, 84, 14, 5.5, 4.5);
  PAINT(c, .colour = 0x6b7f1e, .relief = 4);
  inv_disc(c, 8, 82, 5);
  PAINT(c, .colour = 0x3b2a14, .relief = 4);
}

void inv_draw_strawberry(inv_canvas *c) {
  inv_blob(c, POINTS(50, 22, 74, 18, 92, 32, 90, 54, 74, 80, 52, 97, 40, 92, 22,
                     72, 9, 48, 12, 30, 28, 20));
  PAINT(c, .colour = 0xe3203a, .second = 0xffe08a, .pattern = INV_SPOTS,
        .scale = 10.5, .share = .42, .relief = 30, .gloss = .9);
  inv_polygon(c,
              POINTS(48, 26, 30, 38, 31, 26, 12, 26, 26, 16, 20, 6, 38, 12, 46,
                     3, 56, 12, 76, 6, 70, 17, 88, 24, 70, 27, 72, 42, 56, 28),
              1.5);
  PAINT(c, .colour = 0x2f8f2f, .second = 0x64c13f, .pattern = INV_RAYS,
        .scale = 11, .x = 50, .y = 20, .relief = 4);
  inv_path(c, POINTS(50, 18, 54, 10, 64, 3), 2, 3);
  PAINT(c, .colour = 0x7fae3a, .relief = 3);
}

void inv_draw_pear(inv_canvas *c) {
  inv_turn(c, 16, 50, 50);
  inv_path(c, POINTS(52, 18, 50, 8, 42, 0), 2, 3);
  PAINT(c, .colour = 0x4d3319);
  inv_blob(c, POINTS(51, 12, 63, 15, 68, 30, 74, 44, 86, 62, 84, 84, 66, 97, 42,
                     98, 20, 88, 14, 68, 24, 48, 34, 32, 40, 16));
  PAINT(c, .colour = 0xb7c62b, .second = 0x6e7b16, .pattern = INV_SPOTS,
        .scale = 5, .share = .3, .fade = 0xd98324, .from = 40, .to = 105,
        .relief = 30, .gloss = .6);
  inv_blob(c, POINTS(51, 10, 62, 0, 82, 2, 90, 14, 74, 18, 60, 16));
  PAINT(c, .colour = 0x2c6e2a, .second = 0x1c4a1c, .pattern = INV_STRIPES,
        .scale = 8, .angle = -60, .relief = 4);
}

void inv_draw_mushroom(inv_canvas *c) {
  inv_turn(c, -8, 50, 50);
  inv_blob(c, POINTS(38, 52, 62, 52, 64, 74, 74, 94, 52, 98, 30, 95, 37, 74));
  PAINT(c, .colour = 0xf1e6cf, .second = 0xc4ae88, .pattern = INV_BRUSH,
        .scale = 5, .relief = 14);
  inv_ellipse(c, 50, 58, 36, 9, 4);
  PAINT(c, .colour = 0xd9bf94, .second = 0x8a6a43, .pattern = INV_STRIPES,
        .scale = 4);
  inv_blob(c, POINTS(4, 56, 10, 32, 30, 9, 54, 3, 78, 12, 93, 34, 97, 60, 74,
                     53, 50, 56, 26, 52));
  PAINT(c, .colour = 0xcf2e1c, .relief = 26, .gloss = .8);
  inv_ellipse(c, 32, 26, 8, 6, -30);
  inv_ellipse(c, 58, 17, 9, 5, 5);
  inv_ellipse(c, 53, 42, 10, 8, 0);
  inv_ellipse(c, 80, 37, 7, 9, -25);
  inv_ellipse(c, 18, 46, 5, 7, 15);
  inv_disc(c, 74, 24, 3);
  PAINT(c, .colour = 0xfff7e8, .relief = 4, .on = true);
}

void inv_draw_cake(inv_canvas *c) {
  inv_polygon(c, POINTS(6, 50, 92, 34, 92, 76, 6, 92), 2);
  PAINT(c, .colour = 0xe9b872, .second = 0xc78a45, .pattern = INV_SPOTS,
        .scale = 5, .share = .6, .relief = 3);
  inv_polygon(c, POINTS(5, 66, 94, 50, 94, 58, 5, 75), 0);
  PAINT(c, .colour = 0xb0123c, .on = true, .flat = true);
  inv_polygon(c, POINTS(5, 50, 58, 22, 94, 34, 94, 43, 5, 59), 3);
  inv_line(c, 22, 50, 22, 68, 5, 4.5);
  inv_line(c, 46, 46, 46, 72, 5, 4.5);
  inv_line(c, 78, 42, 78, 58, 5, 4.5);
  PAINT(c, .colour = 0x5b2c17, .relief = 6, .gloss = .8);
  inv_disc(c, 62, 20, 13);
  PAINT(c, .colour = 0xd3122a, .relief = 13, .gloss = 1);
  inv_path(c, POINTS(63, 12, 68, 4, 78, 2), 1.5, 1.5);
  PAINT(c, .colour = 0x47702b, .relief = 3);
  inv_ellipse(c, 36, 34, 10, 5, -20);
  PAINT(c, .colour = 0xfff3ea, .relief = 6);
}

void inv_draw_ice_cream(inv_canvas *c) {
  inv_turn(c, 12, 50, 50);
  inv_polygon(c, POINTS(28, 50, 74, 50, 52, 98), 2);
  PAINT(c, .colour = 0xe0a458, .second = 0x9b6327, .pattern = INV_CHECKS,
        .scale = 6.5, .angle = 38, .relief = 10);
  inv_disc(c, 67, 38, 19);
  PAINT(c, .colour = 0x6b3d22, .second = 0x3f2212, .pattern = INV_MOTTLE,
        .scale = 7, .relief = 19, .gloss = .5);
  inv_disc(c, 36, 38, 20);
  PAINT(c, .colour = 0xf7a8c4, .second = 0xd23f6d, .pattern = INV_SPOTS,
        .scale = 8, .share = .4, .relief = 20, .gloss = .4);
  inv_disc(c, 51, 19, 18);
  PAINT(c, .colour = 0xc9f0cf, .second = 0x3c8d5a, .pattern = INV_SPOTS,
        .scale = 7, .share = .4, .relief = 18, .gloss = .4);
  inv_box(c, 68, -8, 77, 30, 2);
  PAINT(c, .colour = 0x8a4b1f, .second = 0xe0a458, .pattern = INV_STRIPES,
        .scale = 7, .angle = 65, .relief = 4);
}

void inv_draw_burger(inv_canvas *c) {
  inv_box(c, 8, 72, 92, 92, 9);
  PAINT(c, .colour = 0xd08b3e, .relief = 10);
  inv_box(c, 5, 60, 96, 75, 7);
  PAINT(c, .colour = 0x5a2d16, .second = 0x2f1508, .pattern = INV_MOTTLE,
        .scale = 6);
  inv_polygon(c, POINTS(8, 55, 94, 55, 92, 62, 76, 62, 66, 74, 52, 62, 10, 62),
              1);
  PAINT(c, .colour = 0xffc21a, .relief = 3);
  inv_box(c, 12, 49, 90, 57, 4);
  PAINT(c, .colour = 0xd9281e, .gloss = .6, .relief = 4);
  inv_path(c,
           POINTS(4, 48, 14, 54, 24, 46, 36, 54, 48, 46, 60, 54, 72, 46, 84, 54,
                  97, 47),
           4, 4.5);
  PAINT(c, .colour = 0x6fbf2f, .relief = 4);
  inv_blob(
      c, POINTS(7, 45, 10, 26, 30, 10, 54, 7, 78, 13, 92, 29, 93, 45, 50, 47));
  PAINT(c, .colour = 0xc9772b, .second = 0xfff0c9, .pattern = INV_SPOTS,
        .scale = 9.5, .share = .36, .relief = 22, .gloss = .7);
}

void inv_draw_pizza(inv_canvas *c) {
  inv_turn(c, 20, 50, 50);
  inv_polygon(c, POINTS(4, 22, 92, 14, 58, 94), 3);
  PAINT(c, .colour = 0xf6c445, .second = 0xd9762b, .pattern = INV_MOTTLE,
        .scale = 12, .share = .4, .relief = 5);
  inv_path(c, POINTS(3, 24, 30, 13, 62, 8, 95, 13), 7, 7.5);
  PAINT(c, .colour = 0xb9793a, .second = 0x8a4f1d, .pattern = INV_MOTTLE,
        .scale = 9);
  inv_disc(c, 34, 36, 11);
  inv_disc(c, 66, 32, 11.5);
  inv_disc(c, 55, 62, 10);
  PAINT(c, .colour = 0xb3261e, .second = 0xe0634f, .pattern = INV_SPOTS,
        .scale = 5, .relief = 4, .gloss = .5);
  inv_ellipse(c, 49, 47, 7, 4, -30);
  inv_ellipse(c, 74, 47, 4, 6, 20);
  PAINT(c, .colour = 0x3e7d2c, .relief = 3);
  inv_disc(c, 50, 25, 4.5);
  inv_disc(c, 63, 76, 3.5);
  inv_cut(c);
  inv_disc(c, 50, 25, 1.8);
  PAINT(c, .colour = 0x22252b, .relief = 3);
}

void inv_draw_pineapple(inv_canvas *c) {
  inv_turn(c, -18, 50, 50);
  inv_polygon(c,
              POINTS(42, 42, 22, 26, 36, 28, 24, 6, 42, 20, 46, -4, 54, 16, 70,
                     -2, 64, 20, 84, 12, 70, 28, 86, 30, 60, 42),
              1);
  PAINT(c, .colour = 0x2f7d3a, .second = 0x1d5230, .pattern = INV_STRIPES,
        .scale = 6, .angle = 8, .relief = 4);
  inv_blob(c, POINTS(50, 34, 68, 38, 78, 56, 75, 82, 60, 98, 42, 98, 26, 84, 22,
                     58, 32, 39));
  PAINT(c, .colour = 0xe2a21b, .second = 0x7d4a0c, .pattern = INV_CHECKS,
        .scale = 8, .angle = 42, .relief = 24, .gloss = .4);
}

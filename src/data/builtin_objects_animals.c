/* Animals. */
#include "data/builtin_objects.h"

/* An eye with a highlight. */
static void eye(inv_canvas *c, float x, float y, float radius) {
  inv_disc(c, x, y, radius);
  PAINT(c, .colour = 0xfdfdf5, .relief = 2);
  inv_disc(c, x - 0.15f * radius, y + 0.1f * radius, 0.62f * radius);
  PAINT(c, .colour = 0x111111, .flat = true);
  inv_disc(c, x - 0.4f * radius, y - 0.3f * radius, 0.25f * radius);
  PAINT(c, .colour = 0xffffff, .flat = true);
}

void inv_draw_fish(inv_canvas *c) {
  inv_blob(c, POINTS(72, 50, 97, 22, 95, 44, 90, 54, 97, 82, 80, 70));
  inv_blob(c, POINTS(34, 34, 44, 10, 66, 12, 70, 34));
  inv_blob(c, POINTS(44, 70, 56, 90, 66, 84, 62, 68));
  PAINT(c, .colour = 0xf6b21b, .second = 0xc4500b, .pattern = INV_STRIPES,
        .scale = 6, .angle = 70, .relief = 4);
  inv_blob(
      c, POINTS(3, 54, 14, 38, 36, 27, 60, 32, 80, 50, 62, 68, 38, 76, 15, 69));
  PAINT(c, .colour = 0xf2701c, .second = 0x9c2f08, .pattern = INV_SCALES,
        .scale = 9, .angle = -90, .relief = 20, .gloss = .7);
  inv_path(c, POINTS(33, 24, 29, 50, 35, 80), 4.5, 4.5);
  inv_path(c, POINTS(57, 24, 54, 50, 58, 74), 4, 4);
  PAINT(c, .colour = 0xfff6ea, .on = true, .flat = true);
  inv_blob(c, POINTS(37, 55, 52, 54, 56, 64, 44, 66));
  PAINT(c, .colour = 0xffd257, .relief = 3);
  eye(c, 17, 49, 5.5);
}

void inv_draw_parrot(inv_canvas *c) {
  inv_turn(c, 14, 50, 50);
  inv_blob(c, POINTS(52, 66, 64, 64, 68, 84, 64, 104, 54, 100, 50, 84));
  PAINT(c, .colour = 0x1f4fb8, .second = 0xd32020, .pattern = INV_STRIPES,
        .scale = 9, .relief = 4);
  inv_blob(c, POINTS(30, 10, 46, -2, 62, 6, 68, 26, 76, 46, 70, 70, 56, 80, 40,
                     68, 33, 48, 31, 30));
  PAINT(c, .colour = 0xe8281f, .second = 0xf06a3a, .pattern = INV_SCALES,
        .scale = 7, .fade = 0xf2b63a, .from = 44, .to = 84, .relief = 16,
        .gloss = .3);
  inv_blob(c, POINTS(28, 14, 38, 10, 42, 22, 34, 28));
  PAINT(c, .colour = 0xfbf3e6, .relief = 4);
  inv_blob(c, POINTS(58, 30, 76, 36, 86, 58, 84, 84, 78, 98, 66, 84, 56, 62));
  PAINT(c, .colour = 0x1762c9, .second = 0x0c2f6e, .pattern = INV_SCALES,
        .scale = 9, .fade = 0xf8d63a, .from = 70, .to = 44, .relief = 8);
  inv_blob(c, POINTS(30, 12, 20, 12, 12, 22, 16, 36, 20, 28, 31, 26));
  PAINT(c, .colour = 0x25262b, .relief = 6, .gloss = .8);
  inv_line(c, 20, 84, 92, 80, 4.5, 5);
  PAINT(c, .colour = 0x7a5230, .second = 0x4a2e18, .pattern = INV_GRAIN,
        .scale = 4, .angle = 90);
  inv_line(c, 48, 76, 46, 86, 3, 3);
  inv_line(c, 57, 77, 57, 86, 3, 3);
  PAINT(c, .colour = 0x8d8f96, .relief = 3);
  eye(c, 36, 17, 4.5);
}

void inv_draw_snail(inv_canvas *c) {
  inv_blob(c, POINTS(4, 78, 12, 58, 8, 40, 20, 38, 26, 58, 40, 72, 70, 76, 97,
                     92, 60, 93, 16, 92));
  inv_line(c, 10, 42, 3, 22, 2, 2.2);
  inv_line(c, 18, 40, 24, 20, 2, 2.2);
  PAINT(c, .colour = 0xb9a25e, .second = 0x7a6a35, .pattern = INV_SPOTS,
        .scale = 5, .relief = 10, .gloss = .6);
  inv_disc(c, 3, 21, 4);
  inv_disc(c, 24, 18, 4);
  PAINT(c, .colour = 0x2b2519, .relief = 3, .gloss = 1);
  inv_disc(c, 60, 48, 33);
  PAINT(c, .colour = 0x9a5a2c, .second = 0xe3b778, .pattern = INV_STRIPES,
        .scale = 10, .angle = 30, .share = .3, .relief = 30, .gloss = .7);
  inv_path(c,
           POINTS(38, 74, 30, 52, 38, 28, 60, 18, 82, 30, 84, 54, 70, 68, 52,
                  66, 44, 52, 50, 38, 64, 36, 71, 47, 64, 56, 57, 50),
           3.4, 2);
  PAINT(c, .colour = 0x4a220c, .on = true, .relief = 3);
}

void inv_draw_beetle(inv_canvas *c) {
  inv_turn(c, 32, 50, 50);
  inv_path(c, POINTS(34, 40, 16, 34, 6, 42), 3, 2);
  inv_path(c, POINTS(30, 58, 14, 62, 4, 76), 3, 2);
  inv_path(c, POINTS(36, 76, 22, 88, 22, 99), 3, 2);
  inv_path(c, POINTS(66, 40, 82, 30, 95, 32), 3, 2);
  inv_path(c, POINTS(70, 58, 86, 56, 98, 66), 3, 2);
  inv_path(c, POINTS(64, 76, 78, 82, 86, 96), 3, 2);
  inv_path(c, POINTS(44, 14, 36, 4, 24, 4), 2, 2);
  inv_path(c, POINTS(54, 14, 60, 2, 70, -2), 2, 2);
  PAINT(c, .colour = 0x1c1a20, .relief = 3);
  inv_disc(c, 49, 18, 11);
  PAINT(c, .colour = 0x2b2838, .relief = 9, .gloss = 1);
  inv_ellipse(c, 50, 34, 22, 13, 0);
  PAINT(c, .colour = 0x7a3fb8, .relief = 10, .gloss = 1);
  inv_ellipse(c, 50, 63, 26, 33, 0);
  PAINT(c, .colour = 0x3fd6a4, .second = 0x0c5a5e, .pattern = INV_STRIPES,
        .scale = 9, .x = 50, .fade = 0xa8c83a, .from = 55, .to = 100,
        .relief = 24, .gloss = 1);
  inv_line(c, 50, 34, 50, 97, 1.3, 1.3);
  PAINT(c, .colour = 0x06140f, .flat = true, .on = true);
}

void inv_draw_butterfly(inv_canvas *c) {
  inv_turn(c, 18, 50, 50);
  inv_blob(c, POINTS(48, 50, 40, 22, 20, 4, 4, 12, 4, 34, 20, 52));
  inv_blob(c, POINTS(48, 52, 22, 54, 12, 70, 24, 90, 40, 80));
  PAINT(c, .colour = 0x66b0f6, .second = 0x12296a, .pattern = INV_RAYS,
        .scale = 22, .x = 50, .y = 50, .share = .3, .relief = 4);
  inv_blob(c, POINTS(53, 50, 60, 28, 76, 14, 88, 22, 86, 40, 72, 52));
  inv_blob(c, POINTS(53, 53, 72, 56, 84, 66, 76, 82, 60, 74));
  PAINT(c, .colour = 0xf9b24a, .second = 0x7c2a08, .pattern = INV_RAYS,
        .scale = 22, .x = 50, .y = 50, .share = .3, .relief = 4);
  inv_disc(c, 17, 20, 7);
  inv_disc(c, 25, 74, 6);
  inv_disc(c, 76, 30, 5.5);
  inv_disc(c, 70, 66, 4.5);
  PAINT(c, .colour = 0xfff2c4, .second = 0x101020, .pattern = INV_RINGS,
        .scale = 6, .x = 17, .y = 20, .relief = 2);
  inv_path(c, POINTS(50, 30, 52, 50, 50, 84), 4.5, 2.5);
  inv_disc(c, 50, 27, 5.5);
  inv_path(c, POINTS(48, 26, 42, 12, 46, 3), 1.3, 1.8);
  inv_path(c, POINTS(52, 25, 60, 12, 70, 8), 1.3, 1.8);
  PAINT(c, .colour = 0x2a1b14, .second = 0x6b4a2a, .pattern = INV_STRIPES,
        .scale = 7, .angle = 90, .relief = 4);
}

void inv_draw_cat(inv_canvas *c) {
  inv_polygon(c, POINTS(10, 46, 12, 5, 42, 22), 3);
  inv_polygon(c, POINTS(58, 20, 94, 12, 88, 52), 3);
  PAINT(c, .colour = 0x8b8f98, .relief = 6);
  inv_polygon(c, POINTS(17, 34, 18, 15, 32, 24), 2);
  inv_polygon(c, POINTS(70, 24, 86, 20, 83, 38), 2);
  PAINT(c, .colour = 0xe59a9a, .relief = 3);
  inv_blob(c, POINTS(50, 18, 74, 22, 92, 42, 94, 64, 78, 86, 50, 95, 22, 86, 6,
                     66, 8, 42, 26, 22));
  PAINT(c, .colour = 0x9aa0a8, .second = 0x4c5058, .pattern = INV_RAYS,
        .scale = 17, .x = 50, .y = 66, .share = .35, .relief = 22);
  inv_blob(c, POINTS(50, 20, 76, 26, 88, 46, 80, 58, 62, 52, 52, 36));
  PAINT(c, .colour = 0xd98a3d, .flat = true, .on = true);
  inv_blob(c, POINTS(50, 60, 68, 64, 70, 80, 50, 92, 30, 82, 32, 66));
  PAINT(c, .colour = 0xfaf5ea, .relief = 10);
  inv_ellipse(c, 31, 50, 9, 10, 10);
  inv_ellipse(c, 69, 50, 9, 10, -10);
  PAINT(c, .colour = 0xc7d92b, .relief = 4, .gloss = 1);
  inv_ellipse(c, 32, 50, 3, 9, 0);
  inv_ellipse(c, 70, 50, 3, 9, 0);
  PAINT(c, .colour = 0x0d0d0d, .flat = true);
  inv_polygon(c, POINTS(44, 63, 57, 63, 50, 70), 2);
  PAINT(c, .colour = 0xc45663, .relief = 3);
  inv_path(c, POINTS(50, 72, 46, 79, 38, 78), 1.2, 1);
  inv_path(c, POINTS(50, 72, 56, 80, 66, 76), 1.2, 1);
  PAINT(c, .colour = 0x3c2a2a, .flat = true);
}

void inv_draw_owl(inv_canvas *c) {
  inv_blob(c, POINTS(18, 8, 34, 14, 64, 14, 82, 4, 84, 28, 88, 56, 78, 86, 52,
                     96, 26, 88, 12, 60, 16, 30));
  PAINT(c, .colour = 0x8a5a2e, .second = 0x4d2d12, .pattern = INV_SCALES,
        .scale = 10, .relief = 18);
  inv_blob(c, POINTS(50, 50, 66, 60, 66, 80, 50, 92, 34, 82, 34, 62));
  PAINT(c, .colour = 0xecd9ae, .second = 0xa5763f, .pattern = INV_KNIT,
        .scale = 8, .relief = 6);
  inv_blob(c, POINTS(76, 38, 94, 50, 92, 78, 80, 92, 70, 66));
  PAINT(c, .colour = 0x5e3716, .second = 0x2f1a08, .pattern = INV_STRIPES,
        .scale = 8, .angle = 80, .relief = 6);
  inv_disc(c, 33, 34, 17);
  inv_disc(c, 67, 33, 16);
  PAINT(c, .colour = 0xf2e3c2, .second = 0xc59a5e, .pattern = INV_RAYS,
        .scale = 20, .x = 50, .y = 34, .relief = 5);
  inv_disc(c, 33, 34, 11);
  inv_disc(c, 67, 33, 11);
  PAINT(c, .colour = 0xffb515, .relief = 5, .gloss = .6);
  eye(c, 31, 35, 7);
  eye(c, 65, 34, 7);
  inv_polygon(c, POINTS(45, 40, 56, 40, 49, 56), 1.5);
  PAINT(c, .colour = 0x3a3a42, .relief = 4, .gloss = .8);
  inv_line(c, 36, 92, 30, 97, 3, 2.5);
  inv_line(c, 40, 93, 41, 98, 3, 2.5);
  inv_line(c, 60, 93, 62, 98, 3, 2.5);
  PAINT(c, .colour = 0xe0a02b, .relief = 3);
}

void inv_draw_turtle(inv_canvas *c) {
  inv_turn(c, -28, 50, 50);
  inv_ellipse(c, 24, 24, 8, 17, 48);
  inv_ellipse(c, 22, 77, 7, 14, -48);
  inv_ellipse(c, 72, 20, 6, 12, -48);
  inv_ellipse(c, 74, 80, 7, 15, 48);
  inv_blob(c, POINTS(16, 40, 2, 38, -8, 48, 0, 58, 16, 60));
  inv_polygon(c, POINTS(88, 46, 104, 52, 88, 56), 1.5);
  PAINT(c, .colour = 0xb4dc78, .second = 0x4f7c2a, .pattern = INV_CELLS,
        .scale = 6, .relief = 7);
  inv_ellipse(c, 52, 50, 40, 33, 0);
  PAINT(c, .colour = 0xd8d890, .relief = 6);
  inv_ellipse(c, 52, 49, 36, 29, 0);
  PAINT(c, .colour = 0xc49448, .second = 0x3a2c12, .pattern = INV_CELLS,
        .scale = 17, .share = .6, .relief = 26, .gloss = .5);
  inv_disc(c, -2, 44, 2.2);
  PAINT(c, .colour = 0x111111, .flat = true);
}

void inv_draw_whale(inv_canvas *c) {
  inv_path(c, POINTS(34, 34, 32, 22, 20, 12), 2.4, 3.5);
  inv_path(c, POINTS(34, 34, 36, 20, 50, 10), 2.4, 3.5);
  PAINT(c, .colour = 0xaee3f5, .relief = 4, .gloss = .6);
  inv_blob(c, POINTS(2, 62, 6, 44, 24, 33, 46, 34, 66, 48, 80, 48, 84, 36, 78,
                     22, 90, 28, 99, 20, 97, 40, 94, 60, 82, 76, 60, 88, 30, 90,
                     10, 82));
  PAINT(c, .colour = 0x3a74c4, .second = 0x1f4a90, .pattern = INV_MOTTLE,
        .scale = 12, .relief = 18, .gloss = .6);
  inv_blob(c, POINTS(0, 68, 18, 70, 40, 74, 62, 78, 64, 92, 20, 96, 0, 88));
  PAINT(c, .colour = 0xe8edf0, .second = 0x8d9fb0, .pattern = INV_STRIPES,
        .scale = 6, .angle = 96, .share = .3, .on = true, .flat = true);
  inv_blob(c, POINTS(40, 70, 54, 68, 62, 84, 58, 96, 48, 86));
  PAINT(c, .colour = 0x16305c, .relief = 5);
  eye(c, 21, 58, 4);
}

void inv_draw_crab(inv_canvas *c) {
  inv_path(c, POINTS(26, 66, 14, 72, 8, 90), 3.2, 2);
  inv_path(c, POINTS(32, 74, 22, 82, 22, 97), 3.2, 2);
  inv_path(c, POINTS(72, 68, 86, 70, 96, 84), 3.2, 2);
  inv_path(c, POINTS(66, 76, 78, 82, 82, 96), 3.2, 2);
  inv_path(c, POINTS(24, 54, 12, 48, 14, 36), 4, 4);
  inv_path(c, POINTS(76, 54, 88, 50, 88, 42), 4, 4);
  inv_line(c, 42, 46, 40, 30, 1.8, 1.8);
  inv_line(c, 58, 46, 61, 32, 1.8, 1.8);
  PAINT(c, .colour = 0xb33a12, .relief = 4);
  inv_ellipse(c, 19, 21, 17, 15, -30);
  inv_cut(c);
  inv_polygon(c, POINTS(20, 20, 24, -4, 38, 6), 1);
  PAINT(c, .colour = 0xe8572a, .second = 0xffd9b8, .pattern = INV_SPOTS,
        .scale = 8, .share = .3, .relief = 12, .gloss = .6);
  inv_ellipse(c, 88, 34, 9, 11, 20);
  inv_cut(c);
  inv_polygon(c, POINTS(88, 34, 80, 20, 92, 18), 1);
  PAINT(c, .colour = 0xe8572a, .relief = 8, .gloss = .6);
  inv_blob(c, POINTS(20, 56, 32, 44, 52, 41, 72, 46, 82, 60, 72, 78, 50, 84, 28,
                     77));
  PAINT(c, .colour = 0xe0481d, .second = 0xffc79a, .pattern = INV_SPOTS,
        .scale = 7, .share = .35, .relief = 16, .gloss = .7);
  inv_path(c, POINTS(38, 70, 50, 75, 64, 68), 1.5, 1.2);
  PAINT(c, .colour = 0x4d1206, .flat = true);
  eye(c, 40, 30, 5);
  eye(c, 61, 32, 5);
}

void inv_draw_penguin(inv_canvas *c) {
  inv_turn(c, 6, 50, 50);
  inv_ellipse(c, 38, 94, 13, 5, -8);
  inv_ellipse(c, 66, 94, 12, 5, 8);
  PAINT(c, .colour = 0xf0a21e, .relief = 5);
  inv_blob(c, POINTS(40, 4, 56, 3, 66, 16, 70, 34, 82, 58, 78, 82, 62, 95, 40,
                     95, 22, 82, 18, 58, 30, 34, 32, 14));
  inv_blob(c, POINTS(70, 36, 86, 44, 97, 62, 90, 66, 74, 56));
  PAINT(c, .colour = 0x1c2f66, .second = 0x2f4a90, .pattern = INV_BRUSH,
        .scale = 4, .relief = 16, .gloss = .4);
  inv_blob(c, POINTS(40, 34, 56, 34, 66, 58, 62, 84, 44, 90, 28, 80, 27, 56));
  PAINT(c, .colour = 0xfbfaf2, .fade = 0xf6d26b, .from = 56, .to = 28,
        .relief = 10);
  inv_blob(c, POINTS(24, 40, 30, 44, 26, 66, 14, 78, 8, 70, 15, 54));
  PAINT(c, .colour = 0x14224c, .relief = 6);
  inv_path(c, POINTS(31, 31, 48, 37, 69, 32), 4.5, 4.5);
  inv_line(c, 62, 36, 71, 56, 4.5, 5);
  PAINT(c, .colour = 0xd8342c, .second = 0xf6e2c0, .pattern = INV_STRIPES,
        .scale = 7, .angle = 60, .share = .35, .relief = 4);
  inv_polygon(c, POINTS(38, 16, 38, 26, 14, 24), 1.5);
  PAINT(c, .colour = 0xe8842a, .relief = 4, .gloss = .5);
  eye(c, 44, 15, 4.5);
}

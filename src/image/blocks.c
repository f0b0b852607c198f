#include "image/blocks.h"

#include "image/blend.h"

/* ---- colours ------------------------------------------------------------ */

/* The step of the cube's six (0, 95, 135, 175, 215, 255) nearest to v. */
static int cube_step(int v) {
  return v < 48 ? 0 : v < 115 ? 1 : (v - 35) / 40;
}

static int cube_value(int step) {
  return step ? 55 + 40 * step : 0;
}

static int square(int v) {
  return v * v;
}

/* The nearest of xterm's 256 colours: 16 .. 231 are the cube 6 x 6 x 6, 232 ..
 * 255 the grays 8, 18, ... 238. The first 16 are the user's own. */
static int xterm_color(const int rgb[3]) {
  int step[3], cube = 0, gray = 0;
  int mean = (rgb[0] + rgb[1] + rgb[2]) / 3;
  int level = mean < 8 ? 0 : mean > 238 ? 23 : (mean - 3) / 10;
  for (int c = 0; c < 3; c++) {
    step[c] = cube_step(rgb[c]);
    cube += square(cube_value(step[c]) - rgb[c]);
    gray += square(8 + 10 * level - rgb[c]);
  }
  return gray < cube ? 232 + level : 16 + 36 * step[0] + 6 * step[1] + step[2];
}

/* ---- half blocks -------------------------------------------------------- */

enum { UPPER = 38, LOWER = 48, UNSET = -1, DEFAULT = -2 };

/* The colour of a pixel as one number; DEFAULT below the image. */
static int color_at(const inv_image *image, int y, int x, bool true_color) {
  if (y >= image->height)
    return DEFAULT;
  const uint8_t *p = inv_image_at(image, y, x);
  bool gray = image->channels == 1;
  int rgb[3] = {p[0], p[gray ? 0 : 1], p[gray ? 0 : 2]};
  return true_color ? rgb[0] << 16 | rgb[1] << 8 | rgb[2] : xterm_color(rgb);
}

/* Only changes of colour are written: a sixth of the text for flat parts. */
static void set_color(inv_text *out, int ground, int color, bool true_color,
                      int *current) {
  if (color == *current)
    return;
  *current = color;
  if (color == DEFAULT)
    inv_text_format(out, "\033[%dm", ground + 1);
  else if (true_color)
    inv_text_format(out, "\033[%d;2;%d;%d;%dm", ground, color >> 16,
                    color >> 8 & 255, color & 255);
  else
    inv_text_format(out, "\033[%d;5;%dm", ground, color);
}

inv_status inv_half_blocks(inv_text *out, const inv_image *image,
                           bool true_color) {
  for (int y = 0; y < image->height; y += 2) {
    int upper = UNSET, lower = UNSET;
    for (int x = 0; x < image->width; x++) {
      set_color(out, UPPER, color_at(image, y, x, true_color), true_color,
                &upper);
      set_color(out, LOWER, color_at(image, y + 1, x, true_color), true_color,
                &lower);
      inv_text_add(out, "\xe2\x96\x80", 3);
    }
    inv_text_add(out, "\033[0m\n", 5);
  }
  return inv_text_status(out);
}

/* ---- alpha -------------------------------------------------------------- */

enum { LIGHT = 204, DARK = 153 };

void inv_image_on_squares(const inv_image *out, const inv_image *image,
                          int side) {
  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++) {
      const uint8_t *from = inv_image_at(image, y, x);
      uint8_t *to = inv_image_at(out, y, x);
      uint32_t ground = (y / side + x / side) % 2 ? DARK : LIGHT;
      for (int c = 0; c < 3; c++)
        to[c] = (uint8_t)inv_blend(from[c], ground, from[3]);
    }
}

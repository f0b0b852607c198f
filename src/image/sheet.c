#include "image/sheet.h"

#include <stdbool.h>
#include <string.h>

#include "image/blend.h"
#include "image/text.h"

/* Where things are, in pixels of the sheet. */
typedef struct {
  int rows, left; /* left: room for the row labels */
  int64_t cell_height, cell_width, height, width;
  int text_scale;
} layout;

/* The characters of the longest label, as far as they are shown. */
static size_t longest(const char **labels, int count) {
  enum { SHOWN = 24 };
  size_t most = 0;
  for (int i = 0; labels && i < count; i++) {
    size_t length = inv_image_text_length(labels[i]);
    most = length > most ? length : most;
  }
  return most < SHOWN ? most : SHOWN;
}

static layout plan(const inv_image *image, int count, const inv_sheet *s) {
  layout p = {.rows = (count + s->columns - 1) / s->columns};
  int columns = count < s->columns ? count : s->columns;
  p.text_scale = s->scale >= 4 ? 2 : 1;
  p.left = (int)longest(s->row_labels, p.rows) * INV_GLYPH_WIDTH * p.text_scale;
  int caption = s->labels ? (INV_GLYPH_HEIGHT + 1) * p.text_scale : 0;
  p.cell_height = (int64_t)image->height * s->scale + s->margin + caption;
  p.cell_width = (int64_t)image->width * s->scale + s->margin;
  p.height = p.cell_height * p.rows + s->margin;
  p.width = p.cell_width * columns + s->margin + p.left;
  if (p.left)
    p.width += s->margin;
  return p;
}

/* One image, its pixels enlarged, over the background. */
static void place(inv_image *out, const inv_image *image, int y, int x,
                  int scale) {
  bool color = image->channels > 1, alpha = image->channels == 4;
  for (int row = 0; row < image->height * scale; row++) {
    uint8_t *to = inv_image_at(out, y + row, x);
    for (int column = 0; column < image->width * scale; column++) {
      const uint8_t *from = inv_image_at(image, row / scale, column / scale);
      for (int c = 0; c < 3; c++, to++)
        *to =
            (uint8_t)inv_blend(from[color ? c : 0], *to, alpha ? from[3] : 255);
    }
  }
}

static inv_status check_equal(const inv_image *images, int count) {
  for (int i = 1; i < count; i++)
    if (images[i].height != images->height ||
        images[i].width != images->width ||
        images[i].channels != images->channels)
      return inv_fail(INV_ERR_ARGUMENT,
                      "image %d is %d x %d x %d, the first %d x %d x %d", i + 1,
                      images[i].height, images[i].width, images[i].channels,
                      images->height, images->width, images->channels);
  return INV_OK;
}

inv_status inv_contact_sheet(inv_image *out, const inv_image *images, int count,
                             const inv_sheet *s) {
  *out = (inv_image){0};
  INV_TRY(check_equal(images, count));
  layout p = plan(images, count, s);
  if (p.height > 65535 || p.width > 65535)
    return inv_fail(INV_ERR_ARGUMENT,
                    "the sheet would have %lld x %lld pixels, at most 65535 "
                    "x 65535 are made",
                    (long long)p.height, (long long)p.width);
  INV_TRY(inv_image_new(out, (int)p.height, (int)p.width, 3));
  memset(out->pixels, s->background, inv_image_bytes(out));
  uint8_t ink = s->background < 128 ? 255 : 0;
  int first = s->margin + p.left + (p.left ? s->margin : 0);
  for (int i = 0; i < count; i++) {
    int y = s->margin + (int)p.cell_height * (i / s->columns);
    int x = first + (int)p.cell_width * (i % s->columns);
    int height = images->height * s->scale;
    place(out, &images[i], y, x, s->scale);
    if (s->labels)
      inv_image_text(out, s->labels[i], y + height + p.text_scale, x,
                     images->width * s->scale, p.text_scale, ink);
    if (s->row_labels && i % s->columns == 0)
      inv_image_text(out, s->row_labels[i / s->columns],
                     y + (height - INV_GLYPH_HEIGHT * p.text_scale) / 2,
                     s->margin, p.left, p.text_scale, ink);
  }
  return INV_OK;
}

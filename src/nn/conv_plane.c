#include "nn/conv_plane.h"

#include <string.h>

enum { SIDE = INV_BLOCK_SIDE };

/* What an output pixel whose first tap is at column x sees of one row. */
static void unfold_row(const inv_conv *v, const uint16_t *row, int x,
                       uint16_t *to) {
  size_t c = (size_t)v->channels;
  for (int k = 0; k < v->kernel_width; k++, x += v->dilation, to += c)
    if (x >= 0 && x < v->width)
      memcpy(to, row + (size_t)x * c, c * sizeof *to);
}

/* All that an output pixel sees of a sample. */
static void unfold_pixel(const inv_conv *v, const uint16_t *sample, int row,
                         int column, uint16_t *seen) {
  int y = row * v->stride - v->padding, x = column * v->stride - v->padding;
  size_t taps = (size_t)v->kernel_width * (size_t)v->channels;
  size_t wide = (size_t)v->width * (size_t)v->channels;
  bool inside = x >= 0 && v->dilation == 1 && x + v->kernel_width <= v->width;
  memset(seen, 0, (size_t)v->kernel_height * taps * sizeof *seen);
  for (int k = 0; k < v->kernel_height; k++, y += v->dilation, seen += taps) {
    if (y < 0 || y >= v->height)
      continue;
    const uint16_t *from = sample + (size_t)y * wide;
    if (inside)
      memcpy(seen, from + x * v->channels, taps * sizeof *seen);
    else
      unfold_row(v, from, x, seen);
  }
}

static void load_unfolded(const inv_plane *p, size_t sample, int s, int row,
                          const int *columns, int n_columns, uint16_t *scratch,
                          uint16_t *to) {
  const inv_conv *v = p->unfold;
  const uint16_t *image = p->data + sample * (size_t)v->height *
                                        (size_t)v->width * (size_t)v->channels;
  size_t step = (size_t)inv_blocks(p->channels) * INV_BLOCK_HALVES;
  for (int i = 0; i < n_columns; i++, to += step) {
    unfold_pixel(v, image, row, (columns ? columns[i] : i), scratch);
    inv_block_lines(to + s * SIDE, scratch, p->channels);
  }
}

/* While a sample's row is copied, the next sample's is asked for. */
static void load_copied(const inv_plane *p, size_t sample, int s, int row,
                        const int *columns, int n_columns, uint16_t *to) {
  size_t image = (size_t)p->height * (size_t)p->width * p->pixel;
  const uint16_t *from =
      p->data + sample * image + (size_t)row * (size_t)p->width * p->pixel;
  size_t step = (size_t)inv_blocks(p->channels) * INV_BLOCK_HALVES;
  for (int i = 0; i < n_columns; i++, to += step) {
    const uint16_t *pixel =
        from + (size_t)(columns ? columns[i] : i) * p->pixel;
    for (int c = 0; c < p->channels; c += SIDE)
      __builtin_prefetch(pixel + image + c, 0, 2);
    inv_block_lines(to + s * SIDE, pixel, p->channels);
  }
}

static void clear_lines(const inv_plane *p, int s, int n_columns,
                        uint16_t *to) {
  int64_t blocks = inv_blocks(p->channels) * n_columns;
  for (int64_t i = 0; i < blocks; i++, to += INV_BLOCK_HALVES)
    memset(to + s * SIDE, 0, SIDE * sizeof *to);
}

void inv_plane_load(const inv_plane *p, size_t sample, int n, int row,
                    const int *columns, int n_columns, uint16_t *scratch,
                    uint16_t *to) {
  for (int s = 0; s < n; s++) {
    if (p->unfold)
      load_unfolded(p, sample + (size_t)s, s, row, columns, n_columns, scratch,
                    to);
    else
      load_copied(p, sample + (size_t)s, s, row, columns, n_columns, to);
  }
  for (int s = n; s < SIDE; s++)
    clear_lines(p, s, n_columns, to);
}

#include "nn/conv_plane.h"

#include <string.h>

enum { SIDE = INV_BLOCK_SIDE };

static void clear_line(uint16_t *line, int64_t blocks) {
  for (int64_t i = 0; i < blocks; i++, line += INV_BLOCK_HALVES)
    memset(line, 0, SIDE * sizeof *line);
}

void inv_plane_load(const inv_plane *p, size_t sample, int n, int row,
                    const int *columns, int n_columns, uint16_t *to) {
  size_t image = (size_t)p->height * (size_t)p->width * p->pixel;
  const uint16_t *from =
      p->data + sample * image + (size_t)row * (size_t)p->width * p->pixel;
  for (int s = 0; s < n; s++, from += image)
    inv_block_lines(to + s * SIDE, from, columns, n_columns, p->channels,
                    p->pixel, s + 1 < n ? image : 0);
  for (int s = n; s < SIDE; s++)
    clear_line(to + s * SIDE, n_columns * inv_blocks(p->channels));
}

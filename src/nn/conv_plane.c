#include "nn/conv_plane.h"

#include <string.h>

enum { SIDE = INV_BLOCK_SIDE };

static void clear_line(uint16_t *line, int64_t blocks) {
  for (int64_t i = 0; i < blocks; i++, line += INV_BLOCK_HALVES)
    memset(line, 0, SIDE * sizeof *line);
}

uint32_t inv_plane_load(const inv_plane *p, size_t sample, int n, int row,
                        const int *columns, int n_columns, uint16_t *to) {
  size_t image = (size_t)p->height * (size_t)p->width * p->pixel;
  size_t at = sample * image + (size_t)row * (size_t)p->width * p->pixel;
  int split = inv_plane_split(p->dtype);
  uint32_t most = 0;
  for (int s = 0; s < n; s++, at += image) {
    size_t ahead = s + 1 < n ? image : 0;
    if (split == 1) {
      inv_block_lines(to + s * SIDE, (const uint16_t *)p->data + at, columns,
                      n_columns, p->channels, p->pixel, ahead);
      continue;
    }
    uint32_t here =
        inv_block_split_lines(to + s * SIDE, (const float *)p->data + at,
                              columns, n_columns, p->channels, p->pixel, ahead);
    most = inv_block_larger(most, here);
  }
  for (int s = n; s < SIDE; s++)
    clear_line(to + s * SIDE, n_columns * inv_blocks(p->channels) * split);
  return most;
}

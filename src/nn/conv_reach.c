#include "nn/conv_reach.h"

#include <string.h>

#include "base/memory.h"

/* What position `at` of the result sees through tap k, of `size`; or -1. */
static int seen(const inv_conv *v, bool backward, int at, int k, int size) {
  int i = at * v->stride - v->padding + k * v->dilation;
  if (backward) {
    i = at + v->padding - k * v->dilation;
    if (i % v->stride != 0)
      return -1;
    i /= v->stride;
  }
  return i >= 0 && i < size ? i : -1;
}

/* Fills a table (count, kernel) and marks in `used` what occurs in it. */
static void map_taps(const inv_conv *v, bool backward, int count, int kernel,
                     int size, int *table, int *used) {
  memset(used, 0, (size_t)size * sizeof *used);
  for (int at = 0; at < count; at++) {
    for (int k = 0; k < kernel; k++, table++) {
      *table = seen(v, backward, at, k, size);
      if (*table >= 0)
        used[*table] = 1;
    }
  }
}

/* `used` becomes the list of what is used, and `table` places in it. */
static int list_used(int *used, int size, int *table, size_t entries) {
  int count = 0;
  for (int i = 0; i < size; i++) {
    if (!used[i])
      continue;
    for (size_t e = 0; e < entries && count != i; e++)
      table[e] = table[e] == i ? count : table[e];
    used[count++] = i;
  }
  return count;
}

inv_status inv_reach_open(inv_reach *r, const inv_conv *v, bool backward) {
  *r = (inv_reach){.height = v->out_height,
                   .width = v->out_width,
                   .source_height = v->height,
                   .source_width = v->width,
                   .stride = v->stride,
                   .over = (v->kernel_height - 1) * v->dilation,
                   .backward = backward};
  if (backward) {
    r->height = v->height, r->width = v->width;
    r->source_height = v->out_height, r->source_width = v->out_width;
  }
  size_t rows = (size_t)r->height * (size_t)v->kernel_height;
  size_t columns = (size_t)r->width * (size_t)v->kernel_width;
  size_t count =
      rows + columns + (size_t)r->source_height + (size_t)r->source_width;
  r->row_of = inv_alloc_array(count, sizeof *r->row_of);
  if (!r->row_of)
    return inv_fail_memory(count * sizeof *r->row_of);
  r->slot_of = r->row_of + rows;
  r->row_used = r->slot_of + columns;
  r->columns = r->row_used + r->source_height;
  map_taps(v, backward, r->height, v->kernel_height, r->source_height,
           r->row_of, r->row_used);
  map_taps(v, backward, r->width, v->kernel_width, r->source_width, r->slot_of,
           r->columns);
  r->n_columns = list_used(r->columns, r->source_width, r->slot_of, columns);
  return INV_OK;
}

void inv_reach_close(inv_reach *r) {
  inv_free(r->row_of);
}

int inv_reach_span(const inv_reach *r, int rows) {
  int span = r->backward ? (rows - 1 + r->over) / r->stride + 1
                         : (rows - 1) * r->stride + r->over + 1;
  return span < r->source_height ? span : r->source_height;
}

void inv_reach_rows(const inv_reach *r, int kernel_height, int y, int n,
                    int *first, int *last) {
  *first = r->source_height;
  *last = -1;
  for (int i = y * kernel_height; i < (y + n) * kernel_height; i++) {
    int row = r->row_of[i];
    *first = row >= 0 && row < *first ? row : *first;
    *last = row > *last ? row : *last;
  }
}

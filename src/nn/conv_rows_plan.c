#include "nn/conv_rows_plan.h"

#include <limits.h>
#include <string.h>

#include "base/integers.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "tensor/half_block.h"

enum { SIDE = INV_BLOCK_SIDE, TILE = INV_ROWS_TILE };

/* Halves of source that are copied at a time; the most that a row of positions
 * may see; how many bands there should be, where there are as many rows. */
enum { BAND_HALVES = 1 << 15, MOST_HALVES = 1 << 19, MANY_BANDS = 8 };

/* Pairs of halves that a term must have where there are more. */
enum { FEWEST_PAIRS = 4 };

typedef inv_rows_plan plan;
typedef inv_rows_axis axis;
typedef inv_rows_term term;
typedef inv_rows_part part;

/* ---- what sees what ------------------------------------------------------ */

/* Pixel s i + number of the input sees pixels of the output through every s-th
 * tap, the last one first. */
static axis make_axis(const inv_conv *v, bool backward, int number, int kernel,
                      int count) {
  if (!backward)
    return (axis){count, -v->padding, kernel, 0, 1};
  int s = v->stride, first = (number + v->padding) % s;
  int taps = first < kernel ? inv_divide_up(kernel - first, s) : 0;
  return (axis){count, (number + v->padding) / s - taps + 1, taps,
                first + (taps - 1) * s, -s};
}

/* Pixels of a phase among `size`. */
static int count_pixels(int size, int number, int phases) {
  return number < size ? inv_divide_up(size - number, phases) : 0;
}

/* Rows of tiles are loaded faster where each lies in one line of the cache.
 * Pixels of 16 halves, two to a line, are thus taken by turns, as if they were
 * column phases. */
static void make_phases(plan *p) {
  const inv_conv *v = p->conv;
  int stride = p->backward ? v->stride : 1;
  p->turns = v->stride == 1 && p->pixel == TILE && p->width > TILE;
  p->unit = p->turns ? 2 : p->step;
  p->n_rows = stride;
  p->n_columns = p->turns ? 2 : stride;
  for (int i = 0; i < p->n_rows; i++)
    p->rows[i] = make_axis(v, p->backward, i, v->kernel_height,
                           count_pixels(p->height, i, p->n_rows));
  for (int i = 0; i < p->n_columns; i++) {
    p->columns[i] = make_axis(v, p->backward, p->turns ? 0 : i, v->kernel_width,
                              count_pixels(p->width, i, p->n_columns));
    p->columns[i].source += p->turns ? i : 0;
  }
}

/* Pairs of halves that a column phase sees of a row. */
static int pairs_seen(const plan *p, int column) {
  return p->columns[column].taps * p->pixel / 2;
}

static bool divides_all(const plan *p, int pairs) {
  for (int i = 0; i < p->n_columns; i++)
    if (pairs_seen(p, i) % pairs != 0)
      return false;
  return true;
}

/* All phases share the sizes of tiles: 16 pairs and what is left of them, or,
 * where that differs, the most that divides them all. */
static void find_rest(plan *p) {
  p->whole = true;
  p->rest = p->turns ? TILE / 2 : 0;
  for (int i = 0; i < p->n_columns && !p->turns; i++) {
    int left = pairs_seen(p, i) % TILE;
    p->whole = p->whole && (!left || !p->rest || left == p->rest);
    p->rest = left ? left : p->rest;
  }
  p->rest = p->rest ? p->rest : TILE;
  if (!p->whole)
    for (p->rest = TILE; !divides_all(p, p->rest);)
      p->rest--;
}

/* The pixels that are seen by any phase. */
static void find_reach(plan *p) {
  int bottom = INT_MIN, right = INT_MIN;
  p->top = p->left = INT_MAX;
  for (int i = 0; i < p->n_rows; i++) {
    p->top = inv_min(p->top, p->rows[i].source);
    bottom = inv_max(bottom, p->rows[i].source + p->rows[i].taps);
  }
  for (int i = 0; i < p->n_columns; i++) {
    const axis *x = &p->columns[i];
    p->left = inv_min(p->left, x->source);
    right = inv_max(right, x->source + (x->count - 1) * p->unit + x->taps);
  }
  p->reach = inv_max(bottom - p->top, 1);
  p->pitch = inv_max(inv_divide_up(right - p->left, p->unit),
                     inv_divide_up(p->width, p->n_columns));
}

static plan make_plan(const inv_conv *v, bool backward) {
  plan p = {.conv = v,
            .backward = backward,
            .source_height = v->height,
            .source_width = v->width,
            .source_channels = v->channels,
            .height = v->out_height,
            .width = v->out_width,
            .channels = v->out_channels,
            .step = v->stride};
  if (backward) {
    p.source_height = v->out_height, p.source_width = v->out_width;
    p.source_channels = v->out_channels;
    p.height = v->height, p.width = v->width, p.channels = v->channels;
    p.step = 1;
  }
  p.pixel = inv_divide_up(p.source_channels, 2) * 2;
  p.blocks = (int)inv_blocks(p.channels);
  make_phases(&p);
  find_rest(&p);
  find_reach(&p);
  return p;
}

/* ---- how the work is cut: by sizes alone -------------------------------- */

static size_t row_halves(const plan *p) {
  return (size_t)p->pitch * (size_t)p->unit * (size_t)p->pixel;
}

/* Halves of source for so many rows of positions. */
static size_t band_halves(const plan *p, int rows) {
  return (size_t)((rows - 1) * p->step + p->reach) * row_halves(p);
}

bool inv_rows_plan_exists(const inv_conv *v, bool backward) {
  if (v->dtype != INV_BFLOAT16 || v->groups != 1 || v->dilation != 1 ||
      v->stride > INV_ROWS_STRIDE)
    return false;
  const plan p = make_plan(v, backward);
  return (p.whole || p.rest >= FEWEST_PAIRS) &&
         band_halves(&p, 1) <= MOST_HALVES;
}

static void cut(plan *p) {
  int rows = inv_divide_up(p->height, p->n_rows);
  int bands = inv_min(inv_divide_up(MANY_BANDS, p->conv->batch), rows);
  p->band = inv_divide_up(rows, bands);
  while (p->band > 1 && band_halves(p, p->band) > BAND_HALVES)
    p->band--;
  p->bands = inv_divide_up(rows, p->band);
  p->band = inv_divide_up(rows, p->bands);
  p->class_rows = inv_divide_up((p->band - 1) * p->step + p->reach, p->step);
  /* Tiles that are not full load what lies beyond the last position. */
  size_t beyond = (size_t)(TILE * p->unit) * (size_t)p->pixel;
  p->halves = (size_t)(p->class_rows * p->step) * row_halves(p) + beyond;
}

size_t inv_rows_plan_place(const plan *p, int r) {
  int place = r % p->step * p->class_rows + r / p->step;
  return (size_t)place * row_halves(p);
}

/* ---- terms and weights --------------------------------------------------- */

/* The depth of the term that begins at half `at` of `count`. */
static int depth_at(const plan *p, int column, int at, int count) {
  bool amidst = p->turns && column == 1 && at == 0;
  return p->whole && !amidst && count - at >= SIDE ? SIDE : 2 * p->rest;
}

/* Lists the terms of a part that have 32 halves, or the others. Returns how
 * many; `to` may be NULL. */
static int list_terms(const plan *p, int row, int column, bool whole,
                      term *to) {
  const axis *y = &p->rows[row], *x = &p->columns[column];
  int n = 0, count = 2 * pairs_seen(p, column);
  for (int r = 0; r < y->taps; r++) {
    int first = (int)inv_rows_plan_place(p, y->source - p->top + r) +
                (x->source - p->left) * p->pixel;
    for (int at = 0, depth; at < count; at += depth) {
      depth = depth_at(p, column, at, count);
      if ((depth == SIDE) != whole)
        continue;
      if (to)
        to[n] = (term){first + at, r, at, depth};
      n++;
    }
  }
  return n;
}

static size_t blocks_of(const plan *p, const part *of) {
  return (size_t)(of->wholes + of->rests) * (size_t)p->blocks;
}

/* Counts the terms of all parts and, where there is room, lists them. */
static size_t make_parts(plan *p, uint16_t *packed, term *terms) {
  size_t count = 0;
  for (int i = 0; i < p->n_rows * p->n_columns; i++) {
    int row = i / p->n_columns, column = i % p->n_columns;
    term *to = terms ? terms + count : NULL;
    int wholes = list_terms(p, row, column, true, to);
    int rests = list_terms(p, row, column, false, to ? to + wholes : NULL);
    part *made = &p->parts[row][column];
    *made = (part){wholes, rests, to, packed};
    count += (size_t)(wholes + rests);
    if (packed)
      packed += blocks_of(p, made) * INV_BLOCK_HALVES;
  }
  return count;
}

typedef struct {
  const plan *plan;
  const float *w;
} packing;

/* The right factors of one term of a part and of 2 x 16 channels. */
static void pack_block(const packing *k, int row, int column, size_t number) {
  const plan *p = k->plan;
  const inv_conv *v = p->conv;
  const axis *y = &p->rows[row], *x = &p->columns[column];
  const part *of = &p->parts[row][column];
  _Alignas(64) uint16_t block[2 * INV_BLOCK_HALVES];
  size_t terms = (size_t)(of->wholes + of->rests);
  const term *t = &of->terms[number % terms];
  size_t area = (size_t)v->kernel_height * (size_t)v->kernel_width;
  size_t input = (size_t)v->channels * area;
  size_t deep = p->backward ? input : area, wide = p->backward ? area : input;
  size_t first = number / terms * SIDE;
  int columns = inv_min(p->channels - (int)first, SIDE);
  int ky = y->tap + t->row * y->tap_step;
  for (int r = 0, n; r < t->depth; r += n) {
    int c = (t->at + r) % p->pixel;
    int kx = x->tap + (t->at + r) / p->pixel * x->tap_step;
    n = inv_min(p->pixel - c, t->depth - r);
    inv_block_round(block + r * SIDE,
                    k->w + first * wide + (size_t)c * deep +
                        (size_t)(ky * v->kernel_width + kx),
                    inv_min(n, p->source_channels - c), columns,
                    (ptrdiff_t)deep, (ptrdiff_t)wide);
  }
  inv_block_pair(block);
  memcpy(of->packed + number * INV_BLOCK_HALVES, block, sizeof block / 2);
}

static inv_status pack_blocks(void *context, size_t begin, size_t end) {
  const packing *k = context;
  const plan *p = k->plan;
  for (size_t i = begin; i < end; i++) {
    size_t number = i;
    int row = 0, column = 0;
    while (number >= blocks_of(p, &p->parts[row][column])) {
      number -= blocks_of(p, &p->parts[row][column]);
      row += ++column / p->n_columns;
      column %= p->n_columns;
    }
    pack_block(k, row, column, number);
  }
  return INV_OK;
}

inv_status inv_rows_plan_open(plan *p, const inv_conv *v, bool backward,
                              const float *w) {
  *p = make_plan(v, backward);
  cut(p);
  size_t terms = make_parts(p, NULL, NULL);
  size_t blocks = terms * (size_t)p->blocks;
  size_t bytes =
      blocks * INV_BLOCK_HALVES * sizeof(uint16_t) + terms * sizeof(term);
  uint16_t *packed = inv_alloc(bytes);
  if (!packed)
    return inv_fail_memory(bytes);
  make_parts(p, packed, (term *)(void *)(packed + blocks * INV_BLOCK_HALVES));
  return inv_parallel(blocks, 32, pack_blocks, &(packing){p, w});
}

void inv_rows_plan_close(plan *p) {
  inv_free(p->parts[0][0].packed);
}

/* Forward, and the gradient of the input, which is a convolution for each
 * phase of the stride: input pixels s i + phase see neighbouring pixels of the
 * output's gradient through every s-th tap, in the opposite order. Some rows
 * of an image at a time are copied between zeros, and multiplied from there by
 * the weights, 16 pixels by 16 channels a tile. */
#include "nn/conv_rows.h"

#include <limits.h>
#include <string.h>

#include "base/amx.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "tensor/half_block.h"

enum { SIDE = INV_BLOCK_SIDE, TILE = SIDE / 2, TOGETHER = 4 };

/* Halves of source that a task copies at a time; how many tasks there should
 * be, where there are as many rows; bands of a task at most. */
enum { BAND_HALVES = 1 << 15, MANY_TASKS = 8, TASK_BANDS = 4 };

/* What this way is for: strides, pairs of halves a tile multiplies where there
 * are more, channels of both sides. */
enum { MOST_STRIDE = 4, FEWEST_PAIRS = 4, MOST_CHANNELS = 64 };

/* Along one axis: position i of `count` of the result sees `taps` neighbouring
 * pixels from source + i * step on, the first through tap `tap` of the kernel
 * and the others through taps that lie `tap_step` apart. */
typedef struct {
  int count, source, taps;
  int tap, tap_step;
} axis;

/* A product of tiles: `depth` halves from half `at` on of what is seen of row
 * `row`; `offset` halves after where the position's source begins. */
typedef struct {
  int offset, row, at, depth;
} term;

/* What makes the sums of one row phase and one column phase: first the terms
 * of 32 halves, then the others. */
typedef struct {
  int wholes, rests;
  const term *terms;
  uint16_t *packed; /* weights: (block of channels, term) */
} part;

typedef struct {
  const inv_conv *conv;
  bool backward;
  const uint16_t *from;
  const float *w;
  inv_epilogue epilogue;
  uint16_t *to;
  int source_height, source_width, source_channels;
  int height, width, channels; /* of the result */
  int step;                    /* of neighbouring rows' sources */
  int pixel;                   /* halves of a copied pixel: an even number */
  int blocks;                  /* of 32 channels of the result */
  int sums_step; /* of a pixel's: 16 where their channels are all there is */
  int n_rows, n_columns; /* phases: pixels of the result per position */
  axis rows[MOST_STRIDE], columns[MOST_STRIDE];
  part parts[MOST_STRIDE][MOST_STRIDE];
  bool whole;    /* there may be terms of 32 halves */
  bool turns;    /* the second column phase begins amidst a line of the cache */
  int rest;      /* pairs of halves of the other terms */
  int unit;      /* pixels between the sources of neighbouring positions */
  int top, left; /* of what is seen: first row and column */
  int reach;     /* rows that a position sees */
  int pitch;     /* positions from one row of them to the next */
  int band, bands; /* rows of positions copied at once; parts of an image */
  int class_rows;  /* rows of one residue of the step in a band */
  size_t halves;   /* of a band */
} sweep;

static int minimum(int a, int b) {
  return a < b ? a : b;
}

static int maximum(int a, int b) {
  return a > b ? a : b;
}

static int up(int a, int b) {
  return (a + b - 1) / b;
}

/* ---- what sees what ------------------------------------------------------ */

static axis make_axis(const inv_conv *v, bool backward, int number, int size,
                      int kernel) {
  if (!backward)
    return (axis){size, -v->padding, kernel, 0, 1};
  int s = v->stride, first = (number + v->padding) % s;
  int taps = first < kernel ? up(kernel - first, s) : 0;
  return (axis){number < size ? up(size - number, s) : 0,
                (number + v->padding) / s - taps + 1, taps,
                first + (taps - 1) * s, -s};
}

/* Rows of tiles are faster loaded where they lie in one line of the cache
 * each. Pixels of 16 halves, two to a line, are thus taken by turns, as if
 * they were column phases. */
static void make_phases(sweep *s) {
  const inv_conv *v = s->conv;
  int stride = s->backward ? v->stride : 1;
  s->turns = stride == 1 && s->step * s->pixel == TILE && s->width > TILE;
  s->n_rows = stride;
  s->n_columns = s->turns ? 2 : stride;
  s->unit = s->turns ? 2 * s->step : s->step;
  for (int i = 0; i < s->n_rows; i++)
    s->rows[i] = make_axis(v, s->backward, i, s->height, v->kernel_height);
  for (int i = 0; i < s->n_columns; i++) {
    axis *x = &s->columns[i];
    *x = make_axis(v, s->backward, s->turns ? 0 : i, s->width, v->kernel_width);
    x->source += s->turns ? i * s->step : 0;
    x->count = i < s->width ? up(s->width - i, s->n_columns) : 0;
  }
}

/* Pairs of halves that a column phase sees of a row. */
static int pairs_seen(const sweep *s, int column) {
  return s->columns[column].taps * s->pixel / 2;
}

static bool divides_all(const sweep *s, int pairs) {
  for (int i = 0; i < s->n_columns; i++)
    if (pairs_seen(s, i) % pairs != 0)
      return false;
  return true;
}

/* All phases share the sizes of tiles: 16 pairs and what is left of them, or,
 * where that differs, the most that divides them all. */
static void find_rest(sweep *s) {
  s->whole = true;
  s->rest = s->turns ? TILE / 2 : 0;
  for (int i = 0; i < s->n_columns && !s->turns; i++) {
    int left = pairs_seen(s, i) % TILE;
    s->whole = s->whole && (!left || !s->rest || left == s->rest);
    s->rest = left ? left : s->rest;
  }
  s->rest = s->rest ? s->rest : TILE;
  if (!s->whole)
    for (s->rest = TILE; !divides_all(s, s->rest);)
      s->rest--;
}

static sweep make_sweep(const inv_conv *v, bool backward) {
  sweep s = {.conv = v,
             .backward = backward,
             .source_height = v->height,
             .source_width = v->width,
             .source_channels = v->channels,
             .height = v->out_height,
             .width = v->out_width,
             .channels = v->out_channels,
             .step = v->stride};
  if (backward) {
    s.source_height = v->out_height, s.source_width = v->out_width;
    s.source_channels = v->out_channels;
    s.height = v->height, s.width = v->width, s.channels = v->channels;
    s.step = 1;
  }
  s.pixel = up(s.source_channels, 2) * 2;
  s.blocks = (int)inv_blocks(s.channels);
  s.sums_step = s.channels == TILE ? TILE : SIDE;
  make_phases(&s);
  find_rest(&s);
  return s;
}

bool inv_rows_suit(const inv_conv *v, bool backward) {
  if (v->dtype != INV_BFLOAT16 || v->groups != 1 || v->dilation != 1 ||
      v->stride > MOST_STRIDE || v->channels > MOST_CHANNELS ||
      v->out_channels > MOST_CHANNELS || v->kernel_width > SIDE)
    return false;
  const sweep s = make_sweep(v, backward);
  return s.whole || s.rest >= FEWEST_PAIRS;
}

/* ---- how the work is cut: by sizes alone -------------------------------- */

/* The pixels that are seen by any phase. */
static void find_reach(sweep *s) {
  int bottom = INT_MIN, right = INT_MIN;
  s->top = s->left = INT_MAX;
  for (int i = 0; i < s->n_rows; i++) {
    s->top = minimum(s->top, s->rows[i].source);
    bottom = maximum(bottom, s->rows[i].source + s->rows[i].taps);
  }
  for (int i = 0; i < s->n_columns; i++) {
    const axis *x = &s->columns[i];
    s->left = minimum(s->left, x->source);
    right = maximum(right, x->source + (x->count - 1) * s->unit + x->taps);
  }
  s->reach = maximum(bottom - s->top, 1);
  s->pitch = up(maximum(right - s->left, 1), s->unit);
}

static void cut(sweep *s) {
  int rows = up(s->height, s->n_rows), parts = up(MANY_TASKS, s->conv->batch);
  size_t row = (size_t)(s->pitch * s->unit) * (size_t)s->pixel;
  s->band = up(rows, minimum(parts, rows));
  while (s->band > 1 &&
         (size_t)((s->band - 1) * s->step + s->reach) * row > BAND_HALVES)
    s->band--;
  s->bands = up(rows, s->band);
  s->band = up(rows, s->bands);
  s->class_rows = up((s->band - 1) * s->step + s->reach, s->step);
  size_t beyond = (size_t)(TILE * s->unit + s->conv->kernel_width + 1);
  s->halves =
      (size_t)(s->class_rows * s->step) * row + beyond * (size_t)s->pixel;
}

/* Where a band has row r of those it sees. Rows of one residue of the step
 * are neighbours: so are then the pixels of neighbouring positions. */
static size_t place_of_row(const sweep *s, int r) {
  int place = r % s->step * s->class_rows + r / s->step;
  return (size_t)(place * s->pitch * s->unit) * (size_t)s->pixel;
}

/* ---- weights ------------------------------------------------------------ */

/* The depth of the term that begins at half `at` of `count`. */
static int depth_at(const sweep *s, int column, int at, int count) {
  bool amidst = s->turns && column == 1 && at == 0;
  return s->whole && !amidst && count - at >= SIDE ? SIDE : 2 * s->rest;
}

/* Lists the terms of a part that have 32 halves, or the others. Returns how
 * many; `to` may be NULL. */
static int list_terms(const sweep *s, int row, int column, bool whole,
                      term *to) {
  const axis *y = &s->rows[row], *x = &s->columns[column];
  int n = 0, count = 2 * pairs_seen(s, column);
  for (int r = 0; r < y->taps; r++) {
    int first = (int)place_of_row(s, y->source - s->top + r) +
                (x->source - s->left) * s->pixel;
    for (int at = 0, depth; at < count; at += depth) {
      depth = depth_at(s, column, at, count);
      if ((depth == SIDE) == whole && to)
        to[n] = (term){first + at, r, at, depth};
      n += (depth == SIDE) == whole;
    }
  }
  return n;
}

/* The right factors of one term and two times 16 channels. */
static void pack_block(const sweep *s, int row, int column, size_t number) {
  const inv_conv *v = s->conv;
  const axis *y = &s->rows[row], *x = &s->columns[column];
  const part *p = &s->parts[row][column];
  _Alignas(64) uint16_t block[2 * INV_BLOCK_HALVES];
  size_t area = (size_t)v->kernel_height * (size_t)v->kernel_width;
  size_t inputs = (size_t)v->channels * area;
  size_t deep = s->backward ? inputs : area, wide = s->backward ? area : inputs;
  size_t terms = (size_t)(p->wholes + p->rests);
  const term *t = &p->terms[number % terms];
  int first = (int)(number / terms) * SIDE, n;
  int columns = minimum(s->channels - first, SIDE);
  int ky = y->tap + t->row * y->tap_step;
  for (int r = 0; r < t->depth; r += n) {
    int c = (t->at + r) % s->pixel;
    int kx = x->tap + (t->at + r) / s->pixel * x->tap_step;
    n = minimum(s->pixel - c, t->depth - r);
    inv_block_round(block + r * SIDE,
                    s->w + (size_t)first * wide + (size_t)c * deep +
                        (size_t)(ky * v->kernel_width + kx),
                    minimum(n, s->source_channels - c), columns,
                    (ptrdiff_t)deep, (ptrdiff_t)wide);
  }
  inv_block_pair(block);
  memcpy(p->packed + number * INV_BLOCK_HALVES, block, sizeof block / 2);
}

static inv_status pack_blocks(void *context, size_t begin, size_t end) {
  const sweep *s = context;
  for (size_t i = begin; i < end; i++) {
    size_t number = i, here;
    for (int j = 0;; j++, number -= here) {
      const part *p = &s->parts[j / s->n_columns][j % s->n_columns];
      here = (size_t)(p->wholes + p->rests) * (size_t)s->blocks;
      if (number >= here)
        continue;
      pack_block(s, j / s->n_columns, j % s->n_columns, number);
      break;
    }
  }
  return INV_OK;
}

/* Counts the terms of all parts and, where there is room, lists them. */
static size_t make_parts(sweep *s, uint16_t *packed, term *terms) {
  size_t count = 0;
  for (int i = 0; i < s->n_rows * s->n_columns; i++) {
    int row = i / s->n_columns, column = i % s->n_columns;
    term *to = terms ? terms + count : NULL;
    part *p = &s->parts[row][column];
    *p = (part){.terms = to, .packed = packed};
    p->wholes = list_terms(s, row, column, true, to);
    p->rests = list_terms(s, row, column, false, to ? to + p->wholes : NULL);
    count += (size_t)(p->wholes + p->rests);
    if (packed)
      packed +=
          (size_t)(p->wholes + p->rests) * (size_t)s->blocks * INV_BLOCK_HALVES;
  }
  return count;
}

/* To be freed, also where it fails: the first part's `packed`. */
static inv_status pack_weights(sweep *s) {
  size_t terms = make_parts(s, NULL, NULL);
  size_t blocks = terms * (size_t)s->blocks;
  size_t bytes =
      blocks * INV_BLOCK_HALVES * sizeof(uint16_t) + terms * sizeof(term);
  uint16_t *packed = inv_alloc(bytes);
  if (!packed)
    return inv_fail_memory(bytes);
  make_parts(s, packed, (term *)(void *)(packed + blocks * INV_BLOCK_HALVES));
  return inv_parallel(blocks, 32, pack_blocks, s);
}

/* ---- products ----------------------------------------------------------- */

#if defined(__x86_64__)

enum { LINE = SIDE * sizeof(uint16_t) };

/* Tiles 0 .. 3 hold sums, 4 pixels and 6 weights of 32 halves, 5 and 7 those
 * of the other terms. */
static void open_tiles(int rest) {
  inv_amx_begin_with(&(inv_tiles){
      .rows = {TILE, TILE, TILE, TILE, TILE, TILE, TILE, rest},
      .row_bytes = {LINE, LINE, LINE, LINE, LINE, 4 * rest, LINE, LINE}});
}

/* One term of the sums of 4 x 16 pixels, whose sources begin at a[i], and of
 * 16 channels; LEFT and RIGHT are tiles. */
#define ADD_NARROW(LEFT, RIGHT)                                                \
  INV_TILE_LOAD(RIGHT, b, LINE);                                               \
  INV_TILE_LOAD(LEFT, a[0] + at, step);                                        \
  INV_TILE_MULTIPLY(0, LEFT, RIGHT);                                           \
  INV_TILE_LOAD(LEFT, a[1] + at, step);                                        \
  INV_TILE_MULTIPLY(1, LEFT, RIGHT);                                           \
  INV_TILE_LOAD(LEFT, a[2] + at, step);                                        \
  INV_TILE_MULTIPLY(2, LEFT, RIGHT);                                           \
  INV_TILE_LOAD(LEFT, a[3] + at, step);                                        \
  INV_TILE_MULTIPLY(3, LEFT, RIGHT)

/* The same of 2 x 16 pixels and 2 x 16 channels. */
#define ADD_WIDE(LEFT, RIGHT)                                                  \
  INV_TILE_LOAD(RIGHT, b, LINE);                                               \
  INV_TILE_LOAD(LEFT, a[0] + at, step);                                        \
  INV_TILE_MULTIPLY(0, LEFT, RIGHT);                                           \
  INV_TILE_LOAD(RIGHT, b + TILE * SIDE, LINE);                                 \
  INV_TILE_MULTIPLY(1, LEFT, RIGHT);                                           \
  INV_TILE_LOAD(LEFT, a[1] + at, step);                                        \
  INV_TILE_MULTIPLY(3, LEFT, RIGHT);                                           \
  INV_TILE_LOAD(RIGHT, b, LINE);                                               \
  INV_TILE_MULTIPLY(2, LEFT, RIGHT)

#define ADD_TERMS(ADD)                                                         \
  const term *t = p->terms, *middle = t + p->wholes, *end = middle + p->rests; \
  INV_TILE_FENCE();                                                            \
  INV_TILE_ZERO(0);                                                            \
  INV_TILE_ZERO(1);                                                            \
  INV_TILE_ZERO(2);                                                            \
  INV_TILE_ZERO(3);                                                            \
  for (; t < middle; t++, b += INV_BLOCK_HALVES) {                             \
    int at = t->offset;                                                        \
    ADD(4, 6);                                                                 \
  }                                                                            \
  for (; t < end; t++, b += INV_BLOCK_HALVES) {                                \
    int at = t->offset;                                                        \
    ADD(5, 7);                                                                 \
  }

/* The sums of neighbouring pixels are `row` floats apart. */
static void multiply_narrow(const part *p, const uint16_t *const *a,
                            size_t step, const uint16_t *b, float *sums,
                            size_t row) {
  ADD_TERMS(ADD_NARROW)
  size_t next = TILE * row;
  row *= sizeof *sums;
  INV_TILE_STORE(0, sums, row);
  INV_TILE_STORE(1, sums + next, row);
  INV_TILE_STORE(2, sums + 2 * next, row);
  INV_TILE_STORE(3, sums + 3 * next, row);
}

static void multiply_wide(const part *p, const uint16_t *const *a, size_t step,
                          const uint16_t *b, float *sums, size_t row) {
  ADD_TERMS(ADD_WIDE)
  size_t next = TILE * row;
  row *= sizeof *sums;
  INV_TILE_STORE(0, sums, row);
  INV_TILE_STORE(1, sums + TILE, row);
  INV_TILE_STORE(2, sums + next, row);
  INV_TILE_STORE(3, sums + next + TILE, row);
}

#else /* never called: inv_amx() does not hold */

static void open_tiles(int rest) {
  (void)rest;
}
static void multiply_narrow(const part *p, const uint16_t *const *a,
                            size_t step, const uint16_t *b, float *sums,
                            size_t row) {
  (void)p, (void)a, (void)step, (void)b, (void)sums, (void)row;
}
static void multiply_wide(const part *p, const uint16_t *const *a, size_t step,
                          const uint16_t *b, float *sums, size_t row) {
  (void)p, (void)a, (void)step, (void)b, (void)sums, (void)row;
}

#endif

/* ---- one task ----------------------------------------------------------- */

/* What a task works on and with. */
typedef struct {
  const sweep *sweep;
  size_t image;
  int first, rows; /* of positions, in this band */
  uint16_t *source;
  float *sums, *more_sums;
} task;

/* Where the result has the first channel of a pixel. */
static size_t place_of_pixel(const sweep *s, size_t image, int y, int x) {
  return ((image * (size_t)s->height + (size_t)y) * (size_t)s->width +
          (size_t)x) *
         (size_t)s->channels;
}

static void clear(uint16_t *to, int pixels, int pixel) {
  memset(to, 0, (size_t)pixels * (size_t)pixel * sizeof *to);
}

/* Row y of the source from column `left` on; zeros outside. */
static void load_row(const sweep *s, size_t image, int y, uint16_t *to) {
  int end = s->left + s->pitch * s->unit;
  int first = maximum(s->left, 0), last = minimum(end, s->source_width);
  if (y < 0 || y >= s->source_height || last <= first) {
    clear(to, end - s->left, s->pixel);
    return;
  }
  size_t row = image * (size_t)s->source_height + (size_t)y;
  const uint16_t *from =
      s->from + (row * (size_t)s->source_width + (size_t)first) *
                    (size_t)s->source_channels;
  clear(to, first - s->left, s->pixel);
  inv_block_pixels(to + (first - s->left) * s->pixel, from, last - first,
                   s->source_channels);
  clear(to + (last - s->left) * s->pixel, end - last, s->pixel);
}

static void load_band(const task *t) {
  const sweep *s = t->sweep;
  int rows = (t->rows - 1) * s->step + s->reach;
  for (int r = 0; r < rows; r++)
    if (r % s->step < s->reach)
      load_row(s, t->image, s->top + t->first * s->step + r,
               t->source + place_of_row(s, r));
}

/* Rounds sums of neighbouring pixels and writes them. */
static void write_sums(const sweep *s, const float *sums, const float *bias,
                       int count, int channels, uint16_t *to) {
  if (s->sums_step == SIDE) {
    inv_block_narrow(sums, bias, count, channels, to, s->channels, false);
    return;
  }
  inv_block_narrow(sums, NULL, count / 2, SIDE, to, SIDE, false);
  if (count % 2)
    inv_block_narrow(sums + (count - 1) * TILE, NULL, 1, TILE,
                     to + (count - 1) * TILE, TILE, false);
}

/* Finishes and writes the sums of neighbouring pixels, of which (y, x) is the
 * first, and of one block of channels. */
static void write_pixels(const sweep *s, size_t image, int y, int x, int count,
                         int block, float *sums) {
  const inv_epilogue *e = &s->epilogue;
  int first = block * SIDE, channels = minimum(s->channels - first, SIDE);
  size_t at = place_of_pixel(s, image, y, x) + (size_t)first;
  const float *bias = e->bias ? e->bias + first : NULL;
  if (e->residual || e->relu || (bias && s->sums_step != SIDE)) {
    bias = NULL;
    inv_epilogue_rows(e, INV_BFLOAT16, (size_t)first, at, (size_t)s->channels,
                      (size_t)count, (size_t)channels, sums,
                      (size_t)s->sums_step);
  }
  write_sums(s, sums, bias, count, channels, s->to + at);
}

/* A place among the positions of a band: x counts from one row of pitch. */
typedef struct {
  int y, x;
} place;

/* How the positions of a row phase are tiled: each row by itself, or all as
 * one long row, with what is between them, whichever takes fewer tiles. */
typedef struct {
  int phase, rows, count; /* rows of positions, and of each how many */
  int tiles;
  bool together;
} tiling;

static tiling tile_band(const task *t, int phase) {
  const sweep *s = t->sweep;
  tiling g = {phase, minimum(t->rows, s->rows[phase].count - t->first),
              up(s->width, s->n_columns), 0, false};
  if (g.rows <= 0)
    return g;
  int apart = g.rows * up(g.count, TILE);
  int together = up((g.rows - 1) * s->pitch + g.count, TILE);
  g.tiles = minimum(apart, together);
  g.together = together < apart;
  return g;
}

static place next_tile(const task *t, const tiling *g, place at) {
  int length = g->together ? t->sweep->pitch : g->count;
  for (at.x += TILE; at.x >= length; at.y++)
    at.x = g->together ? at.x - length : 0;
  return at;
}

/* Writes the sums of the positions of a tile. */
static void write_tile(const task *t, const tiling *g, place at, int block,
                       float *sums) {
  const sweep *s = t->sweep;
  int left = TILE;
  while (left > 0 && at.y < g->rows) {
    int x = at.x * s->n_columns;
    int n = minimum(left * s->n_columns, s->width - x);
    if (n > 0)
      write_pixels(s, t->image, (t->first + at.y) * s->n_rows + g->phase, x, n,
                   block, sums);
    left -= s->pitch - at.x;
    sums += (s->pitch - at.x) * s->n_columns * s->sums_step;
    at = (place){at.y + 1, 0};
  }
}

/* Some tiles whose sums are made at once. */
typedef struct {
  place at[TOGETHER];
  int count;
  float *sums; /* (positions, column phases, channels) */
} batch;

static void write_batch(const task *t, const tiling *g, const batch *b,
                        int block) {
  size_t tile = (size_t)(TILE * t->sweep->n_columns * t->sweep->sums_step);
  for (int i = 0; i < b->count; i++)
    write_tile(t, g, b->at[i], block, b->sums + (size_t)i * tile);
}

static void make_batch(const task *t, const tiling *g, const batch *b,
                       int block) {
  const sweep *s = t->sweep;
  bool narrow = s->channels - block * SIDE <= TILE;
  int step = s->unit * s->pixel;
  const uint16_t *a[TOGETHER];
  for (int i = 0; i < TOGETHER; i++) {
    const place *at = &b->at[minimum(i, b->count - 1)];
    a[i] = t->source + (at->y * s->pitch + at->x) * step;
  }
  for (int i = 0; i < s->n_columns; i++) {
    const part *p = &s->parts[g->phase][i];
    const uint16_t *weights =
        p->packed + (size_t)(block * (p->wholes + p->rests)) * INV_BLOCK_HALVES;
    (narrow ? multiply_narrow : multiply_wide)(
        p, a, (size_t)step * sizeof **a, weights, b->sums + i * s->sums_step,
        (size_t)(s->n_columns * s->sums_step));
  }
}

/* One row phase and one block of channels. Sums are written when those after
 * them are on their way. */
static void make_block(const task *t, const tiling *g, int block) {
  int most =
      t->sweep->channels - block * SIDE <= TILE ? TOGETHER : TOGETHER / 2;
  batch now = {.sums = t->sums}, before = {.sums = t->more_sums};
  place at = {0, 0};
  for (int i = 0; i < g->tiles; i += most) {
    now.count = minimum(most, g->tiles - i);
    for (int j = 0; j < now.count; j++, at = next_tile(t, g, at))
      now.at[j] = at;
    make_batch(t, g, &now, block);
    write_batch(t, g, &before, block);
    batch done = now;
    now = before;
    before = done;
  }
  write_batch(t, g, &before, block);
}

/* Rows of a phase that sees nothing. */
static void clear_rows(const task *t, const tiling *g) {
  const sweep *s = t->sweep;
  for (int y = 0; y < g->rows; y++)
    memset(s->to + place_of_pixel(s, t->image,
                                  (t->first + y) * s->n_rows + g->phase, 0),
           0, place_of_pixel(s, 0, 1, 0) * sizeof *s->to);
}

static void make_band(const task *t) {
  const sweep *s = t->sweep;
  load_band(t);
  for (int i = 0; i < s->n_rows; i++) {
    const tiling g = tile_band(t, i);
    if (s->rows[i].taps == 0)
      clear_rows(t, &g);
    else
      for (int b = 0; b < s->blocks; b++)
        make_block(t, &g, b);
  }
}

static inv_status make_bands(void *context, size_t begin, size_t end) {
  const sweep *s = context;
  size_t sums = (size_t)(TOGETHER * TILE * SIDE * s->n_columns);
  size_t bytes = 2 * sums * sizeof(float) + s->halves * sizeof(uint16_t);
  float *room = inv_alloc(bytes);
  if (!room)
    return inv_fail_memory(bytes);
  task t = {.sweep = s,
            .source = (void *)(room + 2 * sums),
            .sums = room,
            .more_sums = room + sums};
  open_tiles(s->rest);
  for (size_t i = begin; i < end; i++) {
    t.image = i / (size_t)s->bands;
    t.first = (int)(i % (size_t)s->bands) * s->band;
    t.rows = minimum(s->band, up(s->height, s->n_rows) - t.first);
    make_band(&t);
  }
  inv_amx_end();
  inv_free(room);
  return INV_OK;
}

static inv_status run_sweep(sweep *s) {
  find_reach(s);
  cut(s);
  inv_status status = pack_weights(s);
  size_t tasks = (size_t)s->conv->batch * (size_t)s->bands;
  size_t chunk = tasks / MANY_TASKS;
  chunk = chunk < 1 ? 1 : chunk > TASK_BANDS ? TASK_BANDS : chunk;
  if (status == INV_OK)
    status = inv_parallel(tasks, chunk, make_bands, s);
  inv_free(s->parts[0][0].packed);
  return status;
}

inv_status inv_rows_conv_forward(const inv_conv *v, const uint16_t *x,
                                 const float *w, const inv_epilogue *epilogue,
                                 uint16_t *y) {
  sweep s = make_sweep(v, false);
  s.from = x, s.w = w, s.to = y;
  s.epilogue = *epilogue;
  return run_sweep(&s);
}

inv_status inv_rows_conv_backward_input(const inv_conv *v, const uint16_t *gy,
                                        const float *w, uint16_t *gx) {
  sweep s = make_sweep(v, true);
  s.from = gy, s.w = w, s.to = gx;
  return run_sweep(&s);
}

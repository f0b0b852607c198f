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
enum { BATCH_SUMS = TOGETHER * TILE * SIDE };

/* Halves of source that a task copies at a time; how many tasks there should
 * be, where there are as many rows; images of a task at most. */
enum { BAND_HALVES = 1 << 15, MANY_TASKS = 8, TASK_IMAGES = 4 };

/* What this way is for: strides, pairs of halves a tile multiplies (fewer
 * only where there are no more), channels of both sides. */
enum { MOST_STRIDE = 4, FEWEST_PAIRS = 6, MOST_CHANNELS = 64 };

/* Along one axis, for one phase: position i of `count` of the result sees
 * pixels source + i * step .. + taps - 1 through taps of the kernel that lie
 * `tap_step` apart. */
typedef struct {
  int count, source, taps;
  int tap, tap_step; /* the tap of the first pixel */
} axis;

/* One phase: its sums have `terms` parts each, (row of taps, piece of it), and
 * begin so many halves after what pixel (0, 0) sees. */
typedef struct {
  axis y, x;
  int pairs, pieces, terms;
  int *offsets;
  uint16_t *packed; /* (block of channels, term) */
} phase;

typedef struct {
  const inv_conv *conv;
  bool backward;
  const uint16_t *from;
  const float *w;
  inv_epilogue epilogue;
  uint16_t *to;
  int source_height, source_width, source_channels;
  int height, width, channels; /* of the result */
  int step, out_step;          /* of neighbours, in source and result */
  int pixel;                   /* halves of a copied pixel: an even number */
  int blocks;                  /* of 32 channels of the result */
  int sums_step; /* of a pixel's: 16 where their channels are all there is */
  phase phases[MOST_STRIDE * MOST_STRIDE];
  int n_phases;
  bool gaps;       /* a phase has no terms */
  int top, left;   /* of what is seen: first row and column */
  int reach;       /* rows that a row of the result sees */
  int row_pixels;  /* copied of a row, a multiple of the step */
  int pitch;       /* positions from one row of the result to the next */
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

/* The pieces that `pairs` pairs are cut into: equal ones, of 16 at most. */
static int count_pieces(int pairs) {
  int pieces = up(pairs, TILE);
  while (pairs && pairs % pieces != 0)
    pieces++;
  return pieces;
}

bool inv_rows_suit(const inv_conv *v, bool backward) {
  int channels = backward ? v->out_channels : v->channels;
  if (v->dtype != INV_BFLOAT16 || v->groups != 1 || v->dilation != 1 ||
      v->stride > MOST_STRIDE || v->channels > MOST_CHANNELS ||
      v->out_channels > MOST_CHANNELS || v->kernel_width > SIDE)
    return false;
  for (int p = 0; p < (backward ? v->stride : 1); p++) {
    int taps = make_axis(v, backward, p, v->width, v->kernel_width).taps;
    int pairs = taps * up(channels, 2);
    if (pairs > TILE && pairs / count_pieces(pairs) < FEWEST_PAIRS)
      return false;
  }
  return true;
}

/* ---- how the work is cut: by sizes alone -------------------------------- */

static void make_phases(sweep *s) {
  const inv_conv *v = s->conv;
  s->n_phases = s->out_step * s->out_step;
  for (int i = 0; i < s->n_phases; i++) {
    phase *p = &s->phases[i];
    p->y =
        make_axis(v, s->backward, i / s->out_step, s->height, v->kernel_height);
    p->x =
        make_axis(v, s->backward, i % s->out_step, s->width, v->kernel_width);
    int pairs = p->x.taps * s->pixel / 2;
    p->pieces = count_pieces(pairs);
    p->pairs = pairs ? pairs / p->pieces : 1;
    p->terms = p->y.taps * p->pieces;
    s->gaps = s->gaps || p->terms == 0;
  }
}

/* The pixels that are seen by any phase. */
static void find_reach(sweep *s) {
  int bottom = INT_MIN, right = INT_MIN;
  s->top = s->left = INT_MAX;
  for (int i = 0; i < s->n_phases; i++) {
    const axis *y = &s->phases[i].y, *x = &s->phases[i].x;
    s->top = minimum(s->top, y->source);
    s->left = minimum(s->left, x->source);
    bottom = maximum(bottom, y->source + y->taps);
    right = maximum(right, x->source + (x->count - 1) * s->step + x->taps);
  }
  s->reach = maximum(bottom - s->top, 1);
  s->pitch = up(maximum(right - s->left, 1), s->step);
  s->row_pixels = s->pitch * s->step;
}

static void cut(sweep *s) {
  int rows = up(s->height, s->out_step);
  int parts = up(MANY_TASKS, s->conv->batch);
  size_t row = (size_t)s->row_pixels * (size_t)s->pixel;
  s->band = up(rows, minimum(parts, rows));
  while (s->band > 1 &&
         (size_t)((s->band - 1) * s->step + s->reach) * row > BAND_HALVES)
    s->band--;
  s->bands = up(rows, s->band);
  s->band = up(rows, s->bands);
  s->class_rows = up((s->band - 1) * s->step + s->reach, s->step);
  size_t beyond = (size_t)(TILE * s->step + SIDE) * (size_t)s->pixel;
  s->halves = (size_t)(s->class_rows * s->step) * row + beyond;
}

/* Where a band has row r of those it sees. Rows of one residue of the step
 * are neighbours: so are then the pixels of neighbouring positions. */
static size_t place_of_row(const sweep *s, int r) {
  int place = r % s->step * s->class_rows + r / s->step;
  return (size_t)place * (size_t)s->row_pixels * (size_t)s->pixel;
}

static void find_offsets(const sweep *s, phase *p) {
  for (int i = 0; i < p->terms; i++) {
    size_t row = place_of_row(s, p->y.source - s->top + i / p->pieces);
    p->offsets[i] = (int)row + (p->x.source - s->left) * s->pixel +
                    i % p->pieces * p->pairs * 2;
  }
}

/* ---- weights ------------------------------------------------------------ */

/* The right factors of one term and two times 16 channels. */
static void pack_block(const sweep *s, const phase *p, size_t number) {
  const inv_conv *v = s->conv;
  _Alignas(64) uint16_t block[2 * INV_BLOCK_HALVES];
  size_t area = (size_t)v->kernel_height * (size_t)v->kernel_width;
  size_t inputs = (size_t)v->channels * area;
  size_t deep = s->backward ? inputs : area, wide = s->backward ? area : inputs;
  int term = (int)(number % (size_t)p->terms);
  int first = (int)(number / (size_t)p->terms) * SIDE;
  int columns = minimum(s->channels - first, SIDE);
  int ky = p->y.tap + term / p->pieces * p->y.tap_step;
  int at = term % p->pieces * p->pairs * 2, n;
  for (int r = 0; r < 2 * p->pairs; r += n, at += n) {
    int c = at % s->pixel, kx = p->x.tap + at / s->pixel * p->x.tap_step;
    n = minimum(s->pixel - c, 2 * p->pairs - r);
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
  const phase *p = s->phases;
  for (size_t i = begin; i < end; i++) {
    size_t number = i;
    for (p = s->phases; number >= (size_t)(p->terms * s->blocks); p++)
      number -= (size_t)(p->terms * s->blocks);
    pack_block(s, p, number);
  }
  return INV_OK;
}

/* Fails where memory is short; to be freed: the first phase's `packed`. */
static inv_status pack_weights(sweep *s) {
  size_t terms = 0;
  for (int i = 0; i < s->n_phases; i++)
    terms += (size_t)s->phases[i].terms;
  size_t blocks = terms * (size_t)s->blocks;
  size_t bytes =
      blocks * INV_BLOCK_HALVES * sizeof(uint16_t) + terms * sizeof(int);
  uint16_t *packed = inv_alloc(bytes);
  if (!packed)
    return inv_fail_memory(bytes);
  int *offsets = (int *)(void *)(packed + blocks * INV_BLOCK_HALVES);
  for (int i = 0; i < s->n_phases; i++) {
    phase *p = &s->phases[i];
    p->packed = packed;
    p->offsets = offsets;
    packed += (size_t)(p->terms * s->blocks) * INV_BLOCK_HALVES;
    offsets += p->terms;
    find_offsets(s, p);
  }
  return inv_parallel(blocks, 32, pack_blocks, s);
}

/* ---- products ----------------------------------------------------------- */

#if defined(__x86_64__)

enum { LINE = SIDE * sizeof(uint16_t) };

/* Tiles 0 .. 3 hold sums, 4 and 5 pixels, 6 and 7 weights. */
static void open_tiles(int pairs) {
  inv_tiles tiles;
  for (int i = 0; i < INV_TILES; i++) {
    tiles.rows[i] = i < 6 ? TILE : pairs;
    tiles.row_bytes[i] = i == 4 || i == 5 ? 4 * pairs : LINE;
  }
  inv_amx_begin_with(&tiles);
}

static inline void clear_sums(void) {
  INV_TILE_FENCE();
  INV_TILE_ZERO(0);
  INV_TILE_ZERO(1);
  INV_TILE_ZERO(2);
  INV_TILE_ZERO(3);
}

/* Sums of 4 x 16 pixels, whose sources begin at a[i], and of 16 channels. */
static void multiply_narrow(const phase *p, const uint16_t *const *a,
                            size_t step, const uint16_t *b, float *sums,
                            size_t sums_step) {
  clear_sums();
  for (int i = 0; i < p->terms; i++, b += INV_BLOCK_HALVES) {
    int at = p->offsets[i];
    INV_TILE_LOAD(6, b, LINE);
    INV_TILE_LOAD(4, a[0] + at, step);
    INV_TILE_MULTIPLY(0, 4, 6);
    INV_TILE_LOAD(5, a[1] + at, step);
    INV_TILE_MULTIPLY(1, 5, 6);
    INV_TILE_LOAD(4, a[2] + at, step);
    INV_TILE_MULTIPLY(2, 4, 6);
    INV_TILE_LOAD(5, a[3] + at, step);
    INV_TILE_MULTIPLY(3, 5, 6);
  }
  size_t row = sums_step * sizeof *sums, next = TILE * sums_step;
  INV_TILE_STORE(0, sums, row);
  INV_TILE_STORE(1, sums + next, row);
  INV_TILE_STORE(2, sums + 2 * next, row);
  INV_TILE_STORE(3, sums + 3 * next, row);
}

/* Sums of 2 x 16 pixels and of 2 x 16 channels. */
static void multiply_wide(const phase *p, const uint16_t *const *a, size_t step,
                          const uint16_t *b, float *sums, size_t sums_step) {
  clear_sums();
  for (int i = 0; i < p->terms; i++, b += INV_BLOCK_HALVES) {
    int at = p->offsets[i];
    INV_TILE_LOAD(6, b, LINE);
    INV_TILE_LOAD(4, a[0] + at, step);
    INV_TILE_MULTIPLY(0, 4, 6);
    INV_TILE_LOAD(7, b + TILE * SIDE, LINE);
    INV_TILE_MULTIPLY(1, 4, 7);
    INV_TILE_LOAD(5, a[1] + at, step);
    INV_TILE_MULTIPLY(2, 5, 6);
    INV_TILE_MULTIPLY(3, 5, 7);
  }
  size_t row = sums_step * sizeof *sums, next = TILE * sums_step;
  INV_TILE_STORE(0, sums, row);
  INV_TILE_STORE(1, sums + TILE, row);
  INV_TILE_STORE(2, sums + next, row);
  INV_TILE_STORE(3, sums + next + TILE, row);
}

#else /* never called: inv_amx() does not hold */

static void open_tiles(int pairs) {
  (void)pairs;
}
static void multiply_narrow(const phase *p, const uint16_t *const *a,
                            size_t step, const uint16_t *b, float *sums,
                            size_t sums_step) {
  (void)p, (void)a, (void)step, (void)b, (void)sums;
  (void)sums_step;
}
static void multiply_wide(const phase *p, const uint16_t *const *a, size_t step,
                          const uint16_t *b, float *sums, size_t sums_step) {
  (void)p, (void)a, (void)step, (void)b, (void)sums;
  (void)sums_step;
}

#endif

/* ---- one task ----------------------------------------------------------- */

/* What a task works on and with. */
typedef struct {
  const sweep *sweep;
  size_t image;
  int first, rows; /* of positions, in this band */
  uint16_t *source;
  float *sums;
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
  int first = maximum(s->left, 0);
  int last = minimum(s->left + s->row_pixels, s->source_width);
  if (y < 0 || y >= s->source_height || last <= first) {
    clear(to, s->row_pixels, s->pixel);
    return;
  }
  const uint16_t *from =
      s->from + ((image * (size_t)s->source_height + (size_t)y) *
                     (size_t)s->source_width +
                 (size_t)first) *
                    (size_t)s->source_channels;
  clear(to, first - s->left, s->pixel);
  to += (first - s->left) * s->pixel;
  inv_block_pixels(to, from, last - first, s->source_channels);
  to += (last - first) * s->pixel;
  clear(to, s->left + s->row_pixels - last, s->pixel);
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
                       int count, int channels, uint16_t *to, size_t step) {
  if (s->sums_step == SIDE) {
    inv_block_narrow(sums, bias, count, channels, to, (ptrdiff_t)step, false);
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
  size_t step = (size_t)s->out_step * (size_t)s->channels;
  size_t at = place_of_pixel(s, image, y, x) + (size_t)first;
  const float *bias = e->bias ? e->bias + first : NULL;
  if (e->residual || e->relu || (bias && s->sums_step != SIDE)) {
    bias = NULL;
    inv_epilogue_rows(e, INV_BFLOAT16, (size_t)first, at, step, (size_t)count,
                      (size_t)channels, sums, (size_t)s->sums_step);
  }
  write_sums(s, sums, bias, count, channels, s->to + at, step);
}

/* Where a tile begins: position x of row y of positions. */
typedef struct {
  int y, x;
} place;

/* How the positions of a phase are tiled: each row by itself, or as one long
 * row, with those between its rows, whichever takes fewer tiles. */
typedef struct {
  const phase *phase;
  int rows, tiles;
  bool together;
} tiling;

static tiling tile_band(const task *t, const phase *p) {
  int rows = minimum(t->rows, p->y.count - t->first);
  if (rows <= 0 || p->x.count == 0 || p->terms == 0)
    return (tiling){.phase = p};
  int apart = rows * up(p->x.count, TILE);
  int together = up((rows - 1) * t->sweep->pitch + p->x.count, TILE);
  return (tiling){p, rows, minimum(apart, together), together < apart};
}

static place next_tile(const task *t, const tiling *g, place at) {
  int length = g->together ? t->sweep->pitch : g->phase->x.count;
  for (at.x += TILE; at.x >= length; at.y++)
    at.x = g->together ? at.x - length : 0;
  return at;
}

/* Writes the sums of a tile. */
static void write_tile(const task *t, const tiling *g, place at, int block,
                       float *sums) {
  const sweep *s = t->sweep;
  int number = (int)(g->phase - s->phases), left = TILE;
  int py = number / s->out_step, px = number % s->out_step;
  while (left > 0 && at.y < g->rows) {
    int n = minimum(g->phase->x.count - at.x, left);
    if (n > 0)
      write_pixels(s, t->image, (t->first + at.y) * s->out_step + py,
                   at.x * s->out_step + px, n, block, sums);
    left -= s->pitch - at.x;
    sums += (s->pitch - at.x) * s->sums_step;
    at = (place){at.y + 1, 0};
  }
}

/* Some tiles whose sums are made at once. */
typedef struct {
  place at[TOGETHER];
  int count;
  float *sums;
} batch;

static void write_batch(const task *t, const tiling *g, const batch *b,
                        int block) {
  for (int i = 0; i < b->count; i++)
    write_tile(t, g, b->at[i], block, b->sums + i * TILE * t->sweep->sums_step);
}

/* All of one phase and one block of channels. Sums are written when those
 * after them are on their way. */
static void make_block(const task *t, const tiling *g, int block) {
  const sweep *s = t->sweep;
  const phase *p = g->phase;
  bool narrow = s->channels - block * SIDE <= TILE;
  int most = narrow ? TOGETHER : TOGETHER / 2;
  int step = s->step * s->pixel;
  const uint16_t *weights =
      p->packed + (size_t)(block * p->terms) * INV_BLOCK_HALVES;
  batch now = {.sums = t->sums}, before = {.sums = t->sums + BATCH_SUMS};
  place at = {0, 0};
  for (int i = 0; i < g->tiles; i += most) {
    const uint16_t *a[TOGETHER];
    now.count = minimum(most, g->tiles - i);
    for (int j = 0; j < most; j++) {
      if (j < now.count)
        a[j] = t->source + (at.y * s->pitch + at.x) * step;
      else
        a[j] = a[j - 1];
      now.at[j] = at;
      at = next_tile(t, g, at);
    }
    (narrow ? multiply_narrow : multiply_wide)(p, a, (size_t)step * sizeof **a,
                                               weights, now.sums,
                                               (size_t)s->sums_step);
    write_batch(t, g, &before, block);
    batch done = now;
    now = before;
    before = done;
  }
  write_batch(t, g, &before, block);
}

/* Where a phase has no terms its pixels are to be zero: all of them first. */
static void clear_band(const task *t) {
  const sweep *s = t->sweep;
  int first = t->first * s->out_step;
  int rows = minimum(t->rows * s->out_step, s->height - first);
  size_t row = place_of_pixel(s, 0, 1, 0);
  memset(s->to + place_of_pixel(s, t->image, first, 0), 0,
         (size_t)rows * row * sizeof *s->to);
}

static void make_band(const task *t) {
  const sweep *s = t->sweep;
  load_band(t);
  if (s->gaps)
    clear_band(t);
  for (int i = 0; i < s->n_phases; i++) {
    const tiling g = tile_band(t, &s->phases[i]);
    if (g.tiles == 0)
      continue;
    open_tiles(s->phases[i].pairs);
    for (int b = 0; b < s->blocks; b++)
      make_block(t, &g, b);
  }
  inv_amx_end();
}

static inv_status make_bands(void *context, size_t begin, size_t end) {
  const sweep *s = context;
  size_t sums = 2 * BATCH_SUMS;
  size_t bytes = sums * sizeof(float) + s->halves * sizeof(uint16_t);
  float *room = inv_alloc(bytes);
  if (!room)
    return inv_fail_memory(bytes);
  task t = {.sweep = s, .source = (void *)(room + sums), .sums = room};
  for (size_t i = begin; i < end; i++) {
    t.image = i / (size_t)s->bands;
    t.first = (int)(i % (size_t)s->bands) * s->band;
    t.rows = minimum(s->band, up(s->height, s->out_step) - t.first);
    make_band(&t);
  }
  inv_free(room);
  return INV_OK;
}

static inv_status run_sweep(sweep *s) {
  s->pixel = up(s->source_channels, 2) * 2;
  s->blocks = (int)inv_blocks(s->channels);
  s->sums_step = s->channels == TILE && s->out_step == 1 ? TILE : SIDE;
  make_phases(s);
  find_reach(s);
  cut(s);
  inv_status status = pack_weights(s);
  size_t tasks = (size_t)s->conv->batch * (size_t)s->bands;
  size_t chunk = tasks / MANY_TASKS;
  chunk = chunk < 1 ? 1 : chunk > TASK_IMAGES ? TASK_IMAGES : chunk;
  if (status == INV_OK)
    status = inv_parallel(tasks, chunk, make_bands, s);
  inv_free(s->phases[0].packed);
  return status;
}

inv_status inv_rows_conv_forward(const inv_conv *v, const uint16_t *x,
                                 const float *w, const inv_epilogue *epilogue,
                                 uint16_t *y) {
  return run_sweep(&(sweep){.conv = v,
                            .from = x,
                            .w = w,
                            .epilogue = *epilogue,
                            .to = y,
                            .source_height = v->height,
                            .source_width = v->width,
                            .source_channels = v->channels,
                            .height = v->out_height,
                            .width = v->out_width,
                            .channels = v->out_channels,
                            .step = v->stride,
                            .out_step = 1});
}

inv_status inv_rows_conv_backward_input(const inv_conv *v, const uint16_t *gy,
                                        const float *w, uint16_t *gx) {
  return run_sweep(&(sweep){.conv = v,
                            .backward = true,
                            .from = gy,
                            .w = w,
                            .to = gx,
                            .source_height = v->out_height,
                            .source_width = v->out_width,
                            .source_channels = v->out_channels,
                            .height = v->height,
                            .width = v->width,
                            .channels = v->channels,
                            .step = 1,
                            .out_step = v->stride});
}

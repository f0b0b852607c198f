/* Some rows of an image at a time, a band, are copied between zeros and
 * multiplied from there by the weights, 16 positions by 16 channels a tile.
 * The plan (conv_rows_plan.h) says which is multiplied by which. */
#include "nn/conv_rows.h"

#include <string.h>

#include "base/amx.h"
#include "base/integers.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "nn/conv_rows_plan.h"
#include "tensor/half_block.h"

enum { SIDE = INV_BLOCK_SIDE, TILE = INV_ROWS_TILE, TOGETHER = 4 };

/* How many tasks there should be, and the most bands of one. */
enum { TASKS = 8, TASK_BANDS = 4 };

/* Channels, of either side, up to which this is faster than blocks of samples
 * (conv_amx.c): where a row fills tiles, and where it does not. */
enum { MOST_CHANNELS = 64, FEW_CHANNELS = 48 };

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

/* All terms of part p. */
#define ADD_TERMS(ADD)                                                         \
  const inv_rows_term *t = p->terms, *middle = t + p->wholes,                  \
                      *end = middle + p->rests;                                \
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
static void multiply_narrow(const inv_rows_part *p, const uint16_t *const *a,
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

static void multiply_wide(const inv_rows_part *p, const uint16_t *const *a,
                          size_t step, const uint16_t *b, float *sums,
                          size_t row) {
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
static void multiply_narrow(const inv_rows_part *p, const uint16_t *const *a,
                            size_t step, const uint16_t *b, float *sums,
                            size_t row) {
  (void)p, (void)a, (void)step, (void)b, (void)sums, (void)row;
}
static void multiply_wide(const inv_rows_part *p, const uint16_t *const *a,
                          size_t step, const uint16_t *b, float *sums,
                          size_t row) {
  (void)p, (void)a, (void)step, (void)b, (void)sums, (void)row;
}

#endif

/* ---- one band ----------------------------------------------------------- */

typedef struct {
  inv_rows_plan plan;
  const uint16_t *from;
  inv_epilogue epilogue;
  uint16_t *to;
  int sums_step; /* of a pixel's: 32, but 16 where it has so many channels: */
  inv_epilogue paired; /* two pixels, with twice the same bias, are a row */
  float pair_bias[SIDE];
} sweep;

/* A band and what it is made with. */
typedef struct {
  const sweep *sweep;
  size_t image;
  int first, rows; /* of positions */
  uint16_t *source;
  float *sums, *more_sums;
} task;

/* Where the result has the first channel of a pixel. */
static size_t place_of_pixel(const inv_rows_plan *p, size_t image, int y,
                             int x) {
  return ((image * (size_t)p->height + (size_t)y) * (size_t)p->width +
          (size_t)x) *
         (size_t)p->channels;
}

static void clear(uint16_t *to, int pixels, int pixel) {
  memset(to, 0, (size_t)pixels * (size_t)pixel * sizeof *to);
}

/* Row y of the source from column `left` on; zeros outside. */
static void load_row(const sweep *s, size_t image, int y, uint16_t *to) {
  const inv_rows_plan *p = &s->plan;
  int end = p->left + p->pitch * p->unit;
  int first = inv_max(p->left, 0), last = inv_min(end, p->source_width);
  if (y < 0 || y >= p->source_height || last <= first) {
    clear(to, end - p->left, p->pixel);
    return;
  }
  size_t row = image * (size_t)p->source_height + (size_t)y;
  const uint16_t *from =
      s->from + (row * (size_t)p->source_width + (size_t)first) *
                    (size_t)p->source_channels;
  clear(to, first - p->left, p->pixel);
  inv_block_pixels(to + (first - p->left) * p->pixel, from, last - first,
                   p->source_channels);
  clear(to + (last - p->left) * p->pixel, end - last, p->pixel);
}

static void load_band(const task *t) {
  const sweep *s = t->sweep;
  const inv_rows_plan *p = &s->plan;
  int rows = (t->rows - 1) * p->step + p->reach;
  for (int r = 0; r < rows; r++)
    if (r % p->step < p->reach)
      load_row(s, t->image, p->top + t->first * p->step + r,
               t->source + inv_rows_plan_place(p, r));
}

/* Finishes rows of sums, of neighbouring channels from `first` on, rounds them
 * and writes them from element `at` of the result on. */
static void write_rows(const sweep *s, const inv_epilogue *e, int first,
                       size_t at, int step, int rows, int columns,
                       float *sums) {
  const float *bias = e->bias ? e->bias + first : NULL;
  if (e->residual || e->relu) {
    bias = NULL;
    inv_epilogue_rows(e, INV_BFLOAT16, (size_t)first, at, (size_t)step,
                      (size_t)rows, (size_t)columns, sums, SIDE);
  }
  inv_block_narrow(sums, bias, rows, columns, s->to + at, step, false);
}

/* Writes the sums of neighbouring pixels, of which (y, x) is the first, and of
 * one block of channels. */
static void write_pixels(const sweep *s, size_t image, int y, int x, int count,
                         int block, float *sums) {
  const inv_rows_plan *p = &s->plan;
  int first = block * SIDE, channels = inv_min(p->channels - first, SIDE);
  size_t at = place_of_pixel(p, image, y, x) + (size_t)first;
  if (s->sums_step == SIDE) {
    write_rows(s, &s->epilogue, first, at, p->channels, count, channels, sums);
    return;
  }
  int last = count / 2 * SIDE;
  write_rows(s, &s->paired, 0, at, SIDE, count / 2, SIDE, sums);
  if (count % 2)
    write_rows(s, &s->epilogue, 0, at + (size_t)last, TILE, 1, TILE,
               sums + last);
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
  const inv_rows_plan *p = &s->plan;
  tiling g = {phase, inv_min(t->rows, p->rows[phase].count - t->first),
              inv_divide_up(p->width, p->n_columns), 0, false};
  if (g.rows <= 0)
    return g;
  int apart = g.rows * inv_divide_up(g.count, TILE);
  int together = inv_divide_up((g.rows - 1) * p->pitch + g.count, TILE);
  g.tiles = inv_min(apart, together);
  g.together = together < apart;
  return g;
}

static place next_tile(const task *t, const tiling *g, place at) {
  int length = g->together ? t->sweep->plan.pitch : g->count;
  for (at.x += TILE; at.x >= length; at.y++)
    at.x = g->together ? at.x - length : 0;
  return at;
}

/* Writes the sums of the positions of a tile. */
static void write_tile(const task *t, const tiling *g, place at, int block,
                       float *sums) {
  const sweep *s = t->sweep;
  const inv_rows_plan *p = &s->plan;
  int left = TILE;
  while (left > 0 && at.y < g->rows) {
    int x = at.x * p->n_columns;
    int n = inv_min(left * p->n_columns, p->width - x);
    if (n > 0)
      write_pixels(s, t->image, (t->first + at.y) * p->n_rows + g->phase, x, n,
                   block, sums);
    left -= p->pitch - at.x;
    sums += (p->pitch - at.x) * p->n_columns * s->sums_step;
    at = (place){at.y + 1, 0};
  }
}

/* Some tiles whose sums are made at once. */
typedef struct {
  place at[TOGETHER];
  int count;
  float *sums; /* (positions, column phases, channels) */
} tile_set;

static void write_set(const task *t, const tiling *g, const tile_set *b,
                      int block) {
  size_t tile = (size_t)(TILE * t->sweep->plan.n_columns * t->sweep->sums_step);
  for (int i = 0; i < b->count; i++)
    write_tile(t, g, b->at[i], block, b->sums + (size_t)i * tile);
}

static void make_set(const task *t, const tiling *g, const tile_set *b,
                     int block) {
  const sweep *s = t->sweep;
  const inv_rows_plan *p = &s->plan;
  bool narrow = p->channels - block * SIDE <= TILE;
  int step = p->unit * p->pixel;
  const uint16_t *a[TOGETHER];
  for (int i = 0; i < TOGETHER; i++) {
    const place *at = &b->at[inv_min(i, b->count - 1)];
    a[i] = t->source + (at->y * p->pitch + at->x) * step;
  }
  for (int i = 0; i < p->n_columns; i++) {
    const inv_rows_part *of = &p->parts[g->phase][i];
    const uint16_t *weights =
        of->packed +
        (size_t)(block * (of->wholes + of->rests)) * INV_BLOCK_HALVES;
    (narrow ? multiply_narrow : multiply_wide)(
        of, a, (size_t)step * sizeof **a, weights, b->sums + i * s->sums_step,
        (size_t)(p->n_columns * s->sums_step));
  }
}

/* One row phase and one block of channels. Sums are written when those after
 * them are on their way. */
static void make_block(const task *t, const tiling *g, int block) {
  int most =
      t->sweep->plan.channels - block * SIDE <= TILE ? TOGETHER : TOGETHER / 2;
  tile_set now = {.sums = t->sums}, before = {.sums = t->more_sums};
  place at = {0, 0};
  for (int i = 0; i < g->tiles; i += most) {
    now.count = inv_min(most, g->tiles - i);
    for (int j = 0; j < now.count; j++, at = next_tile(t, g, at))
      now.at[j] = at;
    make_set(t, g, &now, block);
    write_set(t, g, &before, block);
    tile_set done = now;
    now = before;
    before = done;
  }
  write_set(t, g, &before, block);
}

/* Rows of a phase that sees nothing. */
static void clear_rows(const task *t, const tiling *g) {
  const sweep *s = t->sweep;
  const inv_rows_plan *p = &s->plan;
  for (int y = 0; y < g->rows; y++)
    memset(s->to + place_of_pixel(p, t->image,
                                  (t->first + y) * p->n_rows + g->phase, 0),
           0, place_of_pixel(p, 0, 1, 0) * sizeof *s->to);
}

static void make_band(const task *t) {
  const sweep *s = t->sweep;
  const inv_rows_plan *p = &s->plan;
  load_band(t);
  for (int i = 0; i < p->n_rows; i++) {
    const tiling g = tile_band(t, i);
    if (p->rows[i].taps == 0)
      clear_rows(t, &g);
    else
      for (int b = 0; b < p->blocks; b++)
        make_block(t, &g, b);
  }
}

static inv_status make_bands(void *context, size_t begin, size_t end) {
  const sweep *s = context;
  const inv_rows_plan *p = &s->plan;
  size_t sums = (size_t)(TOGETHER * TILE * SIDE * p->n_columns);
  size_t bytes = 2 * sums * sizeof(float) + p->halves * sizeof(uint16_t);
  float *room = inv_alloc(bytes);
  if (!room)
    return inv_fail_memory(bytes);
  task t = {.sweep = s,
            .source = (void *)(room + 2 * sums),
            .sums = room,
            .more_sums = room + sums};
  open_tiles(p->rest);
  for (size_t i = begin; i < end; i++) {
    t.image = i / (size_t)p->bands;
    t.first = (int)(i % (size_t)p->bands) * p->band;
    t.rows = inv_min(p->band, inv_divide_up(p->height, p->n_rows) - t.first);
    make_band(&t);
  }
  inv_amx_end();
  inv_free(room);
  return INV_OK;
}

static inv_status run(sweep *s, const inv_conv *v, bool backward,
                      const float *w) {
  inv_rows_plan *p = &s->plan;
  inv_status status = inv_rows_plan_open(p, v, backward, w);
  s->sums_step = p->channels == TILE ? TILE : SIDE;
  s->paired = s->epilogue;
  if (s->epilogue.bias && s->sums_step == TILE) {
    for (int i = 0; i < SIDE; i++)
      s->pair_bias[i] = s->epilogue.bias[i % TILE];
    s->paired.bias = s->pair_bias;
  }
  size_t bands = (size_t)v->batch * (size_t)p->bands;
  size_t chunk = bands / TASKS;
  chunk = chunk < 1 ? 1 : chunk > TASK_BANDS ? TASK_BANDS : chunk;
  if (status == INV_OK)
    status = inv_parallel(bands, chunk, make_bands, s);
  inv_rows_plan_close(p);
  return status;
}

inv_status inv_rows_conv_forward(const inv_conv *v, const uint16_t *x,
                                 const float *w, const inv_epilogue *epilogue,
                                 uint16_t *y) {
  return run(&(sweep){.from = x, .epilogue = *epilogue, .to = y}, v, false, w);
}

inv_status inv_rows_conv_backward_input(const inv_conv *v, const uint16_t *gy,
                                        const float *w, uint16_t *gx) {
  return run(&(sweep){.from = gy, .to = gx}, v, true, w);
}

bool inv_rows_suit(const inv_conv *v, bool backward) {
  int width = backward ? v->width : v->out_width;
  int channels = inv_max(v->channels, v->out_channels);
  return channels <= (width < TILE ? FEW_CHANNELS : MOST_CHANNELS) &&
         inv_rows_plan_exists(v, backward);
}

/* For each tap the sum over pixels of the output's gradient (16 outputs x 32
 * pixels, a left factor) times the input (32 pixels x 16 inputs, a right one).
 * Pixel (i, j) of an image is at i * pitch + j of a line: what a tap connects
 * lies a constant distance apart, and what it does not connect meets a zero. */
#include "nn/conv_flat.h"

#include <string.h>

#include "base/amx.h"
#include "base/integers.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "tensor/half_block.h"

enum { SIDE = INV_BLOCK_SIDE, TILE = 16, TILE_FLOATS = TILE * TILE };

/* Taps that one pass over the pixels serves, and taps at all. */
enum { TAPS_AT_ONCE = 6, MOST_TAPS = 49 };

/* Parts of the batch that have sums of their own. */
enum { MOST_PARTS = 16 };

/* Where this way is the faster one: sizes of the output and channels of it. */
enum { LEAST_PIXELS = 1 << 9, MOST_PIXELS = 1 << 13, MOST_OUTPUTS = 64 };

typedef struct {
  const inv_conv *conv;
  const uint16_t *x, *gy;
  int taps;
  ptrdiff_t shift[MOST_TAPS]; /* from the output's pixel to the input's */
  ptrdiff_t least, most;      /* of these and 0 */
  int pitch, rows;            /* of an image */
  int chunks;                 /* of 32 pixels, in a line */
  int parts;
  int out_tiles;   /* 16 channels each */
  size_t gradient; /* elements of one channel's line */
  size_t floats;   /* of one set of sums */
  float *sums;     /* (part, output tile, tap) tiles */
} job;

typedef struct {
  const job *job;
  uint16_t *block; /* scratch */
  uint16_t *in;    /* (chunk) right tiles */
  uint16_t *out;   /* (output, pixel), from `most` pixels before the first */
} task;

/* ---- how a line is laid out --------------------------------------------- */

/* So long that no shift from -padding to `most` makes a pixel of one row meet
 * one of another row. */
static int stretch(int in, int out, int padding, int most) {
  return inv_max(in + padding, out + inv_max(most, 0));
}

static void lay_out(job *j) {
  const inv_conv *v = j->conv;
  int down = (v->kernel_height - 1) * v->dilation - v->padding;
  int right = (v->kernel_width - 1) * v->dilation - v->padding;
  j->rows = stretch(v->height, v->out_height, v->padding, down);
  j->pitch = stretch(v->width, v->out_width, v->padding, right);
  j->pitch += j->pitch % 2; /* rows begin with a pair of pixels */
}

static void find_shifts(job *j) {
  const inv_conv *v = j->conv;
  j->taps = v->kernel_height * v->kernel_width;
  for (int i = 0; i < j->taps; i++) {
    int y = i / v->kernel_width * v->dilation - v->padding;
    int x = i % v->kernel_width * v->dilation - v->padding;
    ptrdiff_t shift = (ptrdiff_t)y * j->pitch + x;
    j->shift[i] = shift;
    j->least = shift < j->least ? shift : j->least;
    j->most = shift > j->most ? shift : j->most;
  }
}

/* How the work is cut: by sizes alone. */
static void cut(job *j) {
  const inv_conv *v = j->conv;
  j->out_tiles = (v->out_channels - 1) / TILE + 1;
  j->parts = inv_min(v->batch, MOST_PARTS);
  j->chunks = (j->rows * j->pitch - 1) / SIDE + 1;
  /* An odd number of cache lines: the rows of a tile lie in different sets. */
  size_t length = (size_t)(j->chunks * SIDE + j->most - j->least);
  j->gradient = (length / SIDE + 1) / 2 * 2 * SIDE + SIDE;
  j->floats = (size_t)(j->out_tiles * j->taps) * TILE_FLOATS;
}

/* ---- one image ---------------------------------------------------------- */

static void load_input(const task *t, int image) {
  const inv_conv *v = t->job->conv;
  const uint16_t *from =
      t->job->x + (size_t)image * (size_t)(v->height * v->width * v->channels);
  for (int y = 0; y < v->height; y++) {
    uint16_t *to = t->in + y * t->job->pitch * TILE;
    for (int x = 0; x < v->width; x += SIDE) {
      int pixels = inv_min(v->width - x, SIDE);
      inv_block_fill(t->block, from + (y * v->width + x) * v->channels, pixels,
                     v->channels, v->channels);
      inv_block_pair(t->block);
      inv_block_copy(to + x * TILE, t->block, (pixels + 1) / 2, SIDE, SIDE);
    }
  }
}

/* Up to 32 pixels of one row of the gradient. */
static void turn_pixels(const task *t, const uint16_t *from, int pixels,
                        uint16_t *to) {
  int channels = t->job->conv->out_channels;
  for (int c = 0; c < channels; c += SIDE) {
    int n = inv_min(channels - c, SIDE);
    inv_block_fill(t->block, from + c, pixels, n, channels);
    inv_block_pair(t->block);
    inv_block_turn(t->block);
    inv_block_copy(to + (size_t)c * t->job->gradient, t->block, n, pixels,
                   (ptrdiff_t)t->job->gradient);
  }
}

static void load_gradient(const task *t, int image) {
  const job *j = t->job;
  const inv_conv *v = j->conv;
  int row = v->out_width * v->out_channels;
  const uint16_t *from = j->gy + (size_t)image * (size_t)(v->out_height * row);
  for (int y = 0; y < v->out_height; y++) {
    uint16_t *to = t->out + j->most + y * j->pitch;
    for (int x = 0; x < v->out_width; x += SIDE)
      turn_pixels(t, from + y * row + x * v->out_channels,
                  inv_min(v->out_width - x, SIDE), to + x);
  }
}

#define FOR_TAPS(DO)                                                           \
  DO(0)                                                                        \
  DO(1)                                                                        \
  DO(2)                                                                        \
  DO(3)                                                                        \
  DO(4)                                                                        \
  DO(5)

/* Adds to the sums of n taps; tile 6 is of the gradient, 7 of the input. */
static void multiply(const task *t, const ptrdiff_t *shift, int n,
                     const uint16_t *out, bool add, float *sums) {
  enum { LINE = SIDE * sizeof(uint16_t), SUMS = TILE * sizeof(float) };
  const uint16_t *a[TAPS_AT_ONCE] = {0};
  ptrdiff_t row = (ptrdiff_t)(t->job->gradient * sizeof *out);
  for (int i = 0; i < n; i++)
    a[i] = out + t->job->most - shift[i];
#define OPEN(I)                                                                \
  if (I < n && add)                                                            \
    INV_TILE_LOAD(I, sums + I * TILE_FLOATS, SUMS);                            \
  else if (I < n)                                                              \
    INV_TILE_ZERO(I);
#define MULTIPLY(I)                                                            \
  if (I < n) {                                                                 \
    INV_TILE_LOAD(6, a[I] + c * SIDE, row);                                    \
    INV_TILE_MULTIPLY(I, 6, 7);                                                \
  }
#define STORE(I)                                                               \
  if (I < n)                                                                   \
    INV_TILE_STORE(I, sums + I * TILE_FLOATS, SUMS);
  INV_TILE_FENCE();
  FOR_TAPS(OPEN)
  for (int c = 0; c < t->job->chunks; c++) {
    INV_TILE_LOAD(7, t->in + c * SIDE * TILE, LINE);
    FOR_TAPS(MULTIPLY)
  }
  FOR_TAPS(STORE)
#undef OPEN
#undef MULTIPLY
#undef STORE
}

static void add_image(const task *t, int image, bool first, float *sums) {
  const job *j = t->job;
  int passes = (j->taps - 1) / TAPS_AT_ONCE + 1;
  load_input(t, image);
  load_gradient(t, image);
  for (int o = 0; o < j->out_tiles; o++)
    for (int pass = 0; pass < passes; pass++) {
      int tap = pass * j->taps / passes;
      multiply(t, j->shift + tap, (pass + 1) * j->taps / passes - tap,
               t->out + (size_t)(o * TILE) * j->gradient, !first,
               sums + (size_t)(o * j->taps + tap) * TILE_FLOATS);
    }
}

static inv_status part_task(void *context, size_t part, size_t end) {
  (void)end;
  const job *j = context;
  size_t in = (size_t)(j->chunks * SIDE * TILE);
  size_t out = (size_t)(j->out_tiles * TILE) * j->gradient;
  size_t halves = INV_BLOCK_HALVES + in + out;
  task t = {.job = j, .block = inv_alloc_zero(halves, sizeof *t.block)};
  if (!t.block)
    return inv_fail_memory(halves * sizeof *t.block);
  t.in = t.block + INV_BLOCK_HALVES;
  t.out = t.in + in;
  int first = (int)part * j->conv->batch / j->parts;
  int last = ((int)part + 1) * j->conv->batch / j->parts;
  inv_amx_begin();
  for (int image = first; image < last; image++)
    add_image(&t, image, image == first, j->sums + part * j->floats);
  inv_amx_end();
  inv_free(t.block);
  return INV_OK;
}

/* ---- the sums of all parts ---------------------------------------------- */

INV_VECTOR static void add_tile(float *sum, const float *from) {
  for (int i = 0; i < TILE_FLOATS; i++)
    sum[i] += from[i];
}

/* All inputs of 16 outputs. */
static void collect_tile(const job *j, int tile, float *gw) {
  int channels = j->conv->channels;
  int rows = inv_min(j->conv->out_channels - tile * TILE, TILE);
  gw += tile * TILE * channels * j->taps;
  for (int tap = 0; tap < j->taps; tap++) {
    float *sums = j->sums + (size_t)(tile * j->taps + tap) * TILE_FLOATS;
    for (int p = 1; p < j->parts; p++)
      add_tile(sums, sums + (size_t)p * j->floats);
    for (int r = 0; r < rows; r++)
      for (int c = 0; c < channels; c++)
        gw[(r * channels + c) * j->taps + tap] = sums[r * TILE + c];
  }
}

/* ---- the operation ------------------------------------------------------ */

bool inv_flat_suits(const inv_conv *v) {
  int64_t pixels = (int64_t)v->out_height * v->out_width;
  return v->dtype == INV_BFLOAT16 && inv_amx() && v->batch > 0 &&
         v->groups == 1 && v->stride == 1 && v->channels <= TILE &&
         v->out_channels <= MOST_OUTPUTS && pixels >= LEAST_PIXELS &&
         pixels <= MOST_PIXELS &&
         (int64_t)v->kernel_height * v->kernel_width <= MOST_TAPS &&
         (int64_t)v->kernel_height * v->dilation <= v->height &&
         (int64_t)v->kernel_width * v->dilation <= v->width;
}

inv_status inv_flat_backward_weights(const inv_conv *v, const uint16_t *x,
                                     const uint16_t *gy, float *gw) {
  job j = {.conv = v, .x = x, .gy = gy};
  lay_out(&j);
  find_shifts(&j);
  cut(&j);
  size_t count = (size_t)j.parts * j.floats;
  j.sums = inv_alloc_array(count, sizeof *j.sums);
  if (!j.sums)
    return inv_fail_memory(count * sizeof *j.sums);
  inv_status status = inv_parallel((size_t)j.parts, 1, part_task, &j);
  for (int tile = 0; tile < j.out_tiles && status == INV_OK; tile++)
    collect_tile(&j, tile, gw);
  inv_free(j.sums);
  return status;
}

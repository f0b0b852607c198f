/* Forward, and the gradient of the input, which is the same sum over other
 * pixels: for each pixel of the result and each tap that falls inside, the
 * blocks of 32 samples times those of the weights. Rows of input are brought
 * into blocks as they are needed, in a ring that stays in the cache. */
#include "nn/conv_amx.h"

#include <string.h>

#include "base/amx.h"
#include "base/integers.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "nn/conv_plane.h"
#include "nn/conv_reach.h"

enum { SIDE = INV_BLOCK_SIDE };

/* Halves that the ring of rows may take: half the second-level cache. Rows of
 * the result that one task makes at most, and how many tasks there should
 * be. */
enum { RING_HALVES = 1 << 19, TASK_ROWS = 16, MANY_TASKS = 8 };

/* Halves of weights that are gone through for each pixel, and how many blocks
 * of channels at most: their results are neighbours in memory. */
enum { WEIGHT_HALVES = 1 << 18, MOST_TOGETHER = 8 };

typedef struct {
  const inv_conv *conv;
  bool backward;
  inv_reach reach;
  inv_plane in; /* of the first group */
  int channels; /* of the result, per group */
  size_t pixel; /* elements between pixels of the result */
  char *to;
  const float *w;
  inv_epilogue epilogue;
  int split;                     /* blocks that stand for one */
  atomic_uint most, most_weight; /* bits of the largest magnitudes */
  int depth_blocks, channel_blocks;
  uint16_t *packed; /* (group, channel block, tap, depth block) */
  int task_rows;    /* rows of the result that one task makes */
  int band, ring;   /* rows made at once; rows of input kept */
  int strips, parts;
  int together; /* blocks of channels made at once for a pixel */
  size_t chunks;
} sweep;

static int taps_of(const sweep *s) {
  return s->conv->kernel_height * s->conv->kernel_width;
}

static size_t pixel_halves(const sweep *s) {
  return (size_t)(s->depth_blocks * s->split) * INV_BLOCK_HALVES;
}

static size_t row_halves(const sweep *s) {
  return (size_t)s->reach.n_columns * pixel_halves(s);
}

/* How the work is cut: by sizes alone. */
static void cut(sweep *s) {
  s->chunks = (size_t)inv_blocks(s->conv->batch);
  size_t images = s->chunks * (size_t)s->conv->groups;
  int strips = (int)(MANY_TASKS / (images < MANY_TASKS ? images : MANY_TASKS));
  s->task_rows = inv_min((s->reach.height - 1) / strips + 1, TASK_ROWS);
  s->strips = (s->reach.height - 1) / s->task_rows + 1;
  size_t tasks = images * (size_t)s->strips;
  int parts = (int)(MANY_TASKS / (tasks < MANY_TASKS ? tasks : MANY_TASKS));
  s->parts = inv_min(parts, s->channel_blocks);
  size_t rows = RING_HALVES / (row_halves(s) + 1);
  s->band = 1;
  while (s->band < s->task_rows &&
         (size_t)inv_reach_span(&s->reach, s->band + 1) <= rows)
    s->band++;
  s->ring = inv_reach_span(&s->reach, s->band);
  size_t weights = (size_t)taps_of(s) * pixel_halves(s);
  size_t together = WEIGHT_HALVES / weights;
  s->together = together < 1               ? 1
                : together > MOST_TOGETHER ? MOST_TOGETHER
                                           : (int)together;
}

/* ---- weights ------------------------------------------------------------ */

/* A block of float32 weights, whose neighbours lie so far apart. */
static uint32_t split_weights(uint16_t *block, const float *w, int rows,
                              int columns, ptrdiff_t row_step,
                              ptrdiff_t column_step) {
  float dense[SIDE * SIDE];
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++)
      dense[r * SIDE + c] = w[r * row_step + c * column_step];
  return inv_block_split(block, dense, rows, columns, SIDE);
}

/* One block of packed weights: tap and blocks of inputs and results. */
static void pack_block(sweep *s, size_t number) {
  const inv_conv *v = s->conv;
  uint16_t *block = s->packed + number * (size_t)s->split * INV_BLOCK_HALVES;
  int area = taps_of(s), in = v->channels / v->groups;
  int out = v->out_channels / v->groups;
  int d = (int)(number % (size_t)s->depth_blocks) * SIDE;
  number /= (size_t)s->depth_blocks;
  int tap = (int)(number % (size_t)area);
  number /= (size_t)area;
  int c = (int)(number % (size_t)s->channel_blocks) * SIDE;
  int group = (int)(number / (size_t)s->channel_blocks);
  int row = s->backward ? d : c, column = s->backward ? c : d;
  const float *w =
      s->w + ((ptrdiff_t)(group * out + row) * in + column) * area + tap;
  int rows = inv_min(out - row, SIDE), columns = inv_min(in - column, SIDE);
  if (s->split > 1)
    inv_block_raise(&s->most_weight, split_weights(block, w, rows, columns,
                                                   (ptrdiff_t)in * area, area));
  else
    inv_block_round(block, w, rows, columns, (ptrdiff_t)in * area, area);
  for (int i = 0; i < s->split; i++)
    (s->backward ? inv_block_pair
                 : inv_block_turn)(block + i * INV_BLOCK_HALVES);
}

static inv_status pack_blocks(void *context, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++)
    pack_block(context, i);
  return INV_OK;
}

static inv_status pack_weights(sweep *s) {
  size_t blocks = (size_t)s->conv->groups * (size_t)s->channel_blocks *
                  (size_t)taps_of(s) * (size_t)s->depth_blocks;
  size_t bytes = (size_t)s->split * INV_BLOCK_HALVES * sizeof *s->packed;
  s->packed = inv_alloc_array(blocks, bytes);
  if (!s->packed)
    return inv_fail_memory(blocks * bytes);
  return inv_parallel(blocks, 32, pack_blocks, s);
}

/* ---- one task ----------------------------------------------------------- */

/* What a task works on and with. */
typedef struct {
  const sweep *sweep;
  inv_plane in;
  uint32_t most; /* bits of the largest magnitude in it so far */
  int group;
  size_t sample; /* the first one */
  int samples;
  int next;       /* row of input to be loaded */
  uint16_t *rows; /* the ring: row y is at y % ring */
  inv_block_run *runs;
  float *sums;
} task;

/* Loads the rows that rows y .. y + n-1 of the result see. */
static void load_rows(task *t, int y, int n) {
  const sweep *s = t->sweep;
  const inv_reach *r = &s->reach;
  int first, last;
  inv_reach_rows(r, s->conv->kernel_height, y, n, &first, &last);
  t->next = first > t->next ? first : t->next;
  for (; t->next <= last; t->next++)
    if (r->row_used[t->next])
      t->most = inv_block_larger(
          t->most, inv_plane_load(&t->in, t->sample, t->samples, t->next,
                                  r->columns, r->n_columns,
                                  t->rows + (size_t)(t->next % s->ring) *
                                                row_halves(s)));
}

/* The blocks that pixel (y, x) of the result sums over, with the weights of
 * one block of channels; neighbours in memory become one run. */
static int find_runs(const task *t, int y, int x, const uint16_t *weights) {
  const sweep *s = t->sweep;
  const inv_conv *v = s->conv;
  size_t pixel = pixel_halves(s);
  int count = 0;
  for (int ky = 0; ky < v->kernel_height; ky++) {
    int row = s->reach.row_of[y * v->kernel_height + ky];
    if (row < 0) {
      weights += (size_t)v->kernel_width * pixel;
      continue;
    }
    const uint16_t *from = t->rows + (size_t)(row % s->ring) * row_halves(s);
    for (int kx = 0; kx < v->kernel_width; kx++, weights += pixel) {
      int slot = s->reach.slot_of[x * v->kernel_width + kx];
      if (slot < 0)
        continue;
      const uint16_t *a = from + (size_t)slot * pixel;
      inv_block_run *last = t->runs + count - 1;
      size_t length =
          count ? (size_t)(last->count * s->split) * INV_BLOCK_HALVES : 0;
      if (count && last->a + length == a && last->b + length == weights)
        last->count += s->depth_blocks;
      else
        t->runs[count++] = (inv_block_run){a, weights, s->depth_blocks};
    }
  }
  return count;
}

/* Finishes the sums of channels from element `at` of the result on, and writes
 * them. `first`: the first channel; `sample`: elements of one. */
static void write_sums(const task *t, int first, int channels, size_t at,
                       size_t sample) {
  const sweep *s = t->sweep;
  const inv_epilogue *e = &s->epilogue;
  const float *bias = e->bias ? e->bias + first : NULL;
  if (e->residual || e->relu) {
    bias = NULL;
    for (int c = 0; c < channels; c += SIDE)
      inv_epilogue_rows(e, s->conv->dtype, (size_t)(first + c), at + (size_t)c,
                        sample, (size_t)t->samples,
                        (size_t)inv_min(channels - c, SIDE),
                        t->sums + c / SIDE * INV_BLOCK_HALVES, SIDE);
  }
  if (s->split > 1)
    inv_block_write(t->sums, bias, t->samples, channels,
                    (float *)(void *)s->to + at, (ptrdiff_t)sample);
  else
    inv_block_narrow(t->sums, bias, t->samples, channels,
                     (uint16_t *)(void *)s->to + at, (ptrdiff_t)sample, true);
}

/* Some blocks of channels of rows y .. y + n-1. */
static void make_rows(const task *t, int y, int n, int block, int blocks) {
  const sweep *s = t->sweep;
  int width = s->reach.width, first = t->group * s->channels + block * SIDE;
  int channels = inv_min(s->channels - block * SIDE, blocks * SIDE);
  size_t sample = (size_t)s->reach.height * (size_t)width * s->pixel;
  size_t step = (size_t)taps_of(s) * pixel_halves(s);
  const uint16_t *weights =
      s->packed + (size_t)(t->group * s->channel_blocks + block) * step;
  size_t at =
      t->sample * sample + (size_t)first + (size_t)y * (size_t)width * s->pixel;
  for (int i = 0; i < n * width; i++, at += s->pixel) {
    int runs = find_runs(t, y + i / width, i % width, weights);
    for (int b = 0; b < blocks; b++) {
      (s->split > 1 ? inv_block_multiply_split : inv_block_multiply)(
          t->runs, runs, 1, 1, false, t->sums + b * INV_BLOCK_HALVES);
      for (int r = 0; r < runs; r++)
        t->runs[r].b += step;
    }
    write_sums(t, first, channels, at, sample);
  }
}

/* Rows y .. end-1, the `part`-th part of the blocks of channels. */
static void run_task(task *t, int y, int end, int part) {
  const sweep *s = t->sweep;
  int first = part * s->channel_blocks / s->parts;
  int last = (part + 1) * s->channel_blocks / s->parts;
  inv_amx_begin();
  for (; y < end; y += s->band) {
    int n = inv_min(s->band, end - y);
    load_rows(t, y, n);
    for (int b = first; b < last; b += s->together)
      make_rows(t, y, n, b, inv_min(s->together, last - b));
  }
  inv_amx_end();
}

static inv_status sweep_task(void *context, size_t number, size_t end) {
  (void)end;
  sweep *s = context;
  int part = (int)(number % (size_t)s->parts);
  number /= (size_t)s->parts;
  int y = (int)(number % (size_t)s->strips) * s->task_rows;
  number /= (size_t)s->strips;
  task t = {.sweep = s,
            .in = s->in,
            .group = (int)(number / s->chunks),
            .sample = number % s->chunks * SIDE};
  inv_plane_skip(&t.in, (size_t)t.group * (size_t)s->in.channels);
  size_t left = (size_t)s->conv->batch - t.sample;
  t.samples = left < SIDE ? (int)left : SIDE;
  size_t ring = (size_t)s->ring * row_halves(s);
  size_t sums = (size_t)s->together * INV_BLOCK_HALVES;
  size_t bytes = ring * sizeof *t.rows + sums * sizeof *t.sums +
                 (size_t)taps_of(s) * sizeof *t.runs;
  t.sums = inv_alloc(bytes);
  if (!t.sums)
    return inv_fail_memory(bytes);
  t.rows = (void *)(t.sums + sums);
  t.runs = (inv_block_run *)(void *)(t.rows + ring);
  run_task(&t, y, inv_min(y + s->task_rows, s->reach.height), part);
  inv_block_raise(&s->most, t.most);
  inv_free(t.sums);
  return INV_OK;
}

static inv_status run_sweep(sweep *s, bool *fit) {
  s->in.dtype = s->conv->dtype;
  s->split = inv_plane_split(s->conv->dtype);
  s->depth_blocks = (int)inv_blocks(s->in.channels);
  s->channel_blocks = (int)inv_blocks(s->channels);
  inv_status status = inv_reach_open(&s->reach, s->conv, s->backward);
  if (status == INV_OK)
    status = pack_weights(s);
  if (status == INV_OK) {
    cut(s);
    size_t tasks = (size_t)s->conv->groups * s->chunks * (size_t)s->strips *
                   (size_t)s->parts;
    status = inv_parallel(tasks, 1, sweep_task, s);
  }
  inv_reach_close(&s->reach);
  inv_free(s->packed);
  *fit = s->split == 1 || inv_block_fits(s->most, s->most_weight,
                                         (int64_t)s->in.channels * taps_of(s));
  return status;
}

inv_status inv_amx_conv_forward(const inv_conv *v, const void *x,
                                const float *w, const inv_epilogue *epilogue,
                                void *y, bool *fit) {
  sweep s = {.conv = v,
             .in = {.data = x,
                    .height = v->height,
                    .width = v->width,
                    .channels = v->channels / v->groups,
                    .pixel = (size_t)v->channels},
             .channels = v->out_channels / v->groups,
             .pixel = (size_t)v->out_channels,
             .to = y,
             .w = w,
             .epilogue = *epilogue};
  return run_sweep(&s, fit);
}

inv_status inv_amx_conv_backward_input(const inv_conv *v, const void *gy,
                                       const float *w, void *gx, bool *fit) {
  sweep s = {.conv = v,
             .backward = true,
             .in = {.data = gy,
                    .height = v->out_height,
                    .width = v->out_width,
                    .channels = v->out_channels / v->groups,
                    .pixel = (size_t)v->out_channels},
             .channels = v->channels / v->groups,
             .pixel = (size_t)v->channels,
             .to = gx,
             .w = w};
  return run_sweep(&s, fit);
}

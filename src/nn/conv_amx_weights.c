/* The gradient of the weights: for each tap the sum over pixels and samples
 * of the output's gradient (a left factor: 32 outputs x 32 samples) times the
 * input (a right factor: 32 samples x 32 inputs). The work is cut into parts
 * of the batch, each with sums of its own that are added in order, and each
 * part into blocks of outputs. */
#include "nn/conv_amx.h"

#include <string.h>

#include "base/amx.h"
#include "base/integers.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "nn/conv_plane.h"
#include "nn/conv_reach.h"

enum { SIDE = INV_BLOCK_SIDE };

/* Halves that are in blocks at once, together: most of the second-level
 * cache. Floats that the sums of all parts may take, and how many parts and
 * tasks there should be. */
enum { ITEM_HALVES = 1 << 20, SUM_FLOATS = 1 << 22 };
enum { MOST_PARTS = 16, MANY_TASKS = 8 };

/* The batch is gone through in items: a band of the output's rows of some
 * chunks of 32 samples. */
typedef struct {
  const inv_conv *conv;
  inv_reach reach;
  inv_plane x, gy;             /* of the first group */
  int split;                   /* blocks that stand for one */
  atomic_uint most_x, most_gy; /* bits of the largest magnitudes */
  int in_blocks, out_blocks;   /* per group */
  int step;                    /* slots between pixels seen by neighbours */
  int chunks, item_chunks, band, bands, items;
  int parts, splits; /* of the items; of the blocks of outputs */
  size_t floats;     /* of one set of sums */
  float *sums;       /* (part, group, output block, tap, input block) blocks */
} job;

typedef struct {
  const job *job;
  inv_plane x, gy; /* of the task's channels */
  uint32_t most_x, most_gy;
  int first_block, blocks;
  float *sums;   /* of the first of these */
  uint16_t *in;  /* (chunk, row, slot, input block) */
  uint16_t *out; /* (chunk, row, column, output block) */
  inv_block_run *runs;
  int chunk, n_chunks, y, rows; /* the item */
  int low, high;                /* rows of input that it sees */
} task;

static int taps_of(const job *j) {
  return j->conv->kernel_height * j->conv->kernel_width;
}

static size_t block_halves(const job *j) {
  return (size_t)j->split * INV_BLOCK_HALVES;
}

/* Halves of a row of input and of output in blocks, for 32 samples. */
static size_t in_row(const job *j) {
  return (size_t)j->reach.n_columns * (size_t)j->in_blocks * block_halves(j);
}

static size_t out_row(const task *t) {
  return (size_t)t->job->conv->out_width * (size_t)t->blocks *
         block_halves(t->job);
}

static size_t in_chunk(const job *j) {
  return (size_t)inv_reach_span(&j->reach, j->band) * in_row(j);
}

/* ---- one item ----------------------------------------------------------- */

static int samples_of(const task *t, int chunk) {
  return inv_min(t->job->conv->batch - chunk * SIDE, SIDE);
}

static void load_input(task *t, int chunk, int row, uint16_t *to) {
  const job *j = t->job;
  uint32_t most =
      inv_plane_load(&t->x, (size_t)chunk * SIDE, samples_of(t, chunk), row,
                     j->reach.columns, j->reach.n_columns, to);
  t->most_x = inv_block_larger(t->most_x, most);
  size_t halves = in_row(j);
  for (size_t i = 0; i < halves; i += INV_BLOCK_HALVES)
    inv_block_pair(to + i);
}

static void load_gradient(task *t, int chunk, int row, uint16_t *to) {
  int width = t->job->conv->out_width;
  size_t halves = out_row(t);
  uint32_t most = inv_plane_load(&t->gy, (size_t)chunk * SIDE,
                                 samples_of(t, chunk), row, NULL, width, to);
  t->most_gy = inv_block_larger(t->most_gy, most);
  for (size_t i = 0; i < halves; i += INV_BLOCK_HALVES) {
    inv_block_pair(to + i);
    inv_block_turn(to + i);
  }
}

static void load_item(task *t) {
  const job *j = t->job;
  inv_reach_rows(&j->reach, j->conv->kernel_height, t->y, t->rows, &t->low,
                 &t->high);
  for (int c = 0; c < t->n_chunks; c++) {
    uint16_t *in = t->in + (size_t)c * in_chunk(j);
    uint16_t *out = t->out + (size_t)(c * t->rows) * out_row(t);
    for (int y = t->low; y <= t->high; y++, in += in_row(j))
      if (j->reach.row_used[y])
        load_input(t, t->chunk + c, y, in);
    for (int y = 0; y < t->rows; y++, out += out_row(t))
      load_gradient(t, t->chunk + c, t->y + y, out);
  }
}

/* Adds the runs of one row for tap kx: pixels at a constant distance. */
static int row_runs(const task *t, const uint16_t *out, const uint16_t *in,
                    int kx, int count) {
  const job *j = t->job;
  int taps = j->conv->kernel_width, before = -1;
  for (int x = 0; x < j->conv->out_width; x++) {
    int slot = j->reach.slot_of[x * taps + kx];
    if (slot >= 0 && before >= 0 && slot == before + j->step)
      t->runs[count - 1].count++;
    else if (slot >= 0)
      t->runs[count++] = (inv_block_run){
          out + (size_t)(x * t->blocks) * block_halves(j),
          in + (size_t)(slot * j->in_blocks) * block_halves(j), 1};
    before = slot;
  }
  return count;
}

/* All pairs of pixels of the item that a tap connects. */
static int find_runs(const task *t, int ky, int kx, int out_block,
                     int in_block) {
  const job *j = t->job;
  int count = 0;
  for (int c = 0; c < t->n_chunks; c++) {
    const uint16_t *in =
        t->in + (size_t)c * in_chunk(j) + (size_t)in_block * block_halves(j);
    const uint16_t *out = t->out + (size_t)(c * t->rows) * out_row(t) +
                          (size_t)out_block * block_halves(j);
    for (int y = 0; y < t->rows; y++, out += out_row(t)) {
      int row = j->reach.row_of[(t->y + y) * j->conv->kernel_height + ky];
      if (row >= 0)
        count = row_runs(t, out, in + (size_t)(row - t->low) * in_row(j), kx,
                         count);
    }
  }
  return count;
}

static void add_item(task *t, bool first) {
  const job *j = t->job;
  int taps = taps_of(j), width = j->conv->kernel_width;
  load_item(t);
  for (int i = 0; i < j->in_blocks; i++) {
    for (int tap = 0; tap < taps; tap++) {
      for (int o = 0; o < t->blocks; o++) {
        int runs = find_runs(t, tap / width, tap % width, o, i);
        float *sums = t->sums + (size_t)((o * taps + tap) * j->in_blocks + i) *
                                    INV_BLOCK_HALVES;
        (j->split > 1 ? inv_block_multiply_split : inv_block_multiply)(
            t->runs, runs, t->blocks, (ptrdiff_t)j->step * j->in_blocks, !first,
            sums);
      }
    }
  }
}

/* ---- tasks -------------------------------------------------------------- */

static void run_items(task *t, int part) {
  const job *j = t->job;
  int first = part * j->items / j->parts;
  int end = (part + 1) * j->items / j->parts;
  inv_amx_begin();
  for (int item = first; item < end; item++) {
    t->chunk = item / j->bands * j->item_chunks;
    t->n_chunks = inv_min(j->item_chunks, j->chunks - t->chunk);
    t->y = item % j->bands * j->band;
    t->rows = inv_min(j->band, j->conv->out_height - t->y);
    add_item(t, item == first);
  }
  inv_amx_end();
}

static inv_status weights_task(void *context, size_t number, size_t end) {
  (void)end;
  job *j = context;
  int share = (int)(number % (size_t)j->splits);
  number /= (size_t)j->splits;
  int part = (int)(number % (size_t)j->parts);
  int group = (int)(number / (size_t)j->parts);
  task t = {.job = j, .x = j->x, .gy = j->gy};
  t.first_block = share * j->out_blocks / j->splits;
  t.blocks = (share + 1) * j->out_blocks / j->splits - t.first_block;
  inv_plane_skip(&t.x, (size_t)(group * j->x.channels));
  inv_plane_skip(&t.gy,
                 (size_t)(group * j->gy.channels + t.first_block * SIDE));
  t.gy.channels =
      inv_min(t.blocks * SIDE, j->gy.channels - t.first_block * SIDE);
  t.sums = j->sums + (size_t)part * j->floats +
           (size_t)((group * j->out_blocks + t.first_block) * taps_of(j) *
                    j->in_blocks) *
               INV_BLOCK_HALVES;
  size_t rows = (size_t)(j->item_chunks * j->band);
  size_t in = (size_t)j->item_chunks * in_chunk(j), out = rows * out_row(&t);
  size_t bytes = (in + out) * sizeof *t.in +
                 rows * (size_t)j->conv->out_width * sizeof *t.runs;
  t.in = inv_alloc(bytes);
  if (!t.in)
    return inv_fail_memory(bytes);
  t.out = t.in + in;
  t.runs = (inv_block_run *)(void *)(t.out + out);
  run_items(&t, part);
  inv_block_raise(&j->most_x, t.most_x);
  inv_block_raise(&j->most_gy, t.most_gy);
  inv_free(t.in);
  return INV_OK;
}

/* ---- the sums of all parts ---------------------------------------------- */

INV_VECTOR static void add_sums(float *sum, const float *from) {
  for (int i = 0; i < INV_BLOCK_HALVES; i++)
    sum[i] += from[i];
}

typedef struct {
  const job *job;
  float *gw;
} collection;

/* One block of outputs and inputs, all taps. */
static inv_status collect_block(void *context, size_t number, size_t end) {
  (void)end;
  const collection *to = context;
  const job *j = to->job;
  int taps = taps_of(j), in = j->x.channels, out = j->gy.channels;
  int i = (int)(number % (size_t)j->in_blocks);
  int o = (int)(number / (size_t)j->in_blocks) % j->out_blocks;
  int group = (int)(number / (size_t)j->in_blocks) / j->out_blocks;
  int rows = inv_min(out - o * SIDE, SIDE);
  int columns = inv_min(in - i * SIDE, SIDE);
  for (int tap = 0; tap < taps; tap++) {
    float *sums =
        j->sums +
        (size_t)(((group * j->out_blocks + o) * taps + tap) * j->in_blocks +
                 i) *
            INV_BLOCK_HALVES;
    for (int p = 1; p < j->parts; p++)
      add_sums(sums, sums + (size_t)p * j->floats);
    for (int r = 0; r < rows; r++) {
      float *w = to->gw +
                 ((size_t)(group * out + o * SIDE + r) * (size_t)in +
                  (size_t)(i * SIDE)) *
                     (size_t)taps +
                 tap;
      for (int c = 0; c < columns; c++)
        w[c * taps] = sums[r * SIDE + c];
    }
  }
  return INV_OK;
}

/* What so many rows of the output take, for 32 samples. */
static size_t item_halves(const job *j, int rows) {
  size_t out = (size_t)j->conv->out_width * (size_t)j->out_blocks;
  return (size_t)inv_reach_span(&j->reach, rows) * in_row(j) +
         (size_t)rows * out * block_halves(j);
}

/* How the work is cut: by sizes alone. */
static void cut(job *j) {
  const inv_conv *v = j->conv;
  j->chunks = (int)inv_blocks(v->batch);
  j->band = 1;
  while (j->band < v->out_height && item_halves(j, j->band + 1) <= ITEM_HALVES)
    j->band++;
  j->bands = (v->out_height - 1) / j->band + 1;
  int together = (int)(ITEM_HALVES / item_halves(j, j->band));
  j->item_chunks = together < 1 ? 1 : inv_min(together, j->chunks);
  j->items = ((j->chunks - 1) / j->item_chunks + 1) * j->bands;
  j->floats = (size_t)(v->groups * j->out_blocks * taps_of(j) * j->in_blocks) *
              INV_BLOCK_HALVES;
  size_t parts = SUM_FLOATS / j->floats;
  parts = parts < 1 ? 1 : parts > MOST_PARTS ? MOST_PARTS : parts;
  j->parts = inv_min((int)parts, j->items);
  j->splits =
      inv_min((MANY_TASKS - 1) / (j->parts * v->groups) + 1, j->out_blocks);
  int middle = v->out_width / 2 * v->kernel_width + v->kernel_width / 2;
  j->step = 1;
  if (v->out_width > 1)
    j->step =
        j->reach.slot_of[middle] - j->reach.slot_of[middle - v->kernel_width];
}

static inv_status sum_all(job *j, float *gw) {
  cut(j);
  size_t groups = (size_t)j->conv->groups;
  j->sums = inv_alloc_array((size_t)j->parts * j->floats, sizeof *j->sums);
  if (!j->sums)
    return inv_fail_memory((size_t)j->parts * j->floats * sizeof *j->sums);
  inv_status status =
      inv_parallel(groups * (size_t)(j->parts * j->splits), 1, weights_task, j);
  if (status == INV_OK)
    status = inv_parallel(groups * (size_t)(j->out_blocks * j->in_blocks), 1,
                          collect_block, &(collection){j, gw});
  inv_free(j->sums);
  return status;
}

inv_status inv_amx_conv_backward_weights(const inv_conv *v, const void *x,
                                         const void *gy, float *gw, bool *fit) {
  job j = {.conv = v,
           .split = inv_plane_split(v->dtype),
           .x = {.data = x,
                 .dtype = v->dtype,
                 .height = v->height,
                 .width = v->width,
                 .channels = v->channels / v->groups,
                 .pixel = (size_t)v->channels},
           .gy = {.data = gy,
                  .dtype = v->dtype,
                  .height = v->out_height,
                  .width = v->out_width,
                  .channels = v->out_channels / v->groups,
                  .pixel = (size_t)v->out_channels}};
  j.in_blocks = (int)inv_blocks(j.x.channels);
  j.out_blocks = (int)inv_blocks(j.gy.channels);
  INV_TRY(inv_reach_open(&j.reach, v, false));
  inv_status status = sum_all(&j, gw);
  inv_reach_close(&j.reach);
  int64_t terms = (int64_t)v->batch * v->out_height * v->out_width;
  *fit = j.split == 1 || inv_block_fits(j.most_x, j.most_gy, terms);
  return status;
}

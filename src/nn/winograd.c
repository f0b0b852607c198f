/* Tiles are worked on in chunks whose frequencies stay in the cache: for each
 * frequency the channels of all tiles are multiplied by a matrix (the inner
 * loops of conv_kernel.c), so nothing of it passes through main memory. */
#include "nn/winograd.h"

#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "nn/conv_kernel.h"
#include "nn/winograd_kernel.h"

enum { IN = INV_WINOGRAD_IN, OUT = INV_WINOGRAD_OUT, F = INV_FREQUENCIES };
enum { BLOCK = 2 * INV_LANES, KERNEL = 9 };

/* With fewer, the linear maps cost as much as the multiplications saved. */
enum { LEAST_CHANNELS = 32 };

/* Floats of one chunk's frequencies of the input, and the tiles that gives at
 * least and at most. */
enum { CHUNK_FLOATS = 1 << 18, LEAST_TILES = 32, MOST_TILES = 64 };

/* For the gradient of the weights: floats of the sums that a core can keep,
 * tiles in a part at least, parts at most, floats of the frequencies in a
 * segment of a part and in one that is shared out. */
enum {
  CACHED_SUMS = F * 64 * 64,
  PART_TILES = 64,
  WEIGHT_PARTS = 16,
  SHORT_SEGMENT = 300000,
  LONG_SEGMENT = 1 << 20
};

static int round_up(int n, int unit) {
  return (n + unit - 1) / unit * unit;
}

bool inv_winograd_suits(const inv_conv *v) {
  return v->batch > 0 && v->kernel_height == 3 && v->kernel_width == 3 &&
         v->stride == 1 && v->dilation == 1 && v->groups == 1 &&
         v->padding <= 2 && v->channels >= INV_LANES &&
         v->out_channels >= INV_LANES && v->out_height >= 3 &&
         v->out_width >= 3;
}

/* ---- pixels of tiles ---------------------------------------------------- */

/* A batch seen as tiles: tile (r, c) of a sample begins at pixel (OUT r - top,
 * OUT c - left). */
typedef struct {
  float *data;
  int height, width, channels;
  int margin;        /* top and left */
  int rows, columns; /* of tiles in a sample */
  float *outside;    /* stands for pixels that are none */
} grid;

static size_t sample_tiles(const grid *g) {
  return (size_t)g->rows * (size_t)g->columns;
}

/* The first channels of the size x size pixels of tile `t`. */
static void tile_pixels(const grid *g, size_t t, int size, float **pixels) {
  size_t sample = t / sample_tiles(g), place = t % sample_tiles(g);
  int top = (int)(place / (size_t)g->columns) * OUT - g->margin;
  int left = (int)(place % (size_t)g->columns) * OUT - g->margin;
  float *data = g->data + sample * (size_t)g->height * (size_t)g->width *
                              (size_t)g->channels;
  if (top >= 0 && left >= 0 && top + size <= g->height &&
      left + size <= g->width) {
    data += ((ptrdiff_t)top * g->width + left) * g->channels;
    for (int i = 0; i < size; i++, data += (ptrdiff_t)g->width * g->channels)
      for (int j = 0; j < size; j++)
        *pixels++ = data + (ptrdiff_t)j * g->channels;
    return;
  }
  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++) {
      int y = top + i, x = left + j;
      bool inside = y >= 0 && y < g->height && x >= 0 && x < g->width;
      *pixels++ = inside ? data + ((ptrdiff_t)y * g->width + x) * g->channels
                         : g->outside;
    }
}

static size_t tiles_at_once(int channels) {
  size_t n = CHUNK_FLOATS / F / (size_t)channels / 8 * 8;
  return n < LEAST_TILES ? LEAST_TILES : n > MOST_TILES ? MOST_TILES : n;
}

static inv_status new_floats(float **out, size_t count) {
  *out = inv_alloc_array(count, sizeof **out);
  return *out ? INV_OK : inv_fail_memory(count * sizeof **out);
}

/* Floats between the frequencies of `tiles` tiles: never a multiple of 4096
 * bytes, which would put them all into the same few lines of the cache. */
static ptrdiff_t frequency_step(size_t tiles, int channels) {
  return (ptrdiff_t)tiles * channels + INV_LANES;
}

/* The product of one frequency: tiles x channels (rows `depth` apart) by a
 * block of `lanes` output channels. */
static inv_conv_tile frequency(const inv_conv_run *run, int tiles, int depth,
                               int lanes) {
  return (inv_conv_tile){.runs = run,
                         .n_runs = 1,
                         .rows = 1,
                         .columns = tiles,
                         .x_column = depth,
                         .y_column = lanes,
                         .lanes = lanes};
}

/* ---- weights ------------------------------------------------------------ */

/* Frequencies of the kernels, (blocks of outputs, frequency, inputs, lanes of
 * the block); the last block may have fewer lanes. */
typedef struct {
  const float *w;
  int inputs, outputs;
  ptrdiff_t input_step, output_step; /* between kernels in w */
  bool turned;                       /* by 180 degrees */
  float *u;
} kernels;

static int block_lanes(int outputs, int block) {
  return inv_conv_block_lanes(outputs - block * BLOCK);
}

static float *block_start(const kernels *k, int block) {
  return k->u + (size_t)F * (size_t)k->inputs * (size_t)(block * BLOCK);
}

static int count_blocks(int outputs) {
  return (outputs + BLOCK - 1) / BLOCK;
}

/* Sixteen kernels of one input, from output `first` on: (9, 16). */
static void gather(const kernels *k, int input, int first, float *g) {
  int used = k->outputs - first < INV_LANES ? k->outputs - first : INV_LANES;
  memset(g, 0, KERNEL * INV_LANES * sizeof *g);
  for (int l = 0; l < used; l++) {
    const float *w =
        k->w + input * k->input_step + (first + l) * k->output_step;
    for (int t = 0; t < KERNEL; t++)
      g[(k->turned ? KERNEL - 1 - t : t) * INV_LANES + l] = w[t];
  }
}

/* Items are (block, input). */
static inv_status transform_kernels(void *context, size_t begin, size_t end) {
  const kernels *k = context;
  float g[KERNEL * INV_LANES];
  for (size_t item = begin; item < end; item++) {
    int block = (int)(item / (size_t)k->inputs);
    int input = (int)(item % (size_t)k->inputs);
    int lanes = block_lanes(k->outputs, block);
    float *u = block_start(k, block) + (ptrdiff_t)input * lanes;
    for (int l = 0; l < lanes; l += INV_LANES) {
      gather(k, input, block * BLOCK + l, g);
      inv_winograd_kernel(g, u + l, (ptrdiff_t)k->inputs * lanes);
    }
  }
  return INV_OK;
}

/* ---- forward, and the gradient of the input ----------------------------- */

typedef struct {
  grid in, out;
  kernels kernels;
  const float *bias;
} product;

/* One block of outputs for the tiles of a chunk. v: (F, tiles, depth). */
static void product_block(const product *p, int block, size_t first, int tiles,
                          int depth, const float *v, float *m) {
  int lanes = block_lanes(p->kernels.outputs, block), at = block * BLOCK;
  int used = p->kernels.outputs - at < lanes ? p->kernels.outputs - at : lanes;
  inv_conv_run run = {0, p->kernels.inputs};
  inv_conv_tile tile = frequency(&run, tiles, depth, lanes);
  const float *u = block_start(&p->kernels, block);
  for (int k = 0; k < F; k++, u += (ptrdiff_t)p->kernels.inputs * lanes) {
    tile.x = v + k * frequency_step((size_t)tiles, depth);
    tile.y = m + k * frequency_step((size_t)tiles, lanes);
    inv_conv_tile_forward(&tile, u);
  }
  for (int t = 0; t < tiles; t++) {
    float *y[OUT * OUT];
    tile_pixels(&p->out, first + (size_t)t, OUT, y);
    for (int i = 0; i < OUT * OUT; i++)
      if (y[i])
        y[i] += at;
    inv_winograd_output(m + t * lanes, frequency_step((size_t)tiles, lanes),
                        used, p->bias ? p->bias + at : NULL, y);
  }
}

static inv_status product_chunk(void *context, size_t begin, size_t end) {
  const product *p = context;
  size_t tiles = end - begin;
  int depth = round_up(p->in.channels, INV_LANES);
  ptrdiff_t step = frequency_step(tiles, depth);
  float *v;
  INV_TRY(new_floats(&v, F * (size_t)(step + frequency_step(tiles, BLOCK))));
  for (size_t t = 0; t < tiles; t++) {
    float *d[IN * IN];
    tile_pixels(&p->in, begin + t, IN, d);
    inv_winograd_input((const float *const *)d, p->in.channels,
                       v + t * (size_t)depth, step);
  }
  for (int block = 0; block < count_blocks(p->kernels.outputs); block++)
    product_block(p, block, begin, (int)tiles, depth, v, v + F * step);
  inv_free(v);
  return INV_OK;
}

/* p->in.outside is a new pixel of zeros, which the caller frees. */
static inv_status run_product(product *p, int batch) {
  kernels *k = &p->kernels;
  size_t blocks = (size_t)count_blocks(k->outputs);
  size_t floats =
      (size_t)F * (size_t)k->inputs * (size_t)round_up(k->outputs, INV_LANES);
  p->in.outside = inv_alloc_zero((size_t)p->in.channels, sizeof(float));
  inv_status status = p->in.outside ? INV_OK : inv_fail_memory(sizeof(float));
  if (status == INV_OK)
    status = new_floats(&k->u, floats);
  if (status == INV_OK)
    status = inv_parallel(blocks * (size_t)k->inputs, 16, transform_kernels, k);
  if (status == INV_OK)
    status = inv_parallel((size_t)batch * sample_tiles(&p->in),
                          tiles_at_once(p->in.channels), product_chunk, p);
  inv_free(k->u);
  inv_free(p->in.outside);
  return status;
}

static int tiles_along(int size) {
  return (size + OUT - 1) / OUT;
}

static grid input_grid(const inv_conv *v, const float *x) {
  return (grid){(float *)x,
                v->height,
                v->width,
                v->channels,
                v->padding,
                tiles_along(v->out_height),
                tiles_along(v->out_width),
                NULL};
}

static grid output_grid(const inv_conv *v, const float *y) {
  return (grid){(float *)y,
                v->out_height,
                v->out_width,
                v->out_channels,
                0,
                tiles_along(v->out_height),
                tiles_along(v->out_width),
                NULL};
}

inv_status inv_winograd_forward(const inv_conv *v, const float *x,
                                const float *w, const float *bias, float *y) {
  product p = {.in = input_grid(v, x),
               .out = output_grid(v, y),
               .kernels = {w, v->channels, v->out_channels, KERNEL,
                           (ptrdiff_t)v->channels * KERNEL, false, NULL},
               .bias = bias};
  return run_product(&p, v->batch);
}

/* The same convolution from output to input, with turned kernels. */
inv_status inv_winograd_backward_input(const inv_conv *v, const float *gy,
                                       const float *w, float *gx) {
  inv_conv back = *v;
  back.height = v->out_height, back.width = v->out_width;
  back.channels = v->out_channels, back.out_channels = v->channels;
  back.out_height = v->height, back.out_width = v->width;
  back.padding = 2 - v->padding;
  product p = {.in = input_grid(&back, gy),
               .out = output_grid(&back, gx),
               .kernels = {w, v->out_channels, v->channels,
                           (ptrdiff_t)v->channels * KERNEL, KERNEL, true,
                           NULL}};
  return run_product(&p, v->batch);
}

/* ---- the gradient of the weights ---------------------------------------- */

/* Tiles are taken in segments: their frequencies are made, then multiplied. A
 * few sums stay in each core's cache: then the tiles are cut into parts that
 * run beside one another, each with sums of its own and short segments.
 * Otherwise there is one part, and its long segments are shared out. (Loops
 * inside a part that runs beside others are serial.) */
typedef struct {
  grid in, out;
  int depth, width; /* channels of input and gradient, in whole lanes */
  size_t tiles, parts, part, segment;
  size_t frequency_floats, part_floats;
  float *sums; /* (parts, F, blocks of outputs, inputs, lanes) */
  float *gw;
} weights_job;

typedef struct {
  const weights_job *job;
  size_t first, tiles;
  float *v, *g; /* (F, tiles, depth) and (F, tiles, width), with gaps */
  float *sums;
  bool clear; /* the sums begin here */
} segment;

static inv_status transform_tiles(void *context, size_t begin, size_t end) {
  const segment *s = context;
  const weights_job *job = s->job;
  for (size_t t = begin; t < end; t++) {
    float *pixels[IN * IN];
    tile_pixels(&job->in, s->first + t, IN, pixels);
    inv_winograd_input((const float *const *)pixels, job->in.channels,
                       s->v + t * (size_t)job->depth,
                       frequency_step(s->tiles, job->depth));
    tile_pixels(&job->out, s->first + t, OUT, pixels);
    inv_winograd_gradient((const float *const *)pixels, job->out.channels,
                          s->g + t * (size_t)job->width,
                          frequency_step(s->tiles, job->width));
  }
  return INV_OK;
}

/* Adds the segment's products of some frequencies. */
static inv_status add_products(void *context, size_t begin, size_t end) {
  const segment *s = context;
  const weights_job *job = s->job;
  inv_conv_run run = {0, job->in.channels};
  for (size_t k = begin; k < end; k++) {
    inv_conv_tile tile = frequency(&run, (int)s->tiles, job->depth, job->width);
    float *sums = s->sums + k * job->frequency_floats;
    if (s->clear)
      memset(sums, 0, job->frequency_floats * sizeof *sums);
    tile.x = s->v + (ptrdiff_t)k * frequency_step(s->tiles, job->depth);
    for (int at = 0; at < job->width; at += BLOCK) {
      tile.lanes = inv_conv_block_lanes(job->width - at);
      tile.y = s->g + (ptrdiff_t)k * frequency_step(s->tiles, job->width) + at;
      inv_conv_tile_weights(&tile, sums);
      sums += (ptrdiff_t)job->in.channels * tile.lanes;
    }
  }
  return INV_OK;
}

static inv_status weights_part(void *context, size_t begin, size_t end) {
  const weights_job *job = context;
  size_t most = end - begin < job->segment ? end - begin : job->segment;
  size_t v_floats = F * (size_t)frequency_step(most, job->depth);
  size_t g_floats = F * (size_t)frequency_step(most, job->width);
  segment s = {.job = job,
               .sums = job->sums + begin / job->part * job->part_floats,
               .clear = true};
  INV_TRY(new_floats(&s.v, v_floats + g_floats));
  s.g = s.v + v_floats;
  inv_status status = INV_OK;
  for (; begin < end && status == INV_OK; begin += s.tiles) {
    s.first = begin;
    s.tiles = end - begin < most ? end - begin : most;
    status = inv_parallel(s.tiles, 8, transform_tiles, &s);
    if (status == INV_OK)
      status = inv_parallel(F, 1, add_products, &s);
    s.clear = false;
  }
  inv_free(s.v);
  return status;
}

/* Sixteen outputs' kernels of one input, from the sums of all parts. */
static void finish_kernels(const weights_job *job, int input, int first) {
  int outputs = job->out.channels, inputs = job->in.channels;
  int block = first / BLOCK, lanes = block_lanes(outputs, block);
  const float *from = job->sums + (ptrdiff_t)inputs * block * BLOCK +
                      (ptrdiff_t)input * lanes + first % BLOCK;
  inv_lanes s[F];
  float g[KERNEL * INV_LANES];
  for (int k = 0; k < F; k++, from += job->frequency_floats) {
    s[k] = INV_LANES_FROM(from);
    for (size_t p = 1; p < job->parts; p++)
      s[k] += INV_LANES_FROM(from + p * job->part_floats);
  }
  inv_winograd_kernel_gradient((const float *)s, g);
  int used = outputs - first < INV_LANES ? outputs - first : INV_LANES;
  for (int l = 0; l < used; l++)
    for (int t = 0; t < KERNEL; t++)
      job->gw[((ptrdiff_t)(first + l) * inputs + input) * KERNEL + t] =
          g[t * INV_LANES + l];
}

/* Items are (sixteen outputs, input). */
static inv_status finish_chunk(void *context, size_t begin, size_t end) {
  const weights_job *job = context;
  for (size_t item = begin; item < end; item++)
    finish_kernels(job, (int)(item % (size_t)job->in.channels),
                   (int)(item / (size_t)job->in.channels) * INV_LANES);
  return INV_OK;
}

/* Parts, segments and the sizes of the sums. */
static void plan_weights(weights_job *job) {
  job->depth = round_up(job->in.channels, INV_LANES);
  job->width = round_up(job->out.channels, INV_LANES);
  job->frequency_floats = (size_t)job->in.channels * (size_t)job->width;
  job->part_floats = F * job->frequency_floats;
  size_t most = job->part_floats <= CACHED_SUMS ? job->tiles / PART_TILES : 1;
  job->parts = most < 1 ? 1 : most > WEIGHT_PARTS ? WEIGHT_PARTS : most;
  job->part = (job->tiles + job->parts - 1) / job->parts;
  job->parts = (job->tiles + job->part - 1) / job->part;
  size_t floats = job->parts > 1 ? SHORT_SEGMENT : LONG_SEGMENT;
  size_t tiles = floats / F / (size_t)(job->depth + job->width) / 8 * 8;
  job->segment = tiles < LEAST_TILES ? LEAST_TILES : tiles;
}

inv_status inv_winograd_backward_weights(const inv_conv *v, const float *x,
                                         const float *gy, float *gw) {
  weights_job job = {
      .in = input_grid(v, x), .out = output_grid(v, gy), .gw = gw};
  job.tiles = (size_t)v->batch * sample_tiles(&job.in);
  plan_weights(&job);
  size_t pixel = (size_t)(job.depth > job.width ? job.depth : job.width);
  job.in.outside = job.out.outside = inv_alloc_zero(pixel, sizeof(float));
  inv_status status =
      job.in.outside ? INV_OK : inv_fail_memory(pixel * sizeof(float));
  if (status == INV_OK)
    status = new_floats(&job.sums, job.parts * job.part_floats);
  if (status == INV_OK && job.parts == 1)
    status = weights_part(&job, 0, job.tiles);
  else if (status == INV_OK)
    status = inv_parallel(job.tiles, job.part, weights_part, &job);
  size_t items = (size_t)(job.width / INV_LANES) * (size_t)v->channels;
  if (status == INV_OK)
    status = inv_parallel(items, 64, finish_chunk, &job);
  inv_free(job.sums);
  inv_free(job.in.outside);
  return status;
}

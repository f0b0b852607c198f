/* Tiles are taken in segments: their frequencies are made, multiplied (for each
 * frequency the channels of all tiles by a matrix: the inner loops of
 * conv_kernel.c), and what comes out is brought back. Where the matrices are
 * small, segments are so short that all stays in a core's cache, and run beside
 * one another; where they are large, segments are long, so that a matrix once
 * read serves many tiles, and what is done in each is shared out. (Parallel
 * loops inside a segment that runs beside others are serial.) */
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

/* Floats of all frequencies' matrices, and of sums (which are written, too),
 * that a core can keep. */
enum { CACHED_MATRICES = F * 128 * 128, CACHED_SUMS = F * 64 * 64 };

/* Floats of a segment's frequencies: short and long ones. */
enum {
  SHORT_SEGMENT = 300000,
  LONG_SEGMENT = 1 << 20,
  LONGEST_SEGMENT = 1 << 22
};

/* Tiles in a segment at least; tiles in a part at least, and parts at most,
 * each with sums of its own, for the gradient of the weights. */
enum { LEAST_TILES = 16, PART_TILES = 64, WEIGHT_PARTS = 16 };

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

static size_t count_tiles(const inv_conv *v, const grid *g) {
  return (size_t)v->batch * sample_tiles(g);
}

/* Tiles in a segment of at most `tiles`: `floats` of them all take, `channels`
 * each. */
static size_t segment_tiles(size_t tiles, size_t floats, int channels) {
  size_t most = floats / F / (size_t)channels;
  most = most < LEAST_TILES ? LEAST_TILES : most;
  size_t segments = (tiles + most - 1) / most;
  return ((tiles + segments - 1) / segments + 7) / 8 * 8;
}

static size_t long_segment(size_t matrix_floats) {
  size_t floats = 2 * matrix_floats;
  return floats < LONG_SEGMENT      ? LONG_SEGMENT
         : floats > LONGEST_SEGMENT ? LONGEST_SEGMENT
                                    : floats;
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

/* Inputs whose kernels are taken together: kernels of neighbouring inputs share
 * lines of the cache, those of neighbouring outputs hide one another there. */
enum { GROUP = 8 };

/* Sixteen outputs' kernels from output `first` on, of `count` inputs: (count,
 * 9, 16). */
static void gather(const kernels *k, int input, int count, int first,
                   float *g) {
  int used = k->outputs - first < INV_LANES ? k->outputs - first : INV_LANES;
  if (used < INV_LANES)
    memset(g, 0, (size_t)count * KERNEL * INV_LANES * sizeof *g);
  for (int l = 0; l < used; l++) {
    const float *w =
        k->w + input * k->input_step + (first + l) * k->output_step;
    float *to = g + l;
    for (int i = 0; i < count; i++, w += k->input_step)
      for (int t = 0; t < KERNEL; t++, to += INV_LANES)
        *to = w[k->turned ? KERNEL - 1 - t : t];
  }
}

/* Items are (block, group of inputs). */
static inv_status transform_kernels(void *context, size_t begin, size_t end) {
  const kernels *k = context;
  int groups = (k->inputs + GROUP - 1) / GROUP;
  for (size_t item = begin; item < end; item++) {
    int block = (int)(item / (size_t)groups);
    int input = (int)(item % (size_t)groups) * GROUP;
    int count = k->inputs - input < GROUP ? k->inputs - input : GROUP;
    int lanes = block_lanes(k->outputs, block);
    for (int l = 0; l < lanes; l += INV_LANES) {
      float g[GROUP * KERNEL * INV_LANES];
      float *u = block_start(k, block) + (ptrdiff_t)input * lanes + l;
      gather(k, input, count, block * BLOCK + l, g);
      for (int i = 0; i < count; i++, u += lanes)
        inv_winograd_kernel(g + i * KERNEL * INV_LANES, u,
                            (ptrdiff_t)k->inputs * lanes);
    }
  }
  return INV_OK;
}

/* ---- forward, and the gradient of the input ----------------------------- */

typedef struct {
  grid in, out;
  int depth, width; /* their channels, in whole lanes */
  size_t segment;   /* tiles */
  kernels kernels;
  grid residual; /* like `out`; its data is NULL where there is none */
  const float *bias;
  bool relu;
} product;

typedef struct {
  const product *product;
  size_t first, tiles;
  float *v, *m; /* (F, tiles, depth) and (F, tiles, width), with gaps */
} product_segment;

static inv_status transform_inputs(void *context, size_t begin, size_t end) {
  const product_segment *s = context;
  const product *p = s->product;
  for (size_t t = begin; t < end; t++) {
    float *d[IN * IN];
    tile_pixels(&p->in, s->first + t, IN, d);
    inv_winograd_input((const float *const *)d, p->in.channels,
                       s->v + t * (size_t)p->depth,
                       frequency_step(s->tiles, p->depth));
  }
  return INV_OK;
}

static inv_status multiply(void *context, size_t begin, size_t end) {
  const product_segment *s = context;
  const product *p = s->product;
  inv_conv_run run = {0, p->in.channels};
  inv_conv_tile tile = frequency(&run, (int)s->tiles, p->depth, p->width);
  for (size_t k = begin; k < end; k++) {
    tile.x = s->v + (ptrdiff_t)k * frequency_step(s->tiles, p->depth);
    float *m = s->m + (ptrdiff_t)k * frequency_step(s->tiles, p->width);
    for (int block = 0; block * BLOCK < p->width; block++) {
      tile.lanes = block_lanes(p->kernels.outputs, block);
      tile.y = m + (ptrdiff_t)block * BLOCK;
      inv_conv_tile_forward(&tile,
                            block_start(&p->kernels, block) +
                                k * (size_t)(p->in.channels * tile.lanes));
    }
  }
  return INV_OK;
}

static inv_status transform_outputs(void *context, size_t begin, size_t end) {
  const product_segment *s = context;
  const product *p = s->product;
  inv_winograd_pixels pixels = {.relu = p->relu};
  for (size_t t = begin; t < end; t++) {
    tile_pixels(&p->out, s->first + t, OUT, pixels.y);
    if (p->residual.data)
      tile_pixels(&p->residual, s->first + t, OUT, pixels.residual);
    inv_winograd_output(s->m + t * (size_t)p->width,
                        frequency_step(s->tiles, p->width), p->out.channels,
                        p->bias, &pixels);
  }
  return INV_OK;
}

static inv_status run_segments(void *context, size_t begin, size_t end) {
  const product *p = context;
  size_t v_floats = F * (size_t)frequency_step(p->segment, p->depth);
  size_t m_floats = F * (size_t)frequency_step(p->segment, p->width);
  product_segment s = {.product = p};
  INV_TRY(new_floats(&s.v, v_floats + m_floats));
  s.m = s.v + v_floats;
  inv_status status = INV_OK;
  for (; begin < end && status == INV_OK; begin += s.tiles) {
    s.first = begin;
    s.tiles = end - begin < p->segment ? end - begin : p->segment;
    status = inv_parallel(s.tiles, 8, transform_inputs, &s);
    if (status == INV_OK)
      status = inv_parallel(F, 1, multiply, &s);
    if (status == INV_OK)
      status = inv_parallel(s.tiles, 8, transform_outputs, &s);
  }
  inv_free(s.v);
  return status;
}

static inv_status run_product(product *p, const inv_conv *v) {
  kernels *k = &p->kernels;
  size_t tiles = count_tiles(v, &p->in);
  size_t blocks = (size_t)count_blocks(k->outputs);
  size_t groups = (size_t)(k->inputs + GROUP - 1) / GROUP;
  p->depth = round_up(p->in.channels, INV_LANES);
  p->width = round_up(p->out.channels, INV_LANES);
  size_t floats = (size_t)F * (size_t)k->inputs * (size_t)p->width;
  bool shared = floats > CACHED_MATRICES;
  p->segment =
      segment_tiles(tiles, shared ? long_segment(floats) : SHORT_SEGMENT,
                    p->depth + p->width);
  p->in.outside = inv_alloc_zero((size_t)p->in.channels, sizeof(float));
  inv_status status = p->in.outside ? INV_OK : inv_fail_memory(sizeof(float));
  if (status == INV_OK)
    status = new_floats(&k->u, floats);
  if (status == INV_OK)
    status = inv_parallel(blocks * groups, 4, transform_kernels, k);
  if (status == INV_OK && shared)
    status = run_segments(p, 0, tiles);
  else if (status == INV_OK)
    status = inv_parallel(tiles, p->segment, run_segments, p);
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
                                const float *w, const inv_epilogue *epilogue,
                                float *y) {
  product p = {.in = input_grid(v, x),
               .out = output_grid(v, y),
               .kernels = {w, v->channels, v->out_channels, KERNEL,
                           (ptrdiff_t)v->channels * KERNEL, false, NULL},
               .residual = output_grid(v, epilogue->residual),
               .bias = epilogue->bias,
               .relu = epilogue->relu};
  return run_product(&p, v);
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
  return run_product(&p, &back);
}

/* ---- the gradient of the weights ---------------------------------------- */

/* Short segments make up parts, each with sums of its own; long ones add to
 * the same sums. */
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
  size_t most = job->segment;
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

/* Sixteen outputs' kernels of one input from the sums of all parts: (9, 16). */
static void finish_kernels(const weights_job *job, int input, int first,
                           float *g) {
  int block = first / BLOCK, lanes = block_lanes(job->out.channels, block);
  const float *from = job->sums + (ptrdiff_t)job->in.channels * block * BLOCK +
                      (ptrdiff_t)input * lanes + first % BLOCK;
  inv_lanes s[F];
  for (int k = 0; k < F; k++, from += job->frequency_floats) {
    s[k] = INV_LANES_FROM(from);
    for (size_t p = 1; p < job->parts; p++)
      s[k] += INV_LANES_FROM(from + p * job->part_floats);
  }
  inv_winograd_kernel_gradient((const float *)s, g);
}

/* Items are (sixteen outputs, group of inputs). */
static inv_status finish_chunk(void *context, size_t begin, size_t end) {
  const weights_job *job = context;
  int inputs = job->in.channels, groups = (inputs + GROUP - 1) / GROUP;
  for (size_t item = begin; item < end; item++) {
    float g[GROUP * KERNEL * INV_LANES];
    int first = (int)(item / (size_t)groups) * INV_LANES;
    int input = (int)(item % (size_t)groups) * GROUP;
    int count = inputs - input < GROUP ? inputs - input : GROUP;
    for (int i = 0; i < count; i++)
      finish_kernels(job, input + i, first, g + i * KERNEL * INV_LANES);
    for (int l = 0; l < INV_LANES && first + l < job->out.channels; l++) {
      float *to = job->gw + ((ptrdiff_t)(first + l) * inputs + input) * KERNEL;
      for (int t = 0; t < count * KERNEL; t++)
        to[t] = g[t * INV_LANES + l];
    }
  }
  return INV_OK;
}

/* Parts, segments and the sizes of the sums. */
static void plan_weights(weights_job *job) {
  job->depth = round_up(job->in.channels, INV_LANES);
  job->width = round_up(job->out.channels, INV_LANES);
  job->frequency_floats = (size_t)job->in.channels * (size_t)job->width;
  job->part_floats = F * job->frequency_floats;
  bool shared = job->part_floats > CACHED_SUMS;
  size_t most = shared ? 1 : job->tiles / PART_TILES;
  job->parts = most < 1 ? 1 : most > WEIGHT_PARTS ? WEIGHT_PARTS : most;
  job->part = (job->tiles + job->parts - 1) / job->parts;
  job->parts = (job->tiles + job->part - 1) / job->part;
  job->segment = segment_tiles(
      job->part, shared ? long_segment(job->part_floats) : SHORT_SEGMENT,
      job->depth + job->width);
}

inv_status inv_winograd_backward_weights(const inv_conv *v, const float *x,
                                         const float *gy, float *gw) {
  weights_job job = {
      .in = input_grid(v, x), .out = output_grid(v, gy), .gw = gw};
  job.tiles = count_tiles(v, &job.in);
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
  size_t groups = (size_t)(v->channels + GROUP - 1) / GROUP;
  if (status == INV_OK)
    status = inv_parallel((size_t)(job.width / INV_LANES) * groups, 8,
                          finish_chunk, &job);
  inv_free(job.sums);
  inv_free(job.in.outside);
  return status;
}

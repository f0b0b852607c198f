/* Direct convolution over padded copies of a few samples at a time: no
 * unfolding, the inner loops are those of conv_kernel.c. The gradient of the
 * input is the same convolution with input and output exchanged; where the
 * stride is s, the s x s phases of input pixels see different taps and are
 * done one after another. */
#include <string.h>

#include "base/integers.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "nn/conv_direct.h"
#include "nn/conv_kernel.h"

/* Samples are padded together until they fill so many floats, so that one
 * reading of the weights serves several and all stays in the cache. */
enum { CHUNK_FLOATS = 1 << 17, CHUNK_SAMPLES = 8 };

/* Parts the batch is cut into for the gradient of the weights, each with sums
 * of its own, unless these would take more than so many floats. */
enum { WEIGHT_PARTS = 16, WEIGHT_FLOATS = 1 << 24 };

/* Floats of input and gradient that pass through the innermost loops for one
 * set of sums: half the first-level cache. */
enum { STRIP_FLOATS = 6144 };

/* ---- weights, packed ---------------------------------------------------- */

/* A list of taps of the kernel with what the kernels see of each. */
typedef struct {
  int ky, kx;
  ptrdiff_t offset; /* of the input pixel, from the output pixel's first */
} tap;

/* How packed weights are laid out: per group, per block of up to 32 output
 * channels: (taps, depth, block lanes). */
typedef struct {
  const tap *taps;
  int n_taps, depth, channels; /* inputs and outputs per group */
  int tap_width;               /* of the kernel: taps in a row of weights */
  ptrdiff_t depth_step, channel_step, group_step; /* in unpacked weights */
} packing;

/* Floats one group takes. */
static size_t packed_group(const packing *p) {
  int lanes = 0;
  for (int c = 0; c < p->channels; c += 2 * INV_LANES)
    lanes += inv_conv_block_lanes(p->channels - c);
  return (size_t)p->n_taps * (size_t)p->depth * (size_t)lanes;
}

/* Goes through all weights of a group: packed = weights, or the reverse. */
static void pack_group(const packing *p, float *weights, float *packed,
                       bool unpack) {
  for (int c0 = 0; c0 < p->channels; c0 += 2 * INV_LANES) {
    int lanes = inv_conv_block_lanes(p->channels - c0);
    int used = inv_min(lanes, p->channels - c0);
    for (int t = 0; t < p->n_taps; t++) {
      float *w = weights + p->taps[t].ky * p->tap_width + p->taps[t].kx +
                 c0 * p->channel_step;
      for (int d = 0; d < p->depth; d++, w += p->depth_step, packed += lanes) {
        for (int l = 0; l < used && !unpack; l++)
          packed[l] = w[l * p->channel_step];
        for (int l = used; l < lanes && !unpack; l++)
          packed[l] = 0;
        for (int l = 0; l < used && unpack; l++)
          w[l * p->channel_step] = packed[l];
      }
    }
  }
}

/* ---- padded samples ----------------------------------------------------- */

typedef struct {
  int height, width, channels;            /* of a sample */
  int top, left, full_height, full_width; /* of its padded copy */
} frame;

static bool is_padded(const frame *f) {
  return f->top || f->left || f->full_height != f->height ||
         f->full_width != f->width;
}

static size_t frame_floats(const frame *f) {
  return (size_t)f->full_height * (size_t)f->full_width * (size_t)f->channels;
}

static size_t sample_floats(const frame *f) {
  return (size_t)f->height * (size_t)f->width * (size_t)f->channels;
}

/* One sample with its border of zeros. The frame may also be smaller than the
 * sample at the far ends: what no output sees is left out. */
static void fill_frame(const frame *f, const float *sample, float *to) {
  int top = inv_min(f->top, f->full_height);
  int rows = inv_min(f->height, f->full_height - top);
  size_t c = (size_t)f->channels, row = (size_t)f->full_width * c;
  size_t left = (size_t)inv_min(f->left, f->full_width) * c;
  size_t used = (size_t)f->width * c;
  used = used > row - left ? row - left : used;
  memset(to, 0, (size_t)top * row * sizeof *to);
  to += (size_t)top * row;
  for (int y = 0; y < rows; y++, to += row) {
    memset(to, 0, left * sizeof *to);
    memcpy(to + left, sample + (size_t)y * (size_t)f->width * c,
           used * sizeof *to);
    memset(to + left + used, 0, (row - left - used) * sizeof *to);
  }
  memset(to, 0, (size_t)(f->full_height - top - rows) * row * sizeof *to);
}

/* Samples begin .. end-1, padded, in `*from`: in a new block that `*owned`
 * points to, or, where no padding is wanted, the samples themselves. */
static inv_status pad_samples(const frame *f, const float *samples,
                              size_t begin, size_t end, float **owned,
                              const float **from) {
  *owned = NULL;
  *from = samples + begin * sample_floats(f);
  if (!is_padded(f))
    return INV_OK;
  size_t floats = frame_floats(f);
  *owned = inv_alloc_array((end - begin) * floats, sizeof **owned);
  if (!*owned)
    return inv_fail_memory((end - begin) * floats * sizeof **owned);
  for (size_t i = begin; i < end; i++)
    fill_frame(f, samples + i * sample_floats(f),
               *owned + (i - begin) * floats);
  *from = *owned;
  return INV_OK;
}

/* ---- one convolution of many samples ------------------------------------ */

/* A rectangle of output pixels that see the same taps. */
typedef struct {
  packing pack;
  inv_conv_run *runs;
  int n_runs;
  float *packed; /* all groups */
  int rows, columns;
  size_t y_first; /* of the first pixel within a sample */
} phase;

typedef struct {
  frame in;
  int groups, depth, channels; /* inputs and outputs per group */
  int x_step;                  /* input pixels between output pixels */
  int y_step, y_width;         /* pixels between outputs; in a row of y */
  size_t y_sample;             /* floats */
  phase *phases;
  int n_phases;
  const float *x;
  inv_epilogue epilogue;
  float *y;
} sweep;

/* Merges taps whose inputs are neighbours in memory. */
static int make_runs(const tap *taps, int n, int depth, inv_conv_run *runs) {
  int count = 0;
  for (int i = 0; i < n; i++) {
    inv_conv_run *last = runs + count - 1;
    if (count && last->offset + last->length == taps[i].offset)
      last->length += depth;
    else
      runs[count++] = (inv_conv_run){taps[i].offset, depth};
  }
  return count;
}

/* The rectangle for sample 0 of the batch; the caller moves x and y. */
static inv_conv_tile make_tile(const sweep *s, const phase *p) {
  ptrdiff_t c = s->in.channels, out = (ptrdiff_t)s->groups * s->channels;
  return (inv_conv_tile){
      .runs = p->runs,
      .n_runs = p->n_runs,
      .rows = p->rows,
      .columns = p->columns,
      .x_column = s->x_step * c,
      .x_row = (ptrdiff_t)s->x_step * s->in.full_width * c,
      .y_column = s->y_step * out,
      .y_row = (ptrdiff_t)s->y_step * s->y_width * out,
  };
}

static void sweep_phase(const sweep *s, const phase *p, const float *x,
                        size_t begin, size_t end) {
  inv_conv_tile tile = make_tile(s, p);
  const float *w = p->packed;
  const float *bias = s->epilogue.bias, *residual = s->epilogue.residual;
  size_t depth = (size_t)p->pack.n_taps * (size_t)s->depth;
  tile.relu = s->epilogue.relu;
  for (int g = 0; g < s->groups; g++) {
    for (int c = 0; c < s->channels; c += 2 * INV_LANES) {
      tile.lanes = inv_min(s->channels - c, 2 * INV_LANES);
      int first = g * s->channels + c;
      tile.bias = bias ? bias + first : NULL;
      for (size_t i = begin; i < end; i++) {
        tile.x = x + (i - begin) * frame_floats(&s->in) + g * s->depth;
        size_t at = i * s->y_sample + p->y_first + (size_t)first;
        tile.y = s->y + at;
        tile.residual = residual ? residual + at : NULL;
        inv_conv_tile_forward(&tile, w);
      }
      w += depth * (size_t)inv_conv_block_lanes(s->channels - c);
    }
  }
}

static inv_status sweep_chunk(void *context, size_t begin, size_t end) {
  const sweep *s = context;
  float *owned;
  const float *x;
  INV_TRY(pad_samples(&s->in, s->x, begin, end, &owned, &x));
  for (int i = 0; i < s->n_phases; i++)
    sweep_phase(s, &s->phases[i], x, begin, end);
  inv_free(owned);
  return INV_OK;
}

static size_t samples_at_once(const frame *f) {
  size_t n = CHUNK_FLOATS / (frame_floats(f) + 1);
  return n < 1 ? 1 : n > CHUNK_SAMPLES ? CHUNK_SAMPLES : n;
}

/* Packs the weights of all phases, runs, and frees what it packed. */
static inv_status run_sweep(sweep *s, int batch, const float *w) {
  inv_status status = INV_OK;
  for (int i = 0; i < s->n_phases && status == INV_OK; i++) {
    phase *p = &s->phases[i];
    size_t floats = packed_group(&p->pack);
    p->packed = inv_alloc_array(floats * (size_t)s->groups, sizeof *p->packed);
    if (!p->packed)
      status = inv_fail_memory(floats * (size_t)s->groups * sizeof *p->packed);
    for (int g = 0; g < s->groups && status == INV_OK; g++)
      pack_group(&p->pack, (float *)w + g * p->pack.group_step,
                 p->packed + (size_t)g * floats, false);
  }
  if (status == INV_OK)
    status =
        inv_parallel((size_t)batch, samples_at_once(&s->in), sweep_chunk, s);
  for (int i = 0; i < s->n_phases; i++)
    inv_free(s->phases[i].packed);
  return status;
}

/* ---- forward ------------------------------------------------------------ */

/* The padded input, cut to what the outputs see. */
static frame input_frame(const inv_conv *v) {
  return (frame){v->height,
                 v->width,
                 v->channels,
                 v->padding,
                 v->padding,
                 (v->out_height - 1) * v->stride +
                     (v->kernel_height - 1) * v->dilation + 1,
                 (v->out_width - 1) * v->stride +
                     (v->kernel_width - 1) * v->dilation + 1};
}

/* All taps, in the order of their inputs in memory. */
static void forward_taps(const inv_conv *v, const frame *f, tap *taps) {
  for (int ky = 0; ky < v->kernel_height; ky++)
    for (int kx = 0; kx < v->kernel_width; kx++)
      *taps++ = (tap){ky, kx,
                      ((ptrdiff_t)ky * f->full_width + kx) * v->dilation *
                          v->channels};
}

static packing forward_packing(const inv_conv *v, const tap *taps) {
  int area = v->kernel_height * v->kernel_width;
  int depth = v->channels / v->groups, channels = v->out_channels / v->groups;
  return (packing){.taps = taps,
                   .n_taps = area,
                   .depth = depth,
                   .channels = channels,
                   .tap_width = v->kernel_width,
                   .depth_step = area,
                   .channel_step = (ptrdiff_t)depth * area,
                   .group_step = (ptrdiff_t)channels * depth * area};
}

/* Room for the taps and the runs of a whole kernel. */
static inv_status new_taps(const inv_conv *v, tap **taps, inv_conv_run **runs) {
  size_t area = (size_t)v->kernel_height * (size_t)v->kernel_width;
  *taps = inv_alloc_array(area, sizeof **taps + sizeof **runs);
  if (!*taps)
    return inv_fail_memory(area * (sizeof **taps + sizeof **runs));
  *runs = (inv_conv_run *)(*taps + area);
  return INV_OK;
}

inv_status inv_direct_forward(const inv_conv *v, const float *x, const float *w,
                              const inv_epilogue *epilogue, float *y) {
  tap *taps;
  phase whole = {.rows = v->out_height, .columns = v->out_width};
  INV_TRY(new_taps(v, &taps, &whole.runs));
  frame f = input_frame(v);
  forward_taps(v, &f, taps);
  whole.pack = forward_packing(v, taps);
  whole.n_runs =
      make_runs(taps, whole.pack.n_taps, whole.pack.depth, whole.runs);
  sweep s = {.in = f,
             .groups = v->groups,
             .depth = whole.pack.depth,
             .channels = whole.pack.channels,
             .x_step = v->stride,
             .y_step = 1,
             .y_width = v->out_width,
             .y_sample = (size_t)v->out_height * (size_t)v->out_width *
                         (size_t)v->out_channels,
             .phases = &whole,
             .n_phases = 1,
             .x = x,
             .epilogue = *epilogue,
             .y = y};
  inv_status status = run_sweep(&s, v->batch, w);
  inv_free(taps);
  return status;
}

/* ---- the gradient of the input ------------------------------------------ */

/* Input pixel i = phase + stride * m gets the gradient of output pixel
 * m + shift(phase, k) through tap k, where the division is exact. */
static bool tap_shift(const inv_conv *v, int at, int k, int *shift) {
  int distance = at + v->padding - k * v->dilation;
  *shift = distance / v->stride;
  return distance % v->stride == 0;
}

/* The border of zeros around the output's gradient along one dimension. */
static void gradient_border(const inv_conv *v, int size, int kernel, int *first,
                            int out_size, int *full) {
  int reach = (kernel - 1) * v->dilation - v->padding;
  *first = reach > 0 ? (reach + v->stride - 1) / v->stride : 0;
  *full = *first + inv_max(out_size, (size - 1 + v->padding) / v->stride + 1);
}

static frame gradient_frame(const inv_conv *v) {
  frame f = {.height = v->out_height,
             .width = v->out_width,
             .channels = v->out_channels};
  gradient_border(v, v->height, v->kernel_height, &f.top, v->out_height,
                  &f.full_height);
  gradient_border(v, v->width, v->kernel_width, &f.left, v->out_width,
                  &f.full_width);
  return f;
}

/* The taps that the input pixels of a phase see, last one of the kernel
 * first, which is the order of their gradients in memory. */
static int phase_taps(const inv_conv *v, const frame *f, int py, int px,
                      tap *taps) {
  int count = 0, dy, dx;
  for (int ky = v->kernel_height - 1; ky >= 0; ky--)
    for (int kx = v->kernel_width - 1; kx >= 0; kx--)
      if (tap_shift(v, py, ky, &dy) && tap_shift(v, px, kx, &dx))
        taps[count++] =
            (tap){ky, kx,
                  ((ptrdiff_t)(f->top + dy) * f->full_width + f->left + dx) *
                      v->out_channels};
  return count;
}

/* One phase; its taps and runs are put at `taps` and `runs`. */
static phase make_phase(const inv_conv *v, const frame *f, int py, int px,
                        tap *taps, inv_conv_run *runs) {
  phase p = {.pack = forward_packing(v, taps),
             .runs = runs,
             .rows = (v->height - py + v->stride - 1) / v->stride,
             .columns = (v->width - px + v->stride - 1) / v->stride,
             .y_first = ((size_t)py * (size_t)v->width + (size_t)px) *
                        (size_t)v->channels};
  packing *k = &p.pack; /* input and output exchanged */
  int depth = k->depth;
  ptrdiff_t step = k->depth_step;
  k->depth = k->channels, k->channels = depth;
  k->depth_step = k->channel_step, k->channel_step = step;
  k->n_taps = phase_taps(v, f, py, px, taps);
  p.n_runs = make_runs(taps, k->n_taps, k->depth, runs);
  return p;
}

inv_status inv_direct_backward_input(const inv_conv *v, const float *gy,
                                     const float *w, float *gx) {
  int rows = inv_min(v->stride, v->height);
  int columns = inv_min(v->stride, v->width);
  phase *phases =
      inv_alloc_zero((size_t)rows * (size_t)columns, sizeof *phases);
  if (!phases)
    return inv_fail_memory((size_t)rows * (size_t)columns * sizeof *phases);
  tap *taps = NULL;
  inv_conv_run *runs = NULL;
  inv_status status = new_taps(v, &taps, &runs);
  if (status != INV_OK) {
    inv_free(phases);
    return status;
  }
  frame f = gradient_frame(v);
  int n = 0, used = 0; /* each tap belongs to one phase */
  for (int py = 0; py < rows; py++) {
    for (int px = 0; px < columns; px++, n++) {
      phases[n] = make_phase(v, &f, py, px, taps + used, runs + used);
      used += phases[n].pack.n_taps;
    }
  }
  sweep s = {.in = f,
             .groups = v->groups,
             .depth = v->out_channels / v->groups,
             .channels = v->channels / v->groups,
             .x_step = 1,
             .y_step = v->stride,
             .y_width = v->width,
             .y_sample =
                 (size_t)v->height * (size_t)v->width * (size_t)v->channels,
             .phases = phases,
             .n_phases = n,
             .x = gy,
             .y = gx};
  status = run_sweep(&s, v->batch, w);
  inv_free(taps);
  inv_free(phases);
  return status;
}

/* ---- the gradient of the weights ---------------------------------------- */

typedef struct {
  const inv_conv *conv;
  frame in, out;
  packing pack;
  inv_conv_run *runs;
  int n_runs;
  size_t floats, part; /* of one set of sums; samples in a part */
  float *sums;         /* one set per part */
  const float *x, *gy;
} weights_job;

/* `used` channels of the gradient of a sample, with zeros up to `lanes`. */
static void widen(const inv_conv *v, const float *gy, float *to, size_t used,
                  size_t lanes) {
  size_t pixels = (size_t)v->out_height * (size_t)v->out_width;
  for (size_t i = 0; i < pixels; i++, to += lanes) {
    memcpy(to, gy + i * (size_t)v->out_channels, used * sizeof *to);
    memset(to + used, 0, (lanes - used) * sizeof *to);
  }
}

/* Adds one sample's part for one block of channels, in strips of rows. */
static void add_block(const weights_job *job, const float *x, const float *gy,
                      float *wide, int group, int c, float *sums) {
  const inv_conv *v = job->conv;
  int channels = job->pack.channels;
  int lanes = inv_conv_block_lanes(channels - c);
  bool whole = channels - c >= lanes;
  ptrdiff_t step = whole ? v->out_channels : lanes;
  const float *g = gy + group * channels + c;
  if (!whole) {
    widen(v, g, wide, (size_t)(channels - c), (size_t)lanes);
    g = wide;
  }
  inv_conv_tile tile = {
      .runs = job->runs,
      .n_runs = job->n_runs,
      .columns = v->out_width,
      .x_column = (ptrdiff_t)v->stride * v->channels,
      .x_row = (ptrdiff_t)v->stride * job->in.full_width * v->channels,
      .y_column = step,
      .y_row = step * v->out_width,
      .lanes = inv_min(channels - c, 2 * INV_LANES),
  };
  int row = v->out_width * (v->stride * v->stride * v->channels + (int)step);
  int strip = inv_max(STRIP_FLOATS / row, 1);
  for (int y = 0; y < v->out_height; y += strip) {
    tile.rows = inv_min(strip, v->out_height - y);
    tile.x = x + y * tile.x_row + (ptrdiff_t)group * job->pack.depth;
    tile.y = (float *)g + y * tile.y_row;
    inv_conv_tile_weights(&tile, sums);
  }
}

static void add_sample(const weights_job *job, const float *x, const float *gy,
                       float *wide, float *sums) {
  size_t depth = (size_t)job->pack.n_taps * (size_t)job->pack.depth;
  for (int g = 0; g < job->conv->groups; g++) {
    for (int c = 0; c < job->pack.channels; c += 2 * INV_LANES) {
      add_block(job, x, gy, wide, g, c, sums);
      sums += depth * (size_t)inv_conv_block_lanes(job->pack.channels - c);
    }
  }
}

static inv_status weights_part(void *context, size_t begin, size_t end) {
  const weights_job *job = context;
  float *sums = job->sums + begin / job->part * job->floats;
  memset(sums, 0, job->floats * sizeof *sums);
  size_t padded = frame_floats(&job->in);
  size_t pixels = (size_t)job->out.height * (size_t)job->out.width;
  float *room = inv_alloc_array(padded + pixels * 2 * INV_LANES, sizeof *room);
  if (!room)
    return inv_fail_memory((padded + pixels * 2 * INV_LANES) * sizeof *room);
  for (size_t i = begin; i < end; i++) {
    const float *x = job->x + i * sample_floats(&job->in);
    if (is_padded(&job->in)) {
      fill_frame(&job->in, x, room);
      x = room;
    }
    add_sample(job, x, job->gy + i * sample_floats(&job->out), room + padded,
               sums);
  }
  inv_free(room);
  return INV_OK;
}

/* Adds the sums of all parts, in their order, to those of the first. */
static void add_parts(const weights_job *job, size_t parts) {
  for (size_t p = 1; p < parts; p++) {
    const float *from = job->sums + p * job->floats;
    for (size_t i = 0; i < job->floats; i++)
      job->sums[i] += from[i];
  }
}

static inv_status sum_weights(weights_job *job, float *gw) {
  const inv_conv *v = job->conv;
  size_t group = packed_group(&job->pack), batch = (size_t)v->batch;
  job->floats = group * (size_t)v->groups;
  size_t parts = WEIGHT_FLOATS / job->floats;
  parts = parts < 2 ? 2 : parts > WEIGHT_PARTS ? WEIGHT_PARTS : parts;
  job->part = batch / parts + (batch % parts != 0);
  parts = batch / job->part + (batch % job->part != 0);
  job->sums = inv_alloc_array(parts * job->floats, sizeof *job->sums);
  if (!job->sums)
    return inv_fail_memory(parts * job->floats * sizeof *job->sums);
  inv_status status = inv_parallel(batch, job->part, weights_part, job);
  if (status == INV_OK) {
    add_parts(job, parts);
    for (int g = 0; g < v->groups; g++)
      pack_group(&job->pack, gw + g * job->pack.group_step,
                 job->sums + (size_t)g * group, true);
  }
  inv_free(job->sums);
  return status;
}

inv_status inv_direct_backward_weights(const inv_conv *v, const float *x,
                                       const float *gy, float *gw) {
  tap *taps;
  weights_job job = {.conv = v,
                     .in = input_frame(v),
                     .out = {v->out_height, v->out_width, v->out_channels, 0, 0,
                             v->out_height, v->out_width},
                     .x = x,
                     .gy = gy};
  if (v->batch == 0) {
    memset(gw, 0,
           (size_t)v->out_channels * (size_t)(v->channels / v->groups) *
               (size_t)v->kernel_height * (size_t)v->kernel_width * sizeof *gw);
    return INV_OK;
  }
  INV_TRY(new_taps(v, &taps, &job.runs));
  forward_taps(v, &job.in, taps);
  job.pack = forward_packing(v, taps);
  job.n_runs = make_runs(taps, job.pack.n_taps, job.pack.depth, job.runs);
  inv_status status = sum_weights(&job, gw);
  inv_free(taps);
  return status;
}

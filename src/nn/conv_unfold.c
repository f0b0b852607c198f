#include "nn/conv_unfold.h"

#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "tensor/gemm.h"

/* Floats unfolded at once; parts of the batch with sums of their own: at most,
 * floats of all their sums, output pixels in each at least. */
enum { CHUNK_FLOATS = 1 << 18 };
enum { PARTS = 16, PARTS_FLOATS = 1 << 23, PART_PIXELS = 1 << 10 };

/* Floats of the weights from which on unfolding pays. */
enum { MANY_WEIGHTS = 1 << 18 };

bool inv_unfold_suits(const inv_conv *v) {
  return v->batch > 0 && v->groups == 1 &&
         (int64_t)v->channels * v->kernel_height * v->kernel_width *
                 v->out_channels >=
             MANY_WEIGHTS;
}

typedef struct {
  const inv_conv *conv;
  const float *x, *gy;
  size_t seen, pixels;       /* floats an output pixel sees; pixels of a
                                sample's output */
  size_t chunk, part, parts; /* samples */
  float *sums;               /* (parts, out, kernel height, width, in) */
  float *gw;
} unfold_job;

static size_t smallest(size_t a, size_t b, size_t c) {
  a = a < b ? a : b;
  return a < c ? a : c;
}

static bool is_unfolded(const inv_conv *v) {
  return v->kernel_height * v->kernel_width * v->stride == 1 && !v->padding;
}

/* What one row of output pixels sees of input row `y` through column `kx` of
 * the kernel, `seen` floats apart. */
static void unfold_row(const unfold_job *job, const float *sample, int y,
                       int kx, float *to) {
  const inv_conv *v = job->conv;
  size_t bytes = (size_t)v->channels * sizeof *to;
  for (int i = 0; i < v->out_width; i++, to += job->seen) {
    int x = i * v->stride + kx * v->dilation - v->padding;
    if (y < 0 || y >= v->height || x < 0 || x >= v->width)
      memset(to, 0, bytes);
    else
      memcpy(to, sample + ((ptrdiff_t)y * v->width + x) * v->channels, bytes);
  }
}

static void unfold_sample(const unfold_job *job, const float *sample,
                          float *to) {
  const inv_conv *v = job->conv;
  size_t row = (size_t)v->out_width * job->seen;
  for (int oy = 0; oy < v->out_height; oy++, to += row)
    for (int ky = 0; ky < v->kernel_height; ky++)
      for (int kx = 0; kx < v->kernel_width; kx++)
        unfold_row(job, sample, oy * v->stride + ky * v->dilation - v->padding,
                   kx, to + (ky * v->kernel_width + kx) * v->channels);
}

static inv_status unfold_part(void *context, size_t begin, size_t end) {
  const unfold_job *job = context;
  const inv_conv *v = job->conv;
  int64_t out = v->out_channels, seen = (int64_t)job->seen;
  size_t sample = (size_t)v->height * (size_t)v->width * (size_t)v->channels;
  float *sums = job->sums + begin / job->part * (size_t)(out * seen);
  float *room = NULL;
  size_t floats = is_unfolded(v) ? 0 : job->chunk * job->pixels * job->seen;
  if (floats && !(room = inv_alloc_array(floats, sizeof *room)))
    return inv_fail_memory(floats * sizeof *room);
  inv_status status = INV_OK;
  float beta = 0;
  for (; begin < end && status == INV_OK; begin += job->chunk, beta = 1) {
    size_t count = end - begin < job->chunk ? end - begin : job->chunk;
    for (size_t i = 0; i < count && room; i++)
      unfold_sample(job, job->x + (begin + i) * sample,
                    room + i * job->pixels * job->seen);
    const float *unfolded = room ? room : job->x + begin * sample;
    const float *gy = job->gy + begin * job->pixels * (size_t)out;
    status =
        inv_gemm_f32(out, seen, (int64_t)(count * job->pixels), 1,
                     (inv_matrix){gy, out, true},
                     (inv_matrix){unfolded, seen, false}, beta, sums, seen);
  }
  inv_free(room);
  return status;
}

/* gw (out, in, kernel) = the parts' sums (out, kernel, in), in their order. */
static inv_status fold_sums(void *context, size_t begin, size_t end) {
  const unfold_job *job = context;
  size_t in = (size_t)job->conv->channels, area = job->seen / in;
  size_t floats = (size_t)job->conv->out_channels * job->seen;
  for (size_t o = begin; o < end; o++)
    for (size_t t = 0; t < area; t++)
      for (size_t i = 0; i < in; i++) {
        const float *from = job->sums + o * job->seen + t * in + i;
        float sum = *from;
        for (size_t p = 1; p < job->parts; p++)
          sum += from[p * floats];
        job->gw[o * job->seen + i * area + t] = sum;
      }
  return INV_OK;
}

inv_status inv_unfold_backward_weights(const inv_conv *v, const float *x,
                                       const float *gy, float *gw) {
  size_t batch = (size_t)v->batch;
  unfold_job job = {.conv = v, .x = x, .gy = gy, .gw = gw};
  job.seen =
      (size_t)v->channels * (size_t)v->kernel_height * (size_t)v->kernel_width;
  job.pixels = (size_t)v->out_height * (size_t)v->out_width;
  job.chunk = CHUNK_FLOATS / job.seen / job.pixels;
  job.chunk = job.chunk < 1 ? 1 : job.chunk;
  size_t floats = (size_t)v->out_channels * job.seen;
  size_t parts =
      smallest(PARTS_FLOATS / floats, batch * job.pixels / PART_PIXELS, PARTS);
  parts = parts < 2 ? 2 : parts;
  job.part = (batch + parts - 1) / parts;
  job.parts = (batch + job.part - 1) / job.part;
  job.sums = inv_alloc_array(job.parts * floats, sizeof *job.sums);
  if (!job.sums)
    return inv_fail_memory(job.parts * floats * sizeof *job.sums);
  inv_status status = inv_parallel(batch, job.part, unfold_part, &job);
  if (status == INV_OK)
    status = inv_parallel((size_t)v->out_channels, 16, fold_sums, &job);
  inv_free(job.sums);
  return status;
}

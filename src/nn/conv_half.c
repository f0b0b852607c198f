/* Which way a convolution in bfloat16 goes, and the way for processors and
 * shapes that the matrix tiles do not serve: through float32, a few samples
 * at a time. */
#include "nn/conv_half.h"

#include <string.h>

#include "base/amx.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "nn/conv_amx.h"
#include "nn/conv_direct.h"
#include "nn/conv_flat.h"
#include "nn/conv_rows.h"
#include "tensor/stream.h"

/* Channels a group must have for tiles to be worth while. */
enum { FEWEST_CHANNELS = 8 };

/* Samples that are float32 at a time. */
enum { SLICE = 32 };

static bool on_tiles(const inv_conv *v) {
  return inv_amx() && v->batch > 0 &&
         (v->groups == 1 || (v->channels / v->groups >= FEWEST_CHANNELS &&
                             v->out_channels / v->groups >= FEWEST_CHANNELS));
}

/* ---- through float32 ---------------------------------------------------- */

typedef struct {
  inv_dtype to, from;
  void *out;
  const void *in;
} conversion;

static inv_status convert_chunk(void *context, size_t begin, size_t end) {
  const conversion *c = context;
  inv_convert(c->to, (char *)c->out + begin * inv_dtype_size(c->to), 1, c->from,
              (const char *)c->in + begin * inv_dtype_size(c->from), 1,
              (int64_t)(end - begin));
  return INV_OK;
}

static inv_status widen(float *out, const uint16_t *in, size_t count) {
  conversion c = {INV_FLOAT32, INV_BFLOAT16, out, in};
  return inv_parallel(count, INV_CHUNK, convert_chunk, &c);
}

static inv_status narrow(uint16_t *out, const float *in, size_t count) {
  conversion c = {INV_BFLOAT16, INV_FLOAT32, out, in};
  return inv_parallel(count, INV_CHUNK, convert_chunk, &c);
}

/* A slice of the batch in float32. */
typedef struct {
  inv_conv conv;
  size_t in, out; /* elements of one sample */
  float *x, *y;
  float *residual; /* NULL where there is none */
} slice;

static inv_status open_slice(slice *s, const inv_conv *v, bool residual) {
  *s = (slice){.conv = *v};
  s->in = (size_t)v->height * (size_t)v->width * (size_t)v->channels;
  s->out =
      (size_t)v->out_height * (size_t)v->out_width * (size_t)v->out_channels;
  s->conv.dtype = INV_FLOAT32;
  size_t floats = SLICE * (s->in + s->out + (residual ? s->out : 0));
  s->x = inv_alloc_array(floats, sizeof *s->x);
  if (!s->x)
    return inv_fail_memory(floats * sizeof *s->x);
  s->y = s->x + SLICE * s->in;
  s->residual = residual ? s->y + SLICE * s->out : NULL;
  return INV_OK;
}

/* The slice that begins at sample `first`; returns its length. */
static size_t cut_slice(slice *s, const inv_conv *v, int first) {
  s->conv.batch = v->batch - first < SLICE ? v->batch - first : SLICE;
  return (size_t)s->conv.batch;
}

static inv_status wide_forward(const inv_conv *v, const uint16_t *x,
                               const float *w, const inv_epilogue *epilogue,
                               uint16_t *y) {
  slice s;
  const uint16_t *residual = epilogue->residual;
  INV_TRY(open_slice(&s, v, residual != NULL));
  inv_epilogue wide = {epilogue->bias, s.residual, epilogue->relu};
  inv_status status = INV_OK;
  for (int i = 0; i < v->batch && status == INV_OK; i += SLICE) {
    size_t n = cut_slice(&s, v, i), first = (size_t)i;
    status = widen(s.x, x + first * s.in, n * s.in);
    if (status == INV_OK && residual)
      status = widen(s.residual, residual + first * s.out, n * s.out);
    if (status == INV_OK)
      status = inv_direct_forward(&s.conv, s.x, w, &wide, s.y);
    if (status == INV_OK)
      status = narrow(y + first * s.out, s.y, n * s.out);
  }
  inv_free(s.x);
  return status;
}

static inv_status wide_backward_input(const inv_conv *v, const uint16_t *gy,
                                      const float *w, uint16_t *gx) {
  slice s;
  INV_TRY(open_slice(&s, v, false));
  inv_status status = INV_OK;
  for (int i = 0; i < v->batch && status == INV_OK; i += SLICE) {
    size_t n = cut_slice(&s, v, i), first = (size_t)i;
    status = widen(s.y, gy + first * s.out, n * s.out);
    if (status == INV_OK)
      status = inv_direct_backward_input(&s.conv, s.y, w, s.x);
    if (status == INV_OK)
      status = narrow(gx + first * s.in, s.x, n * s.in);
  }
  inv_free(s.x);
  return status;
}

/* The slices' gradients are added in their order; `part`: room for one. */
static inv_status add_slices(const inv_conv *v, const uint16_t *x,
                             const uint16_t *gy, float *gw, float *part,
                             size_t count) {
  slice s;
  INV_TRY(open_slice(&s, v, false));
  inv_status status = INV_OK;
  memset(gw, 0, count * sizeof *gw);
  for (int i = 0; i < v->batch && status == INV_OK; i += SLICE) {
    size_t n = cut_slice(&s, v, i), first = (size_t)i;
    status = widen(s.x, x + first * s.in, n * s.in);
    if (status == INV_OK)
      status = widen(s.y, gy + first * s.out, n * s.out);
    if (status == INV_OK)
      status = inv_direct_backward_weights(&s.conv, s.x, s.y, part);
    for (size_t j = 0; j < count && status == INV_OK; j++)
      gw[j] += part[j];
  }
  inv_free(s.x);
  return status;
}

static inv_status wide_backward_weights(const inv_conv *v, const uint16_t *x,
                                        const uint16_t *gy, float *gw) {
  size_t count = (size_t)v->out_channels * (size_t)(v->channels / v->groups) *
                 (size_t)v->kernel_height * (size_t)v->kernel_width;
  float *part = inv_alloc_array(count, sizeof *part);
  if (!part)
    return inv_fail_memory(count * sizeof *part);
  inv_status status = add_slices(v, x, gy, gw, part, count);
  inv_free(part);
  return status;
}

/* ---- the rule ----------------------------------------------------------- */

inv_status inv_half_forward(const inv_conv *v, const uint16_t *x,
                            const float *w, const inv_epilogue *epilogue,
                            uint16_t *y) {
  bool fit;
  if (on_tiles(v) && inv_rows_suit(v, false))
    return inv_rows_conv_forward(v, x, w, epilogue, y);
  return on_tiles(v) ? inv_amx_conv_forward(v, x, w, epilogue, y, &fit)
                     : wide_forward(v, x, w, epilogue, y);
}

inv_status inv_half_backward_input(const inv_conv *v, const uint16_t *gy,
                                   const float *w, uint16_t *gx) {
  bool fit;
  if (on_tiles(v) && inv_rows_suit(v, true))
    return inv_rows_conv_backward_input(v, gy, w, gx);
  return on_tiles(v) ? inv_amx_conv_backward_input(v, gy, w, gx, &fit)
                     : wide_backward_input(v, gy, w, gx);
}

inv_status inv_half_backward_weights(const inv_conv *v, const uint16_t *x,
                                     const uint16_t *gy, float *gw) {
  bool fit;
  if (inv_flat_suits(v))
    return inv_flat_backward_weights(v, x, gy, gw);
  return on_tiles(v) ? inv_amx_conv_backward_weights(v, x, gy, gw, &fit)
                     : wide_backward_weights(v, x, gy, gw);
}

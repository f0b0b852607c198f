/* Through float32: whole tensors are converted. */
#include "nn/conv_half.h"

#include "base/memory.h"
#include "nn/conv_direct.h"
#include "tensor/stream.h"

static size_t input_elements(const inv_conv *v) {
  return (size_t)v->batch * (size_t)v->height * (size_t)v->width *
         (size_t)v->channels;
}

static size_t output_elements(const inv_conv *v) {
  return (size_t)v->batch * (size_t)v->out_height * (size_t)v->out_width *
         (size_t)v->out_channels;
}

static inv_status new_floats(float **out, size_t count) {
  *out = inv_alloc_array(count, sizeof **out);
  return *out ? INV_OK : inv_fail_memory(count * sizeof **out);
}

static inv_status widen(float **out, const uint16_t *from, size_t count) {
  INV_TRY(new_floats(out, count));
  inv_convert(INV_FLOAT32, *out, 1, INV_BFLOAT16, from, 1, (int64_t)count);
  return INV_OK;
}

static void narrow(uint16_t *out, const float *from, size_t count) {
  inv_convert(INV_BFLOAT16, out, 1, INV_FLOAT32, from, 1, (int64_t)count);
}

inv_status inv_half_forward(const inv_conv *v, const uint16_t *x,
                            const float *w, const float *bias, uint16_t *y) {
  float *in = NULL, *out = NULL;
  inv_status status = widen(&in, x, input_elements(v));
  if (status == INV_OK)
    status = new_floats(&out, output_elements(v));
  if (status == INV_OK)
    status = inv_direct_forward(v, in, w, bias, out);
  if (status == INV_OK)
    narrow(y, out, output_elements(v));
  inv_free(in);
  inv_free(out);
  return status;
}

inv_status inv_half_backward_input(const inv_conv *v, const uint16_t *gy,
                                   const float *w, uint16_t *gx) {
  float *in = NULL, *out = NULL;
  inv_status status = widen(&in, gy, output_elements(v));
  if (status == INV_OK)
    status = new_floats(&out, input_elements(v));
  if (status == INV_OK)
    status = inv_direct_backward_input(v, in, w, out);
  if (status == INV_OK)
    narrow(gx, out, input_elements(v));
  inv_free(in);
  inv_free(out);
  return status;
}

inv_status inv_half_backward_weights(const inv_conv *v, const uint16_t *x,
                                     const uint16_t *gy, float *gw) {
  float *in = NULL, *g = NULL;
  inv_status status = widen(&in, x, input_elements(v));
  if (status == INV_OK)
    status = widen(&g, gy, output_elements(v));
  if (status == INV_OK)
    status = inv_direct_backward_weights(v, in, g, gw);
  inv_free(in);
  inv_free(g);
  return status;
}

#include "nn/conv_matrix.h"

#include <string.h>

#include "base/parallel.h"
#include "tensor/gemm.h"
#include "tensor/stream.h"

bool inv_is_matrix(const inv_conv *v) {
  return v->kernel_height == 1 && v->kernel_width == 1 && v->stride == 1 &&
         v->padding == 0 && v->groups == 1;
}

static int64_t pixels_of(const inv_conv *v) {
  return (int64_t)v->batch * v->height * v->width;
}

typedef struct {
  const float *bias;
  size_t channels;
  float *y;
} bias_job;

static inv_status fill_pixels(void *context, size_t begin, size_t end) {
  const bias_job *j = context;
  for (size_t i = begin; i < end; i++)
    memcpy(j->y + i * j->channels, j->bias, j->channels * sizeof *j->y);
  return INV_OK;
}

/* Every pixel of y is the bias. */
static inv_status fill_bias(const inv_conv *v, const float *bias, float *y) {
  bias_job job = {bias, (size_t)v->out_channels, y};
  return inv_parallel((size_t)pixels_of(v), INV_CHUNK / job.channels + 1,
                      fill_pixels, &job);
}

inv_status inv_matrix_forward(const inv_conv *v, const float *x, const float *w,
                              const float *bias, float *y) {
  int64_t in = v->channels, out = v->out_channels;
  if (bias)
    INV_TRY(fill_bias(v, bias, y));
  return inv_gemm_f32(pixels_of(v), out, in, 1, (inv_matrix){x, in, false},
                      (inv_matrix){w, in, true}, bias ? 1 : 0, y, out);
}

inv_status inv_matrix_backward_input(const inv_conv *v, const float *gy,
                                     const float *w, float *gx) {
  int64_t in = v->channels, out = v->out_channels;
  return inv_gemm_f32(pixels_of(v), in, out, 1, (inv_matrix){gy, out, false},
                      (inv_matrix){w, in, false}, 0, gx, in);
}

inv_status inv_matrix_backward_weights(const inv_conv *v, const float *x,
                                       const float *gy, float *gw) {
  int64_t in = v->channels, out = v->out_channels;
  return inv_gemm_f32(out, in, pixels_of(v), 1, (inv_matrix){gy, out, true},
                      (inv_matrix){x, in, false}, 0, gw, in);
}

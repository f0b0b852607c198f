#include "nn/conv_matrix.h"

#include "tensor/gemm.h"

bool inv_is_matrix(const inv_conv *v) {
  return v->kernel_height == 1 && v->kernel_width == 1 && v->stride == 1 &&
         v->padding == 0 && v->groups == 1;
}

static int64_t pixels_of(const inv_conv *v) {
  return (int64_t)v->batch * v->height * v->width;
}

inv_status inv_matrix_forward(const inv_conv *v, const float *x, const float *w,
                              const inv_epilogue *epilogue, float *y) {
  int64_t in = v->channels, out = v->out_channels;
  return inv_gemm_f32_then(pixels_of(v), out, in, (inv_matrix){x, in, false},
                           (inv_matrix){w, in, true}, epilogue, y, out);
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

/* Invar's own convolutions: which of them does what is a fixed rule of dtype
 * and sizes. */
#include "nn/conv_direct.h"
#include "nn/conv_half.h"
#include "nn/conv_unfold.h"
#include "nn/winograd.h"

static inv_status forward(const inv_conv *v, const void *x, const float *w,
                          const inv_epilogue *epilogue, void *y) {
  if (v->dtype == INV_BFLOAT16)
    return inv_half_forward(v, x, w, epilogue, y);
  if (inv_winograd_suits(v))
    return inv_winograd_forward(v, x, w, epilogue, y);
  return inv_direct_forward(v, x, w, epilogue, y);
}

static inv_status backward_input(const inv_conv *v, const void *gy,
                                 const float *w, void *gx) {
  if (v->dtype == INV_BFLOAT16)
    return inv_half_backward_input(v, gy, w, gx);
  if (inv_winograd_suits(v))
    return inv_winograd_backward_input(v, gy, w, gx);
  return inv_direct_backward_input(v, gy, w, gx);
}

static inv_status backward_weights(const inv_conv *v, const void *x,
                                   const void *gy, float *gw) {
  if (v->dtype == INV_BFLOAT16)
    return inv_half_backward_weights(v, x, gy, gw);
  if (inv_winograd_suits(v))
    return inv_winograd_backward_weights(v, x, gy, gw);
  if (inv_unfold_suits(v))
    return inv_unfold_backward_weights(v, x, gy, gw);
  return inv_direct_backward_weights(v, x, gy, gw);
}

const inv_backend inv_backend_blas = {"blas", forward, backward_input,
                                      backward_weights, NULL};

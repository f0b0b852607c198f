/* Invar's own convolutions: which of them does what is a fixed rule of dtype
 * and sizes, and of whether the processor has matrix tiles. Sizes are where
 * one way becomes faster than the next, as measured. */
#include "nn/conv_own.h"

#include "base/amx.h"
#include "nn/conv_amx.h"
#include "nn/conv_direct.h"
#include "nn/conv_half.h"
#include "nn/conv_matrix.h"
#include "nn/conv_unfold.h"
#include "nn/winograd.h"
#include "tensor/gemm_tiles.h"
#include "tensor/half_block.h"

/* For float32 on tiles: channels on either side, weights, and weights for one
 * tap from which on they do better than Winograd's way. */
enum { TILE_CHANNELS = 32, TILE_WEIGHTS = 1 << 12, WIDE = 1 << 14 };

/* Tiles take 32 samples at a time: few may be missing. */
static bool tiles_suit(const inv_conv *v) {
  int64_t samples = inv_blocks(v->batch) * INV_BLOCK_SIDE;
  return inv_amx() && v->batch > 0 && v->groups == 1 &&
         v->batch >= samples / 4 * 3 && v->channels >= TILE_CHANNELS &&
         v->out_channels >= TILE_CHANNELS &&
         (int64_t)v->channels * v->out_channels * v->kernel_height *
                 v->kernel_width >=
             TILE_WEIGHTS;
}

/* Forward, and for the gradient of the input. */
static bool tiles_beat_winograd(const inv_conv *v) {
  return tiles_suit(v) && (!inv_winograd_suits(v) ||
                           (int64_t)v->channels * v->out_channels >= WIDE);
}

static int64_t pixels_of(const inv_conv *v) {
  return (int64_t)v->batch * v->height * v->width;
}

static bool matrix_suits(const inv_conv *v) {
  return inv_is_matrix(v) &&
         inv_tiles_suit(pixels_of(v), v->channels, v->out_channels);
}

static bool weights_matrix_suits(const inv_conv *v) {
  return inv_is_matrix(v) &&
         inv_tiles_suit(v->out_channels, v->channels, pixels_of(v));
}

static bool weights_tiles_suit(const inv_conv *v) {
  bool point = v->kernel_height * v->kernel_width == 1;
  return tiles_suit(v) && !inv_winograd_suits(v) &&
         !(point && inv_unfold_suits(v));
}

bool inv_own_on_tiles(const inv_conv *v, inv_conv_way way) {
  if (way == INV_CONV_BACKWARD_WEIGHTS)
    return weights_matrix_suits(v) || weights_tiles_suit(v);
  return matrix_suits(v) || tiles_beat_winograd(v);
}

/* What does not fit tiles (`fit`) goes the way it would go without them. */

static inv_status forward(const inv_conv *v, const void *x, const float *w,
                          const inv_epilogue *epilogue, void *y) {
  bool fit = false;
  if (v->dtype == INV_BFLOAT16)
    return inv_half_forward(v, x, w, epilogue, y);
  if (matrix_suits(v))
    return inv_matrix_forward(v, x, w, epilogue, y);
  if (tiles_beat_winograd(v))
    INV_TRY(inv_amx_conv_forward(v, x, w, epilogue, y, &fit));
  if (fit)
    return INV_OK;
  if (inv_winograd_suits(v))
    return inv_winograd_forward(v, x, w, epilogue, y);
  return inv_direct_forward(v, x, w, epilogue, y);
}

static inv_status backward_input(const inv_conv *v, const void *gy,
                                 const float *w, void *gx) {
  bool fit = false;
  if (v->dtype == INV_BFLOAT16)
    return inv_half_backward_input(v, gy, w, gx);
  if (matrix_suits(v))
    return inv_matrix_backward_input(v, gy, w, gx);
  if (tiles_beat_winograd(v))
    INV_TRY(inv_amx_conv_backward_input(v, gy, w, gx, &fit));
  if (fit)
    return INV_OK;
  if (inv_winograd_suits(v))
    return inv_winograd_backward_input(v, gy, w, gx);
  return inv_direct_backward_input(v, gy, w, gx);
}

static inv_status backward_weights(const inv_conv *v, const void *x,
                                   const void *gy, float *gw) {
  bool fit = false;
  if (v->dtype == INV_BFLOAT16)
    return inv_half_backward_weights(v, x, gy, gw);
  if (weights_matrix_suits(v))
    return inv_matrix_backward_weights(v, x, gy, gw);
  if (weights_tiles_suit(v))
    INV_TRY(inv_amx_conv_backward_weights(v, x, gy, gw, &fit));
  if (fit)
    return INV_OK;
  if (inv_winograd_suits(v))
    return inv_winograd_backward_weights(v, x, gy, gw);
  if (inv_unfold_suits(v))
    return inv_unfold_backward_weights(v, x, gy, gw);
  return inv_direct_backward_weights(v, x, gy, gw);
}

const inv_backend inv_backend_blas = {"blas", forward, backward_input,
                                      backward_weights, NULL};

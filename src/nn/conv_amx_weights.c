/* The gradient of the weights: for each tap the sum over pixels and samples
 * of the output's gradient (a left factor, transposed: 32 outputs x 32
 * samples) times the input (32 samples x 32 inputs). */
#include "nn/conv_amx.h"

#include <string.h>

#include "base/amx.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "nn/conv_plane.h"

inv_status inv_amx_conv_backward_weights(const inv_conv *v, const uint16_t *x,
                                         const uint16_t *gy, float *gw) {
  (void)v, (void)x, (void)gy, (void)gw;
  return inv_fail(INV_ERR_ARGUMENT, "not there yet");
}

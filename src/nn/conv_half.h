/* Convolution in bfloat16 with sums in float32; weights and their gradients
 * are float32. The arguments are those of inv_backend. */
#ifndef INV_NN_CONV_HALF_H
#define INV_NN_CONV_HALF_H

#include "nn/backend.h"

inv_status inv_half_forward(const inv_conv *conv, const uint16_t *x,
                            const float *w, const inv_epilogue *epilogue,
                            uint16_t *y);
inv_status inv_half_backward_input(const inv_conv *conv, const uint16_t *gy,
                                   const float *w, uint16_t *gx);
inv_status inv_half_backward_weights(const inv_conv *conv, const uint16_t *x,
                                     const uint16_t *gy, float *gw);

#endif

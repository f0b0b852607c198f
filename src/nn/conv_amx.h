/* Convolution in bfloat16 on the processor's matrix tiles; only where
 * inv_amx() holds, for a batch of at least one. The arguments are those of
 * inv_backend. */
#ifndef INV_NN_CONV_AMX_H
#define INV_NN_CONV_AMX_H

#include "nn/backend.h"

inv_status inv_amx_conv_forward(const inv_conv *conv, const uint16_t *x,
                                const float *w, const inv_epilogue *epilogue,
                                uint16_t *y);
inv_status inv_amx_conv_backward_input(const inv_conv *conv, const uint16_t *gy,
                                       const float *w, uint16_t *gx);
inv_status inv_amx_conv_backward_weights(const inv_conv *conv,
                                         const uint16_t *x, const uint16_t *gy,
                                         float *gw);

#endif

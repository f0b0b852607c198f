/* Convolution on the processor's matrix tiles, in bfloat16 or in float32, each
 * number as three bfloat16 (tensor/gemm_tiles.h); only where inv_amx() holds,
 * for a batch of at least one. The arguments are those of inv_backend; `fit`
 * becomes false where tiles cannot represent the numbers: the result is then
 * to be made in another way (never with bfloat16). */
#ifndef INV_NN_CONV_AMX_H
#define INV_NN_CONV_AMX_H

#include <stdbool.h>

#include "nn/backend.h"

inv_status inv_amx_conv_forward(const inv_conv *conv, const void *x,
                                const float *w, const inv_epilogue *epilogue,
                                void *y, bool *fit);
inv_status inv_amx_conv_backward_input(const inv_conv *conv, const void *gy,
                                       const float *w, void *gx, bool *fit);
inv_status inv_amx_conv_backward_weights(const inv_conv *conv, const void *x,
                                         const void *gy, float *gw, bool *fit);

#endif

/* 3 x 3 convolution of stride 1 by Winograd's minimal filtering F(4 x 4,
 * 3 x 3) (Lavin and Gray, 2016) in float32: 36 multiplications where the
 * direct way has 144. The arguments are those of inv_backend. */
#ifndef INV_NN_WINOGRAD_H
#define INV_NN_WINOGRAD_H

#include <stdbool.h>

#include "nn/backend.h"

/* Whether this convolution can be done so, and gains by it. */
bool inv_winograd_suits(const inv_conv *conv);

inv_status inv_winograd_forward(const inv_conv *conv, const float *x,
                                const float *w, const inv_epilogue *epilogue,
                                float *y);
inv_status inv_winograd_backward_input(const inv_conv *conv, const float *gy,
                                       const float *w, float *gx);
inv_status inv_winograd_backward_weights(const inv_conv *conv, const float *x,
                                         const float *gy, float *gw);

#endif

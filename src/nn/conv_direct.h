/* Direct convolution in float32, of any kernel, stride, dilation and groups.
 * The arguments are those of inv_backend. */
#ifndef INV_NN_CONV_DIRECT_H
#define INV_NN_CONV_DIRECT_H

#include "nn/backend.h"

inv_status inv_direct_forward(const inv_conv *conv, const float *x,
                              const float *w, const inv_epilogue *epilogue,
                              float *y);
inv_status inv_direct_backward_input(const inv_conv *conv, const float *gy,
                                     const float *w, float *gx);
inv_status inv_direct_backward_weights(const inv_conv *conv, const float *x,
                                       const float *gy, float *gw);

#endif

/* The gradient of a float32 convolution's weights by unfolding: the inputs
 * that each output pixel sees are copied side by side, a few samples at a
 * time, and BLAS multiplies. Better than the direct way where the channels are
 * so many that their sums leave the cache. */
#ifndef INV_NN_CONV_UNFOLD_H
#define INV_NN_CONV_UNFOLD_H

#include <stdbool.h>

#include "nn/backend.h"

/* Whether this convolution can be done so, and gains by it. */
bool inv_unfold_suits(const inv_conv *conv);

inv_status inv_unfold_backward_weights(const inv_conv *conv, const float *x,
                                       const float *gy, float *gw);

#endif

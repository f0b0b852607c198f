/* A 1 x 1 convolution of stride 1 in float32 is one matrix product of pixels
 * and channels. */
#ifndef INV_NN_CONV_MATRIX_H
#define INV_NN_CONV_MATRIX_H

#include <stdbool.h>

#include "nn/backend.h"

/* Whether this convolution is one. */
bool inv_is_matrix(const inv_conv *conv);

/* The arguments are those of inv_backend. */
inv_status inv_matrix_forward(const inv_conv *conv, const float *x,
                              const float *w, const inv_epilogue *epilogue,
                              float *y);
inv_status inv_matrix_backward_input(const inv_conv *conv, const float *gy,
                                     const float *w, float *gx);
inv_status inv_matrix_backward_weights(const inv_conv *conv, const float *x,
                                       const float *gy, float *gw);

#endif

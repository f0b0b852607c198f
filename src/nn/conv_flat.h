/* The gradient of the weights of a convolution in bfloat16 with few channels,
 * on matrix tiles: images are laid flat, with so many zeros between rows and
 * between images that each tap of the kernel is one shift. */
#ifndef INV_NN_CONV_FLAT_H
#define INV_NN_CONV_FLAT_H

#include "nn/backend.h"

/* Whether this way serves the sizes, and is the faster one. */
bool inv_flat_suits(const inv_conv *conv);

/* As inv_backend's. A NaN or an infinity reaches all taps of its channel. */
inv_status inv_flat_backward_weights(const inv_conv *conv, const uint16_t *x,
                                     const uint16_t *gy, float *gw);

#endif

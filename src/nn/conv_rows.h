/* Convolution in bfloat16 of few channels on the processor's matrix tiles,
 * whose rows are neighbouring pixels: what a pixel sees of one row of the
 * kernel is one run of memory, and the next pixel's begins a pixel later. The
 * arguments are those of inv_backend; for a batch of at least one, where
 * inv_amx() holds and inv_rows_suit() says so. */
#ifndef INV_NN_CONV_ROWS_H
#define INV_NN_CONV_ROWS_H

#include <stdbool.h>

#include "nn/backend.h"

/* Whether this way can go (forward, or back to the input) and is the faster
 * one: decided by sizes alone. */
bool inv_rows_suit(const inv_conv *conv, bool backward);

inv_status inv_rows_conv_forward(const inv_conv *conv, const uint16_t *x,
                                 const float *w, const inv_epilogue *epilogue,
                                 uint16_t *y);
inv_status inv_rows_conv_backward_input(const inv_conv *conv,
                                        const uint16_t *gy, const float *w,
                                        uint16_t *gx);

#endif

/* Convolution as the layers that have one share it: nothing is recorded. */
#ifndef INV_NN_CONV_H
#define INV_NN_CONV_H

#include "nn/backend.h"
#include "nn/layers.h"

/* The convolution of images x by w, both of 4 dimensions; fails where the
 * sizes do not fit one another. */
inv_status inv_conv_make(inv_conv *conv, const inv_tensor *x,
                         const inv_tensor *w, const inv_conv_options *options);

/* y = epilogue(conv(x, w)), a new tensor; x and w are row-major. */
inv_status inv_conv_run(inv_tensor *y, const inv_conv *conv,
                        const inv_tensor *x, const inv_tensor *w,
                        const inv_epilogue *epilogue);

#endif

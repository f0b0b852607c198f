/* Invar's own convolutions are inv_backend_blas; this is what other backends
 * ask about them. */
#ifndef INV_NN_CONV_OWN_H
#define INV_NN_CONV_OWN_H

#include <stdbool.h>

#include "nn/backend.h"

/* Whether Invar would do this float32 convolution on matrix tiles. */
bool inv_own_on_tiles(const inv_conv *conv, inv_conv_way way);

#endif

/* The operations that a library for neural networks may do instead of Invar's
 * own code. No layer knows which one runs. All tensors are row-major: batches
 * (N, H, W, C), float32 or bfloat16; weights (out, in / groups, kernel height,
 * width) as PyTorch stores them, always float32; a backend packs and rounds
 * them as it likes. Bits must not depend on the number of threads. */
#ifndef INV_NN_BACKEND_H
#define INV_NN_BACKEND_H

#include "tensor/gemm.h"
#include "tensor/tensor.h"

/* Everything about a 2-d convolution but the data. The caller has checked it:
 * all sizes are >= 1 (a batch may be empty) and fit one another. */
typedef struct {
  int batch, height, width, channels; /* of the input */
  int out_height, out_width, out_channels;
  int kernel_height, kernel_width;
  int stride, padding, dilation, groups;
  inv_dtype dtype; /* of x, y and their gradients: float32 or bfloat16; sums
                      are in float32 */
} inv_conv;

/* What of it is computed. */
typedef enum {
  INV_CONV_FORWARD,
  INV_CONV_BACKWARD_INPUT,
  INV_CONV_BACKWARD_WEIGHTS
} inv_conv_way;

typedef struct {
  const char *name;
  /* y = conv(x, w) with what follows it; columns are output channels. */
  inv_status (*conv_forward)(const inv_conv *conv, const void *x,
                             const float *w, const inv_epilogue *epilogue,
                             void *y);
  /* The gradient with respect to the input from that of the output. */
  inv_status (*conv_backward_input)(const inv_conv *conv, const void *gy,
                                    const float *w, void *gx);
  /* The gradient with respect to the weights. */
  inv_status (*conv_backward_weights)(const inv_conv *conv, const void *x,
                                      const void *gy, float *gw);
  inv_sgemm sgemm; /* for all products of float32 matrices; NULL: OpenBLAS */
} inv_backend;

/* The backend in use. Where none was chosen it is oneDNN, or Invar's own
 * kernels where oneDNN is not there; oneDNN is looked for at the first call. */
const inv_backend *inv_backend_current(void);

/* Takes the backend of this name: "onednn" or "blas". */
inv_status inv_backend_choose(const char *name);

/* Takes the one that the variable INVAR_BACKEND names, if it is set. Called
 * once, when the program starts. */
inv_status inv_backend_start(void);

/* Invar's own kernels beside OpenBLAS (conv_own.c): everywhere. */
extern const inv_backend inv_backend_blas;

/* Convolutions of oneDNN (onednn.c), and Invar's own where it has none. Only
 * to be used after inv_backend_choose has found it. */
extern const inv_backend inv_backend_onednn;

#endif

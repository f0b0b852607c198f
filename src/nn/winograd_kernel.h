/* The linear maps of F(4 x 4, 3 x 3), with the points 0, +-5/8, +-3/2 and
 * infinity, which lose fewer digits than small integers (Barabasz et al.,
 * 2020). With B, G, A of 6 rows each, for an input tile d (6 x 6), kernel g
 * (3 x 3) and output tile y (4 x 4):
 *   y = A' ((G g G') * (B' d B)) A
 * where * is element by element; each of the 36 elements is a "frequency".
 * All maps work on 16 channels at a time. */
#ifndef INV_NN_WINOGRAD_KERNEL_H
#define INV_NN_WINOGRAD_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

enum { INV_WINOGRAD_IN = 6, INV_WINOGRAD_OUT = 4, INV_WINOGRAD_KERNEL = 3 };
enum { INV_FREQUENCIES = INV_WINOGRAD_IN * INV_WINOGRAD_IN };

/* B' d B for `channels` channels. d: 36 pixels' first channels; frequency k of
 * channel c goes to v[k * step + c], with whole groups of 16 channels (zeros
 * beyond the last). */
void inv_winograd_input(const float *const *d, int channels, float *v,
                        ptrdiff_t step);

/* A gy A': the same for the gradient of an output tile, 16 pixels. */
void inv_winograd_gradient(const float *const *g, int channels, float *v,
                           ptrdiff_t step);

/* Sixteen pixels of an output, NULL for those outside. */
typedef struct {
  float *y[INV_WINOGRAD_OUT * INV_WINOGRAD_OUT];
  /* Pixels that are added, then max(., 0). */
  float *residual[INV_WINOGRAD_OUT * INV_WINOGRAD_OUT];
  bool relu;
} inv_winograd_pixels;

/* bias + A' m A of frequencies m[k * step + c], finished and written to the
 * pixels. bias: `channels` floats or NULL. */
void inv_winograd_output(const float *m, ptrdiff_t step, int channels,
                         const float *bias, const inv_winograd_pixels *pixels);

/* G g G' of 16 kernels, one per lane: g: (9, 16); frequency k goes to
 * u[k * step]. */
void inv_winograd_kernel(const float *g, float *u, ptrdiff_t step);

/* G' s G of 16 kernels' frequencies s: (36, 16); g: (9, 16). */
void inv_winograd_kernel_gradient(const float *s, float *g);

#endif

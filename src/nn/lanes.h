/* Sixteen floats as one value (GCC's and clang's vector extension): one
 * register with AVX-512, two with AVX2, four with SSE or NEON. Kernels that
 * need to keep sums in registers use it; everything else is plain loops. */
#ifndef INV_NN_LANES_H
#define INV_NN_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/vector.h"

enum { INV_LANES = 16 };

typedef float inv_lanes __attribute__((vector_size(64), aligned(4), may_alias));
typedef int inv_lane_masks __attribute__((vector_size(64)));

/* The sixteen floats that begin at `p` (no alignment wanted). */
#define INV_LANES_AT(p) (*(inv_lanes *)(p))
#define INV_LANES_FROM(p) (*(const inv_lanes *)(p))

/* The first `count` floats at `from`, at most sixteen, then zeros. (Vectors
 * are passed by address: not every processor has registers for them.) */
INV_INLINE void inv_lanes_load(inv_lanes *to, const float *from, int count) {
  if (count >= INV_LANES) {
    *to = INV_LANES_FROM(from);
  } else {
    *to = (inv_lanes){0};
    memcpy(to, from, (size_t)count * sizeof *from);
  }
}

/* Stores the first `count`. */
INV_INLINE void inv_lanes_store(float *to, const inv_lanes *v, int count) {
  if (count >= INV_LANES)
    INV_LANES_AT(to) = *v;
  else
    memcpy(to, v, (size_t)count * sizeof *to);
}

/* The end of a convolution: stores `count` of the sums plus residual (unless
 * it is NULL), then, with `relu`, max(., 0). NaN stays NaN. */
INV_INLINE void inv_lanes_finish(float *to, const inv_lanes *sums,
                                 const float *residual, bool relu, int count) {
  inv_lanes v = *sums;
  if (residual) {
    inv_lanes added;
    inv_lanes_load(&added, residual, count);
    v += added;
  }
  if (relu) {
    inv_lane_masks negative = v < (inv_lanes){0};
    v = (inv_lanes)((inv_lane_masks)v & ~negative);
  }
  inv_lanes_store(to, &v, count);
}

#endif

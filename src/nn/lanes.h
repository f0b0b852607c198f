/* Sixteen floats as one value (GCC's and clang's vector extension): one
 * register with AVX-512, two with AVX2, four with SSE or NEON. Kernels that
 * need to keep sums in registers use it; everything else is plain loops. */
#ifndef INV_NN_LANES_H
#define INV_NN_LANES_H

enum { INV_LANES = 16 };

typedef float inv_lanes __attribute__((vector_size(64), aligned(4), may_alias));

/* The sixteen floats that begin at `p` (no alignment wanted). */
#define INV_LANES_AT(p) (*(inv_lanes *)(p))
#define INV_LANES_FROM(p) (*(const inv_lanes *)(p))

#endif

/* Vector code without intrinsics: plain loops that the compiler turns into
 * vector instructions. */
#ifndef INV_BASE_VECTOR_H
#define INV_BASE_VECTOR_H

/* Vector code chosen at run time: a static function marked so (clang links no
 * others) is compiled for three generations of x86-64, and the loader takes
 * the best that the processor has. Elsewhere it is compiled once. All three
 * give the same bits, because the compiler may neither fuse nor reorder
 * floating-point operations. */
#if defined(__x86_64__) && !defined(INV_NO_CLONES)
#define INV_VECTOR                                                             \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define INV_VECTOR
#endif

/* A piece of such a function: compiled into each of its versions. */
#define INV_INLINE static inline __attribute__((always_inline))

/* The loop that follows reads and writes the same places or disjoint ones:
 * vector code needs no test for overlap. */
#if defined(__clang__)
#define INV_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#else
#define INV_INDEPENDENT _Pragma("GCC ivdep")
#endif

#endif

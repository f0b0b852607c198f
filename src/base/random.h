/* Counter-based random numbers: Philox 4x32-10 of Salmon, Moraes, Dror, Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). A generator is a
 * small value without hidden state: its draws are a function of (seed, stream
 * names, indices, counter), so that sample i of a dataset has the same bits
 * alone, in any order and on any thread. Copy one to fork or replay it. */
#ifndef INV_BASE_RANDOM_H
#define INV_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct {
  uint32_t key[2];   /* from the seed and the names of the streams */
  uint64_t index;    /* which member of the stream: the sample's number */
  uint64_t block;    /* how many blocks of four words were drawn */
  uint32_t words[4]; /* the last block */
  unsigned unused;   /* how many of its words are still to be handed out */
} inv_rng;

/* The bijection itself: ten rounds on `counter` under `key`. */
void inv_philox(const uint32_t counter[4], const uint32_t key[2],
                uint32_t out[4]);

/* The generator of a seed. */
inv_rng inv_rng_new(uint64_t seed);

/* Member `index` of the stream `name` below `parent`: independent of the
 * parent's draws and of every other name and index. */
inv_rng inv_rng_at(const inv_rng *parent, const char *name, uint64_t index);

/* 32 or 64 uniform random bits. */
uint32_t inv_rng_u32(inv_rng *rng);
uint64_t inv_rng_u64(inv_rng *rng);

/* U[0, 1) with 53 bits, and U[low, high). */
double inv_rng_uniform(inv_rng *rng);
double inv_rng_range(inv_rng *rng, double low, double high);

/* An unbiased integer in 0 .. n-1 (n >= 1): Lemire's multiplication with
 * rejection (ACM TOMACS 29, 2019). */
uint64_t inv_rng_below(inv_rng *rng, uint64_t n);

/* N(0, 1), by Box and Muller. */
double inv_rng_normal(inv_rng *rng);

/* Beta(a, b), a > 0 and b > 0, from two gamma variables (Marsaglia and Tsang,
 * ACM TOMS 26, 2000). */
double inv_rng_beta(inv_rng *rng, double a, double b);

/* An index in 0 .. n-1 drawn in proportion to its weight (finite, >= 0, with
 * a positive sum: the caller has checked). */
size_t inv_rng_categorical(inv_rng *rng, const double *weights, size_t n);

/* A random order of 0 .. n-1 (Fisher and Yates). */
void inv_rng_permutation(inv_rng *rng, int64_t *out, size_t n);

/* `k` different indices of 0 .. n-1 (k <= n) in random order. Memory: a table
 * of n entries, whose allocation is the only thing that can fail. */
inv_status inv_rng_choice(inv_rng *rng, int64_t *out, size_t k, size_t n);

/* Fills with float32 U[low, high) (24 bits) or N(mean, deviation). Vectorised:
 * the draws are made in groups of 64 that start at a fresh block, so a fill
 * does not continue where single draws stopped, but fills the same values for
 * the same state on every machine. */
void inv_rng_fill_uniform(inv_rng *rng, float *out, size_t n, float low,
                          float high);
void inv_rng_fill_normal(inv_rng *rng, float *out, size_t n, float mean,
                         float deviation);

/* Leaves out the next n values of a fill, n a multiple of 64: those after them
 * are what they are without the gap. */
void inv_rng_skip(inv_rng *rng, size_t n);

#endif

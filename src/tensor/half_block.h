/* Blocks of 32 x 32 bfloat16 (2 KB), the unit of all matrix work in bfloat16,
 * for processors for which inv_amx() holds; nothing here may be called on
 * others. A block is filled row by row and then brought into the form that
 * its factor of the product wants:
 *   left factor  (rows x depth):  the rows as they are, or inv_block_turn(
 *                inv_block_pair()) of the transposed matrix's;
 *   right factor (depth x columns): inv_block_pair() of the rows, or
 *                inv_block_turn() of the transposed matrix's. */
#ifndef INV_TENSOR_HALF_BLOCK_H
#define INV_TENSOR_HALF_BLOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { INV_BLOCK_SIDE = 32, INV_BLOCK_HALVES = 32 * 32, INV_SPLIT = 3 };

/* Blocks that `n` rows or columns take. */
static inline int64_t inv_blocks(int64_t n) {
  return (n + INV_BLOCK_SIDE - 1) / INV_BLOCK_SIDE;
}

/* One line each of neighbouring blocks, the first of which is at `to`, from
 * `count` vectors of n elements: those of these numbers (or all, where
 * `numbers` is NULL) among vectors that lie `step` elements apart. A vector
 * begins a new block; its last block is filled up with zeros. What lies
 * `ahead` elements further will be wanted next. */
void inv_block_lines(uint16_t *to, const uint16_t *from, const int *numbers,
                     int count, int n, size_t step, size_t ahead);

/* Pixels of n channels, each filled up with a zero to an even number. */
void inv_block_pixels(uint16_t *to, const uint16_t *from, int pixels, int n);

/* A block with `rows` x `columns` elements (at most 32 each) of a matrix whose
 * neighbours lie so many elements apart, then zeros. */
void inv_block_fill(uint16_t *block, const uint16_t *from, int rows,
                    int columns, ptrdiff_t row_step);
void inv_block_round(uint16_t *block, const float *from, int rows, int columns,
                     ptrdiff_t row_step, ptrdiff_t column_step);

/* The other way: the first rows and columns of a block to where neighbouring
 * rows lie so many elements apart. */
void inv_block_copy(uint16_t *to, const uint16_t *block, int rows, int columns,
                    ptrdiff_t row_step);

/* Three neighbouring blocks whose sum is a block of float32: its elements
 * rounded, what that leaves rounded, and what that leaves. Exact for elements
 * below 2^127 and, for denormal numbers are taken as 0, from 2^-102 on.
 * Returns the bits of the largest magnitude (a NaN's are above infinity's). */
uint32_t inv_block_split(uint16_t *blocks, const float *from, int rows,
                         int columns, ptrdiff_t row_step);
/* As inv_block_lines, for three blocks each. */
uint32_t inv_block_split_lines(uint16_t *to, const float *from,
                               const int *numbers, int count, int n,
                               size_t step, size_t ahead);

/* Whether products and sums of blocks split from numbers up to these (their
 * bits) are right: no sum of `terms` overflows, no number is infinite or NaN,
 * and what is flushed to 0 is nothing beside the largest product. */
bool inv_block_fits(uint32_t left, uint32_t right, int64_t terms);

/* The larger of such magnitudes; several threads may raise one. */
static inline uint32_t inv_block_larger(uint32_t a, uint32_t b) {
  return a > b ? a : b;
}
void inv_block_raise(atomic_uint *most, uint32_t to);

/* Two rows become one of pairs, for each half of the columns; and the
 * transpose of the 16 x 16 pairs in each half. In place. */
void inv_block_pair(uint16_t *block);
void inv_block_turn(uint16_t *block);

/* `count` pairs of blocks to be multiplied. */
typedef struct {
  const uint16_t *a, *b;
  ptrdiff_t count;
} inv_block_run;

/* c = the sum of the products of all pairs of blocks (added to c with `add`);
 * the next blocks of a run lie `a_step` and `b_step` blocks after the first;
 * c: 32 x 32. To be called between inv_amx_begin() and inv_amx_end(). */
void inv_block_multiply(const inv_block_run *runs, int n_runs, ptrdiff_t a_step,
                        ptrdiff_t b_step, bool add, float *c);

/* The same for blocks of INV_SPLIT parts each (inv_block_split): the six of
 * their nine products that float32 can tell. */
void inv_block_multiply_split(const inv_block_run *runs, int n_runs,
                              ptrdiff_t a_step, ptrdiff_t b_step, bool add,
                              float *c);

/* Rows of the sums in neighbouring blocks, plus `bias` (or NULL), rounded;
 * `columns` in all. With `stream` whole aligned lines pass by the cache. */
void inv_block_narrow(const float *c, const float *bias, int rows, int columns,
                      uint16_t *to, ptrdiff_t row_step, bool stream);
/* The same, not rounded, always with `stream`. */
void inv_block_write(const float *c, const float *bias, int rows, int columns,
                     float *to, ptrdiff_t row_step);
/* to = alpha c + beta to; with beta = 0 the old `to` is not read. */
void inv_block_blend(const float *c, float alpha, float beta, int rows,
                     int columns, float *to, ptrdiff_t row_step);

#endif

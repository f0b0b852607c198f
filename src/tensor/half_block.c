#include "tensor/half_block.h"

#include <string.h>

bool inv_block_fits(uint32_t left, uint32_t right, int64_t terms) {
  float a, b;
  memcpy(&a, &left, sizeof a);
  memcpy(&b, &right, sizeof b);
  double most = (double)a * b;
  return a < 0x1p127f && b < 0x1p127f &&
         (most == 0 || (most >= 0x1p-80 && most * (double)terms < 0x1p127));
}

void inv_block_raise(atomic_uint *most, uint32_t to) {
  unsigned before = atomic_load(most);
  while (before < to && !atomic_compare_exchange_weak(most, &before, to))
    continue;
}

#if defined(__x86_64__)
#include <immintrin.h>

#include "base/amx.h"

#define WIDE __attribute__((target("avx512f,avx512bw,avx512bf16")))

enum { SIDE = INV_BLOCK_SIDE, HALF = SIDE / 2 };

/* The lowest n bits. */
static inline uint32_t first_bits(int n) {
  return n >= 32 ? UINT32_MAX : ((uint32_t)1 << n) - 1;
}

WIDE void inv_block_lines(uint16_t *to, const uint16_t *from,
                          const int *numbers, int count, int n, size_t step,
                          size_t ahead) {
  for (int i = 0; i < count; i++) {
    const uint16_t *vector = from + (size_t)(numbers ? numbers[i] : i) * step;
    for (int c = 0; c < n; c += SIDE, to += INV_BLOCK_HALVES) {
      __m512i line = _mm512_maskz_loadu_epi16(first_bits(n - c), vector + c);
      _mm_prefetch((const char *)(vector + c + ahead), _MM_HINT_T1);
      _mm512_store_si512(to, line);
    }
  }
}

WIDE void inv_block_fill(uint16_t *block, const uint16_t *from, int rows,
                         int columns, ptrdiff_t row_step) {
  __mmask32 used = first_bits(columns);
  int r = 0;
  for (; r < rows; r++, from += row_step)
    _mm512_store_si512(block + r * SIDE, _mm512_maskz_loadu_epi16(used, from));
  for (; r < SIDE; r++)
    _mm512_store_si512(block + r * SIDE, _mm512_setzero_si512());
}

WIDE void inv_block_copy(uint16_t *to, const uint16_t *block, int rows,
                         int columns, ptrdiff_t row_step) {
  __mmask32 used = first_bits(columns);
  for (int r = 0; r < rows; r++, to += row_step)
    _mm512_mask_storeu_epi16(to, used, _mm512_load_si512(block + r * SIDE));
}

/* As many pixels of less than 32 channels as fit into a vector at a time. */
WIDE static void fill_pixels(uint16_t *to, const uint16_t *from, int pixels,
                             int n) {
  const int most = SIDE / (n + 1);
  _Alignas(64) uint16_t place[SIDE];
  uint32_t used = 0;
  for (int p = 0, i = 0; p < most; p++, i++)
    for (int c = 0; c < n; c++, i++) {
      place[i] = (uint16_t)(p * n + c);
      used |= (uint32_t)1 << i;
    }
  __m512i places = _mm512_load_si512(place);
  for (; pixels > 0; pixels -= most, from += most * n, to += most * (n + 1)) {
    int count = pixels < most ? pixels : most;
    __m512i all = _mm512_maskz_loadu_epi16(first_bits(count * n), from);
    _mm512_mask_storeu_epi16(to, first_bits(count * (n + 1)),
                             _mm512_maskz_permutexvar_epi16(used, places, all));
  }
}

WIDE void inv_block_pixels(uint16_t *to, const uint16_t *from, int pixels,
                           int n) {
  if (n % 2 == 0) {
    memcpy(to, from, (size_t)pixels * (size_t)n * sizeof *to);
    return;
  }
  if (n < SIDE) {
    fill_pixels(to, from, pixels, n);
    return;
  }
  for (int p = 0; p < pixels; p++, from += n, to += n + 1)
    for (int c = 0; c < n; c += SIDE)
      _mm512_mask_storeu_epi16(
          to + c, first_bits(n + 1 - c),
          _mm512_maskz_loadu_epi16(first_bits(n - c), from + c));
}

WIDE void inv_block_round(uint16_t *block, const float *from, int rows,
                          int columns, ptrdiff_t row_step,
                          ptrdiff_t column_step) {
  __m512i step = _mm512_set1_epi32((int)column_step);
  __m512i at = _mm512_mullo_epi32(
      _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
      step);
  __mmask16 low = (__mmask16)first_bits(columns);
  __mmask16 high = (__mmask16)(first_bits(columns) >> HALF);
  const __m512 none = _mm512_setzero_ps();
  int r = 0;
  for (; r < rows; r++, from += row_step) {
    __m512 a = _mm512_mask_i32gather_ps(none, low, at, from, 4);
    __m512 b = none;
    if (high)
      b = _mm512_mask_i32gather_ps(none, high, at, from + HALF * column_step,
                                   4);
    _mm512_store_si512(block + r * SIDE, (__m512i)_mm512_cvtne2ps_pbh(b, a));
  }
  for (; r < SIDE; r++)
    _mm512_store_si512(block + r * SIDE, _mm512_setzero_si512());
}

/* Rounded to the upper 16 bits (ties away from zero). */
WIDE static inline __m512i round_upper(__m512 x) {
  __m512i sum =
      _mm512_add_epi32(_mm512_castps_si512(x), _mm512_set1_epi32(1 << 15));
  return _mm512_and_si512(sum, _mm512_set1_epi32((int)0xffff0000));
}

/* What rounding left of x. */
WIDE static inline __m512 rest(__m512 x, __m512i rounded) {
  return _mm512_sub_ps(x, _mm512_castsi512_ps(rounded));
}

/* The upper halves of the 32-bit elements of two vectors. */
WIDE static inline __m512i upper_halves(__m512i a, __m512i b) {
  const __m512i odd = _mm512_set_epi16(
      63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35, 33, 31, 29,
      27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
  return _mm512_permutex2var_epi16(a, odd, b);
}

/* One line of three blocks. Returns the larger magnitude of each two. */
WIDE static inline __m512i split_line(uint16_t *line, __m512 a, __m512 b) {
  const __m512i magnitude = _mm512_set1_epi32(INT32_MAX);
  __m512i a1 = round_upper(a), b1 = round_upper(b);
  __m512 a_rest = rest(a, a1), b_rest = rest(b, b1);
  __m512i a2 = round_upper(a_rest), b2 = round_upper(b_rest);
  __m512i a3 = _mm512_castps_si512(rest(a_rest, a2));
  __m512i b3 = _mm512_castps_si512(rest(b_rest, b2));
  _mm512_store_si512(line, upper_halves(a1, b1));
  _mm512_store_si512(line + INV_BLOCK_HALVES, upper_halves(a2, b2));
  _mm512_store_si512(line + 2 * INV_BLOCK_HALVES, upper_halves(a3, b3));
  return _mm512_max_epu32(_mm512_and_si512(_mm512_castps_si512(a), magnitude),
                          _mm512_and_si512(_mm512_castps_si512(b), magnitude));
}

WIDE uint32_t inv_block_split(uint16_t *blocks, const float *from, int rows,
                              int columns, ptrdiff_t row_step) {
  __mmask16 low = (__mmask16)first_bits(columns);
  __mmask16 high = (__mmask16)(first_bits(columns) >> HALF);
  __m512i most = _mm512_setzero_si512();
  int r = 0;
  for (; r < rows; r++, from += row_step) {
    __m512 a = _mm512_maskz_loadu_ps(low, from);
    __m512 b = _mm512_maskz_loadu_ps(high, from + HALF);
    _mm_prefetch((const char *)(from + SIDE), _MM_HINT_T0);
    _mm_prefetch((const char *)(from + SIDE + HALF), _MM_HINT_T0);
    most = _mm512_max_epu32(most, split_line(blocks + r * SIDE, a, b));
  }
  for (; r < SIDE; r++)
    split_line(blocks + r * SIDE, _mm512_setzero_ps(), _mm512_setzero_ps());
  return _mm512_reduce_max_epu32(most);
}

WIDE uint32_t inv_block_split_lines(uint16_t *to, const float *from,
                                    const int *numbers, int count, int n,
                                    size_t step, size_t ahead) {
  __m512i most = _mm512_setzero_si512();
  for (int i = 0; i < count; i++) {
    const float *vector = from + (size_t)(numbers ? numbers[i] : i) * step;
    for (int c = 0; c < n; c += SIDE, to += INV_SPLIT * INV_BLOCK_HALVES) {
      uint32_t used = first_bits(n - c);
      __m512 a = _mm512_maskz_loadu_ps((__mmask16)used, vector + c);
      __m512 b =
          _mm512_maskz_loadu_ps((__mmask16)(used >> HALF), vector + c + HALF);
      _mm_prefetch((const char *)(vector + c + ahead), _MM_HINT_T1);
      _mm_prefetch((const char *)(vector + c + ahead + HALF), _MM_HINT_T1);
      most = _mm512_max_epu32(most, split_line(to, a, b));
    }
  }
  return _mm512_reduce_max_epu32(most);
}

WIDE void inv_block_pair(uint16_t *block) {
  const __m512i low = _mm512_set_epi16(47, 15, 46, 14, 45, 13, 44, 12, 43, 11,
                                       42, 10, 41, 9, 40, 8, 39, 7, 38, 6, 37,
                                       5, 36, 4, 35, 3, 34, 2, 33, 1, 32, 0);
  const __m512i high = _mm512_add_epi16(low, _mm512_set1_epi16(HALF));
  __m512i rows[SIDE];
  for (int r = 0; r < SIDE; r++)
    rows[r] = _mm512_load_si512(block + r * SIDE);
  for (int p = 0; p < HALF; p++) {
    __m512i a = rows[2 * p], b = rows[2 * p + 1];
    _mm512_store_si512(block + p * SIDE, _mm512_permutex2var_epi16(a, low, b));
    _mm512_store_si512(block + (HALF + p) * SIDE,
                       _mm512_permutex2var_epi16(a, high, b));
  }
}

/* Transposes 16 x 16 elements of 32 bits: first within each 128-bit lane,
 * then lanes. */
WIDE static void turn_half(uint16_t *half) {
  __m512i r[16], t[16];
  for (int i = 0; i < 16; i++)
    r[i] = _mm512_load_si512(half + i * SIDE);
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
  for (int i = 0; i < 8; i++) {
    _mm512_store_si512(half + i * SIDE,
                       _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88));
    _mm512_store_si512(half + (i + 8) * SIDE,
                       _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd));
  }
}

void inv_block_turn(uint16_t *block) {
  turn_half(block);
  turn_half(block + HALF * SIDE);
}

/* ---- products ----------------------------------------------------------- */

enum { LINE = SIDE * sizeof(uint16_t), SUMS = SIDE * sizeof(float) };

/* Tiles 0 .. 3 hold the quarters of c, 4 and 5 the halves of a block of the
 * left factor, 6 and 7 those of the right one. */
static inline void open_sums(const float *c, bool add) {
  const float *lower = c + HALF * SIDE;
  INV_TILE_FENCE();
  if (add) {
    INV_TILE_LOAD(0, c, SUMS);
    INV_TILE_LOAD(1, c + HALF, SUMS);
    INV_TILE_LOAD(2, lower, SUMS);
    INV_TILE_LOAD(3, lower + HALF, SUMS);
  } else {
    INV_TILE_ZERO(0);
    INV_TILE_ZERO(1);
    INV_TILE_ZERO(2);
    INV_TILE_ZERO(3);
  }
}

static inline void store_sums(float *c) {
  float *lower = c + HALF * SIDE;
  INV_TILE_STORE(0, c, SUMS);
  INV_TILE_STORE(1, c + HALF, SUMS);
  INV_TILE_STORE(2, lower, SUMS);
  INV_TILE_STORE(3, lower + HALF, SUMS);
}

void inv_block_multiply(const inv_block_run *runs, int n_runs, ptrdiff_t a_step,
                        ptrdiff_t b_step, bool add, float *c) {
  a_step *= INV_BLOCK_HALVES;
  b_step *= INV_BLOCK_HALVES;
  open_sums(c, add);
  for (int r = 0; r < n_runs; r++) {
    const uint16_t *a = runs[r].a, *b = runs[r].b;
    for (ptrdiff_t i = runs[r].count; i > 0; i--, a += a_step, b += b_step) {
      INV_TILE_LOAD(4, a, LINE);
      INV_TILE_LOAD(6, b, LINE);
      INV_TILE_LOAD(7, b + HALF * SIDE, LINE);
      INV_TILE_MULTIPLY(0, 4, 6);
      INV_TILE_MULTIPLY(1, 4, 7);
      INV_TILE_LOAD(5, a + HALF * SIDE, LINE);
      INV_TILE_MULTIPLY(2, 5, 6);
      INV_TILE_MULTIPLY(3, 5, 7);
    }
  }
  store_sums(c);
}

/* Another part of the left or of the right factor times the present one of
 * the other. */
static inline void turn_left(const uint16_t *a) {
  INV_TILE_LOAD(4, a, LINE);
  INV_TILE_MULTIPLY(0, 4, 6);
  INV_TILE_MULTIPLY(1, 4, 7);
  INV_TILE_LOAD(5, a + HALF * SIDE, LINE);
  INV_TILE_MULTIPLY(2, 5, 6);
  INV_TILE_MULTIPLY(3, 5, 7);
}

static inline void turn_right(const uint16_t *b) {
  INV_TILE_LOAD(6, b, LINE);
  INV_TILE_MULTIPLY(0, 4, 6);
  INV_TILE_MULTIPLY(2, 5, 6);
  INV_TILE_LOAD(7, b + HALF * SIDE, LINE);
  INV_TILE_MULTIPLY(1, 4, 7);
  INV_TILE_MULTIPLY(3, 5, 7);
}

void inv_block_multiply_split(const inv_block_run *runs, int n_runs,
                              ptrdiff_t a_step, ptrdiff_t b_step, bool add,
                              float *c) {
  enum { MID = INV_BLOCK_HALVES, END = 2 * INV_BLOCK_HALVES };
  a_step *= INV_SPLIT * INV_BLOCK_HALVES;
  b_step *= INV_SPLIT * INV_BLOCK_HALVES;
  open_sums(c, add);
  for (int r = 0; r < n_runs; r++) {
    const uint16_t *a = runs[r].a, *b = runs[r].b;
    for (ptrdiff_t i = runs[r].count; i > 0; i--, a += a_step, b += b_step) {
      INV_TILE_LOAD(6, b, LINE);
      INV_TILE_LOAD(7, b + HALF * SIDE, LINE);
      turn_left(a + END);
      turn_left(a + MID);
      turn_right(b + MID);
      turn_left(a);
      turn_right(b + END);
      turn_right(b);
    }
  }
  store_sums(c);
}

/* ---- what becomes of sums ----------------------------------------------- */

/* One row of sums of one block. */
WIDE static inline __m512i narrow_row(const float *c, const float *bias,
                                      __mmask32 used) {
  __m512 low = _mm512_loadu_ps(c), high = _mm512_loadu_ps(c + HALF);
  if (bias) {
    low = _mm512_add_ps(low, _mm512_maskz_loadu_ps((__mmask16)used, bias));
    high = _mm512_add_ps(
        high, _mm512_maskz_loadu_ps((__mmask16)(used >> HALF), bias + HALF));
  }
  return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

WIDE void inv_block_narrow(const float *c, const float *bias, int rows,
                           int columns, uint16_t *to, ptrdiff_t row_step,
                           bool stream) {
  bool lines = stream && columns % SIDE == 0 && row_step % SIDE == 0 &&
               (uintptr_t)to % (SIDE * sizeof *to) == 0;
  for (int r = 0; r < rows; r++, c += SIDE, to += row_step) {
    const float *sums = c;
    for (int i = 0; i < columns; i += SIDE, sums += INV_BLOCK_HALVES) {
      __mmask32 used = first_bits(columns - i);
      __m512i row = narrow_row(sums, bias ? bias + i : NULL, used);
      if (lines)
        _mm512_stream_si512((__m512i *)(void *)(to + i), row);
      else
        _mm512_mask_storeu_epi16(to + i, used, row);
    }
  }
  if (lines)
    _mm_sfence();
}

WIDE void inv_block_write(const float *c, const float *bias, int rows,
                          int columns, float *to, ptrdiff_t row_step) {
  bool lines = columns % HALF == 0 && row_step % HALF == 0 &&
               (uintptr_t)to % (HALF * sizeof *to) == 0;
  for (int r = 0; r < rows; r++, c += SIDE, to += row_step) {
    for (int i = 0; i < columns; i += HALF) {
      __mmask16 used = (__mmask16)first_bits(columns - i);
      const float *sums = c + i / SIDE * INV_BLOCK_HALVES + i % SIDE;
      __m512 row = _mm512_loadu_ps(sums);
      if (bias)
        row = _mm512_add_ps(row, _mm512_maskz_loadu_ps(used, bias + i));
      if (lines)
        _mm512_stream_ps(to + i, row);
      else
        _mm512_mask_storeu_ps(to + i, used, row);
    }
  }
  if (lines)
    _mm_sfence();
}

WIDE void inv_block_blend(const float *c, float alpha, float beta, int rows,
                          int columns, float *to, ptrdiff_t row_step) {
  const __m512 left = _mm512_set1_ps(alpha), right = _mm512_set1_ps(beta);
  bool lines = beta == 0 && columns % HALF == 0 && row_step % HALF == 0 &&
               (uintptr_t)to % (HALF * sizeof *to) == 0;
  for (int r = 0; r < rows; r++, c += SIDE, to += row_step) {
    for (int i = 0; i < columns; i += HALF) {
      __mmask16 used = (__mmask16)first_bits(columns - i);
      const float *sums = c + i / SIDE * INV_BLOCK_HALVES + i % SIDE;
      __m512 row = _mm512_mul_ps(_mm512_loadu_ps(sums), left);
      if (beta != 0)
        row = _mm512_add_ps(
            row, _mm512_mul_ps(_mm512_maskz_loadu_ps(used, to + i), right));
      if (lines)
        _mm512_stream_ps(to + i, row);
      else
        _mm512_mask_storeu_ps(to + i, used, row);
    }
  }
  if (lines)
    _mm_sfence();
}

#else /* never called: inv_amx() does not hold */

void inv_block_lines(uint16_t *to, const uint16_t *from, const int *numbers,
                     int count, int n, size_t step, size_t ahead) {
  (void)to, (void)from, (void)numbers, (void)count, (void)n, (void)step;
  (void)ahead;
}
void inv_block_fill(uint16_t *block, const uint16_t *from, int rows,
                    int columns, ptrdiff_t row_step) {
  (void)block, (void)from, (void)rows, (void)columns, (void)row_step;
}
void inv_block_copy(uint16_t *to, const uint16_t *block, int rows, int columns,
                    ptrdiff_t row_step) {
  (void)to, (void)block, (void)rows, (void)columns, (void)row_step;
}
void inv_block_pixels(uint16_t *to, const uint16_t *from, int pixels, int n) {
  (void)to, (void)from, (void)pixels, (void)n;
}
void inv_block_round(uint16_t *block, const float *from, int rows, int columns,
                     ptrdiff_t row_step, ptrdiff_t column_step) {
  (void)block, (void)from, (void)rows, (void)columns, (void)row_step;
  (void)column_step;
}
uint32_t inv_block_split(uint16_t *blocks, const float *from, int rows,
                         int columns, ptrdiff_t row_step) {
  (void)blocks, (void)from, (void)rows, (void)columns, (void)row_step;
  return 0;
}
uint32_t inv_block_split_lines(uint16_t *to, const float *from,
                               const int *numbers, int count, int n,
                               size_t step, size_t ahead) {
  (void)to, (void)from, (void)numbers, (void)count, (void)n, (void)step;
  (void)ahead;
  return 0;
}
void inv_block_pair(uint16_t *block) {
  (void)block;
}
void inv_block_turn(uint16_t *block) {
  (void)block;
}
void inv_block_multiply(const inv_block_run *runs, int n_runs, ptrdiff_t a_step,
                        ptrdiff_t b_step, bool add, float *c) {
  (void)runs, (void)n_runs, (void)a_step, (void)b_step, (void)add, (void)c;
}
void inv_block_multiply_split(const inv_block_run *runs, int n_runs,
                              ptrdiff_t a_step, ptrdiff_t b_step, bool add,
                              float *c) {
  (void)runs, (void)n_runs, (void)a_step, (void)b_step, (void)add, (void)c;
}
void inv_block_blend(const float *c, float alpha, float beta, int rows,
                     int columns, float *to, ptrdiff_t row_step) {
  (void)c, (void)alpha, (void)beta, (void)rows, (void)columns, (void)to;
  (void)row_step;
}
void inv_block_narrow(const float *c, const float *bias, int rows, int columns,
                      uint16_t *to, ptrdiff_t row_step, bool stream) {
  (void)c, (void)bias, (void)rows, (void)columns, (void)to, (void)row_step;
  (void)stream;
}
void inv_block_write(const float *c, const float *bias, int rows, int columns,
                     float *to, ptrdiff_t row_step) {
  (void)c, (void)bias, (void)rows, (void)columns, (void)to, (void)row_step;
}

#endif

/* Matrix products in bfloat16: on the processor's matrix tiles, elsewhere
 * through float32. The right factor is brought into blocks once; the result
 * is cut into tiles of whole blocks, each of which brings its rows of the left
 * factor into blocks. */
#include <limits.h>
#include <string.h>

#include "base/amx.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "tensor/gemm.h"
#include "tensor/half_block.h"
#include "tensor/stream.h"

enum { SIDE = INV_BLOCK_SIDE };

/* Blocks of a tile's rows at most and of its columns; of columns that are made
 * together, being neighbours in memory; of the depth that is gone through at a
 * time; and how many tiles there should be. */
enum { TILE_ROWS = 8, TILE_COLUMNS = 16, TOGETHER = 8, SLICE = 48 };
enum { MANY_TILES = 8 };

/* Products below so many multiplications are done by one thread. */
enum { SMALL = 1 << 21 };

typedef struct {
  int64_t m, n, k;
  inv_matrix a, b;
  const float *bias;
  inv_dtype dtype;
  void *c;
  int64_t ldc;
  int64_t depth;    /* blocks of k */
  int64_t rows;     /* blocks of a tile */
  int64_t across;   /* tiles in a row of tiles */
  uint16_t *packed; /* the right factor: (column block, depth) blocks */
} product;

static int64_t minimum(int64_t a, int64_t b) {
  return a < b ? a : b;
}

/* ---- on tiles ----------------------------------------------------------- */

/* Block (i, j) of a matrix as it is stored, rows x columns in all. */
static void fill(uint16_t *block, inv_matrix t, int64_t rows, int64_t columns,
                 int64_t i, int64_t j) {
  const uint16_t *from = (const uint16_t *)t.data + (i * t.ld + j) * SIDE;
  inv_block_fill(block, from, (int)minimum(rows - i * SIDE, SIDE),
                 (int)minimum(columns - j * SIDE, SIDE), t.ld);
}

/* Blocks are brought in the order in which they lie in memory. */
static inv_status pack_right(void *context, size_t begin, size_t end) {
  const product *p = context;
  int64_t columns = inv_blocks(p->n);
  for (int64_t i = (int64_t)begin; i < (int64_t)end; i++) {
    bool turned = p->b.transposed;
    int64_t column = turned ? i / p->depth : i % columns;
    int64_t d = turned ? i % p->depth : i / columns;
    uint16_t *block = p->packed + (column * p->depth + d) * INV_BLOCK_HALVES;
    if (turned) {
      fill(block, p->b, p->n, p->k, column, d);
      inv_block_turn(block);
    } else {
      fill(block, p->b, p->k, p->n, d, column);
      inv_block_pair(block);
    }
  }
  return INV_OK;
}

/* A tile: blocks row .. row + rows-1 by column .. column + columns-1. */
typedef struct {
  const product *product;
  int64_t row, rows, column, columns;
  uint16_t *left; /* (row, depth of a slice) blocks */
  float *sums;
} tile;

/* Brings blocks first .. first + n-1 of the depth into their order. */
static void pack_left(const tile *t, int64_t first, int64_t n) {
  const product *p = t->product;
  for (int64_t i = 0; i < t->rows * n; i++) {
    bool turned = p->a.transposed;
    int64_t row = turned ? i % t->rows : i / n;
    int64_t d = turned ? i / t->rows : i % n;
    uint16_t *block = t->left + (row * n + d) * INV_BLOCK_HALVES;
    if (turned) {
      fill(block, p->a, p->k, p->m, first + d, t->row + row);
      inv_block_pair(block);
      inv_block_turn(block);
    } else {
      fill(block, p->a, p->m, p->k, t->row + row, first + d);
    }
  }
}

/* Sums of blocks i by j .. j + n-1 of the tile go to where they belong. */
static void write(const tile *t, const float *sums, int64_t i, int64_t j,
                  int64_t n) {
  const product *p = t->product;
  int64_t row = (t->row + i) * SIDE, column = (t->column + j) * SIDE;
  int rows = (int)minimum(p->m - row, SIDE);
  int columns = (int)minimum(p->n - column, n * SIDE);
  const float *bias = p->bias ? p->bias + column : NULL;
  int64_t at = row * p->ldc + column;
  if (p->dtype == INV_BFLOAT16)
    inv_block_narrow(sums, bias, rows, columns, (uint16_t *)p->c + at, p->ldc);
  else
    inv_block_write(sums, bias, rows, columns, (float *)p->c + at, p->ldc);
}

/* Adds a slice of the depth to blocks i by j .. j + n-1 of the tile; the last
 * slice writes them. Where there is but one, all sums share one place. */
static void multiply(const tile *t, int64_t i, int64_t j, int64_t n, int64_t d,
                     int64_t depth) {
  const product *p = t->product;
  inv_block_run run = {
      t->left + i * depth * INV_BLOCK_HALVES,
      p->packed + ((t->column + j) * p->depth + d) * INV_BLOCK_HALVES, depth};
  int64_t place = p->depth > SLICE ? i * TILE_COLUMNS + j : 0;
  float *sums = t->sums + place * INV_BLOCK_HALVES;
  for (int64_t b = 0; b < n; b++, run.b += p->depth * INV_BLOCK_HALVES)
    inv_block_multiply(&run, 1, 1, 1, d > 0, sums + b * INV_BLOCK_HALVES);
  if (d + depth == p->depth)
    write(t, sums, i, j, n);
}

static void run_tile(const tile *t) {
  int64_t depth = t->product->depth;
  inv_amx_begin();
  for (int64_t d = 0; d < depth; d += SLICE) {
    int64_t slice = minimum(depth - d, SLICE);
    pack_left(t, d, slice);
    for (int64_t j = 0; j < t->columns; j += TOGETHER)
      for (int64_t i = 0; i < t->rows; i++)
        multiply(t, i, j, minimum(t->columns - j, TOGETHER), d, slice);
  }
  inv_amx_end();
}

static inv_status make_tile(const product *p, int64_t number) {
  tile t = {.product = p,
            .row = number / p->across * p->rows,
            .column = number % p->across * TILE_COLUMNS};
  t.rows = minimum(inv_blocks(p->m) - t.row, p->rows);
  t.columns = minimum(inv_blocks(p->n) - t.column, TILE_COLUMNS);
  int64_t places = p->depth > SLICE ? t.rows * TILE_COLUMNS : TOGETHER;
  size_t sums = (size_t)places * INV_BLOCK_HALVES;
  size_t left = (size_t)(t.rows * minimum(p->depth, SLICE)) * INV_BLOCK_HALVES;
  size_t bytes = sums * sizeof *t.sums + left * sizeof *t.left;
  t.sums = inv_alloc(bytes);
  if (!t.sums)
    return inv_fail_memory(bytes);
  t.left = (void *)(t.sums + sums);
  run_tile(&t);
  inv_free(t.sums);
  return INV_OK;
}

static inv_status make_tiles(void *context, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++)
    INV_TRY(make_tile(context, (int64_t)i));
  return INV_OK;
}

static inv_status on_tiles(product *p) {
  int64_t row_blocks = inv_blocks(p->m), column_blocks = inv_blocks(p->n);
  p->depth = inv_blocks(p->k);
  p->across = (column_blocks - 1) / TILE_COLUMNS + 1;
  p->rows = minimum((row_blocks * p->across - 1) / MANY_TILES + 1, TILE_ROWS);
  size_t blocks = (size_t)(column_blocks * p->depth);
  size_t tiles = (size_t)(((row_blocks - 1) / p->rows + 1) * p->across);
  bool small = (double)p->m * (double)p->n * (double)p->k < SMALL;
  p->packed = inv_alloc_array(blocks, INV_BLOCK_HALVES * sizeof *p->packed);
  if (!p->packed)
    return inv_fail_memory(blocks * INV_BLOCK_HALVES * sizeof *p->packed);
  inv_status status = inv_parallel(blocks, small ? blocks : 64, pack_right, p);
  if (status == INV_OK)
    status = inv_parallel(tiles, small ? tiles : 1, make_tiles, p);
  inv_free(p->packed);
  return status;
}

/* ---- through float32 ---------------------------------------------------- */

/* Rows to be converted. */
typedef struct {
  inv_dtype to, from;
  char *out;
  const char *in;
  int64_t out_step, in_step, columns; /* elements */
} conversion;

static inv_status convert_rows(void *context, size_t begin, size_t end) {
  const conversion *c = context;
  size_t out = (size_t)c->out_step * inv_dtype_size(c->to);
  size_t in = (size_t)c->in_step * inv_dtype_size(c->from);
  for (size_t r = begin; r < end; r++)
    inv_convert(c->to, c->out + r * out, 1, c->from, c->in + r * in, 1,
                c->columns);
  return INV_OK;
}

static inv_status convert(conversion c, int64_t rows) {
  size_t chunk = INV_CHUNK / ((size_t)c.columns + 1) + 1;
  return inv_parallel((size_t)rows, chunk, convert_rows, &c);
}

/* The rows x columns elements of a matrix as it is stored, without gaps. */
static inv_status widen(inv_matrix *out, inv_matrix in, int64_t rows,
                        int64_t columns) {
  if (in.transposed) {
    int64_t swap = rows;
    rows = columns;
    columns = swap;
  }
  size_t count = (size_t)(rows * columns);
  float *to = inv_alloc_array(count, sizeof *to);
  if (!to)
    return inv_fail_memory(count * sizeof *to);
  *out = (inv_matrix){to, columns, in.transposed};
  return convert((conversion){INV_FLOAT32, INV_BFLOAT16, (char *)to, in.data,
                              columns, in.ld, columns},
                 rows);
}

static inv_status through_float32(const product *p) {
  inv_matrix a = {0}, b = {0};
  float *sums = NULL;
  inv_status status = widen(&a, p->a, p->m, p->k);
  if (status == INV_OK)
    status = widen(&b, p->b, p->k, p->n);
  if (status == INV_OK) {
    sums = inv_alloc_array((size_t)(p->m * p->n), sizeof *sums);
    if (!sums)
      status = inv_fail_memory((size_t)(p->m * p->n) * sizeof *sums);
  }
  for (int64_t i = 0; i < p->m && p->bias && status == INV_OK; i++)
    memcpy(sums + i * p->n, p->bias, (size_t)p->n * sizeof *sums);
  if (status == INV_OK)
    status =
        inv_gemm_f32(p->m, p->n, p->k, 1, a, b, p->bias ? 1 : 0, sums, p->n);
  if (status == INV_OK)
    status = convert((conversion){p->dtype, INV_FLOAT32, p->c, (char *)sums,
                                  p->ldc, p->n, p->n},
                     p->m);
  inv_free((void *)a.data);
  inv_free((void *)b.data);
  inv_free(sums);
  return status;
}

inv_status inv_gemm_bf16(int64_t m, int64_t n, int64_t k, inv_matrix a,
                         inv_matrix b, const float *bias, inv_dtype dtype,
                         void *c, int64_t ldc) {
  product p = {.m = m,
               .n = n,
               .k = k,
               .a = a,
               .b = b,
               .bias = bias,
               .dtype = dtype,
               .c = c,
               .ldc = ldc};
  if (m == 0 || n == 0)
    return INV_OK;
  return k > 0 && inv_amx() ? on_tiles(&p) : through_float32(&p);
}

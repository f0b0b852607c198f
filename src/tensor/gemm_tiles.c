/* The result is cut into tiles of whole blocks, and deep products of few tiles
 * into parts of the depth, whose sums are added in their order. Each tile
 * brings its rows of the left factor into blocks, a slice of the depth at a
 * time. The right factor is brought into blocks once for all tiles; or by
 * each tile, where there are parts or this would take much memory. */
#include "tensor/gemm_tiles.h"

#include <string.h>

#include "base/amx.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "tensor/half_block.h"
#include "tensor/stream.h"

enum { SIDE = INV_BLOCK_SIDE };

/* Blocks of a tile's rows at most and of its columns; of columns that are made
 * together, being neighbours in memory; and how many tiles there should be. */
enum {
  TILE_ROWS = 8,
  TILE_COLUMNS = 16,
  WIDE_COLUMNS = 64,
  TOGETHER = 4,
  MANY_TILES = 8
};

/* Blocks of the depth, all parts of a float32 counted, that are gone through
 * at a time, with the right factor shared or of one tile's own. */
enum { SHARED_SLICE = 48, OWN_SLICE = 24 };

/* Blocks of depth in one part at least; bytes of a right factor to share. */
enum { PART_DEPTH = 64, SHARED_BYTES = 1 << 26 };

/* Products below so many multiplications are done by one thread. */
enum { SMALL = 1 << 21 };

/* Those of float32 that gain by tiles have sides and multiplications of so
 * many at least; deep ones, for which both factors are brought into blocks and
 * used but a little, longer sides. */
enum { LEAST_SIDE = 32, LEAST_PRODUCT = 3 << 18, DEEP = 4096, DEEP_SIDE = 64 };

typedef struct {
  const inv_tile_product *p;
  int split;     /* blocks that stand for one: 1 or INV_SPLIT */
  int64_t depth; /* blocks of k */
  int64_t slice; /* of it at a time */
  int64_t part;  /* of it in a part */
  int64_t rows;  /* blocks of a tile's rows and columns */
  int64_t columns;
  int64_t across;   /* tiles in a row of tiles */
  int64_t tiles;    /* of the result */
  int64_t parts;    /* of the depth */
  uint16_t *packed; /* the right factor: (column block, depth), or NULL */
  atomic_uint most; /* the bits of its largest magnitude */
  float *sums;      /* (part, m, n), or NULL where there is but one */
} job;

static int64_t minimum(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static size_t block_halves(const job *j) {
  return (size_t)j->split * INV_BLOCK_HALVES;
}

/* ---- blocks ------------------------------------------------------------- */

/* Block (r, c) of a matrix as it is stored, rows x columns in all. Returns the
 * bits of the largest magnitude in it, where the block is split. */
static uint32_t fill(const job *j, uint16_t *block, inv_matrix t, int64_t rows,
                     int64_t columns, int64_t r, int64_t c) {
  int64_t at = (r * t.ld + c) * SIDE;
  rows = minimum(rows - r * SIDE, SIDE);
  columns = minimum(columns - c * SIDE, SIDE);
  if (j->split > 1)
    return inv_block_split(block, (const float *)t.data + at, (int)rows,
                           (int)columns, t.ld);
  inv_block_fill(block, (const uint16_t *)t.data + at, (int)rows, (int)columns,
                 t.ld);
  return 0;
}

static void pair(const job *j, uint16_t *block) {
  for (int s = 0; s < j->split; s++)
    inv_block_pair(block + s * INV_BLOCK_HALVES);
}

static void turn(const job *j, uint16_t *block) {
  for (int s = 0; s < j->split; s++)
    inv_block_turn(block + s * INV_BLOCK_HALVES);
}

/* Block `column` at `depth` of the right factor. */
static uint32_t right_block(const job *j, uint16_t *block, int64_t column,
                            int64_t depth) {
  const inv_tile_product *p = j->p;
  uint32_t most;
  if (p->b.transposed) {
    most = fill(j, block, p->b, p->n, p->k, column, depth);
    turn(j, block);
  } else {
    most = fill(j, block, p->b, p->k, p->n, depth, column);
    pair(j, block);
  }
  return most;
}

static uint32_t left_block(const job *j, uint16_t *block, int64_t row,
                           int64_t depth) {
  const inv_tile_product *p = j->p;
  if (!p->a.transposed)
    return fill(j, block, p->a, p->m, p->k, row, depth);
  uint32_t most = fill(j, block, p->a, p->k, p->m, depth, row);
  pair(j, block);
  turn(j, block);
  return most;
}

/* Blocks are brought in the order in which they lie in memory. */
static inv_status pack_right(void *context, size_t begin, size_t end) {
  job *j = context;
  int64_t columns = inv_blocks(j->p->n);
  uint32_t most = 0;
  for (int64_t i = (int64_t)begin; i < (int64_t)end; i++) {
    bool turned = j->p->b.transposed;
    int64_t column = turned ? i / j->depth : i % columns;
    int64_t depth = turned ? i % j->depth : i / columns;
    size_t at = (size_t)(column * j->depth + depth) * block_halves(j);
    most =
        inv_block_larger(most, right_block(j, j->packed + at, column, depth));
  }
  inv_block_raise(&j->most, most);
  return INV_OK;
}

/* ---- tiles -------------------------------------------------------------- */

/* Blocks row .. row + rows-1 by column .. column + columns-1 of the result,
 * summed over blocks first .. end-1 of the depth. */
typedef struct {
  const job *job;
  int64_t row, rows, column, columns, first, end, part;
  float *sums;
  uint16_t *left, *right;         /* (row, slice), (column, slice) blocks */
  uint32_t left_most, right_most; /* bits of the largest magnitudes */
} tile;

/* Brings blocks d .. d + n-1 of the depth into their order. */
static void pack_slice(tile *t, int64_t d, int64_t n) {
  const job *j = t->job;
  for (int64_t i = 0; i < t->rows * n; i++) {
    bool turned = j->p->a.transposed;
    int64_t row = turned ? i % t->rows : i / n;
    int64_t depth = turned ? i / t->rows : i % n;
    uint16_t *block = t->left + (size_t)(row * n + depth) * block_halves(j);
    t->left_most = inv_block_larger(
        t->left_most, left_block(j, block, t->row + row, d + depth));
  }
  for (int64_t i = 0; i < t->columns * n && !j->packed; i++) {
    bool turned = j->p->b.transposed;
    int64_t column = turned ? i / n : i % t->columns;
    int64_t depth = turned ? i % n : i / t->columns;
    uint16_t *block = t->right + (size_t)(column * n + depth) * block_halves(j);
    t->right_most = inv_block_larger(
        t->right_most, right_block(j, block, t->column + column, d + depth));
  }
}

/* What follows sums of blocks from (row, column) of the result on. */
static void finish_blocks(const inv_tile_product *p, float *sums, int64_t row,
                          int64_t column, int rows, int columns) {
  for (int c = 0; c < columns; c += SIDE, sums += INV_BLOCK_HALVES)
    inv_epilogue_rows(&p->epilogue, p->c_dtype, (size_t)(column + c),
                      (size_t)(row * p->ldc + column + c), (size_t)p->ldc,
                      (size_t)rows, (size_t)minimum(columns - c, SIDE), sums,
                      SIDE);
}

/* Sums of blocks i by j .. j + n-1 of the tile go to where they belong. */
static void write(const tile *t, float *sums, int64_t i, int64_t first,
                  int64_t n) {
  const inv_tile_product *p = t->job->p;
  const inv_epilogue *e = &p->epilogue;
  int64_t row = (t->row + i) * SIDE, column = (t->column + first) * SIDE;
  int rows = (int)minimum(p->m - row, SIDE);
  int columns = (int)minimum(p->n - column, n * SIDE);
  const float *bias = e->bias ? e->bias + column : NULL;
  int64_t at = row * p->ldc + column;
  if (t->job->sums) {
    inv_block_write(sums, NULL, rows, columns,
                    t->job->sums + (t->part * p->m + row) * p->n + column,
                    p->n);
    return;
  }
  if (e->residual || e->relu) {
    finish_blocks(p, sums, row, column, rows, columns);
    bias = NULL;
  }
  if (p->c_dtype == INV_BFLOAT16)
    inv_block_narrow(sums, bias, rows, columns, (uint16_t *)p->c + at, p->ldc,
                     true);
  else if (p->beta == 0 && p->alpha == 1)
    inv_block_write(sums, bias, rows, columns, (float *)p->c + at, p->ldc);
  else
    inv_block_blend(sums, p->alpha, p->beta, rows, columns, (float *)p->c + at,
                    p->ldc);
}

/* Adds a slice of the depth to blocks i by first .. first + n-1 of the tile;
 * the last slice writes them. Where there is but one, all sums share one
 * place. */
static void multiply(const tile *t, int64_t i, int64_t first, int64_t n,
                     int64_t d, int64_t slice) {
  const job *j = t->job;
  int64_t step = j->packed ? j->depth : slice; /* of columns */
  const uint16_t *right = t->right;
  if (j->packed)
    right = j->packed + (size_t)(t->column * step + d) * block_halves(j);
  inv_block_run run = {t->left + (size_t)(i * slice) * block_halves(j),
                       right + (size_t)(first * step) * block_halves(j), slice};
  int64_t place = t->end - t->first > j->slice ? i * j->columns + first : 0;
  float *sums = t->sums + place * INV_BLOCK_HALVES;
  for (int64_t b = 0; b < n; b++) {
    (j->split > 1 ? inv_block_multiply_split : inv_block_multiply)(
        &run, 1, 1, 1, d > t->first, sums + b * INV_BLOCK_HALVES);
    run.b += (size_t)step * block_halves(j);
  }
  if (d + slice == t->end)
    write(t, sums, i, first, n);
}

/* The corner of a matrix that begins at (row, column). */
static inv_matrix corner(inv_matrix t, int64_t row, int64_t column) {
  int64_t offset = t.transposed ? column * t.ld + row : row * t.ld + column;
  t.data = (const float *)t.data + offset;
  return t;
}

static inv_status off_tiles(const tile *t) {
  const inv_tile_product *p = t->job->p;
  int64_t row = t->row * SIDE, column = t->column * SIDE;
  int64_t first = t->first * SIDE;
  int64_t m = minimum(t->rows * SIDE, p->m - row);
  int64_t n = minimum(t->columns * SIDE, p->n - column);
  int64_t k = minimum(t->end * SIDE, p->k) - first;
  inv_matrix a = corner(p->a, row, first), b = corner(p->b, first, column);
  if (t->job->sums)
    return inv_gemm_plain_f32(
        m, n, k, 1, a, b, 0,
        t->job->sums + (t->part * p->m + row) * p->n + column, p->n);
  int64_t at = row * p->ldc + column;
  float *c = (float *)p->c + at;
  INV_TRY(inv_gemm_plain_f32(m, n, k, p->alpha, a, b, p->beta, c, p->ldc));
  inv_epilogue_rows(&p->epilogue, INV_FLOAT32, (size_t)column, (size_t)at,
                    (size_t)p->ldc, (size_t)m, (size_t)n, c, (size_t)p->ldc);
  return INV_OK;
}

/* Nothing is written before all of the tile's rows are known to fit. */
static inv_status run_tile(tile *t) {
  const job *j = t->job;
  bool fit = true;
  inv_amx_begin();
  for (int64_t d = t->first; d < t->end && fit; d += j->slice) {
    int64_t slice = minimum(t->end - d, j->slice);
    pack_slice(t, d, slice);
    fit = j->split == 1 ||
          inv_block_fits(t->left_most, t->right_most, j->p->k) ||
          d + slice < t->end;
    for (int64_t c = 0; c < t->columns && fit; c += TOGETHER)
      for (int64_t i = 0; i < t->rows; i++)
        multiply(t, i, c, minimum(t->columns - c, TOGETHER), d, slice);
  }
  inv_amx_end();
  return fit ? INV_OK : off_tiles(t);
}

static inv_status make_tile(const job *j, int64_t number) {
  tile t = {.job = j, .part = number / j->tiles};
  number %= j->tiles;
  t.row = number / j->across * j->rows;
  t.column = number % j->across * j->columns;
  t.rows = minimum(inv_blocks(j->p->m) - t.row, j->rows);
  t.columns = minimum(inv_blocks(j->p->n) - t.column, j->columns);
  t.first = t.part * j->part;
  t.end = minimum(t.first + j->part, j->depth);
  t.right_most = j->most;
  int64_t depth = t.end - t.first;
  int64_t places = depth > j->slice ? t.rows * j->columns : TOGETHER;
  int64_t blocks = t.rows + (j->packed ? 0 : t.columns);
  size_t sums = (size_t)places * INV_BLOCK_HALVES;
  size_t halves = (size_t)(blocks * minimum(depth, j->slice)) * block_halves(j);
  size_t bytes = sums * sizeof *t.sums + halves * sizeof *t.left;
  t.sums = inv_alloc(bytes);
  if (!t.sums)
    return inv_fail_memory(bytes);
  t.left = (void *)(t.sums + sums);
  t.right =
      t.left + (size_t)(t.rows * minimum(depth, j->slice)) * block_halves(j);
  inv_status status = run_tile(&t);
  inv_free(t.sums);
  return status;
}

static inv_status make_tiles(void *context, size_t begin, size_t end) {
  for (size_t i = begin; i < end; i++)
    INV_TRY(make_tile(context, (int64_t)i));
  return INV_OK;
}

/* ---- the whole ---------------------------------------------------------- */

/* One row of the result from that of its sums. */
static void finish_row(const inv_tile_product *p, float *sums, int64_t row) {
  inv_epilogue_rows(&p->epilogue, p->c_dtype, 0, (size_t)(row * p->ldc), 0, 1,
                    (size_t)p->n, sums, 0);
  if (p->c_dtype == INV_BFLOAT16) {
    inv_convert(INV_BFLOAT16, (uint16_t *)p->c + row * p->ldc, 1, INV_FLOAT32,
                sums, 1, p->n);
    return;
  }
  float *to = (float *)p->c + row * p->ldc;
  for (int64_t i = 0; i < p->n; i++)
    to[i] = p->alpha * sums[i] + (p->beta != 0 ? p->beta * to[i] : 0);
}

static inv_status add_parts(void *context, size_t begin, size_t end) {
  const job *j = context;
  size_t n = (size_t)j->p->n, all = (size_t)j->p->m * n;
  for (size_t r = begin; r < end; r++) {
    float *sums = j->sums + r * n;
    for (size_t part = 1; part < (size_t)j->parts; part++)
      for (size_t i = 0; i < n; i++)
        sums[i] += sums[part * all + i];
    finish_row(j->p, sums, (int64_t)r);
  }
  return INV_OK;
}

/* How the work is cut: by sizes alone. */
static void cut(job *j) {
  const inv_tile_product *p = j->p;
  int64_t rows = inv_blocks(p->m), columns = inv_blocks(p->n);
  j->depth = inv_blocks(p->k);
  j->columns = j->depth > SHARED_SLICE / j->split ? TILE_COLUMNS : WIDE_COLUMNS;
  j->across = (columns - 1) / j->columns + 1;
  j->tiles = ((rows - 1) / TILE_ROWS + 1) * j->across;
  j->parts = minimum((MANY_TILES - 1) / j->tiles + 1, j->depth / PART_DEPTH);
  j->parts = j->parts > 1 ? j->parts : 1;
  j->part = (j->depth - 1) / j->parts + 1;
  j->parts = (j->depth - 1) / j->part + 1;
  j->rows = TILE_ROWS;
  if (j->parts == 1)
    j->rows = minimum((rows * j->across - 1) / MANY_TILES + 1, TILE_ROWS);
  j->tiles = ((rows - 1) / j->rows + 1) * j->across;
}

static inv_status new_room(void *out, size_t count, size_t size) {
  void *room = inv_alloc_array(count, size);
  memcpy(out, &room, sizeof room);
  return room ? INV_OK : inv_fail_memory(count * size);
}

inv_status inv_gemm_on_tiles(const inv_tile_product *p) {
  job j = {.p = p, .split = p->dtype == INV_FLOAT32 ? INV_SPLIT : 1};
  cut(&j);
  size_t blocks = (size_t)(inv_blocks(p->n) * j.depth);
  size_t bytes = block_halves(&j) * sizeof *j.packed;
  bool share = j.parts == 1 && blocks <= SHARED_BYTES / bytes;
  bool small = (double)p->m * (double)p->n * (double)p->k < SMALL;
  size_t tasks = (size_t)(j.parts * j.tiles);
  j.slice = (share ? SHARED_SLICE : OWN_SLICE) / j.split;
  inv_status status = INV_OK;
  if (j.parts > 1)
    status = new_room(&j.sums, (size_t)(j.parts * p->m * p->n), sizeof *j.sums);
  if (status == INV_OK && share)
    status = new_room(&j.packed, blocks, bytes);
  if (status == INV_OK && share)
    status = inv_parallel(blocks, small ? blocks : 64, pack_right, &j);
  if (status == INV_OK)
    status = inv_parallel(tasks, small ? tasks : 1, make_tiles, &j);
  if (status == INV_OK && j.sums)
    status =
        inv_parallel((size_t)p->m, INV_CHUNK / (size_t)p->n + 1, add_parts, &j);
  inv_free(j.packed);
  inv_free(j.sums);
  return status;
}

bool inv_tiles_suit(int64_t m, int64_t n, int64_t k) {
  int64_t side = k < DEEP ? LEAST_SIDE : DEEP_SIDE;
  return m >= side && n >= side && k >= LEAST_SIDE && inv_amx() &&
         (double)m * (double)n * (double)k >= LEAST_PRODUCT;
}

#include "tensor/gemm_tiles.h"

#include <cblas.h>
#include <limits.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"

/* Sides of a tile of c: OpenBLAS copies what a tile multiplies into its own
 * order, so that large tiles copy less, but there should be a few. */
enum { TILE_COLUMNS = 1024, MOST_ROWS = 1024, LEAST_ROWS = 256, FEW_TILES = 6 };

/* The length of k that one part sums when c has too few tiles to keep
 * processors busy (the gradient of a convolution's weights is small, but sums
 * over every pixel of a batch). */
enum { PART_LENGTH = 4096, MOST_PARTS = 8 };

/* Elements of c whose parts are added at once. */
enum { SUM_CHUNK = 1 << 14 };

static inv_sgemm_chooser ask;

void inv_gemm_ask(inv_sgemm_chooser who) {
  ask = who;
}

static inv_sgemm chosen_sgemm(void) {
  return ask ? ask() : NULL;
}

typedef struct {
  bool wide;       /* float64 */
  inv_sgemm sgemm; /* NULL: OpenBLAS */
  int64_t m, n, k;
  double alpha, beta;
  inv_matrix a, b;
  char *c;
  int64_t ldc;
  int64_t rows, across; /* of a tile; tiles in a row of tiles */
  int64_t tiles, parts;
  int64_t part_length; /* of k */
  char *partial;       /* parts x m x n; NULL when there is one part */
} gemm_job;

/* The part of a matrix that begins at (row, column). */
static inv_matrix corner(inv_matrix t, int64_t row, int64_t column,
                         size_t size) {
  int64_t offset = t.transposed ? column * t.ld + row : row * t.ld + column;
  t.data = (const char *)t.data + offset * (int64_t)size;
  return t;
}

static inv_status multiply(const gemm_job *job, int64_t m, int64_t n, int64_t k,
                           inv_matrix a, inv_matrix b, double beta, void *c,
                           int64_t ldc) {
  if (job->sgemm)
    return job->sgemm(m, n, k, (float)job->alpha, a, b, (float)beta, c, ldc);
  CBLAS_TRANSPOSE turn_a = a.transposed ? CblasTrans : CblasNoTrans;
  CBLAS_TRANSPOSE turn_b = b.transposed ? CblasTrans : CblasNoTrans;
  if (job->wide)
    cblas_dgemm(CblasRowMajor, turn_a, turn_b, (blasint)m, (blasint)n,
                (blasint)k, job->alpha, a.data, (blasint)a.ld, b.data,
                (blasint)b.ld, beta, c, (blasint)ldc);
  else
    cblas_sgemm(CblasRowMajor, turn_a, turn_b, (blasint)m, (blasint)n,
                (blasint)k, (float)job->alpha, a.data, (blasint)a.ld, b.data,
                (blasint)b.ld, (float)beta, c, (blasint)ldc);
  return INV_OK;
}

static inv_status gemm_tiles(void *context, size_t begin, size_t end) {
  const gemm_job *job = context;
  size_t size = job->wide ? sizeof(double) : sizeof(float);
  for (int64_t task = (int64_t)begin; task < (int64_t)end; task++) {
    int64_t part = task / job->tiles, tile = task % job->tiles;
    int64_t row = tile / job->across * job->rows;
    int64_t column = tile % job->across * TILE_COLUMNS;
    int64_t first = part * job->part_length;
    int64_t m = job->m - row, n = job->n - column, k = job->k - first;
    m = m < job->rows ? m : job->rows;
    n = n < TILE_COLUMNS ? n : TILE_COLUMNS;
    k = k < job->part_length ? k : job->part_length;
    inv_matrix a = corner(job->a, row, first, size);
    inv_matrix b = corner(job->b, first, column, size);
    int64_t ldc = job->partial ? job->n : job->ldc;
    char *c = job->partial
                  ? job->partial + part * job->m * job->n * (int64_t)size
                  : job->c;
    c += (row * ldc + column) * (int64_t)size;
    INV_TRY(multiply(job, m, n, k, a, b, job->partial ? 0 : job->beta, c, ldc));
  }
  return INV_OK;
}

/* c = beta c + the parts, in their order; for some rows. */
static inv_status add_parts(void *context, size_t begin, size_t end) {
  const gemm_job *job = context;
  for (int64_t i = (int64_t)begin; i < (int64_t)end; i++) {
    for (int64_t j = 0; j < job->n; j++) {
      double sum = 0;
      for (int64_t p = 0; p < job->parts; p++) {
        int64_t at = (p * job->m + i) * job->n + j;
        sum += job->wide ? ((double *)(void *)job->partial)[at]
                         : ((float *)(void *)job->partial)[at];
      }
      int64_t at = i * job->ldc + j;
      double *wide = (double *)(void *)job->c;
      float *narrow = (float *)(void *)job->c;
      if (job->wide)
        wide[at] = job->beta != 0 ? sum + job->beta * wide[at] : sum;
      else
        narrow[at] =
            (float)(job->beta != 0 ? sum + job->beta * narrow[at] : sum);
    }
  }
  return INV_OK;
}

/* c = beta c. */
static void scale(const gemm_job *job) {
  size_t size = job->wide ? sizeof(double) : sizeof(float);
  for (int64_t i = 0; i < job->m; i++) {
    char *row = job->c + i * job->ldc * (int64_t)size;
    if (job->beta == 0)
      memset(row, 0, (size_t)job->n * size);
    else if (job->wide)
      cblas_dscal((blasint)job->n, job->beta, (double *)(void *)row, 1);
    else
      cblas_sscal((blasint)job->n, (float)job->beta, (float *)(void *)row, 1);
  }
}

/* Cuts c into tiles, and k into parts where the tiles are few. */
static void plan(gemm_job *job) {
  int64_t parts = job->k / PART_LENGTH;
  parts = parts < 1 ? 1 : parts < MOST_PARTS ? parts : MOST_PARTS;
  job->across = (job->n - 1) / TILE_COLUMNS + 1;
  for (job->rows = MOST_ROWS;; job->rows /= 2) {
    job->tiles = job->across * ((job->m - 1) / job->rows + 1);
    job->parts = job->tiles < FEW_TILES ? parts : 1;
    if (job->rows == LEAST_ROWS || job->parts * job->tiles >= FEW_TILES)
      break;
  }
  job->part_length = (job->k - 1) / job->parts + 1;
  job->parts = (job->k - 1) / job->part_length + 1;
}

static inv_status gemm(gemm_job job) {
  if (job.m > INT_MAX || job.n > INT_MAX || job.k > INT_MAX ||
      job.a.ld > INT_MAX || job.b.ld > INT_MAX || job.ldc > INT_MAX)
    return inv_fail(INV_ERR_ARGUMENT,
                    "a matrix product with a side over 2147483647");
  if (job.m == 0 || job.n == 0)
    return INV_OK;
  if (job.k == 0) {
    scale(&job);
    return INV_OK;
  }
  job.sgemm = job.wide ? NULL : chosen_sgemm();
  plan(&job);
  if (job.parts > 1) {
    size_t cells = (size_t)(job.parts * job.m * job.n);
    size_t size = job.wide ? sizeof(double) : sizeof(float);
    job.partial = inv_alloc_array(cells, size);
    if (!job.partial)
      return inv_fail_memory(cells * size);
  }
  inv_status status =
      inv_parallel((size_t)(job.parts * job.tiles), 1, gemm_tiles, &job);
  if (status == INV_OK && job.partial)
    status = inv_parallel((size_t)job.m, (size_t)(SUM_CHUNK / job.n + 1),
                          add_parts, &job);
  inv_free(job.partial);
  return status;
}

/* OpenBLAS is told once to use one thread per call. */
__attribute__((constructor)) static void one_thread(void) {
  inv_threads(); /* read first: the OpenMP build of OpenBLAS changes it */
  openblas_set_num_threads(1);
}

inv_status inv_gemm_plain_f32(int64_t m, int64_t n, int64_t k, float alpha,
                              inv_matrix a, inv_matrix b, float beta, float *c,
                              int64_t ldc) {
  return gemm((gemm_job){.m = m,
                         .n = n,
                         .k = k,
                         .alpha = alpha,
                         .beta = beta,
                         .a = a,
                         .b = b,
                         .c = (char *)c,
                         .ldc = ldc});
}

static inv_status on_tiles(int64_t m, int64_t n, int64_t k, float alpha,
                           inv_matrix a, inv_matrix b, float beta,
                           const inv_epilogue *then, float *c, int64_t ldc) {
  return inv_gemm_on_tiles(&(inv_tile_product){.m = m,
                                               .n = n,
                                               .k = k,
                                               .a = a,
                                               .b = b,
                                               .dtype = INV_FLOAT32,
                                               .c_dtype = INV_FLOAT32,
                                               .alpha = alpha,
                                               .beta = beta,
                                               .epilogue = *then,
                                               .c = c,
                                               .ldc = ldc});
}

inv_status inv_gemm_f32(int64_t m, int64_t n, int64_t k, float alpha,
                        inv_matrix a, inv_matrix b, float beta, float *c,
                        int64_t ldc) {
  if (inv_tiles_suit(m, n, k))
    return on_tiles(m, n, k, alpha, a, b, beta, &(inv_epilogue){0}, c, ldc);
  return inv_gemm_plain_f32(m, n, k, alpha, a, b, beta, c, ldc);
}

typedef struct {
  const inv_epilogue *epilogue;
  float *c;
  size_t n, ldc;
} finish_job;

static inv_status finish_rows(void *context, size_t begin, size_t end) {
  const finish_job *job = context;
  size_t at = begin * job->ldc;
  inv_epilogue_rows(job->epilogue, INV_FLOAT32, 0, at, job->ldc, end - begin,
                    job->n, job->c + at, job->ldc);
  return INV_OK;
}

inv_status inv_gemm_f32_then(int64_t m, int64_t n, int64_t k, inv_matrix a,
                             inv_matrix b, const inv_epilogue *then, float *c,
                             int64_t ldc) {
  if (inv_tiles_suit(m, n, k))
    return on_tiles(m, n, k, 1, a, b, 0, then, c, ldc);
  INV_TRY(inv_gemm_plain_f32(m, n, k, 1, a, b, 0, c, ldc));
  if (n == 0 || !(then->bias || then->residual || then->relu))
    return INV_OK;
  finish_job job = {then, c, (size_t)n, (size_t)ldc};
  return inv_parallel((size_t)m, (size_t)(SUM_CHUNK / n + 1), finish_rows,
                      &job);
}

inv_status inv_gemm_f64(int64_t m, int64_t n, int64_t k, double alpha,
                        inv_matrix a, inv_matrix b, double beta, double *c,
                        int64_t ldc) {
  return gemm((gemm_job){.wide = true,
                         .m = m,
                         .n = n,
                         .k = k,
                         .alpha = alpha,
                         .beta = beta,
                         .a = a,
                         .b = b,
                         .c = (char *)c,
                         .ldc = ldc});
}

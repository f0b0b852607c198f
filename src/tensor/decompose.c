/* Decompositions and linear systems, through LAPACK in float64. LAPACK wants
 * columns one behind the other: a matrix is copied as the transpose of a
 * row-major one, and results are handed out as transposed views. */
#include <limits.h>
#include <math.h>

#include "base/memory.h"
#include "tensor/arithmetic.h"
#include "tensor/combine.h"
#include "tensor/lapack.h"
#include "tensor/linear_algebra.h"
#include "tensor/reduce.h"

/* ---- operands and results ----------------------------------------------- */

static inv_status check_finite(const inv_tensor *a) {
  inv_tensor largest;
  INV_TRY(inv_tensor_reduce(INV_NORMINF, &largest, a, inv_all_dims(a), false));
  double value = inv_tensor_get(&largest, NULL);
  inv_tensor_release(&largest);
  if (!(value < HUGE_VAL))
    return inv_fail(INV_ERR_NUMERIC, "the matrix has a NaN or infinity");
  return INV_OK;
}

/* A column-major float64 copy of a matrix: rows of `out` are its columns. */
static inv_status columns_of(inv_tensor *out, const inv_tensor *a) {
  char text[96];
  if (a->dims != 2)
    return inv_fail(INV_ERR_ARGUMENT, "a matrix expected, not %s",
                    inv_shape_text(text, a->dims, a->shape));
  if (a->shape[0] == 0 || a->shape[1] == 0 || a->shape[0] > INT_MAX / 4 ||
      a->shape[1] > INT_MAX / 4)
    return inv_fail(INV_ERR_ARGUMENT, "a matrix of shape %s is not possible",
                    inv_shape_text(text, a->dims, a->shape));
  INV_TRY(check_finite(a));
  int64_t shape[2] = {a->shape[1], a->shape[0]};
  inv_tensor turned, copy;
  INV_TRY(inv_tensor_new(&copy, INV_FLOAT64, 2, shape));
  inv_status status = inv_tensor_transpose(&turned, a, 0, 1);
  if (status == INV_OK) {
    status = inv_tensor_copy(&copy, &turned);
    inv_tensor_release(&turned);
  }
  if (status == INV_OK)
    *out = copy;
  else
    inv_tensor_release(&copy);
  return status;
}

static inv_status square_columns_of(inv_tensor *out, const inv_tensor *a) {
  char text[96];
  if (a->dims != 2 || a->shape[0] != a->shape[1])
    return inv_fail(INV_ERR_ARGUMENT, "a square matrix expected, not %s",
                    inv_shape_text(text, a->dims, a->shape));
  return columns_of(out, a);
}

/* A result in the dtype that `a` asks for: of columns as the matrix. */
static inv_status deliver(inv_tensor *out, const inv_tensor *t,
                          const inv_tensor *a) {
  inv_dtype dtype = a->dtype == INV_FLOAT64 ? INV_FLOAT64 : INV_FLOAT32;
  if (t->dims < 2)
    return inv_tensor_convert(out, t, dtype);
  inv_tensor turned;
  INV_TRY(inv_tensor_transpose(&turned, t, 0, 1));
  inv_tensor result;
  inv_status status = inv_tensor_new(&result, dtype, turned.dims, turned.shape);
  if (status == INV_OK) {
    status = inv_tensor_copy(&result, &turned);
    if (status == INV_OK)
      *out = result;
    else
      inv_tensor_release(&result);
  }
  inv_tensor_release(&turned);
  return status;
}

/* Memory for LAPACK: `doubles` and then `ints`. */
typedef struct {
  double *reals;
  int *ints;
} workspace;

static inv_status get_work(workspace *work, double doubles, int64_t ints) {
  if (!(doubles >= 1))
    doubles = 1;
  if (doubles > INT_MAX)
    return inv_fail(INV_ERR_ARGUMENT, "the matrix is too large for LAPACK");
  size_t reals = (size_t)doubles * sizeof(double);
  size_t bytes = reals + (size_t)ints * sizeof(int);
  work->reals = inv_alloc(bytes);
  if (!work->reals)
    return inv_fail_memory(bytes);
  work->ints = (int *)(void *)((char *)work->reals + reals);
  return INV_OK;
}

static inv_status no_convergence(const char *what) {
  return inv_fail(INV_ERR_NUMERIC, "the %s did not converge", what);
}

/* ---- singular values ---------------------------------------------------- */

static inv_status run_svd(inv_tensor *a, inv_tensor *u, inv_tensor *s,
                          inv_tensor *vt, bool vectors) {
  int m = (int)a->shape[1], n = (int)a->shape[0], r = m < n ? m : n;
  int query = -1, info = 0, unused = 0;
  double best = 0;
  const char *job = vectors ? "S" : "N";
  dgesdd_(job, &m, &n, a->data, &m, s->data, u->data, &m, vt->data, &r, &best,
          &query, &unused, &info, 1);
  workspace work = {NULL, NULL};
  INV_TRY(get_work(&work, best, 8 * (int64_t)r));
  int size = (int)(best >= 1 ? best : 1);
  dgesdd_(job, &m, &n, a->data, &m, s->data, u->data, &m, vt->data, &r,
          work.reals, &size, work.ints, &info, 1);
  inv_free(work.reals);
  return info == 0 ? INV_OK : no_convergence("singular value decomposition");
}

inv_status inv_tensor_svd(inv_tensor *u, inv_tensor *s, inv_tensor *vt,
                          const inv_tensor *a) {
  inv_tensor columns;
  INV_TRY(columns_of(&columns, a));
  int64_t m = a->shape[0], n = a->shape[1], r = m < n ? m : n;
  bool vectors = u && vt;
  int64_t shape_u[2] = {vectors ? r : 1, vectors ? m : 1};
  int64_t shape_vt[2] = {vectors ? n : 1, vectors ? r : 1};
  inv_tensor left = {0}, values = {0}, right = {0}, parts[3] = {{0}};
  inv_status status = inv_tensor_new(&left, INV_FLOAT64, 2, shape_u);
  if (status == INV_OK)
    status = inv_tensor_new(&right, INV_FLOAT64, 2, shape_vt);
  if (status == INV_OK)
    status = inv_tensor_new(&values, INV_FLOAT64, 1, &r);
  if (status == INV_OK)
    status = run_svd(&columns, &left, &values, &right, vectors);
  if (status == INV_OK)
    status = deliver(&parts[0], &values, a);
  if (status == INV_OK && vectors)
    status = deliver(&parts[1], &left, a);
  if (status == INV_OK && vectors)
    status = deliver(&parts[2], &right, a);
  if (status == INV_OK) {
    *s = parts[0];
    if (vectors) {
      *u = parts[1];
      *vt = parts[2];
    }
  } else {
    for (int i = 0; i < 3; i++)
      inv_tensor_release(&parts[i]);
  }
  inv_tensor_release(&columns);
  inv_tensor_release(&left);
  inv_tensor_release(&values);
  inv_tensor_release(&right);
  return status;
}

/* ---- symmetric eigenproblem --------------------------------------------- */

static inv_status run_eigh(inv_tensor *a, inv_tensor *values, bool vectors) {
  int n = (int)a->shape[0], query = -1, info = 0, ints = 0;
  double best = 0;
  const char *job = vectors ? "V" : "N";
  dsyevd_(job, "L", &n, a->data, &n, values->data, &best, &query, &ints, &query,
          &info, 1, 1);
  workspace work = {NULL, NULL};
  INV_TRY(get_work(&work, best, ints));
  int size = (int)best;
  dsyevd_(job, "L", &n, a->data, &n, values->data, work.reals, &size, work.ints,
          &ints, &info, 1, 1);
  inv_free(work.reals);
  return info == 0 ? INV_OK : no_convergence("eigenvalue decomposition");
}

inv_status inv_tensor_eigh(inv_tensor *values, inv_tensor *vectors,
                           const inv_tensor *a) {
  inv_tensor columns, found = {0}, w = {0}, v = {0};
  INV_TRY(square_columns_of(&columns, a));
  inv_status status = inv_tensor_new(&found, INV_FLOAT64, 1, a->shape);
  if (status == INV_OK)
    status = run_eigh(&columns, &found, vectors != NULL);
  if (status == INV_OK)
    status = deliver(&w, &found, a);
  if (status == INV_OK && vectors)
    status = deliver(&v, &columns, a);
  if (status == INV_OK) {
    *values = w;
    if (vectors)
      *vectors = v;
  } else {
    inv_tensor_release(&w);
  }
  inv_tensor_release(&columns);
  inv_tensor_release(&found);
  return status;
}

/* ---- QR ----------------------------------------------------------------- */

/* Turns the columns into Householder vectors below r; `tau` their factors. */
static inv_status run_qr(inv_tensor *a, double *tau) {
  int m = (int)a->shape[1], n = (int)a->shape[0], query = -1, info = 0;
  double best = 0;
  dgeqrf_(&m, &n, a->data, &m, tau, &best, &query, &info);
  workspace work = {NULL, NULL};
  INV_TRY(get_work(&work, best, 0));
  int size = (int)best;
  dgeqrf_(&m, &n, a->data, &m, tau, work.reals, &size, &info);
  inv_free(work.reals);
  return INV_OK;
}

/* Makes q of the first `r` columns of Householder vectors. */
static inv_status make_q(inv_tensor *a, const double *tau, int r) {
  int m = (int)a->shape[1], query = -1, info = 0;
  double best = 0;
  dorgqr_(&m, &r, &r, a->data, &m, tau, &best, &query, &info);
  workspace work = {NULL, NULL};
  INV_TRY(get_work(&work, best, 0));
  int size = (int)best;
  dorgqr_(&m, &r, &r, a->data, &m, tau, work.reals, &size, &info);
  inv_free(work.reals);
  return INV_OK;
}

inv_status inv_tensor_qr(inv_tensor *q, inv_tensor *r, const inv_tensor *a) {
  inv_tensor columns, upper = {0}, square = {0}, first = {0}, whole = {0};
  INV_TRY(columns_of(&columns, a));
  int64_t m = a->shape[0], n = a->shape[1], rank = m < n ? m : n;
  double *tau = inv_alloc_array((size_t)rank, sizeof *tau);
  inv_status status =
      tau ? run_qr(&columns, tau) : inv_fail_memory((size_t)rank * sizeof *tau);
  if (status == INV_OK)
    status = deliver(&whole, &columns, a);
  if (status == INV_OK)
    status = inv_tensor_slice(&first, &whole, 0, 0, rank, 1);
  if (status == INV_OK)
    status = inv_tensor_triangle(&upper, &first, false, 0);
  if (status == INV_OK)
    status = make_q(&columns, tau, (int)rank);
  inv_tensor_release(&first);
  if (status == INV_OK)
    status = inv_tensor_slice(&first, &columns, 0, 0, rank, 1);
  if (status == INV_OK)
    status = deliver(&square, &first, a);
  if (status == INV_OK) {
    *q = square;
    *r = upper;
  } else {
    inv_tensor_release(&upper);
  }
  inv_free(tau);
  inv_tensor_release(&columns);
  inv_tensor_release(&first);
  inv_tensor_release(&whole);
  return status;
}

/* ---- Cholesky ----------------------------------------------------------- */

inv_status inv_tensor_cholesky(inv_tensor *l, const inv_tensor *a) {
  inv_tensor columns, full = {0};
  INV_TRY(square_columns_of(&columns, a));
  int n = (int)a->shape[0], info = 0;
  dpotrf_("L", &n, columns.data, &n, &info, 1);
  inv_status status = INV_OK;
  if (info != 0)
    status = inv_fail(INV_ERR_NUMERIC,
                      "the matrix is not positive definite (leading minor "
                      "%d)",
                      info);
  if (status == INV_OK)
    status = deliver(&full, &columns, a);
  if (status == INV_OK)
    status = inv_tensor_triangle(l, &full, true, 0);
  inv_tensor_release(&columns);
  inv_tensor_release(&full);
  return status;
}

/* ---- linear systems ----------------------------------------------------- */

/* The LU decomposition of a square matrix, in place of its columns; `info` is
 * not 0 when it is singular. */
static inv_status factor(inv_tensor *columns, int **pivots, int *info,
                         const inv_tensor *a) {
  INV_TRY(square_columns_of(columns, a));
  int n = (int)a->shape[0];
  *pivots = inv_alloc_array((size_t)n, sizeof **pivots);
  if (!*pivots) {
    inv_tensor_release(columns);
    return inv_fail_memory((size_t)n * sizeof **pivots);
  }
  dgetrf_(&n, &n, columns->data, &n, *pivots, info);
  return INV_OK;
}

/* `b` as columns of `rows` elements, padded to `height`; a vector is one. */
static inv_status right_side(inv_tensor *out, const inv_tensor *b, int64_t rows,
                             int64_t height) {
  char text[96];
  if ((b->dims != 1 && b->dims != 2) || b->shape[0] != rows)
    return inv_fail(INV_ERR_ARGUMENT,
                    "a vector or matrix of %lld rows expected, not %s",
                    (long long)rows, inv_shape_text(text, b->dims, b->shape));
  if (inv_tensor_count(b) == 0)
    return inv_fail(INV_ERR_ARGUMENT, "the right side is empty");
  INV_TRY(check_finite(b));
  inv_tensor matrix = *b, turned, copy, part; /* matrix does not own */
  if (b->dims == 1) {
    matrix.dims = 2;
    matrix.shape[1] = 1;
    matrix.strides[1] = 1;
  }
  int64_t shape[2] = {matrix.shape[1], height};
  INV_TRY(inv_tensor_zeros(&copy, INV_FLOAT64, 2, shape));
  inv_status status = inv_tensor_slice(&part, &copy, 1, 0, rows, 1);
  if (status == INV_OK) {
    status = inv_tensor_transpose(&turned, &matrix, 0, 1);
    if (status == INV_OK) {
      status = inv_tensor_copy(&part, &turned);
      inv_tensor_release(&turned);
    }
    inv_tensor_release(&part);
  }
  if (status == INV_OK)
    *out = copy;
  else
    inv_tensor_release(&copy);
  return status;
}

/* The first `rows` rows of the solution, as a vector where `b` is one. */
static inv_status solution(inv_tensor *x, const inv_tensor *columns,
                           int64_t rows, const inv_tensor *a,
                           const inv_tensor *b) {
  inv_tensor part, like = *a, result;
  like.dtype = inv_promote(a->dtype, b->dtype);
  INV_TRY(inv_tensor_slice(&part, columns, 1, 0, rows, 1));
  inv_status status = deliver(&result, &part, &like);
  inv_tensor_release(&part);
  if (status == INV_OK) {
    if (b->dims == 1)
      result.dims = 1;
    *x = result;
  }
  return status;
}

static inv_status singular(void) {
  return inv_fail(INV_ERR_NUMERIC, "the matrix is singular");
}

inv_status inv_tensor_solve(inv_tensor *x, const inv_tensor *a,
                            const inv_tensor *b) {
  inv_tensor columns, right = {0};
  int *pivots, info = 0;
  INV_TRY(factor(&columns, &pivots, &info, a));
  inv_status status = info == 0 ? INV_OK : singular();
  int n = (int)a->shape[0];
  if (status == INV_OK)
    status = right_side(&right, b, n, n);
  if (status == INV_OK) {
    int count = (int)right.shape[0];
    dgetrs_("N", &n, &count, columns.data, &n, pivots, right.data, &n, &info,
            1);
    status = solution(x, &right, n, a, b);
  }
  inv_free(pivots);
  inv_tensor_release(&columns);
  inv_tensor_release(&right);
  return status;
}

inv_status inv_tensor_inverse(inv_tensor *out, const inv_tensor *a) {
  inv_tensor one, columns;
  INV_TRY(square_columns_of(&columns, a));
  inv_tensor_release(&columns);
  INV_TRY(inv_tensor_zeros(&one, a->dtype, 2, a->shape));
  for (int64_t i = 0; i < a->shape[0]; i++)
    inv_tensor_set(&one, (const int64_t[]){i, i}, 1);
  inv_status status = inv_tensor_solve(out, a, &one);
  inv_tensor_release(&one);
  return status;
}

inv_status inv_tensor_det(inv_tensor *out, const inv_tensor *a) {
  inv_tensor columns;
  int *pivots, info = 0;
  INV_TRY(factor(&columns, &pivots, &info, a));
  int64_t n = a->shape[0];
  double det = 1;
  for (int64_t i = 0; i < n; i++) {
    double pivot = inv_f64(&columns)[i * n + i];
    det *= pivots[i] == i + 1 ? pivot : -pivot;
  }
  inv_free(pivots);
  inv_tensor_release(&columns);
  return inv_tensor_scalar(
      out, a->dtype == INV_FLOAT64 ? INV_FLOAT64 : INV_FLOAT32, det);
}

static inv_status run_lstsq(inv_tensor *a, inv_tensor *b, double *s,
                            double rcond) {
  int m = (int)a->shape[1], n = (int)a->shape[0], count = (int)b->shape[0];
  int ldb = (int)b->shape[1], query = -1, info = 0, rank, ints = 0;
  double best = 0;
  dgelsd_(&m, &n, &count, a->data, &m, b->data, &ldb, s, &rcond, &rank, &best,
          &query, &ints, &info);
  workspace work = {NULL, NULL};
  INV_TRY(get_work(&work, best, ints));
  int size = (int)best;
  dgelsd_(&m, &n, &count, a->data, &m, b->data, &ldb, s, &rcond, &rank,
          work.reals, &size, work.ints, &info);
  inv_free(work.reals);
  return info == 0 ? INV_OK : no_convergence("least squares problem");
}

inv_status inv_tensor_lstsq(inv_tensor *x, const inv_tensor *a,
                            const inv_tensor *b, double rcond) {
  inv_tensor columns, right = {0};
  INV_TRY(columns_of(&columns, a));
  int64_t m = a->shape[0], n = a->shape[1], r = m < n ? m : n;
  double *s = inv_alloc_array((size_t)r, sizeof *s);
  inv_status status = s ? right_side(&right, b, m, m > n ? m : n)
                        : inv_fail_memory((size_t)r * sizeof *s);
  if (status == INV_OK)
    status = run_lstsq(&columns, &right, s, rcond);
  if (status == INV_OK)
    status = solution(x, &right, n, a, b);
  inv_free(s);
  inv_tensor_release(&columns);
  inv_tensor_release(&right);
  return status;
}

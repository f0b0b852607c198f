/* Scaled dot-product attention (Vaswani et al., 2017) of several heads as one
 * operation: per sample and head the scores of a block of queries are made,
 * turned into probabilities and used while they are in the cache. Backward
 * makes them again: only two numbers per query are kept. */
#include <math.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "nn/lanes.h"
#include "nn/layers.h"
#include "tensor/functions.h"
#include "tensor/gemm.h"

/* Scores of one block: an eighth of the second-level cache. */
enum { BLOCK_FLOATS = 1 << 15, LEAST_ROWS = 16 };

typedef struct {
  int64_t samples, queries, keys, width, heads, depth; /* depth = of a head */
  float scale;
} sizes;

static int64_t rows_per_block(const sizes *n) {
  int64_t rows = BLOCK_FLOATS / n->keys;
  rows = rows < LEAST_ROWS ? LEAST_ROWS : rows;
  return rows < n->queries ? rows : n->queries;
}

static int64_t blocks_per_head(const sizes *n) {
  return n->queries ? (n->queries - 1) / rows_per_block(n) + 1 : 0;
}

/* What belongs to a head in a tensor (N, rows, width). */
static float *head_of(const sizes *n, const inv_tensor *t, int64_t rows,
                      int64_t item) {
  int64_t sample = item / n->heads, head = item % n->heads;
  return inv_f32(t) + sample * rows * n->width + head * n->depth;
}

/* to (rows, keys) = factor a b', a and b rows of a head. */
static inv_status times_transposed(const sizes *n, int64_t rows, float factor,
                                   const float *a, const float *b, float *to) {
  return inv_gemm_f32(rows, n->keys, n->depth, factor,
                      (inv_matrix){a, n->width, false},
                      (inv_matrix){b, n->width, true}, 0, to, n->keys);
}

/* ---- softmax ------------------------------------------------------------ */

INV_INLINE float row_maximum(const float *restrict x, size_t n) {
  float most[INV_LANES];
  size_t c = 0;
  for (int l = 0; l < INV_LANES; l++)
    most[l] = x[0];
  for (; c + INV_LANES <= n; c += INV_LANES)
    for (int l = 0; l < INV_LANES; l++)
      most[l] = x[c + l] > most[l] ? x[c + l] : most[l];
  for (; c < n; c++)
    most[0] = x[c] > most[0] ? x[c] : most[0];
  for (int l = 1; l < INV_LANES; l++)
    most[0] = most[l] > most[0] ? most[l] : most[0];
  return most[0];
}

/* The sum of x, or of x y. */
INV_INLINE float row_sum(const float *restrict x, const float *restrict y,
                         size_t n) {
  inv_lanes sums = {0};
  float sum = 0;
  size_t c = 0;
  for (; c + INV_LANES <= n; c += INV_LANES) {
    inv_lanes terms = INV_LANES_FROM(x + c);
    if (y)
      terms *= INV_LANES_FROM(y + c);
    sums += terms;
  }
  for (; c < n; c++)
    sum += y ? x[c] * y[c] : x[c];
  for (int l = 0; l < INV_LANES; l++)
    sum += sums[l];
  return sum;
}

INV_INLINE void exponentials(float *x, size_t n, float largest) {
  for (size_t c = 0; c < n; c++)
    x[c] = inv_expf(x[c] - largest);
}

INV_INLINE void multiply(float *x, size_t n, float factor) {
  for (size_t c = 0; c < n; c++)
    x[c] *= factor;
}

/* Scores become probabilities; kept: (rows, 2), the maximum and 1 / sum. */
INV_VECTOR static void softmax_rows(float *x, size_t rows, size_t n,
                                    float *kept) {
  for (size_t r = 0; r < rows; r++, x += n, kept += 2) {
    kept[0] = row_maximum(x, n);
    exponentials(x, n, kept[0]);
    kept[1] = 1 / row_sum(x, NULL, n);
    multiply(x, n, kept[1]);
  }
}

/* The same probabilities by what was kept. */
INV_VECTOR static void softmax_again(float *x, size_t rows, size_t n,
                                     const float *kept) {
  for (size_t r = 0; r < rows; r++, x += n, kept += 2) {
    exponentials(x, n, kept[0]);
    multiply(x, n, kept[1]);
  }
}

/* From probabilities p and gradients g of them: the gradients of the scores,
 * p (g - sum g p), in place of g. */
INV_VECTOR static void softmax_back_rows(const float *restrict p,
                                         float *restrict g, size_t rows,
                                         size_t n) {
  for (size_t r = 0; r < rows; r++, p += n, g += n) {
    float sum = row_sum(p, g, n);
    for (size_t c = 0; c < n; c++)
      g[c] = p[c] * (g[c] - sum);
  }
}

/* ---- forward ------------------------------------------------------------ */

typedef struct {
  sizes n;
  const inv_tensor *q, *k, *v;
  const inv_tensor *y;    /* forward: the result */
  const inv_tensor *kept; /* (N, heads, queries, 2) */
  const inv_tensor *g;    /* backward: its gradient */
  inv_tensor *gradients;  /* of q, k, v; closed where not wanted */
} job;

static float *kept_of(const job *j, int64_t item, int64_t row) {
  return inv_f32(j->kept) + 2 * (item * j->n.queries + row);
}

/* One block of queries of one head. */
static inv_status forward_block(const job *j, int64_t item, int64_t first,
                                float *scores) {
  const sizes *n = &j->n;
  int64_t rows = rows_per_block(n);
  rows = n->queries - first < rows ? n->queries - first : rows;
  INV_TRY(times_transposed(
      n, rows, n->scale, head_of(n, j->q, n->queries, item) + first * n->width,
      head_of(n, j->k, n->keys, item), scores));
  softmax_rows(scores, (size_t)rows, (size_t)n->keys, kept_of(j, item, first));
  return inv_gemm_f32(
      rows, n->depth, n->keys, 1, (inv_matrix){scores, n->keys, false},
      (inv_matrix){head_of(n, j->v, n->keys, item), n->width, false}, 0,
      head_of(n, j->y, n->queries, item) + first * n->width, n->width);
}

static inv_status forward_chunk(void *context, size_t begin, size_t end) {
  const job *j = context;
  size_t floats = (size_t)(rows_per_block(&j->n) * j->n.keys);
  int64_t blocks = blocks_per_head(&j->n), rows = rows_per_block(&j->n);
  float *scores = inv_alloc_array(floats, sizeof *scores);
  if (!scores)
    return inv_fail_memory(floats * sizeof *scores);
  inv_status status = INV_OK;
  for (int64_t i = (int64_t)begin; i < (int64_t)end && status == INV_OK; i++)
    status = forward_block(j, i / blocks, i % blocks * rows, scores);
  inv_free(scores);
  return status;
}

/* ---- backward ----------------------------------------------------------- */

/* to (keys, depth of a head) += factor p' x, p: (rows, keys). */
static inv_status add_transposed(const sizes *n, int64_t rows, float factor,
                                 const float *p, const float *x, bool first,
                                 float *to) {
  return inv_gemm_f32(
      n->keys, n->depth, rows, factor, (inv_matrix){p, n->keys, true},
      (inv_matrix){x, n->width, false}, first ? 0 : 1, to, n->width);
}

enum { Q, K, V, INPUTS };

/* One block of queries of one head; scores and slopes are room for
 * probabilities and the gradients of the scores. */
static inv_status backward_block(const job *j, int64_t item, int64_t first,
                                 float *scores, float *slopes) {
  const sizes *n = &j->n;
  inv_tensor *gq = &j->gradients[Q], *gk = &j->gradients[K];
  inv_tensor *gv = &j->gradients[V];
  int64_t rows = rows_per_block(n), at = first * n->width;
  rows = n->queries - first < rows ? n->queries - first : rows;
  const float *q = head_of(n, j->q, n->queries, item) + at;
  const float *k = head_of(n, j->k, n->keys, item);
  const float *g = head_of(n, j->g, n->queries, item) + at;
  INV_TRY(times_transposed(n, rows, n->scale, q, k, scores));
  softmax_again(scores, (size_t)rows, (size_t)n->keys, kept_of(j, item, first));
  if (gv->storage)
    INV_TRY(add_transposed(n, rows, 1, scores, g, first == 0,
                           head_of(n, gv, n->keys, item)));
  if (!gq->storage && !gk->storage)
    return INV_OK;
  INV_TRY(
      times_transposed(n, rows, 1, g, head_of(n, j->v, n->keys, item), slopes));
  softmax_back_rows(scores, slopes, (size_t)rows, (size_t)n->keys);
  if (gk->storage)
    INV_TRY(add_transposed(n, rows, n->scale, slopes, q, first == 0,
                           head_of(n, gk, n->keys, item)));
  if (!gq->storage)
    return INV_OK;
  return inv_gemm_f32(rows, n->depth, n->keys, n->scale,
                      (inv_matrix){slopes, n->keys, false},
                      (inv_matrix){k, n->width, false}, 0,
                      head_of(n, gq, n->queries, item) + at, n->width);
}

static inv_status backward_chunk(void *context, size_t begin, size_t end) {
  const job *j = context;
  int64_t rows = rows_per_block(&j->n);
  size_t floats = (size_t)(rows * j->n.keys);
  float *room = inv_alloc_array(2 * floats, sizeof *room);
  if (!room)
    return inv_fail_memory(2 * floats * sizeof *room);
  inv_status status = INV_OK;
  for (int64_t item = (int64_t)begin; item < (int64_t)end; item++)
    for (int64_t at = 0; at < j->n.queries && status == INV_OK; at += rows)
      status = backward_block(j, item, at, room, room + floats);
  inv_free(room);
  return status;
}

/* Saved: q, k, v, kept. */
static inv_status attention_backward(const inv_node *node, const inv_tensor *g,
                                     inv_tensor *gradients) {
  job j = {.n = *(const sizes *)node->attributes,
           .q = inv_node_saved(node, Q),
           .k = inv_node_saved(node, K),
           .v = inv_node_saved(node, V),
           .kept = inv_node_saved(node, INPUTS),
           .gradients = gradients};
  inv_tensor gy;
  INV_TRY(inv_tensor_to_contiguous(&gy, g));
  j.g = &gy;
  inv_status status = INV_OK;
  for (int i = 0; i < INPUTS && status == INV_OK; i++)
    if (inv_node_wants(node, i)) {
      const inv_tensor *like = inv_node_saved(node, i);
      status = j.n.queries ? inv_tensor_new_like(&gradients[i], like)
                           : inv_tensor_zeros(&gradients[i], INV_FLOAT32, 3,
                                              like->shape);
    }
  if (status == INV_OK)
    status =
        inv_parallel((size_t)(j.n.samples * j.n.heads), 1, backward_chunk, &j);
  inv_tensor_release(&gy);
  return status;
}

const inv_operation inv_operation_attention = {"attention", attention_backward};

/* ---- the operation ------------------------------------------------------ */

static inv_status check_sizes(const inv_tensor *q, const inv_tensor *k,
                              const inv_tensor *v, int heads) {
  char a[96], b[96], c[96];
  bool fit = q->dims == 3 && k->dims == 3 && inv_tensor_same_shape(k, v) &&
             q->shape[0] == k->shape[0] && q->shape[2] == k->shape[2];
  if (!fit || k->shape[1] < 1 || k->shape[2] < 1)
    return inv_fail(INV_ERR_ARGUMENT,
                    "queries have shape %s, keys %s, values %s: (N, T, D), "
                    "(N, S, D), (N, S, D) expected",
                    inv_shape_text(a, q->dims, q->shape),
                    inv_shape_text(b, k->dims, k->shape),
                    inv_shape_text(c, v->dims, v->shape));
  if (heads < 1 || q->shape[2] % heads)
    return inv_fail(INV_ERR_ARGUMENT,
                    "%lld features do not divide into %d heads",
                    (long long)q->shape[2], heads);
  return INV_OK;
}

/* The result and what is kept of it. */
static inv_status run(job *j, inv_tensor *kept, inv_tensor *y) {
  const sizes *n = &j->n;
  int64_t shape[] = {n->samples, n->heads, n->queries, 2};
  INV_TRY(inv_tensor_new(kept, INV_FLOAT32, 4, shape));
  INV_TRY(inv_tensor_new_like(y, j->q));
  j->kept = kept;
  j->y = y;
  size_t items = (size_t)(n->samples * n->heads * blocks_per_head(n));
  return inv_parallel(items, 1, forward_chunk, j);
}

inv_status inv_variable_attention(inv_variable *out, const inv_variable *q,
                                  const inv_variable *k, const inv_variable *v,
                                  int heads, double scale) {
  static const char *const names[] = {"queries", "keys", "values"};
  const inv_variable *inputs[] = {q, k, v};
  inv_tensor lie[INPUTS] = {{0}}, kept = {0}, y = {0}; /* row-major */
  INV_TRY(check_sizes(&q->value, &k->value, &v->value, heads));
  const int64_t *shape = q->value.shape;
  job j = {.n = {shape[0], shape[1], k->value.shape[1], shape[2], heads,
                 shape[2] / heads, (float)scale},
           .q = &lie[Q],
           .k = &lie[K],
           .v = &lie[V]};
  inv_status status = INV_OK;
  for (int i = 0; i < INPUTS && status == INV_OK; i++)
    status = inv_layer_input(&lie[i], &inputs[i]->value, names[i], 3);
  if (status == INV_OK)
    status = run(&j, &kept, &y);
  if (status == INV_OK)
    status = inv_tape_record(
        out, &y,
        &(inv_entry){
            .operation = &inv_operation_attention,
            .inputs = inputs,
            .n_inputs = INPUTS,
            .saved = (const inv_tensor *[]){&lie[Q], &lie[K], &lie[V], &kept},
            .n_saved = INPUTS + 1,
            .attributes = &j.n,
            .attribute_bytes = sizeof j.n});
  inv_tensor_release(&y);
  inv_tensor_release(&kept);
  for (int i = 0; i < INPUTS; i++)
    inv_tensor_release(&lie[i]);
  return status;
}

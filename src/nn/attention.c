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

static int64_t rows_from(const sizes *n, int64_t first) {
  int64_t rows = rows_per_block(n);
  return n->queries - first < rows ? n->queries - first : rows;
}

/* ---- the rows of a head ------------------------------------------------- */

/* Rows first .. first+count-1 of a head, in float32: those of the tensor (N,
 * rows, width) itself, or, where it is bfloat16, converted ones. */
typedef struct {
  const inv_tensor *tensor;
  int64_t at, count; /* the first element */
  float *data;       /* NULL: there is no tensor */
  int64_t ld;        /* elements from row to row */
} part;

/* Takes what is converted from `room`, which moves on. */
static part find_part(const sizes *n, const inv_tensor *t, int64_t item,
                      int64_t first, int64_t count, float **room) {
  if (!t->storage)
    return (part){0};
  int64_t row = item / n->heads * t->shape[1] + first;
  part p = {t, row * n->width + item % n->heads * n->depth, count, *room,
            n->depth};
  if (t->dtype == INV_FLOAT32) {
    p.data = inv_f32(t) + p.at;
    p.ld = n->width;
  } else {
    *room += count * n->depth;
  }
  return p;
}

static part read_part(const sizes *n, const inv_tensor *t, int64_t item,
                      int64_t first, int64_t count, float **room) {
  part p = find_part(n, t, item, first, count, room);
  for (int64_t r = 0; r < count; r++)
    inv_layer_read(t, (size_t)(p.at + r * n->width), (size_t)n->depth,
                   p.data + r * p.ld);
  return p;
}

/* Brings a part that was written to its tensor. */
static void write_part(const sizes *n, const part *p) {
  for (int64_t r = 0; r < p->count; r++)
    inv_layer_write(p->tensor, (size_t)(p->at + r * n->width), (size_t)n->depth,
                    p->data + r * p->ld);
}

/* Floats of room for scores of a block, `matrices` times, and for parts of
 * `queries` and `keys` tensors. */
static size_t room_floats(const sizes *n, int matrices, int queries, int keys) {
  int64_t rows = rows_per_block(n);
  return (size_t)(matrices * rows * n->keys +
                  (queries * rows + keys * n->keys) * n->depth);
}

/* to (rows, keys) = factor a b', a and b rows of a head. */
static inv_status times_transposed(const sizes *n, float factor, const part *a,
                                   const part *b, float *to) {
  return inv_gemm_f32(a->count, n->keys, n->depth, factor,
                      (inv_matrix){a->data, a->ld, false},
                      (inv_matrix){b->data, b->ld, true}, 0, to, n->keys);
}

/* to = factor m b, m: (rows, keys), b the keys' rows. */
static inv_status times(const sizes *n, float factor, const float *m,
                        const part *b, const part *to) {
  return inv_gemm_f32(to->count, n->depth, n->keys, factor,
                      (inv_matrix){m, n->keys, false},
                      (inv_matrix){b->data, b->ld, false}, 0, to->data, to->ld);
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
                                float *room) {
  const sizes *n = &j->n;
  int64_t rows = rows_from(n, first);
  float *scores = room;
  room += rows * n->keys;
  part q = read_part(n, j->q, item, first, rows, &room);
  part k = read_part(n, j->k, item, 0, n->keys, &room);
  part v = read_part(n, j->v, item, 0, n->keys, &room);
  part y = find_part(n, j->y, item, first, rows, &room);
  INV_TRY(times_transposed(n, n->scale, &q, &k, scores));
  softmax_rows(scores, (size_t)rows, (size_t)n->keys, kept_of(j, item, first));
  INV_TRY(times(n, 1, scores, &v, &y));
  write_part(n, &y);
  return INV_OK;
}

static inv_status forward_chunk(void *context, size_t begin, size_t end) {
  const job *j = context;
  int64_t blocks = blocks_per_head(&j->n), rows = rows_per_block(&j->n);
  size_t floats = room_floats(&j->n, 1, 2, 2);
  float *room = inv_alloc_array(floats, sizeof *room);
  if (!room)
    return inv_fail_memory(floats * sizeof *room);
  inv_status status = INV_OK;
  for (int64_t i = (int64_t)begin; i < (int64_t)end && status == INV_OK; i++)
    status = forward_block(j, i / blocks, i % blocks * rows, room);
  inv_free(room);
  return status;
}

/* ---- backward ----------------------------------------------------------- */

/* Keys and values of a head, and their gradients. */
typedef struct {
  part k, v, gk, gv;
} head;

/* to (keys, depth of a head) += factor p' x, p: (rows, keys). */
static inv_status add_transposed(const sizes *n, float factor, const float *p,
                                 const part *x, bool first, const part *to) {
  return inv_gemm_f32(
      n->keys, n->depth, x->count, factor, (inv_matrix){p, n->keys, true},
      (inv_matrix){x->data, x->ld, false}, first ? 0 : 1, to->data, to->ld);
}

enum { Q, K, V, INPUTS };

/* One block of queries of one head: probabilities, then the gradients of the
 * scores in `slopes`. */
static inv_status backward_block(const job *j, const head *h, int64_t item,
                                 int64_t first, float *room) {
  const sizes *n = &j->n;
  int64_t rows = rows_from(n, first);
  float *scores = room, *slopes = scores + rows * n->keys;
  room = slopes + rows * n->keys;
  part q = read_part(n, j->q, item, first, rows, &room);
  part g = read_part(n, j->g, item, first, rows, &room);
  part gq = find_part(n, &j->gradients[Q], item, first, rows, &room);
  INV_TRY(times_transposed(n, n->scale, &q, &h->k, scores));
  softmax_again(scores, (size_t)rows, (size_t)n->keys, kept_of(j, item, first));
  if (h->gv.data)
    INV_TRY(add_transposed(n, 1, scores, &g, first == 0, &h->gv));
  if (!gq.data && !h->gk.data)
    return INV_OK;
  INV_TRY(times_transposed(n, 1, &g, &h->v, slopes));
  softmax_back_rows(scores, slopes, (size_t)rows, (size_t)n->keys);
  if (h->gk.data)
    INV_TRY(add_transposed(n, n->scale, slopes, &q, first == 0, &h->gk));
  if (gq.data)
    INV_TRY(times(n, n->scale, slopes, &h->k, &gq));
  write_part(n, &gq);
  return INV_OK;
}

static inv_status backward_head(const job *j, int64_t item, float *room) {
  const sizes *n = &j->n;
  head h;
  h.k = read_part(n, j->k, item, 0, n->keys, &room);
  h.v = read_part(n, j->v, item, 0, n->keys, &room);
  h.gk = find_part(n, &j->gradients[K], item, 0, n->keys, &room);
  h.gv = find_part(n, &j->gradients[V], item, 0, n->keys, &room);
  for (int64_t at = 0; at < n->queries; at += rows_per_block(n))
    INV_TRY(backward_block(j, &h, item, at, room));
  write_part(n, &h.gk);
  write_part(n, &h.gv);
  return INV_OK;
}

static inv_status backward_chunk(void *context, size_t begin, size_t end) {
  const job *j = context;
  size_t floats = room_floats(&j->n, 2, 3, 4);
  float *room = inv_alloc_array(floats, sizeof *room);
  if (!room)
    return inv_fail_memory(floats * sizeof *room);
  inv_status status = INV_OK;
  for (int64_t i = (int64_t)begin; i < (int64_t)end && status == INV_OK; i++)
    status = backward_head(j, i, room);
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
                           : inv_tensor_zeros(&gradients[i], like->dtype, 3,
                                              like->shape);
    }
  if (status == INV_OK && j.n.queries)
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

static inv_status check_dtypes(const inv_tensor t[INPUTS]) {
  if (t[Q].dtype == t[K].dtype && t[K].dtype == t[V].dtype)
    return INV_OK;
  return inv_fail(INV_ERR_ARGUMENT,
                  "queries are %s, keys %s, values %s: the same expected",
                  inv_dtype_name(t[Q].dtype), inv_dtype_name(t[K].dtype),
                  inv_dtype_name(t[V].dtype));
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
    status = inv_layer_activations(&lie[i], &inputs[i]->value, names[i], 3);
  if (status == INV_OK)
    status = check_dtypes(lie);
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

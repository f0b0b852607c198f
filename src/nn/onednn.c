/* Convolution by oneDNN, and products of matrices. A batch is cut into parts
 * fixed by the problem, each done on one thread: the bits do not depend on the
 * number of threads (oneDNN itself would add gradients of weights thread by
 * thread), and Ctrl-C is seen between parts. */
#ifdef INV_ONEDNN
#include <string.h>

#include "base/amx.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "nn/conv_own.h"
#include "nn/conv_unfold.h"
#include "nn/onednn_plan.h"
#include "nn/winograd.h"

/* ---- the rules ---------------------------------------------------------- */

enum { FEW_CHANNELS = 8, MANY_CHANNELS = 64, FEW_PIXELS = 64 };

/* In float32 Invar has Winograd's algorithm, which oneDNN has for another
 * layout only, matrix tiles, which pay where channels are many, unfolding for
 * gradients of many weights, and the faster way with colours. */
static bool is_ours_f32(const inv_conv *v, inv_conv_way way) {
  if (inv_winograd_suits(v))
    return true;
  if (v->channels >= MANY_CHANNELS && v->out_channels >= MANY_CHANNELS &&
      inv_own_on_tiles(v, way))
    return true;
  return way == INV_CONV_BACKWARD_WEIGHTS
             ? inv_unfold_suits(v)
             : way == INV_CONV_FORWARD && v->channels < FEW_CHANNELS;
}

/* In bfloat16 oneDNN 2.6 computes gradients of weights from memory it never
 * wrote to where images are narrow; only its code for depthwise convolution
 * does not. On matrix tiles Invar is faster at the gradient of the input too,
 * and forward at small images and where a residual is added, which oneDNN wants
 * in the place of the output. */
static bool is_ours_bf16(const inv_conv *v, inv_conv_way way, bool added) {
  if (v->groups > 1 && v->groups == v->channels && v->groups == v->out_channels)
    return false;
  if (way == INV_CONV_BACKWARD_WEIGHTS)
    return true;
  if (!inv_amx())
    return false;
  bool pointwise = v->kernel_height == 1 && v->kernel_width == 1;
  bool small = (int64_t)v->out_height * v->out_width <= FEW_PIXELS;
  return way == INV_CONV_BACKWARD_INPUT || added || (small && !pointwise);
}

/* Whether Invar's own kernels do this: by what there is code for, and by sizes
 * where both were measured (on a Sapphire Rapids). */
static bool is_ours(const inv_conv *v, inv_conv_way way, bool added) {
  return v->dtype == INV_BFLOAT16 ? is_ours_bf16(v, way, added)
                                  : is_ours_f32(v, way);
}

/* Weights are read, and gradients of weights written, once per part: a part
 * has so many output pixels, and so many multiplications, that this costs
 * little. But there are two parts at least. */
enum { PART_PIXELS = 4096, PART_WORK = 1 << 24 };

/* Parts for the gradient of the weights, each with sums of its own, unless
 * these would take more than so many floats. */
enum { WEIGHT_PARTS = 16, WEIGHT_FLOATS = 1 << 24 };

static int64_t divide_up(int64_t a, int64_t b) {
  return (a + b - 1) / b;
}
static int64_t larger(int64_t a, int64_t b) {
  return a > b ? a : b;
}
static int64_t smaller(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int64_t weight_count(const inv_conv *v) {
  return (int64_t)v->out_channels * (v->channels / v->groups) *
         v->kernel_height * v->kernel_width;
}

/* Samples in a part: 1 .. batch. */
static size_t part_samples(const inv_conv *v, inv_conv_way way) {
  int64_t pixels = (int64_t)v->out_height * v->out_width;
  int64_t weights = weight_count(v), batch = v->batch;
  int64_t samples = larger(divide_up(PART_PIXELS, pixels),
                           divide_up(PART_WORK / pixels, weights));
  samples = smaller(samples, divide_up(batch, 2));
  if (way == INV_CONV_BACKWARD_WEIGHTS) {
    int64_t parts = smaller(WEIGHT_PARTS, larger(1, WEIGHT_FLOATS / weights));
    samples = larger(samples, divide_up(batch, parts));
  }
  return (size_t)samples;
}

/* ---- a batch in parts --------------------------------------------------- */

/* Parts of one size: all of a batch but its rest, or the rest. */
typedef struct {
  const inv_onednn_plan *plan; /* NULL: there are none */
  size_t first, samples;       /* of the first part; in each part */
  size_t parts;
  size_t bytes;        /* of one set of weights as the plan has them */
  const void *weights; /* one set, read by all parts */
  void *owned;         /* room for it, or for the gradients of each part */
} group;

typedef struct {
  inv_conv_way way;
  size_t batch;
  char *x, *y; /* the one that is the result is written */
  inv_epilogue epilogue;
  group groups[2];
} job;

/* Finds the plans. `possible` is false where oneDNN is not to be used, or has
 * no fast code. */
static inv_status plan_job(job *j, const inv_conv *v, bool *possible) {
  *possible = false;
  if (v->batch == 0 || is_ours(v, j->way, j->epilogue.residual != NULL))
    return INV_OK;
  j->batch = (size_t)v->batch;
  size_t samples = part_samples(v, j->way), rest = j->batch % samples;
  j->groups[0] = (group){.samples = samples, .parts = j->batch / samples};
  j->groups[1] =
      (group){.first = j->batch - rest, .samples = rest, .parts = rest > 0};
  for (int i = 0; i < 2 && j->groups[i].parts; i++) {
    group *g = &j->groups[i];
    const inv_epilogue *e = &j->epilogue;
    inv_onednn_key key = {*v, j->way, e->bias != NULL, e->residual != NULL,
                          e->relu};
    key.conv.batch = (int)g->samples;
    INV_TRY(inv_onednn_find(&key, &g->plan));
    if (!g->plan->convolution.primitive)
      return INV_OK;
    g->bytes = inv_onednn.memory_desc_get_size(&g->plan->w);
  }
  *possible = true;
  return INV_OK;
}

/* The bytes of one sample. */
static size_t stride(const dnnl_memory_desc_t *images) {
  return inv_onednn.memory_desc_get_size(images) / (size_t)images->dims[0];
}

static inv_status run_part(void *context, size_t begin, size_t end) {
  const job *j = context;
  const group *g = &j->groups[end - begin != j->groups[0].samples];
  const inv_onednn_plan *p = g->plan;
  const void *w = g->weights;
  if (j->way == INV_CONV_BACKWARD_WEIGHTS)
    w = (char *)g->owned + (begin - g->first) / g->samples * g->bytes;
  size_t y_bytes = stride(&p->y);
  char *y = j->y + begin * y_bytes;
  const char *residual = j->epilogue.residual;
  if (residual) /* oneDNN adds to what is there */
    memcpy(y, residual + begin * y_bytes, (end - begin) * y_bytes);
  inv_onednn_place places[] = {
      {p->x_argument, &p->x, j->x + begin * stride(&p->x)},
      {p->w_argument, &p->w, w},
      {p->y_argument, &p->y, y},
      {DNNL_ARG_BIAS, &p->bias, j->epilogue.bias}};
  return inv_onednn_run(&p->convolution, j->epilogue.bias ? 4 : 3, places);
}

static inv_status run_parts(job *j) {
  return inv_parallel(j->batch, j->groups[0].samples, run_part, j);
}

static void free_job(job *j) {
  inv_free(j->groups[0].owned);
  inv_free(j->groups[1].owned);
}

/* Room for `count` sets of weights. */
static inv_status new_weights(group *g, size_t count) {
  g->owned = inv_alloc_array(count, g->bytes);
  return g->owned ? INV_OK : inv_fail_memory(count * g->bytes);
}

/* From Invar's layout of weights to the plan's, or, of gradients, back. */
static inv_status reorder(const inv_onednn_plan *p, const void *from,
                          void *to) {
  bool back = p->key.way == INV_CONV_BACKWARD_WEIGHTS;
  inv_onednn_place places[] = {
      {DNNL_ARG_FROM, back ? &p->w : &p->weights, from},
      {DNNL_ARG_TO, back ? &p->weights : &p->w, to}};
  return inv_onednn_run(&p->reorder, 2, places);
}

/* ---- the output, or the gradient of the input --------------------------- */

static inv_status pack_weights(group *g, const float *w) {
  g->weights = w;
  if (!g->plan || !g->plan->reorder.primitive)
    return INV_OK;
  INV_TRY(new_weights(g, 1));
  g->weights = g->owned;
  return reorder(g->plan, w, g->owned);
}

static inv_status run_maps(job *j, const float *w) {
  inv_status status = pack_weights(&j->groups[0], w);
  if (status == INV_OK)
    status = pack_weights(&j->groups[1], w);
  if (status == INV_OK)
    status = run_parts(j);
  free_job(j);
  return status;
}

static inv_status forward(const inv_conv *v, const void *x, const float *w,
                          const inv_epilogue *epilogue, void *y) {
  job j = {
      .way = INV_CONV_FORWARD, .x = (char *)x, .y = y, .epilogue = *epilogue};
  bool possible;
  INV_TRY(plan_job(&j, v, &possible));
  if (!possible)
    return inv_backend_blas.conv_forward(v, x, w, epilogue, y);
  return run_maps(&j, w);
}

static inv_status backward_input(const inv_conv *v, const void *gy,
                                 const float *w, void *gx) {
  job j = {.way = INV_CONV_BACKWARD_INPUT, .x = gx, .y = (char *)gy};
  bool possible;
  INV_TRY(plan_job(&j, v, &possible));
  if (!possible)
    return inv_backend_blas.conv_backward_input(v, gy, w, gx);
  return run_maps(&j, w);
}

/* ---- the gradient of the weights ---------------------------------------- */

INV_VECTOR static void add(size_t n, float *restrict sums,
                           const float *restrict more) {
  for (size_t i = 0; i < n; i++)
    sums[i] += more[i];
}

enum { ADD_CHUNK = 1 << 13 };

/* Adds a range of the gradients of all parts to that of the first one. */
static inv_status add_range(void *context, size_t begin, size_t end) {
  const group *g = context;
  float *sums = g->owned;
  for (size_t part = 1; part < g->parts; part++)
    add(end - begin, sums + begin,
        sums + part * (g->bytes / sizeof *sums) + begin);
  return INV_OK;
}

/* The sum of a group's parts, in their order, as Invar has weights. */
static inv_status add_parts(group *g, float *gw) {
  INV_TRY(inv_parallel(g->bytes / sizeof(float), ADD_CHUNK, add_range, g));
  if (g->plan->reorder.primitive)
    return reorder(g->plan, g->owned, gw);
  memcpy(gw, g->owned, g->bytes);
  return INV_OK;
}

/* gw += the gradient of the rest. */
static inv_status add_rest(group *g, size_t count, float *gw) {
  float *more = inv_alloc_array(count, sizeof *more);
  if (!more)
    return inv_fail_memory(count * sizeof *more);
  inv_status status = add_parts(g, more);
  if (status == INV_OK)
    add(count, gw, more);
  inv_free(more);
  return status;
}

static inv_status run_sums(job *j, size_t count, float *gw) {
  group *most = &j->groups[0], *rest = &j->groups[1];
  INV_TRY(new_weights(most, most->parts));
  if (rest->parts)
    INV_TRY(new_weights(rest, 1));
  INV_TRY(run_parts(j));
  INV_TRY(add_parts(most, gw));
  return rest->parts ? add_rest(rest, count, gw) : INV_OK;
}

static inv_status backward_weights(const inv_conv *v, const void *x,
                                   const void *gy, float *gw) {
  job j = {.way = INV_CONV_BACKWARD_WEIGHTS, .x = (char *)x, .y = (char *)gy};
  bool possible;
  INV_TRY(plan_job(&j, v, &possible));
  if (!possible)
    return inv_backend_blas.conv_backward_weights(v, x, gy, gw);
  inv_status status = run_sums(&j, (size_t)weight_count(v), gw);
  free_job(&j);
  return status;
}

/* ---- products of matrices ----------------------------------------------- */

static inv_status sgemm(int64_t m, int64_t n, int64_t k, float alpha,
                        inv_matrix a, inv_matrix b, float beta, float *c,
                        int64_t ldc) {
  int threads = inv_onednn_begin();
  dnnl_status_t status =
      inv_onednn.sgemm(a.transposed ? 'T' : 'N', b.transposed ? 'T' : 'N', m, n,
                       k, alpha, a.data, a.ld, b.data, b.ld, beta, c, ldc);
  inv_onednn_end(threads);
  return inv_onednn_check(status);
}

const inv_backend inv_backend_onednn = {"onednn", forward, backward_input,
                                        backward_weights, sgemm};
#endif

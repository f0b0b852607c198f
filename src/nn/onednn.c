/* Convolution by oneDNN. A batch is cut into parts fixed by the problem, each
 * done on one thread: the bits do not depend on the number of threads (oneDNN
 * itself would add gradients of weights thread by thread), Ctrl-C is seen
 * between parts, and reordered tensors stay in the cache. */
#ifdef INV_ONEDNN
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "nn/onednn_plan.h"

/* ---- the rule ----------------------------------------------------------- */

/* Winograd's algorithm in float32, reorders of the tensors included, is faster
 * than the direct one from 64 channels on (Sapphire Rapids, one core: 220 to
 * 370 GF/s of useful work against 100 to 200, in all directions). */
static inv_onednn_algorithm algorithm_for(const inv_conv *v) {
  bool fits = v->kernel_height == 3 && v->kernel_width == 3 && v->stride == 1 &&
              v->dilation == 1 && v->groups == 1 && v->padding <= 1;
  bool pays = v->channels >= 64 && v->out_channels >= 64;
  return v->dtype == INV_FLOAT32 && fits && pays ? INV_ONEDNN_WINOGRAD
                                                 : INV_ONEDNN_DIRECT;
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
static int part_samples(const inv_conv *v, inv_onednn_way way) {
  int64_t pixels = (int64_t)v->out_height * v->out_width;
  int64_t weights = weight_count(v), batch = v->batch;
  int64_t samples = larger(divide_up(PART_PIXELS, pixels),
                           divide_up(PART_WORK / pixels, weights));
  samples = smaller(samples, divide_up(batch, 2));
  if (way == INV_ONEDNN_BACKWARD_WEIGHTS) {
    int64_t parts = smaller(WEIGHT_PARTS, larger(1, WEIGHT_FLOATS / weights));
    samples = larger(samples, divide_up(batch, parts));
  }
  return (int)samples;
}

/* ---- running a primitive ------------------------------------------------ */

/* A tensor that a primitive reads or writes. */
typedef struct {
  int argument;
  const dnnl_memory_desc_t *shape;
  const void *data;
} place;

enum { MOST_PLACES = 5 };

static dnnl_status_t execute(const inv_onednn_step *step, int n,
                             const dnnl_exec_arg_t *arguments) {
  dnnl_stream_t stream;
  dnnl_status_t status = inv_onednn.stream_create(&stream, inv_onednn.engine,
                                                  dnnl_stream_default_flags);
  if (status != dnnl_success)
    return status;
  status = inv_onednn.primitive_execute(step->primitive, stream, n, arguments);
  if (status == dnnl_success)
    status = inv_onednn.stream_wait(stream);
  inv_onednn.stream_destroy(stream);
  return status;
}

/* Runs a step over `n` places with scratch memory of its own. */
static inv_status run_step(const inv_onednn_step *step, int n,
                           const place *places) {
  dnnl_exec_arg_t arguments[MOST_PLACES];
  dnnl_memory_desc_t bytes;
  place all[MOST_PLACES];
  memcpy(all, places, (size_t)n * sizeof *all);
  void *scratch = NULL;
  if (step->scratch) {
    scratch = inv_alloc(step->scratch);
    if (!scratch)
      return inv_fail_memory(step->scratch);
    inv_onednn.memory_desc_init_by_tag(
        &bytes, 1, (dnnl_dims_t){(dnnl_dim_t)step->scratch}, dnnl_u8, dnnl_x);
    all[n++] = (place){DNNL_ARG_SCRATCHPAD, &bytes, scratch};
  }
  dnnl_status_t status = dnnl_success;
  int made = 0;
  for (; made < n && status == dnnl_success; made++) {
    arguments[made].arg = all[made].argument;
    status =
        inv_onednn.memory_create(&arguments[made].memory, all[made].shape,
                                 inv_onednn.engine, (void *)all[made].data);
  }
  if (status == dnnl_success)
    status = execute(step, n, arguments);
  else
    made--;
  while (made-- > 0)
    inv_onednn.memory_destroy(arguments[made].memory);
  inv_free(scratch);
  return inv_onednn_check(status);
}

static inv_status run_reorder(const inv_onednn_step *step,
                              const dnnl_memory_desc_t *from, const void *in,
                              const dnnl_memory_desc_t *to, void *out) {
  return run_step(step, 2,
                  (place[]){{DNNL_ARG_FROM, from, in}, {DNNL_ARG_TO, to, out}});
}

/* ---- an operand in the convolution's layout ----------------------------- */

/* Room for the operand as the convolution wants it, or NULL in `inner` where
 * `outer` will do. */
static inv_status new_inner(const inv_onednn_operand *o, void **inner) {
  *inner = NULL;
  if (!o->reorder.primitive)
    return INV_OK;
  size_t bytes = inv_onednn.memory_desc_get_size(&o->inner);
  *inner = inv_alloc(bytes);
  return *inner ? INV_OK : inv_fail_memory(bytes);
}

static inv_status read_in(const inv_onednn_operand *o, const void *outer,
                          void *inner) {
  if (!inner)
    return INV_OK;
  return run_reorder(&o->reorder, &o->outer, outer, &o->inner, inner);
}

static inv_status write_out(const inv_onednn_operand *o, const void *inner,
                            void *outer) {
  if (!inner)
    return INV_OK;
  return run_reorder(&o->reorder, &o->inner, inner, &o->outer, outer);
}

/* ---- a batch in parts --------------------------------------------------- */

/* Parts of one size: all of a batch but its rest, or the rest. */
typedef struct {
  const inv_onednn_plan *plan; /* NULL: there are none */
  const void *weights;         /* in the plan's layout */
  void *owned;                 /* room for them, or for the parts' gradients */
  size_t first, samples;       /* of the first part; in each part */
  size_t bytes;                /* of one set of weights */
} group;

typedef struct {
  const inv_conv *conv;
  inv_onednn_way way;
  char *x, *y; /* one of them only read, or both */
  const float *bias;
  group groups[2];
} job;

static size_t sample_bytes(const dnnl_memory_desc_t *shape) {
  return inv_onednn.memory_desc_get_size(shape) / (size_t)shape->dims[0];
}

/* The convolution of one part; the tensors are in Invar's layout, the weights
 * in the plan's. */
static inv_status convolve(const job *j, const inv_onednn_plan *p, char *x,
                           const void *weights, char *y) {
  void *inner_x = NULL, *inner_y = NULL;
  inv_status status = new_inner(&p->x, &inner_x);
  if (status == INV_OK)
    status = new_inner(&p->y, &inner_y);
  if (status == INV_OK && j->way != INV_ONEDNN_BACKWARD_INPUT)
    status = read_in(&p->x, x, inner_x);
  if (status == INV_OK && j->way != INV_ONEDNN_FORWARD)
    status = read_in(&p->y, y, inner_y);
  if (status == INV_OK)
    status =
        run_step(&p->convolution, j->bias ? 4 : 3,
                 (place[]){{p->x.argument, &p->x.inner, inner_x ? inner_x : x},
                           {p->w.argument, &p->w.inner, weights},
                           {p->y.argument, &p->y.inner, inner_y ? inner_y : y},
                           {DNNL_ARG_BIAS, &p->bias, j->bias}});
  if (status == INV_OK && j->way == INV_ONEDNN_BACKWARD_INPUT)
    status = write_out(&p->x, inner_x, x);
  if (status == INV_OK && j->way == INV_ONEDNN_FORWARD)
    status = write_out(&p->y, inner_y, y);
  inv_free(inner_x);
  inv_free(inner_y);
  return status;
}

static inv_status run_part(void *context, size_t begin, size_t end) {
  const job *j = context;
  const group *g = &j->groups[end - begin != j->groups[0].samples];
  const inv_onednn_plan *p = g->plan;
  const void *weights = g->weights;
  if (j->way == INV_ONEDNN_BACKWARD_WEIGHTS)
    weights = (char *)g->owned + (begin - g->first) / g->samples * g->bytes;
  int threads = inv_onednn_begin();
  inv_status status =
      convolve(j, p, j->x + begin * sample_bytes(&p->x.outer), weights,
               j->y + begin * sample_bytes(&p->y.outer));
  inv_onednn_end(threads);
  return status;
}

static inv_status find_plan(const inv_conv *v, inv_onednn_way way, bool bias,
                            size_t samples, const inv_onednn_plan **plan) {
  inv_onednn_key key = {*v, way, algorithm_for(v), bias};
  key.conv.batch = (int)samples;
  INV_TRY(inv_onednn_find(&key, plan));
  if (!(*plan)->convolution.primitive && key.algorithm != INV_ONEDNN_DIRECT) {
    key.algorithm = INV_ONEDNN_DIRECT;
    INV_TRY(inv_onednn_find(&key, plan));
  }
  return INV_OK;
}

/* Cuts the batch. `possible` is false where oneDNN has no fast code. */
static inv_status make_groups(job *j, bool *possible) {
  const inv_conv *v = j->conv;
  *possible = false;
  if (v->batch == 0)
    return INV_OK;
  size_t batch = (size_t)v->batch;
  size_t samples = (size_t)part_samples(v, j->way), rest = batch % samples;
  size_t sizes[2] = {samples, rest};
  for (int i = 0; i < 2; i++) {
    group *g = &j->groups[i];
    *g = (group){.first = i ? batch - rest : 0, .samples = sizes[i]};
    if (!sizes[i])
      continue;
    INV_TRY(find_plan(v, j->way, j->bias, sizes[i], &g->plan));
    if (!g->plan->convolution.primitive)
      return INV_OK;
    g->bytes = inv_onednn.memory_desc_get_size(&g->plan->w.inner);
  }
  *possible = true;
  return INV_OK;
}

static inv_status run_parts(job *j) {
  return inv_parallel((size_t)j->conv->batch, j->groups[0].samples, run_part,
                      j);
}

static void free_groups(job *j) {
  inv_free(j->groups[0].owned);
  inv_free(j->groups[1].owned);
}

/* ---- the output, or the gradient of the input --------------------------- */

static inv_status pack_weights(group *g, const float *w) {
  if (!g->plan)
    return INV_OK;
  INV_TRY(new_inner(&g->plan->w, &g->owned));
  g->weights = g->owned ? g->owned : w;
  int threads = inv_onednn_begin();
  inv_status status = read_in(&g->plan->w, w, g->owned);
  inv_onednn_end(threads);
  return status;
}

static inv_status run_maps(job *j, const float *w) {
  inv_status status = pack_weights(&j->groups[0], w);
  if (status == INV_OK)
    status = pack_weights(&j->groups[1], w);
  if (status == INV_OK)
    status = run_parts(j);
  free_groups(j);
  return status;
}

static inv_status forward(const inv_conv *v, const void *x, const float *w,
                          const float *bias, void *y) {
  job j = {v, INV_ONEDNN_FORWARD, (char *)x, y, bias, {{0}}};
  bool possible;
  INV_TRY(make_groups(&j, &possible));
  if (!possible)
    return inv_backend_blas.conv_forward(v, x, w, bias, y);
  return run_maps(&j, w);
}

static inv_status backward_input(const inv_conv *v, const void *gy,
                                 const float *w, void *gx) {
  job j = {v, INV_ONEDNN_BACKWARD_INPUT, gx, (char *)gy, NULL, {{0}}};
  bool possible;
  INV_TRY(make_groups(&j, &possible));
  if (!possible)
    return inv_backend_blas.conv_backward_input(v, gy, w, gx);
  return run_maps(&j, w);
}

/* ---- the gradient of the weights ---------------------------------------- */

static size_t part_count(const job *j, int i) {
  size_t end = i ? (size_t)j->conv->batch : j->groups[1].first;
  return j->groups[i].plan ? (end - j->groups[i].first) / j->groups[i].samples
                           : 0;
}

static inv_status new_sums(job *j) {
  for (int i = 0; i < 2; i++) {
    group *g = &j->groups[i];
    if (!g->plan)
      continue;
    g->owned = inv_alloc_array(part_count(j, i), g->bytes);
    if (!g->owned)
      return inv_fail_memory(part_count(j, i) * g->bytes);
  }
  return INV_OK;
}

typedef struct {
  float *sums; /* to which the others, `step` floats apart, are added */
  size_t count, step;
} addition;

INV_VECTOR static void add(size_t n, float *restrict sums,
                           const float *restrict more) {
  for (size_t i = 0; i < n; i++)
    sums[i] += more[i];
}

static inv_status add_range(void *context, size_t begin, size_t end) {
  const addition *a = context;
  for (size_t i = 1; i < a->count; i++)
    add(end - begin, a->sums + begin, a->sums + i * a->step + begin);
  return INV_OK;
}

enum { ADD_CHUNK = 1 << 13 };

/* The sum of a group's parts, in their order, as Invar has weights. */
static inv_status add_parts(const group *g, size_t parts, float *gw) {
  size_t floats = g->bytes / sizeof(float);
  addition a = {g->owned, parts, floats};
  INV_TRY(inv_parallel(floats, ADD_CHUNK, add_range, &a));
  if (!g->plan->w.reorder.primitive) {
    memcpy(gw, g->owned, g->bytes);
    return INV_OK;
  }
  int threads = inv_onednn_begin();
  inv_status status = write_out(&g->plan->w, g->owned, gw);
  inv_onednn_end(threads);
  return status;
}

/* gw += the sum of the rest's one part. */
static inv_status add_rest(const job *j, float *gw) {
  if (!j->groups[1].plan)
    return INV_OK;
  size_t count = (size_t)weight_count(j->conv);
  float *more = inv_alloc_array(count, sizeof *more);
  if (!more)
    return inv_fail_memory(count * sizeof *more);
  inv_status status = add_parts(&j->groups[1], 1, more);
  if (status == INV_OK)
    add(count, gw, more);
  inv_free(more);
  return status;
}

static inv_status backward_weights(const inv_conv *v, const void *x,
                                   const void *gy, float *gw) {
  job j = {v, INV_ONEDNN_BACKWARD_WEIGHTS, (char *)x, (char *)gy, NULL, {{0}}};
  bool possible;
  INV_TRY(make_groups(&j, &possible));
  if (!possible)
    return inv_backend_blas.conv_backward_weights(v, x, gy, gw);
  inv_status status = new_sums(&j);
  if (status == INV_OK)
    status = run_parts(&j);
  if (status == INV_OK)
    status = add_parts(&j.groups[0], part_count(&j, 0), gw);
  if (status == INV_OK)
    status = add_rest(&j, gw);
  free_groups(&j);
  return status;
}

const inv_backend inv_backend_onednn = {"onednn", forward, backward_input,
                                        backward_weights};
#endif

#ifdef INV_ONEDNN
#include "nn/onednn_plan.h"

#include <omp.h>
#include <string.h>

#include "base/memory.h"

/* Kept plans: a plan may lie in one of WAYS places after the one its key is
 * hashed to, and takes that of the one not used for longest. */
enum { PLACES = 1024, WAYS = 8 };

static inv_onednn_plan *cache[PLACES];

int inv_onednn_begin(void) {
  int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  return threads;
}

void inv_onednn_end(int threads) {
  omp_set_num_threads(threads);
}

inv_status inv_onednn_check(dnnl_status_t status) {
  if (status == dnnl_success)
    return INV_OK;
  if (status == dnnl_out_of_memory)
    return inv_fail(INV_ERR_MEMORY, "not enough memory for oneDNN");
  return inv_fail(INV_ERR_NUMERIC, "oneDNN failed with status %d", (int)status);
}

/* ---- primitives --------------------------------------------------------- */

static void destroy_step(inv_onednn_step *step) {
  if (step->primitive)
    inv_onednn.primitive_destroy(step->primitive);
  *step = (inv_onednn_step){0};
}

static void destroy_plan(inv_onednn_plan *plan) {
  if (!plan)
    return;
  destroy_step(&plan->convolution);
  destroy_step(&plan->x.reorder);
  destroy_step(&plan->w.reorder);
  destroy_step(&plan->y.reorder);
  inv_free(plan);
}

/* Makes the primitive that `desc` describes. */
static inv_status make_step(inv_onednn_step *step,
                            const_dnnl_primitive_desc_t desc) {
  const dnnl_memory_desc_t *scratch =
      inv_onednn.primitive_desc_query_md(desc, dnnl_query_scratchpad_md, 0);
  step->scratch = inv_onednn.memory_desc_get_size(scratch);
  return inv_onednn_check(inv_onednn.primitive_create(&step->primitive, desc));
}

/* The reorder of an operand that the convolution reads, or writes. */
static inv_status make_reorder(inv_onednn_operand *o, bool written) {
  if (inv_onednn.memory_desc_equal(&o->outer, &o->inner))
    return INV_OK;
  const dnnl_memory_desc_t *from = written ? &o->inner : &o->outer;
  const dnnl_memory_desc_t *to = written ? &o->outer : &o->inner;
  dnnl_primitive_desc_t desc;
  INV_TRY(inv_onednn_check(inv_onednn.reorder_primitive_desc_create(
      &desc, from, inv_onednn.engine, to, inv_onednn.engine,
      inv_onednn.attributes)));
  inv_status status = make_step(&o->reorder, desc);
  inv_onednn.primitive_desc_destroy(desc);
  return status;
}

/* ---- descriptions ------------------------------------------------------- */

static inv_status describe(dnnl_memory_desc_t *out, int n,
                           const dnnl_dims_t shape, dnnl_data_type_t type,
                           dnnl_format_tag_t tag) {
  return inv_onednn_check(
      inv_onednn.memory_desc_init_by_tag(out, n, shape, type, tag));
}

/* What Invar has, and what it leaves to oneDNN to choose: the layout of the
 * weights always, those of the tensors for Winograd's algorithm, which has no
 * code for N x H x W x C. */
static inv_status describe_operands(inv_onednn_plan *p) {
  const inv_conv *v = &p->key.conv;
  dnnl_data_type_t type = v->dtype == INV_BFLOAT16 ? dnnl_bf16 : dnnl_f32;
  bool to_weights = p->key.way == INV_ONEDNN_BACKWARD_WEIGHTS;
  bool blocked = p->key.algorithm == INV_ONEDNN_WINOGRAD, many = v->groups > 1;
  dnnl_format_tag_t tag = blocked ? dnnl_format_tag_any : dnnl_nhwc;
  dnnl_dims_t x = {v->batch, v->channels, v->height, v->width};
  dnnl_dims_t y = {v->batch, v->out_channels, v->out_height, v->out_width};
  dnnl_dims_t bias = {v->out_channels};
  dnnl_dims_t w = {v->groups, v->out_channels / v->groups,
                   v->channels / v->groups, v->kernel_height, v->kernel_width};
  const dnnl_dim_t *shape = many ? w : w + 1;
  INV_TRY(describe(&p->x.outer, 4, x, type, dnnl_nhwc));
  INV_TRY(describe(&p->x.inner, 4, x, type, tag));
  INV_TRY(describe(&p->y.outer, 4, y, type, dnnl_nhwc));
  INV_TRY(describe(&p->y.inner, 4, y, type, tag));
  INV_TRY(describe(&p->w.outer, 4 + many, shape, dnnl_f32,
                   many ? dnnl_goihw : dnnl_oihw));
  INV_TRY(describe(&p->w.inner, 4 + many, shape, to_weights ? dnnl_f32 : type,
                   dnnl_format_tag_any));
  return describe(&p->bias, 1, bias, dnnl_f32, dnnl_x);
}

/* The description of the plan's convolution; dnnl_unimplemented where there is
 * none. Those of gradients need not know that of the forward convolution. */
static dnnl_status_t describe_any(dnnl_primitive_desc_t *out,
                                  const inv_onednn_plan *p) {
  const inv_conv *v = &p->key.conv;
  const dnnl_memory_desc_t *x = &p->x.inner, *w = &p->w.inner, *y = &p->y.inner;
  dnnl_dims_t stride = {v->stride, v->stride};
  dnnl_dims_t dilation = {v->dilation - 1, v->dilation - 1};
  dnnl_dims_t padding = {v->padding, v->padding};
  dnnl_alg_kind_t algorithm = p->key.algorithm == INV_ONEDNN_WINOGRAD
                                  ? dnnl_convolution_winograd
                                  : dnnl_convolution_direct;
  dnnl_convolution_desc_t desc;
  dnnl_status_t status;
  if (p->key.way == INV_ONEDNN_FORWARD)
    status = inv_onednn.dilated_convolution_forward_desc_init(
        &desc, dnnl_forward_training, algorithm, x, w,
        p->key.bias ? &p->bias : NULL, y, stride, dilation, padding, padding);
  else if (p->key.way == INV_ONEDNN_BACKWARD_INPUT)
    status = inv_onednn.dilated_convolution_backward_data_desc_init(
        &desc, algorithm, x, w, y, stride, dilation, padding, padding);
  else
    status = inv_onednn.dilated_convolution_backward_weights_desc_init(
        &desc, algorithm, x, w, NULL, y, stride, dilation, padding, padding);
  if (status != dnnl_success)
    return status;
  return inv_onednn.primitive_desc_create(out, &desc, inv_onednn.attributes,
                                          inv_onednn.engine, NULL);
}

/* oneDNN's plain loops, for what it has no generated code for. */
static bool is_reference(const_dnnl_primitive_desc_t desc) {
  const char *name = "";
  inv_onednn.primitive_desc_query(desc, dnnl_query_impl_info_str, 0, &name);
  return strncmp(name, "ref", 3) == 0;
}

/* The same, but NULL where oneDNN has no fast code for the convolution. */
static inv_status describe_fast(dnnl_primitive_desc_t *out,
                                const inv_onednn_plan *p) {
  *out = NULL;
  dnnl_status_t status = describe_any(out, p);
  if (status == dnnl_out_of_memory)
    return inv_onednn_check(status);
  if (status != dnnl_success) {
    *out = NULL;
  } else if (is_reference(*out)) {
    inv_onednn.primitive_desc_destroy(*out);
    *out = NULL;
  }
  return INV_OK;
}

/* ---- plans -------------------------------------------------------------- */

static void name_arguments(inv_onednn_plan *p) {
  inv_onednn_way way = p->key.way;
  p->x.argument =
      way == INV_ONEDNN_BACKWARD_INPUT ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC;
  p->w.argument = way == INV_ONEDNN_BACKWARD_WEIGHTS ? DNNL_ARG_DIFF_WEIGHTS
                                                     : DNNL_ARG_WEIGHTS;
  p->y.argument = way == INV_ONEDNN_FORWARD ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST;
}

static inv_status make_operand(inv_onednn_operand *o, dnnl_primitive_desc_t d,
                               bool written) {
  o->inner = *inv_onednn.primitive_desc_query_md(d, dnnl_query_exec_arg_md,
                                                 o->argument);
  return make_reorder(o, written);
}

static inv_status fill_plan(inv_onednn_plan *p) {
  inv_onednn_way way = p->key.way;
  dnnl_primitive_desc_t desc;
  name_arguments(p);
  INV_TRY(describe_operands(p));
  INV_TRY(describe_fast(&desc, p));
  if (!desc)
    return INV_OK;
  inv_status status =
      make_operand(&p->x, desc, way == INV_ONEDNN_BACKWARD_INPUT);
  if (status == INV_OK)
    status = make_operand(&p->w, desc, way == INV_ONEDNN_BACKWARD_WEIGHTS);
  if (status == INV_OK)
    status = make_operand(&p->y, desc, way == INV_ONEDNN_FORWARD);
  if (status == INV_OK)
    status = make_step(&p->convolution, desc);
  inv_onednn.primitive_desc_destroy(desc);
  return status;
}

static inv_status make_plan(const inv_onednn_key *key, inv_onednn_plan **out) {
  inv_onednn_plan *p = inv_alloc_zero(1, sizeof *p);
  if (!p)
    return inv_fail_memory(sizeof *p);
  p->key = *key;
  int threads = inv_onednn_begin();
  inv_status status = fill_plan(p);
  inv_onednn_end(threads);
  if (status != INV_OK)
    destroy_plan(p);
  else
    *out = p;
  return status;
}

static size_t hash(const inv_onednn_key *key) {
  const unsigned char *bytes = (const unsigned char *)key;
  uint64_t h = 14695981039346656037u; /* FNV-1a */
  for (size_t i = 0; i < sizeof *key; i++)
    h = (h ^ bytes[i]) * 1099511628211u;
  return (size_t)(h >> 32);
}

/* The place of `key`, or the one it may take: an empty one, or that of the
 * plan not used for longest. */
static inv_onednn_plan **find_place(const inv_onednn_key *key) {
  size_t first = hash(key);
  inv_onednn_plan **best = &cache[first % PLACES];
  for (size_t i = 0; i < WAYS; i++) {
    inv_onednn_plan **place = &cache[(first + i) % PLACES];
    if (!*place)
      return place;
    if (memcmp(&(*place)->key, key, sizeof *key) == 0)
      return place;
    if ((*place)->used < (*best)->used)
      best = place;
  }
  return best;
}

inv_status inv_onednn_find(const inv_onednn_key *key,
                           const inv_onednn_plan **plan) {
  static uint64_t look_ups;
  inv_onednn_plan **place = find_place(key);
  if (!*place || memcmp(&(*place)->key, key, sizeof *key) != 0) {
    inv_onednn_plan *made = NULL;
    INV_TRY(make_plan(key, &made));
    destroy_plan(*place);
    *place = made;
  }
  (*place)->used = ++look_ups;
  *plan = *place;
  return INV_OK;
}
#endif

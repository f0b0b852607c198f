#ifdef INV_ONEDNN
#include "nn/onednn_plan.h"

#include <string.h>

#include "base/memory.h"

/* Kept plans: a plan may lie in one of WAYS places after the one its key is
 * hashed to, and takes that of the one not used for longest. */
enum { PLACES = 1024, WAYS = 8 };

static inv_onednn_plan *cache[PLACES];

/* ---- primitives at work ------------------------------------------------- */

static dnnl_status_t execute(const inv_onednn_step *step, int n,
                             const dnnl_exec_arg_t *arguments) {
  dnnl_stream_t stream;
  dnnl_status_t status = inv_onednn.stream_create(&stream, inv_onednn.engine,
                                                  dnnl_stream_default_flags);
  if (status != dnnl_success)
    return status;
  int threads = inv_onednn_begin();
  status = inv_onednn.primitive_execute(step->primitive, stream, n, arguments);
  if (status == dnnl_success)
    status = inv_onednn.stream_wait(stream);
  inv_onednn_end(threads);
  inv_onednn.stream_destroy(stream);
  return status;
}

/* Executes with the memory objects that oneDNN wants around its tensors. */
static dnnl_status_t run_places(const inv_onednn_step *step, int n,
                                const inv_onednn_place *places) {
  dnnl_exec_arg_t arguments[INV_ONEDNN_PLACES + 1];
  dnnl_status_t status = dnnl_success;
  int made = 0;
  while (made < n && status == dnnl_success) {
    arguments[made].arg = places[made].argument;
    status =
        inv_onednn.memory_create(&arguments[made].memory, places[made].layout,
                                 inv_onednn.engine, (void *)places[made].data);
    made += status == dnnl_success;
  }
  if (status == dnnl_success)
    status = execute(step, n, arguments);
  while (made > 0)
    inv_onednn.memory_destroy(arguments[--made].memory);
  return status;
}

inv_status inv_onednn_run(const inv_onednn_step *step, int n,
                          const inv_onednn_place *places) {
  if (!step->scratch)
    return inv_onednn_check(run_places(step, n, places));
  inv_onednn_place all[INV_ONEDNN_PLACES + 1];
  memcpy(all, places, (size_t)n * sizeof *all);
  dnnl_memory_desc_t bytes;
  dnnl_dims_t size = {(dnnl_dim_t)step->scratch};
  inv_onednn.memory_desc_init_by_tag(&bytes, 1, size, dnnl_u8, dnnl_x);
  void *scratch = inv_alloc(step->scratch);
  if (!scratch)
    return inv_fail_memory(step->scratch);
  all[n] = (inv_onednn_place){DNNL_ARG_SCRATCHPAD, &bytes, scratch};
  dnnl_status_t status = run_places(step, n + 1, all);
  inv_free(scratch);
  return inv_onednn_check(status);
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
  destroy_step(&plan->reorder);
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

/* Weights are reordered to where the convolution reads them; gradients of
 * weights from where it has written them. */
static inv_status make_reorder(inv_onednn_plan *p) {
  if (inv_onednn.memory_desc_equal(&p->weights, &p->w))
    return INV_OK;
  bool written = p->key.way == INV_CONV_BACKWARD_WEIGHTS;
  const dnnl_memory_desc_t *from = written ? &p->w : &p->weights;
  const dnnl_memory_desc_t *to = written ? &p->weights : &p->w;
  dnnl_primitive_desc_t desc;
  INV_TRY(inv_onednn_check(inv_onednn.reorder_primitive_desc_create(
      &desc, from, inv_onednn.engine, to, inv_onednn.engine,
      inv_onednn.attributes)));
  inv_status status = make_step(&p->reorder, desc);
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

/* All layouts are Invar's but that of the weights, which oneDNN chooses. */
static inv_status describe_tensors(inv_onednn_plan *p) {
  const inv_conv *v = &p->key.conv;
  dnnl_data_type_t type = v->dtype == INV_BFLOAT16 ? dnnl_bf16 : dnnl_f32;
  bool to_weights = p->key.way == INV_CONV_BACKWARD_WEIGHTS;
  bool many = v->groups > 1;
  dnnl_dims_t x = {v->batch, v->channels, v->height, v->width};
  dnnl_dims_t y = {v->batch, v->out_channels, v->out_height, v->out_width};
  dnnl_dims_t bias = {v->out_channels};
  dnnl_dims_t w = {v->groups, v->out_channels / v->groups,
                   v->channels / v->groups, v->kernel_height, v->kernel_width};
  const dnnl_dim_t *shape = many ? w : w + 1;
  INV_TRY(describe(&p->x, 4, x, type, dnnl_nhwc));
  INV_TRY(describe(&p->y, 4, y, type, dnnl_nhwc));
  INV_TRY(describe(&p->weights, 4 + many, shape, dnnl_f32,
                   many ? dnnl_goihw : dnnl_oihw));
  INV_TRY(describe(&p->w, 4 + many, shape, to_weights ? dnnl_f32 : type,
                   dnnl_format_tag_any));
  return describe(&p->bias, 1, bias, dnnl_f32, dnnl_x);
}

/* Appends what follows the convolution. */
static dnnl_status_t append_operations(dnnl_post_ops_t list,
                                       const inv_onednn_key *key) {
  dnnl_status_t status = dnnl_success;
  if (key->sum)
    status = inv_onednn.post_ops_append_sum(list, 1);
  if (status == dnnl_success && key->relu)
    status =
        inv_onednn.post_ops_append_eltwise(list, 1, dnnl_eltwise_relu, 0, 0);
  return status;
}

/* Attributes of a primitive that does it, to be destroyed. */
static dnnl_status_t make_attributes(dnnl_primitive_attr_t *out,
                                     const inv_onednn_key *key) {
  dnnl_post_ops_t list;
  dnnl_status_t status =
      inv_onednn.primitive_attr_clone(out, inv_onednn.attributes);
  if (status != dnnl_success)
    return status;
  status = inv_onednn.post_ops_create(&list);
  if (status == dnnl_success) {
    status = append_operations(list, key);
    if (status == dnnl_success)
      status = inv_onednn.primitive_attr_set_post_ops(*out, list);
    inv_onednn.post_ops_destroy(list);
  }
  if (status != dnnl_success)
    inv_onednn.primitive_attr_destroy(*out);
  return status;
}

/* The description of the plan's convolution; dnnl_unimplemented where there is
 * none. Those of gradients need not know that of the forward convolution. */
static dnnl_status_t describe_any(dnnl_primitive_desc_t *out,
                                  const inv_onednn_plan *p) {
  const inv_conv *v = &p->key.conv;
  dnnl_dims_t stride = {v->stride, v->stride};
  dnnl_dims_t dilation = {v->dilation - 1, v->dilation - 1};
  dnnl_dims_t padding = {v->padding, v->padding};
  dnnl_alg_kind_t direct = dnnl_convolution_direct;
  dnnl_convolution_desc_t desc;
  dnnl_status_t status;
  if (p->key.way == INV_CONV_FORWARD)
    status = inv_onednn.dilated_convolution_forward_desc_init(
        &desc, dnnl_forward_training, direct, &p->x, &p->w,
        p->key.bias ? &p->bias : NULL, &p->y, stride, dilation, padding,
        padding);
  else if (p->key.way == INV_CONV_BACKWARD_INPUT)
    status = inv_onednn.dilated_convolution_backward_data_desc_init(
        &desc, direct, &p->x, &p->w, &p->y, stride, dilation, padding, padding);
  else
    status = inv_onednn.dilated_convolution_backward_weights_desc_init(
        &desc, direct, &p->x, &p->w, NULL, &p->y, stride, dilation, padding,
        padding);
  if (status != dnnl_success)
    return status;
  dnnl_primitive_attr_t attributes;
  status = make_attributes(&attributes, &p->key);
  if (status != dnnl_success)
    return status;
  status = inv_onednn.primitive_desc_create(out, &desc, attributes,
                                            inv_onednn.engine, NULL);
  inv_onednn.primitive_attr_destroy(attributes);
  return status;
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
  inv_conv_way way = p->key.way;
  p->x_argument =
      way == INV_CONV_BACKWARD_INPUT ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC;
  p->w_argument = way == INV_CONV_BACKWARD_WEIGHTS ? DNNL_ARG_DIFF_WEIGHTS
                                                   : DNNL_ARG_WEIGHTS;
  p->y_argument = way == INV_CONV_FORWARD ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST;
}

static inv_status fill_plan(inv_onednn_plan *p) {
  dnnl_primitive_desc_t desc;
  name_arguments(p);
  INV_TRY(describe_tensors(p));
  INV_TRY(describe_fast(&desc, p));
  if (!desc)
    return INV_OK;
  p->w = *inv_onednn.primitive_desc_query_md(desc, dnnl_query_exec_arg_md,
                                             p->w_argument);
  inv_status status = make_reorder(p);
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

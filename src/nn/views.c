/* Gradients of views, of joining and of picking. */
#include <string.h>

#include "base/memory.h"
#include "nn/formula.h"
#include "nn/operations.h"
#include "tensor/combine.h"

/* A gradient of zeros for input i. */
static inv_status new_zeros(const inv_node *node, int i, inv_tensor *out) {
  const inv_node *input = node->inputs[i];
  return inv_tensor_zeros(out, input->dtype, input->dims, input->shape);
}

/* ---- parts -------------------------------------------------------------- */

typedef struct {
  int dim;
  int64_t begin, size, step;
} part;

/* Attributes: the part. */
static inv_status slice_backward(const inv_node *node, const inv_tensor *g,
                                 inv_tensor *gradients) {
  const part *p = node->attributes;
  inv_tensor view;
  INV_TRY(new_zeros(node, 0, &gradients[0]));
  INV_TRY(inv_tensor_slice(&view, &gradients[0], p->dim, p->begin, p->size,
                           p->step));
  inv_status status = inv_tensor_copy(&view, g);
  inv_tensor_release(&view);
  return status;
}

static inv_status select_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  const part *p = node->attributes;
  inv_tensor view;
  INV_TRY(new_zeros(node, 0, &gradients[0]));
  INV_TRY(inv_tensor_select(&view, &gradients[0], p->dim, p->begin));
  inv_status status = inv_tensor_copy(&view, g);
  inv_tensor_release(&view);
  return status;
}

const inv_operation inv_operation_slice = {"slice", slice_backward};
const inv_operation inv_operation_select = {"select", select_backward};

static inv_status record_part(inv_variable *out, inv_tensor *y,
                              const inv_operation *operation,
                              const inv_variable *a, part p) {
  return inv_tape_record(out, y,
                         &(inv_entry){.operation = operation,
                                      .inputs = &a,
                                      .n_inputs = 1,
                                      .attributes = &p,
                                      .attribute_bytes = sizeof p});
}

inv_status inv_variable_slice(inv_variable *out, const inv_variable *a, int dim,
                              int64_t begin, int64_t size, int64_t step) {
  inv_tensor y;
  INV_TRY(inv_tensor_slice(&y, &a->value, dim, begin, size, step));
  return record_part(out, &y, &inv_operation_slice, a,
                     (part){dim, begin, size, step});
}

inv_status inv_variable_select(inv_variable *out, const inv_variable *a,
                               int dim, int64_t index) {
  inv_tensor y;
  INV_TRY(inv_tensor_select(&y, &a->value, dim, index));
  return record_part(out, &y, &inv_operation_select, a,
                     (part){dim, index, 1, 1});
}

/* ---- other shapes ------------------------------------------------------- */

/* Attributes: the order. */
static inv_status permute_backward(const inv_node *node, const inv_tensor *g,
                                   inv_tensor *gradients) {
  const int *order = node->attributes;
  int inverse[INV_MAX_DIMS];
  for (int d = 0; d < g->dims; d++)
    inverse[order[d]] = d;
  return inv_tensor_permute(&gradients[0], g, inverse);
}

static inv_status reshape_backward(const inv_node *node, const inv_tensor *g,
                                   inv_tensor *gradients) {
  const inv_node *input = node->inputs[0];
  return inv_tensor_reshape(&gradients[0], g, input->dims, input->shape);
}

static inv_status expand_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  inv_formula f = {0};
  inv_formula_give(&f, node, 0, g, gradients);
  return inv_formula_end(&f);
}

const inv_operation inv_operation_permute = {"permute", permute_backward};
const inv_operation inv_operation_reshape = {"reshape", reshape_backward};
const inv_operation inv_operation_expand = {"expand", expand_backward};

inv_status inv_variable_permute(inv_variable *out, const inv_variable *a,
                                const int *order) {
  inv_tensor y;
  INV_TRY(inv_tensor_permute(&y, &a->value, order));
  return inv_tape_record(
      out, &y,
      &(inv_entry){.operation = &inv_operation_permute,
                   .inputs = &a,
                   .n_inputs = 1,
                   .attributes = order,
                   .attribute_bytes = (size_t)y.dims * sizeof *order});
}

inv_status inv_variable_reshape(inv_variable *out, const inv_variable *a,
                                int dims, const int64_t *shape) {
  inv_tensor y;
  INV_TRY(inv_tensor_reshape(&y, &a->value, dims, shape));
  return inv_tape_record(out, &y,
                         &(inv_entry){.operation = &inv_operation_reshape,
                                      .inputs = &a,
                                      .n_inputs = 1});
}

inv_status inv_variable_expand(inv_variable *out, const inv_variable *a,
                               int dims, const int64_t *shape) {
  inv_tensor y;
  INV_TRY(inv_tensor_expand(&y, &a->value, dims, shape));
  return inv_tape_record(out, &y,
                         &(inv_entry){.operation = &inv_operation_expand,
                                      .inputs = &a,
                                      .n_inputs = 1});
}

/* ---- joining ------------------------------------------------------------ */

typedef struct {
  int dim;
  int64_t sizes[]; /* of each member along it */
} joint;

static inv_status cat_backward(const inv_node *node, const inv_tensor *g,
                               inv_tensor *gradients) {
  const joint *j = node->attributes;
  int64_t begin = 0;
  for (int i = 0; i < node->n_inputs; begin += j->sizes[i++]) {
    if (!inv_node_wants(node, i))
      continue;
    inv_tensor member;
    INV_TRY(inv_tensor_slice(&member, g, j->dim, begin, j->sizes[i], 1));
    inv_status status =
        inv_tensor_convert(&gradients[i], &member, node->inputs[i]->dtype);
    inv_tensor_release(&member);
    INV_TRY(status);
  }
  return INV_OK;
}

const inv_operation inv_operation_cat = {"cat", cat_backward};

inv_status inv_variable_cat(inv_variable *out, const inv_variable *const *list,
                            int count, int dim) {
  size_t members = (size_t)(count > 0 ? count : 0);
  size_t bytes = sizeof(joint) + members * sizeof(int64_t);
  joint *j = inv_alloc(bytes + members * sizeof(inv_tensor *));
  if (!j)
    return inv_fail_memory(bytes + members * sizeof(inv_tensor *));
  const inv_tensor **values = (const inv_tensor **)(void *)((char *)j + bytes);
  j->dim = dim;
  for (int i = 0; i < count; i++)
    values[i] = &list[i]->value;
  inv_tensor y;
  inv_status status = inv_tensor_cat(&y, values, count, dim);
  for (int i = 0; i < count && status == INV_OK; i++)
    j->sizes[i] = list[i]->value.shape[dim];
  if (status == INV_OK)
    status = inv_tape_record(out, &y,
                             &(inv_entry){.operation = &inv_operation_cat,
                                          .inputs = list,
                                          .n_inputs = count,
                                          .attributes = j,
                                          .attribute_bytes = bytes});
  inv_free(j);
  return status;
}

/* ---- picking ------------------------------------------------------------ */

/* Attributes: the dimension. Saved: the positions. */
static inv_status index_backward(const inv_node *node, const inv_tensor *g,
                                 inv_tensor *gradients) {
  INV_TRY(new_zeros(node, 0, &gradients[0]));
  return inv_tensor_index_add(&gradients[0], *(const int *)node->attributes,
                              inv_node_saved(node, 0), g);
}

static inv_status gather_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  INV_TRY(new_zeros(node, 0, &gradients[0]));
  return inv_tensor_scatter_add(&gradients[0], *(const int *)node->attributes,
                                inv_node_saved(node, 0), g);
}

const inv_operation inv_operation_index_select = {"index_select",
                                                  index_backward};
const inv_operation inv_operation_gather = {"gather", gather_backward};

static inv_status record_pick(inv_variable *out, inv_tensor *y,
                              const inv_operation *operation,
                              const inv_variable *a, int dim,
                              const inv_tensor *positions) {
  return inv_tape_record(out, y,
                         &(inv_entry){.operation = operation,
                                      .inputs = &a,
                                      .n_inputs = 1,
                                      .saved = &positions,
                                      .n_saved = 1,
                                      .attributes = &dim,
                                      .attribute_bytes = sizeof dim});
}

inv_status inv_variable_index_select(inv_variable *out, const inv_variable *a,
                                     int dim, const inv_variable *positions) {
  inv_tensor y;
  INV_TRY(inv_tensor_index_select(&y, &a->value, dim, &positions->value));
  return record_pick(out, &y, &inv_operation_index_select, a, dim,
                     &positions->value);
}

inv_status inv_variable_gather(inv_variable *out, const inv_variable *a,
                               int dim, const inv_variable *positions) {
  inv_tensor y;
  INV_TRY(inv_tensor_gather(&y, &a->value, dim, &positions->value));
  return record_pick(out, &y, &inv_operation_gather, a, dim, &positions->value);
}

/* The positions, counted from 1, of what a mask of the shape of `a` lets
 * through. */
static inv_status mask_positions(inv_tensor *out, const inv_tensor *a,
                                 const inv_tensor *mask) {
  inv_tensor ones, counted = {0}, numbers = {0};
  int64_t all = inv_tensor_count(a);
  if (all > INT32_MAX)
    return inv_fail(INV_ERR_ARGUMENT, "too many elements to be counted");
  INV_TRY(inv_tensor_new(&ones, INV_INT32, 1, &all));
  inv_status status = inv_tensor_fill(&ones, 1);
  if (status == INV_OK)
    status = inv_tensor_cumsum(&counted, &ones, 0);
  if (status == INV_OK)
    status = inv_tensor_reshape(&numbers, &counted, a->dims, a->shape);
  if (status == INV_OK)
    status = inv_tensor_masked_select(out, &numbers, mask);
  inv_tensor_release(&ones);
  inv_tensor_release(&counted);
  inv_tensor_release(&numbers);
  return status;
}

inv_status inv_variable_masked_select(inv_variable *out, const inv_variable *a,
                                      const inv_variable *mask) {
  if (!inv_wants_gradient(a)) {
    *out = (inv_variable){0};
    return inv_tensor_masked_select(&out->value, &a->value, &mask->value);
  }
  inv_variable flat = {0}, positions = {0};
  inv_status status = inv_variable_reshape(
      &flat, a, 1, (const int64_t[]){inv_tensor_count(&a->value)});
  if (status == INV_OK)
    status = mask_positions(&positions.value, &a->value, &mask->value);
  if (status == INV_OK)
    status = inv_variable_index_select(out, &flat, 0, &positions);
  inv_variable_release(&flat);
  inv_variable_release(&positions);
  return status;
}

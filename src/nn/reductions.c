/* Gradients of reductions, running sums and matrix products. */
#include <string.h>

#include "nn/formula.h"
#include "nn/operations.h"
#include "tensor/combine.h"
#include "tensor/linear_algebra.h"

/* ---- reductions --------------------------------------------------------- */

typedef struct {
  inv_reduction op;
  unsigned mask; /* the dimensions reduced */
} reduction;

/* `t` (an output, or its gradient) with the reduced dimensions as size 1. */
static const inv_tensor *keep_dims(inv_formula *f, const inv_node *node,
                                   unsigned mask, const inv_tensor *t) {
  int64_t shape[INV_MAX_DIMS];
  const inv_node *input = node->inputs[0];
  for (int d = 0; d < input->dims; d++)
    shape[d] = mask & 1u << d ? 1 : input->shape[d];
  return inv_f_reshape(f, t, input->dims, shape);
}

/* How many elements each result was made of. */
static double reduced_count(const inv_node *node, unsigned mask) {
  double count = 1;
  for (int d = 0; d < node->inputs[0]->dims; d++)
    if (mask & 1u << d)
      count *= (double)node->inputs[0]->shape[d];
  return count;
}

/* a b */
static const inv_tensor *times(inv_formula *f, const inv_tensor *a,
                               const inv_tensor *b) {
  return inv_f_binary(f, INV_MUL, a, b);
}

/* The product of all others: with one zero among the elements it is 0 but
 * for that one, with two it is 0 everywhere. */
static const inv_tensor *of_product(inv_formula *f, unsigned mask,
                                    const inv_tensor *g, const inv_tensor *x) {
  const inv_tensor *is_zero = inv_f_number(f, INV_EQ, x, 0);
  const inv_tensor *one = inv_f_constant(f, x, 1);
  const inv_tensor *filled = inv_f_where(f, is_zero, one, x);
  const inv_tensor *rest = inv_f_reduce(f, INV_PROD, filled, mask);
  const inv_tensor *zeros = inv_f_reduce(
      f, INV_SUM, inv_f_where(f, is_zero, one, inv_f_constant(f, x, 0)), mask);
  /* Zeros among the others: all of them, less one at a zero itself. */
  const inv_tensor *others = inv_f_binary(f, INV_SUB, zeros, is_zero);
  const inv_tensor *product = inv_f_binary(f, INV_DIV, rest, filled);
  return times(f, g,
               inv_f_where(f, inv_f_number(f, INV_EQ, others, 0), product,
                           inv_f_constant(f, x, 0)));
}

/* g shared among the elements where `equal`. */
static const inv_tensor *shared(inv_formula *f, unsigned mask,
                                const inv_tensor *g, const inv_tensor *equal) {
  const inv_tensor *ones =
      inv_f_where(f, equal, inv_f_constant(f, g, 1), inv_f_constant(f, g, 0));
  const inv_tensor *ties = inv_f_reduce(f, INV_SUM, ones, mask);
  return times(f, inv_f_binary(f, INV_DIV, ones, ties), g);
}

/* (x - mean) g times 2 / (n - correction). */
static const inv_tensor *of_variance(inv_formula *f, const reduction *r,
                                     const inv_tensor *g, const inv_tensor *x,
                                     double n) {
  bool sample = r->op == INV_VAR || r->op == INV_STD;
  const inv_tensor *mean = inv_f_reduce(f, INV_MEAN, x, r->mask);
  const inv_tensor *t = times(f, inv_f_binary(f, INV_SUB, x, mean), g);
  return inv_f_number(f, INV_MUL, t, 2 / (sample ? n - 1 : n));
}

/* x / y, 0 where y is 0. */
static const inv_tensor *of_norm(inv_formula *f, const inv_tensor *g,
                                 const inv_tensor *x, const inv_tensor *y) {
  const inv_tensor *t = times(f, g, inv_f_binary(f, INV_DIV, x, y));
  return inv_f_where(f, inv_f_number(f, INV_EQ, y, 0), inv_f_constant(f, t, 0),
                     t);
}

static const inv_tensor *reduction_gradient(inv_formula *f,
                                            const inv_node *node,
                                            const inv_tensor *gradient) {
  const reduction *r = node->attributes;
  const inv_node *input = node->inputs[0];
  const inv_tensor *x = inv_node_saved(node, 0), *y = inv_node_saved(node, 1);
  const inv_tensor *g = keep_dims(f, node, r->mask, gradient), *t;
  double n = reduced_count(node, r->mask);
  if (y->storage)
    y = keep_dims(f, node, r->mask, y);
  switch (r->op) {
  case INV_MEAN: g = inv_f_number(f, INV_DIV, g, n); /* fall through */
  case INV_SUM: return inv_f_expand(f, g, input->dims, input->shape);
  case INV_PROD: return of_product(f, r->mask, g, x);
  case INV_MIN:
  case INV_MAX: return shared(f, r->mask, g, inv_f_binary(f, INV_EQ, x, y));
  case INV_VAR:
  case INV_VAR_POPULATION: return of_variance(f, r, g, x, n);
  case INV_STD:
  case INV_STD_POPULATION:
    g = inv_f_binary(f, INV_DIV, g, inv_f_number(f, INV_MUL, y, 2));
    return of_variance(f, r, g, x, n);
  case INV_NORM1: return times(f, g, inv_f_unary(f, INV_SIGN, x));
  case INV_NORM2: return of_norm(f, g, x, y);
  case INV_NORMINF:
    t = inv_f_binary(f, INV_EQ, inv_f_unary(f, INV_ABS, x), y);
    return times(f, shared(f, r->mask, g, t), inv_f_unary(f, INV_SIGN, x));
  default: /* INV_LOGSUMEXP */
    t = inv_f_unary(f, INV_EXP, inv_f_binary(f, INV_SUB, x, y));
    return times(f, t, g);
  }
}

/* Attributes: the reduction. Saved: input and output, those needed. */
static inv_status reduce_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  inv_formula f = {0};
  const inv_tensor *result = reduction_gradient(&f, node, g);
  inv_formula_give(&f, node, 0, result, gradients);
  return inv_formula_end(&f);
}

/* By op; those without a name have no gradient. */
const inv_operation inv_reduce_operations[INV_REDUCTIONS] = {
    [INV_SUM] = {"sum", reduce_backward},
    [INV_MEAN] = {"mean", reduce_backward},
    [INV_PROD] = {"prod", reduce_backward},
    [INV_MIN] = {"min", reduce_backward},
    [INV_MAX] = {"max", reduce_backward},
    [INV_VAR] = {"var", reduce_backward},
    [INV_STD] = {"std", reduce_backward},
    [INV_VAR_POPULATION] = {"var (population)", reduce_backward},
    [INV_STD_POPULATION] = {"std (population)", reduce_backward},
    [INV_NORM1] = {"norm (1)", reduce_backward},
    [INV_NORM2] = {"norm (2)", reduce_backward},
    [INV_NORMINF] = {"norm (inf)", reduce_backward},
    [INV_LOGSUMEXP] = {"logsumexp", reduce_backward},
};

inv_status inv_variable_reduce(inv_reduction op, inv_variable *out,
                               const inv_variable *a, unsigned mask,
                               bool keepdim) {
  inv_tensor y;
  reduction r = {op, mask};
  INV_TRY(inv_tensor_reduce(op, &y, &a->value, mask, keepdim));
  const inv_operation *operation = &inv_reduce_operations[op];
  bool linear = op == INV_SUM || op == INV_MEAN;
  bool of_y = !linear && op != INV_PROD && op != INV_VAR &&
              op != INV_VAR_POPULATION && op != INV_NORM1;
  return inv_tape_record(
      out, &y,
      &(inv_entry){.operation = operation,
                   .inputs = &a,
                   .n_inputs = operation->name ? 1 : 0,
                   .saved = (const inv_tensor *[]){linear ? NULL : &a->value,
                                                   of_y ? &y : NULL},
                   .n_saved = 2,
                   .attributes = &r,
                   .attribute_bytes = sizeof r});
}

/* ---- extremes along one dimension --------------------------------------- */

/* Attributes: the dimension. Saved: the positions. */
static inv_status extreme_backward(const inv_node *node, const inv_tensor *g,
                                   inv_tensor *gradients) {
  int dim = *(const int *)node->attributes;
  const inv_node *input = node->inputs[0];
  inv_formula f = {0};
  const inv_tensor *values = keep_dims(&f, node, 1u << dim, g);
  const inv_tensor *positions =
      keep_dims(&f, node, 1u << dim, inv_node_saved(node, 0));
  if (f.status == INV_OK)
    f.status = inv_tensor_zeros(&gradients[0], input->dtype, input->dims,
                                input->shape);
  if (f.status == INV_OK)
    f.status = inv_tensor_scatter_add(&gradients[0], dim, positions, values);
  return inv_formula_end(&f);
}

const inv_operation inv_operation_extreme = {"max along a dimension",
                                             extreme_backward};

inv_status inv_variable_extreme(bool largest, inv_variable *values,
                                inv_variable *positions, const inv_variable *a,
                                int dim, bool keepdim) {
  inv_tensor value, position;
  INV_TRY(
      inv_tensor_extreme(largest, &value, &position, &a->value, dim, keepdim));
  inv_status status =
      inv_tape_record(values, &value,
                      &(inv_entry){.operation = &inv_operation_extreme,
                                   .inputs = &a,
                                   .n_inputs = 1,
                                   .saved = (const inv_tensor *[]){&position},
                                   .n_saved = 1,
                                   .attributes = &dim,
                                   .attribute_bytes = sizeof dim});
  if (status == INV_OK)
    *positions = (inv_variable){position, NULL};
  else
    inv_tensor_release(&position);
  return status;
}

/* ---- running sums ------------------------------------------------------- */

static inv_status reverse(inv_tensor *out, const inv_tensor *t, int dim) {
  int64_t n = t->shape[dim];
  return inv_tensor_slice(out, t, dim, n ? n - 1 : 0, n, -1);
}

/* The sums of all gradients from each place on. Attributes: the dimension. */
static inv_status cumsum_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  int dim = *(const int *)node->attributes;
  inv_tensor backwards, sums = {0};
  INV_TRY(reverse(&backwards, g, dim));
  inv_status status = inv_tensor_cumsum(&sums, &backwards, dim);
  if (status == INV_OK)
    status = reverse(&gradients[0], &sums, dim);
  inv_tensor_release(&backwards);
  inv_tensor_release(&sums);
  return status;
}

const inv_operation inv_operation_cumsum = {"cumsum", cumsum_backward};

inv_status inv_variable_cumsum(inv_variable *out, const inv_variable *a,
                               int dim) {
  inv_tensor y;
  INV_TRY(inv_tensor_cumsum(&y, &a->value, dim));
  return inv_tape_record(out, &y,
                         &(inv_entry){.operation = &inv_operation_cumsum,
                                      .inputs = &a,
                                      .n_inputs = 1,
                                      .attributes = &dim,
                                      .attribute_bytes = sizeof dim});
}

/* ---- matrix products ---------------------------------------------------- */

/* `t` with a dimension of size 1 put at place `at`. */
static const inv_tensor *insert_dim(inv_formula *f, const inv_tensor *t,
                                    int at) {
  int64_t shape[INV_MAX_DIMS + 1];
  for (int d = 0; d <= t->dims; d++)
    shape[d] = d < at ? t->shape[d] : d == at ? 1 : t->shape[d - 1];
  return inv_f_reshape(f, t, t->dims + 1, shape);
}

/* Gives input i a gradient for the matrix it was taken as: with a vector the
 * added dimension goes again. */
static void give_matrix(inv_formula *f, const inv_node *node, int i,
                        const inv_tensor *as, const inv_tensor *result,
                        inv_tensor *gradients) {
  if (f->status != INV_OK)
    return;
  const inv_node *input = node->inputs[i];
  result = inv_f_sum_to(f, result, as->dims, as->shape);
  if (input->dims == 1)
    result = inv_f_reshape(f, result, 1, input->shape);
  inv_formula_give(f, node, i, result, gradients);
}

/* Saved: a and b. */
static inv_status matmul_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  inv_formula f = {0};
  const inv_tensor *a = inv_node_saved(node, 0), *b = inv_node_saved(node, 1);
  bool row = a->dims == 1, column = b->dims == 1;
  if (column)
    g = insert_dim(&f, g, g->dims);
  if (row && f.status == INV_OK)
    g = insert_dim(&f, g, g->dims - 1);
  if (row)
    a = insert_dim(&f, a, 0);
  if (column)
    b = insert_dim(&f, b, 1);
  if (inv_node_wants(node, 0) && f.status == INV_OK)
    give_matrix(&f, node, 0, a, inv_f_matmul(&f, g, inv_f_transpose(&f, b)),
                gradients);
  if (inv_node_wants(node, 1) && f.status == INV_OK)
    give_matrix(&f, node, 1, b, inv_f_matmul(&f, inv_f_transpose(&f, a), g),
                gradients);
  return inv_formula_end(&f);
}

const inv_operation inv_operation_matmul = {"matmul", matmul_backward};

inv_status inv_variable_matmul(inv_variable *out, const inv_variable *a,
                               const inv_variable *b) {
  inv_tensor y;
  INV_TRY(inv_tensor_matmul(&y, &a->value, &b->value));
  return inv_tape_record(
      out, &y,
      &(inv_entry){.operation = &inv_operation_matmul,
                   .inputs = (const inv_variable *[]){a, b},
                   .n_inputs = 2,
                   .saved = (const inv_tensor *[]){&a->value, &b->value},
                   .n_saved = 2});
}

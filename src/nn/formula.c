#include "nn/formula.h"

#include <string.h>

#include "tensor/linear_algebra.h"

/* What steps return after a failure: they are never read. */
static const inv_tensor NOTHING;

inv_tensor *inv_formula_next(inv_formula *f) {
  if (f->status == INV_OK && f->count == INV_FORMULA_STEPS)
    f->status = inv_fail(INV_ERR_ARGUMENT, "a gradient has too many steps");
  return f->status == INV_OK ? &f->made[f->count] : NULL;
}

/* Counts the step in if it succeeded. */
static const inv_tensor *made(inv_formula *f, inv_status status) {
  f->status = status;
  return status == INV_OK ? &f->made[f->count++] : &NOTHING;
}

const inv_tensor *inv_f_unary(inv_formula *f, inv_unary_op op,
                              const inv_tensor *a) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_unary(op, out, a)) : &NOTHING;
}

const inv_tensor *inv_f_binary(inv_formula *f, inv_binary_op op,
                               const inv_tensor *a, const inv_tensor *b) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_binary(op, out, a, b)) : &NOTHING;
}

const inv_tensor *inv_f_number(inv_formula *f, inv_binary_op op,
                               const inv_tensor *a, double number) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_binary_number(op, out, a, number, false))
             : &NOTHING;
}

const inv_tensor *inv_f_from(inv_formula *f, inv_binary_op op, double number,
                             const inv_tensor *a) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_binary_number(op, out, a, number, true))
             : &NOTHING;
}

const inv_tensor *inv_f_where(inv_formula *f, const inv_tensor *condition,
                              const inv_tensor *a, const inv_tensor *b) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_where(out, condition, a, b)) : &NOTHING;
}

const inv_tensor *inv_f_constant(inv_formula *f, const inv_tensor *like,
                                 double number) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_scalar(out, like->dtype, number)) : &NOTHING;
}

const inv_tensor *inv_f_reduce(inv_formula *f, inv_reduction op,
                               const inv_tensor *a, unsigned mask) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_reduce(op, out, a, mask, true)) : &NOTHING;
}

const inv_tensor *inv_f_reshape(inv_formula *f, const inv_tensor *a, int dims,
                                const int64_t *shape) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_reshape(out, a, dims, shape)) : &NOTHING;
}

const inv_tensor *inv_f_expand(inv_formula *f, const inv_tensor *a, int dims,
                               const int64_t *shape) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_expand(out, a, dims, shape)) : &NOTHING;
}

const inv_tensor *inv_f_matmul(inv_formula *f, const inv_tensor *a,
                               const inv_tensor *b) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_matmul(out, a, b)) : &NOTHING;
}

const inv_tensor *inv_f_transpose(inv_formula *f, const inv_tensor *a) {
  inv_tensor *out = inv_formula_next(f);
  return out ? made(f, inv_tensor_transpose(out, a, a->dims - 2, a->dims - 1))
             : &NOTHING;
}

const inv_tensor *inv_f_sum_to(inv_formula *f, const inv_tensor *a, int dims,
                               const int64_t *shape) {
  if (f->status != INV_OK)
    return &NOTHING;
  int added = a->dims - dims;
  unsigned repeated = 0;
  for (int d = 0; d < a->dims; d++)
    if (d < added || (shape[d - added] == 1 && a->shape[d] != 1))
      repeated |= 1u << d;
  if (!repeated)
    return a;
  const inv_tensor *sum = inv_f_reduce(f, INV_SUM, a, repeated);
  return added ? inv_f_reshape(f, sum, dims, shape) : sum;
}

void inv_formula_give(inv_formula *f, const inv_node *node, int i,
                      const inv_tensor *result, inv_tensor *gradients) {
  if (!inv_node_wants(node, i) || f->status != INV_OK)
    return;
  const inv_node *input = node->inputs[i];
  result = inv_f_sum_to(f, result, input->dims, input->shape);
  if (f->status == INV_OK)
    f->status = inv_tensor_convert(&gradients[i], result, input->dtype);
}

inv_status inv_formula_end(inv_formula *f) {
  for (int i = 0; i < f->count; i++)
    inv_tensor_release(&f->made[i]);
  f->count = 0;
  return f->status;
}

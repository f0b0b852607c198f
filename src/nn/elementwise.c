/* Gradients of what is done element by element. */
#include <math.h>

#include "nn/formula.h"
#include "nn/operations.h"

/* ---- of one tensor ------------------------------------------------------ */

/* Which of input and output a gradient is made of. */
enum { OF_INPUT = 1, OF_OUTPUT = 2 };

/* The derivative times g; x and y are input and output. */
static const inv_tensor *unary_gradient(inv_formula *f, inv_unary_op op,
                                        const inv_tensor *g,
                                        const inv_tensor *x,
                                        const inv_tensor *y) {
  const inv_tensor *t;
  switch (op) {
  case INV_NEG: return inv_f_unary(f, INV_NEG, g);
  case INV_ABS: t = inv_f_unary(f, INV_SIGN, x); break;
  case INV_SQUARE: t = inv_f_number(f, INV_MUL, x, 2); break;
  case INV_RELU: return inv_f_binary(f, INV_RELU_SLOPE, g, y);
  case INV_EXP: t = y; break;
  case INV_EXPM1: t = inv_f_number(f, INV_ADD, y, 1); break;
  case INV_LOG: return inv_f_binary(f, INV_DIV, g, x);
  case INV_LOG1P:
    return inv_f_binary(f, INV_DIV, g, inv_f_number(f, INV_ADD, x, 1));
  case INV_SQRT:
    return inv_f_binary(f, INV_DIV, g, inv_f_number(f, INV_MUL, y, 2));
  case INV_RSQRT:
    t = inv_f_binary(f, INV_MUL, inv_f_unary(f, INV_SQUARE, y),
                     inv_f_number(f, INV_MUL, y, -0.5));
    break;
  case INV_RECIPROCAL:
    t = inv_f_unary(f, INV_NEG, inv_f_unary(f, INV_SQUARE, y));
    break;
  case INV_SIN: t = inv_f_unary(f, INV_COS, x); break;
  case INV_COS: t = inv_f_unary(f, INV_NEG, inv_f_unary(f, INV_SIN, x)); break;
  case INV_TAN:
    t = inv_f_number(f, INV_ADD, inv_f_unary(f, INV_SQUARE, y), 1);
    break;
  case INV_TANH:
    t = inv_f_from(f, INV_SUB, 1, inv_f_unary(f, INV_SQUARE, y));
    break;
  case INV_SIGMOID:
    t = inv_f_binary(f, INV_MUL, y, inv_f_from(f, INV_SUB, 1, y));
    break;
  case INV_GELU: return inv_f_binary(f, INV_GELU_SLOPE, g, x);
  case INV_SILU: return inv_f_binary(f, INV_SILU_SLOPE, g, x);
  case INV_SOFTPLUS: t = inv_f_unary(f, INV_SIGMOID, x); break;
  default: /* INV_ERF: 2 / sqrt(pi) e^(-x^2) */
    t = inv_f_unary(f, INV_SQUARE, x);
    t = inv_f_unary(f, INV_EXP, inv_f_unary(f, INV_NEG, t));
    t = inv_f_number(f, INV_MUL, t, 1.1283791670955126);
    break;
  }
  return inv_f_binary(f, INV_MUL, g, t);
}

/* Attributes: the op. Saved: input and output, those that are needed. */
static inv_status unary_backward(const inv_node *node, const inv_tensor *g,
                                 inv_tensor *gradients) {
  inv_formula f = {0};
  inv_unary_op op = *(const inv_unary_op *)node->attributes;
  const inv_tensor *result = unary_gradient(&f, op, g, inv_node_saved(node, 0),
                                            inv_node_saved(node, 1));
  inv_formula_give(&f, node, 0, result, gradients);
  return inv_formula_end(&f);
}

/* By op; those without a name have no gradient. */
const inv_operation inv_unary_operations[INV_UNARY_OPS] = {
    [INV_NEG] = {"neg", unary_backward},
    [INV_ABS] = {"abs", unary_backward},
    [INV_SQUARE] = {"square", unary_backward},
    [INV_RELU] = {"relu", unary_backward},
    [INV_EXP] = {"exp", unary_backward},
    [INV_EXPM1] = {"expm1", unary_backward},
    [INV_LOG] = {"log", unary_backward},
    [INV_LOG1P] = {"log1p", unary_backward},
    [INV_SQRT] = {"sqrt", unary_backward},
    [INV_RSQRT] = {"rsqrt", unary_backward},
    [INV_RECIPROCAL] = {"reciprocal", unary_backward},
    [INV_SIN] = {"sin", unary_backward},
    [INV_COS] = {"cos", unary_backward},
    [INV_TAN] = {"tan", unary_backward},
    [INV_TANH] = {"tanh", unary_backward},
    [INV_SIGMOID] = {"sigmoid", unary_backward},
    [INV_ERF] = {"erf", unary_backward},
    [INV_GELU] = {"gelu", unary_backward},
    [INV_SILU] = {"silu", unary_backward},
    [INV_SOFTPLUS] = {"softplus", unary_backward},
};

static const unsigned char UNARY_SAVES[INV_UNARY_OPS] = {
    [INV_ABS] = OF_INPUT,      [INV_SQUARE] = OF_INPUT,
    [INV_RELU] = OF_OUTPUT,    [INV_EXP] = OF_OUTPUT,
    [INV_EXPM1] = OF_OUTPUT,   [INV_LOG] = OF_INPUT,
    [INV_LOG1P] = OF_INPUT,    [INV_SQRT] = OF_OUTPUT,
    [INV_RSQRT] = OF_OUTPUT,   [INV_RECIPROCAL] = OF_OUTPUT,
    [INV_SIN] = OF_INPUT,      [INV_COS] = OF_INPUT,
    [INV_TAN] = OF_OUTPUT,     [INV_TANH] = OF_OUTPUT,
    [INV_SIGMOID] = OF_OUTPUT, [INV_ERF] = OF_INPUT,
    [INV_GELU] = OF_INPUT,     [INV_SILU] = OF_INPUT,
    [INV_SOFTPLUS] = OF_INPUT,
};

inv_status inv_variable_unary(inv_unary_op op, inv_variable *out,
                              const inv_variable *a) {
  inv_tensor y;
  INV_TRY(inv_tensor_unary(op, &y, &a->value));
  const inv_operation *operation = &inv_unary_operations[op];
  return inv_tape_record(
      out, &y,
      &(inv_entry){.operation = operation,
                   .inputs = &a,
                   .n_inputs = operation->name ? 1 : 0,
                   .saved =
                       (const inv_tensor *[]){
                           UNARY_SAVES[op] & OF_INPUT ? &a->value : NULL,
                           UNARY_SAVES[op] & OF_OUTPUT ? &y : NULL},
                   .n_saved = 2,
                   .attributes = &op,
                   .attribute_bytes = sizeof op});
}

/* ---- of two tensors ----------------------------------------------------- */

/* d(a^b)/da = b a^(b - 1), which is 0 for b = 0 also at a = 0. */
static const inv_tensor *power_base(inv_formula *f, const inv_tensor *g,
                                    const inv_tensor *a, const inv_tensor *b) {
  const inv_tensor *t =
      inv_f_binary(f, INV_POW, a, inv_f_number(f, INV_SUB, b, 1));
  t = inv_f_binary(f, INV_MUL, g, inv_f_binary(f, INV_MUL, t, b));
  return inv_f_where(f, inv_f_number(f, INV_EQ, b, 0), inv_f_constant(f, g, 0),
                     t);
}

/* d(a^b)/db = a^b log a, which is 0 at a = 0. */
static const inv_tensor *power_exponent(inv_formula *f, const inv_tensor *g,
                                        const inv_tensor *a,
                                        const inv_tensor *y) {
  const inv_tensor *t = inv_f_binary(f, INV_MUL, y, inv_f_unary(f, INV_LOG, a));
  return inv_f_where(f, inv_f_number(f, INV_EQ, a, 0), inv_f_constant(f, g, 0),
                     inv_f_binary(f, INV_MUL, g, t));
}

/* The gradient of operand i of 0 .. 1; only wanted ones are asked for. */
static const inv_tensor *
binary_gradient(inv_formula *f, inv_binary_op op, int i, const inv_tensor *g,
                const inv_tensor *a, const inv_tensor *b, const inv_tensor *y) {
  const inv_tensor *t;
  switch (op) {
  case INV_ADD: return g;
  case INV_SUB: return i ? inv_f_unary(f, INV_NEG, g) : g;
  case INV_MUL: return inv_f_binary(f, INV_MUL, g, i ? a : b);
  case INV_DIV:
    t = inv_f_binary(f, INV_DIV, g, b);
    return i ? inv_f_unary(f, INV_NEG, inv_f_binary(f, INV_MUL, t, y)) : t;
  case INV_POW: return i ? power_exponent(f, g, a, y) : power_base(f, g, a, b);
  case INV_MOD: /* a - b floor(a / b) */
    if (i == 0)
      return g;
    t = inv_f_binary(f, INV_FLOORDIV, a, b);
    return inv_f_unary(f, INV_NEG, inv_f_binary(f, INV_MUL, g, t));
  default: /* maximum and minimum */
    t = inv_f_binary(f, op == INV_MAXIMUM ? INV_GE : INV_LE, a, b);
    if (i)
      t = inv_f_unary(f, INV_NOT, t);
    return inv_f_where(f, t, g, inv_f_constant(f, g, 0));
  }
}

/* Attributes: the op. Saved: both operands, the output. */
static inv_status binary_backward(const inv_node *node, const inv_tensor *g,
                                  inv_tensor *gradients) {
  inv_binary_op op = *(const inv_binary_op *)node->attributes;
  inv_status status = INV_OK;
  for (int i = 0; i < 2 && status == INV_OK; i++) {
    inv_formula f = {0};
    if (!inv_node_wants(node, i))
      continue;
    const inv_tensor *result =
        binary_gradient(&f, op, i, g, inv_node_saved(node, 0),
                        inv_node_saved(node, 1), inv_node_saved(node, 2));
    inv_formula_give(&f, node, i, result, gradients);
    status = inv_formula_end(&f);
  }
  return status;
}

/* By op; those without a name have no gradient. */
const inv_operation inv_binary_operations[INV_BINARY_OPS] = {
    [INV_ADD] = {"add", binary_backward},
    [INV_SUB] = {"sub", binary_backward},
    [INV_MUL] = {"mul", binary_backward},
    [INV_MAXIMUM] = {"maximum", binary_backward},
    [INV_MINIMUM] = {"minimum", binary_backward},
    [INV_MOD] = {"mod", binary_backward},
    [INV_DIV] = {"div", binary_backward},
    [INV_POW] = {"pow", binary_backward},
};

/* Records y = op(a, b); only what the gradients wanted are made of is kept. */
static inv_status record_binary(inv_variable *out, inv_tensor *y,
                                inv_binary_op op, const inv_variable *a,
                                const inv_variable *b) {
  const inv_operation *operation = &inv_binary_operations[op];
  bool sum = op == INV_ADD || op == INV_SUB;
  bool of_a = !sum && !(op == INV_MUL && !inv_wants_gradient(b));
  bool of_b = !sum && !(op == INV_MUL && !inv_wants_gradient(a));
  bool of_y = (op == INV_DIV || op == INV_POW) && inv_wants_gradient(b);
  return inv_tape_record(
      out, y,
      &(inv_entry){.operation = operation,
                   .inputs = (const inv_variable *[]){a, b},
                   .n_inputs = operation->name ? 2 : 0,
                   .saved = (const inv_tensor *[]){of_a ? &a->value : NULL,
                                                   of_b ? &b->value : NULL,
                                                   of_y ? y : NULL},
                   .n_saved = 3,
                   .attributes = &op,
                   .attribute_bytes = sizeof op});
}

inv_status inv_variable_binary(inv_binary_op op, inv_variable *out,
                               const inv_variable *a, const inv_variable *b) {
  inv_tensor y;
  INV_TRY(inv_tensor_binary(op, &y, &a->value, &b->value));
  return record_binary(out, &y, op, a, b);
}

inv_status inv_variable_binary_number(inv_binary_op op, inv_variable *out,
                                      const inv_variable *a, double number,
                                      bool number_first) {
  inv_tensor y;
  inv_variable constant = {0};
  INV_TRY(inv_tensor_binary_number(op, &y, &a->value, number, number_first));
  if (!inv_wants_gradient(a)) {
    *out = (inv_variable){y, NULL};
    return INV_OK;
  }
  inv_status status =
      inv_tensor_scalar(&constant.value, a->value.dtype, number);
  if (status == INV_OK)
    status = record_binary(out, &y, op, number_first ? &constant : a,
                           number_first ? a : &constant);
  else
    inv_tensor_release(&y);
  inv_variable_release(&constant);
  return status;
}

/* ---- where -------------------------------------------------------------- */

/* Saved: the condition. */
static inv_status where_backward(const inv_node *node, const inv_tensor *g,
                                 inv_tensor *gradients) {
  inv_formula f = {0};
  const inv_tensor *zero = inv_f_constant(&f, g, 0);
  const inv_tensor *condition = inv_node_saved(node, 0);
  inv_formula_give(&f, node, 0, inv_f_where(&f, condition, g, zero), gradients);
  inv_formula_give(&f, node, 1, inv_f_where(&f, condition, zero, g), gradients);
  return inv_formula_end(&f);
}

const inv_operation inv_operation_where = {"where", where_backward};

inv_status inv_variable_where(inv_variable *out, const inv_variable *condition,
                              const inv_variable *a, const inv_variable *b) {
  inv_tensor y;
  INV_TRY(inv_tensor_where(&y, &condition->value, &a->value, &b->value));
  return inv_tape_record(
      out, &y,
      &(inv_entry){.operation = &inv_operation_where,
                   .inputs = (const inv_variable *[]){a, b},
                   .n_inputs = 2,
                   .saved = (const inv_tensor *[]){&condition->value},
                   .n_saved = 1});
}

/* ---- copies ------------------------------------------------------------- */

static inv_status copy_backward(const inv_node *node, const inv_tensor *g,
                                inv_tensor *gradients) {
  inv_formula f = {0};
  inv_formula_give(&f, node, 0, g, gradients);
  return inv_formula_end(&f);
}

const inv_operation inv_operation_convert = {"to", copy_backward};
const inv_operation inv_operation_clone = {"clone", copy_backward};

static inv_status record_copy(inv_variable *out, inv_tensor *y,
                              const inv_operation *operation,
                              const inv_variable *a) {
  return inv_tape_record(
      out, y,
      &(inv_entry){.operation = operation, .inputs = &a, .n_inputs = 1});
}

inv_status inv_variable_convert(inv_variable *out, const inv_variable *a,
                                inv_dtype dtype) {
  inv_tensor y;
  INV_TRY(inv_tensor_convert(&y, &a->value, dtype));
  return record_copy(out, &y, &inv_operation_convert, a);
}

inv_status inv_variable_clone(inv_variable *out, const inv_variable *a) {
  inv_tensor y;
  INV_TRY(inv_tensor_clone(&y, &a->value));
  return record_copy(out, &y, &inv_operation_clone, a);
}

inv_status inv_variable_contiguous(inv_variable *out, const inv_variable *a) {
  inv_tensor y;
  INV_TRY(inv_tensor_to_contiguous(&y, &a->value));
  return record_copy(out, &y, &inv_operation_clone, a);
}

/* Element-wise operations on tensors: operators, functions, in-place forms. */
#include <math.h>

#include "lua/tensor.h"

/* ---- two operands ------------------------------------------------------- */

/* Pushes op(a, b); at least one is a tensor. */
static int push_binary(lua_State *L, inv_binary_op op, inv_variable *a,
                       double number_a, inv_variable *b, double number_b) {
  if (a && b)
    return inv_lua_binary(L, op, a, b);
  if (a)
    return inv_lua_binary_number(L, op, a, number_b, false);
  return inv_lua_binary_number(L, op, b, number_a, true);
}

/* An operator: one operand may be a number. */
static int operator_of(lua_State *L, inv_binary_op op) {
  double number_a = 0, number_b = 0;
  inv_variable *a = inv_lua_operand(L, 1, &number_a);
  inv_variable *b = inv_lua_operand(L, 2, &number_b);
  return push_binary(L, op, a, number_a, b, number_b);
}

/* A method: self is a tensor. */
static int method_of(lua_State *L, inv_binary_op op) {
  double number = 0;
  inv_variable *a = inv_lua_tensor(L, 1);
  inv_variable *b = inv_lua_operand(L, 2, &number);
  return push_binary(L, op, a, 0, b, number);
}

/* self = op(self, b); returns self. */
static int change_by(lua_State *L, inv_binary_op op) {
  double number = 0;
  inv_tensor *into = &inv_lua_target(L, 1)->value;
  inv_variable *b = inv_lua_operand(L, 2, &number);
  if (b)
    inv_lua_check(L, inv_tensor_binary_into(op, into, into, &b->value));
  else
    inv_lua_check(L,
                  inv_tensor_binary_number_into(op, into, into, number, false));
  lua_settop(L, 1);
  return 1;
}

/* a:add_(b[, scale]) and a:sub_: scale multiplies b. */
static int change_by_scaled(lua_State *L, inv_binary_op op, double sign) {
  if (lua_isnoneornil(L, 3))
    return change_by(L, op);
  inv_tensor *into = &inv_lua_target(L, 1)->value;
  const inv_tensor *b = &inv_lua_tensor(L, 2)->value;
  double scale = inv_lua_number(L, 3, -HUGE_VAL, HUGE_VAL);
  inv_lua_check(L, inv_tensor_add_scaled(into, b, sign * scale));
  lua_settop(L, 1);
  return 1;
}

#define OPERATOR(name, op)                                                     \
  static int operator_##name(lua_State *L) {                                   \
    return operator_of(L, op);                                                 \
  }
#define METHOD(name, op)                                                       \
  static int method_##name(lua_State *L) {                                     \
    return method_of(L, op);                                                   \
  }
#define CHANGE(name, op)                                                       \
  static int change_##name(lua_State *L) {                                     \
    return change_by(L, op);                                                   \
  }

OPERATOR(add, INV_ADD)
OPERATOR(sub, INV_SUB)
OPERATOR(mul, INV_MUL)
OPERATOR(div, INV_DIV)
OPERATOR(pow, INV_POW)
OPERATOR(mod, INV_MOD)
OPERATOR(idiv, INV_FLOORDIV)
METHOD(add, INV_ADD)
METHOD(sub, INV_SUB)
METHOD(mul, INV_MUL)
METHOD(div, INV_DIV)
METHOD(pow, INV_POW)
METHOD(mod, INV_MOD)
METHOD(floordiv, INV_FLOORDIV)
METHOD(maximum, INV_MAXIMUM)
METHOD(minimum, INV_MINIMUM)
METHOD(eq, INV_EQ)
METHOD(ne, INV_NE)
METHOD(lt, INV_LT)
METHOD(le, INV_LE)
METHOD(gt, INV_GT)
METHOD(ge, INV_GE)
METHOD(and, INV_AND)
METHOD(or, INV_OR)
METHOD(xor, INV_XOR)
CHANGE(mul, INV_MUL)
CHANGE(div, INV_DIV)
CHANGE(pow, INV_POW)
CHANGE(mod, INV_MOD)
CHANGE(floordiv, INV_FLOORDIV)
CHANGE(maximum, INV_MAXIMUM)
CHANGE(minimum, INV_MINIMUM)

static int change_add(lua_State *L) {
  return change_by_scaled(L, INV_ADD, 1);
}

static int change_sub(lua_State *L) {
  return change_by_scaled(L, INV_SUB, -1);
}

/* a < b and a <= b as Lua wants them, true or false: for tensors of one
 * element and numbers. */
static double single(lua_State *L, int arg) {
  double number = 0;
  const inv_variable *t = inv_lua_operand(L, arg, &number);
  if (!t)
    return number;
  if (inv_tensor_count(&t->value) != 1)
    inv_lua_error(L, "only tensors of one element are true or false; use the "
                     "methods lt, le, gt, ge for others");
  int64_t first[INV_MAX_DIMS] = {0};
  return inv_tensor_get(&t->value, first);
}

static int operator_lt(lua_State *L) {
  lua_pushboolean(L, single(L, 1) < single(L, 2));
  return 1;
}

static int operator_le(lua_State *L) {
  lua_pushboolean(L, single(L, 1) <= single(L, 2));
  return 1;
}

/* ---- one operand -------------------------------------------------------- */

static int unary_of(lua_State *L, inv_unary_op op) {
  return inv_lua_unary(L, op, inv_lua_tensor(L, 1));
}

static int change_unary(lua_State *L, inv_unary_op op) {
  inv_tensor *into = &inv_lua_target(L, 1)->value;
  inv_lua_check(L, inv_tensor_unary_into(op, into, into));
  lua_settop(L, 1);
  return 1;
}

/* Each function and its in-place form. */
#define UNARY(name, op)                                                        \
  static int unary_##name(lua_State *L) {                                      \
    return unary_of(L, op);                                                    \
  }                                                                            \
  static int change_##name(lua_State *L) {                                     \
    return change_unary(L, op);                                                \
  }
#define TEST(name, op)                                                         \
  static int unary_##name(lua_State *L) {                                      \
    return unary_of(L, op);                                                    \
  }

UNARY(neg, INV_NEG)
UNARY(abs, INV_ABS)
UNARY(sign, INV_SIGN)
UNARY(square, INV_SQUARE)
UNARY(relu, INV_RELU)
UNARY(floor, INV_FLOOR)
UNARY(ceil, INV_CEIL)
UNARY(round, INV_ROUND)
UNARY(trunc, INV_TRUNC)
UNARY(exp, INV_EXP)
UNARY(expm1, INV_EXPM1)
UNARY(log, INV_LOG)
UNARY(log1p, INV_LOG1P)
UNARY(sqrt, INV_SQRT)
UNARY(rsqrt, INV_RSQRT)
UNARY(reciprocal, INV_RECIPROCAL)
UNARY(sin, INV_SIN)
UNARY(cos, INV_COS)
UNARY(tan, INV_TAN)
UNARY(tanh, INV_TANH)
UNARY(sigmoid, INV_SIGMOID)
UNARY(erf, INV_ERF)
UNARY(gelu, INV_GELU)
UNARY(silu, INV_SILU)
UNARY(softplus, INV_SOFTPLUS)
TEST(not, INV_NOT)
TEST(isnan, INV_ISNAN)
TEST(isinf, INV_ISINF)
TEST(isfinite, INV_ISFINITE)

/* ---- others ------------------------------------------------------------- */

/* A bound of clamp: a number that is not NaN, or nil. */
static bool bound(lua_State *L, int arg, double *out) {
  if (lua_isnoneornil(L, arg))
    return false;
  *out = lua_tonumber(L, arg);
  if (lua_type(L, arg) != LUA_TNUMBER || isnan(*out))
    inv_lua_type_error(L, arg, "number or nil");
  return true;
}

/* a:clamp(low, high): either may be nil. */
static int tensor_clamp(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  double low = 0, high = 0;
  bool has_low = bound(L, 2, &low), has_high = bound(L, 3, &high);
  if (has_low && has_high && low > high)
    inv_lua_argument_error(L, 3, "%g is below the lower bound %g", high, low);
  lua_settop(L, 1);
  if (has_low)
    inv_lua_binary_number(L, INV_MAXIMUM, a, low, false);
  if (has_high)
    inv_lua_binary_number(L, INV_MINIMUM, inv_lua_tensor(L, -1), high, false);
  return has_low || has_high ? 1 : inv_lua_clone(L, a);
}

static int tensor_clamp_(lua_State *L) {
  inv_tensor *a = &inv_lua_target(L, 1)->value;
  double low = 0, high = 0;
  bool has_low = bound(L, 2, &low), has_high = bound(L, 3, &high);
  if (has_low && has_high && low > high)
    inv_lua_argument_error(L, 3, "%g is below the lower bound %g", high, low);
  if (has_low)
    inv_lua_check(L,
                  inv_tensor_binary_number_into(INV_MAXIMUM, a, a, low, false));
  if (has_high)
    inv_lua_check(
        L, inv_tensor_binary_number_into(INV_MINIMUM, a, a, high, false));
  lua_settop(L, 1);
  return 1;
}

static int tensor_fill_(lua_State *L) {
  inv_tensor *a = &inv_lua_target(L, 1)->value;
  if (lua_type(L, 2) != LUA_TNUMBER)
    inv_lua_type_error(L, 2, "number");
  inv_lua_check(L, inv_tensor_fill(a, lua_tonumber(L, 2)));
  lua_settop(L, 1);
  return 1;
}

static int tensor_zero_(lua_State *L) {
  inv_lua_check(L, inv_tensor_fill(&inv_lua_target(L, 1)->value, 0));
  lua_settop(L, 1);
  return 1;
}

/* a:copy_(b): b is converted and broadcast. */
static int tensor_copy_(lua_State *L) {
  inv_tensor *a = &inv_lua_target(L, 1)->value;
  const inv_tensor *b = &inv_lua_tensor(L, 2)->value;
  inv_variable *view = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_expand(&view->value, b, a->dims, a->shape));
  inv_lua_check(L, inv_tensor_copy(a, &view->value));
  lua_settop(L, 1);
  return 1;
}

#define BOTH(name)                                                             \
  {#name, unary_##name}, {                                                     \
#name "_", change_##name                                                   \
  }

const luaL_Reg INV_ARITHMETIC_METHODS[] = {
    {"__add", operator_add},
    {"__sub", operator_sub},
    {"__mul", operator_mul},
    {"__div", operator_div},
    {"__pow", operator_pow},
    {"__mod", operator_mod},
    {"__idiv", operator_idiv},
    {"__unm", unary_neg},
    {"__lt", operator_lt},
    {"__le", operator_le},
    {"add", method_add},
    {"sub", method_sub},
    {"mul", method_mul},
    {"div", method_div},
    {"pow", method_pow},
    {"mod", method_mod},
    {"floordiv", method_floordiv},
    {"maximum", method_maximum},
    {"minimum", method_minimum},
    {"eq", method_eq},
    {"ne", method_ne},
    {"lt", method_lt},
    {"le", method_le},
    {"gt", method_gt},
    {"ge", method_ge},
    {"logical_and", method_and},
    {"logical_or", method_or},
    {"logical_xor", method_xor},
    {"logical_not", unary_not},
    {"add_", change_add},
    {"sub_", change_sub},
    {"mul_", change_mul},
    {"div_", change_div},
    {"pow_", change_pow},
    {"mod_", change_mod},
    {"floordiv_", change_floordiv},
    {"maximum_", change_maximum},
    {"minimum_", change_minimum},
    BOTH(neg),
    BOTH(abs),
    BOTH(sign),
    BOTH(square),
    BOTH(relu),
    BOTH(floor),
    BOTH(ceil),
    BOTH(round),
    BOTH(trunc),
    BOTH(exp),
    BOTH(expm1),
    BOTH(log),
    BOTH(log1p),
    BOTH(sqrt),
    BOTH(rsqrt),
    BOTH(reciprocal),
    BOTH(sin),
    BOTH(cos),
    BOTH(tan),
    BOTH(tanh),
    BOTH(sigmoid),
    BOTH(erf),
    BOTH(gelu),
    BOTH(silu),
    BOTH(softplus),
    {"isnan", unary_isnan},
    {"isinf", unary_isinf},
    {"isfinite", unary_isfinite},
    {"clamp", tensor_clamp},
    {"clamp_", tensor_clamp_},
    {"fill_", tensor_fill_},
    {"zero_", tensor_zero_},
    {"copy_", tensor_copy_},
    {NULL, NULL},
};

/* Sorting and what follows from it; comparisons of whole tensors. */
#include <math.h>

#include "lua/tensor.h"
#include "tensor/compare.h"
#include "tensor/order.h"

/* The dimension at `arg`, by default the last. */
static int line_dim(lua_State *L, int arg, const inv_variable *a) {
  if (lua_isnoneornil(L, arg))
    return inv_lua_last_dim(L, a);
  return inv_lua_dim(L, arg, a->value.dims);
}

/* The option descending, in the table after the dimension at `arg`. */
static bool descending(lua_State *L, int arg) {
  static const char *const names[] = {"descending", NULL};
  lua_settop(L, lua_gettop(L) < arg ? arg : lua_gettop(L));
  inv_lua_options(L, arg + 1, names);
  return inv_lua_option_boolean(L, arg + 1, "descending", false);
}

/* a:sort([dim[, {descending=}]]): values and positions. */
static int tensor_sort(lua_State *L) {
  const inv_variable *a = inv_lua_tensor(L, 1);
  int dim = line_dim(L, 2, a);
  bool down = descending(L, 2);
  inv_variable *values = inv_lua_new_tensor(L);
  inv_variable *positions = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_sort(&values->value, &positions->value, &a->value,
                                   dim, down));
  inv_lua_record_picked(L, values, a, dim, positions);
  return 2;
}

/* a:argsort([dim[, {descending=}]]) */
static int tensor_argsort(lua_State *L) {
  const inv_variable *a = inv_lua_tensor(L, 1);
  int dim = line_dim(L, 2, a);
  bool down = descending(L, 2);
  inv_variable *positions = inv_lua_new_tensor(L);
  inv_lua_check(L,
                inv_tensor_sort(NULL, &positions->value, &a->value, dim, down));
  return 1;
}

/* a:topk(k[, dim[, {smallest=}]]): values and positions, best first. */
static int tensor_topk(lua_State *L) {
  static const char *const names[] = {"smallest", NULL};
  const inv_variable *a = inv_lua_tensor(L, 1);
  int dim = line_dim(L, 3, a);
  int64_t k = inv_lua_integer(L, 2, 0, a->value.shape[dim]);
  lua_settop(L, lua_gettop(L) < 3 ? 3 : lua_gettop(L));
  inv_lua_options(L, 4, names);
  bool smallest = inv_lua_option_boolean(L, 4, "smallest", false);
  inv_variable *values = inv_lua_new_tensor(L);
  inv_variable *positions = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_topk(&values->value, &positions->value, &a->value,
                                   k, dim, !smallest));
  inv_lua_record_picked(L, values, a, dim, positions);
  return 2;
}

/* a:unique(): the different elements, ascending, and how often each occurs. */
static int tensor_unique(lua_State *L) {
  const inv_tensor *a = &inv_lua_tensor(L, 1)->value;
  inv_variable *values = inv_lua_new_tensor(L);
  inv_variable *counts = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_unique(&values->value, &counts->value, a));
  return 2;
}

/* a:equal(b): same shape and same elements. */
static int tensor_equal(lua_State *L) {
  const inv_tensor *a = &inv_lua_tensor(L, 1)->value;
  const inv_tensor *b = &inv_lua_tensor(L, 2)->value;
  bool close = false;
  inv_lua_check(L, inv_tensor_allclose(&close, a, b, 0, 0, false));
  lua_pushboolean(L, close);
  return 1;
}

/* a:allclose(b[, {rtol=, atol=, equal_nan=}]) */
static int tensor_allclose(lua_State *L) {
  static const char *const names[] = {"rtol", "atol", "equal_nan", NULL};
  const inv_tensor *a = &inv_lua_tensor(L, 1)->value;
  const inv_tensor *b = &inv_lua_tensor(L, 2)->value;
  inv_lua_options(L, 3, names);
  double rtol = inv_lua_option_number(L, 3, "rtol", 0, HUGE_VAL, 1e-5);
  double atol = inv_lua_option_number(L, 3, "atol", 0, HUGE_VAL, 1e-8);
  bool nan = inv_lua_option_boolean(L, 3, "equal_nan", false), close = false;
  inv_lua_check(L, inv_tensor_allclose(&close, a, b, rtol, atol, nan));
  lua_pushboolean(L, close);
  return 1;
}

const luaL_Reg INV_ORDER_METHODS[] = {
    {"sort", tensor_sort},
    {"argsort", tensor_argsort},
    {"topk", tensor_topk},
    {"unique", tensor_unique},
    {"allclose", tensor_allclose},
    {"equal", tensor_equal},
    {NULL, NULL},
};

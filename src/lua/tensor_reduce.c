/* Reductions of tensors. */
#include "lua/tensor.h"

static const char *const KEEPDIM[] = {"keepdim", NULL};

static bool keepdim(lua_State *L, int arg) {
  inv_lua_options(L, arg, KEEPDIM);
  return inv_lua_option_boolean(L, arg, "keepdim", false);
}

/* a:sum([dims[, options]]) and its like. */
static int reduce(lua_State *L, inv_reduction op) {
  inv_variable *a = inv_lua_tensor(L, 1);
  unsigned mask = inv_lua_dims(L, 2, a->value.dims);
  lua_settop(L, lua_gettop(L) < 2 ? 2 : lua_gettop(L));
  return inv_lua_reduce(L, op, a, mask, keepdim(L, 3));
}

#define REDUCTION(name, op)                                                    \
  static int tensor_##name(lua_State *L) {                                     \
    return reduce(L, op);                                                      \
  }

REDUCTION(sum, INV_SUM)
REDUCTION(mean, INV_MEAN)
REDUCTION(prod, INV_PROD)
REDUCTION(any, INV_ANY)
REDUCTION(all, INV_ALL)
REDUCTION(logsumexp, INV_LOGSUMEXP)

/* a:var([dims[, {keepdim=, correction=}]]): correction 1 divides by n - 1, 0
 * by n. */
static int spread(lua_State *L, inv_reduction sample, inv_reduction whole) {
  static const char *const options[] = {"keepdim", "correction", NULL};
  inv_variable *a = inv_lua_tensor(L, 1);
  unsigned mask = inv_lua_dims(L, 2, a->value.dims);
  lua_settop(L, lua_gettop(L) < 2 ? 2 : lua_gettop(L));
  inv_lua_options(L, 3, options);
  bool keep = inv_lua_option_boolean(L, 3, "keepdim", false);
  bool corrected = inv_lua_option_integer(L, 3, "correction", 0, 1, 1) == 1;
  return inv_lua_reduce(L, corrected ? sample : whole, a, mask, keep);
}

static int tensor_var(lua_State *L) {
  return spread(L, INV_VAR, INV_VAR_POPULATION);
}

static int tensor_std(lua_State *L) {
  return spread(L, INV_STD, INV_STD_POPULATION);
}

/* a:norm([dims[, {keepdim=, p=}]]): p is 1, 2 or math.huge. */
static int tensor_norm(lua_State *L) {
  static const char *const options[] = {"keepdim", "p", NULL};
  inv_variable *a = inv_lua_tensor(L, 1);
  unsigned mask = inv_lua_dims(L, 2, a->value.dims);
  lua_settop(L, lua_gettop(L) < 2 ? 2 : lua_gettop(L));
  inv_lua_options(L, 3, options);
  bool keep = inv_lua_option_boolean(L, 3, "keepdim", false);
  inv_reduction op = INV_NORM2;
  if (lua_getfield(L, 3, "p") != LUA_TNIL) {
    lua_Number p = lua_tonumber(L, -1);
    if (lua_type(L, -1) != LUA_TNUMBER ||
        (p != 1 && p != 2 && p <= 1.7976931348623157e308))
      inv_lua_argument_error(L, 3, "option p: 1, 2 or math.huge expected");
    op = p == 1 ? INV_NORM1 : p == 2 ? INV_NORM2 : INV_NORMINF;
  }
  lua_pop(L, 1);
  return inv_lua_reduce(L, op, a, mask, keep);
}

/* a:max(): the largest element. a:max(dim): values and positions. a:max(list
 * of dims): values. */
static int extreme(lua_State *L, bool largest) {
  inv_variable *a = inv_lua_tensor(L, 1);
  bool one = lua_type(L, 2) == LUA_TNUMBER;
  unsigned mask = inv_lua_dims(L, 2, a->value.dims);
  lua_settop(L, lua_gettop(L) < 2 ? 2 : lua_gettop(L));
  bool keep = keepdim(L, 3);
  if (one)
    return inv_lua_extreme(L, largest, a, inv_lua_dim(L, 2, a->value.dims),
                           keep);
  return inv_lua_reduce(L, largest ? INV_MAX : INV_MIN, a, mask, keep);
}

static int tensor_max(lua_State *L) {
  return extreme(L, true);
}
static int tensor_min(lua_State *L) {
  return extreme(L, false);
}

/* a:argmax([dim[, options]]): positions; without dim, in row-major order. */
static int position(lua_State *L, bool largest) {
  const inv_tensor *a = &inv_lua_tensor(L, 1)->value;
  lua_settop(L, lua_gettop(L) < 2 ? 2 : lua_gettop(L));
  bool whole = lua_isnil(L, 2), keep = keepdim(L, 3);
  int dim = whole ? 0 : inv_lua_dim(L, 2, a->dims);
  inv_variable *view = inv_lua_new_tensor(L);
  const int64_t flat = -1;
  if (whole)
    inv_lua_check(L, inv_tensor_reshape(&view->value, a, 1, &flat));
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_extreme(largest, NULL, &out->value,
                                      whole ? &view->value : a, dim, keep));
  return 1;
}

static int tensor_argmax(lua_State *L) {
  return position(L, true);
}
static int tensor_argmin(lua_State *L) {
  return position(L, false);
}

/* a:cumsum(dim) */
static int tensor_cumsum(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  return inv_lua_cumsum(L, a, inv_lua_dim(L, 2, a->value.dims));
}

const luaL_Reg INV_REDUCTION_METHODS[] = {
    {"sum", tensor_sum},
    {"mean", tensor_mean},
    {"prod", tensor_prod},
    {"var", tensor_var},
    {"std", tensor_std},
    {"min", tensor_min},
    {"max", tensor_max},
    {"argmin", tensor_argmin},
    {"argmax", tensor_argmax},
    {"any", tensor_any},
    {"all", tensor_all},
    {"norm", tensor_norm},
    {"cumsum", tensor_cumsum},
    {"logsumexp", tensor_logsumexp},
    {NULL, NULL},
};

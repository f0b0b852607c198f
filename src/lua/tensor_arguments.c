/* Arguments that several functions on tensors take. */
#include <math.h>

#include "lua/tensor.h"

static int dim_at(lua_State *L, int arg, int index, int dims) {
  int is_integer;
  lua_Integer dim = lua_tointegerx(L, index, &is_integer);
  if (!is_integer || lua_type(L, index) != LUA_TNUMBER || dim == 0 ||
      dim > dims || dim < -dims)
    inv_lua_argument_error(L, arg, "%s is no dimension of a tensor with %d",
                           lua_type(L, index) == LUA_TNUMBER
                               ? lua_tostring(L, index)
                               : luaL_typename(L, index),
                           dims);
  return (int)(dim < 0 ? dims + dim : dim - 1);
}

int inv_lua_dim(lua_State *L, int arg, int dims) {
  lua_pushvalue(L, arg); /* a copy: a message turns it into a string */
  int dim = dim_at(L, arg, -1, dims);
  lua_pop(L, 1);
  return dim;
}

int inv_lua_first_dim(lua_State *L, const inv_variable *a) {
  if (a->value.dims == 0)
    inv_lua_argument_error(L, 1, "a scalar has no dimensions");
  return 0;
}

int inv_lua_last_dim(lua_State *L, const inv_variable *a) {
  return inv_lua_first_dim(L, a) + a->value.dims - 1;
}

unsigned inv_lua_dims(lua_State *L, int arg, int dims) {
  if (lua_isnoneornil(L, arg))
    return (1u << dims) - 1;
  if (!lua_istable(L, arg))
    return 1u << inv_lua_dim(L, arg, dims);
  unsigned mask = 0;
  lua_Integer n = (lua_Integer)lua_rawlen(L, arg);
  if (n == 0)
    inv_lua_argument_error(L, arg,
                           "a list of dimensions expected; options "
                           "come after it");
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, arg, i);
    unsigned bit = 1u << dim_at(L, arg, -1, dims);
    if (mask & bit)
      inv_lua_argument_error(L, arg, "dimension %s is named twice",
                             lua_tostring(L, -1));
    mask |= bit;
    lua_pop(L, 1);
  }
  return mask;
}

/* A table with members or an empty one; not a table of options. */
static bool is_list(lua_State *L, int arg) {
  if (!lua_istable(L, arg))
    return false;
  if (lua_rawlen(L, arg) > 0)
    return true;
  lua_pushnil(L);
  if (!lua_next(L, arg))
    return true;
  lua_pop(L, 2);
  return false;
}

int inv_lua_shape(lua_State *L, int arg, int64_t least,
                  int64_t shape[INV_MAX_DIMS], int *next) {
  bool list = is_list(L, arg);
  int dims = 0;
  if (list) {
    dims = (int)lua_rawlen(L, arg);
    *next = arg + 1;
  } else {
    while (lua_type(L, arg + dims) == LUA_TNUMBER)
      dims++;
    *next = arg + dims;
  }
  if (dims > INV_MAX_DIMS)
    inv_lua_argument_error(L, arg, "%d dimensions, at most %d are possible",
                           dims, INV_MAX_DIMS);
  for (int d = 0; d < dims; d++) {
    if (!list) {
      shape[d] = inv_lua_integer(L, arg + d, least, INT64_MAX);
      continue;
    }
    lua_rawgeti(L, arg, d + 1);
    int is_integer;
    shape[d] = lua_tointegerx(L, -1, &is_integer);
    if (!is_integer || lua_type(L, -1) != LUA_TNUMBER || shape[d] < least)
      inv_lua_argument_error(L, arg, "size %d is not an integer >= %d", d + 1,
                             (int)least);
    lua_pop(L, 1);
  }
  return dims;
}

inv_dtype inv_lua_option_dtype(lua_State *L, int arg, inv_dtype otherwise) {
  const char *names[INV_DTYPES + 1] = {NULL};
  for (int i = 0; i < INV_DTYPES; i++)
    names[i] = inv_dtype_name((inv_dtype)i);
  return (inv_dtype)inv_lua_option_choice(L, arg, "dtype", names,
                                          (int)otherwise);
}

inv_variable *inv_lua_operand(lua_State *L, int arg, double *number) {
  if (lua_type(L, arg) == LUA_TNUMBER) {
    *number = lua_tonumber(L, arg);
    return NULL;
  }
  if (!luaL_testudata(L, arg, "tensor"))
    inv_lua_type_error(L, arg, "tensor or number");
  return inv_lua_tensor(L, arg);
}

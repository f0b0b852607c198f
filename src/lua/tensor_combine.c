/* Joining, splitting, picking and masking. */
#include "lua/tensor.h"
#include "tensor/combine.h"

/* Checks the list of tensors at `arg` and pushes an array of them. They stay
 * alive in the list. */
static inv_variable **push_list(lua_State *L, int arg, int *count) {
  if (!lua_istable(L, arg) || lua_rawlen(L, arg) == 0)
    inv_lua_type_error(L, arg, "list of tensors");
  lua_Unsigned n = lua_rawlen(L, arg);
  if (n > 1 << 24)
    inv_lua_argument_error(L, arg, "too many tensors");
  inv_variable **list = lua_newuserdatauv(L, n * sizeof *list, 0);
  for (lua_Unsigned i = 0; i < n; i++) {
    lua_rawgeti(L, arg, (lua_Integer)i + 1);
    list[i] = inv_lua_is_tensor(L, -1);
    if (!list[i])
      inv_lua_argument_error(L, arg, "member %d is not an open tensor",
                             (int)i + 1);
    lua_pop(L, 1);
  }
  *count = (int)n;
  return list;
}

/* tensor.cat(list[, dim]) */
static int tensor_cat(lua_State *L) {
  lua_settop(L, 2);
  int count;
  inv_variable **list = push_list(L, 1, &count);
  int dim =
      lua_isnil(L, 2) ? 0 : inv_lua_dim(L, 2, list[0]->value.dims);
  return inv_lua_cat(L, list, count, dim);
}

/* tensor.where(condition, a, b): a and b may be numbers. */
static int tensor_where(lua_State *L) {
  inv_variable *condition = inv_lua_tensor(L, 1), *values[2];
  double numbers[2] = {0, 0};
  for (int i = 0; i < 2; i++)
    values[i] = inv_lua_operand(L, i + 2, &numbers[i]);
  for (int i = 0; i < 2; i++) {
    if (values[i])
      continue;
    const inv_variable *other = values[1 - i];
    inv_dtype dtype =
        other ? inv_promote_number(other->value.dtype, numbers[i])
              : INV_FLOAT32;
    inv_variable *number = inv_lua_new_tensor(L);
    inv_lua_check(L, inv_tensor_scalar(&number->value, dtype, numbers[i]));
    values[i] = number;
  }
  return inv_lua_where(L, condition, values[0], values[1]);
}

/* a:index_select(dim, positions) */
static int tensor_index_select(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int dim = inv_lua_dim(L, 2, a->value.dims);
  return inv_lua_index_select(L, a, dim, inv_lua_tensor(L, 3));
}

/* a:gather(dim, positions) */
static int tensor_gather(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int dim = inv_lua_dim(L, 2, a->value.dims);
  return inv_lua_gather(L, a, dim, inv_lua_tensor(L, 3));
}

const luaL_Reg INV_COMBINING_FUNCTIONS[] = {
    {"cat", tensor_cat},
    {"where", tensor_where},
    {NULL, NULL},
};

const luaL_Reg INV_COMBINING_METHODS[] = {
    {"index_select", tensor_index_select},
    {"gather", tensor_gather},
    {NULL, NULL},
};

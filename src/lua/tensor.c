/* invar.core.tensor: what a tensor is, conversion to Lua values, and the list
 * of everything that can be done with one. */
#include <string.h>

#include "lua/modules.h"
#include "lua/tape.h"
#include "lua/tensor.h"

static int tensor_gc(lua_State *L) {
  inv_variable_release(luaL_checkudata(L, 1, "tensor"));
  return 0;
}

/* a:close(): frees the data now; using the tensor afterwards is an error. */
static int tensor_close(lua_State *L) {
  inv_variable_release(inv_lua_userdata(L, 1, "tensor"));
  return 0;
}

/* a:shape(): the list of sizes. */
static int tensor_shape(lua_State *L) {
  const inv_tensor *t = &inv_lua_tensor(L, 1)->value;
  lua_createtable(L, t->dims, 0);
  for (int d = 0; d < t->dims; d++) {
    lua_pushinteger(L, t->shape[d]);
    lua_rawseti(L, -2, d + 1);
  }
  return 1;
}

/* a:size(dim) */
static int tensor_size(lua_State *L) {
  const inv_tensor *t = &inv_lua_tensor(L, 1)->value;
  lua_pushinteger(L, t->shape[inv_lua_dim(L, 2, t->dims)]);
  return 1;
}

/* a:dim(): how many dimensions. */
static int tensor_dim(lua_State *L) {
  lua_pushinteger(L, inv_lua_tensor(L, 1)->value.dims);
  return 1;
}

/* a:count(): how many elements. */
static int tensor_count(lua_State *L) {
  lua_pushinteger(L, inv_tensor_count(&inv_lua_tensor(L, 1)->value));
  return 1;
}

static int tensor_dtype(lua_State *L) {
  lua_pushstring(L, inv_dtype_name(inv_lua_tensor(L, 1)->value.dtype));
  return 1;
}

/* #a: the size of the first dimension. */
static int tensor_len(lua_State *L) {
  const inv_tensor *t = &inv_lua_tensor(L, 1)->value;
  if (t->dims == 0)
    inv_lua_argument_error(L, 1, "a scalar has no length");
  lua_pushinteger(L, t->shape[0]);
  return 1;
}

static int tensor_is_contiguous(lua_State *L) {
  lua_pushboolean(L, inv_tensor_contiguous(&inv_lua_tensor(L, 1)->value));
  return 1;
}

static int tensor_clone(lua_State *L) {
  return inv_lua_clone(L, inv_lua_tensor(L, 1));
}

static int tensor_contiguous(lua_State *L) {
  return inv_lua_contiguous(L, inv_lua_tensor(L, 1));
}

/* a:to(dtype) */
static int tensor_to(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  return inv_lua_convert(L, a, inv_lua_dtype(L, 2));
}

/* ---- to Lua ------------------------------------------------------------- */

/* Integers for integer tensors, floats for the others. */
static void push_element(lua_State *L, inv_dtype dtype, double value) {
  if (inv_is_float(dtype))
    lua_pushnumber(L, value);
  else
    lua_pushinteger(L, (lua_Integer)value);
}

/* a:item(): the number in a tensor of one element. */
static int tensor_item(lua_State *L) {
  const inv_tensor *t = &inv_lua_tensor(L, 1)->value;
  char text[96];
  int64_t first[INV_MAX_DIMS] = {0};
  if (inv_tensor_count(t) != 1)
    inv_lua_argument_error(L, 1, "one element expected, got shape %s",
                           inv_shape_text(text, t->dims, t->shape));
  push_element(L, t->dtype, inv_tensor_get(t, first));
  return 1;
}

static void push_table(lua_State *L, const inv_tensor *t, int dim,
                       int64_t *index) {
  if (dim == t->dims) {
    push_element(L, t->dtype, inv_tensor_get(t, index));
    return;
  }
  int64_t size = t->shape[dim];
  lua_createtable(L, size < 1 << 30 ? (int)size : 0, 0);
  for (int64_t i = 0; i < size; i++) {
    index[dim] = i;
    push_table(L, t, dim + 1, index);
    lua_rawseti(L, -2, i + 1);
  }
}

/* a:totable(): nested lists; a number for a scalar. */
static int tensor_totable(lua_State *L) {
  const inv_tensor *t = &inv_lua_tensor(L, 1)->value;
  int64_t index[INV_MAX_DIMS] = {0};
  luaL_checkstack(L, 2 * INV_MAX_DIMS, NULL);
  push_table(L, t, 0, index);
  return 1;
}

/* ---- registering -------------------------------------------------------- */

static const luaL_Reg METHODS[] = {
    {"__gc", tensor_gc},
    {"__len", tensor_len},
    {"close", tensor_close},
    {"shape", tensor_shape},
    {"size", tensor_size},
    {"dim", tensor_dim},
    {"count", tensor_count},
    {"dtype", tensor_dtype},
    {"is_contiguous", tensor_is_contiguous},
    {"clone", tensor_clone},
    {"contiguous", tensor_contiguous},
    {"to", tensor_to},
    {"item", tensor_item},
    {"totable", tensor_totable},
    {NULL, NULL},
};

static const luaL_Reg *const METHOD_LISTS[] = {
    METHODS,
    INV_INDEXING_METHODS,
    INV_ARITHMETIC_METHODS,
    INV_REDUCTION_METHODS,
    INV_LINEAR_METHODS,
    INV_ORDER_METHODS,
    INV_COMBINING_METHODS,
    INV_IO_METHODS,
    INV_TAPE_METHODS,
};

int inv_open_tensor(lua_State *L) {
  luaL_Reg all[256] = {{NULL, NULL}};
  size_t count = 0;
  for (size_t i = 0; i < sizeof METHOD_LISTS / sizeof *METHOD_LISTS; i++)
    for (const luaL_Reg *m = METHOD_LISTS[i]; m->name && count < 255; m++)
      all[count++] = *m;
  inv_lua_type(L, "tensor", all);
  lua_newtable(L);
  inv_lua_register(L, "tensor.", INV_CREATION_FUNCTIONS);
  inv_lua_register(L, "tensor.", INV_COMBINING_FUNCTIONS);
  inv_lua_register(L, "tensor.", INV_IO_FUNCTIONS);
  return 1;
}

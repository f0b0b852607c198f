/* invar.core.tensor: tensors. */
#include <string.h>

#include "base/memory.h"
#include "lua/binding.h"
#include "lua/modules.h"

static int tensor_gc(lua_State *L) {
  inv_variable_release(luaL_checkudata(L, 1, "tensor"));
  return 0;
}

/* tensor.zeros(d1, d2, ...) */
static int tensor_zeros(lua_State *L) {
  int64_t shape[INV_MAX_DIMS];
  int dims = lua_gettop(L);
  if (dims > INV_MAX_DIMS)
    inv_lua_argument_error(L, INV_MAX_DIMS + 1, "at most %d dimensions",
                           INV_MAX_DIMS);
  for (int d = 0; d < dims; d++)
    shape[d] = inv_lua_integer(L, d + 1, 0, LUA_MAXINTEGER);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_zeros(&out->value, INV_FLOAT32, dims, shape));
  return 1;
}

static int tensor_tostring(lua_State *L) {
  const inv_variable *t = inv_lua_userdata(L, 1, "tensor");
  char text[96];
  if (!t->value.storage)
    lua_pushstring(L, "tensor (closed)");
  else
    lua_pushfstring(L, "%s tensor %s", inv_dtype_name(t->value.dtype),
                    inv_shape_text(text, t->value.dims, t->value.shape));
  return 1;
}

static const luaL_Reg FUNCTIONS[] = {{"zeros", tensor_zeros}, {NULL, NULL}};

static const luaL_Reg METHODS[] = {
    {"__gc", tensor_gc}, {"__tostring", tensor_tostring}, {NULL, NULL}};

int inv_open_tensor(lua_State *L) {
  inv_lua_type(L, "tensor", METHODS);
  lua_newtable(L);
  inv_lua_register(L, "tensor.", FUNCTIONS);
  return 1;
}

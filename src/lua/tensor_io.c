/* Printing, .npy files. */
#include "lua/tensor.h"

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

const luaL_Reg INV_IO_FUNCTIONS[] = {
    {NULL, NULL},
};

const luaL_Reg INV_IO_METHODS[] = {
    {"__tostring", tensor_tostring},
    {NULL, NULL},
};

/* Printing, .npy files. */
#include "lua/tensor.h"
#include "tensor/npy.h"
#include "tensor/print.h"

static int tensor_tostring(lua_State *L) {
  const inv_variable *t = inv_lua_userdata(L, 1, "tensor");
  char text[INV_PRINT_BYTES] = "tensor (closed)";
  if (t->value.storage)
    inv_tensor_text(text, &t->value);
  lua_pushstring(L, text);
  return 1;
}

/* tensor.load(path) */
static int tensor_load(lua_State *L) {
  const char *name = inv_lua_path(L, 1);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_npy_read(&out->value, name));
  return 1;
}

/* a:save(path) */
static int tensor_save(lua_State *L) {
  const inv_tensor *t = &inv_lua_tensor(L, 1)->value;
  inv_lua_check(L, inv_npy_write(t, inv_lua_path(L, 2)));
  lua_settop(L, 1);
  return 1;
}

const luaL_Reg INV_IO_FUNCTIONS[] = {
    {"load", tensor_load},
    {NULL, NULL},
};

const luaL_Reg INV_IO_METHODS[] = {
    {"__tostring", tensor_tostring},
    {"save", tensor_save},
    {NULL, NULL},
};

/* Products and decompositions. */
#include "lua/tensor.h"
#include "tensor/linear_algebra.h"

/* a:matmul(b) */
static int tensor_matmul(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  return inv_lua_matmul(L, a, inv_lua_tensor(L, 2));
}

const luaL_Reg INV_LINEAR_METHODS[] = {
    {"matmul", tensor_matmul},
    {NULL, NULL},
};

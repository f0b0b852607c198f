/* invar.core.testing: failure injection, only in the test program. */
#include <lauxlib.h>

#include "base/memory.h"
#include "lua/modules.h"

/* fail_at(n[, and_later]): the n-th allocation from now fails; 0 switches
 * this off. */
static int fail_at(lua_State *L) {
  inv_memory_fail_at((uint64_t)luaL_checkinteger(L, 1), lua_toboolean(L, 2));
  return 0;
}

/* allocations(): how many were asked for so far. */
static int allocations(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)inv_memory_count());
  return 1;
}

int inv_open_testing(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"fail_at", fail_at}, {"allocations", allocations}, {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}

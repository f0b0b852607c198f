#include "lua/modules.h"

#include <lauxlib.h>

static const luaL_Reg MODULES[] = {
    {"invar.core.base", inv_open_base},
    {"invar.core.nn", inv_open_nn},
    {"invar.core.optim", inv_open_optim},
    {"invar.core.progress", inv_open_progress},
    {"invar.core.builtin", inv_open_builtin},
    {"invar.core.data", inv_open_data},
    {"invar.core.database", inv_open_database},
    {"invar.core.system", inv_open_system},
    {"invar.core.image", inv_open_image},
    {"invar.core.rng", inv_open_rng},
    {"invar.core.store", inv_open_store},
    {"invar.core.tensor", inv_open_tensor},
    {"invar.core.transforms", inv_open_transforms},
    {NULL, NULL},
};

void inv_lua_preload(lua_State *L) {
  inv_lua_listen();
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  for (const luaL_Reg *module = MODULES; module->name; module++) {
    lua_pushcfunction(L, module->func);
    lua_setfield(L, -2, module->name);
  }
  if (inv_open_testing) {
    lua_pushcfunction(L, inv_open_testing);
    lua_setfield(L, -2, "invar.core.testing");
  }
  lua_pop(L, 1);
}

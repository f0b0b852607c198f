/* The program. */
#include <lauxlib.h>
#include <limits.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/modules.h"

/* Placeholder until src/shell is there: runs one script. */
int main(int argc, char **argv) {
  lua_State *L = luaL_newstate();
  if (!L)
    return EXIT_FAILURE;
  luaL_openlibs(L);
  inv_lua_preload(L);
  char path[PATH_MAX] = "";
  if (readlink("/proc/self/exe", path, sizeof path - 1) > 0)
    *strrchr(path, '/') = 0;
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "path");
  lua_pushfstring(L, "%s/../lua/?.lua;%s/../lua/?/init.lua;%s", path, path,
                  lua_tostring(L, -1));
  lua_setfield(L, -3, "path");
  lua_settop(L, 0);
  lua_createtable(L, argc, 0);
  for (int i = 0; i < argc; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - 1);
  }
  lua_setglobal(L, "arg");
  if (luaL_dofile(L, argc > 1 ? argv[1] : NULL) != LUA_OK) {
    fprintf(stderr, "invar: %s\n", lua_tostring(L, -1));
    lua_close(L);
    return EXIT_FAILURE;
  }
  lua_close(L);
  return EXIT_SUCCESS;
}

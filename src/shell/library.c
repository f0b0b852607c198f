/* Where the Lua library is: beside the program, built or installed. */
#include <lauxlib.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lua/modules.h"
#include "shell/shell.h"

#ifndef INV_SOURCE_LUA
#define INV_SOURCE_LUA "lua"
#endif

/* Whether `folder` holds the library. */
static bool holds_library(const char *folder) {
  char file[PATH_MAX + 64];
  snprintf(file, sizeof file, "%s/invar/init.lua", folder);
  return access(file, R_OK) == 0;
}

/* The folder of the running program, links resolved; "" where unknown. */
static void program_folder(char folder[PATH_MAX]) {
  ssize_t n = readlink("/proc/self/exe", folder, PATH_MAX - 1);
  folder[n > 0 ? n : 0] = 0;
  char *slash = strrchr(folder, '/');
  if (slash)
    *slash = 0;
}

/* Pushes the folder of the library: the variable INVAR_LUA where it is set;
 * PREFIX/share/invar/lua for PREFIX/bin/invar; the source tree for a build in
 * it or one made from it elsewhere. */
static void push_library(lua_State *L) {
  static const char *const beside[] = {"/../share/invar/lua", "/../lua"};
  char folder[PATH_MAX], candidate[PATH_MAX + 32];
  const char *chosen = getenv("INVAR_LUA");
  if (chosen && *chosen) {
    if (!holds_library(chosen))
      luaL_error(L, "INVAR_LUA: %s does not hold invar/init.lua", chosen);
    lua_pushstring(L, chosen);
    return;
  }
  program_folder(folder);
  for (int i = 0; i < 2; i++) {
    snprintf(candidate, sizeof candidate, "%s%s", folder, beside[i]);
    if (holds_library(candidate)) {
      char *real = realpath(candidate, NULL);
      lua_pushstring(L, real ? real : candidate);
      free(real);
      return;
    }
  }
  if (!holds_library(INV_SOURCE_LUA))
    luaL_error(L,
               "the Lua library is neither in %s%s nor in %s%s; set "
               "INVAR_LUA to the folder that holds invar/init.lua",
               folder, beside[0], folder, beside[1]);
  lua_pushstring(L, INV_SOURCE_LUA);
}

void inv_shell_open_library(lua_State *L) {
  inv_lua_preload(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, inv_open_terminal);
  lua_setfield(L, -2, "invar.core.terminal");
  lua_pop(L, 1);
  push_library(L);
  const char *folder = lua_tostring(L, -1);
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "path");
  lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s", folder, folder,
                  lua_tostring(L, -1));
  lua_setfield(L, -3, "path");
  lua_pop(L, 3);
}

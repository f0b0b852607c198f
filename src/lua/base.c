/* invar.core.base: clock, threads, memory, written files. */
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/version.h"
#include "lua/binding.h"
#include "lua/modules.h"
#include "nn/backend.h"

static int base_clock(lua_State *L) {
  lua_pushnumber(L, inv_clock());
  return 1;
}

/* threads([n]): sets the number of threads if given; returns it. */
static int base_threads(lua_State *L) {
  if (!lua_isnoneornil(L, 1))
    inv_lua_check(L, inv_set_threads((int)inv_lua_integer(L, 1, 1, 1024)));
  lua_pushinteger(L, inv_threads());
  return 1;
}

/* backend([name]): takes the backend of this name if given; returns the name
 * of the one in use. */
static int base_backend(lua_State *L) {
  if (!lua_isnoneornil(L, 1))
    inv_lua_check(L, inv_backend_choose(inv_lua_string(L, 1)));
  lua_pushstring(L, inv_backend_current()->name);
  return 1;
}

/* trim_memory(): memory that was freed goes back to the system. */
static int base_trim_memory(lua_State *L) {
  (void)L;
  inv_memory_trim();
  return 0;
}

/* memory(): bytes held by tensors and images now, and at most so far. */
static int base_memory(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)inv_memory_live());
  lua_pushinteger(L, (lua_Integer)inv_memory_peak());
  return 2;
}

/* folder(path): makes a folder and those above it; it may be there. */
static int report_folder(lua_State *L) {
  inv_lua_check(L, inv_folder_make(inv_lua_string(L, 1)));
  return 0;
}

/* write(path, text): writes a file whole or not at all. */
static int report_write(lua_State *L) {
  const char *path = inv_lua_string(L, 1);
  inv_lua_string(L, 2);
  inv_bytes text;
  text.data = lua_tolstring(L, 2, &text.size);
  inv_lua_check(L, inv_file_write(path, &text, 1));
  return 0;
}

/* nearest(name, names): the nearest of a list of names, or nil. */
static int base_nearest(lua_State *L) {
  enum { MOST = 512 };
  const char *names[MOST + 1] = {NULL};
  const char *wrong = inv_lua_string(L, 1);
  if (!lua_istable(L, 2))
    inv_lua_type_error(L, 2, "list of names");
  lua_Integer n = (lua_Integer)lua_rawlen(L, 2);
  for (lua_Integer i = 0; i < n && i < MOST; i++) {
    if (lua_rawgeti(L, 2, i + 1) != LUA_TSTRING)
      inv_lua_type_error(L, 2, "list of names");
    names[i] = lua_tostring(L, -1); /* the table keeps the string alive */
    lua_pop(L, 1);
  }
  const char *near = inv_nearest_name(wrong, names);
  if (near)
    lua_pushstring(L, near);
  else
    lua_pushnil(L);
  return 1;
}

/* hash(bytes): 32 hexadecimal digits that name them. */
static int base_hash(lua_State *L) {
  size_t size;
  char text[INV_HASH_TEXT];
  inv_lua_string(L, 1);
  const char *bytes = lua_tolstring(L, 1, &size);
  lua_pushstring(L, inv_hash_text(inv_hash_bytes(bytes, size), text));
  return 1;
}

/* cache_folder(): where the program keeps what it can make again. */
static int base_cache_folder(lua_State *L) {
  char *path;
  inv_lua_check(L, inv_cache_folder(&path));
  lua_pushstring(L, path);
  inv_free(path);
  return 1;
}

static const luaL_Reg FUNCTIONS[] = {
    {"clock", base_clock},
    {"threads", base_threads},
    {"backend", base_backend},
    {"memory", base_memory},
    {"trim_memory", base_trim_memory},
    {"nearest", base_nearest},
    {"hash", base_hash},
    {"cache_folder", base_cache_folder},
    {NULL, NULL},
};

static const luaL_Reg FILES[] = {
    {"folder", report_folder}, {"write", report_write}, {NULL, NULL}};

int inv_open_base(lua_State *L) {
  lua_newtable(L);
  lua_pushstring(L, inv_version());
  lua_setfield(L, -2, "version");
  inv_lua_register(L, "invar.", FUNCTIONS);
  inv_lua_register(L, "report.", FILES);
  return 1;
}

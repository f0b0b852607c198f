/* data.cache and data.clear_cache: the pictures that are kept on disk. */
#include <string.h>

#include "base/memory.h"
#include "data/cache_folder.h"
#include "lua/data.h"

static void push_entry(lua_State *L, const inv_cache_entry *entry) {
  lua_createtable(L, 0, 4);
  lua_pushstring(L, entry->path);
  lua_setfield(L, -2, "path");
  lua_pushstring(L, entry->title);
  lua_setfield(L, -2, "title");
  lua_pushinteger(L, (lua_Integer)entry->bytes);
  lua_setfield(L, -2, "bytes");
  lua_pushinteger(L, entry->used);
  lua_setfield(L, -2, "used");
}

/* Entries in a userdata, so that they are freed whatever happens. */
typedef struct {
  inv_cache_entry *entries;
  size_t count;
  char *folder;
} listing;

static int listing_gc(lua_State *L) {
  listing *list = lua_touserdata(L, 1);
  inv_cache_entries_free(list->entries, list->count);
  inv_free(list->folder);
  *list = (listing){0};
  return 0;
}

/* data.cache() */
static int data_cache(lua_State *L) {
  lua_Integer bytes = 0;
  listing *list = inv_lua_new_owner(L, sizeof *list, listing_gc);
  inv_lua_check(L, inv_cache_pictures(&list->folder));
  inv_lua_check(L, inv_cache_list(&list->entries, &list->count));
  lua_createtable(L, (int)list->count, 3);
  for (size_t i = 0; i < list->count; i++) {
    push_entry(L, &list->entries[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
    bytes += (lua_Integer)list->entries[i].bytes;
  }
  lua_pushstring(L, list->folder);
  lua_setfield(L, -2, "folder");
  lua_pushinteger(L, bytes);
  lua_setfield(L, -2, "bytes");
  lua_pushinteger(L, (lua_Integer)inv_cache_limit());
  lua_setfield(L, -2, "limit");
  return 1;
}

/* data.clear_cache([limit]): removes the pictures used longest ago until at
 * most `limit` bytes are left; the bytes freed. */
static int data_clear_cache(lua_State *L) {
  lua_Integer limit = inv_lua_opt_integer(L, 1, 0, LUA_MAXINTEGER, 0);
  uint64_t freed;
  inv_lua_check(L, inv_cache_trim((uint64_t)limit, NULL, &freed));
  lua_pushinteger(L, (lua_Integer)freed);
  return 1;
}

static const luaL_Reg FUNCTIONS[] = {
    {"cache", data_cache}, {"clear_cache", data_clear_cache}, {NULL, NULL}};

void inv_lua_add_cache(lua_State *L) {
  inv_lua_register(L, "data.", FUNCTIONS);
}

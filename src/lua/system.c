/* invar.core.system: what experiments need of the operating system and plain
 * Lua cannot do. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "lua/binding.h"
#include "lua/modules.h"

/* sleep(seconds): Ctrl-C ends it. */
static int system_sleep(lua_State *L) {
  double left = inv_lua_number(L, 1, 0, 1e9);
  while (left > 0) {
    inv_lua_check(L, inv_check_interrupt());
    double part = left < 0.1 ? left : 0.1;
    struct timespec time = {0, (long)(1e9 * part)};
    nanosleep(&time, NULL);
    left -= part;
  }
  return 0;
}

/* The names in a folder, as a userdata: freed whatever happens. */
typedef struct {
  char **names;
  size_t count;
} listing;

static int listing_gc(lua_State *L) {
  listing *self = luaL_checkudata(L, 1, "listing");
  inv_folder_free(self->names, self->count);
  *self = (listing){0};
  return 0;
}

/* list(folder): its names without hidden ones, sorted; nil where there is no
 * such folder. */
static int system_list(lua_State *L) {
  const char *folder = inv_lua_path(L, 1);
  struct stat about;
  if (stat(folder, &about) != 0 || !S_ISDIR(about.st_mode)) {
    lua_pushnil(L);
    return 1;
  }
  listing *all = lua_newuserdatauv(L, sizeof *all, 0);
  *all = (listing){0};
  luaL_setmetatable(L, "listing");
  lua_toclose(L, -1);
  inv_lua_check(L, inv_folder_list(folder, &all->names, &all->count));
  lua_createtable(L, (int)all->count, 0);
  for (size_t i = 0; i < all->count; i++) {
    lua_pushstring(L, all->names[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* remove_folder(folder): with the files in it, not with folders in it. */
static int system_remove_folder(lua_State *L) {
  const char *folder = inv_lua_path(L, 1);
  char **names;
  size_t count;
  if (access(folder, F_OK) != 0)
    return 0;
  inv_lua_check(L, inv_folder_list(folder, &names, &count));
  for (size_t i = 0; i < count; i++) {
    char *path = inv_path_join(folder, names[i]);
    if (path)
      unlink(path);
    inv_free(path);
  }
  inv_folder_free(names, count);
  if (rmdir(folder) != 0 && errno != ENOENT)
    inv_lua_error(L, "%s: %s", folder, strerror(errno));
  return 0;
}

/* exists(path), and whether it is a folder, and a regular file */
static int system_exists(lua_State *L) {
  struct stat about;
  bool there = stat(inv_lua_path(L, 1), &about) == 0;
  lua_pushboolean(L, there);
  lua_pushboolean(L, there && S_ISDIR(about.st_mode));
  lua_pushboolean(L, there && S_ISREG(about.st_mode));
  return 3;
}

/* hash_file(path): the hash of its bytes, and how many they are. */
static int system_hash_file(lua_State *L) {
  const char *path = inv_lua_path(L, 1);
  uint8_t *bytes;
  size_t size;
  char text[INV_HASH_TEXT];
  inv_lua_check(L, inv_file_read(path, (size_t)1 << 40, &bytes, &size));
  inv_hash_text(inv_hash_bytes(bytes, size), text);
  inv_free(bytes);
  lua_pushstring(L, text);
  lua_pushinteger(L, (lua_Integer)size);
  return 2;
}

/* reset_peak(): the system's record of this process's most memory begins
 * anew; false where it cannot. */
static int system_reset_peak(lua_State *L) {
  FILE *file = fopen("/proc/self/clear_refs", "w");
  bool written = file && fputs("5", file) >= 0;
  if (file)
    written = fclose(file) == 0 && written;
  lua_pushboolean(L, written);
  return 1;
}

static const luaL_Reg FUNCTIONS[] = {
    {"sleep", system_sleep},
    {"list", system_list},
    {"remove_folder", system_remove_folder},
    {"exists", system_exists},
    {"hash_file", system_hash_file},
    {"reset_peak", system_reset_peak},
    {NULL, NULL},
};

int inv_open_system(lua_State *L) {
  static const luaL_Reg methods[] = {{"__gc", listing_gc}, {NULL, NULL}};
  inv_lua_type(L, "listing", methods);
  lua_newtable(L);
  inv_lua_register(L, "system.", FUNCTIONS);
  return 1;
}

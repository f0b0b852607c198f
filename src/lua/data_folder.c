/* What data.folder is made of (lua/invar/data/folder.lua, which has checked
 * what comes here). */
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/folder_set.h"
#include "lua/data.h"

/* What is in a folder, freed whatever happens. */
typedef struct {
  inv_picture_files files;
  char **names;
  size_t count;
} contents;

static int contents_gc(lua_State *L) {
  contents *c = lua_touserdata(L, 1);
  inv_picture_files_free(&c->files);
  inv_folder_free(c->names, c->count);
  *c = (contents){0};
  return 0;
}

static inv_status is_folder(const char *folder, const char *name,
                            bool *answer) {
  char *path = inv_path_join(folder, name);
  if (!path)
    return INV_ERR_MEMORY;
  *answer = inv_is_folder(path);
  inv_free(path);
  return INV_OK;
}

/* subfolders(path): their names, sorted, and whether there is anything else. */
static int data_subfolders(lua_State *L) {
  const char *path = inv_lua_path(L, 1);
  contents *c = inv_lua_new_owner(L, sizeof *c, contents_gc);
  inv_lua_check(L, inv_folder_list(path, &c->names, &c->count));
  lua_newtable(L);
  lua_Integer n = 0;
  for (size_t i = 0; i < c->count; i++) {
    bool folder = false;
    inv_lua_check(L, is_folder(path, c->names[i], &folder));
    if (!folder)
      continue;
    lua_pushstring(L, c->names[i]);
    lua_rawseti(L, -2, ++n);
  }
  lua_pushboolean(L, (size_t)n < c->count);
  return 2;
}

/* The strings of option `classes`, which the table keeps, in a block pushed
 * on the stack. */
static const char **get_classes(lua_State *L, int *count) {
  lua_getfield(L, 1, "classes");
  *count = (int)lua_rawlen(L, -1);
  const char **names =
      lua_newuserdatauv(L, ((size_t)*count + 1) * sizeof *names, 0);
  for (int i = 0; i < *count; i++) {
    lua_rawgeti(L, -2, i + 1);
    names[i] = lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  return names;
}

static inv_folder_options get_options(lua_State *L) {
  static const char *const fits[] = {"crop", "squash", "pad", NULL};
  inv_folder_options o = {
      .size = (int)inv_lua_option_integer(L, 1, "size", 1, 4096, 32),
      .fit = (inv_fit)inv_lua_option_choice(L, 1, "resize", fits, 0),
      .exact = inv_lua_option_boolean(L, 1, "exact", false),
      .skip = inv_lua_option_boolean(L, 1, "skip", false),
      .normalize = inv_lua_option_boolean(L, 1, "normalize", true)};
  lua_getfield(L, 1, "path");
  o.path = lua_tostring(L, -1);
  o.classes = get_classes(L, &o.class_count);
  return o;
}

/* folder(options, about): the dataset, and the files that were left out. */
static int data_folder(lua_State *L) {
  lua_settop(L, 2);
  inv_folder_options o = get_options(L);
  contents *c = inv_lua_new_owner(L, sizeof *c, contents_gc);
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 2);
  inv_lua_check(L, inv_folder_set_new(&box->set, &c->files, &o));
  inv_lua_warn_broken(L, &c->files, box->set->size);
  inv_lua_push_broken(L, &c->files);
  return 2;
}

void inv_lua_add_folder(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"subfolders", data_subfolders}, {"folder", data_folder}, {NULL, NULL}};
  inv_lua_register(L, "data.", functions);
}

/* invar.core.store: safetensors files. Trees of tensors are flattened in
 * lua/invar/store.lua. */
#include <string.h>

#include "lua/binding.h"
#include "lua/modules.h"
#include "store/safetensors.h"

/* ---- reading ------------------------------------------------------------ */

/* An open file, as a userdata: it is closed whatever happens. */
typedef struct {
  inv_safetensors *file; /* NULL: closed */
} box;

static int box_gc(lua_State *L) {
  box *self = luaL_checkudata(L, 1, "safetensors");
  inv_safetensors_close(self->file);
  self->file = NULL;
  return 0;
}

/* Opens the file at argument 1 and pushes its box as a variable to be closed
 * at the end of the function. */
static inv_safetensors *open_file(lua_State *L) {
  const char *path = inv_lua_path(L, 1);
  lua_settop(L, 1);
  box *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (box){0};
  luaL_setmetatable(L, "safetensors");
  lua_toclose(L, -1);
  inv_lua_check(L, inv_safetensors_open(&self->file, path));
  return self->file;
}

static void add_note(void *context, const char *key, const char *value) {
  lua_State *L = context;
  lua_pushstring(L, value);
  lua_setfield(L, -2, key);
}

static void push_metadata(lua_State *L, const inv_safetensors *file) {
  lua_newtable(L);
  inv_safetensors_metadata(file, add_note, L);
}

/* load(path): {NAME = tensor}, {KEY = string} */
static int store_load(lua_State *L) {
  const inv_safetensors *file = open_file(L);
  size_t count = inv_safetensors_count(file);
  lua_createtable(L, 0, (int)count);
  for (size_t i = 0; i < count; i++) {
    inv_variable *t = inv_lua_new_tensor(L);
    inv_lua_check(L, inv_safetensors_read(file, i, &t->value));
    lua_setfield(L, -2, inv_safetensors_entry(file, i)->name);
  }
  push_metadata(L, file);
  return 2;
}

/* describe(path): {NAME = {dtype = "F32", shape = {...}}}, {KEY = string} */
static int store_describe(lua_State *L) {
  const inv_safetensors *file = open_file(L);
  size_t count = inv_safetensors_count(file);
  lua_createtable(L, 0, (int)count);
  for (size_t i = 0; i < count; i++) {
    const inv_stored *about = inv_safetensors_entry(file, i);
    lua_createtable(L, 0, 2);
    lua_pushstring(L, about->type);
    lua_setfield(L, -2, "dtype");
    lua_createtable(L, about->dims, 0);
    for (int d = 0; d < about->dims; d++) {
      lua_pushinteger(L, about->shape[d]);
      lua_rawseti(L, -2, d + 1);
    }
    lua_setfield(L, -2, "shape");
    lua_setfield(L, -2, about->name);
  }
  push_metadata(L, file);
  return 2;
}

/* ---- writing ------------------------------------------------------------ */

/* Element `i` of the list at `arg`: a string without NUL inside. It stays
 * alive in the list. */
static const char *element(lua_State *L, int arg, lua_Integer i) {
  lua_rawgeti(L, arg, i);
  size_t length = 0;
  const char *text = lua_tolstring(L, -1, &length);
  if (lua_type(L, -1) != LUA_TSTRING || strlen(text) != length)
    inv_lua_argument_error(L, arg, "strings without NUL inside expected");
  lua_pop(L, 1);
  return text;
}

static void fill_item(lua_State *L, int arg, lua_Integer i,
                      inv_to_store *item) {
  lua_rawgeti(L, arg, i);
  const inv_variable *t = inv_lua_is_tensor(L, -1);
  if (t) {
    item->kind = INV_STORE_TENSOR;
    item->tensor = &t->value;
  } else if (lua_isinteger(L, -1)) {
    item->kind = INV_STORE_INTEGER;
    item->integer = lua_tointeger(L, -1);
  } else if (lua_type(L, -1) == LUA_TNUMBER) {
    item->kind = INV_STORE_REAL;
    item->real = lua_tonumber(L, -1);
  } else {
    inv_lua_argument_error(L, arg, "\"%s\" is no open tensor and no number",
                           item->name);
  }
  lua_pop(L, 1);
}

/* save(path, names, values, keys, notes): four lists, of which the first two
 * and the last two belong together. */
static int store_save(lua_State *L) {
  const char *path = inv_lua_path(L, 1);
  for (int arg = 2; arg <= 5; arg++)
    if (!lua_istable(L, arg))
      inv_lua_type_error(L, arg, "list");
  size_t count = lua_rawlen(L, 2), notes = lua_rawlen(L, 4);
  inv_to_store *items = lua_newuserdatauv(L, (count + 1) * sizeof *items, 0);
  inv_note *pairs = lua_newuserdatauv(L, (notes + 1) * sizeof *pairs, 0);
  for (size_t i = 0; i < count; i++) {
    items[i] = (inv_to_store){.name = element(L, 2, (lua_Integer)i + 1)};
    fill_item(L, 3, (lua_Integer)i + 1, &items[i]);
  }
  for (size_t i = 0; i < notes; i++)
    pairs[i] = (inv_note){element(L, 4, (lua_Integer)i + 1),
                          element(L, 5, (lua_Integer)i + 1)};
  inv_lua_check(L, inv_safetensors_write(path, items, count, pairs, notes));
  return 0;
}

static const luaL_Reg METHODS[] = {{"__gc", box_gc}, {NULL, NULL}};

static const luaL_Reg FUNCTIONS[] = {
    {"load", store_load},
    {"describe", store_describe},
    {"save", store_save},
    {NULL, NULL},
};

int inv_open_store(lua_State *L) {
  luaL_requiref(L, "invar.core.tensor", inv_open_tensor, 0);
  lua_pop(L, 1);
  inv_lua_type(L, "safetensors", METHODS);
  lua_newtable(L);
  inv_lua_register(L, "store.", FUNCTIONS);
  return 1;
}

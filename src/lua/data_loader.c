/* ds:batches{...}: the loader, an iterator over batches. */
#include "data/loader.h"

#include "lua/data.h"

typedef struct {
  inv_loader *loader; /* NULL: closed */
  bool busy;          /* a Lua callback of the dataset may be running */
} box;

static box *check_box(lua_State *L) {
  return inv_lua_userdata(L, 1, "batches");
}

static int loader_gc(lua_State *L) {
  box *self = check_box(L);
  if (self->busy)
    inv_lua_error(L, "the iterator is at work");
  inv_loader *loader = self->loader;
  self->loader = NULL;
  inv_loader_free(loader);
  return 0;
}

/* it(): the next x and y; nothing when there are no more, or once closed. */
static int loader_call(lua_State *L) {
  box *self = check_box(L);
  if (self->busy)
    inv_lua_error(L, "the iterator is at work");
  if (!self->loader)
    return 0;
  inv_variable *x = inv_lua_new_tensor(L), *y = inv_lua_new_tensor(L);
  int64_t count = 0;
  self->busy = true;
  inv_status status =
      inv_loader_next(self->loader, &x->value, &y->value, &count);
  self->busy = false;
  inv_lua_check(L, status);
  if (count == 0)
    return 0;
  for (int64_t i = 0; i < count; i++)
    inv_i32(&y->value)[i]++; /* labels count from 1 */
  return 2;
}

static int loader_len(lua_State *L) {
  box *self = check_box(L);
  if (!self->loader)
    inv_lua_error(L, "the iterator is closed");
  lua_pushinteger(L, inv_loader_batches(self->loader));
  return 1;
}

static int loader_tostring(lua_State *L) {
  box *self = check_box(L);
  if (self->loader)
    lua_pushfstring(L, "batches (%I)",
                    (lua_Integer)inv_loader_batches(self->loader));
  else
    lua_pushliteral(L, "batches (closed)");
  return 1;
}

/* ds:batches{size=, shuffle=, seed=, epoch=, first=, drop_last=, prefetch=,
 * dtype=}: what a generic for needs: the iterator, and the same to be closed.
 */
static int dataset_batches(lua_State *L) {
  static const char *const names[] = {"size",     "shuffle", "seed",
                                      "epoch",    "first",   "drop_last",
                                      "prefetch", "dtype",   NULL};
  static const char *const dtypes[] = {"float32", "uint8", NULL};
  inv_dataset *set = inv_lua_dataset(L, 1);
  lua_settop(L, 2);
  inv_lua_options(L, 2, names);
  bool bytes = inv_lua_option_choice(L, 2, "dtype", dtypes, 0) == 1;
  inv_loader_options options = {
      .size = inv_lua_option_integer(L, 2, "size", 1, 1 << 24, 512),
      .shuffle = inv_lua_option_boolean(L, 2, "shuffle", true),
      .seed = inv_lua_option_seed(L, 2, "seed", 1),
      .epoch = inv_lua_option_integer(L, 2, "epoch", 0, LUA_MAXINTEGER, 1),
      .first = inv_lua_option_integer(L, 2, "first", 1, LUA_MAXINTEGER, 1) - 1,
      .drop_last = inv_lua_option_boolean(L, 2, "drop_last", false),
      .prefetch = (int)inv_lua_option_integer(L, 2, "prefetch", 0, 64, 2),
      .dtype = bytes ? INV_UINT8 : INV_FLOAT32};
  if (bytes && set->dtype != INV_UINT8)
    inv_lua_argument_error(L, 2, "option dtype: the dataset's samples are %s",
                           inv_dtype_name(set->dtype));
  box *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (box){0};
  luaL_setmetatable(L, "batches");
  inv_lua_check(L, inv_loader_new(&self->loader, set, &options));
  lua_pushnil(L);
  lua_pushnil(L);
  lua_pushvalue(L, -3);
  return 4;
}

static const luaL_Reg METHODS[] = {
    {"close", loader_gc},
    {"__gc", loader_gc},
    {"__call", loader_call},
    {"__len", loader_len},
    {"__tostring", loader_tostring},
    {NULL, NULL},
};

void inv_lua_add_loader(lua_State *L) {
  static const luaL_Reg functions[] = {{"batches", dataset_batches},
                                       {NULL, NULL}};
  inv_lua_type(L, "batches", METHODS);
  lua_getfield(L, -1, "dataset_methods");
  inv_lua_register(L, "dataset:", functions);
  lua_pop(L, 1);
}

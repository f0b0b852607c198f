/* transforms.define: transformations written in Lua. A definition keeps its
 * two functions in the registry and a coroutine of its own, on which datasets
 * run them: whoever asks for a sample may be any coroutine. */
#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "lua/image.h"
#include "lua/transforms.h"

static const char *const DEFINITIONS = "invar.transform_definitions";

typedef struct {
  lua_State *L;   /* the coroutine */
  int thread_ref; /* keeps it alive */
  int table_ref;  /* the definition: name, category, sample, apply */
  const char *name;
} definition;

/* ---- the table of definitions ------------------------------------------- */

void inv_lua_push_definitions(lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, DEFINITIONS);
}

bool inv_lua_push_defined(lua_State *L, const char *name) {
  inv_lua_push_definitions(L);
  int kind = lua_getfield(L, -1, name);
  lua_remove(L, -2);
  if (kind != LUA_TNIL)
    return true;
  lua_pop(L, 1);
  return false;
}

/* ---- calling the functions ---------------------------------------------- */

/* Raises "transforms.NAME: ...": what its functions give is wrong. */
static int result_error(lua_State *L, const definition *d, const char *text) {
  return luaL_error(L, "transforms.%s: %s", d->name, text);
}

static void push_function(lua_State *L, const definition *d,
                          const char *which) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, d->table_ref);
  lua_getfield(L, -1, which);
  lua_remove(L, -2);
}

/* sample(rng, {height =, width =, box =}); a definition without it has no
 * parameters. */
static void push_sample(lua_State *L, const definition *d, inv_rng *rng,
                        const inv_scene *scene) {
  push_function(L, d, "sample");
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_newtable(L);
    return;
  }
  inv_rng *copy = lua_newuserdatauv(L, sizeof *copy, 0);
  *copy = *rng;
  luaL_setmetatable(L, "rng");
  lua_pushvalue(L, -1);
  lua_insert(L, -3); /* the generator below the function: read it after */
  lua_createtable(L, 0, 3);
  lua_pushinteger(L, scene->canvas.height);
  lua_setfield(L, -2, "height");
  lua_pushinteger(L, scene->canvas.width);
  lua_setfield(L, -2, "width");
  inv_lua_push_box(L, &scene->box);
  lua_setfield(L, -2, "box");
  lua_call(L, 2, 1);
  *rng = *(inv_rng *)lua_touserdata(L, -2);
  lua_remove(L, -2);
}

/* apply(image, parameters); the result is copied into the image. */
static void apply_defined(lua_State *L, const definition *d, int index,
                          inv_image *image) {
  push_function(L, d, "apply");
  inv_lua_copy_image(L, image);
  lua_pushvalue(L, index);
  lua_call(L, 2, 1);
  const inv_variable *result = inv_lua_is_tensor(L, -1);
  if (!result || result->value.dtype != INV_UINT8 || result->value.dims != 3 ||
      result->value.shape[0] != image->height ||
      result->value.shape[1] != image->width ||
      result->value.shape[2] != image->channels)
    result_error(L, d, "apply must return a uint8 tensor of the image's shape");
  inv_variable *plain = inv_lua_new_tensor(L);
  if (inv_tensor_to_contiguous(&plain->value, &result->value) != INV_OK)
    result_error(L, d, inv_message());
  memcpy(image->pixels, inv_u8(&plain->value), inv_image_bytes(image));
  lua_pop(L, 2);
}

void inv_lua_push_defined_sample(lua_State *L, const inv_transform *t,
                                 inv_rng *rng, const inv_scene *scene) {
  push_sample(L, inv_transform_context(t), rng, scene);
}

void inv_lua_apply_defined(lua_State *L, int index, const inv_transform *t,
                           inv_image *image) {
  apply_defined(L, inv_transform_context(t), lua_absindex(L, index), image);
}

/* ---- from a dataset ----------------------------------------------------- */

typedef struct {
  const definition *definition;
  inv_rng *rng;
  inv_image *image;
  const inv_box *box;
} call;

static int run_protected(lua_State *L) {
  const call *c = lua_touserdata(L, 1);
  inv_scene scene = {{c->image->height, c->image->width}, *c->box};
  push_sample(L, c->definition, c->rng, &scene);
  apply_defined(L, c->definition, lua_gettop(L), c->image);
  return 0;
}

static inv_status draw_and_apply(void *context, inv_rng *rng, inv_image *image,
                                 inv_box *box) {
  definition *d = context;
  call c = {d, rng, image, box};
  if (!lua_checkstack(d->L, 8))
    return inv_fail(INV_ERR_MEMORY, "the Lua stack cannot grow");
  lua_pushcfunction(d->L, run_protected);
  lua_pushlightuserdata(d->L, &c);
  if (lua_pcall(d->L, 1, 0, 0) != LUA_OK)
    return inv_lua_keep_error(d->L);
  return INV_OK;
}

static void release(void *context) {
  definition *d = context;
  lua_State *L = d->L;
  luaL_unref(L, LUA_REGISTRYINDEX, d->table_ref);
  luaL_unref(L, LUA_REGISTRYINDEX, d->thread_ref);
  inv_free(d);
}

/* ---- defining ----------------------------------------------------------- */

static bool is_identifier(const char *name) {
  if (!isalpha((unsigned char)name[0]) || strlen(name) > 60)
    return false;
  for (; *name; name++)
    if (!isalnum((unsigned char)*name) && *name != '_')
      return false;
  return true;
}

static const char *check_string(lua_State *L, const char *field,
                                const char *otherwise) {
  int kind = lua_getfield(L, 1, field);
  if (kind == LUA_TNIL && otherwise)
    lua_pushstring(L, otherwise);
  if (lua_type(L, -1) != LUA_TSTRING || !is_identifier(lua_tostring(L, -1)))
    inv_lua_argument_error(L, 1, "%s: a name of letters, digits and _ expected",
                           field);
  return lua_tostring(L, -1);
}

static void check_function(lua_State *L, const char *field, bool required) {
  int kind = lua_getfield(L, 1, field);
  if (kind != LUA_TFUNCTION && (required || kind != LUA_TNIL))
    inv_lua_argument_error(L, 1, "%s: function expected, got %s", field,
                           lua_typename(L, kind));
  lua_pop(L, 1);
}

/* Copies the definition, so that later changes to it change nothing. */
static void push_copy(lua_State *L, const char *const *names) {
  lua_newtable(L);
  for (; *names; names++) {
    lua_getfield(L, 1, *names);
    lua_setfield(L, -2, *names);
  }
}

/* transforms.define{name =, category =, sample =, apply =} */
int inv_lua_define_transform(lua_State *L) {
  static const char *const names[] = {"name", "category", "sample", "apply",
                                      NULL};
  static const inv_transform_callbacks callbacks = {draw_and_apply, release};
  lua_settop(L, 1);
  if (!lua_istable(L, 1))
    inv_lua_type_error(L, 1, "table {name =, category =, sample =, apply =}");
  inv_lua_options(L, 1, names);
  const char *name = check_string(L, "name", NULL);
  const char *category = check_string(L, "category", "defined");
  check_function(L, "sample", false);
  check_function(L, "apply", true);
  if (inv_transform_class_of(name) || strcmp(name, "compose") == 0 ||
      inv_lua_push_defined(L, name))
    inv_lua_argument_error(L, 1, "there is a transformation \"%s\" already",
                           name);
  inv_transform **holder = inv_lua_new_transform(L);
  int place = lua_gettop(L);
  lua_State *thread = lua_newthread(L);
  push_copy(L, names);
  int table_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  int thread_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  definition *d = inv_alloc(sizeof *d);
  inv_status status = d ? INV_OK : inv_fail_memory(sizeof *d);
  if (d) {
    *d = (definition){thread, thread_ref, table_ref, NULL};
    status = inv_transform_define(holder, name, category, &callbacks, d);
  }
  if (status != INV_OK) {
    inv_free(d);
    luaL_unref(L, LUA_REGISTRYINDEX, table_ref);
    luaL_unref(L, LUA_REGISTRYINDEX, thread_ref);
    inv_lua_check(L, status);
  }
  d->name = inv_transform_name(*holder);
  inv_lua_push_definitions(L);
  lua_pushvalue(L, place);
  lua_setfield(L, -2, d->name);
  lua_pushstring(L, d->name);
  lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
  lua_settop(L, place);
  return 1;
}

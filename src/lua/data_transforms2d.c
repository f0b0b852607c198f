/* data.transforms2d: the dataset of that name. The Lua library has checked
 * the options and resolved names; here they become C values. */
#include <string.h>

#include "data/transforms2d.h"
#include "lua/data.h"
#include "lua/image.h"
#include "lua/transforms.h"

/* ---- reading the resolved options --------------------------------------- */

static lua_Integer field_integer(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  lua_Integer value = lua_tointeger(L, -1);
  lua_pop(L, 1);
  return value;
}

static double field_number(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  double value = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return value;
}

static bool field_boolean(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  bool value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

/* The integers, from 1, of a list, from 0, in a block pushed on the stack
 * in the place of the list on the top. */
static int *read_integers(lua_State *L, int *count) {
  *count = (int)lua_rawlen(L, -1);
  int *values = lua_newuserdatauv(L, ((size_t)*count + 1) * sizeof *values, 0);
  lua_insert(L, -2);
  for (int i = 0; i < *count; i++) {
    lua_rawgeti(L, -1, i + 1);
    values[i] = (int)lua_tointeger(L, -1) - 1;
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return values;
}

/* The use {transform, stream=, seed=} on the top of the stack, popped; the
 * table keeps what it points to. */
static void read_use(lua_State *L, inv_transform_use *use) {
  lua_rawgeti(L, -1, 1);
  use->transform = inv_lua_transform(L, lua_gettop(L));
  lua_pop(L, 1);
  lua_getfield(L, -1, "stream");
  use->stream = lua_tostring(L, -1);
  lua_pop(L, 1);
  use->seed = (uint64_t)field_integer(L, lua_gettop(L), "seed");
  lua_pop(L, 1);
}

/* Lists of lists of uses on the top of the stack become C arrays in blocks
 * that are left on the stack below it. */
static const inv_transform_list *read_lists(lua_State *L) {
  int count = (int)lua_rawlen(L, -1);
  int lists_at = lua_gettop(L);
  luaL_checkstack(L, count + 8, "too many transformation sets");
  inv_transform_list *lists =
      lua_newuserdatauv(L, ((size_t)count + 1) * sizeof *lists, 0);
  for (int i = 0; i < count; i++) {
    lua_rawgeti(L, lists_at, i + 1);
    int n = (int)lua_rawlen(L, -1);
    inv_transform_use *uses =
        lua_newuserdatauv(L, ((size_t)n + 1) * sizeof *uses, 0);
    lua_insert(L, -2);
    for (int t = 0; t < n; t++) {
      lua_rawgeti(L, -1, t + 1);
      read_use(L, &uses[t]);
    }
    lua_pop(L, 1);
    lists[i] = (inv_transform_list){uses, n};
  }
  return lists;
}

/* transforms2d(resolved, about): `resolved` has all fields of the options,
 * checked, with classes, lists and class_list as lists. */
static int data_transforms2d(lua_State *L) {
  lua_settop(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  inv_transforms2d_options o = {
      .prototypes = (int)field_integer(L, 1, "prototypes"),
      .size = (int)field_integer(L, 1, "size"),
      .samples = field_integer(L, 1, "n"),
      .object_seed = (uint64_t)field_integer(L, 1, "object_seed"),
      .background_seed = (uint64_t)field_integer(L, 1, "background_seed"),
      .object_scale = field_number(L, 1, "fg_scale"),
      .move = field_boolean(L, 1, "move"),
      .x = (int)field_integer(L, 1, "x"),
      .y = (int)field_integer(L, 1, "y"),
      .class_from_background = field_boolean(L, 1, "class_from_background"),
      .availability = field_number(L, 1, "fg_availability"),
      .correlation = field_number(L, 1, "fg_bg_correlation"),
      .normalize = field_boolean(L, 1, "normalize")};
  lua_getfield(L, 1, "objects");
  o.objects = inv_lua_source(L, lua_gettop(L), INV_OBJECT_CHANNELS);
  lua_getfield(L, 1, "backgrounds");
  o.backgrounds = inv_lua_source(L, lua_gettop(L), INV_BACKGROUND_CHANNELS);
  lua_getfield(L, 1, "split");
  o.split = lua_tostring(L, -1);
  lua_getfield(L, 1, "classes");
  o.classes = read_integers(L, &o.class_count);
  lua_getfield(L, 1, "class_list");
  int lists;
  o.class_list = read_integers(L, &lists);
  lua_getfield(L, 1, "lists");
  o.lists = read_lists(L);
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 2);
  inv_lua_check(L, inv_transforms2d_new(&box->set, &o));
  return 1;
}

/* ---- looking at a sample ------------------------------------------------ */

static void set_integer(lua_State *L, const char *name, lua_Integer value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

/* The details of a draw, on the top of the stack. */
static void push_draw(lua_State *L, const inv_transforms2d_draw *draw) {
  lua_createtable(L, 0, 8);
  set_integer(L, "label", draw->label + 1);
  set_integer(L, "class", draw->object_class + 1);
  set_integer(L, "prototype", draw->prototype + 1);
  lua_pushboolean(L, draw->present);
  lua_setfield(L, -2, "present");
  if (draw->background >= 0)
    set_integer(L, "background", draw->background + 1);
}

/* The object of the draw before any transformation: a new tensor on the
 * top. */
static inv_image push_prepared(lua_State *L, const inv_dataset *set,
                               const inv_transforms2d_draw *draw) {
  int size = (int)set->shape[0];
  inv_image image = inv_lua_new_image(L, size, size, INV_OBJECT_CHANNELS);
  memcpy(image.pixels, inv_transforms2d_object(set, draw),
         inv_image_bytes(&image));
  return image;
}

/* The same, transformed as in the sample. */
static void push_object(lua_State *L, const inv_dataset *set,
                        const inv_transforms2d_draw *draw, int64_t index) {
  inv_image image = push_prepared(L, set, draw);
  inv_box box = draw->box;
  for (int t = 0; t < inv_transforms2d_count(set, draw->object_class); t++) {
    inv_rng rng;
    const inv_transform *transform =
        inv_transforms2d_use(set, draw->object_class, t, index, &rng);
    inv_lua_check(L,
                  inv_transform_draw_and_apply(transform, &rng, &image, &box));
  }
}

/* The parameters of the transformations, a list on the top; the box in `draw`
 * follows. */
static void push_parameters(lua_State *L, const inv_dataset *set,
                            inv_transforms2d_draw *draw, int64_t index) {
  int size = (int)set->shape[0];
  inv_scene scene = {{size, size}, draw->box};
  int count = inv_transforms2d_count(set, draw->object_class);
  lua_createtable(L, count, 0);
  for (int t = 0; t < count; t++) {
    inv_rng rng;
    const inv_transform *transform =
        inv_transforms2d_use(set, draw->object_class, t, index, &rng);
    inv_lua_push_sample(L, transform, &rng, &scene);
    lua_rawseti(L, -2, t + 1);
  }
  draw->box = scene.box;
}

/* ds:details(i): a table of what was drawn for sample i. */
static int dataset_details(lua_State *L) {
  inv_dataset *set = inv_lua_dataset(L, 1);
  int64_t index = inv_lua_integer(L, 2, 1, set->size) - 1;
  const inv_dataset *origin = inv_dataset_origin(set, &index);
  if (!inv_is_transforms2d(origin))
    inv_lua_error(L, "only samples of Transforms-2D have details");
  inv_transforms2d_draw draw;
  inv_transforms2d_look(origin, index, &draw);
  push_draw(L, &draw);
  push_prepared(L, origin, &draw);
  lua_setfield(L, -2, "prepared");
  push_object(L, origin, &draw, index);
  lua_setfield(L, -2, "object");
  push_parameters(L, origin, &draw, index);
  lua_setfield(L, -2, "parameters");
  inv_lua_push_box(L, &draw.box);
  lua_setfield(L, -2, "box");
  return 1;
}

void inv_lua_add_transforms2d(lua_State *L) {
  static const luaL_Reg functions[] = {{"transforms2d", data_transforms2d},
                                       {NULL, NULL}};
  static const luaL_Reg methods[] = {{"details", dataset_details},
                                     {NULL, NULL}};
  inv_lua_register(L, "data.", functions);
  lua_getfield(L, -1, "dataset_methods");
  inv_lua_register(L, "dataset:", methods);
  lua_pop(L, 1);
}

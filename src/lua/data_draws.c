/* What datasets with transformations share: reading what the Lua library has
 * resolved, sets that carry transformations, and looking at what was drawn. */
#include "data/draws.h"

#include "data/transformed.h"
#include "data/transforms2d.h"
#include "lua/data.h"
#include "lua/image.h"
#include "lua/transforms.h"

/* ---- reading what was resolved ------------------------------------------ */

lua_Integer inv_lua_field_integer(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  lua_Integer value = lua_tointeger(L, -1);
  lua_pop(L, 1);
  return value;
}

double inv_lua_field_number(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  double value = lua_tonumber(L, -1);
  lua_pop(L, 1);
  return value;
}

bool inv_lua_field_boolean(lua_State *L, int index, const char *name) {
  lua_getfield(L, index, name);
  bool value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

int *inv_lua_class_numbers(lua_State *L, int *count) {
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
  use->seed = (uint64_t)inv_lua_field_integer(L, lua_gettop(L), "seed");
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

inv_draws_options inv_lua_draws(lua_State *L, int index) {
  inv_draws_options o = {0};
  lua_getfield(L, index, "split");
  o.split = lua_tostring(L, -1);
  lua_getfield(L, index, "class_list");
  o.class_list = inv_lua_class_numbers(L, &o.class_count);
  lua_getfield(L, index, "lists");
  o.list_count = (int)lua_rawlen(L, -1);
  o.lists = read_lists(L);
  return o;
}

/* with_transforms(ds, resolved, about): `resolved` has lists, class_list and
 * split. */
static int data_with_transforms(lua_State *L) {
  inv_dataset *from = inv_lua_dataset(L, 1);
  lua_settop(L, 3);
  luaL_checktype(L, 2, LUA_TTABLE);
  inv_draws_options o = inv_lua_draws(L, 2);
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 3);
  inv_lua_check(L, inv_transformed_new(&box->set, from, &o));
  return 1;
}

/* ---- looking at a sample ------------------------------------------------ */

static void set_integer(lua_State *L, const char *name, lua_Integer value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

/* Takes the image `prepared` off the stack into the table below it, with
 * `object`, which it becomes by a list of transformations. */
static void set_images(lua_State *L, const inv_draw_list *list, int64_t index,
                       const inv_image *prepared, inv_box box) {
  inv_image image = inv_lua_copy_image(L, prepared);
  inv_lua_check(L, inv_draws_apply(list, index, &image, &box));
  lua_setfield(L, -3, "object");
  lua_setfield(L, -2, "prepared");
}

/* Adds `parameters`, a list of what each transformation drew, and `box`, which
 * follows. */
static void set_parameters(lua_State *L, const inv_draw_list *list,
                           int64_t index, const inv_image *image, inv_box box) {
  inv_scene scene = {{image->height, image->width}, box};
  lua_createtable(L, list->count, 0);
  for (int t = 0; t < list->count; t++) {
    inv_rng rng = inv_draw_member(&list->draws[t].stream, index);
    inv_lua_push_sample(L, list->draws[t].transform, &rng, &scene);
    lua_rawseti(L, -2, t + 1);
  }
  lua_setfield(L, -2, "parameters");
  inv_lua_push_box(L, &scene.box);
  lua_setfield(L, -2, "box");
}

static void push_transforms2d(lua_State *L, const inv_dataset *set,
                              int64_t index) {
  int size = (int)set->shape[0];
  inv_transforms2d_draw draw;
  inv_transforms2d_look(set, index, &draw);
  lua_createtable(L, 0, 9);
  set_integer(L, "label", draw.label + 1);
  set_integer(L, "class", draw.object_class + 1);
  set_integer(L, "prototype", draw.prototype + 1);
  lua_pushboolean(L, draw.present);
  lua_setfield(L, -2, "present");
  if (draw.background >= 0)
    set_integer(L, "background", draw.background + 1);
  inv_image image = inv_lua_new_image(L, size, size, INV_OBJECT_CHANNELS);
  inv_lua_check(L, inv_transforms2d_place(set, index, &draw, &image));
  const inv_draw_list *list =
      inv_draws_of(inv_transforms2d_draws(set), draw.object_class);
  set_images(L, list, index, &image, draw.box);
  set_parameters(L, list, index, &image, draw.box);
}

static void push_transformed(lua_State *L, const inv_dataset *set,
                             int64_t index) {
  int32_t label;
  lua_createtable(L, 0, 5);
  inv_image image = inv_lua_new_image(L, (int)set->shape[0], (int)set->shape[1],
                                      INV_OBJECT_CHANNELS);
  inv_lua_check(L, inv_transformed_picture(set, index, &image, &label));
  const inv_draw_list *list = inv_draws_of(inv_transformed_draws(set), label);
  inv_box box = inv_transformed_box(set);
  set_images(L, list, index, &image, box);
  set_parameters(L, list, index, &image, box);
  set_integer(L, "label", label + 1);
}

/* The first of the sets that sample *index comes from which draws anything. */
static const inv_dataset *find_drawn(const inv_dataset *set, int64_t *index) {
  while (!inv_is_transformed(set) && set->class->origin)
    set = set->class->origin(set, index);
  return set;
}

/* ds:details(i): a table of what was drawn for sample i. */
static int dataset_details(lua_State *L) {
  inv_dataset *set = inv_lua_dataset(L, 1);
  int64_t index = inv_lua_integer(L, 2, 1, set->size) - 1;
  const inv_dataset *drawn = find_drawn(set, &index);
  if (inv_is_transforms2d(drawn))
    push_transforms2d(L, drawn, index);
  else if (inv_is_transformed(drawn))
    push_transformed(L, drawn, index);
  else
    inv_lua_error(L, "only samples of Transforms-2D and of sets with "
                     "transformations have details");
  return 1;
}

void inv_lua_add_draws(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"with_transforms", data_with_transforms}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"details", dataset_details},
                                     {NULL, NULL}};
  inv_lua_register(L, "dataset:", functions);
  lua_getfield(L, -1, "dataset_methods");
  inv_lua_register(L, "dataset:", methods);
  lua_pop(L, 1);
}

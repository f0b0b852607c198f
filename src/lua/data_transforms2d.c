/* data.transforms2d: the dataset of that name. The Lua library has checked
 * the options and resolved names; here they become C values. */
#include "data/transforms2d.h"
#include "lua/data.h"

/* transforms2d(resolved, about): `resolved` has all fields of the options,
 * checked, with classes, lists and class_list as lists. */
static int data_transforms2d(lua_State *L) {
  lua_settop(L, 2);
  luaL_checktype(L, 1, LUA_TTABLE);
  inv_transforms2d_options o = {
      .prototypes = (int)inv_lua_field_integer(L, 1, "prototypes"),
      .size = (int)inv_lua_field_integer(L, 1, "size"),
      .samples = inv_lua_field_integer(L, 1, "n"),
      .object_seed = (uint64_t)inv_lua_field_integer(L, 1, "object_seed"),
      .background_seed =
          (uint64_t)inv_lua_field_integer(L, 1, "background_seed"),
      .object_scale = inv_lua_field_number(L, 1, "fg_scale"),
      .move = inv_lua_field_boolean(L, 1, "move"),
      .x = (int)inv_lua_field_integer(L, 1, "x"),
      .y = (int)inv_lua_field_integer(L, 1, "y"),
      .wander = inv_lua_field_boolean(L, 1, "wander"),
      .position_seed = (uint64_t)inv_lua_field_integer(L, 1, "position_seed"),
      .class_from_background =
          inv_lua_field_boolean(L, 1, "class_from_background"),
      .availability = inv_lua_field_number(L, 1, "fg_availability"),
      .correlation = inv_lua_field_number(L, 1, "fg_bg_correlation"),
      .normalize = inv_lua_field_boolean(L, 1, "normalize")};
  lua_getfield(L, 1, "objects");
  o.objects = inv_lua_source(L, lua_gettop(L), INV_OBJECT_CHANNELS);
  lua_getfield(L, 1, "backgrounds");
  o.backgrounds = inv_lua_source(L, lua_gettop(L), INV_BACKGROUND_CHANNELS);
  lua_getfield(L, 1, "classes");
  o.classes = inv_lua_class_numbers(L, &o.class_count);
  inv_draws_options draws = inv_lua_draws(L, 1);
  o.split = draws.split;
  o.lists = draws.lists;
  o.list_count = draws.list_count;
  o.class_list = draws.class_list;
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 2);
  inv_lua_check(L, inv_transforms2d_new(&box->set, &o));
  return 1;
}

void inv_lua_add_transforms2d(lua_State *L) {
  static const luaL_Reg functions[] = {{"transforms2d", data_transforms2d},
                                       {NULL, NULL}};
  inv_lua_register(L, "data.", functions);
}

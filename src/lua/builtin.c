/* invar.core.builtin: the pictures that the program draws itself. */
#include <string.h>

#include "data/builtin.h"
#include "lua/binding.h"
#include "lua/modules.h"

/* Moves an image into a new uint8 tensor of its shape, on the stack. */
static int push_image(lua_State *L,
                      inv_status (*draw)(inv_image *, int, int, uint64_t)) {
  int index = (int)inv_lua_integer(L, 1, 1, INT32_MAX) - 1;
  int size = (int)inv_lua_integer(L, 2, 1, INT32_MAX);
  uint64_t seed = lua_isnoneornil(L, 3) ? 0 : inv_lua_seed(L, 3);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_image image = {0};
  inv_status status = draw(&image, index, size, seed);
  if (status == INV_OK) {
    int64_t shape[] = {image.height, image.width, image.channels};
    status = inv_tensor_new(&out->value, INV_UINT8, 3, shape);
    if (status == INV_OK)
      memcpy(inv_u8(&out->value), image.pixels, inv_tensor_bytes(&out->value));
    inv_image_free(&image);
  }
  inv_lua_check(L, status);
  return 1;
}

/* builtin.object(index, size[, seed]): RGBA, size x size x 4. */
static int builtin_object(lua_State *L) {
  return push_image(L, inv_builtin_object);
}

/* builtin.background(index, size[, seed]): RGB, size x size x 3. */
static int builtin_background(lua_State *L) {
  return push_image(L, inv_builtin_background);
}

/* builtin.object_name(index) */
static int builtin_object_name(lua_State *L) {
  lua_Integer index = inv_lua_integer(L, 1, 1, INV_BUILTIN_OBJECTS);
  lua_pushstring(L, inv_builtin_object_name((int)index - 1));
  return 1;
}

static const luaL_Reg FUNCTIONS[] = {{"object", builtin_object},
                                     {"background", builtin_background},
                                     {"object_name", builtin_object_name},
                                     {NULL, NULL}};

int inv_open_builtin(lua_State *L) {
  lua_newtable(L);
  inv_lua_register(L, "builtin.", FUNCTIONS);
  lua_pushinteger(L, INV_BUILTIN_OBJECTS);
  lua_setfield(L, -2, "objects");
  lua_pushinteger(L, INV_BUILTIN_BACKGROUNDS);
  lua_setfield(L, -2, "backgrounds");
  return 1;
}

/* Readers of labelled sets, for the Lua library, which checks their arguments
 * and puts the name of the public function before their failures. */
#include "data/cifar.h"
#include "data/fit.h"
#include "data/idx.h"
#include "lua/data.h"

/* cifar(path, "only", "coarse" or "fine"): x and y, labels from 1. */
static int data_cifar(lua_State *L) {
  static const char *const kinds[] = {
      [INV_CIFAR10] = "only",
      [INV_CIFAR100_COARSE] = "coarse",
      [INV_CIFAR100_FINE] = "fine",
      NULL,
  };
  const char *path = inv_lua_path(L, 1);
  inv_cifar_kind kind = (inv_cifar_kind)luaL_checkoption(L, 2, NULL, kinds);
  inv_variable *x = inv_lua_new_tensor(L), *y = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_cifar_read(&x->value, &y->value, path, kind));
  for (int64_t i = 0; i < y->value.shape[0]; i++)
    inv_i32(&y->value)[i]++;
  return 2;
}

/* idx(path): a tensor. */
static int data_idx(lua_State *L) {
  const char *path = inv_lua_path(L, 1);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_idx_read(&out->value, path));
  return 1;
}

/* fit(pictures, size, pad, channels): new pictures. */
static int data_fit(lua_State *L) {
  const inv_variable *pictures = inv_lua_tensor(L, 1);
  int size = (int)inv_lua_integer(L, 2, 0, 1 << 16);
  int pad = (int)inv_lua_integer(L, 3, 0, 1 << 16);
  int channels = (int)inv_lua_integer(L, 4, 0, 4);
  inv_variable *whole = inv_lua_new_tensor(L), *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_to_contiguous(&whole->value, &pictures->value));
  inv_lua_check(
      L, inv_pictures_fit(&out->value, &whole->value, size, pad, channels));
  return 1;
}

void inv_lua_add_files(lua_State *L) {
  static const luaL_Reg functions[] = {{"cifar", data_cifar},
                                       {"idx", data_idx},
                                       {"fit", data_fit},
                                       {NULL, NULL}};
  inv_lua_register(L, "data.", functions);
}

/* What the Lua library chooses and relabels samples with. The functions are
 * called by the library alone, which has checked what they get; the last
 * argument of what makes a dataset is its table. */
#include "lua/data.h"

/* Pushes a tensor with a number for each sample of `set`. */
static inv_tensor *push_numbers(lua_State *L, const inv_dataset *set) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&out->value, INV_INT32, 1, &set->size));
  return &out->value;
}

/* ds:labels(): int32, from 1. */
static int dataset_labels(lua_State *L) {
  inv_dataset *set = inv_lua_dataset(L, 1);
  inv_tensor *labels = push_numbers(L, set);
  inv_dataset_retain(set);
  inv_status status = inv_dataset_labels(set, inv_i32(labels));
  inv_dataset_release(set);
  inv_lua_check(L, status);
  for (int64_t i = 0; i < labels->shape[0]; i++)
    inv_i32(labels)[i]++;
  return 1;
}

/* order(ds, seed, stream): all positions, int32, in a random order. */
static int data_order(lua_State *L) {
  inv_dataset *set = inv_lua_dataset(L, 1);
  uint64_t seed = inv_lua_seed(L, 2);
  const char *stream = inv_lua_string(L, 3);
  if (set->size > INT32_MAX)
    inv_lua_error(L, "%lld samples are too many to choose from",
                  (long long)set->size);
  inv_tensor *order = push_numbers(L, set);
  size_t bytes = (size_t)set->size * sizeof(int64_t);
  int64_t *positions = lua_newuserdatauv(L, bytes, 0);
  inv_lua_check(L, inv_dataset_order(set, seed, stream, positions));
  for (int64_t i = 0; i < set->size; i++)
    inv_i32(order)[i] = (int32_t)positions[i] + 1;
  lua_pop(L, 1);
  return 1;
}

/* The labels at `arg` (a table of `count` integers from 1), from 0, in a block
 * pushed on the stack. */
static int32_t *read_labels(lua_State *L, int arg, int64_t count) {
  luaL_checktype(L, arg, LUA_TTABLE);
  int32_t *labels = lua_newuserdatauv(L, (size_t)count * sizeof *labels + 1, 0);
  for (int64_t i = 0; i < count; i++) {
    lua_rawgeti(L, arg, i + 1);
    labels[i] = (int32_t)lua_tointeger(L, -1) - 1;
    lua_pop(L, 1);
  }
  return labels;
}

/* relabelled(ds, positions or nil, labels, classes, about). */
static int data_relabelled(lua_State *L) {
  inv_dataset *set = inv_lua_dataset(L, 1);
  lua_settop(L, 5);
  int64_t count = set->size;
  int64_t *positions = NULL;
  if (!lua_isnil(L, 2))
    positions = inv_lua_positions(L, 2, set->size, &count);
  int32_t *labels = read_labels(L, 3, count);
  int classes = (int)inv_lua_integer(L, 4, 1, INT32_MAX);
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 5);
  inv_lua_check(L, inv_dataset_relabelled(&box->set, set, positions, count,
                                          labels, classes));
  return 1;
}

/* share(ds, about): the same dataset with a table of its own. */
static int data_share(lua_State *L) {
  inv_dataset *set = inv_lua_dataset(L, 1);
  lua_settop(L, 2);
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 2);
  box->set = inv_dataset_retain(set);
  return 1;
}

/* first:concat(second, about). */
static int dataset_concat(lua_State *L) {
  inv_dataset *first = inv_lua_dataset(L, 1), *second = inv_lua_dataset(L, 2);
  lua_settop(L, 3);
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 3);
  inv_lua_check(L, inv_dataset_concat(&box->set, first, second));
  return 1;
}

/* again(ds, base, about): what ds is of its base, made of another base. */
static int data_again(lua_State *L) {
  const inv_dataset *set = inv_lua_dataset(L, 1);
  inv_dataset *base = inv_lua_dataset(L, 2);
  lua_settop(L, 3);
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 3);
  inv_lua_check(L, inv_dataset_again(&box->set, set, base));
  return 1;
}

void inv_lua_add_labels(lua_State *L) {
  static const luaL_Reg functions[] = {{"order", data_order},
                                       {"relabelled", data_relabelled},
                                       {"again", data_again},
                                       {"share", data_share},
                                       {NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"labels", dataset_labels}, {"concat", dataset_concat}, {NULL, NULL}};
  inv_lua_register(L, "data.", functions);
  lua_getfield(L, -1, "dataset_methods");
  inv_lua_register(L, "dataset:", methods);
  lua_pop(L, 1);
}

/* The tape as methods of tensors. */
#include "lua/tape.h"

#include "nn/tape.h"

/* t:requires_grad_([wanted]): makes t a leaf (or a constant); returns t. */
static int tape_require(lua_State *L) {
  inv_variable *t = inv_lua_tensor(L, 1);
  bool wanted = lua_isnoneornil(L, 2) || inv_lua_boolean(L, 2);
  inv_lua_check(L, inv_variable_require_gradient(t, wanted));
  lua_settop(L, 1);
  return 1;
}

/* t:requires_grad() */
static int tape_requires(lua_State *L) {
  lua_pushboolean(L, inv_lua_tensor(L, 1)->node != NULL);
  return 1;
}

/* t:is_leaf(): whether no recorded operation made t. */
static int tape_is_leaf(lua_State *L) {
  const inv_node *node = inv_lua_tensor(L, 1)->node;
  lua_pushboolean(L, !node || !node->operation);
  return 1;
}

/* t:detach(): the same data as a constant. */
static int tape_detach(lua_State *L) {
  const inv_variable *t = inv_lua_tensor(L, 1);
  inv_variable *out = inv_lua_new_tensor(L);
  *out = inv_variable_detach(t);
  return 1;
}

/* t:backward([gradient][, {keep}]) */
static int tape_backward(lua_State *L) {
  static const char *const names[] = {"keep", NULL};
  const inv_variable *t = inv_lua_tensor(L, 1);
  const inv_variable *seed = inv_lua_is_tensor(L, 2);
  int arg = seed ? 3 : 2;
  if (!seed && lua_isnil(L, 2))
    arg = 3;
  lua_settop(L, arg);
  inv_lua_options(L, arg, names);
  bool keep = inv_lua_option_boolean(L, arg, "keep", false);
  /* Forward's intermediate results are garbage by now; what they share with
   * the tape can be freed on the way back only when they are gone. */
  inv_lua_collect_all(L);
  inv_lua_check(L, inv_backward(t, seed ? &seed->value : NULL, keep));
  return 0;
}

static inv_tensor *gradient_of(lua_State *L) {
  inv_tensor *gradient = inv_variable_gradient(inv_lua_tensor(L, 1));
  if (!gradient)
    inv_lua_argument_error(L, 1,
                           "only leaves (after requires_grad_()) have a "
                           "gradient");
  return gradient;
}

/* t:grad(): the gradient so far, or nil. */
static int tape_grad(lua_State *L) {
  const inv_tensor *gradient = gradient_of(L);
  if (!gradient->storage) {
    lua_pushnil(L);
    return 1;
  }
  inv_variable *out = inv_lua_new_tensor(L);
  out->value = inv_tensor_retain(gradient);
  return 1;
}

/* t:zero_grad(): forgets the gradient. */
static int tape_zero_grad(lua_State *L) {
  inv_tensor_release(gradient_of(L));
  return 0;
}

const luaL_Reg INV_TAPE_METHODS[] = {
    {"requires_grad_", tape_require}, {"requires_grad", tape_requires},
    {"is_leaf", tape_is_leaf},        {"detach", tape_detach},
    {"backward", tape_backward},      {"grad", tape_grad},
    {"zero_grad", tape_zero_grad},    {NULL, NULL},
};

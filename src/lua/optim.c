/* invar.core.optim: the steps of the optimisers. Settings and state are
 * plain tables in lua/invar/optim.lua. */
#include <math.h>

#include "lua/binding.h"
#include "lua/modules.h"
#include "nn/tape.h"
#include "optim/optim.h"

/* The gradient of the leaf at argument 1, or NULL when there is none. */
static const inv_tensor *gradient_of(lua_State *L) {
  const inv_tensor *gradient = inv_variable_gradient(inv_lua_tensor(L, 1));
  return gradient && gradient->storage ? gradient : NULL;
}

/* sgd_step(parameter, velocity or nil, first, lr, momentum, weight_decay,
 * nesterov): false where the parameter has no gradient. */
static int optim_sgd_step(lua_State *L) {
  const inv_variable *parameter = inv_lua_tensor(L, 1);
  const inv_variable *velocity = lua_isnil(L, 2) ? NULL : inv_lua_tensor(L, 2);
  bool first = inv_lua_boolean(L, 3);
  inv_sgd settings = {.lr = inv_lua_number(L, 4, 0, HUGE_VAL),
                      .momentum = inv_lua_number(L, 5, 0, HUGE_VAL),
                      .weight_decay = inv_lua_number(L, 6, 0, HUGE_VAL),
                      .nesterov = inv_lua_boolean(L, 7)};
  const inv_tensor *gradient = gradient_of(L);
  if (gradient)
    inv_lua_check(L, inv_sgd_step(&parameter->value, gradient,
                                  velocity ? &velocity->value : NULL, first,
                                  &settings));
  lua_pushboolean(L, gradient != NULL);
  return 1;
}

/* adam_step(parameter, mean, square, step, lr, beta1, beta2, epsilon,
 * weight_decay, decoupled): false where the parameter has no gradient. */
static int optim_adam_step(lua_State *L) {
  const inv_variable *parameter = inv_lua_tensor(L, 1);
  const inv_variable *mean = inv_lua_tensor(L, 2);
  const inv_variable *square = inv_lua_tensor(L, 3);
  inv_adam settings = {.step = inv_lua_integer(L, 4, 1, LUA_MAXINTEGER),
                       .lr = inv_lua_number(L, 5, 0, HUGE_VAL),
                       .beta1 = inv_lua_number(L, 6, 0, 1),
                       .beta2 = inv_lua_number(L, 7, 0, 1),
                       .epsilon = inv_lua_number(L, 8, 0, HUGE_VAL),
                       .weight_decay = inv_lua_number(L, 9, 0, HUGE_VAL),
                       .decoupled = inv_lua_boolean(L, 10)};
  const inv_tensor *gradient = gradient_of(L);
  if (gradient)
    inv_lua_check(L, inv_adam_step(&parameter->value, gradient, &mean->value,
                                   &square->value, &settings));
  lua_pushboolean(L, gradient != NULL);
  return 1;
}

/* has_gradient(parameter) */
static int optim_has_gradient(lua_State *L) {
  lua_pushboolean(L, gradient_of(L) != NULL);
  return 1;
}

/* sum_of_squares(parameter): of its gradient; 0 where there is none. */
static int optim_sum_of_squares(lua_State *L) {
  const inv_tensor *gradient = gradient_of(L);
  double sum = 0;
  if (gradient)
    inv_lua_check(L, inv_sum_of_squares(gradient, &sum));
  lua_pushnumber(L, sum);
  return 1;
}

/* scale_gradient(parameter, factor) */
static int optim_scale_gradient(lua_State *L) {
  double factor = inv_lua_number(L, 2, 0, HUGE_VAL);
  const inv_tensor *gradient = gradient_of(L);
  if (gradient)
    inv_lua_check(L, inv_scale_gradient(gradient, factor));
  return 0;
}

static const luaL_Reg FUNCTIONS[] = {
    {"sgd_step", optim_sgd_step},
    {"adam_step", optim_adam_step},
    {"has_gradient", optim_has_gradient},
    {"sum_of_squares", optim_sum_of_squares},
    {"scale_gradient", optim_scale_gradient},
    {NULL, NULL},
};

int inv_open_optim(lua_State *L) {
  lua_newtable(L);
  inv_lua_register(L, "optim.", FUNCTIONS);
  return 1;
}

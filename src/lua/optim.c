/* invar.core.optim: the steps of the optimisers. Settings and state are
 * plain tables in lua/invar/optim.lua. */
#include <math.h>

#include "lua/binding.h"
#include "lua/modules.h"
#include "nn/tape.h"
#include "optim/optim.h"

/* The gradient of a leaf, or NULL when there is none. */
static const inv_tensor *gradient_of(const inv_variable *leaf) {
  const inv_tensor *gradient = inv_variable_gradient(leaf);
  return gradient && gradient->storage ? gradient : NULL;
}

/* Element `i` of the list of tensors at `arg`, which keeps it. */
static const inv_variable *member(lua_State *L, int arg, size_t i) {
  lua_rawgeti(L, arg, (lua_Integer)i + 1);
  const inv_variable *t = inv_lua_is_tensor(L, -1);
  if (!t)
    inv_lua_argument_error(L, arg, "element %d is no open tensor", (int)i + 1);
  lua_pop(L, 1);
  return t;
}

static size_t list_length(lua_State *L, int arg, size_t wanted) {
  if (!lua_istable(L, arg) || (wanted && lua_rawlen(L, arg) != wanted))
    inv_lua_type_error(L, arg, "list of tensors, one for each parameter");
  return lua_rawlen(L, arg);
}

/* Pushes the entries for the list of parameters at argument 1, without state;
 * all of them must have a gradient. */
static inv_optimized *new_entries(lua_State *L, size_t *count) {
  *count = list_length(L, 1, 0);
  inv_optimized *list = lua_newuserdatauv(L, (*count + 1) * sizeof *list, 0);
  for (size_t i = 0; i < *count; i++) {
    const inv_variable *parameter = member(L, 1, i);
    list[i] = (inv_optimized){.parameter = &parameter->value,
                              .gradient = gradient_of(parameter)};
    if (!list[i].gradient)
      inv_lua_argument_error(L, 1, "parameter %d has no gradient", (int)i + 1);
  }
  return list;
}

/* sgd_step(parameters, velocities or nil, lr, momentum, weight_decay,
 * nesterov) */
static int optim_sgd_step(lua_State *L) {
  size_t count;
  bool with_velocity = !lua_isnil(L, 2);
  inv_sgd settings = {.lr = inv_lua_number(L, 3, 0, HUGE_VAL),
                      .momentum = inv_lua_number(L, 4, 0, HUGE_VAL),
                      .weight_decay = inv_lua_number(L, 5, 0, HUGE_VAL),
                      .nesterov = inv_lua_boolean(L, 6)};
  inv_optimized *list = new_entries(L, &count);
  if (with_velocity)
    list_length(L, 2, count);
  for (size_t i = 0; with_velocity && i < count; i++)
    list[i].first = &member(L, 2, i)->value;
  inv_lua_check(L, inv_sgd_step(list, count, &settings));
  return 0;
}

/* adam_step(parameters, means, squares, steps, lr, beta1, beta2, epsilon,
 * weight_decay, decoupled) */
static int optim_adam_step(lua_State *L) {
  size_t count;
  inv_adam settings = {.lr = inv_lua_number(L, 5, 0, HUGE_VAL),
                       .beta1 = inv_lua_number(L, 6, 0, 1),
                       .beta2 = inv_lua_number(L, 7, 0, 1),
                       .epsilon = inv_lua_number(L, 8, 0, HUGE_VAL),
                       .weight_decay = inv_lua_number(L, 9, 0, HUGE_VAL),
                       .decoupled = inv_lua_boolean(L, 10)};
  inv_optimized *list = new_entries(L, &count);
  for (int arg = 2; arg <= 4; arg++)
    list_length(L, arg, count);
  for (size_t i = 0; i < count; i++) {
    list[i].first = &member(L, 2, i)->value;
    list[i].second = &member(L, 3, i)->value;
    lua_rawgeti(L, 4, (lua_Integer)i + 1);
    list[i].step = lua_tointeger(L, -1);
    lua_pop(L, 1);
    if (list[i].step < 1)
      inv_lua_argument_error(L, 4, "steps count from 1");
  }
  inv_lua_check(L, inv_adam_step(list, count, &settings));
  return 0;
}

/* average_step(averages, values, rate) */
static int optim_average_step(lua_State *L) {
  double rate = inv_lua_number(L, 3, 0, 1);
  size_t count = list_length(L, 1, 0);
  list_length(L, 2, count);
  inv_optimized *list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 0);
  for (size_t i = 0; i < count; i++)
    list[i] = (inv_optimized){.parameter = &member(L, 1, i)->value,
                              .gradient = &member(L, 2, i)->value};
  inv_lua_check(L, inv_average_step(list, count, rate));
  return 0;
}

/* has_gradient(parameter) */
static int optim_has_gradient(lua_State *L) {
  lua_pushboolean(L, gradient_of(inv_lua_tensor(L, 1)) != NULL);
  return 1;
}

/* sum_of_squares(parameter): of its gradient; 0 where there is none. */
static int optim_sum_of_squares(lua_State *L) {
  const inv_tensor *gradient = gradient_of(inv_lua_tensor(L, 1));
  double sum = 0;
  if (gradient)
    inv_lua_check(L, inv_sum_of_squares(gradient, &sum));
  lua_pushnumber(L, sum);
  return 1;
}

/* scale_gradient(parameter, factor) */
static int optim_scale_gradient(lua_State *L) {
  double factor = inv_lua_number(L, 2, 0, HUGE_VAL);
  const inv_tensor *gradient = gradient_of(inv_lua_tensor(L, 1));
  if (gradient)
    inv_lua_check(L, inv_scale_gradient(gradient, factor));
  return 0;
}

static const luaL_Reg FUNCTIONS[] = {
    {"sgd_step", optim_sgd_step},
    {"adam_step", optim_adam_step},
    {"average_step", optim_average_step},
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

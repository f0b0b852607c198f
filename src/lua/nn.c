/* invar.core.nn: layers and losses as functions of tensors. The layers with
 * parameters are made of them in lua/invar/nn. */
#include <math.h>

#include "lua/binding.h"
#include "lua/modules.h"
#include "nn/layers.h"
#include "nn/operations.h"

enum { LARGEST = 1 << 20 };

/* The tensor at `arg`, or NULL where there is none. */
static inv_variable *optional_tensor(lua_State *L, int arg) {
  return lua_isnoneornil(L, arg) ? NULL : inv_lua_tensor(L, arg);
}

static int option_size(lua_State *L, int arg, const char *name, int least,
                       int otherwise) {
  return (int)inv_lua_option_integer(L, arg, name, least, LARGEST, otherwise);
}

/* ---- layers ------------------------------------------------------------- */

/* The settings of a convolution among the options at `arg`. */
static inv_conv_options conv_options(lua_State *L, int arg) {
  return (inv_conv_options){.stride = option_size(L, arg, "stride", 1, 1),
                            .padding = option_size(L, arg, "padding", 0, 0),
                            .dilation = option_size(L, arg, "dilation", 1, 1),
                            .groups = option_size(L, arg, "groups", 1, 1)};
}

/* The tensor in the option `residual`, or NULL. */
static const inv_variable *option_residual(lua_State *L, int arg) {
  const inv_variable *residual = NULL;
  if (lua_getfield(L, arg, "residual") != LUA_TNIL) {
    residual = inv_lua_is_tensor(L, -1);
    if (!residual)
      inv_lua_argument_error(L, arg, "option residual: tensor expected, got %s",
                             luaL_typename(L, -1));
  }
  return residual;
}

/* conv2d(x, weight[, bias[, {stride, padding, dilation, groups}]]) */
static int nn_conv2d(lua_State *L) {
  static const char *const names[] = {"stride", "padding", "dilation", "groups",
                                      NULL};
  lua_settop(L, 4);
  inv_lua_options(L, 4, names);
  inv_conv_options options = conv_options(L, 4);
  const inv_variable *x = inv_lua_tensor(L, 1), *weight = inv_lua_tensor(L, 2);
  const inv_variable *bias = optional_tensor(L, 3);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_conv2d(out, x, weight, bias, &options));
  return 1;
}

/* linear(x, weight[, bias]) */
static int nn_linear(lua_State *L) {
  const inv_variable *x = inv_lua_tensor(L, 1), *weight = inv_lua_tensor(L, 2);
  const inv_variable *bias = optional_tensor(L, 3);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_linear(out, x, weight, bias));
  return 1;
}

/* batch_norm(x[, weight[, bias[, mean[, variance[, {training, momentum,
 * epsilon, relu, residual}]]]]]) */
static int nn_batch_norm(lua_State *L) {
  static const char *const names[] = {"training", "momentum", "epsilon",
                                      "relu",     "residual", NULL};
  lua_settop(L, 6);
  inv_lua_options(L, 6, names);
  const inv_variable *x = inv_lua_tensor(L, 1);
  const inv_variable *weight = optional_tensor(L, 2);
  const inv_variable *bias = optional_tensor(L, 3);
  const inv_variable *mean = optional_tensor(L, 4);
  const inv_variable *variance = optional_tensor(L, 5);
  inv_batch_norm_options options = {
      .training = inv_lua_option_boolean(L, 6, "training", false),
      .relu = inv_lua_option_boolean(L, 6, "relu", false),
      .momentum = inv_lua_option_number(L, 6, "momentum", 0, 1, 0.1),
      .epsilon = inv_lua_option_number(L, 6, "epsilon", 0, 1e6, 1e-5)};
  const inv_variable *residual = option_residual(L, 6);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_batch_norm(
                       out, x, weight, bias, mean ? &mean->value : NULL,
                       variance ? &variance->value : NULL, residual, &options));
  return 1;
}

/* conv_norm(x, weight, bias, norm's weight, bias, mean, variance[, {stride,
 * padding, dilation, groups, epsilon, relu, residual}]) */
static int nn_conv_norm(lua_State *L) {
  static const char *const names[] = {"stride",   "padding", "dilation",
                                      "groups",   "epsilon", "relu",
                                      "residual", NULL};
  lua_settop(L, 8);
  inv_lua_options(L, 8, names);
  const inv_variable *x = inv_lua_tensor(L, 1), *weight = inv_lua_tensor(L, 2);
  const inv_variable *bias = optional_tensor(L, 3);
  inv_conv_options options = conv_options(L, 8);
  inv_conv_norm norm = {
      .weight = optional_tensor(L, 4),
      .bias = optional_tensor(L, 5),
      .running_mean = &inv_lua_tensor(L, 6)->value,
      .running_variance = &inv_lua_tensor(L, 7)->value,
      .epsilon = inv_lua_option_number(L, 8, "epsilon", 0, 1e6, 1e-5),
      .residual = option_residual(L, 8),
      .relu = inv_lua_option_boolean(L, 8, "relu", false)};
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L,
                inv_variable_conv_norm(out, x, weight, bias, &options, &norm));
  return 1;
}

/* The epsilon in the options at `arg`, the last argument. */
static double option_epsilon(lua_State *L, int arg) {
  static const char *const names[] = {"epsilon", NULL};
  lua_settop(L, arg);
  inv_lua_options(L, arg, names);
  return inv_lua_option_number(L, arg, "epsilon", 0, 1e6, 1e-5);
}

/* layer_norm(x[, weight[, bias[, {epsilon}]]]) */
static int nn_layer_norm(lua_State *L) {
  const inv_variable *x = inv_lua_tensor(L, 1);
  const inv_variable *weight = optional_tensor(L, 2);
  const inv_variable *bias = optional_tensor(L, 3);
  double epsilon = option_epsilon(L, 4);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_layer_norm(out, x, weight, bias, epsilon));
  return 1;
}

/* group_norm(x, groups[, weight[, bias[, {epsilon}]]]) */
static int nn_group_norm(lua_State *L) {
  const inv_variable *x = inv_lua_tensor(L, 1);
  int groups = (int)inv_lua_integer(L, 2, 1, LARGEST);
  const inv_variable *weight = optional_tensor(L, 3);
  const inv_variable *bias = optional_tensor(L, 4);
  double epsilon = option_epsilon(L, 5);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L,
                inv_variable_group_norm(out, x, groups, weight, bias, epsilon));
  return 1;
}

/* attention(q, k, v[, {heads, scale}]) */
static int nn_attention(lua_State *L) {
  static const char *const names[] = {"heads", "scale", NULL};
  lua_settop(L, 4);
  inv_lua_options(L, 4, names);
  const inv_variable *q = inv_lua_tensor(L, 1), *k = inv_lua_tensor(L, 2);
  const inv_variable *v = inv_lua_tensor(L, 3);
  int heads = option_size(L, 4, "heads", 1, 1);
  const inv_tensor *t = &q->value;
  double depth = t->dims ? (double)t->shape[t->dims - 1] / heads : 1;
  double scale = inv_lua_option_number(L, 4, "scale", -1e6, 1e6,
                                       depth > 0 ? 1 / sqrt(depth) : 1);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_attention(out, q, k, v, heads, scale));
  return 1;
}

typedef inv_status (*pool_fn)(inv_variable *, const inv_variable *,
                              const inv_pool_options *);

/* A pooling function: (x, {size, stride = size, padding = 0}) */
static int pool(lua_State *L, pool_fn fn) {
  static const char *const names[] = {"size", "stride", "padding", NULL};
  lua_settop(L, 2);
  inv_lua_options(L, 2, names);
  const inv_variable *x = inv_lua_tensor(L, 1);
  int size = option_size(L, 2, "size", 1, 2);
  inv_pool_options options = {.size = size,
                              .stride = option_size(L, 2, "stride", 1, size),
                              .padding = option_size(L, 2, "padding", 0, 0)};
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, fn(out, x, &options));
  return 1;
}

static int nn_max_pool(lua_State *L) {
  return pool(L, inv_variable_max_pool);
}
static int nn_avg_pool(lua_State *L) {
  return pool(L, inv_variable_avg_pool);
}

typedef inv_status (*plain_fn)(inv_variable *, const inv_variable *);

/* A function of one tensor. */
static int plain(lua_State *L, plain_fn fn) {
  const inv_variable *x = inv_lua_tensor(L, 1);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, fn(out, x));
  return 1;
}

static int nn_global_avg_pool(lua_State *L) {
  return plain(L, inv_variable_global_avg_pool);
}

static int nn_softmax(lua_State *L) {
  return plain(L, inv_variable_softmax);
}

static int nn_log_softmax(lua_State *L) {
  return plain(L, inv_variable_log_softmax);
}

/* dropout(x, p, rng) */
static int nn_dropout(lua_State *L) {
  const inv_variable *x = inv_lua_tensor(L, 1);
  double p = inv_lua_number(L, 2, 0, 1);
  inv_rng *rng = inv_lua_rng(L, 3);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_dropout(out, x, p, rng));
  return 1;
}

/* ---- losses ------------------------------------------------------------- */

/* cross_entropy(logits, targets[, {smoothing, reduction}]) */
static int nn_cross_entropy(lua_State *L) {
  static const char *const names[] = {"smoothing", "reduction", NULL};
  static const char *const reductions[] = {"mean", "sum", "none", NULL};
  lua_settop(L, 3);
  inv_lua_options(L, 3, names);
  const inv_variable *logits = inv_lua_tensor(L, 1);
  const inv_variable *targets = inv_lua_tensor(L, 2);
  inv_cross_entropy_options options = {
      .smoothing = inv_lua_option_number(L, 3, "smoothing", 0, 1, 0),
      .reduction = (inv_loss_reduction)inv_lua_option_choice(
          L, 3, "reduction", reductions, INV_LOSS_MEAN)};
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_cross_entropy(out, logits, targets, &options));
  return 1;
}

/* mse(x, y) */
static int nn_mse(lua_State *L) {
  const inv_variable *x = inv_lua_tensor(L, 1), *y = inv_lua_tensor(L, 2);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_mse(out, x, y));
  return 1;
}

/* ---- the tape ----------------------------------------------------------- */

/* recording([on]): whether operations are recorded; sets it where given. */
static int nn_recording(lua_State *L) {
  bool before = inv_tape_recording();
  if (!lua_isnoneornil(L, 1))
    inv_tape_set_recording(inv_lua_boolean(L, 1));
  lua_pushboolean(L, before);
  return 1;
}

/* operations(): the names of all operations that can be on the tape. */
static int nn_operations(lua_State *L) {
  lua_newtable(L);
  lua_Integer count = 0;
  for (int i = 0; inv_operation_at(i); i++) {
    if (!inv_operation_at(i)->name)
      continue;
    lua_pushstring(L, inv_operation_at(i)->name);
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

/* version(t): how often the storage was written to. */
static int nn_version(lua_State *L) {
  const inv_tensor *t = &inv_lua_tensor(L, 1)->value;
  lua_pushinteger(L, (lua_Integer)inv_tensor_version(t));
  return 1;
}

static const luaL_Reg LAYERS[] = {
    {"conv2d", nn_conv2d},
    {"linear", nn_linear},
    {"batch_norm", nn_batch_norm},
    {"conv_norm", nn_conv_norm},
    {"max_pool", nn_max_pool},
    {"avg_pool", nn_avg_pool},
    {"global_avg_pool", nn_global_avg_pool},
    {"softmax", nn_softmax},
    {"log_softmax", nn_log_softmax},
    {"dropout", nn_dropout},
    {"layer_norm", nn_layer_norm},
    {"group_norm", nn_group_norm},
    {NULL, NULL},
};

static const luaL_Reg FUNCTIONS[] = {
    {"attention", nn_attention},
    {"cross_entropy", nn_cross_entropy},
    {"mse", nn_mse},
    {"recording", nn_recording},
    {"operations", nn_operations},
    {"version", nn_version},
    {NULL, NULL},
};

/* The module: the losses, and the layers in its table `functional`. */
int inv_open_nn(lua_State *L) {
  lua_newtable(L);
  inv_lua_register(L, "nn.", FUNCTIONS);
  lua_newtable(L);
  inv_lua_register(L, "nn.functional.", LAYERS);
  lua_setfield(L, -2, "functional");
  return 1;
}

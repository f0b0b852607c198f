/* invar.core.testing: failure injection, only in the test program. */
#include <lauxlib.h>

#include <stdlib.h>
#include <string.h>

#include "base/amx.h"
#include "base/memory.h"
#include "base/notice.h"
#include "lua/binding.h"
#include "lua/modules.h"
#include "nn/conv_half.h"
#include "nn/tape.h"
#include "tensor/gemm_tiles.h"

/* fail_at(n[, and_later]): the n-th allocation from now fails; 0 switches
 * this off. */
static int fail_at(lua_State *L) {
  inv_memory_fail_at((uint64_t)luaL_checkinteger(L, 1), lua_toboolean(L, 2));
  return 0;
}

/* allocations(): how many were asked for so far. */
static int allocations(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)inv_memory_count());
  return 1;
}

/* ---- surroundings -------------------------------------------------------- */

/* environment(name[, value]): sets a variable of the process, or removes it. */
static int environment(lua_State *L) {
  if (lua_isnoneornil(L, 2))
    unsetenv(luaL_checkstring(L, 1));
  else
    setenv(luaL_checkstring(L, 1), luaL_checkstring(L, 2), 1);
  return 0;
}

static char heard[4096];

static void hear(const char *text) {
  strncat(heard, text, sizeof heard - strlen(heard) - 1);
  strncat(heard, "\n", sizeof heard - strlen(heard) - 1);
}

static void hear_begin(const char *name, const char *unit, double total) {
  (void)name, (void)unit, (void)total;
}
static void hear_update(double done) {
  (void)done;
}
static void hear_end(void) {}

/* warnings(f): calls f and returns the lines that the core warned with. */
static int warnings(lua_State *L) {
  static const inv_audience AUDIENCE = {hear, hear_begin, hear_update,
                                        hear_end};
  heard[0] = 0;
  const inv_audience *before = inv_notice_to(&AUDIENCE);
  lua_settop(L, 1);
  int status = lua_pcall(L, 0, 0, 0);
  inv_notice_to(before);
  if (status != LUA_OK)
    return lua_error(L);
  lua_pushstring(L, heard);
  return 1;
}

/* ---- wrong gradients ---------------------------------------------------- */

static char faulty[64];
static enum { SCALED, NEGATED, MISSING, ONE_WRONG } fault;

/* Spoils the gradients of the operation named `faulty`. */
static void disturb(const inv_operation *operation, int input,
                    inv_tensor *gradient) {
  (void)input;
  inv_tensor copy;
  if (strcmp(operation->name, faulty) != 0 ||
      inv_tensor_clone(&copy, gradient) != INV_OK)
    return;
  int64_t index[INV_MAX_DIMS] = {0};
  double first = inv_tensor_count(&copy) ? inv_tensor_get(&copy, index) : 0;
  for (int64_t left = inv_tensor_count(&copy); left > 0; left--) {
    double v = inv_tensor_get(&copy, index);
    inv_tensor_set(&copy, index,
                   fault == SCALED    ? 1.05 * v
                   : fault == NEGATED ? -v
                   : fault == MISSING ? 0
                                      : v);
    for (int d = copy.dims - 1; d >= 0 && ++index[d] == copy.shape[d]; d--)
      index[d] = 0;
  }
  if (fault == ONE_WRONG && inv_tensor_count(&copy))
    inv_tensor_set(&copy, (int64_t[INV_MAX_DIMS]){0}, first + 1);
  inv_tensor_release(gradient);
  *gradient = copy;
}

/* gradient_fault([operation, kind]): from now on the gradients of the
 * operation are wrong in one way of four; none are without arguments. */
static int gradient_fault(lua_State *L) {
  static const char *const kinds[] = {"scaled", "negated", "missing",
                                      "one wrong", NULL};
  inv_backward_fault = NULL;
  if (lua_isnoneornil(L, 1))
    return 0;
  strncpy(faulty, luaL_checkstring(L, 1), sizeof faulty - 1);
  fault = luaL_checkoption(L, 2, NULL, kinds);
  inv_backward_fault = disturb;
  return 0;
}

/* recompute(allowed): false, and the tape saves what it could make again. */
static int recompute(lua_State *L) {
  luaL_checktype(L, 1, LUA_TBOOLEAN);
  inv_tape_may_recompute = lua_toboolean(L, 1);
  return 0;
}

/* ---- products on matrix tiles -------------------------------------------- */

/* matrix_tiles([allowed]): whether the processor's are in use; false switches
 * them off. */
static int matrix_tiles(lua_State *L) {
  if (lua_isboolean(L, 1))
    inv_amx_allow(lua_toboolean(L, 1));
  lua_pushboolean(L, inv_amx());
  return 1;
}

static int field(lua_State *L, int table, const char *name, int otherwise) {
  lua_getfield(L, table, name);
  int value = (int)luaL_optinteger(L, -1, otherwise);
  lua_pop(L, 1);
  return value;
}

/* A convolution from the shapes of its input, weights and output. */
static inv_conv make_conv(lua_State *L, const int64_t *x, const int64_t *w,
                          const int64_t *y, int options) {
  return (inv_conv){.batch = (int)x[0],
                    .height = (int)x[1],
                    .width = (int)x[2],
                    .channels = (int)x[3],
                    .out_height = (int)y[1],
                    .out_width = (int)y[2],
                    .out_channels = (int)y[3],
                    .kernel_height = (int)w[2],
                    .kernel_width = (int)w[3],
                    .stride = field(L, options, "stride", 1),
                    .padding = field(L, options, "padding", 0),
                    .dilation = field(L, options, "dilation", 1),
                    .groups = field(L, options, "groups", 1),
                    .dtype = INV_BFLOAT16};
}

/* conv_half(direction, x, w, y, options[, bias[, residual, relu]]): one
 * direction of a convolution writes its result into y ("forward"), x ("input")
 * or w ("weights"). All are row-major, x, y and the residual in bfloat16; sizes
 * that do not fit one another are the caller's fault. */
static int conv_half(lua_State *L) {
  static const char *const directions[] = {"forward", "input", "weights", NULL};
  int direction = luaL_checkoption(L, 1, NULL, directions);
  inv_tensor *x = &inv_lua_tensor(L, 2)->value;
  inv_tensor *w = &inv_lua_tensor(L, 3)->value;
  inv_tensor *y = &inv_lua_tensor(L, 4)->value;
  luaL_checktype(L, 5, LUA_TTABLE);
  inv_variable *bias = inv_lua_is_tensor(L, 6);
  inv_variable *residual = inv_lua_is_tensor(L, 7);
  inv_epilogue epilogue = {bias ? bias->value.data : NULL,
                           residual ? residual->value.data : NULL,
                           lua_toboolean(L, 8)};
  inv_conv v = make_conv(L, x->shape, w->shape, y->shape, 5);
  if (direction == 0)
    inv_lua_check(L,
                  inv_half_forward(&v, x->data, w->data, &epilogue, y->data));
  else if (direction == 1)
    inv_lua_check(L, inv_half_backward_input(&v, y->data, w->data, x->data));
  else
    inv_lua_check(L, inv_half_backward_weights(&v, x->data, y->data, w->data));
  return 0;
}

/* gemm_half(a, turned, b, turned, c[, bias]): c = a b + bias; a and b are
 * row-major, and stored as their transposes where `turned`. */
static int gemm_half(lua_State *L) {
  inv_tensor *a = &inv_lua_tensor(L, 1)->value;
  inv_tensor *b = &inv_lua_tensor(L, 3)->value;
  inv_tensor *c = &inv_lua_tensor(L, 5)->value;
  inv_variable *bias = inv_lua_is_tensor(L, 6);
  bool turn_a = lua_toboolean(L, 2), turn_b = lua_toboolean(L, 4);
  inv_lua_check(
      L, inv_gemm_bf16(c->shape[0], c->shape[1], a->shape[turn_a ? 0 : 1],
                       (inv_matrix){a->data, a->shape[1], turn_a},
                       (inv_matrix){b->data, b->shape[1], turn_b},
                       &(inv_epilogue){.bias = bias ? bias->value.data : NULL},
                       c->dtype, c->data, c->strides[0]));
  return 0;
}

/* gemm_split(a, turned, b, turned, c, alpha, beta): c = alpha a b + beta c in
 * float32, on the matrix tiles whatever the sizes; without tiles by BLAS. */
static int gemm_split(lua_State *L) {
  inv_tensor *a = &inv_lua_tensor(L, 1)->value;
  inv_tensor *b = &inv_lua_tensor(L, 3)->value;
  inv_tensor *c = &inv_lua_tensor(L, 5)->value;
  bool turn_a = lua_toboolean(L, 2), turn_b = lua_toboolean(L, 4);
  inv_tile_product p = {.m = c->shape[0],
                        .n = c->shape[1],
                        .k = a->shape[turn_a ? 0 : 1],
                        .a = {a->data, a->shape[1], turn_a},
                        .b = {b->data, b->shape[1], turn_b},
                        .dtype = INV_FLOAT32,
                        .c_dtype = INV_FLOAT32,
                        .alpha = (float)luaL_checknumber(L, 6),
                        .beta = (float)luaL_checknumber(L, 7),
                        .c = c->data,
                        .ldc = c->strides[0]};
  inv_lua_check(L, inv_amx() ? inv_gemm_on_tiles(&p)
                             : inv_gemm_plain_f32(p.m, p.n, p.k, p.alpha, p.a,
                                                  p.b, p.beta, c->data, p.ldc));
  return 0;
}

int inv_open_testing(lua_State *L) {
  static const luaL_Reg functions[] = {{"fail_at", fail_at},
                                       {"allocations", allocations},
                                       {"environment", environment},
                                       {"warnings", warnings},
                                       {"gradient_fault", gradient_fault},
                                       {"recompute", recompute},
                                       {"matrix_tiles", matrix_tiles},
                                       {"conv_half", conv_half},
                                       {"gemm_half", gemm_half},
                                       {"gemm_split", gemm_split},
                                       {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}

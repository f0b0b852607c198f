/* invar.core.testing: failure injection, only in the test program. */
#include <lauxlib.h>

#include <string.h>

#include "base/memory.h"
#include "lua/modules.h"
#include "nn/tape.h"

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

int inv_open_testing(lua_State *L) {
  static const luaL_Reg functions[] = {{"fail_at", fail_at},
                                       {"allocations", allocations},
                                       {"gradient_fault", gradient_fault},
                                       {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}

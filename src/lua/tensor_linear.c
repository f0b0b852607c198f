/* Products and decompositions. */
#include "lua/tensor.h"
#include "nn/operations.h"
#include "tensor/linear_algebra.h"

/* a:matmul(b) */
static int tensor_matmul(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  return inv_lua_matmul(L, a, inv_lua_tensor(L, 2));
}

/* The vector at `arg`. */
static inv_variable *vector(lua_State *L, int arg) {
  inv_variable *v = inv_lua_tensor(L, arg);
  char text[96];
  if (v->value.dims != 1)
    inv_lua_argument_error(L, arg, "a vector expected, got shape %s",
                           inv_shape_text(text, v->value.dims, v->value.shape));
  return v;
}

/* a:dot(b): of vectors. */
static int tensor_dot(lua_State *L) {
  inv_variable *a = vector(L, 1);
  return inv_lua_matmul(L, a, vector(L, 2));
}

/* a:outer(b): of vectors. */
static int tensor_outer(lua_State *L) {
  inv_variable *a = vector(L, 1), *b = vector(L, 2);
  inv_lua_reshape(L, a, 2, (const int64_t[]){a->value.shape[0], 1});
  return inv_lua_binary(L, INV_MUL, inv_lua_tensor(L, -1), b);
}

/* a:svd(): u, s, vt. a:svdvals(): s. */
static int tensor_svd(lua_State *L) {
  const inv_tensor *a = &inv_lua_constant(L, 1)->value;
  inv_variable *u = inv_lua_new_tensor(L), *s = inv_lua_new_tensor(L);
  inv_variable *vt = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_svd(&u->value, &s->value, &vt->value, a));
  return 3;
}

static int tensor_svdvals(lua_State *L) {
  return inv_lua_matrix(L, inv_variable_svdvals, inv_lua_tensor(L, 1));
}

/* a:eigh(): eigenvalues and eigenvectors. a:eigvalsh(): eigenvalues. */
static int tensor_eigh(lua_State *L) {
  const inv_tensor *a = &inv_lua_constant(L, 1)->value;
  inv_variable *values = inv_lua_new_tensor(L);
  inv_variable *vectors = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_eigh(&values->value, &vectors->value, a));
  return 2;
}

static int tensor_eigvalsh(lua_State *L) {
  return inv_lua_matrix(L, inv_variable_eigvalsh, inv_lua_tensor(L, 1));
}

/* a:qr(): q, r. */
static int tensor_qr(lua_State *L) {
  const inv_tensor *a = &inv_lua_constant(L, 1)->value;
  inv_variable *q = inv_lua_new_tensor(L), *r = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_qr(&q->value, &r->value, a));
  return 2;
}

static int tensor_cholesky(lua_State *L) {
  const inv_tensor *a = &inv_lua_constant(L, 1)->value;
  inv_variable *l = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_cholesky(&l->value, a));
  return 1;
}

static int tensor_inverse(lua_State *L) {
  return inv_lua_matrix(L, inv_variable_inverse, inv_lua_tensor(L, 1));
}

static int tensor_det(lua_State *L) {
  return inv_lua_matrix(L, inv_variable_det, inv_lua_tensor(L, 1));
}

/* a:solve(b): x with a x = b. */
static int tensor_solve(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  return inv_lua_solve(L, a, inv_lua_tensor(L, 2));
}

/* a:lstsq(b[, {rcond=}]): x of least |a x - b|. */
static int tensor_lstsq(lua_State *L) {
  static const char *const names[] = {"rcond", NULL};
  const inv_tensor *a = &inv_lua_constant(L, 1)->value;
  const inv_tensor *b = &inv_lua_constant(L, 2)->value;
  inv_lua_options(L, 3, names);
  double rcond = inv_lua_option_number(L, 3, "rcond", 0, 1, 1e-12);
  inv_variable *x = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_lstsq(&x->value, a, b, rcond));
  return 1;
}

const luaL_Reg INV_LINEAR_METHODS[] = {
    {"matmul", tensor_matmul},     {"dot", tensor_dot},
    {"outer", tensor_outer},       {"svd", tensor_svd},
    {"svdvals", tensor_svdvals},   {"eigh", tensor_eigh},
    {"eigvalsh", tensor_eigvalsh}, {"qr", tensor_qr},
    {"cholesky", tensor_cholesky}, {"inverse", tensor_inverse},
    {"det", tensor_det},           {"solve", tensor_solve},
    {"lstsq", tensor_lstsq},       {NULL, NULL},
};

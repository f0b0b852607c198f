/* Operations a loss may be differentiated through: the one place where the
 * binding calls them. */
#include "lua/tensor.h"
#include "tensor/combine.h"
#include "tensor/linear_algebra.h"

int inv_lua_unary(lua_State *L, inv_unary_op op, inv_variable *a) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_unary(op, &out->value, &a->value));
  return 1;
}

int inv_lua_binary(lua_State *L, inv_binary_op op, inv_variable *a,
                   inv_variable *b) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_binary(op, &out->value, &a->value, &b->value));
  return 1;
}

int inv_lua_binary_number(lua_State *L, inv_binary_op op, inv_variable *a,
                          double number, bool number_first) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_binary_number(op, &out->value, &a->value, number,
                                            number_first));
  return 1;
}

int inv_lua_where(lua_State *L, inv_variable *condition, inv_variable *a,
                  inv_variable *b) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_where(&out->value, &condition->value, &a->value,
                                    &b->value));
  return 1;
}

int inv_lua_reduce(lua_State *L, inv_reduction op, inv_variable *a,
                   unsigned mask, bool keepdim) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L,
                inv_tensor_reduce(op, &out->value, &a->value, mask, keepdim));
  return 1;
}

int inv_lua_extreme(lua_State *L, bool largest, inv_variable *a, int dim,
                    bool keepdim) {
  inv_variable *values = inv_lua_new_tensor(L);
  inv_variable *positions = inv_lua_new_tensor(L);
  inv_lua_check(L,
                inv_tensor_extreme(largest, &values->value, &positions->value,
                                   &a->value, dim, keepdim));
  return 2;
}

int inv_lua_cumsum(lua_State *L, inv_variable *a, int dim) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_cumsum(&out->value, &a->value, dim));
  return 1;
}

int inv_lua_matmul(lua_State *L, inv_variable *a, inv_variable *b) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_matmul(&out->value, &a->value, &b->value));
  return 1;
}

int inv_lua_slice(lua_State *L, inv_variable *a, int dim, int64_t begin,
                  int64_t size, int64_t step) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(
      L, inv_tensor_slice(&out->value, &a->value, dim, begin, size, step));
  return 1;
}

int inv_lua_select(lua_State *L, inv_variable *a, int dim, int64_t index) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_select(&out->value, &a->value, dim, index));
  return 1;
}

int inv_lua_permute(lua_State *L, inv_variable *a, const int *order) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_permute(&out->value, &a->value, order));
  return 1;
}

int inv_lua_reshape(lua_State *L, inv_variable *a, int dims,
                    const int64_t *shape) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_reshape(&out->value, &a->value, dims, shape));
  return 1;
}

int inv_lua_expand(lua_State *L, inv_variable *a, int dims,
                   const int64_t *shape) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_expand(&out->value, &a->value, dims, shape));
  return 1;
}

int inv_lua_convert(lua_State *L, inv_variable *a, inv_dtype dtype) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_convert(&out->value, &a->value, dtype));
  return 1;
}

int inv_lua_clone(lua_State *L, inv_variable *a) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_clone(&out->value, &a->value));
  return 1;
}

int inv_lua_contiguous(lua_State *L, inv_variable *a) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_to_contiguous(&out->value, &a->value));
  return 1;
}

int inv_lua_cat(lua_State *L, inv_variable *const *list, int count, int dim) {
  inv_variable *out = inv_lua_new_tensor(L);
  const inv_tensor **values =
      lua_newuserdatauv(L, (size_t)count * sizeof *values, 0);
  for (int i = 0; i < count; i++)
    values[i] = &list[i]->value;
  inv_lua_check(L, inv_tensor_cat(&out->value, values, count, dim));
  lua_pop(L, 1);
  return 1;
}

int inv_lua_index_select(lua_State *L, inv_variable *a, int dim,
                         inv_variable *positions) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_index_select(&out->value, &a->value, dim,
                                           &positions->value));
  return 1;
}

int inv_lua_gather(lua_State *L, inv_variable *a, int dim,
                   inv_variable *positions) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(
      L, inv_tensor_gather(&out->value, &a->value, dim, &positions->value));
  return 1;
}

/* ---- changes in place --------------------------------------------------- */

inv_variable *inv_lua_target(lua_State *L, int arg) {
  return inv_lua_tensor(L, arg);
}

/* Operations a loss may be differentiated through: the one place where the
 * binding calls them. */
#include "lua/tensor.h"
#include "nn/operations.h"

int inv_lua_unary(lua_State *L, inv_unary_op op, inv_variable *a) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_unary(op, out, a));
  return 1;
}

int inv_lua_binary(lua_State *L, inv_binary_op op, inv_variable *a,
                   inv_variable *b) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_binary(op, out, a, b));
  return 1;
}

int inv_lua_binary_number(lua_State *L, inv_binary_op op, inv_variable *a,
                          double number, bool number_first) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L,
                inv_variable_binary_number(op, out, a, number, number_first));
  return 1;
}

int inv_lua_where(lua_State *L, inv_variable *condition, inv_variable *a,
                  inv_variable *b) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_where(out, condition, a, b));
  return 1;
}

int inv_lua_reduce(lua_State *L, inv_reduction op, inv_variable *a,
                   unsigned mask, bool keepdim) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_reduce(op, out, a, mask, keepdim));
  return 1;
}

int inv_lua_extreme(lua_State *L, bool largest, inv_variable *a, int dim,
                    bool keepdim) {
  inv_variable *values = inv_lua_new_tensor(L);
  inv_variable *positions = inv_lua_new_tensor(L);
  inv_lua_check(
      L, inv_variable_extreme(largest, values, positions, a, dim, keepdim));
  return 2;
}

int inv_lua_cumsum(lua_State *L, inv_variable *a, int dim) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_cumsum(out, a, dim));
  return 1;
}

int inv_lua_matmul(lua_State *L, inv_variable *a, inv_variable *b) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_matmul(out, a, b));
  return 1;
}

int inv_lua_slice(lua_State *L, inv_variable *a, int dim, int64_t begin,
                  int64_t size, int64_t step) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_slice(out, a, dim, begin, size, step));
  return 1;
}

int inv_lua_select(lua_State *L, inv_variable *a, int dim, int64_t index) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_select(out, a, dim, index));
  return 1;
}

int inv_lua_permute(lua_State *L, inv_variable *a, const int *order) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_permute(out, a, order));
  return 1;
}

int inv_lua_reshape(lua_State *L, inv_variable *a, int dims,
                    const int64_t *shape) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_reshape(out, a, dims, shape));
  return 1;
}

int inv_lua_expand(lua_State *L, inv_variable *a, int dims,
                   const int64_t *shape) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_expand(out, a, dims, shape));
  return 1;
}

int inv_lua_convert(lua_State *L, inv_variable *a, inv_dtype dtype) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_convert(out, a, dtype));
  return 1;
}

int inv_lua_clone(lua_State *L, inv_variable *a) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_clone(out, a));
  return 1;
}

int inv_lua_contiguous(lua_State *L, inv_variable *a) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_contiguous(out, a));
  return 1;
}

int inv_lua_cat(lua_State *L, inv_variable *const *list, int count, int dim) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(
      L, inv_variable_cat(out, (const inv_variable *const *)list, count, dim));
  return 1;
}

int inv_lua_index_select(lua_State *L, inv_variable *a, int dim,
                         inv_variable *positions) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_index_select(out, a, dim, positions));
  return 1;
}

int inv_lua_gather(lua_State *L, inv_variable *a, int dim,
                   inv_variable *positions) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_gather(out, a, dim, positions));
  return 1;
}

int inv_lua_masked_select(lua_State *L, inv_variable *a, inv_variable *mask) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_masked_select(out, a, mask));
  return 1;
}

int inv_lua_diag(lua_State *L, inv_variable *a, int64_t k) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_diag(out, a, k));
  return 1;
}

int inv_lua_triangle(lua_State *L, inv_variable *a, bool lower, int64_t k) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_triangle(out, a, lower, k));
  return 1;
}

int inv_lua_matrix(lua_State *L,
                   inv_status (*function)(inv_variable *, const inv_variable *),
                   inv_variable *a) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, function(out, a));
  return 1;
}

int inv_lua_solve(lua_State *L, inv_variable *a, inv_variable *b) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_variable_solve(out, a, b));
  return 1;
}

void inv_lua_record_picked(lua_State *L, inv_variable *values,
                           const inv_variable *a, int dim,
                           const inv_variable *positions) {
  if (!inv_wants_gradient(a))
    return;
  inv_variable_release(values);
  inv_lua_check(L, inv_variable_gather(values, a, dim, positions));
}

inv_variable *inv_lua_constant(lua_State *L, int arg) {
  inv_variable *a = inv_lua_tensor(L, arg);
  if (inv_wants_gradient(a))
    inv_lua_argument_error(L, arg,
                           "this operation has no gradient, and the tensor "
                           "wants one (detach() it, or use nn.no_grad)");
  return a;
}

/* ---- changes in place --------------------------------------------------- */

inv_variable *inv_lua_target(lua_State *L, int arg) {
  inv_variable *target = inv_lua_tensor(L, arg);
  inv_lua_check(L, inv_variable_check_write(target));
  for (int i = 1; i <= lua_gettop(L); i++) {
    const inv_variable *other = inv_lua_is_tensor(L, i);
    if (i != arg && other && inv_wants_gradient(other))
      inv_lua_argument_error(L, i,
                             "it wants a gradient, which a change in place "
                             "would lose (detach() it, or use nn.no_grad)");
  }
  inv_tensor_written(&target->value);
  return target;
}

/* Joining, splitting, picking and masking. */
#include "lua/tensor.h"
#include "tensor/combine.h"

/* Checks the list of tensors at `arg` and pushes an array of them. They stay
 * alive in the list. */
static inv_variable **push_list(lua_State *L, int arg, int *count) {
  if (!lua_istable(L, arg) || lua_rawlen(L, arg) == 0)
    inv_lua_type_error(L, arg, "list of tensors");
  lua_Unsigned n = lua_rawlen(L, arg);
  if (n > 1 << 24)
    inv_lua_argument_error(L, arg, "too many tensors");
  inv_variable **list = lua_newuserdatauv(L, n * sizeof *list, 0);
  for (lua_Unsigned i = 0; i < n; i++) {
    lua_rawgeti(L, arg, (lua_Integer)i + 1);
    list[i] = inv_lua_is_tensor(L, -1);
    if (!list[i])
      inv_lua_argument_error(L, arg, "member %d is not an open tensor",
                             (int)i + 1);
    lua_pop(L, 1);
  }
  *count = (int)n;
  return list;
}

/* tensor.cat(list[, dim]) */
static int tensor_cat(lua_State *L) {
  lua_settop(L, 2);
  int count;
  inv_variable **list = push_list(L, 1, &count);
  int dim = lua_isnil(L, 2) ? 0 : inv_lua_dim(L, 2, list[0]->value.dims);
  return inv_lua_cat(L, list, count, dim);
}

/* tensor.where(condition, a, b): a and b may be numbers. */
static int tensor_where(lua_State *L) {
  inv_variable *condition = inv_lua_tensor(L, 1), *values[2];
  double numbers[2] = {0, 0};
  for (int i = 0; i < 2; i++)
    values[i] = inv_lua_operand(L, i + 2, &numbers[i]);
  for (int i = 0; i < 2; i++) {
    if (values[i])
      continue;
    const inv_variable *other = values[1 - i];
    inv_dtype dtype = other ? inv_promote_number(other->value.dtype, numbers[i])
                            : INV_FLOAT32;
    inv_variable *number = inv_lua_new_tensor(L);
    inv_lua_check(L, inv_tensor_scalar(&number->value, dtype, numbers[i]));
    values[i] = number;
  }
  return inv_lua_where(L, condition, values[0], values[1]);
}

/* a:index_select(dim, positions) */
static int tensor_index_select(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int dim = inv_lua_dim(L, 2, a->value.dims);
  return inv_lua_index_select(L, a, dim, inv_lua_tensor(L, 3));
}

/* a:gather(dim, positions) */
static int tensor_gather(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int dim = inv_lua_dim(L, 2, a->value.dims);
  return inv_lua_gather(L, a, dim, inv_lua_tensor(L, 3));
}

/* ---- pieces ------------------------------------------------------------- */

/* tensor.stack(list[, dim]): equal shapes, joined along a new dimension. */
static int tensor_stack(lua_State *L) {
  lua_settop(L, 2);
  int count;
  inv_variable **list = push_list(L, 1, &count);
  const inv_tensor *first = &list[0]->value;
  int at = lua_isnil(L, 2) ? 0 : inv_lua_dim(L, 2, first->dims + 1);
  lua_createtable(L, count, 0); /* keeps the widened tensors alive */
  for (int i = 0; i < count; i++) {
    const inv_tensor *t = &list[i]->value;
    int64_t shape[INV_MAX_DIMS + 1];
    char text_a[96], text_b[96];
    if (!inv_tensor_same_shape(t, first))
      inv_lua_argument_error(L, 1, "shapes %s and %s (tensor %d) differ",
                             inv_shape_text(text_a, first->dims, first->shape),
                             inv_shape_text(text_b, t->dims, t->shape), i + 1);
    for (int d = 0; d <= t->dims; d++)
      shape[d] = d < at ? t->shape[d] : d == at ? 1 : t->shape[d - 1];
    inv_lua_reshape(L, list[i], t->dims + 1, shape);
    list[i] = inv_lua_tensor(L, -1);
    lua_rawseti(L, -2, i + 1);
  }
  return inv_lua_cat(L, list, count, at);
}

/* Pushes the list of pieces of `size` members along `dim`. */
static int push_pieces(lua_State *L, inv_variable *a, int dim, int64_t size) {
  lua_newtable(L);
  int64_t all = a->value.shape[dim], count = 0;
  for (int64_t at = 0; at < all; at += size) {
    int64_t left = all - at;
    inv_lua_slice(L, a, dim, at, left < size ? left : size, 1);
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

/* a:split(size or list of sizes[, dim]): a list of views. */
static int tensor_split(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  lua_settop(L, 3);
  int dim = lua_isnil(L, 3) ? inv_lua_first_dim(L, a)
                            : inv_lua_dim(L, 3, a->value.dims);
  if (!lua_istable(L, 2))
    return push_pieces(L, a, dim, inv_lua_integer(L, 2, 1, INT64_MAX / 2));
  lua_Integer n = (lua_Integer)lua_rawlen(L, 2);
  int64_t at = 0, all = a->value.shape[dim];
  lua_newtable(L);
  for (lua_Integer i = 1; i <= n; i++) {
    int is_integer;
    lua_rawgeti(L, 2, i);
    int64_t size = lua_tointegerx(L, -1, &is_integer);
    if (!is_integer || lua_type(L, -1) != LUA_TNUMBER || size < 0 ||
        size > all - at)
      inv_lua_argument_error(L, 2, "size %d is not an integer in 0 .. %lld",
                             (int)i, (long long)(all - at));
    lua_pop(L, 1);
    inv_lua_slice(L, a, dim, at, size, 1);
    lua_rawseti(L, -2, i);
    at += size;
  }
  if (at != all)
    inv_lua_argument_error(L, 2, "the sizes sum to %lld, dimension %d has %lld",
                           (long long)at, dim + 1, (long long)all);
  return 1;
}

/* a:chunk(n[, dim]): at most n pieces of equal size (the last may be less). */
static int tensor_chunk(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int64_t n = inv_lua_integer(L, 2, 1, INT64_MAX);
  int dim = lua_isnoneornil(L, 3) ? inv_lua_first_dim(L, a)
                                  : inv_lua_dim(L, 3, a->value.dims);
  int64_t all = a->value.shape[dim];
  return push_pieces(L, a, dim, all / n + (all % n != 0) + (all == 0));
}

/* ---- masks -------------------------------------------------------------- */

/* a:masked_fill(mask, number) */
static int tensor_masked_fill(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1), *mask = inv_lua_tensor(L, 2);
  if (lua_type(L, 3) != LUA_TNUMBER)
    inv_lua_type_error(L, 3, "number");
  inv_variable *wide = inv_lua_new_tensor(L), *number = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_expand(&wide->value, &mask->value, a->value.dims,
                                     a->value.shape));
  inv_lua_check(
      L, inv_tensor_scalar(&number->value, a->value.dtype, lua_tonumber(L, 3)));
  return inv_lua_where(L, wide, number, a);
}

static int tensor_masked_fill_(lua_State *L) {
  inv_variable *a = inv_lua_target(L, 1);
  tensor_masked_fill(L);
  inv_lua_check(L, inv_tensor_copy(&a->value, &inv_lua_tensor(L, -1)->value));
  lua_settop(L, 1);
  return 1;
}

/* a:masked_select(mask): the elements where the mask is not 0, a vector. */
static int tensor_masked_select(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  return inv_lua_masked_select(L, a, inv_lua_tensor(L, 2));
}

/* labels:one_hot(classes) */
static int tensor_one_hot(lua_State *L) {
  const inv_tensor *labels = &inv_lua_tensor(L, 1)->value;
  int64_t classes = inv_lua_integer(L, 2, 1, INT32_MAX);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_one_hot(&out->value, labels, classes));
  return 1;
}

/* ---- diagonals and triangles -------------------------------------------- */

/* a:diag([k]) */
static int tensor_diag(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  return inv_lua_diag(L, a, inv_lua_opt_integer(L, 2, INT32_MIN, INT32_MAX, 0));
}

static int triangle(lua_State *L, bool lower) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int64_t k = inv_lua_opt_integer(L, 2, INT32_MIN, INT32_MAX, 0);
  return inv_lua_triangle(L, a, lower, k);
}

static int tensor_tril(lua_State *L) {
  return triangle(L, true);
}
static int tensor_triu(lua_State *L) {
  return triangle(L, false);
}

const luaL_Reg INV_COMBINING_FUNCTIONS[] = {
    {"cat", tensor_cat},
    {"stack", tensor_stack},
    {"where", tensor_where},
    {NULL, NULL},
};

const luaL_Reg INV_COMBINING_METHODS[] = {
    {"index_select", tensor_index_select},
    {"gather", tensor_gather},
    {"split", tensor_split},
    {"chunk", tensor_chunk},
    {"masked_fill", tensor_masked_fill},
    {"masked_fill_", tensor_masked_fill_},
    {"masked_select", tensor_masked_select},
    {"one_hot", tensor_one_hot},
    {"diag", tensor_diag},
    {"tril", tensor_tril},
    {"triu", tensor_triu},
    {NULL, NULL},
};

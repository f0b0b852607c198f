/* Views of tensors, indexing and assignment. a[i] selects in the first
 * dimension; a[{i, {first, last, step}, {}}] takes one entry per dimension:
 * an index, an inclusive range or {} for all. Indices below zero count from
 * the end. a[mask] takes the elements where a uint8 tensor of the same shape
 * is not 0, a[positions] the rows that an int32 vector names. */
#include "lua/tensor.h"
#include "tensor/combine.h"

/* ---- one index or range ------------------------------------------------- */

/* The integer on the top of the stack (popped) as a 0-based index. Counted
 * from 1 it must be in low .. high. */
static int64_t position(lua_State *L, int arg, int dim, int64_t size,
                        int64_t low, int64_t high) {
  int is_integer;
  lua_Integer i = lua_tointegerx(L, -1, &is_integer);
  if (!is_integer || lua_type(L, -1) != LUA_TNUMBER)
    inv_lua_argument_error(L, arg,
                           "index of dimension %d: integer expected, "
                           "got %s",
                           dim + 1, luaL_typename(L, -1));
  lua_Integer from_1 = i < 0 && i >= -size ? size + 1 + i : i;
  if (from_1 < low || from_1 > high)
    inv_lua_argument_error(L, arg,
                           "index %lld is outside dimension %d of size %lld",
                           (long long)i, dim + 1, (long long)size);
  lua_pop(L, 1);
  return from_1 - 1;
}

typedef struct {
  int64_t first, count, step;
} range;

/* The step of the range on the top of the stack. */
static int64_t range_step(lua_State *L, int arg, int dim) {
  int is_integer = 1;
  lua_Integer step = 1;
  if (lua_rawgeti(L, -1, 3) != LUA_TNIL)
    step = lua_tointegerx(L, -1, &is_integer);
  if (!is_integer || step == 0 || step == LUA_MININTEGER)
    inv_lua_argument_error(L, arg,
                           "range of dimension %d: the step is an "
                           "integer other than 0",
                           dim + 1);
  lua_pop(L, 1);
  return step;
}

/* The range {first, last[, step]} on the top of the stack (popped); {} is the
 * whole dimension. One place beyond either end is allowed where the range is
 * empty. */
static range read_range(lua_State *L, int arg, int dim, int64_t size) {
  lua_Integer members = (lua_Integer)lua_rawlen(L, -1);
  range r = {0, size, 1};
  if (members != 0 && members != 2 && members != 3)
    inv_lua_argument_error(L, arg,
                           "range of dimension %d: {first, last} or "
                           "{first, last, step} expected",
                           dim + 1);
  if (members != 0) {
    r.step = range_step(L, arg, dim);
    lua_rawgeti(L, -1, 1);
    r.first = position(L, arg, dim, size, 0, size + 1);
    lua_rawgeti(L, -1, 2);
    int64_t last = position(L, arg, dim, size, 0, size + 1);
    int64_t way = r.step > 0 ? last - r.first : r.first - last;
    r.count = way < 0 ? 0 : way / (r.step > 0 ? r.step : -r.step) + 1;
    bool inside = r.first >= 0 && r.first < size && last >= 0 && last < size;
    if (r.count > 0 && !inside)
      inv_lua_argument_error(L, arg,
                             "range %lld to %lld is outside dimension %d of "
                             "size %lld",
                             (long long)r.first + 1, (long long)last + 1,
                             dim + 1, (long long)size);
  }
  lua_pop(L, 1);
  return r;
}

/* Pushes the view that the key at `arg`, a number or a table, names. */
static inv_variable *push_indexed(lua_State *L, inv_variable *a, int arg) {
  int entries = 1, dim = 0;
  bool table = lua_istable(L, arg);
  if (table)
    entries = (int)lua_rawlen(L, arg);
  if (entries > a->value.dims)
    inv_lua_argument_error(L, arg, "%d entries for %d dimensions", entries,
                           a->value.dims);
  if (entries == 0) {
    inv_lua_permute(L, a, (const int[]){0, 1, 2, 3, 4, 5, 6, 7});
    return inv_lua_tensor(L, -1);
  }
  lua_pushnil(L); /* replaced by one view after the other */
  inv_variable *view = a;
  for (int i = 0; i < entries; i++) {
    if (table)
      lua_rawgeti(L, arg, i + 1);
    else
      lua_pushvalue(L, arg);
    int64_t size = view->value.shape[dim];
    if (lua_istable(L, -1)) {
      range r = read_range(L, arg, i, size);
      inv_lua_slice(L, view, dim++, r.first, r.count, r.step);
    } else {
      inv_lua_select(L, view, dim, position(L, arg, i, size, 1, size));
    }
    lua_replace(L, -2);
    view = inv_lua_tensor(L, -1);
  }
  return view;
}

/* ---- a[key] and a[key] = value ------------------------------------------ */

/* a[key]: upvalue 2 holds the methods. */
static int tensor_index(lua_State *L) {
  if (lua_type(L, 2) == LUA_TSTRING) {
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(2));
    return 1;
  }
  inv_variable *a = inv_lua_tensor(L, 1);
  if (lua_type(L, 2) == LUA_TNUMBER || lua_istable(L, 2)) {
    push_indexed(L, a, 2);
    return 1;
  }
  if (!luaL_testudata(L, 2, "tensor"))
    inv_lua_type_error(L, 2, "index, table of indices, or tensor");
  inv_variable *key = inv_lua_tensor(L, 2);
  if (key->value.dtype == INV_INT32)
    return inv_lua_index_select(L, a, 0, key);
  return inv_lua_masked_select(L, a, key);
}

/* Stores the number or tensor at `arg` into the view, broadcast. */
static void assign(lua_State *L, const inv_tensor *view, int arg) {
  double number = 0;
  const inv_variable *value = inv_lua_operand(L, arg, &number);
  if (!value) {
    inv_lua_check(L, inv_tensor_fill(view, number));
    return;
  }
  inv_variable *wide = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_expand(&wide->value, &value->value, view->dims,
                                     view->shape));
  inv_lua_check(L, inv_tensor_copy(view, &wide->value));
}

/* a[mask] = value */
static void assign_masked(lua_State *L, const inv_tensor *a) {
  const inv_tensor *mask = &inv_lua_tensor(L, 2)->value;
  double number = 0;
  const inv_variable *value = inv_lua_operand(L, 3, &number);
  inv_variable *filled = inv_lua_new_tensor(L);
  if (value)
    filled->value = inv_tensor_retain(&value->value);
  else
    inv_lua_check(L, inv_tensor_scalar(&filled->value, a->dtype, number));
  inv_variable *chosen = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_where(&chosen->value, mask, &filled->value, a));
  inv_lua_check(L, inv_tensor_copy(a, &chosen->value));
}

static int tensor_newindex(lua_State *L) {
  inv_variable *a = inv_lua_target(L, 1);
  if (lua_type(L, 2) == LUA_TNUMBER || lua_istable(L, 2))
    assign(L, &push_indexed(L, a, 2)->value, 3);
  else if (luaL_testudata(L, 2, "tensor"))
    assign_masked(L, &a->value);
  else
    inv_lua_type_error(L, 2, "index, table of indices, or tensor");
  return 0;
}

/* ---- views by name ------------------------------------------------------ */

/* a:select(dim, index) */
static int tensor_select(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int dim = inv_lua_dim(L, 2, a->value.dims);
  int64_t size = a->value.shape[dim];
  lua_pushvalue(L, 3);
  return inv_lua_select(L, a, dim, position(L, 3, dim, size, 1, size));
}

/* a:narrow(dim, first, size) */
static int tensor_narrow(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int dim = inv_lua_dim(L, 2, a->value.dims);
  int64_t size = a->value.shape[dim];
  lua_pushvalue(L, 3);
  int64_t first = position(L, 3, dim, size, 1, size + 1);
  int64_t count = inv_lua_integer(L, 4, 0, size - first);
  return inv_lua_slice(L, a, dim, first, count, 1);
}

/* a:slice(dim, first, last[, step]) */
static int tensor_slice(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int dim = inv_lua_dim(L, 2, a->value.dims);
  lua_createtable(L, 3, 0);
  for (int i = 1; i <= 3; i++) {
    lua_pushvalue(L, i + 2);
    lua_rawseti(L, -2, i);
  }
  if (lua_rawlen(L, -1) == 0)
    inv_lua_type_error(L, 3, "integer");
  range r = read_range(L, 3, dim, a->value.shape[dim]);
  return inv_lua_slice(L, a, dim, r.first, r.count, r.step);
}

/* a:permute(d1, d2, ...) */
static int tensor_permute(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int order[INV_MAX_DIMS], given = lua_gettop(L) - 1;
  if (given != a->value.dims)
    inv_lua_error(L, "%d dimensions named for a tensor with %d", given,
                  a->value.dims);
  for (int d = 0; d < given; d++)
    order[d] = inv_lua_dim(L, d + 2, given);
  return inv_lua_permute(L, a, order);
}

static int swap(lua_State *L, inv_variable *a, int first, int second) {
  int order[INV_MAX_DIMS];
  for (int d = 0; d < a->value.dims; d++)
    order[d] = d == first ? second : d == second ? first : d;
  return inv_lua_permute(L, a, order);
}

/* a:transpose(d1, d2) */
static int tensor_transpose(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int dims = a->value.dims;
  return swap(L, a, inv_lua_dim(L, 2, dims), inv_lua_dim(L, 3, dims));
}

/* a:t(): the last two dimensions swapped. */
static int tensor_t(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int dims = a->value.dims;
  if (dims < 2)
    inv_lua_argument_error(L, 1, "a matrix expected, got %d dimensions", dims);
  return swap(L, a, dims - 2, dims - 1);
}

/* a:reshape(d1, d2, ...): one size may be -1. */
static int tensor_reshape(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  int64_t shape[INV_MAX_DIMS];
  int next, dims = inv_lua_shape(L, 2, -1, shape, &next);
  if (!lua_isnone(L, next))
    inv_lua_type_error(L, next, "size");
  return inv_lua_reshape(L, a, dims, shape);
}

/* a:flatten([first[, last]]): these dimensions become one; all by default. */
static int tensor_flatten(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  const inv_tensor *t = &a->value;
  if (t->dims == 0)
    return inv_lua_reshape(L, a, 1, (const int64_t[]){1});
  int first = lua_isnoneornil(L, 2) ? 0 : inv_lua_dim(L, 2, t->dims);
  int last = lua_isnoneornil(L, 3) ? t->dims - 1 : inv_lua_dim(L, 3, t->dims);
  if (last < first)
    inv_lua_argument_error(L, 3, "dimension %d comes before %d", last + 1,
                           first + 1);
  int64_t shape[INV_MAX_DIMS];
  int dims = 0;
  for (int d = 0; d < t->dims; d++) {
    if (d > first && d <= last)
      shape[dims - 1] *= t->shape[d];
    else
      shape[dims++] = t->shape[d];
  }
  return inv_lua_reshape(L, a, dims, shape);
}

/* a:squeeze([dim]): drops dimensions of size 1, all or the one named. */
static int tensor_squeeze(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  const inv_tensor *t = &a->value;
  int only = lua_isnoneornil(L, 2) ? -1 : inv_lua_dim(L, 2, t->dims), dims = 0;
  int64_t shape[INV_MAX_DIMS];
  if (only >= 0 && t->shape[only] != 1)
    inv_lua_argument_error(L, 2, "dimension %d has size %lld, not 1", only + 1,
                           (long long)t->shape[only]);
  for (int d = 0; d < t->dims; d++)
    if (t->shape[d] != 1 || (only >= 0 && only != d))
      shape[dims++] = t->shape[d];
  return inv_lua_reshape(L, a, dims, shape);
}

/* a:unsqueeze(dim): a dimension of size 1 before dimension `dim`. */
static int tensor_unsqueeze(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  const inv_tensor *t = &a->value;
  int at = inv_lua_dim(L, 2, t->dims + 1);
  int64_t shape[INV_MAX_DIMS + 1];
  for (int d = 0; d <= t->dims; d++)
    shape[d] = d < at ? t->shape[d] : d == at ? 1 : t->shape[d - 1];
  return inv_lua_reshape(L, a, t->dims + 1, shape);
}

/* a:expand(d1, d2, ...): -1 keeps a size. */
static int tensor_expand(lua_State *L) {
  inv_variable *a = inv_lua_tensor(L, 1);
  const inv_tensor *t = &a->value;
  int64_t shape[INV_MAX_DIMS];
  int next, dims = inv_lua_shape(L, 2, -1, shape, &next);
  if (!lua_isnone(L, next))
    inv_lua_type_error(L, next, "size");
  for (int d = 0; d < dims; d++) {
    int own = d - (dims - t->dims);
    if (shape[d] == -1 && own >= 0)
      shape[d] = t->shape[own];
  }
  return inv_lua_expand(L, a, dims, shape);
}

const luaL_Reg INV_INDEXING_METHODS[] = {
    {"__index", tensor_index},
    {"__newindex", tensor_newindex},
    {"select", tensor_select},
    {"narrow", tensor_narrow},
    {"slice", tensor_slice},
    {"permute", tensor_permute},
    {"transpose", tensor_transpose},
    {"t", tensor_t},
    {"reshape", tensor_reshape},
    {"view", tensor_reshape},
    {"flatten", tensor_flatten},
    {"squeeze", tensor_squeeze},
    {"unsqueeze", tensor_unsqueeze},
    {"expand", tensor_expand},
    {NULL, NULL},
};

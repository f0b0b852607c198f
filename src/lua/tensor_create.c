/* Making tensors: constants, ranges, nested lists, random numbers. */
#include <math.h>

#include "base/interrupt.h"
#include "lua/tensor.h"
#include "tensor/stream.h"

static const char *const DTYPE[] = {"dtype", NULL};

/* Reads a shape at `arg` and the option dtype, and pushes a new tensor. */
static inv_tensor *push_shaped(lua_State *L, int arg, inv_dtype otherwise) {
  int64_t shape[INV_MAX_DIMS];
  int next, dims = inv_lua_shape(L, arg, 0, shape, &next);
  inv_lua_options(L, next, DTYPE);
  inv_dtype dtype = inv_lua_option_dtype(L, next, otherwise);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&out->value, dtype, dims, shape));
  return &out->value;
}

/* tensor.zeros(d1, d2, ...[, {dtype=}]) */
static int tensor_zeros(lua_State *L) {
  inv_lua_check(L, inv_tensor_fill(push_shaped(L, 1, INV_FLOAT32), 0));
  return 1;
}

/* tensor.ones(d1, d2, ...[, {dtype=}]) */
static int tensor_ones(lua_State *L) {
  inv_lua_check(L, inv_tensor_fill(push_shaped(L, 1, INV_FLOAT32), 1));
  return 1;
}

/* tensor.full({d1, d2, ...}, value[, {dtype=}]) */
static int tensor_full(lua_State *L) {
  if (!lua_istable(L, 1))
    inv_lua_type_error(L, 1, "list of sizes");
  if (lua_type(L, 2) != LUA_TNUMBER)
    inv_lua_type_error(L, 2, "number");
  double value = lua_tonumber(L, 2);
  lua_remove(L, 2);
  inv_lua_check(L, inv_tensor_fill(push_shaped(L, 1, INV_FLOAT32), value));
  return 1;
}

/* tensor.eye(n[, {dtype=}]) */
static int tensor_eye(lua_State *L) {
  int64_t n = inv_lua_integer(L, 1, 0, INT32_MAX), shape[2] = {n, n};
  inv_lua_options(L, 2, DTYPE);
  inv_dtype dtype = inv_lua_option_dtype(L, 2, INV_FLOAT32);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_zeros(&out->value, dtype, 2, shape));
  inv_variable *diagonal = inv_lua_new_tensor(L);
  diagonal->value = inv_tensor_retain(&out->value);
  diagonal->value.dims = 1;
  diagonal->value.strides[0] = n + 1;
  inv_lua_check(L, inv_tensor_fill(&diagonal->value, 1));
  lua_pop(L, 1);
  return 1;
}

/* Pushes `n` numbers first, first + step, ... */
static int push_progression(lua_State *L, double first, double step, int64_t n,
                            double last, inv_dtype dtype) {
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&out->value, dtype, 1, &n));
  inv_stream stream = inv_stream_open(&out->value, 1, &n);
  inv_block block;
  for (int64_t at = 0; at < n; at += INV_BLOCK) {
    int64_t size = n - at < INV_BLOCK ? n - at : INV_BLOCK;
    double *values = inv_stream_target(&stream, at, INV_FLOAT64, &block);
    for (int64_t i = 0; i < size; i++)
      values[i] = at + i == n - 1 ? last : first + step * (double)(at + i);
    inv_stream_write(&stream, at, size, INV_FLOAT64, values);
  }
  return 1;
}

/* tensor.arange(last[, options]), (first, last) or (first, last, step): last
 * is included, as in Lua's for. */
static int tensor_arange(lua_State *L) {
  int numbers = 0;
  while (numbers < 3 && lua_type(L, numbers + 1) == LUA_TNUMBER)
    numbers++;
  double first = numbers > 1 ? inv_lua_number(L, 1, -HUGE_VAL, HUGE_VAL) : 1;
  double last = inv_lua_number(L, numbers > 1 ? 2 : 1, -HUGE_VAL, HUGE_VAL);
  double step = numbers > 2 ? inv_lua_number(L, 3, -HUGE_VAL, HUGE_VAL) : 1;
  if (step == 0)
    inv_lua_argument_error(L, 3, "the step is zero");
  inv_lua_options(L, numbers + 1, DTYPE);
  inv_dtype dtype = inv_lua_option_dtype(L, numbers + 1, INV_FLOAT32);
  /* A step that misses `last` by rounding alone includes it. */
  double steps = floor((last - first) / step * (1 + 1e-15) + 1e-12);
  if (!(steps < 0x1p50))
    inv_lua_argument_error(L, numbers > 1 ? 2 : 1, "too many numbers");
  int64_t n = steps < 0 ? 0 : (int64_t)steps + 1;
  return push_progression(L, first, step, n, first + step * steps, dtype);
}

/* tensor.linspace(first, last, n[, options]): n numbers, both included. */
static int tensor_linspace(lua_State *L) {
  double first = inv_lua_number(L, 1, -HUGE_VAL, HUGE_VAL);
  double last = inv_lua_number(L, 2, -HUGE_VAL, HUGE_VAL);
  int64_t n = inv_lua_integer(L, 3, 1, INT64_MAX);
  inv_lua_options(L, 4, DTYPE);
  inv_dtype dtype = inv_lua_option_dtype(L, 4, INV_FLOAT32);
  double step = n > 1 ? (last - first) / (double)(n - 1) : 0;
  return push_progression(L, first, step, n, n > 1 ? last : first, dtype);
}

/* ---- nested lists ------------------------------------------------------- */

/* The shape that the first members of nested lists show. */
static int list_shape(lua_State *L, int arg, int64_t *shape) {
  int dims = 0;
  lua_pushvalue(L, arg);
  while (lua_istable(L, -1)) {
    if (dims == INV_MAX_DIMS)
      inv_lua_argument_error(L, arg, "lists nested deeper than %d",
                             INV_MAX_DIMS);
    shape[dims++] = (int64_t)lua_rawlen(L, -1);
    if (shape[dims - 1] == 0) {
      lua_pushnil(L);
      if (lua_next(L, -2))
        inv_lua_argument_error(L, arg,
                               "a list expected, got a table with "
                               "names");
      break;
    }
    lua_rawgeti(L, -1, 1);
    lua_remove(L, -2);
  }
  lua_pop(L, 1);
  return dims;
}

/* Stores the list on the top of the stack from element `*at` of `out` on. */
static void read_list(lua_State *L, int arg, const inv_tensor *out, int dim,
                      int64_t *at) {
  if (dim == out->dims) {
    if (lua_type(L, -1) != LUA_TNUMBER)
      inv_lua_argument_error(
          L, arg,
          "element %lld is a %s; numbers in lists of equal lengths "
          "expected",
          (long long)*at + 1, luaL_typename(L, -1));
    double value = lua_tonumber(L, -1);
    inv_convert(out->dtype,
                (char *)out->data + *at * (int64_t)inv_dtype_size(out->dtype),
                1, INV_FLOAT64, &value, 1, 1);
    ++*at;
    return;
  }
  if (!lua_istable(L, -1) || (int64_t)lua_rawlen(L, -1) != out->shape[dim])
    inv_lua_argument_error(L, arg,
                           "lists of different lengths: %lld members expected "
                           "in dimension %d, got %lld",
                           (long long)out->shape[dim], dim + 1,
                           lua_istable(L, -1) ? (long long)lua_rawlen(L, -1)
                                              : 0);
  for (int64_t i = 1; i <= out->shape[dim]; i++) {
    lua_rawgeti(L, -1, i);
    read_list(L, arg, out, dim + 1, at);
    lua_pop(L, 1);
  }
}

/* tensor.new(number or nested lists[, {dtype=}]), also tensor{...} */
static int tensor_new(lua_State *L) {
  int64_t shape[INV_MAX_DIMS], at = 0;
  if (!lua_istable(L, 1) && lua_type(L, 1) != LUA_TNUMBER)
    inv_lua_type_error(L, 1, "number or list");
  inv_lua_options(L, 2, DTYPE);
  inv_dtype dtype = inv_lua_option_dtype(L, 2, INV_FLOAT32);
  luaL_checkstack(L, 2 * INV_MAX_DIMS, NULL);
  int dims = list_shape(L, 1, shape);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&out->value, dtype, dims, shape));
  lua_pushvalue(L, 1);
  read_list(L, 1, &out->value, 0, &at);
  lua_pop(L, 1);
  return 1;
}

/* ---- random numbers ----------------------------------------------------- */

/* Pushes a float32 tensor of the shape at `arg`; sets the dtype wanted. */
static inv_tensor *push_floats(lua_State *L, int *options, inv_dtype *dtype,
                               const char *const *names) {
  int64_t shape[INV_MAX_DIMS];
  int dims = inv_lua_shape(L, 2, 0, shape, options);
  inv_lua_options(L, *options, names);
  *dtype = inv_lua_option_dtype(L, *options, INV_FLOAT32);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&out->value, INV_FLOAT32, dims, shape));
  return &out->value;
}

/* Replaces the tensor on the top of the stack by one of `dtype`. */
static int convert_top(lua_State *L, inv_dtype dtype) {
  inv_variable *t = inv_lua_tensor(L, -1);
  return t->value.dtype == dtype ? 1 : inv_lua_convert(L, t, dtype);
}

/* tensor.rand(rng, d1, ...[, {low=, high=, dtype=}]): U[low, high) */
static int tensor_rand(lua_State *L) {
  static const char *const names[] = {"low", "high", "dtype", NULL};
  inv_rng *rng = inv_lua_rng(L, 1);
  int options;
  inv_dtype dtype;
  inv_tensor *out = push_floats(L, &options, &dtype, names);
  double low = inv_lua_option_number(L, options, "low", -1e38, 1e38, 0);
  double high = inv_lua_option_number(L, options, "high", low, 1e38, 1);
  if (low > high)
    inv_lua_argument_error(L, options, "option low: %g is above high, %g", low,
                           high);
  inv_rng_fill_uniform(rng, out->data, (size_t)inv_tensor_count(out),
                       (float)low, (float)high);
  return convert_top(L, dtype);
}

/* tensor.randn(rng, d1, ...[, {mean=, deviation=, dtype=}]) */
static int tensor_randn(lua_State *L) {
  static const char *const names[] = {"mean", "deviation", "dtype", NULL};
  inv_rng *rng = inv_lua_rng(L, 1);
  int options;
  inv_dtype dtype;
  inv_tensor *out = push_floats(L, &options, &dtype, names);
  double mean = inv_lua_option_number(L, options, "mean", -1e38, 1e38, 0);
  double deviation = inv_lua_option_number(L, options, "deviation", 0, 1e38, 1);
  inv_rng_fill_normal(rng, out->data, (size_t)inv_tensor_count(out),
                      (float)mean, (float)deviation);
  return convert_top(L, dtype);
}

/* tensor.randint(rng, low, high, d1, ...[, {dtype=}]): both included. */
static int tensor_randint(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1);
  int64_t low = inv_lua_integer(L, 2, INT32_MIN, INT32_MAX);
  int64_t high = inv_lua_integer(L, 3, low, INT32_MAX);
  inv_tensor *out = push_shaped(L, 4, INV_INT32);
  int64_t count = inv_tensor_count(out);
  inv_stream stream = inv_stream_open(out, out->dims, out->shape);
  inv_block block;
  for (int64_t at = 0; at < count; at += INV_BLOCK) {
    int64_t size = count - at < INV_BLOCK ? count - at : INV_BLOCK;
    int32_t *values = inv_stream_target(&stream, at, INV_INT32, &block);
    for (int64_t i = 0; i < size; i++)
      values[i] = (int32_t)(low + (int64_t)inv_rng_below(
                                      rng, (uint64_t)(high - low) + 1));
    inv_stream_write(&stream, at, size, INV_INT32, values);
    inv_lua_check(L, inv_check_interrupt());
  }
  return 1;
}

/* tensor.randperm(rng, n[, {dtype=}]): 1 .. n in random order. */
static int tensor_randperm(lua_State *L) {
  inv_rng *rng = inv_lua_rng(L, 1);
  int64_t n = inv_lua_integer(L, 2, 0, INT32_MAX);
  inv_lua_options(L, 3, DTYPE);
  inv_dtype dtype = inv_lua_option_dtype(L, 3, INV_INT32);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&out->value, INV_INT32, 1, &n));
  int32_t *values = inv_i32(&out->value);
  /* Fisher and Yates, as rng:permutation draws. */
  for (int64_t i = 0; i < n; i++) {
    int64_t j = (int64_t)inv_rng_below(rng, (uint64_t)i + 1);
    values[i] = values[j];
    values[j] = (int32_t)i + 1;
  }
  return convert_top(L, dtype);
}

const luaL_Reg INV_CREATION_FUNCTIONS[] = {
    {"new", tensor_new},           {"zeros", tensor_zeros},
    {"ones", tensor_ones},         {"full", tensor_full},
    {"eye", tensor_eye},           {"arange", tensor_arange},
    {"linspace", tensor_linspace}, {"rand", tensor_rand},
    {"randn", tensor_randn},       {"randint", tensor_randint},
    {"randperm", tensor_randperm}, {NULL, NULL},
};

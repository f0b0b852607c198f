/* Windows of time series. For the Lua library (lua/invar/data/series.lua),
 * which checks what users give; row numbers, labels and units count from 1. */
#include <string.h>

#include "base/memory.h"
#include "data/series.h"
#include "lua/data.h"

/* The recording at `arg`: float32 R x C. */
static const inv_tensor *check_rows(lua_State *L, int arg) {
  const inv_tensor *rows = &inv_lua_tensor(L, arg)->value;
  if (rows->dtype != INV_FLOAT32 || rows->dims != 2 ||
      !inv_tensor_contiguous(rows))
    inv_lua_type_error(L, arg, "row-major float32 tensor of R x C");
  return rows;
}

/* The int32 list at `arg`; NULL where there is none and that is allowed. */
static const inv_tensor *check_list(lua_State *L, int arg, bool optional) {
  if (optional && lua_isnoneornil(L, arg))
    return NULL;
  const inv_tensor *list = &inv_lua_tensor(L, arg)->value;
  if (list->dtype != INV_INT32 || list->dims != 1 ||
      !inv_tensor_contiguous(list))
    inv_lua_type_error(L, arg, "row-major int32 list");
  return list;
}

static const int32_t *row_list(lua_State *L, int arg, const inv_tensor *rows) {
  const inv_tensor *list = check_list(L, arg, true);
  if (list && list->shape[0] != rows->shape[0])
    inv_lua_argument_error(L, arg, "%lld values, there are %lld rows",
                           (long long)list->shape[0],
                           (long long)rows->shape[0]);
  return list ? inv_i32(list) : NULL;
}

/* Pushes room for `count` numbers. */
static inv_variable *push_list(lua_State *L, int64_t count) {
  inv_variable *v = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&v->value, INV_INT32, 1, &count));
  return v;
}

static int windows_gc(lua_State *L) {
  inv_windows_free(lua_touserdata(L, 1));
  return 0;
}

/* series_windows(rows, labels, groups, window, stride, block, skip): the
 * first rows of the windows, their labels and their units (labels and groups
 * as they are given; blocks from 1). */
static int series_windows(lua_State *L) {
  lua_settop(L, 7);
  const inv_tensor *rows = check_rows(L, 1);
  inv_series series = {.rows = inv_f32(rows),
                       .count = rows->shape[0],
                       .channels = (int)rows->shape[1],
                       .labels = row_list(L, 2, rows),
                       .groups = row_list(L, 3, rows),
                       .window = (int)inv_lua_integer(L, 4, 1, 1 << 24),
                       .stride = (int)inv_lua_integer(L, 5, 1, 1 << 24),
                       .block = inv_lua_integer(L, 6, 0, INT32_MAX),
                       .leave_out_missing = inv_lua_boolean(L, 7)};
  inv_windows *windows = inv_lua_new_owner(L, sizeof *windows, windows_gc);
  inv_lua_check(L, inv_series_windows(windows, &series));
  int64_t n = windows->count;
  inv_variable *starts = push_list(L, n), *labels = push_list(L, n),
               *units = push_list(L, n);
  for (int64_t i = 0; i < n; i++) {
    inv_i32(&starts->value)[i] = windows->starts[i] + 1;
    inv_i32(&labels->value)[i] = windows->labels[i] + !series.labels;
    inv_i32(&units->value)[i] =
        windows->units[i] + (series.block || !series.groups);
  }
  inv_windows_free(windows);
  return 3;
}

/* The first rows (from 1) at `arg`, from 0, in a block on the stack; each with
 * `window` rows after it. */
static int32_t *check_starts(lua_State *L, int arg, const inv_tensor *rows,
                             int window, int64_t *count) {
  const inv_tensor *list = check_list(L, arg, false);
  *count = list->shape[0];
  int32_t *starts =
      lua_newuserdatauv(L, ((size_t)*count + 1) * sizeof *starts, 0);
  for (int64_t i = 0; i < *count; i++) {
    starts[i] = inv_i32(list)[i] - 1;
    if (starts[i] < 0 || starts[i] > rows->shape[0] - window)
      inv_lua_argument_error(L, arg, "no window of %d rows at row %d", window,
                             starts[i] + 1);
  }
  return starts;
}

static void push_numbers(lua_State *L, const double *numbers, int count) {
  lua_createtable(L, count, 0);
  for (int i = 0; i < count; i++) {
    lua_pushnumber(L, numbers[i]);
    lua_rawseti(L, -2, i + 1);
  }
}

/* series_statistics(rows, starts, window): lists of the means and standard
 * deviations of the channels. */
static int series_statistics(lua_State *L) {
  const inv_tensor *rows = check_rows(L, 1);
  int window = (int)inv_lua_integer(L, 3, 1, 1 << 24);
  int64_t count;
  const int32_t *starts = check_starts(L, 2, rows, window, &count);
  int channels = (int)rows->shape[1];
  double *mean =
      lua_newuserdatauv(L, ((size_t)channels * 2 + 1) * sizeof *mean, 0);
  inv_series series = {
      .rows = inv_f32(rows), .channels = channels, .window = window};
  inv_series_statistics(&series, starts, count, mean, mean + channels);
  push_numbers(L, mean, channels);
  push_numbers(L, mean + channels, channels);
  return 2;
}

/* The `count` numbers of the list at `arg`, in a block on the stack. */
static double *check_numbers(lua_State *L, int arg, int64_t count) {
  luaL_checktype(L, arg, LUA_TTABLE);
  double *numbers =
      lua_newuserdatauv(L, ((size_t)count + 1) * sizeof *numbers, 0);
  for (int64_t i = 0; i < count; i++) {
    lua_rawgeti(L, arg, i + 1);
    numbers[i] = lua_tonumber(L, -1);
    lua_pop(L, 1);
  }
  return numbers;
}

/* series_standardise(rows, mean, deviation): a new tensor. */
static int series_standardise(lua_State *L) {
  const inv_tensor *rows = check_rows(L, 1);
  const double *mean = check_numbers(L, 2, rows->shape[1]);
  const double *deviation = check_numbers(L, 3, rows->shape[1]);
  inv_variable *out = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_clone(&out->value, rows));
  inv_series_standardise(inv_f32(&out->value), rows->shape[0],
                         (int)rows->shape[1], mean, deviation);
  return 1;
}

/* series_dataset(rows, starts, labels, window, classes, about) */
static int series_dataset(lua_State *L) {
  const inv_tensor *rows = check_rows(L, 1);
  int window = (int)inv_lua_integer(L, 4, 1, 1 << 24);
  int classes = (int)inv_lua_integer(L, 5, 1, 1 << 24);
  int64_t count;
  int32_t *starts = check_starts(L, 2, rows, window, &count);
  const inv_tensor *given = check_list(L, 3, false);
  if (given->shape[0] != count)
    inv_lua_argument_error(L, 3, "%lld labels of %lld windows",
                           (long long)given->shape[0], (long long)count);
  int32_t *labels =
      lua_newuserdatauv(L, ((size_t)count + 1) * sizeof *labels, 0);
  for (int64_t i = 0; i < count; i++)
    labels[i] = inv_i32(given)[i] - 1;
  inv_lua_dataset_box *box = inv_lua_new_dataset(L, 6);
  inv_lua_check(L, inv_dataset_windows(&box->set, rows, starts, labels, count,
                                       window, classes));
  return 1;
}

static const luaL_Reg FUNCTIONS[] = {{"series_windows", series_windows},
                                     {"series_statistics", series_statistics},
                                     {"series_standardise", series_standardise},
                                     {"series_dataset", series_dataset},
                                     {NULL, NULL}};

void inv_lua_add_series(lua_State *L) {
  inv_lua_register(L, "data.", FUNCTIONS);
}

#include "lua/binding.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/memory.h"

static const char *const KEPT_ERROR = "invar.kept_error";

/* ---- registering -------------------------------------------------------- */

void inv_lua_register(lua_State *L, const char *prefix, const luaL_Reg *list) {
  for (; list->name; list++) {
    lua_pushfstring(L, "%s%s", prefix, list->name);
    lua_pushcclosure(L, list->func, 1);
    lua_setfield(L, -2, list->name);
  }
}

void inv_lua_type(lua_State *L, const char *type, const luaL_Reg *list) {
  luaL_newmetatable(L, type);
  lua_newtable(L); /* the methods */
  for (; list->name; list++) {
    bool meta = strncmp(list->name, "__", 2) == 0;
    bool index = strcmp(list->name, "__index") == 0;
    lua_pushfstring(L, "%s:%s", type, list->name);
    if (index)
      lua_pushvalue(L, -2);
    lua_pushcclosure(L, list->func, index ? 2 : 1);
    lua_setfield(L, meta ? -3 : -2, list->name);
  }
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "methods"); /* for completion and help */
  if (lua_getfield(L, -2, "__index") == LUA_TNIL) {
    lua_pushvalue(L, -2);
    lua_setfield(L, -4, "__index");
  }
  lua_pop(L, 2);
  lua_getfield(L, -1, "__gc");
  lua_setfield(L, -2, "__close");
  lua_pushstring(L, type);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}

void *inv_lua_new_owner(lua_State *L, size_t bytes, lua_CFunction gc) {
  void *owner = memset(lua_newuserdatauv(L, bytes, 0), 0, bytes);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, gc);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  return owner;
}

const char *inv_lua_function(lua_State *L) {
  const char *name = lua_tostring(L, lua_upvalueindex(1));
  return name ? name : "?";
}

/* ---- failing ------------------------------------------------------------ */

static int raise(lua_State *L) {
  luaL_where(L, 1);
  lua_insert(L, -2);
  lua_concat(L, 2);
  return lua_error(L);
}

int inv_lua_error(lua_State *L, const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  lua_pushfstring(L, "%s: %s", inv_lua_function(L), text);
  return raise(L);
}

int inv_lua_argument_error(lua_State *L, int arg, const char *format, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  const char *name = inv_lua_function(L);
  bool method = strchr(name, ':') != NULL;
  if (method && arg == 1)
    lua_pushfstring(L, "%s: self: %s", name, text);
  else
    lua_pushfstring(L, "%s: argument %d: %s", name, method ? arg - 1 : arg,
                    text);
  return raise(L);
}

/* What a value is, for messages; short strings and numbers are shown. */
static const char *describe(lua_State *L, int index) {
  static _Thread_local char text[96];
  switch (lua_type(L, index)) {
  case LUA_TNONE: return "nothing";
  case LUA_TSTRING:
    snprintf(text, sizeof text, "\"%.60s\"", lua_tostring(L, index));
    return text;
  case LUA_TNUMBER:
    lua_pushvalue(L, index);
    snprintf(text, sizeof text, "%s", lua_tostring(L, -1));
    lua_pop(L, 1);
    return text;
  case LUA_TBOOLEAN: return lua_toboolean(L, index) ? "true" : "false";
  default: {
    int kind = luaL_getmetafield(L, index, "__name");
    snprintf(text, sizeof text, "%s",
             kind == LUA_TSTRING ? lua_tostring(L, -1)
                                 : luaL_typename(L, index));
    if (kind != LUA_TNIL)
      lua_pop(L, 1);
    return text;
  }
  }
}

int inv_lua_type_error(lua_State *L, int arg, const char *wanted) {
  return inv_lua_argument_error(L, arg, "%s expected, got %s", wanted,
                                describe(L, arg));
}

void inv_lua_check(lua_State *L, inv_status status) {
  if (status == INV_OK)
    return;
  if (status == INV_ERR_CALLBACK) {
    lua_getfield(L, LUA_REGISTRYINDEX, KEPT_ERROR);
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, KEPT_ERROR);
    lua_error(L);
  }
  if (status == INV_ERR_INTERRUPTED) {
    inv_interrupt_clear(); /* one Ctrl-C is one error */
    lua_pushstring(L, "interrupted!");
    raise(L);
  }
  inv_lua_error(L, "%s", inv_message());
}

inv_status inv_lua_keep_error(lua_State *L) {
  lua_setfield(L, LUA_REGISTRYINDEX, KEPT_ERROR);
  return inv_fail(INV_ERR_CALLBACK, "a Lua callback failed");
}

/* ---- arguments ---------------------------------------------------------- */

/* Whether the value is an integer, also as a float without fraction. Strings
 * are not converted. */
static bool get_integer(lua_State *L, int index, lua_Integer *out) {
  int is_integer;
  *out = lua_tointegerx(L, index, &is_integer);
  return is_integer && lua_type(L, index) == LUA_TNUMBER;
}

static bool get_number(lua_State *L, int index, double *out) {
  *out = lua_tonumber(L, index);
  return lua_type(L, index) == LUA_TNUMBER && isfinite(*out);
}

static const char *integer_text(char text[64], lua_Integer low,
                                lua_Integer high) {
  if (low == LUA_MININTEGER && high == LUA_MAXINTEGER)
    snprintf(text, 64, "integer");
  else if (high == LUA_MAXINTEGER)
    snprintf(text, 64, "integer >= %lld", (long long)low);
  else
    snprintf(text, 64, "integer in %lld .. %lld", (long long)low,
             (long long)high);
  return text;
}

static const char *number_text(char text[64], double low, double high) {
  if (low == -HUGE_VAL && high == HUGE_VAL)
    snprintf(text, 64, "finite number");
  else if (high == HUGE_VAL)
    snprintf(text, 64, "finite number >= %g", low);
  else
    snprintf(text, 64, "number in %g .. %g", low, high);
  return text;
}

lua_Integer inv_lua_integer(lua_State *L, int arg, lua_Integer low,
                            lua_Integer high) {
  lua_Integer value;
  char wanted[64];
  if (!get_integer(L, arg, &value) || value < low || value > high)
    inv_lua_type_error(L, arg, integer_text(wanted, low, high));
  return value;
}

lua_Integer inv_lua_opt_integer(lua_State *L, int arg, lua_Integer low,
                                lua_Integer high, lua_Integer otherwise) {
  return lua_isnoneornil(L, arg) ? otherwise
                                 : inv_lua_integer(L, arg, low, high);
}

double inv_lua_number(lua_State *L, int arg, double low, double high) {
  double value;
  char wanted[64];
  if (!get_number(L, arg, &value) || value < low || value > high)
    inv_lua_type_error(L, arg, number_text(wanted, low, high));
  return value;
}

const char *inv_lua_string(lua_State *L, int arg) {
  if (lua_type(L, arg) != LUA_TSTRING)
    inv_lua_type_error(L, arg, "string");
  return lua_tostring(L, arg);
}

const char *inv_lua_path(lua_State *L, int arg) {
  const char *text = inv_lua_string(L, arg);
  if (strlen(text) != lua_rawlen(L, arg) || *text == 0)
    inv_lua_argument_error(L, arg, "a file name expected");
  return text;
}

bool inv_lua_boolean(lua_State *L, int arg) {
  if (lua_type(L, arg) != LUA_TBOOLEAN)
    inv_lua_type_error(L, arg, "boolean");
  return lua_toboolean(L, arg);
}

inv_dtype inv_lua_dtype(lua_State *L, int arg) {
  inv_dtype dtype = INV_FLOAT32;
  if (!inv_dtype_parse(inv_lua_string(L, arg), &dtype)) {
    const char *names[INV_DTYPES + 1] = {NULL};
    for (int i = 0; i < INV_DTYPES; i++)
      names[i] = inv_dtype_name((inv_dtype)i);
    const char *near = inv_nearest_name(lua_tostring(L, arg), names);
    inv_lua_argument_error(
        L, arg, "there is no dtype \"%.40s\"%s%s%s", lua_tostring(L, arg),
        near ? " (did you mean \"" : ": float32, bfloat16, uint8, int32 or ",
        near ? near : "float64", near ? "\"?)" : " expected");
  }
  return dtype;
}

void *inv_lua_userdata(lua_State *L, int arg, const char *type) {
  void *data = luaL_testudata(L, arg, type);
  if (!data)
    inv_lua_type_error(L, arg, type);
  return data;
}

inv_variable *inv_lua_is_tensor(lua_State *L, int index) {
  inv_variable *variable = luaL_testudata(L, index, "tensor");
  return variable && variable->value.storage ? variable : NULL;
}

inv_variable *inv_lua_tensor(lua_State *L, int arg) {
  inv_variable *variable = inv_lua_userdata(L, arg, "tensor");
  if (!variable->value.storage)
    inv_lua_argument_error(L, arg, "the tensor is closed");
  return variable;
}

enum { COLLECT_LEAST = 64 << 20, COLLECT_MOST = 1 << 30, COLLECT_HEAPS = 8 };

/* By how much memory may grow before garbage is looked for: a collection takes
 * as long as Lua's own heap is large, which is small beside the tensors of
 * training (0.1 ms), but not beside small ones in a large table. */
static size_t allowed_growth(lua_State *L, size_t live) {
  size_t heap = (size_t)lua_gc(L, LUA_GCCOUNT) << 10;
  size_t growth = live / 8;
  growth = growth < COLLECT_HEAPS * heap ? COLLECT_HEAPS * heap : growth;
  growth = growth < COLLECT_LEAST ? COLLECT_LEAST : growth;
  return growth > COLLECT_MOST ? COLLECT_MOST : growth;
}

void inv_lua_collect(lua_State *L) {
  static size_t lowest; /* since the last collection */
  size_t live = inv_memory_live();
  lowest = live < lowest ? live : lowest;
  if (live - lowest <= COLLECT_LEAST ||
      live - lowest <= allowed_growth(L, lowest))
    return;
  lua_gc(L, LUA_GCCOLLECT);
  lowest = inv_memory_live();
}

void inv_lua_collect_all(lua_State *L) {
  if (inv_memory_live() > COLLECT_LEAST)
    lua_gc(L, LUA_GCCOLLECT);
}

inv_variable *inv_lua_new_tensor(lua_State *L) {
  inv_lua_collect(L);
  inv_variable *variable = lua_newuserdatauv(L, sizeof *variable, 0);
  *variable = (inv_variable){0};
  luaL_setmetatable(L, "tensor");
  return variable;
}

inv_rng *inv_lua_rng(lua_State *L, int arg) {
  return inv_lua_userdata(L, arg, "rng");
}

uint64_t inv_lua_seed(lua_State *L, int arg) {
  return (uint64_t)inv_lua_integer(L, arg, LUA_MININTEGER, LUA_MAXINTEGER);
}

/* ---- options tables ----------------------------------------------------- */

/* Levenshtein's distance, in one row; only for short names. */
static size_t edit_distance(const char *a, const char *b) {
  size_t row[64], n = strlen(b);
  if (n >= 64 || strlen(a) >= 64)
    return SIZE_MAX;
  for (size_t j = 0; j <= n; j++)
    row[j] = j;
  for (size_t i = 0; a[i]; i++) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < n; j++) {
      size_t best = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      if (diagonal + 1 < best)
        best = diagonal + 1;
      if (row[j] + 1 < best)
        best = row[j] + 1;
      row[j + 1] = best;
    }
  }
  return row[n];
}

const char *inv_nearest_name(const char *wrong, const char *const *names) {
  const char *nearest = NULL;
  size_t best = strlen(wrong) / 3 + 2; /* so many slips are plausible */
  for (; *names; names++) {
    size_t distance = edit_distance(wrong, *names);
    if (distance < best) {
      best = distance;
      nearest = *names;
    }
  }
  return nearest;
}

void inv_lua_options(lua_State *L, int arg, const char *const *names) {
  if (lua_isnoneornil(L, arg)) {
    lua_settop(L, arg - 1);
    lua_newtable(L);
    return;
  }
  if (!lua_istable(L, arg))
    inv_lua_type_error(L, arg, "table of options");
  lua_pushnil(L);
  while (lua_next(L, arg)) {
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING)
      inv_lua_argument_error(L, arg, "option names are strings, got %s",
                             describe(L, -1));
    const char *key = lua_tostring(L, -1);
    bool known = false;
    for (const char *const *name = names; *name && !known; name++)
      known = strcmp(key, *name) == 0;
    if (!known) {
      const char *near = inv_nearest_name(key, names);
      inv_lua_argument_error(L, arg, "there is no option \"%.60s\"%s%s%s", key,
                             near ? " (did you mean \"" : "", near ? near : "",
                             near ? "\"?)" : "");
    }
  }
}

/* Pushes the option; false (and nothing pushed) where it is absent. */
static bool push_option(lua_State *L, int arg, const char *name) {
  if (lua_getfield(L, arg, name) != LUA_TNIL)
    return true;
  lua_pop(L, 1);
  return false;
}

static int option_error(lua_State *L, int arg, const char *name,
                        const char *wanted) {
  return inv_lua_argument_error(L, arg, "option %s: %s expected, got %s", name,
                                wanted, describe(L, -1));
}

lua_Integer inv_lua_option_integer(lua_State *L, int arg, const char *name,
                                   lua_Integer low, lua_Integer high,
                                   lua_Integer otherwise) {
  if (!push_option(L, arg, name))
    return otherwise;
  lua_Integer value;
  char wanted[64];
  if (!get_integer(L, -1, &value) || value < low || value > high)
    option_error(L, arg, name, integer_text(wanted, low, high));
  lua_pop(L, 1);
  return value;
}

double inv_lua_option_number(lua_State *L, int arg, const char *name,
                             double low, double high, double otherwise) {
  if (!push_option(L, arg, name))
    return otherwise;
  double value;
  char wanted[64];
  if (!get_number(L, -1, &value) || value < low || value > high)
    option_error(L, arg, name, number_text(wanted, low, high));
  lua_pop(L, 1);
  return value;
}

bool inv_lua_option_boolean(lua_State *L, int arg, const char *name,
                            bool otherwise) {
  if (!push_option(L, arg, name))
    return otherwise;
  if (!lua_isboolean(L, -1))
    option_error(L, arg, name, "boolean");
  bool value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

int inv_lua_option_choice(lua_State *L, int arg, const char *name,
                          const char *const *choices, int otherwise) {
  if (!push_option(L, arg, name))
    return otherwise;
  const char *given = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  for (int i = 0; choices[i]; i++) {
    if (strcmp(given, choices[i]) == 0) {
      lua_pop(L, 1);
      return i;
    }
  }
  char wanted[256] = "one of";
  for (int i = 0; choices[i]; i++) {
    size_t at = strlen(wanted);
    snprintf(wanted + at, sizeof wanted - at, "%s \"%s\"", i ? "," : "",
             choices[i]);
  }
  return option_error(L, arg, name, wanted);
}

uint64_t inv_lua_option_seed(lua_State *L, int arg, const char *name,
                             uint64_t otherwise) {
  return (uint64_t)inv_lua_option_integer(
      L, arg, name, LUA_MININTEGER, LUA_MAXINTEGER, (lua_Integer)otherwise);
}

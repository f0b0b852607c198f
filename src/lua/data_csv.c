/* CSV files: opened once, then read as columns or as rows. For the Lua
 * library, which puts the public names into the messages. */
#include <string.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/number.h"
#include "data/csv.h"
#include "lua/data.h"

static const char *const CSV = "invar.csv";

typedef struct {
  uint8_t *bytes;
  size_t size;
  char separator;
  inv_csv reader;          /* owns the fields of a record */
  inv_csv_columns columns; /* while they are being handed over */
} csv_file;

static int csv_gc(lua_State *L) {
  csv_file *file = luaL_checkudata(L, 1, CSV);
  inv_csv_free_columns(&file->columns);
  inv_csv_end(&file->reader);
  inv_free(file->bytes);
  file->bytes = NULL;
  file->size = 0;
  return 0;
}

/* Raises a failure with the file's name in front. */
static void check(lua_State *L, int arg, inv_status status) {
  if (status == INV_ERR_FORMAT) {
    lua_getiuservalue(L, arg, 1);
    inv_lua_error(L, "%s: %s", lua_tostring(L, -1), inv_message());
  }
  inv_lua_check(L, status);
}

/* csv_open(path, separator) */
static int csv_open(lua_State *L) {
  enum { MOST = 1 << 30 };
  const char *path = inv_lua_path(L, 1), *separator = inv_lua_string(L, 2);
  csv_file *file = lua_newuserdatauv(L, sizeof *file, 1);
  *file = (csv_file){.separator = *separator};
  if (luaL_newmetatable(L, CSV)) {
    lua_pushcfunction(L, csv_gc);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  inv_lua_check(
      L, inv_file_read(path, (size_t)MOST << 10, &file->bytes, &file->size));
  return 1;
}

/* The file at 1, at its beginning. */
static csv_file *check_file(lua_State *L) {
  csv_file *file = luaL_checkudata(L, 1, CSV);
  inv_csv_end(&file->reader);
  check(L, 1,
        inv_csv_begin(&file->reader, file->bytes, file->size, file->separator));
  return file;
}

static void push_text(lua_State *L, const inv_csv_field *field) {
  luaL_Buffer text;
  char *to = luaL_buffinitsize(L, &text, field->size);
  luaL_pushresultsize(&text, inv_csv_copy(to, field));
}

/* csv_first(file): the fields of the first record, as strings. */
static int csv_first(lua_State *L) {
  csv_file *file = check_file(L);
  bool there;
  check(L, 1, inv_csv_next(&file->reader, &there));
  lua_createtable(L, (int)file->reader.count, 0);
  for (size_t i = 0; there && i < file->reader.count; i++) {
    push_text(L, &file->reader.fields[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* ---- columns ------------------------------------------------------------ */

/* The column numbers (from 1) of a list, from 0; the stack keeps them. */
static int *column_list(lua_State *L, int arg, size_t columns, int *count) {
  luaL_checktype(L, arg, LUA_TTABLE);
  *count = (int)lua_rawlen(L, arg);
  int *list = lua_newuserdatauv(L, ((size_t)*count + 1) * sizeof *list, 0);
  for (int i = 0; i < *count; i++) {
    lua_rawgeti(L, arg, i + 1);
    lua_Integer column = lua_tointeger(L, -1);
    if (column < 1 || column > (lua_Integer)columns)
      inv_lua_argument_error(L, arg, "column in 1 .. %zu expected, got %lld",
                             columns, (long long)column);
    list[i] = (int)column - 1;
    lua_pop(L, 1);
  }
  return list;
}

/* Pushes a tensor with a copy of `data`. */
static void push_tensor(lua_State *L, inv_dtype dtype, int dims,
                        const int64_t *shape, const void *data) {
  inv_variable *v = inv_lua_new_tensor(L);
  inv_lua_check(L, inv_tensor_new(&v->value, dtype, dims, shape));
  memcpy(v->value.data, data, inv_tensor_bytes(&v->value));
}

/* csv_columns(file, numbers, names, header, allow_missing): float32 R x the
 * numbers; then for each column of names their numbers (int32 R, from 1) and
 * the list of the names. */
static int csv_columns(lua_State *L) {
  csv_file *file = check_file(L);
  bool there;
  lua_settop(L, 5);
  check(L, 1, inv_csv_next(&file->reader, &there));
  size_t width = file->reader.columns;
  inv_csv_wanted wanted = {.header = lua_toboolean(L, 4),
                           .allow_missing = lua_toboolean(L, 5)};
  wanted.numbers = column_list(L, 2, width, &wanted.number_count);
  wanted.names = column_list(L, 3, width, &wanted.name_count);
  if (wanted.name_count > INV_CSV_NAMES)
    inv_lua_argument_error(L, 3, "at most %d columns expected", INV_CSV_NAMES);
  check_file(L);
  inv_csv_columns *columns = &file->columns;
  check(L, 1, inv_csv_read_columns(columns, &file->reader, &wanted));
  int64_t shape[2] = {columns->rows, wanted.number_count};
  push_tensor(L, INV_FLOAT32, 2, shape, columns->numbers);
  for (int i = 0; i < wanted.name_count; i++) {
    for (int64_t row = 0; row < columns->rows; row++)
      columns->column[i].codes[row]++; /* they count from 1 */
    push_tensor(L, INV_INT32, 1, shape, columns->column[i].codes);
    lua_createtable(L, columns->column[i].count, 0);
    for (int32_t n = 0; n < columns->column[i].count; n++) {
      push_text(L, &columns->column[i].names[n]);
      lua_rawseti(L, -2, n + 1);
    }
  }
  inv_csv_free_columns(columns);
  return 1 + 2 * wanted.name_count;
}

/* ---- rows --------------------------------------------------------------- */

/* Whether a field is written as an integer of at most 18 digits. */
static bool is_integer(const inv_csv_field *field, lua_Integer *out) {
  const char *at = field->text, *end = at + field->size;
  bool negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+'))
    at++;
  if (at == end || end - at > 18)
    return false;
  lua_Integer value = 0;
  for (; at < end; at++) {
    if (*at < '0' || *at > '9')
      return false;
    value = 10 * value + (*at - '0');
  }
  *out = negative ? -value : value;
  return true;
}

/* A number where the field is one and not in quotes; nil where it is missing,
 * else a string. */
static void push_value(lua_State *L, const inv_csv_field *field) {
  double number;
  lua_Integer integer;
  if (inv_csv_missing(field))
    lua_pushnil(L);
  else if (field->quoted)
    push_text(L, field);
  else if (is_integer(field, &integer))
    lua_pushinteger(L, integer);
  else if (inv_parse_number(field->text, field->size, &number))
    lua_pushnumber(L, number);
  else
    push_text(L, field);
}

/* csv_rows(file, header): a list of the records. With a header they are
 * tables by its names, the first record at 2; else lists. */
static int csv_rows(lua_State *L) {
  enum { CHECKED = 4096 }; /* rows between two looks at Ctrl-C */
  csv_file *file = check_file(L);
  bool there, header = lua_toboolean(L, 2);
  inv_csv *csv = &file->reader;
  lua_settop(L, 1);
  lua_newtable(L); /* 2: the names */
  lua_newtable(L); /* 3: the rows */
  for (lua_Integer row = header ? 0 : 1;; row++) {
    check(L, 1, inv_csv_next(csv, &there));
    if (!there)
      return 1;
    if (row % CHECKED == 0)
      inv_lua_check(L, inv_check_interrupt());
    if (row > 0)
      lua_createtable(L, header ? 0 : (int)csv->count,
                      header ? (int)csv->count : 0);
    for (size_t i = 0; i < csv->count; i++) {
      if (row == 0) {
        push_text(L, &csv->fields[i]);
        lua_rawseti(L, 2, (lua_Integer)i + 1);
      } else if (header) {
        lua_rawgeti(L, 2, (lua_Integer)i + 1);
        push_value(L, &csv->fields[i]);
        lua_rawset(L, -3);
      } else {
        push_value(L, &csv->fields[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
      }
    }
    if (row > 0)
      lua_rawseti(L, 3, row);
  }
}

static const luaL_Reg FUNCTIONS[] = {{"csv_open", csv_open},
                                     {"csv_first", csv_first},
                                     {"csv_columns", csv_columns},
                                     {"csv_rows", csv_rows},
                                     {NULL, NULL}};

void inv_lua_add_csv(lua_State *L) {
  inv_lua_register(L, "data.", FUNCTIONS);
}

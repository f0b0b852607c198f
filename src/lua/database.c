/* invar.core.database: SQLite databases. */
#include <math.h>
#include <string.h>

#include "lua/binding.h"
#include "lua/modules.h"
#include "store/database.h"

typedef struct {
  inv_database *database; /* NULL: closed */
} box;

static inv_database *check_open(lua_State *L) {
  box *self = inv_lua_userdata(L, 1, "database");
  if (!self->database)
    inv_lua_argument_error(L, 1, "the database is closed");
  return self->database;
}

/* database(path[, {readonly=, journal=, timeout=}]): the database, and what
 * there is to know about its place (or nil). */
static int database_open(lua_State *L) {
  static const char *const names[] = {"readonly", "journal", "timeout", NULL};
  static const char *const journals[] = {"auto", "wal", "rollback", "exclusive",
                                         NULL};
  const char *path = inv_lua_path(L, 1);
  lua_settop(L, 2);
  inv_lua_options(L, 2, names);
  inv_database_options options = {
      .read_only = inv_lua_option_boolean(L, 2, "readonly", false),
      .journal = (inv_journal)inv_lua_option_choice(L, 2, "journal", journals,
                                                    INV_JOURNAL_AUTO),
      .timeout = inv_lua_option_number(L, 2, "timeout", 0, 1e6, 60),
  };
  box *self = lua_newuserdatauv(L, sizeof *self, 0);
  self->database = NULL;
  luaL_setmetatable(L, "database");
  inv_lua_check(L, inv_database_open(&self->database, path, &options));
  const char *note = inv_database_note(self->database);
  if (*note)
    lua_pushstring(L, note);
  else
    lua_pushnil(L);
  return 2;
}

static int database_gc(lua_State *L) {
  box *self = inv_lua_userdata(L, 1, "database");
  inv_database_close(self->database);
  self->database = NULL;
  return 0;
}

static int database_tostring(lua_State *L) {
  const box *self = inv_lua_userdata(L, 1, "database");
  lua_pushstring(L, self->database ? "database" : "database (closed)");
  return 1;
}

/* ---- statements --------------------------------------------------------- */

static void bind(lua_State *L, inv_statement *statement, int arg, int i) {
  switch (lua_type(L, arg)) {
  case LUA_TNIL: inv_lua_check(L, inv_statement_bind_null(statement, i)); break;
  case LUA_TBOOLEAN:
    inv_lua_check(
        L, inv_statement_bind_integer(statement, i, lua_toboolean(L, arg)));
    break;
  case LUA_TNUMBER:
    inv_lua_check(
        L, lua_isinteger(L, arg)
               ? inv_statement_bind_integer(statement, i, lua_tointeger(L, arg))
               : inv_statement_bind_real(statement, i, lua_tonumber(L, arg)));
    break;
  case LUA_TSTRING: {
    size_t size;
    const char *text = lua_tolstring(L, arg, &size);
    inv_lua_check(L, inv_statement_bind_text(statement, i, text, size));
    break;
  }
  default: inv_lua_type_error(L, arg, "nil, boolean, number or string");
  }
}

/* The SQL at argument 2, its first statement with the arguments after it in
 * the places of its parameters. */
static inv_statement *prepare(lua_State *L, inv_database *database,
                              const char *sql, const char **rest) {
  inv_statement *statement;
  inv_lua_check(L, inv_database_prepare(database, sql, &statement, rest));
  if (!statement)
    return NULL;
  int given = lua_gettop(L) - 2;
  int wanted = inv_statement_parameters(statement);
  if (given != wanted)
    inv_lua_error(L, "the statement has %d parameters, got %d values", wanted,
                  given);
  for (int i = 0; i < wanted; i++)
    bind(L, statement, i + 3, i);
  return statement;
}

static const char *check_sql(lua_State *L) {
  const char *sql = inv_lua_string(L, 2);
  if (strlen(sql) != lua_rawlen(L, 2))
    inv_lua_argument_error(L, 2, "SQL without NUL inside expected");
  return sql;
}

/* db:execute(sql, ...): runs the statements (parameters only where there is
 * one); how many rows the last one changed. */
static int database_execute(lua_State *L) {
  inv_database *database = check_open(L);
  const char *sql = check_sql(L);
  while (*sql) {
    inv_statement *statement = prepare(L, database, sql, &sql);
    for (bool row = statement != NULL; row;)
      inv_lua_check(L, inv_statement_step(statement, &row));
  }
  lua_pushinteger(L, inv_database_changes(database));
  return 1;
}

static void push_column(lua_State *L, const inv_statement *statement, int i) {
  size_t size;
  switch (inv_statement_column_type(statement, i)) {
  case INV_COLUMN_NULL: lua_pushnil(L); break;
  case INV_COLUMN_INTEGER:
    lua_pushinteger(L, inv_statement_integer(statement, i));
    break;
  case INV_COLUMN_REAL:
    lua_pushnumber(L, inv_statement_real(statement, i));
    break;
  case INV_COLUMN_TEXT: {
    const char *text = inv_statement_text(statement, i, &size);
    lua_pushlstring(L, text, size);
    break;
  }
  }
}

static void push_row(lua_State *L, const inv_statement *statement,
                     int columns) {
  lua_createtable(L, 0, columns);
  for (int i = 0; i < columns; i++) {
    push_column(L, statement, i);
    lua_setfield(L, -2, inv_statement_column_name(statement, i));
  }
}

/* db:rows(sql, ...): a list of tables by column, and the columns' names. */
static int database_rows(lua_State *L) {
  inv_database *database = check_open(L);
  const char *rest;
  inv_statement *statement = prepare(L, database, check_sql(L), &rest);
  if (!statement || rest[strspn(rest, " \t\r\n;")])
    return inv_lua_argument_error(L, 2, "one statement expected");
  int columns = inv_statement_columns(statement);
  lua_newtable(L);
  bool row = true;
  for (lua_Integer n = 1;; n++) {
    inv_lua_check(L, inv_statement_step(statement, &row));
    if (!row)
      break;
    push_row(L, statement, columns);
    lua_rawseti(L, -2, n);
  }
  lua_createtable(L, columns, 0);
  for (int i = 0; i < columns; i++) {
    lua_pushstring(L, inv_statement_column_name(statement, i));
    lua_rawseti(L, -2, i + 1);
  }
  return 2;
}

/* in_transaction(db) */
static int database_in_transaction(lua_State *L) {
  lua_pushboolean(L, inv_database_in_transaction(check_open(L)));
  return 1;
}

static const luaL_Reg METHODS[] = {
    {"execute", database_execute},
    {"rows", database_rows},
    {"close", database_gc},
    {"__gc", database_gc},
    {"__tostring", database_tostring},
    {NULL, NULL},
};

int inv_open_database(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"database", database_open},
      {"in_transaction", database_in_transaction},
      {NULL, NULL}};
  inv_lua_type(L, "database", METHODS);
  lua_newtable(L);
  inv_lua_register(L, "store.", functions);
  luaL_getmetatable(L, "database");
  lua_getfield(L, -1, "methods");
  lua_setfield(L, -3, "methods"); /* for those in lua/invar/store.lua */
  lua_pop(L, 1);
  return 1;
}

/* Running chunks as lua does: tracebacks, error objects, exit codes. */
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "lua/modules.h"
#include "shell/shell.h"

enum { INTERRUPTED = 130, TERMINATED = 143 }; /* 128 + SIGINT, SIGTERM */

/* The message of an error and where it came from. */
static int add_traceback(lua_State *L) {
  const char *message = lua_tostring(L, 1);
  if (!message) {
    if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING)
      return 1;
    message =
        lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  }
  luaL_traceback(L, L, message, 1);
  return 1;
}

static bool ends_with(const char *text, size_t length, const char *end) {
  size_t n = strlen(end);
  return length >= n && memcmp(text + length - n, end, n) == 0;
}

/* Prints the message on the top of the stack (popped); the exit code. */
static int report(lua_State *L) {
  const char *message = lua_tostring(L, -1);
  const char *trace = message ? strstr(message, "\nstack traceback:\n") : NULL;
  size_t length =
      trace ? (size_t)(trace - message) : (message ? strlen(message) : 0);
  int code = EXIT_FAILURE;
  inv_lua_clear_progress();
  fflush(stdout);
  if (message && ends_with(message, length, "interrupted!")) {
    code = inv_terminated() ? TERMINATED : INTERRUPTED;
    length -= strlen("interrupted!");
    fprintf(stderr, "invar: %.*s%s\n", (int)length, message,
            code == TERMINATED ? "asked to leave" : "interrupted!");
  } else {
    fprintf(stderr, "invar: %s\n", message ? message : "(no message)");
  }
  fflush(stderr);
  lua_pop(L, 1);
  return code;
}

int inv_shell_call(lua_State *L, int arguments, int results) {
  int base = lua_gettop(L) - arguments;
  lua_pushcfunction(L, add_traceback);
  lua_insert(L, base);
  int status = lua_pcall(L, arguments, results, base);
  lua_remove(L, base);
  return status == LUA_OK ? EXIT_SUCCESS : report(L);
}

/* Runs what luaL_load... left. */
static int run_loaded(lua_State *L, int status) {
  return status == LUA_OK ? inv_shell_call(L, 0, 0) : report(L);
}

/* require(name), the result into a global; "global=name" chooses another
 * global, as in lua. */
static int require_module(lua_State *L, const char *text) {
  const char *name = strchr(text, '=');
  lua_pushlstring(L, text, name ? (size_t)(name - text) : strlen(text));
  lua_getglobal(L, "require");
  lua_pushstring(L, name ? name + 1 : text);
  int code = inv_shell_call(L, 1, 1);
  if (code == EXIT_SUCCESS) {
    lua_pushglobaltable(L);
    lua_insert(L, -3);
    lua_settable(L, -3);
  }
  lua_pop(L, 1);
  return code;
}

int inv_shell_run_options(lua_State *L, char **argv, int script) {
  for (int i = 1; i < script; i++) {
    char option = argv[i][0] == '-' ? argv[i][1] : 0;
    if (option != 'e' && option != 'l')
      continue;
    const char *text = argv[i][2] ? argv[i] + 2 : argv[++i];
    int code = option == 'e'
                   ? run_loaded(L, luaL_loadbufferx(L, text, strlen(text),
                                                    "=(command line)", "t"))
                   : require_module(L, text);
    if (code != EXIT_SUCCESS)
      return code;
  }
  return EXIT_SUCCESS;
}

/* Modules beside the script can be required from any directory: its folder
 * comes last in package.path. */
static void add_script_folder(lua_State *L, const char *script) {
  const char *slash = strrchr(script, '/');
  if (!slash)
    return;
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "path");
  if (lua_isstring(L, -1)) {
    lua_pushliteral(L, ";");
    lua_pushlstring(L, script, (size_t)(slash - script));
    lua_pushliteral(L, "/?.lua");
    lua_concat(L, 4);
    lua_setfield(L, -2, "path");
  } else {
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* Pushes arg[1], arg[2], ... as the script may have left them. */
static int push_arguments(lua_State *L) {
  if (lua_getglobal(L, "arg") != LUA_TTABLE)
    return luaL_error(L, "'arg' is not a table");
  int n = (int)luaL_len(L, -1);
  luaL_checkstack(L, n + 3, "too many arguments to script");
  for (int i = 1; i <= n; i++)
    lua_rawgeti(L, -i, i);
  lua_remove(L, -n - 1);
  return n;
}

int inv_shell_run_script(lua_State *L, char **argv, bool named_stdin) {
  const char *name = argv[0];
  bool from_stdin = named_stdin && strcmp(name, "-") == 0;
  if (!from_stdin)
    add_script_folder(L, name);
  /* Text only: Lua does not check binary chunks, bad ones crash it. */
  int status = luaL_loadfilex(L, from_stdin ? NULL : name, "t");
  if (status != LUA_OK)
    return report(L);
  return inv_shell_call(L, push_arguments(L), 0);
}

bool inv_shell_is_command(lua_State *L, const char *word) {
  if (!*word || strspn(word, "abcdefghijklmnopqrstuvwxyz") != strlen(word) ||
      strcmp(word, "init") == 0)
    return false;
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "searchpath");
  lua_pushfstring(L, "invar.commands.%s", word);
  lua_getfield(L, -3, "path");
  bool found =
      lua_pcall(L, 2, 1, 0) == LUA_OK && lua_type(L, -1) == LUA_TSTRING;
  lua_pop(L, 2);
  return found;
}

int inv_shell_run_command(lua_State *L, int argc, char **argv) {
  luaL_checkstack(L, argc + 3, "too many arguments");
  lua_getglobal(L, "require");
  lua_pushliteral(L, "invar.commands");
  int code = inv_shell_call(L, 1, 1);
  if (code != EXIT_SUCCESS)
    return code;
  lua_getfield(L, -1, "main");
  for (int i = 0; i < argc; i++)
    lua_pushstring(L, argv[i]);
  code = inv_shell_call(L, argc, 1);
  return code == EXIT_SUCCESS ? (int)lua_tointeger(L, -1) : code;
}

int inv_shell_run_stdin(lua_State *L) {
  return run_loaded(L, luaL_loadfilex(L, NULL, "t"));
}

/* The prompt's loop is repl.run(); should an interruption hit the loop
 * itself, it begins again. */
int inv_shell_prompt(lua_State *L) {
  inv_shell_set_interactive(true);
  lua_getglobal(L, "require");
  lua_pushliteral(L, "invar.repl");
  int code = inv_shell_call(L, 1, 1);
  while (code == EXIT_SUCCESS) {
    lua_getfield(L, -1, "run");
    code = inv_shell_call(L, 0, 0);
    if (code == EXIT_SUCCESS)
      break;
    if (inv_terminated())
      break;
    inv_interrupt_clear();
    if (code == INTERRUPTED)
      code = EXIT_SUCCESS;
  }
  inv_shell_set_interactive(false);
  return inv_terminated() ? TERMINATED : code;
}

void inv_shell_set_arguments(lua_State *L, int argc, char **argv, int script) {
  if (script >= argc)
    script = 0; /* no script: the program's name is at 0 */
  lua_createtable(L, argc - script, script + 1);
  for (int i = 0; i < argc; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - script);
  }
  lua_setglobal(L, "arg");
}

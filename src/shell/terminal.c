/* invar.core.terminal: lines from the user, the size of the terminal, folders.
 * Not public: the prompt (lua/invar/repl.lua) uses it. */
#include <dirent.h>
#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "lua/modules.h"
#include "shell/shell.h"

static const char COMPLETER = 0; /* its address: key in the registry */
static lua_State *completing;    /* for the completer, which has no state */

/* Whether readline reads: it is there and both ends are a terminal. */
static bool editing(void) {
  return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && inv_readline_load();
}

static int terminal_editing(lua_State *L) {
  lua_pushboolean(L, editing());
  return 1;
}

static inv_line_result read_plain(const char *prompt, char **line) {
  fputs(prompt, stdout);
  fflush(stdout);
  size_t size = 0;
  ssize_t n = getline(line, &size, stdin);
  if (inv_interrupted()) {
    inv_interrupt_clear();
    clearerr(stdin);
    if (inv_terminated())
      return INV_LINE_END;
    fputc('\n', stdout);
    return INV_LINE_CANCELLED;
  }
  if (n > 0 && (*line)[n - 1] == '\n')
    (*line)[n - 1] = 0;
  return n >= 0 ? INV_LINE : INV_LINE_END;
}

/* read(prompt): the line; false where it was cancelled; nil at the end, and
 * where the program is to leave. */
static int terminal_read(lua_State *L) {
  const char *prompt = luaL_checkstring(L, 1);
  char *line = NULL;
  completing = L;
  inv_line_result result = INV_LINE_END;
  if (!inv_terminated())
    result = editing() ? inv_readline_read(prompt, &line)
                       : read_plain(prompt, &line);
  if (result == INV_LINE)
    lua_pushstring(L, line); /* raises only without memory */
  else if (result == INV_LINE_CANCELLED)
    lua_pushboolean(L, false);
  else
    lua_pushnil(L);
  free(line);
  return 1;
}

/* remember(line): for the arrow keys and Ctrl-R. */
static int terminal_remember(lua_State *L) {
  const char *line = luaL_checkstring(L, 1);
  if (editing())
    inv_readline_remember(line);
  return 0;
}

/* ---- completion --------------------------------------------------------- */

/* In protected mode: f(line, word) gives a list, turned into C strings that
 * hang on the light userdata at 3 as soon as they exist. */
static int call_completer(lua_State *L) {
  char ***words = lua_touserdata(L, 3);
  lua_settop(L, 2);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &COMPLETER);
  lua_insert(L, 1);
  lua_call(L, 2, 1);
  size_t n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
  if (n == 0)
    return 0;
  char **list = *words = calloc(n + 1, sizeof *list);
  for (size_t i = 0; list && i < n; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    const char *word = lua_tostring(L, -1);
    if (!(list[i] = strdup(word ? word : "")))
      break;
    lua_pop(L, 1);
  }
  return 0;
}

static char **complete(const char *line, const char *word) {
  lua_State *L = completing;
  int top = lua_gettop(L);
  char **words = NULL;
  if (!lua_checkstack(L, 8))
    return NULL;
  lua_pushcfunction(L, call_completer);
  lua_pushstring(L, line);
  lua_pushstring(L, word);
  lua_pushlightuserdata(L, &words);
  lua_pcall(L, 3, 0, 0); /* an error means no completion */
  lua_settop(L, top);
  if (words && !words[0]) {
    free(words);
    words = NULL;
  }
  return words;
}

/* on_complete(f) */
static int terminal_on_complete(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &COMPLETER);
  inv_readline_set_completer(complete);
  return 0;
}

/* ---- surroundings ------------------------------------------------------- */

/* size(): columns and rows. */
static int terminal_size(lua_State *L) {
  struct winsize window;
  bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 &&
               window.ws_col > 0 && window.ws_row > 0;
  lua_pushinteger(L, known ? window.ws_col : 80);
  lua_pushinteger(L, known ? window.ws_row : 24);
  return 2;
}

/* is_terminal("stdin" or "stdout") */
static int terminal_is_terminal(lua_State *L) {
  static const char *const names[] = {"stdin", "stdout", "stderr", NULL};
  lua_pushboolean(L, isatty(luaL_checkoption(L, 1, NULL, names)));
  return 1;
}

static int close_folder(lua_State *L) {
  DIR **folder = lua_touserdata(L, 1);
  if (*folder)
    closedir(*folder);
  *folder = NULL;
  return 0;
}

/* folder(path): the names in it, folders with a slash; nil if unreadable. */
static int terminal_folder(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  DIR **folder = lua_newuserdatauv(L, sizeof *folder, 0);
  *folder = NULL;
  if (luaL_newmetatable(L, "invar.folder")) {
    lua_pushcfunction(L, close_folder);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  if (!(*folder = opendir(path)))
    return 0;
  lua_newtable(L);
  struct dirent *entry;
  for (lua_Integer i = 1; (entry = readdir(*folder));) {
    struct stat info;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    bool inner = fstatat(dirfd(*folder), entry->d_name, &info, 0) == 0 &&
                 S_ISDIR(info.st_mode);
    lua_pushfstring(L, "%s%s", entry->d_name, inner ? "/" : "");
    lua_rawseti(L, -2, i++);
  }
  closedir(*folder);
  *folder = NULL;
  return 1;
}

/* make_folder(path): with those above it, for this user only; true if it is
 * there afterwards. */
static int terminal_make_folder(lua_State *L) {
  size_t length;
  const char *path = luaL_checklstring(L, 1, &length);
  char *part = lua_newuserdatauv(L, length + 1, 0);
  memcpy(part, path, length + 1);
  int result = 0;
  for (size_t i = 1; i <= length; i++) {
    if (path[i] != '/' && path[i] != 0)
      continue;
    part[i] = 0;
    result = mkdir(part, 0700) == 0 || errno == EEXIST ? 0 : -1;
    part[i] = path[i];
  }
  lua_pushboolean(L, result == 0);
  return 1;
}

/* before_output(): removes a progress line that is still there. */
static int terminal_before_output(lua_State *L) {
  (void)L;
  inv_lua_clear_progress();
  fflush(stderr);
  return 0;
}

/* forget_interrupt(): a Ctrl-C that came too late stops nothing else. */
static int terminal_forget_interrupt(lua_State *L) {
  (void)L;
  inv_interrupt_clear();
  return 0;
}

int inv_open_terminal(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"editing", terminal_editing},
      {"read", terminal_read},
      {"remember", terminal_remember},
      {"on_complete", terminal_on_complete},
      {"size", terminal_size},
      {"is_terminal", terminal_is_terminal},
      {"folder", terminal_folder},
      {"make_folder", terminal_make_folder},
      {"before_output", terminal_before_output},
      {"forget_interrupt", terminal_forget_interrupt},
      {NULL, NULL},
  };
  luaL_newlib(L, functions);
  return 1;
}

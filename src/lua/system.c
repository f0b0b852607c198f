/* invar.core.system: what experiments need of the operating system and plain
 * Lua cannot do. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/process.h"
#include "lua/binding.h"
#include "lua/modules.h"

/* sleep(seconds): Ctrl-C ends it. */
static int system_sleep(lua_State *L) {
  double left = inv_lua_number(L, 1, 0, 1e9);
  while (left > 0) {
    inv_lua_check(L, inv_check_interrupt());
    double part = left < 0.1 ? left : 0.1;
    struct timespec time = {0, (long)(1e9 * part)};
    nanosleep(&time, NULL);
    left -= part;
  }
  return 0;
}

/* The names in a folder, as a userdata: freed whatever happens. */
typedef struct {
  char **names;
  size_t count;
} listing;

static int listing_gc(lua_State *L) {
  listing *self = luaL_checkudata(L, 1, "listing");
  inv_folder_free(self->names, self->count);
  *self = (listing){0};
  return 0;
}

/* list(folder): its names without hidden ones, sorted; nil where there is no
 * such folder. */
static int system_list(lua_State *L) {
  const char *folder = inv_lua_path(L, 1);
  struct stat about;
  if (stat(folder, &about) != 0 || !S_ISDIR(about.st_mode)) {
    lua_pushnil(L);
    return 1;
  }
  listing *all = lua_newuserdatauv(L, sizeof *all, 0);
  *all = (listing){0};
  luaL_setmetatable(L, "listing");
  lua_toclose(L, -1);
  inv_lua_check(L, inv_folder_list(folder, &all->names, &all->count));
  lua_createtable(L, (int)all->count, 0);
  for (size_t i = 0; i < all->count; i++) {
    lua_pushstring(L, all->names[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* remove_folder(folder): with the files in it, not with folders in it. */
static int system_remove_folder(lua_State *L) {
  const char *folder = inv_lua_path(L, 1);
  char **names;
  size_t count;
  if (access(folder, F_OK) != 0)
    return 0;
  inv_status status = inv_folder_list(folder, &names, &count);
  if (status != INV_OK && access(folder, F_OK) != 0)
    return 0; /* another process was faster */
  inv_lua_check(L, status);
  for (size_t i = 0; i < count; i++) {
    char *path = inv_path_join(folder, names[i]);
    if (path)
      unlink(path);
    inv_free(path);
  }
  inv_folder_free(names, count);
  if (rmdir(folder) != 0 && errno != ENOENT)
    inv_lua_error(L, "%s: %s", folder, strerror(errno));
  return 0;
}

/* exists(path), and whether it is a folder, and a regular file */
static int system_exists(lua_State *L) {
  struct stat about;
  bool there = stat(inv_lua_path(L, 1), &about) == 0;
  lua_pushboolean(L, there);
  lua_pushboolean(L, there && S_ISDIR(about.st_mode));
  lua_pushboolean(L, there && S_ISREG(about.st_mode));
  return 3;
}

/* hash_file(path): the hash of its bytes, and how many they are. */
static int system_hash_file(lua_State *L) {
  const char *path = inv_lua_path(L, 1);
  uint8_t *bytes;
  size_t size;
  char text[INV_HASH_TEXT];
  inv_lua_check(L, inv_file_read(path, (size_t)1 << 40, &bytes, &size));
  inv_hash_text(inv_hash_bytes(bytes, size), text);
  inv_free(bytes);
  lua_pushstring(L, text);
  lua_pushinteger(L, (lua_Integer)size);
  return 2;
}

/* reset_peak(): the system's record of this process's most memory begins
 * anew; false where it cannot. */
static int system_reset_peak(lua_State *L) {
  FILE *file = fopen("/proc/self/clear_refs", "w");
  bool written = file && fputs("5", file) >= 0;
  if (file)
    written = fclose(file) == 0 && written;
  lua_pushboolean(L, written);
  return 1;
}

/* ---- interruptions ------------------------------------------------------ */

/* hold_interrupts(): Ctrl-C waits for the release (a second one does not). */
static int system_hold_interrupts(lua_State *L) {
  (void)L;
  inv_interrupt_hold();
  return 0;
}

/* release_interrupts(): raises the one that waited. */
static int system_release_interrupts(lua_State *L) {
  inv_interrupt_release();
  inv_lua_check(L, inv_check_interrupt());
  return 0;
}

/* interrupt_waits(): whether one waits for the release. */
static int system_interrupt_waits(lua_State *L) {
  lua_pushboolean(L, inv_interrupt_waits());
  return 1;
}

/* Waits for a key on stdin, which is a terminal, without the line end. */
static int wait_for_key(double seconds, unsigned char *key) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  struct termios before, now;
  if (tcgetattr(STDIN_FILENO, &before) != 0)
    return 0;
  now = before;
  now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  tcsetattr(STDIN_FILENO, TCSANOW, &now);
  int count = 0;
  if (poll(&input, 1, (int)(1000 * seconds)) > 0)
    count = read(STDIN_FILENO, key, 1) == 1;
  tcsetattr(STDIN_FILENO, TCSANOW, &before);
  return count;
}

/* key(seconds): waits so long for a key on the terminal; the key, or nil.
 * Where stdin is none it only waits. Ctrl-C ends it. */
static int system_key(lua_State *L) {
  double seconds = inv_lua_number(L, 1, 0, 3600);
  unsigned char key;
  if (!isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) != getpgrp())
    return system_sleep(L);
  int count = wait_for_key(seconds, &key);
  inv_lua_check(L, inv_check_interrupt());
  lua_pushlstring(L, (const char *)&key, (size_t)count);
  return count;
}

/* ---- processes ---------------------------------------------------------- */

/* Strings of the table at `at` as a NULL-ended list, a userdata that is pushed;
 * the table keeps the strings alive. */
static const char **push_list(lua_State *L, int at) {
  size_t n = lua_istable(L, at) ? lua_rawlen(L, at) : 0;
  const char **list = lua_newuserdatauv(L, (n + 1) * sizeof *list, 0);
  for (size_t i = 0; i < n; i++) {
    if (lua_rawgeti(L, at, (lua_Integer)i + 1) != LUA_TSTRING)
      inv_lua_type_error(L, at, "list of strings");
    list[i] = lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  list[n] = NULL;
  return list;
}

/* start(arguments[, variables[, output]]): starts a program, its path first;
 * variables as NAME=VALUE; output: the file for stdout and stderr. Returns its
 * number. */
static int system_start(lua_State *L) {
  inv_process_about about = {.output = NULL};
  pid_t process;
  lua_settop(L, 3);
  if (!lua_istable(L, 1) || lua_rawlen(L, 1) == 0)
    inv_lua_type_error(L, 1, "list of strings");
  if (!lua_isnil(L, 3))
    about.output = inv_lua_path(L, 3);
  about.arguments = push_list(L, 1);
  about.variables = push_list(L, 2);
  inv_lua_check(L, inv_process_start(&about, &process));
  lua_pushinteger(L, process);
  return 1;
}

/* look(process): nil while it runs; then once "left" and its exit code, or
 * "killed" and the signal. */
static int system_look(lua_State *L) {
  inv_process_state state;
  int code;
  pid_t process = (pid_t)inv_lua_integer(L, 1, 1, INT_MAX);
  inv_lua_check(L, inv_process_look(process, &state, &code));
  if (state == INV_PROCESS_RUNS)
    return 0;
  lua_pushstring(L, state == INV_PROCESS_LEFT ? "left" : "killed");
  lua_pushinteger(L, code);
  return 2;
}

/* signal(process, "TERM" or "KILL"): whether it is there. */
static int system_signal(lua_State *L) {
  static const char *const names[] = {"TERM", "KILL", NULL};
  pid_t process = (pid_t)inv_lua_integer(L, 1, 1, INT_MAX);
  int number = luaL_checkoption(L, 2, NULL, names) == 0 ? SIGTERM : SIGKILL;
  lua_pushboolean(L, kill(process, number) == 0);
  return 1;
}

/* serve(process): this process works for that one, its parent. */
static int system_serve(lua_State *L) {
  pid_t parent = (pid_t)inv_lua_integer(L, 1, 1, INT_MAX);
  inv_lua_check(L, inv_process_serve(parent));
  return 0;
}

/* program(): the path of the running program, links resolved. */
static int system_program(lua_State *L) {
  char path[PATH_MAX];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path);
  if (n <= 0)
    inv_lua_error(L, "/proc/self/exe: %s", strerror(errno));
  lua_pushlstring(L, path, (size_t)n);
  return 1;
}

static const luaL_Reg FUNCTIONS[] = {
    {"sleep", system_sleep},
    {"list", system_list},
    {"remove_folder", system_remove_folder},
    {"exists", system_exists},
    {"hash_file", system_hash_file},
    {"reset_peak", system_reset_peak},
    {"hold_interrupts", system_hold_interrupts},
    {"release_interrupts", system_release_interrupts},
    {"interrupt_waits", system_interrupt_waits},
    {"key", system_key},
    {"start", system_start},
    {"look", system_look},
    {"signal", system_signal},
    {"serve", system_serve},
    {"program", system_program},
    {NULL, NULL},
};

int inv_open_system(lua_State *L) {
  static const luaL_Reg methods[] = {{"__gc", listing_gc}, {NULL, NULL}};
  inv_lua_type(L, "listing", methods);
  lua_newtable(L);
  inv_lua_register(L, "system.", FUNCTIONS);
  return 1;
}

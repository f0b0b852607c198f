/* invar.progress: a line that says how far long work is, on stderr. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/notice.h"
#include "base/progress.h"
#include "lua/binding.h"
#include "lua/modules.h"

typedef struct {
  inv_progress state;
  bool open;     /* not finished */
  bool terminal; /* one line rewritten in place, else lines of a log */
  bool shown;    /* something was written */
} progress_line;

/* Whether the cursor stands in a progress line. */
static bool line_pending;

void inv_lua_clear_progress(void) {
  if (line_pending)
    fputs("\r\033[K", stderr);
  line_pending = false;
}

static bool wanted(void) {
  const char *setting = getenv("INVAR_PROGRESS");
  return !setting || strcmp(setting, "0") != 0;
}

static size_t columns(void) {
  struct winsize window;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col < 2)
    return 79;
  return window.ws_col - 1u;
}

static void show(progress_line *line, double now) {
  char text[256];
  if (line->terminal) {
    inv_progress_line(&line->state, now, columns(), text, sizeof text);
    fprintf(stderr, "\r%s\033[K", text);
    line_pending = true;
  } else {
    inv_progress_line(&line->state, now, sizeof text, text, sizeof text);
    fprintf(stderr, "%s\n", text);
  }
  line->shown = true;
}

static void end(progress_line *line) {
  if (line->open && line->shown && line->terminal)
    inv_lua_clear_progress();
  line->open = false;
}

static void begin(progress_line *line, const char *name, const char *unit,
                  double total) {
  *line = (progress_line){.open = wanted(), .terminal = isatty(STDERR_FILENO)};
  inv_progress_begin(&line->state, name, unit, total, line->terminal ? 0.1 : 10,
                     inv_clock());
}

static void update(progress_line *line, double done) {
  double now = inv_clock();
  if (inv_progress_update(&line->state, done, now) && line->open)
    show(line, now);
}

/* A log gets a last line if it got any. */
static void finish(progress_line *line) {
  if (line->open && line->shown && !line->terminal) {
    char text[256];
    inv_progress_summary(&line->state, inv_clock(), text, sizeof text);
    fprintf(stderr, "%s\n", text);
  }
  end(line);
}

/* ---- work in the core --------------------------------------------------- */

static progress_line work;

static void warn(const char *text) {
  inv_lua_clear_progress();
  fprintf(stderr, "invar: %s\n", text);
}

static void begin_work(const char *name, const char *unit, double total) {
  begin(&work, name, unit, total);
}

static void update_work(double done) {
  update(&work, done);
}

static void end_work(void) {
  finish(&work);
}

void inv_lua_listen(void) {
  static const inv_audience LISTENER = {warn, begin_work, update_work,
                                        end_work};
  inv_notice_to(&LISTENER);
}

/* ---- functions ---------------------------------------------------------- */

/* The text of a field of the table at 1, or "". */
static const char *text_option(lua_State *L, const char *name) {
  int type = lua_getfield(L, 1, name);
  if (type != LUA_TSTRING && type != LUA_TNIL)
    inv_lua_argument_error(L, 1, "option %s: string expected, got %s", name,
                           luaL_typename(L, -1));
  const char *text = lua_tostring(L, -1);
  return text ? text : ""; /* stays alive on the stack */
}

/* progress{name=, total=, unit=} */
static int progress_new(lua_State *L) {
  static const char *const names[] = {"name", "total", "unit", NULL};
  lua_settop(L, 1);
  inv_lua_options(L, 1, names);
  double total = inv_lua_option_number(L, 1, "total", 0, 1e15, 0);
  const char *name = text_option(L, "name");
  const char *unit = text_option(L, "unit");
  progress_line *line = lua_newuserdatauv(L, sizeof *line, 0);
  begin(line, *name ? name : "progress", unit, total);
  luaL_setmetatable(L, "progress");
  return 1;
}

/* p:update(done[, text]) */
static int progress_update(lua_State *L) {
  progress_line *line = inv_lua_userdata(L, 1, "progress");
  double done = inv_lua_number(L, 2, 0, 1e15);
  if (!lua_isnoneornil(L, 3))
    inv_progress_say(&line->state, inv_lua_string(L, 3));
  update(line, done);
  return 0;
}

/* p:finish() */
static int progress_finish(lua_State *L) {
  finish(inv_lua_userdata(L, 1, "progress"));
  return 0;
}

static int progress_gc(lua_State *L) {
  end(inv_lua_userdata(L, 1, "progress"));
  return 0;
}

static int progress_tostring(lua_State *L) {
  progress_line *line = inv_lua_userdata(L, 1, "progress");
  char text[256];
  inv_progress_line(&line->state, inv_clock(), sizeof text, text, sizeof text);
  lua_pushfstring(L, "progress (%s)", text);
  return 1;
}

static const luaL_Reg METHODS[] = {
    {"update", progress_update},
    {"finish", progress_finish},
    {"__gc", progress_gc},
    {"__tostring", progress_tostring},
    {NULL, NULL},
};

int inv_open_progress(lua_State *L) {
  static const luaL_Reg functions[] = {{"progress", progress_new},
                                       {NULL, NULL}};
  inv_lua_type(L, "progress", METHODS);
  lua_newtable(L);
  inv_lua_register(L, "invar.", functions);
  return 1;
}

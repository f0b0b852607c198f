/* Ctrl-C, and signals that ask the program to leave. The handler leaves a flag,
 * which long C work looks at, and a debug hook, which raises "interrupted!"
 * before the next Lua instruction. Whoever raises takes the flag down, so that
 * one Ctrl-C is one error; the handler itself stays for ever. A hook belongs to
 * one coroutine, so resume and wrap are replaced by functions that note which
 * one runs. */
#include "base/interrupt.h"

#include <lauxlib.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "shell/shell.h"

static lua_State *volatile running; /* the coroutine that runs now */
static volatile sig_atomic_t interactive;
static pthread_t main_thread;
static struct timespec asked;       /* when Ctrl-C was pressed first */
static struct timespec terminating; /* when the program was asked to leave */

/* Seconds after which a second request to leave ends the program at once. */
static const double PATIENCE = 10;

static void stop_hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  lua_sethook(L, NULL, 0, 0);
  if (!inv_interrupted())
    return; /* somebody else raised already */
  inv_interrupt_clear();
  luaL_where(L, 0); /* in a hook level 0 is the code that runs */
  lua_pushliteral(L, "interrupted!");
  lua_concat(L, 2);
  lua_error(L);
}

static void set_hook(lua_State *L) {
  int all = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT;
  lua_sethook(L, stop_hook, all, 1);
}

static double seconds_since(const struct timespec *then) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - then->tv_sec) +
         1e-9 * (double)(now.tv_nsec - then->tv_nsec);
}

/* The program ends as it would without a handler. */
static void end_at_once(int number) {
  signal(number, SIG_DFL);
  raise(number);
}

/* Ctrl-C again while the first waits: nothing looks at the flag, or the work
 * has not come to a safe point. */
static void insist(int number) {
  static const char hint[] = "\n(still waiting for running code to stop; "
                             "Ctrl-\\ ends the program)\n";
  if (seconds_since(&asked) < 0.3)
    return; /* a key that repeats */
  if (inv_interrupt_waits()) {
    inv_interrupt_now();
  } else if (interactive) {
    if (write(STDERR_FILENO, hint, sizeof hint - 1) < 0)
      return;
  } else {
    end_at_once(number);
  }
}

/* Only the main thread may touch Lua: others send the signal there. */
static bool is_elsewhere(int number) {
  if (pthread_equal(pthread_self(), main_thread))
    return false;
  pthread_kill(main_thread, number);
  return true;
}

static void on_interrupt(int number) {
  if (is_elsewhere(number))
    return;
  if (inv_interrupted() || inv_interrupt_waits()) {
    insist(number);
  } else {
    clock_gettime(CLOCK_MONOTONIC, &asked);
    inv_interrupt();
  }
  if (inv_interrupted())
    set_hook(running);
}

/* A request to leave may come several times, from whoever ends a job and from
 * the process above: what comes soon after the first changes nothing, so that
 * a checkpoint can be written. */
static void on_terminate(int number) {
  if (is_elsewhere(number))
    return;
  if (!inv_terminated()) {
    clock_gettime(CLOCK_MONOTONIC, &terminating);
    inv_terminate();
    inv_interrupt();
  } else if (seconds_since(&terminating) > PATIENCE) {
    end_at_once(number);
  }
  if (inv_interrupted())
    set_hook(running);
}

void inv_shell_set_interactive(bool value) {
  interactive = value;
}

/* ---- coroutines --------------------------------------------------------- */

/* Resumes `co` with the top `arguments` values; the number of results, which
 * are on the top of L, or -1 and an error value there. */
static int resume(lua_State *L, lua_State *co, int arguments) {
  if (!lua_checkstack(co, arguments)) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_State *outer = running;
  int results = 0;
  lua_xmove(L, co, arguments);
  running = co;
  int status = lua_resume(co, L, arguments, &results);
  running = outer;
  if (inv_interrupted())
    set_hook(L); /* pressed too late for the hook of `co` */
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(co, L, 1);
    return -1;
  }
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(co, results);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(co, L, results);
  return results;
}

static int coroutine_resume(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argexpected(L, co, 1, "coroutine");
  int results = resume(L, co, lua_gettop(L) - 1);
  lua_pushboolean(L, results >= 0);
  lua_insert(L, results >= 0 ? -(results + 1) : -2);
  return results >= 0 ? results + 1 : 2;
}

/* What coroutine.wrap returns; errors pass through, with their place. */
static int call_wrapped(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  int results = resume(L, co, lua_gettop(L));
  if (results >= 0)
    return results;
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) {
    status = lua_resetthread(co); /* closes its to-be-closed variables */
    lua_xmove(co, L, 1);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int coroutine_wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, call_wrapped, 1);
  return 1;
}

/* Ask the program to leave: kill, a cluster before its time limit, a terminal
 * that is closed. */
static const int leave_on[] = {SIGTERM, SIGUSR1, SIGHUP};
enum { LEAVING = sizeof leave_on / sizeof *leave_on };

void inv_shell_catch_interrupts(lua_State *L) {
  static const luaL_Reg replaced[] = {
      {"resume", coroutine_resume}, {"wrap", coroutine_wrap}, {NULL, NULL}};
  lua_getglobal(L, "coroutine");
  luaL_setfuncs(L, replaced, 0);
  lua_pop(L, 1);
  running = L;
  main_thread = pthread_self();
  /* No SA_RESTART: reading a line from the terminal must end. */
  struct sigaction action = {.sa_handler = on_interrupt};
  for (int i = 0; i < LEAVING; i++)
    sigaddset(&action.sa_mask, leave_on[i]);
  sigaddset(&action.sa_mask, SIGINT);
  sigaction(SIGINT, &action, NULL);
  action.sa_handler = on_terminate;
  for (int i = 0; i < LEAVING; i++) {
    struct sigaction before;
    sigaction(leave_on[i], NULL, &before);
    if (before.sa_handler != SIG_IGN) /* as nohup leaves it */
      sigaction(leave_on[i], &action, NULL);
  }
}

/* The program: reads the command line, opens Lua and runs what was asked for.
 * Exit codes are those of lua: 0, 1 after an error; 130 after Ctrl-C; 143
 * where a signal asked it to leave. */
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/version.h"
#include "nn/backend.h"
#include "shell/shell.h"

typedef struct {
  int argc;
  char **argv;
  inv_shell_options options;
  int code;
} program;

static void print_version(void) {
  printf("Invar %s, %s, backend %s\n", inv_version(), LUA_RELEASE,
         inv_backend_current()->name);
  fflush(stdout);
}

/* Options, script and prompt, in this order; each only when all before it
 * went well, except that -i opens the prompt in any case. */
static int run_all(lua_State *L, const program *p) {
  const inv_shell_options *options = &p->options;
  bool has_script = options->script < p->argc;
  int code = inv_shell_run_options(L, p->argv, options->script);
  if (code == EXIT_SUCCESS && has_script) {
    char **script = p->argv + options->script;
    bool plain = strcmp(script[-1], "--") != 0;
    if (plain && inv_shell_is_command(L, *script))
      code = inv_shell_run_command(L, p->argc - options->script, script);
    else
      code = inv_shell_run_script(L, script, plain);
  }
  bool alone = !has_script && !options->executes && !options->version;
  if (options->interactive || (alone && isatty(STDIN_FILENO)))
    return inv_shell_prompt(L);
  if (alone && code == EXIT_SUCCESS)
    code = inv_shell_run_stdin(L);
  return code;
}

static int protected_main(lua_State *L) {
  program *p = lua_touserdata(L, 1);
  luaL_openlibs(L);
  inv_shell_open_library(L);
  inv_shell_catch_interrupts(L);
  inv_shell_set_arguments(L, p->argc, p->argv, p->options.script);
  p->code = run_all(L, p);
  return 0;
}

int main(int argc, char **argv) {
  inv_shell_set_surroundings(argv);
  program p = {.argc = argc, .argv = argv, .code = EXIT_FAILURE};
  if (!inv_shell_read_options(&p.options, argc, argv))
    return EXIT_FAILURE;
  if (p.options.help) {
    inv_shell_usage();
    return EXIT_SUCCESS;
  }
  if (inv_backend_start() != INV_OK) {
    fprintf(stderr, "invar: %s\n", inv_message());
    return EXIT_FAILURE;
  }
  if (p.options.version)
    print_version();
  lua_State *L = luaL_newstate();
  if (!L) {
    fputs("invar: not enough memory\n", stderr);
    return EXIT_FAILURE;
  }
  lua_pushcfunction(L, protected_main);
  lua_pushlightuserdata(L, &p);
  if (inv_shell_call(L, 1, 0) != EXIT_SUCCESS)
    p.code = EXIT_FAILURE;
  lua_close(L);
  return p.code;
}

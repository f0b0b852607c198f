/* The command line, with the options that lua has. */
#include <stdio.h>
#include <string.h>

#include "shell/shell.h"

void inv_shell_usage(void) {
  fputs("usage: invar [options] [script [arguments]]\n"
        "       invar command [arguments]\n"
        "\n"
        "  -e CODE      run CODE (can be repeated)\n"
        "  -l MODULE    require MODULE into the global of its name\n"
        "  -i           open the prompt after running the rest\n"
        "  -v           print the version and the backend\n"
        "  -h, --help   print this text\n"
        "  --           end of options\n"
        "  -            run what stdin holds\n"
        "\n"
        "Without script and -e it opens the prompt, where help() says more.\n"
        "\n"
        "Commands, for experiments (each says more with -h):\n"
        "  run PROTOCOL [preset=NAME] [KEY=VALUE ...]   runs it, or goes on\n"
        "  list              protocols and runs\n"
        "  watch [RUN]       follows a run\n"
        "  show RUN          settings, steps and rows of a run\n"
        "  report RUN        its tables and figures\n"
        "  diff RUN RUN      how two runs differ\n"
        "  rm RUN            removes a run\n"
        "  sql QUERY         asks the database of results\n"
        "\n"
        "The variables INVAR_BACKEND (onednn or blas: who computes\n"
        "convolutions), INVAR_LUA (folder of the Lua library), INVAR_PROGRESS\n"
        "(0: no progress lines), INVAR_RESULTS (folder of results), NO_COLOR,\n"
        "LUA_PATH and LUA_CPATH are read;\n"
        "LUA_INIT is not.\n",
        stdout);
}

static bool complain(const char *what, const char *option) {
  fprintf(stderr, "invar: %s '%s'\ninvar: try 'invar --help'\n", what, option);
  return false;
}

/* Handles argv[*at]; advances *at past a value in the next word. */
static bool read_option(inv_shell_options *options, char **argv, int *at) {
  const char *option = argv[*at];
  switch (option[1]) {
  case 'i': options->interactive = true; break;
  case 'v': options->version = true; break;
  case 'h': options->help = true; break;
  case 'e':
  case 'l':
    options->executes |= option[1] == 'e';
    if (option[2])
      return true;
    ++*at;
    if (!argv[*at] || argv[*at][0] == '-')
      return complain("an argument is missing after", option);
    return true;
  default: return complain("there is no option", option);
  }
  return option[2] == 0 || complain("there is no option", option);
}

bool inv_shell_read_options(inv_shell_options *options, int argc, char **argv) {
  *options = (inv_shell_options){.script = argc};
  for (int i = 1; i < argc; i++) {
    if (argv[i][0] != '-' || strcmp(argv[i], "-") == 0) {
      options->script = i;
      return true;
    }
    if (strcmp(argv[i], "--") == 0) {
      options->script = i + 1;
      return true;
    }
    if (strcmp(argv[i], "--help") == 0)
      options->help = true;
    else if (strcmp(argv[i], "--version") == 0)
      options->version = true;
    else if (!read_option(options, argv, &i))
      return false;
  }
  return true;
}

/* The program around Lua: command line, scripts, prompt, Ctrl-C.
 *   invar [options] [script [arguments]]      options.c, run.c
 *   invar COMMAND [arguments]                 lua/invar/commands/
 * main.c reads the command line, opens Lua and decides what runs; everything
 * the prompt does beyond reading a line is Lua (lua/invar/repl.lua). */
#ifndef INV_SHELL_SHELL_H
#define INV_SHELL_SHELL_H

#include <lua.h>
#include <stdbool.h>

/* ---- command line (options.c) ------------------------------------------- */

typedef struct {
  int script;       /* index in argv of the script; argc where there is none */
  bool interactive; /* -i: the prompt comes after everything else */
  bool version;     /* -v */
  bool help;        /* -h */
  bool executes;    /* some -e was given */
} inv_shell_options;

/* Reads the options in front of the script. False, with a message on stderr,
 * when something is wrong with them. */
bool inv_shell_read_options(inv_shell_options *options, int argc, char **argv);

/* Prints how the program is called. */
void inv_shell_usage(void);

/* ---- the Lua library (library.c) ---------------------------------------- */

/* Puts Invar's modules into package.path and package.preload. Raises when
 * the library cannot be found. */
void inv_shell_open_library(lua_State *L);

/* ---- running code (run.c) ----------------------------------------------- */

/* Calls the function below its `arguments` arguments, with a traceback in the
 * message of an error; prints the message and returns the exit code: 0, 1, 130
 * after Ctrl-C, or 143 where a signal asked the program to leave. Results are left on the stack where it is 0. */
int inv_shell_call(lua_State *L, int arguments, int results);

/* Runs the options -e and -l in their order; the exit code. */
int inv_shell_run_options(lua_State *L, char **argv, int script);

/* Runs a script with its arguments: argv[0] is its name ("-": stdin). */
int inv_shell_run_script(lua_State *L, char **argv, bool named_stdin);

/* Whether `word` is a subcommand: a file of its name in lua/invar/commands. */
bool inv_shell_is_command(lua_State *L, const char *word);

/* Runs the subcommand argv[0] with the words after it; the exit code. */
int inv_shell_run_command(lua_State *L, int argc, char **argv);

/* Runs what stdin holds. */
int inv_shell_run_stdin(lua_State *L);

/* The prompt; returns when the user leaves it. */
int inv_shell_prompt(lua_State *L);

/* Sets the global table `arg` as lua does: the script at 0. */
void inv_shell_set_arguments(lua_State *L, int argc, char **argv, int script);

/* ---- surroundings (surroundings.c) -------------------------------------- */

/* Makes idle OpenMP threads sleep soon and the heap lie in huge pages. Both are
 * read from the environment before main, so the program starts itself once
 * more with the right one (about a millisecond); the user's own GOMP_SPINCOUNT,
 * OMP_WAIT_POLICY and GLIBC_TUNABLES are left alone. */
void inv_shell_set_surroundings(char **argv);

/* ---- Ctrl-C (interrupt.c) ----------------------------------------------- */

/* From now on Ctrl-C raises "interrupted!" in running Lua code and stops long
 * C work. Coroutines too: their resume is replaced by one that knows who
 * runs. SIGTERM, SIGUSR1 and SIGHUP do the same and leave inv_terminated()
 * true: the program then ends with the code 143. */
void inv_shell_catch_interrupts(lua_State *L);

/* At the prompt a second Ctrl-C never ends the program; in a script it does
 * when nothing reacts to the first. */
void inv_shell_set_interactive(bool interactive);

/* ---- terminal (terminal.c, readline.c) ---------------------------------- */

/* invar.core.terminal: what the prompt needs and plain Lua cannot do. */
int inv_open_terminal(lua_State *L);

/* Loads GNU readline; false where it is absent. Readline is under the GPL:
 * it is never linked, only used when the user has it. */
bool inv_readline_load(void);

typedef enum { INV_LINE, INV_LINE_END, INV_LINE_CANCELLED } inv_line_result;

/* Reads a line with editing. `*line` is for the caller to free(). */
inv_line_result inv_readline_read(const char *prompt, char **line);

/* Adds a line to the history of this session. */
void inv_readline_remember(const char *line);

/* Sets what completes words: given the line up to the cursor and the word to
 * be completed it returns a malloc'ed NULL-ended list of malloc'ed words that
 * replace it, or NULL. */
typedef char **(*inv_completer)(const char *line, const char *word);
void inv_readline_set_completer(inv_completer completer);

#endif

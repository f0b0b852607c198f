/* Other programs, started and looked after by this one. They are started anew
 * (never forked: threads do not live through that) and in this one's group, so
 * that the terminal's signals reach all. */
#ifndef INV_BASE_PROCESS_H
#define INV_BASE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

typedef struct {
  const char *const *arguments; /* the program's path first, then NULL */
  const char *const *variables; /* NAME=VALUE on top of the environment, NULL */
  const char *output; /* file that stdout and stderr are appended to, or NULL */
} inv_process_about;

typedef enum {
  INV_PROCESS_RUNS,
  INV_PROCESS_LEFT,  /* with an exit code */
  INV_PROCESS_KILLED /* by a signal */
} inv_process_state;

/* Starts a program with nothing to read from; *process is its number. */
inv_status inv_process_start(const inv_process_about *about, pid_t *process);

/* How a started program is, without waiting; *code is its exit code or signal.
 * Once it has ended it is forgotten: what follows is an error. */
inv_status inv_process_look(pid_t process, inv_process_state *state, int *code);

/* Makes this process one that works for the one with the number `parent`:
 * Ctrl-C is the parent's affair, and where the parent dies SIGTERM comes. An
 * error where it is gone already. */
inv_status inv_process_serve(pid_t parent);

#endif

/* How long idle OpenMP threads spin before they sleep. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "shell/shell.h"

/* About 50 microseconds: longer than the gap between two loops of a training
 * step, and nothing when another program wants the processor. libgomp's own
 * default is some 15 milliseconds, in which a thread that waits for one that
 * was put aside keeps that one from running: on a busy machine training was
 * ten times slower. */
static const char SPINS[] = "1000";
static const char MARK[] = "INVAR_SPINS_SET";

void inv_shell_limit_spinning(char **argv) {
  if (getenv(MARK)) { /* the second start: child processes see none of it */
    unsetenv(MARK);
    unsetenv("GOMP_SPINCOUNT");
    return;
  }
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0 || getenv("GOMP_SPINCOUNT") || getenv("OMP_WAIT_POLICY"))
    return;
  path[length] = 0;
  if (setenv(MARK, "1", 1) == 0 && setenv("GOMP_SPINCOUNT", SPINS, 1) == 0)
    execv(path, argv);
  unsetenv(MARK); /* it could not be started again: then so */
  unsetenv("GOMP_SPINCOUNT");
}

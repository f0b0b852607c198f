/* What libgomp and glibc read from the environment before main begins. */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "shell/shell.h"

static const struct {
  const char *name, *value;
} wanted[] = {
    /* Idle threads sleep after about 250 microseconds: longer than most gaps
     * between two loops of a training step, and little when another program
     * wants the processor. libgomp's own default is some 15 milliseconds, in
     * which a thread that waits for one that was put aside keeps that one from
     * running: on a busy machine training was ten times slower. */
    {"GOMP_SPINCOUNT", "5000"},
    /* Huge pages for the heap: tensors are large. */
    {"GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"},
};
enum { WANTED = sizeof wanted / sizeof *wanted };

/* Names the variables set for the second start: one letter each. */
static const char MARK[] = "INVAR_STARTED_WITH";

/* Child processes see none of it. */
static void forget(const char *marks) {
  for (int i = 0; i < WANTED; i++)
    if (marks[i] == 'y')
      unsetenv(wanted[i].name);
  unsetenv(MARK);
}

/* The user's own settings are left alone. */
static bool is_set(int i) {
  return getenv(wanted[i].name) || (i == 0 && getenv("OMP_WAIT_POLICY"));
}

void inv_shell_set_surroundings(char **argv) {
  const char *marks = getenv(MARK);
  char path[PATH_MAX], set[WANTED + 1] = "";
  if (marks) { /* the second start */
    snprintf(set, sizeof set, "%s", marks);
    forget(set);
    return;
  }
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0)
    return;
  path[length] = 0;
  bool ready = true;
  for (int i = 0; i < WANTED; i++) {
    set[i] = is_set(i) ? 'n' : 'y';
    if (set[i] == 'y')
      ready = setenv(wanted[i].name, wanted[i].value, 1) == 0 && ready;
  }
  if (ready && setenv(MARK, set, 1) == 0)
    execv(path, argv);
  forget(set); /* it could not be started again: then so */
}

#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

extern char **environ;

/* ---- the environment ---------------------------------------------------- */

static size_t count_of(const char *const *list) {
  size_t n = 0;
  while (list && list[n])
    n++;
  return n;
}

/* Whether `entry` sets the variable that `other` (NAME=VALUE) sets. */
static bool same_variable(const char *entry, const char *other) {
  size_t length = strcspn(other, "=") + 1;
  return strncmp(entry, other, length) == 0;
}

static bool is_replaced(const char *entry, const char *const *variables) {
  for (size_t i = 0; variables && variables[i]; i++)
    if (same_variable(entry, variables[i]))
      return true;
  return false;
}

/* This process's environment with `variables`, for the caller to free (the
 * list, not its texts); NULL without memory. */
static const char **environment_with(const char *const *variables) {
  size_t own = count_of((const char *const *)environ), n = 0;
  const char **list = inv_alloc((own + count_of(variables) + 1) * sizeof *list);
  if (!list)
    return NULL;
  for (size_t i = 0; i < own; i++)
    if (!is_replaced(environ[i], variables))
      list[n++] = environ[i];
  for (size_t i = 0; variables && variables[i]; i++)
    list[n++] = variables[i];
  list[n] = NULL;
  return list;
}

/* ---- starting ----------------------------------------------------------- */

static int set_files(posix_spawn_file_actions_t *files, const char *output) {
  int code = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null",
                                              O_RDONLY, 0);
  if (code == 0 && output)
    code = posix_spawn_file_actions_addopen(
        files, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0666);
  if (code == 0 && output)
    code =
        posix_spawn_file_actions_adddup2(files, STDOUT_FILENO, STDERR_FILENO);
  return code;
}

/* The child begins with all signals let in, and those that end it not ignored,
 * whoever started this program. */
static int set_signals(posix_spawnattr_t *attributes) {
  sigset_t none, plain;
  sigemptyset(&none);
  sigemptyset(&plain);
  sigaddset(&plain, SIGTERM);
  sigaddset(&plain, SIGUSR1);
  int code = posix_spawnattr_setsigmask(attributes, &none);
  if (code == 0)
    code = posix_spawnattr_setsigdefault(attributes, &plain);
  if (code == 0)
    code = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF);
  return code;
}

static int spawn(const inv_process_about *about, const char **environment,
                 pid_t *process) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  int code = posix_spawn_file_actions_init(&files);
  if (code != 0)
    return code;
  if ((code = posix_spawnattr_init(&attributes)) == 0) {
    code = set_files(&files, about->output);
    if (code == 0)
      code = set_signals(&attributes);
    if (code == 0)
      code = posix_spawn(process, about->arguments[0], &files, &attributes,
                         (char *const *)about->arguments,
                         (char *const *)environment);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&files);
  return code;
}

inv_status inv_process_start(const inv_process_about *about, pid_t *process) {
  const char **environment = environment_with(about->variables);
  if (!environment)
    return inv_fail_memory(0);
  int code = spawn(about, environment, process);
  inv_free(environment);
  if (code != 0)
    return inv_fail(INV_ERR_IO, "%s cannot be started: %s", about->arguments[0],
                    strerror(code));
  return INV_OK;
}

/* ---- looking after ------------------------------------------------------ */

inv_status inv_process_look(pid_t process, inv_process_state *state,
                            int *code) {
  int status = 0;
  pid_t found;
  do
    found = waitpid(process, &status, WNOHANG);
  while (found < 0 && errno == EINTR);
  if (found < 0)
    return inv_fail(INV_ERR_ARGUMENT, "%ld is no process that this one started",
                    (long)process);
  *state = INV_PROCESS_RUNS;
  *code = 0;
  if (found == 0)
    return INV_OK;
  bool left = WIFEXITED(status);
  *state = left ? INV_PROCESS_LEFT : INV_PROCESS_KILLED;
  *code = left ? WEXITSTATUS(status) : WTERMSIG(status);
  return INV_OK;
}

inv_status inv_process_serve(pid_t parent) {
  signal(SIGINT, SIG_IGN);
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
    return inv_fail(INV_ERR_IO, "prctl: %s", strerror(errno));
  if (getppid() != parent)
    return inv_fail(INV_ERR_ARGUMENT,
                    "the process %ld that it was to work for "
                    "is gone",
                    (long)parent);
  return INV_OK;
}

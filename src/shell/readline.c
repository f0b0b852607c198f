/* GNU readline, found at run time. Its callback interface is used, so that
 * waiting for a key happens here and Ctrl-C can cancel the line. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "shell/shell.h"

/* What is used of the library: functions, then addresses of variables. */
static struct {
  void (*install)(const char *prompt, void (*handler)(char *));
  void (*read_char)(void);
  void (*remove)(void);
  void (*free_line_state)(void);
  void (*sigcleanup)(void);
  void (*add_history)(const char *);
  int (*insert_text)(const char *);
  char **line;
  int *point;
  int *catch_signals;
  int *append_character;
  int *attempted_over;
  const char **break_characters;
  const char **name;
  char **(**attempt)(const char *, int, int);
  char *(**break_hook)(void);
  int (**getc)(FILE *);
} rl;

static const struct {
  const char *name;
  size_t at;
} SYMBOLS[] = {
    {"rl_callback_handler_install", offsetof(__typeof__(rl), install)},
    {"rl_callback_read_char", offsetof(__typeof__(rl), read_char)},
    {"rl_callback_handler_remove", offsetof(__typeof__(rl), remove)},
    {"rl_free_line_state", offsetof(__typeof__(rl), free_line_state)},
    {"rl_callback_sigcleanup", offsetof(__typeof__(rl), sigcleanup)},
    {"add_history", offsetof(__typeof__(rl), add_history)},
    {"rl_insert_text", offsetof(__typeof__(rl), insert_text)},
    {"rl_line_buffer", offsetof(__typeof__(rl), line)},
    {"rl_point", offsetof(__typeof__(rl), point)},
    {"rl_catch_signals", offsetof(__typeof__(rl), catch_signals)},
    {"rl_completion_append_character",
     offsetof(__typeof__(rl), append_character)},
    {"rl_attempted_completion_over", offsetof(__typeof__(rl), attempted_over)},
    {"rl_completer_word_break_characters",
     offsetof(__typeof__(rl), break_characters)},
    {"rl_readline_name", offsetof(__typeof__(rl), name)},
    {"rl_attempted_completion_function", offsetof(__typeof__(rl), attempt)},
    {"rl_completion_word_break_hook", offsetof(__typeof__(rl), break_hook)},
    {"rl_getc_function", offsetof(__typeof__(rl), getc)},
};

static inv_completer completer;
static char *finished_line;
static bool finished;

/* ---- completion --------------------------------------------------------- */

/* Whether the cursor stands in a string. */
static bool in_string(void) {
  char quote = 0;
  for (int i = 0; i < *rl.point; i++) {
    char c = (*rl.line)[i];
    if (quote && c == '\\')
      i++;
    else if (quote ? c == quote : (c == '"' || c == '\''))
      quote = quote ? 0 : c;
  }
  return quote != 0;
}

/* A word is a name, or all that a string holds so far. */
static char *word_breaks(void) {
  static char code[] = " \t\n\"'`@$><=;|&{}()[]+-*/%^#~,.:?";
  static char string[] = "\"'";
  return in_string() ? string : code;
}

static bool only_spaces(const char *text) {
  return text[strspn(text, " \t\n")] == 0;
}

static int common_prefix(const char *a, const char *b) {
  int n = 0;
  while (a[n] && a[n] == b[n])
    n++;
  return n;
}

/* Puts what all words begin with in front of them, as readline wants it. */
static char **with_prefix(char **words) {
  size_t count = 0;
  while (words[count])
    count++;
  if (count < 2)
    return words;
  int shared = (int)strlen(words[0]);
  for (size_t i = 1; i < count; i++) {
    int n = common_prefix(words[0], words[i]);
    shared = n < shared ? n : shared;
  }
  char **list = malloc((count + 2) * sizeof *list);
  char *prefix = strndup(words[0], (size_t)shared);
  if (!list || !prefix) {
    free(list);
    free(prefix);
    return words; /* the first word is taken for the prefix */
  }
  list[0] = prefix;
  memcpy(list + 1, words, (count + 1) * sizeof *list);
  free(words);
  return list;
}

/* Keeps Ctrl-C waiting; returns the mask to go back to. */
static sigset_t block_interrupts(void) {
  sigset_t block, before;
  sigemptyset(&block);
  sigaddset(&block, SIGINT);
  sigaddset(&block, SIGTERM);
  sigaddset(&block, SIGUSR1);
  sigaddset(&block, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &block, &before);
  return before;
}

static char **complete(const char *word, int start, int end) {
  (void)start;
  *rl.attempted_over = 1; /* never file names by default */
  *rl.append_character = 0;
  char *line = strndup(*rl.line, (size_t)end);
  char **words = NULL;
  if (line && only_spaces(line))
    rl.insert_text("  ");
  else if (line && completer) {
    /* Ctrl-C is for the line, not for the Lua code that completes it. */
    sigset_t before = block_interrupts();
    if (!inv_interrupted())
      words = completer(line, word);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
  }
  free(line);
  return words ? with_prefix(words) : NULL;
}

void inv_readline_set_completer(inv_completer function) {
  completer = function;
}

/* ---- reading ------------------------------------------------------------ */

/* Waits for a key; false on Ctrl-C. The signal is let in only while ppoll
 * waits, so that none gets lost between the look at the flag and the wait. */
static bool wait_for_key(void) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  sigset_t before = block_interrupts();
  while (!inv_interrupted() && ppoll(&input, 1, NULL, &before) < 0 &&
         errno == EINTR)
    ;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return !inv_interrupted();
}

/* Reads a byte if one is there: a Ctrl-C just now may have taken it away. */
static ssize_t read_now(unsigned char *key) {
  int flags = fcntl(STDIN_FILENO, F_GETFL);
  fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK);
  ssize_t n = read(STDIN_FILENO, key, 1);
  int error = errno;
  fcntl(STDIN_FILENO, F_SETFL, flags);
  errno = error;
  return n;
}

/* A byte for readline. After Ctrl-C, which also empties the terminal's queue,
 * a NUL, which changes nothing in the line to be cancelled. */
static int read_key(FILE *stream) {
  (void)stream;
  while (wait_for_key()) {
    unsigned char key;
    ssize_t n = read_now(&key);
    if (n == 1)
      return key;
    if (n == 0 || (errno != EINTR && errno != EAGAIN))
      return EOF;
  }
  return 0;
}

bool inv_readline_load(void) {
  static const char *const names[] = {"libreadline.so.8", "libreadline.so.7",
                                      "libreadline.so"};
  static bool loaded, tried;
  if (tried)
    return loaded;
  tried = true;
  void *library = NULL;
  for (int i = 0; i < 3 && !library; i++)
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return false;
  for (size_t i = 0; i < sizeof SYMBOLS / sizeof *SYMBOLS; i++) {
    void *symbol = dlsym(library, SYMBOLS[i].name);
    if (!symbol)
      return false;
    memcpy((char *)&rl + SYMBOLS[i].at, &symbol, sizeof symbol);
  }
  *rl.name = "invar";
  *rl.getc = read_key;
  *rl.catch_signals = 0;
  *rl.attempt = complete;
  *rl.break_hook = word_breaks;
  *rl.break_characters = word_breaks();
  return loaded = true;
}

static void finish_line(char *line) {
  finished_line = line;
  finished = true;
  rl.remove();
}

inv_line_result inv_readline_read(const char *prompt, char **line) {
  finished = false;
  finished_line = NULL;
  rl.install(prompt, finish_line);
  while (!finished) {
    if (wait_for_key()) {
      rl.read_char();
      continue;
    }
    inv_interrupt_clear();
    rl.free_line_state();
    rl.sigcleanup();
    rl.remove();
    if (inv_terminated())
      return INV_LINE_END;
    fputs("^C\n", stdout);
    fflush(stdout);
    return INV_LINE_CANCELLED;
  }
  *line = finished_line;
  return finished_line ? INV_LINE : INV_LINE_END;
}

void inv_readline_remember(const char *line) {
  rl.add_history(line);
}

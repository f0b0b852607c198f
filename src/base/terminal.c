#include "base/terminal.h"

#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"

bool inv_terminal_size(inv_terminal *out) {
  struct winsize size;
  if (!isatty(STDOUT_FILENO))
    return false;
  bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  *out = (inv_terminal){80, 24, 0, 0};
  if (known)
    *out = (inv_terminal){size.ws_col, size.ws_row ? size.ws_row : 24,
                          size.ws_xpixel, size.ws_ypixel};
  return true;
}

/* A program in the background that changed the terminal would be stopped. */
static bool may_ask(void) {
  struct stat in, out;
  return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
         fstat(STDIN_FILENO, &in) == 0 && fstat(STDOUT_FILENO, &out) == 0 &&
         in.st_rdev == out.st_rdev && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

static bool input_waits(int milliseconds) {
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, milliseconds) > 0;
}

/* Ends early at a signal, Ctrl-C for one. */
static size_t read_answer(char last, char *answer, size_t room,
                          int milliseconds) {
  double end = inv_clock() + milliseconds / 1000.0;
  size_t size = 0;
  while (size < room) {
    double left = end - inv_clock();
    if (left <= 0 || !input_waits((int)(left * 1000) + 1) ||
        read(STDIN_FILENO, answer + size, 1) != 1)
      return 0;
    size++;
    if (answer[size - 1] == last)
      return size;
  }
  return 0;
}

size_t inv_terminal_ask(const char *question, char last, char *answer,
                        size_t room, int milliseconds) {
  struct termios before;
  if (!may_ask() || tcgetattr(STDIN_FILENO, &before) != 0)
    return 0;
  struct termios now = before;
  now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
  now.c_cc[VMIN] = 1;
  now.c_cc[VTIME] = 0;
  if (tcsetattr(STDIN_FILENO, TCSANOW, &now) != 0)
    return 0;
  size_t size = 0, length = strlen(question);
  if (!input_waits(0) &&
      write(STDOUT_FILENO, question, length) == (ssize_t)length)
    size = read_answer(last, answer, room, milliseconds);
  tcsetattr(STDIN_FILENO, TCSANOW, &before);
  return size;
}

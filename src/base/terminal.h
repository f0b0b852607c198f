/* The terminal that the program runs in: its size, and questions to it. */
#ifndef INV_BASE_TERMINAL_H
#define INV_BASE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  int columns, rows; /* 80 x 24 where they are not known */
  int width, height; /* in pixels; 0 where the terminal does not say */
} inv_terminal;

/* False where standard output is no terminal. */
bool inv_terminal_size(inv_terminal *out);

/* Writes an escape sequence and reads the terminal's answer, up to the byte
 * `last`, into `answer`; returns its length, or 0 where none came in time. Asks
 * only where standard input and output are the same terminal and the program
 * runs in its foreground, and not while typed input waits to be read. What is
 * typed between question and answer is lost. */
size_t inv_terminal_ask(const char *question, char last, char *answer,
                        size_t room, int milliseconds);

#endif

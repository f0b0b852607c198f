/* Ctrl-C: a flag that the signal handler sets and long C loops look at. */
#ifndef INV_BASE_INTERRUPT_H
#define INV_BASE_INTERRUPT_H

#include <stdbool.h>

#include "base/error.h"

/* Asks running work to stop; safe to call from a signal handler. */
void inv_interrupt(void);

/* Takes the request back: the prompt calls it before each new command. */
void inv_interrupt_clear(void);

/* Whether the user wants the running work to stop. */
bool inv_interrupted(void);

/* INV_ERR_INTERRUPTED with its message if so, else INV_OK. */
inv_status inv_check_interrupt(void);

#endif

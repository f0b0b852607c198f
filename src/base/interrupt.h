/* Ctrl-C and requests to leave: flags that the signal handler sets and long C
 * loops look at. Work that may not be cut in two (a training step before a
 * checkpoint) holds interruptions off until its next safe point. */
#ifndef INV_BASE_INTERRUPT_H
#define INV_BASE_INTERRUPT_H

#include <stdbool.h>

#include "base/error.h"

/* Asks running work to stop; safe to call from a signal handler. While
 * interruptions are held off it is only noted. */
void inv_interrupt(void);

/* The same, also while they are held off. */
void inv_interrupt_now(void);

/* Takes the request back: the prompt calls it before each new command. */
void inv_interrupt_clear(void);

/* Whether the user wants the running work to stop. */
bool inv_interrupted(void);

/* INV_ERR_INTERRUPTED with its message if so, else INV_OK. */
inv_status inv_check_interrupt(void);

/* Holds interruptions off until as many calls of release; a request noted
 * meanwhile then stands. */
void inv_interrupt_hold(void);
void inv_interrupt_release(void);

/* Whether one was noted that waits for the release. */
bool inv_interrupt_waits(void);

/* The program is to leave (SIGTERM and the like): noted for good. */
void inv_terminate(void);
bool inv_terminated(void);

#endif

#include "base/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t requested; /* stop now */
static volatile sig_atomic_t noted;     /* stop at the next safe point */
static volatile sig_atomic_t held;      /* calls of hold without release */
static volatile sig_atomic_t terminated;

void inv_interrupt(void) {
  if (held)
    noted = 1;
  else
    requested = 1;
}
void inv_interrupt_now(void) {
  noted = 0;
  requested = 1;
}
void inv_interrupt_clear(void) {
  requested = 0;
}
bool inv_interrupted(void) {
  return requested != 0;
}

inv_status inv_check_interrupt(void) {
  return requested ? inv_fail(INV_ERR_INTERRUPTED, "interrupted!") : INV_OK;
}

void inv_interrupt_hold(void) {
  held++;
}
void inv_interrupt_release(void) {
  if (held > 0 && --held == 0 && noted)
    inv_interrupt_now();
}
bool inv_interrupt_waits(void) {
  return noted != 0;
}

void inv_terminate(void) {
  terminated = 1;
}
bool inv_terminated(void) {
  return terminated != 0;
}

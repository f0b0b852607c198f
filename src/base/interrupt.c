#include "base/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t requested;

void inv_interrupt(void) {
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

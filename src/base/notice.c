#include "base/notice.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"

static const inv_audience *audience;
static bool busy;                              /* some work is shown */
static atomic_flag telling = ATOMIC_FLAG_INIT; /* a thread tells about it */

const inv_audience *inv_notice_to(const inv_audience *to) {
  const inv_audience *before = audience;
  audience = to;
  return before;
}

void inv_warn(const char *format, ...) {
  if (!audience)
    return;
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  inv_make_printable(text);
  audience->warning(text);
}

void inv_work_begin(inv_work *work, const char *name, const char *unit,
                    double total) {
  atomic_init(&work->done, 0);
  work->shown = audience && !busy;
  if (!work->shown)
    return;
  busy = true;
  audience->begin(name, unit, total);
}

void inv_work_advance(inv_work *work, long long steps) {
  long long done = atomic_fetch_add(&work->done, steps) + steps;
  if (!work->shown || atomic_flag_test_and_set(&telling))
    return; /* another thread is at it: nobody waits */
  audience->update((double)done);
  atomic_flag_clear(&telling);
}

void inv_work_end(inv_work *work) {
  if (!work->shown)
    return;
  audience->end();
  busy = false;
}

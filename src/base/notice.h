/* What the core has to tell while it works: warnings, and how far long work
 * is. It prints nothing itself; whoever shows these things (src/lua) says so
 * here, and nobody need. */
#ifndef INV_BASE_NOTICE_H
#define INV_BASE_NOTICE_H

#include <stdatomic.h>
#include <stdbool.h>

typedef struct {
  void (*warning)(const char *text);
  /* One piece of work at a time, from one thread at a time. */
  void (*begin)(const char *name, const char *unit, double total);
  void (*update)(double done);
  void (*end)(void);
} inv_audience;

/* Told from now on (NULL: nobody); returns who was told before. */
const inv_audience *inv_notice_to(const inv_audience *audience);

/* One line for the user (at most 1023 bytes), without "warning:" or line end:
 * something is not as it should be, and the work goes on. */
void inv_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Work that may take long. Work inside other work is not shown. */
typedef struct {
  atomic_llong done;
  bool shown;
} inv_work;

void inv_work_begin(inv_work *work, const char *name, const char *unit,
                    double total);
/* `steps` more are done; from any thread. */
void inv_work_advance(inv_work *work, long long steps);
void inv_work_end(inv_work *work);

#endif

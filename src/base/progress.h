/* How far long work is: smoothed rate, time left, and the line that says so.
 * Times are given by the caller (inv_clock()), so that nothing here waits or
 * prints. Shows nothing for work that is over soon. */
#ifndef INV_BASE_PROGRESS_H
#define INV_BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
  char name[48];
  char unit[16];   /* what is counted, as "images"; may be empty */
  char text[96];   /* said at the end of the line, as "loss 0.41" */
  double total;    /* steps in all; 0 where nobody knows */
  double done;     /* steps done */
  double rate;     /* steps per second, smoothed over about ten seconds */
  double began;    /* when */
  double updated;  /* when `done` was last set */
  double due;      /* when the next line is to be shown */
  double interval; /* seconds between lines */
} inv_progress;

/* Begins at zero steps. `interval` is 0.1 s on a terminal, where the first
 * line comes after half a second, and 10 s in a log. */
void inv_progress_begin(inv_progress *progress, const char *name,
                        const char *unit, double total, double interval,
                        double now);

/* Sets the number of steps done; returns whether a line should be shown now,
 * and plans the next one. */
bool inv_progress_update(inv_progress *progress, double done, double now);

/* Replaces the text at the end of the line. */
void inv_progress_say(inv_progress *progress, const char *text);

/* Seconds left, or -1 where that cannot be known yet. */
double inv_progress_left(const inv_progress *progress, double now);

/* Writes the line, without line end and at most `columns` bytes long (and less
 * than `size`); returns its length:
 *   pretrain: 45% 450/1000 images, 12.3/s, 0:45 left, loss 0.41 */
size_t inv_progress_line(const inv_progress *progress, double now,
                         size_t columns, char *line, size_t size);

/* The line for the end of the work: "pretrain: 1000 images in 1:21". */
size_t inv_progress_summary(const inv_progress *progress, double now,
                            char *line, size_t size);

#endif

#include "base/progress.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const double SMOOTHING = 10; /* seconds that the rate looks back */
static const double PATIENCE = 0.5; /* shorter work shows no line */

/* Copies what fits and replaces control characters, which would break the
 * line; does not cut a UTF-8 sequence in two. */
static void copy_text(char *to, size_t size, const char *from) {
  size_t n = strnlen(from, size - 1);
  if (from[n])
    while (n > 0 && ((unsigned char)from[n] & 0xC0) == 0x80)
      n--;
  for (size_t i = 0; i < n; i++)
    to[i] = (unsigned char)from[i] < ' ' ? ' ' : from[i];
  to[n] = 0;
}

void inv_progress_begin(inv_progress *progress, const char *name,
                        const char *unit, double total, double interval,
                        double now) {
  *progress = (inv_progress){
      .total = total, .began = now, .updated = now, .interval = interval};
  progress->due = now + fmax(interval, PATIENCE);
  copy_text(progress->name, sizeof progress->name, name);
  copy_text(progress->unit, sizeof progress->unit, unit);
}

bool inv_progress_update(inv_progress *progress, double done, double now) {
  double seconds = now - progress->updated;
  if (seconds > 0) {
    double rate = fmax(0, (done - progress->done) / seconds);
    double elapsed = now - progress->began;
    /* Near the beginning this is the plain mean, later a decaying one. */
    double keep = exp(-seconds / fmin(elapsed, SMOOTHING));
    progress->rate =
        elapsed <= seconds ? rate : keep * progress->rate + (1 - keep) * rate;
    progress->updated = now;
  }
  progress->done = done;
  if (now < progress->due)
    return false;
  progress->due = now + progress->interval;
  return true;
}

void inv_progress_say(inv_progress *progress, const char *text) {
  copy_text(progress->text, sizeof progress->text, text);
}

double inv_progress_left(const inv_progress *progress, double now) {
  if (!(progress->total > 0) || !(progress->rate > 0))
    return -1;
  double left = (progress->total - progress->done) / progress->rate;
  return fmax(0, left - (now - progress->updated));
}

/* Appends to a line of at most `size` - 1 bytes. */
__attribute__((format(printf, 4, 5))) static void
append(char *line, size_t size, size_t *length, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(line + *length, size - *length, format, arguments);
  va_end(arguments);
  if (n > 0)
    *length += (size_t)n < size - *length ? (size_t)n : size - *length - 1;
}

/* m:ss, or h:mm:ss from one hour on. */
static void append_time(char *line, size_t size, size_t *length,
                        double seconds) {
  long s = seconds < 359999 ? (long)ceil(seconds) : 359999; /* 99:59:59 */
  if (s >= 3600)
    append(line, size, length, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60,
           s % 60);
  else
    append(line, size, length, "%ld:%02ld", s / 60, s % 60);
}

static void append_counts(const inv_progress *progress, char *line, size_t size,
                          size_t *length) {
  if (progress->total > 0)
    append(line, size, length, "%.0f%% %.0f/%.0f",
           floor(100 * fmin(1, progress->done / progress->total)),
           progress->done, progress->total);
  else
    append(line, size, length, "%.0f", progress->done);
  if (progress->unit[0])
    append(line, size, length, " %s", progress->unit);
}

size_t inv_progress_line(const inv_progress *progress, double now,
                         size_t columns, char *line, size_t size) {
  size_t length = 0;
  if (columns < size)
    size = columns + 1;
  append(line, size, &length, "%s: ", progress->name);
  append_counts(progress, line, size, &length);
  if (progress->rate > 0)
    append(line, size, &length, progress->rate < 99.5 ? ", %.3g/s" : ", %.0f/s",
           progress->rate);
  double left = inv_progress_left(progress, now);
  if (left >= 0) {
    append(line, size, &length, ", ");
    append_time(line, size, &length, left);
    append(line, size, &length, " left");
  }
  if (progress->text[0])
    append(line, size, &length, ", %s", progress->text);
  return length;
}

size_t inv_progress_summary(const inv_progress *progress, double now,
                            char *line, size_t size) {
  size_t length = 0;
  append(line, size, &length, "%s: %.0f%s%s in ", progress->name,
         progress->done, progress->unit[0] ? " " : "", progress->unit);
  append_time(line, size, &length, now - progress->began);
  if (progress->text[0])
    append(line, size, &length, ", %s", progress->text);
  return length;
}

/* Time that only goes forward. */
#ifndef INV_BASE_CLOCK_H
#define INV_BASE_CLOCK_H

/* Seconds since some fixed moment, monotonic, with nanosecond resolution. */
double inv_clock(void);

#endif

/* Time series: windows of T steps of recordings, T x C float32 values. A
 * recording is a tensor of rows, one for each step; windows that overlap share
 * its memory. */
#ifndef INV_DATA_SERIES_H
#define INV_DATA_SERIES_H

#include "data/dataset.h"

/* Where windows may lie. A run is a stretch of rows of one label and one
 * group; with blocks, runs are cut into blocks, of which the last may be as
 * long as two but for a row. No window reaches over an end, and none holds a
 * NaN where those are left out. */
typedef struct {
  const float *rows; /* count x channels, row-major */
  int64_t count;     /* at most INT32_MAX */
  int channels;
  const int32_t *labels; /* of each row; NULL: all are 0 */
  const int32_t *groups; /* NULL: all rows are of one */
  int window, stride;    /* in rows, >= 1 */
  int64_t block;         /* rows, >= window; 0: no blocks */
  bool leave_out_missing;
} inv_series;

/* Windows: their first rows, their labels, and the unit that must not be torn
 * between splits: the block's number, or else the row's group. */
typedef struct {
  int64_t count;
  int32_t *starts, *labels, *units;
} inv_windows;

inv_status inv_series_windows(inv_windows *out, const inv_series *series);
void inv_windows_free(inv_windows *windows);

/* Mean and standard deviation (of the population) of each channel over
 * `count` windows; NaN is left out. Sums are in double, window after window. */
void inv_series_statistics(const inv_series *series, const int32_t *starts,
                           int64_t count, double *mean, double *deviation);

/* (x - mean) / deviation for each channel of `count` rows, in place; channels
 * that never change are only shifted. */
void inv_series_standardise(float *rows, int64_t count, int channels,
                            const double *mean, const double *deviation);

/* A dataset of windows of `rows` (float32, R x C, row-major; one more owner
 * of it): sample i is rows starts[i] .. starts[i] + window - 1, with label
 * labels[i] (from 0, below `classes`). Both lists are copied. */
inv_status inv_dataset_windows(inv_dataset **out, const inv_tensor *rows,
                               const int32_t *starts, const int32_t *labels,
                               int64_t count, int window, int classes);

#endif

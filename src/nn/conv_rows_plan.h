/* How a convolution of few channels is laid out for conv_rows.c: what sees
 * what, how the work is cut, and the weights, packed.
 *
 * The result's pixels are taken in positions: a position has a pixel of each
 * phase, in which all pixels see their sources through the same taps. There is
 * one phase, or, for the gradient of the input, stride x stride. What a pixel
 * sees of a row is one run of halves, cut into terms. */
#ifndef INV_NN_CONV_ROWS_PLAN_H
#define INV_NN_CONV_ROWS_PLAN_H

#include <stdbool.h>

#include "nn/backend.h"

/* Pixels and channels of a tile; the strides that are possible. */
enum { INV_ROWS_TILE = 16, INV_ROWS_STRIDE = 4 };

/* Along one axis: pixel i of `count` of a phase sees `taps` neighbouring
 * pixels, from source + i * step on (`unit` for columns), the first through tap
 * `tap` of the kernel, the others through taps that lie `tap_step` apart. */
typedef struct {
  int count, source, taps;
  int tap, tap_step;
} inv_rows_axis;

/* A product of tiles: `depth` halves from half `at` on of what is seen of row
 * `row`; `offset` halves after where the position's source begins. */
typedef struct {
  int offset, row, at, depth;
} inv_rows_term;

/* What makes the sums of one row phase and one column phase: first the terms
 * of 32 halves, then the others. */
typedef struct {
  int wholes, rests;
  const inv_rows_term *terms;
  uint16_t *packed; /* weights: (block of channels, term), a block each, which
                       begins with the tile for 16 channels, that for the next
                       16 half a block later */
} inv_rows_part;

typedef struct {
  const inv_conv *conv;
  bool backward;
  int source_height, source_width, source_channels;
  int height, width, channels; /* of the result */
  int pixel;                   /* halves of a copied pixel: an even number */
  int blocks;                  /* of 32 channels of the result */
  int step, unit; /* rows and columns between neighbouring positions' sources */
  int n_rows, n_columns; /* phases */
  inv_rows_axis rows[INV_ROWS_STRIDE], columns[INV_ROWS_STRIDE];
  inv_rows_part parts[INV_ROWS_STRIDE][INV_ROWS_STRIDE];
  bool whole;    /* there may be terms of 32 halves */
  bool turns;    /* the second column phase begins amidst a line of the cache */
  int rest;      /* pairs of halves of the other terms */
  int top, left; /* of what is seen: first row and column */
  int reach;     /* rows that a position sees */
  int pitch;     /* positions from one row of them to the next */
  int band, bands; /* rows of positions copied at once; parts of an image */
  int class_rows;  /* rows of one residue of the step in a band */
  size_t halves;   /* of a band */
} inv_rows_plan;

/* Whether there is a plan for such a convolution. */
bool inv_rows_plan_exists(const inv_conv *conv, bool backward);

/* To be closed, also where it fails. */
inv_status inv_rows_plan_open(inv_rows_plan *plan, const inv_conv *conv,
                              bool backward, const float *w);
void inv_rows_plan_close(inv_rows_plan *plan);

/* Where a band has row r of those it sees, in halves. Rows of one residue of
 * the step are neighbours: so are then the sources of neighbouring positions,
 * the last one of a row and, a pitch later, the first one of the next. */
size_t inv_rows_plan_place(const inv_rows_plan *plan, int r);

#endif

/* Which pixels a convolution connects: through each tap of the kernel a pixel
 * of the result sees one of the source, or none where it falls outside or
 * between strides. */
#ifndef INV_NN_CONV_REACH_H
#define INV_NN_CONV_REACH_H

#include "nn/backend.h"

typedef struct {
  int height, width;               /* of the result */
  int source_height, source_width; /* of what it sees */
  int *row_of;  /* (height, kernel height): row of the source, or -1 */
  int *slot_of; /* (width, kernel width): place in `columns`, or -1 */
  int *columns, n_columns; /* of the source that are seen by any pixel */
  int *row_used;           /* (source height): 0 or 1 */
  int stride, over; /* distance of neighbours; extent of a kernel less one */
  bool backward;
} inv_reach;

/* For the output, which sees the input, or, with `backward`, for the gradient
 * of the input, which sees that of the output. */
inv_status inv_reach_open(inv_reach *reach, const inv_conv *conv,
                          bool backward);
void inv_reach_close(inv_reach *reach);

/* The most rows of the source that `rows` neighbouring rows reach over. */
int inv_reach_span(const inv_reach *reach, int rows);

/* The first and last row of the source that rows y .. y + n-1 see; last <
 * first where they see none. */
void inv_reach_rows(const inv_reach *reach, int kernel_height, int y, int n,
                    int *first, int *last);

#endif

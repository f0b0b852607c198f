/* Contact sheets: many equal images in one. */
#ifndef INV_IMAGE_SHEET_H
#define INV_IMAGE_SHEET_H

#include "image/image.h"

typedef struct {
  int columns;             /* >= 1 */
  int margin;              /* pixels around each image */
  int scale;               /* pixels of the sheet per pixel of an image, >= 1 */
  uint8_t background;      /* its gray */
  const char **labels;     /* one below each image; NULL: none */
  const char **row_labels; /* one left of each row; NULL: none */
} inv_sheet;

/* A new RGB image with the images (1 or more, equal sizes and channels) in
 * rows, from the top left; alpha lets the background through. */
inv_status inv_contact_sheet(inv_image *out, const inv_image *images, int count,
                             const inv_sheet *sheet);

#endif

/* The PNM family: PBM (P1, P4), PGM (P2, P5) and PPM (P3, P6). */
#ifndef INV_IMAGE_PNM_H
#define INV_IMAGE_PNM_H

#include "image/image.h"

/* Decodes the first picture: gray or RGB; values up to 65535 are brought to
 * 0 .. 255, rounded. Pixels must all be there before memory is taken for
 * them. */
inv_status inv_pnm_decode(inv_image *out, const uint8_t *bytes, size_t count);

/* Writes gray (P5) or RGB (P6). */
inv_status inv_pnm_write(const char *path, const inv_image *image);

#endif

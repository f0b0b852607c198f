/* Sixel graphics, as DEC's VT340 and many terminals of today draw them
 * (VT330/VT340 Programmer Reference Manual, chapter 14). Own code and no
 * libsixel or chafa: a palette and runs are all that is needed, the sizes stay
 * exact, and nothing has to be installed. */
#ifndef INV_IMAGE_SIXEL_H
#define INV_IMAGE_SIXEL_H

#include "base/text.h"
#include "image/image.h"

/* The escape sequence that draws a gray or RGB image, pixel for pixel, in at
 * most 256 colours: all grays, or colours chosen by median cut (Heckbert,
 * SIGGRAPH 1982) among 32 levels a channel. Sixel colours are in percent. */
inv_status inv_sixel(inv_text *out, const inv_image *image);

#endif

/* The built-in backgrounds: families of scenes. */
#ifndef INV_DATA_BUILTIN_BACKGROUNDS_H
#define INV_DATA_BUILTIN_BACKGROUNDS_H

#include "base/random.h"
#include "data/builtin_canvas.h"

/* Draws scene `index`; `rng` decides all that varies within its family. */
void inv_draw_background(inv_canvas *c, int index, inv_rng *rng);

#endif

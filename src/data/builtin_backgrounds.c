#include "data/builtin_backgrounds.h"

void inv_draw_background(inv_canvas *c, int index, inv_rng *rng) {
  (void)index;
  (void)rng;
  inv_everywhere(c);
  inv_paint(c, (inv_material){.colour = 0x808080, .flat = true});
}

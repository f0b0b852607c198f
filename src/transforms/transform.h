/* A transformation sampler: something that draws parameters and changes an
 * image by them. The 18 of Transforms-2D are in this folder; Lua can define
 * more. */
#ifndef INV_TRANSFORMS_TRANSFORM_H
#define INV_TRANSFORMS_TRANSFORM_H

#include <stdbool.h>

#include "base/error.h"
#include "base/random.h"
#include "image/image.h"

typedef struct inv_transform inv_transform; /* counted, immutable */

/* Where the object is on its canvas, in pixels, y downward. */
typedef struct {
  int x, y, width, height;
} inv_box;

const char *inv_transform_name(const inv_transform *transform);

/* Whether it runs a Lua callback and so may run on the main thread only. */
bool inv_transform_main_thread_only(const inv_transform *transform);

inv_transform *inv_transform_retain(inv_transform *transform);
void inv_transform_release(inv_transform *transform);

/* Draws parameters from `rng` and applies them to `image` (square, RGBA,
 * straight alpha) in place; `box` follows the object. Safe to call from many
 * threads at once. */
inv_status inv_transform_draw_and_apply(const inv_transform *transform,
                                        inv_rng *rng, inv_image *image,
                                        inv_box *box);

#endif

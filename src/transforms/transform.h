/* A transformation sampler: something that draws parameters and changes an
 * image by them. The 18 of Transforms-2D (Speicher, Nanda, Gummadi,
 * "Understanding the Role of Invariance in Transfer Learning", TMLR 2024) are
 * in this folder; sequences are made of others; Lua can define more. */
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

/* ---- making ------------------------------------------------------------- */

/* One after the other, each on the result of the one before. Keeps the
 * `count` (0 or more) transformations as one more owner of each. */
inv_status inv_transform_compose(inv_transform **out,
                                 inv_transform *const *parts, int count);

/* A transformation that someone else's functions carry out, on the main
 * thread. `release` gets `context` when the last owner lets go. */
typedef struct {
  inv_status (*draw_and_apply)(void *context, inv_rng *rng, inv_image *image,
                               inv_box *box);
  void (*release)(void *context);
} inv_transform_callbacks;

inv_status inv_transform_define(inv_transform **out, const char *name,
                                const char *category,
                                const inv_transform_callbacks *callbacks,
                                void *context);

inv_transform *inv_transform_retain(inv_transform *transform);
void inv_transform_release(inv_transform *transform); /* NULL is allowed */

/* ---- asking ------------------------------------------------------------- */

const char *inv_transform_name(const inv_transform *transform);

/* "geometric", "photometric", "corruption", "none" (the identity), "sequence"
 * (compose), or what its definition says. */
const char *inv_transform_category(const inv_transform *transform);

/* Whether it runs a Lua callback and so may run on the main thread only. */
bool inv_transform_main_thread_only(const inv_transform *transform);

/* The transformations of a sequence; 0 of them for all others. */
int inv_transform_parts(const inv_transform *transform);
inv_transform *inv_transform_part(const inv_transform *transform, int i);

/* The context of a defined one, NULL for all others. */
void *inv_transform_context(const inv_transform *transform);

/* ---- running ------------------------------------------------------------ */

/* Draws parameters from `rng` and applies them to `image` (gray, RGB, or RGBA
 * with straight alpha) in place; `box` follows the object. Safe to call from
 * many threads at once. */
inv_status inv_transform_draw_and_apply(const inv_transform *transform,
                                        inv_rng *rng, inv_image *image,
                                        inv_box *box);

/* Shrinks (or enlarges) what is on the canvas by `factor` around its centre,
 * as `scale` does; objects are prepared with 0.7. The box follows. */
inv_status inv_transform_scale_image(inv_image *image, inv_box *box,
                                     double factor);

/* The box of an object prepared on a canvas: the whole canvas after
 * scaling by 0.7 (22 x 22 at (5, 5) for 32 x 32). */
inv_box inv_transform_prepared_box(int height, int width);

#endif

/* A labelled set that carries transformations: sample i is sample i of another
 * set with the transformations applied to the whole picture, with the draws
 * that an object of Transforms-2D has in its sample i (data/draws.h). So the
 * invariance that counts there is measured on any pictures, with twins. */
#ifndef INV_DATA_TRANSFORMED_H
#define INV_DATA_TRANSFORMED_H

#include "data/dataset.h"
#include "data/draws.h"

/* `from`: uint8 height x width x 1 or 3, kept as one more owner. The
 * transformations run on the picture as opaque RGBA; in the end what is wholly
 * transparent (what came from outside, or was erased) is black and the other
 * pixels keep their colours, as in the released code. Gray pictures are
 * transformed as RGB and become gray again as Pillow's "L". */
inv_status inv_transformed_new(inv_dataset **out, inv_dataset *from,
                               const inv_draws_options *options);

/* Whether the dataset is one of these. */
bool inv_is_transformed(const inv_dataset *set);

/* The transformations of each class. */
const inv_draws *inv_transformed_draws(const inv_dataset *set);

/* Sample `index` before any transformation, as RGBA (height x width x 4), and
 * its label. */
inv_status inv_transformed_picture(const inv_dataset *set, int64_t index,
                                   inv_image *picture, int32_t *label);

/* What `translate` moves: the part of the picture that an object would fill,
 * so that pictures are shifted as objects are (by -5 .. 4 pixels of 32). With
 * the whole picture there would be no room. */
inv_box inv_transformed_box(const inv_dataset *set);

#endif

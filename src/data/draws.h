/* What a dataset draws for its samples. Each kind of draw (the object, the
 * background, each transformation) has a stream of random numbers of its own,
 * below the name of the split, and sample i uses member i of it: so splits
 * differ in their draws alone, sets with nested lists of transformations share
 * draws, and twins differ in the transformations drawn and in nothing else. */
#ifndef INV_DATA_DRAWS_H
#define INV_DATA_DRAWS_H

#include "base/random.h"
#include "transforms/transform.h"

/* Member 0 of the stream `name` of the split `split`. */
inv_rng inv_draw_stream(uint64_t seed, const char *split, const char *name);

/* Member `index` of a stream whose member 0 is given: inv_rng_at without
 * working out the key anew. */
static inline inv_rng inv_draw_member(const inv_rng *stream, int64_t index) {
  inv_rng rng = *stream;
  rng.index = (uint64_t)index;
  return rng;
}

/* ---- transformations as they are asked for ------------------------------ */

/* A transformation and where its draws come from. */
typedef struct {
  inv_transform *transform;
  uint64_t seed;
  const char *stream; /* as "transform/rotate" */
} inv_transform_use;

/* Transformations in the order in which they are applied. */
typedef struct {
  const inv_transform_use *uses;
  int count;
} inv_transform_list;

/* Lists of transformations, and which of them each class uses. */
typedef struct {
  const inv_transform_list *lists;
  int list_count;
  const int *class_list; /* of each class */
  int class_count;
  const char *split;
} inv_draws_options;

/* ---- transformations in use --------------------------------------------- */

typedef struct {
  inv_transform *transform;
  inv_rng stream; /* member 0 */
} inv_draw;

typedef struct {
  inv_draw *draws;
  int count;
} inv_draw_list;

typedef struct {
  inv_draw_list *lists;
  int list_count;
  int *class_list;
  bool main_thread_only; /* a Lua callback takes part */
} inv_draws;

/* Whatever this returns, inv_draws_free frees it. */
inv_status inv_draws_init(inv_draws *out, const inv_draws_options *options);
void inv_draws_free(inv_draws *draws);

/* The transformations of a class. */
static inline const inv_draw_list *inv_draws_of(const inv_draws *draws,
                                                int class) {
  return &draws->lists[draws->class_list[class]];
}

/* Draws and applies a list for sample `index`, in place; the box follows. */
inv_status inv_draws_apply(const inv_draw_list *list, int64_t index,
                           inv_image *image, inv_box *box);

#endif

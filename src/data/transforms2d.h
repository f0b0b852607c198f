/* Transforms-2D (Speicher, Nanda, Gummadi, TMLR 2024): pictures of an object,
 * changed by transformations, on a background. Sample i is a pure function of
 * the seeds: class and prototype, position, background, and every
 * transformation have streams of random numbers of their own
 * (data/draws.h). */
#ifndef INV_DATA_TRANSFORMS2D_H
#define INV_DATA_TRANSFORMS2D_H

#include "data/dataset.h"
#include "data/draws.h"
#include "data/source.h"

/* What a dataset is made of; nothing of it is kept but what is counted. */
typedef struct {
  inv_source *objects, *backgrounds;
  const int *classes; /* the objects' classes that are used, in order */
  int class_count;
  int prototypes; /* the first so many of each class; 0: all there are */
  int size;       /* height and width */
  int64_t samples;
  const char *split;
  uint64_t object_seed, background_seed;
  const inv_transform_list *lists;
  int list_count;
  const int *class_list; /* of each class: which list */
  double object_scale;   /* objects shrunk by this factor once more, */
  bool move;             /* and their box moved, */
  int x, y;              /* to this top left corner, */
  bool wander;           /* or to one drawn for each sample */
  uint64_t position_seed;
  bool class_from_background; /* whose class the label is */
  double availability;        /* probability that the object is there */
  double correlation; /* probability that the object's class is set to the
                         background's */
  bool normalize;
} inv_transforms2d_options;

/* What was drawn for one sample. */
typedef struct {
  int object_class;   /* from 0, among the classes used */
  int prototype;      /* from 0 */
  bool present;       /* the object was pasted */
  int64_t background; /* from 0; -1: fresh noise */
  int label;
  inv_box box; /* where the object is in the end */
} inv_transforms2d_draw;

inv_status inv_transforms2d_new(inv_dataset **out,
                                const inv_transforms2d_options *options);

/* Whether the dataset is one of these. */
bool inv_is_transforms2d(const inv_dataset *set);

/* The draws of sample `index`; but for the box, which is what it is before
 * any transformation. */
void inv_transforms2d_look(const inv_dataset *set, int64_t index,
                           inv_transforms2d_draw *out);

/* The transformations of each class. */
const inv_draws *inv_transforms2d_draws(const inv_dataset *set);

/* Copies the object of sample `index` into `object` (size x size x 4) as it
 * is, in its place, before any transformation; the box of `draw` follows. */
inv_status inv_transforms2d_place(const inv_dataset *set, int64_t index,
                                  inv_transforms2d_draw *draw,
                                  inv_image *object);

#endif

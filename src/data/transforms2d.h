/* Transforms-2D (Speicher, Nanda, Gummadi, TMLR 2024): pictures of an object,
 * changed by transformations, on a background. Sample i is a pure function of
 * the seeds: class and prototype, background, and every transformation have
 * streams of random numbers of their own, below the name of the split. So
 * splits differ in their draws alone, datasets with nested transformation
 * sets share draws, and twins differ in the transformations drawn and in
 * nothing else. */
#ifndef INV_DATA_TRANSFORMS2D_H
#define INV_DATA_TRANSFORMS2D_H

#include "data/dataset.h"
#include "data/source.h"
#include "transforms/transform.h"

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
  const int *class_list;      /* of each class: which list */
  double object_scale;        /* objects shrunk by this factor once more, */
  bool move;                  /* and their box moved, */
  int x, y;                   /* to this top left corner */
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

/* The transformations of class `object_class`, and the generator with which
 * transformation `t` of them is drawn for sample `index`. */
int inv_transforms2d_count(const inv_dataset *set, int object_class);
inv_transform *inv_transforms2d_use(const inv_dataset *set, int object_class,
                                    int t, int64_t index, inv_rng *rng);

/* The object of a sample as it is before any transformation: the pixels
 * (size x size x 4) stay the dataset's. */
const uint8_t *inv_transforms2d_object(const inv_dataset *set,
                                       const inv_transforms2d_draw *draw);

#endif

/* What a built-in transformation is made of: a name, options with their
 * published values, named parameters, and functions that draw and apply them.
 * Each file of this folder defines some; catalog.c lists them. */
#ifndef INV_TRANSFORMS_CLASS_H
#define INV_TRANSFORMS_CLASS_H

#include "image/blend.h"
#include "transforms/transform.h"

enum { INV_TRANSFORM_OPTIONS = 4, INV_TRANSFORM_PARAMETERS = 2 };

typedef enum {
  INV_OPTION_NUMBER,
  INV_OPTION_INTEGER,
  INV_OPTION_ODD,  /* an odd integer */
  INV_OPTION_RANGE /* {low, high}: parameters are drawn from U[low, high) */
} inv_option_kind;

typedef struct {
  const char *name; /* NULL: the list ends */
  inv_option_kind kind;
  double low, high;    /* what is allowed */
  double published[2]; /* numbers and integers use the first */
} inv_transform_option;

/* The first option of what happens by chance. */
#define INV_CHANCE                                                             \
  {                                                                            \
    "p", INV_OPTION_NUMBER, 0, 1, {                                            \
      0.5                                                                      \
    }                                                                          \
  }

typedef struct {
  const char *name; /* NULL: the list ends */
  bool integer;
  double low, high; /* what is allowed */
} inv_transform_parameter;

/* One draw. */
typedef struct {
  bool applied; /* false: the image passes unchanged */
  double value[INV_TRANSFORM_PARAMETERS];
  uint64_t seed;      /* what a random field is made from, */
  const float *field; /* unless it is given: height x width x depth */
} inv_parameters;

typedef struct {
  int height, width;
} inv_canvas;

typedef struct {
  const char *name, *category;
  bool chance; /* happens with probability options[0], "p", else nothing */
  int field;   /* most values per pixel of the random field; 0: none */
  inv_transform_option options[INV_TRANSFORM_OPTIONS + 1];
  inv_transform_parameter parameters[INV_TRANSFORM_PARAMETERS + 1];
  /* NULL: parameter i is drawn from the range that is option i. */
  void (*sample)(const inv_transform *transform, inv_rng *rng,
                 inv_canvas canvas, const inv_box *box,
                 inv_parameters *parameters);
  /* In place; not called where `applied` is false. */
  inv_status (*apply)(const inv_transform *transform,
                      const inv_parameters *parameters, inv_image *image);
  /* NULL: the box stays. */
  void (*track)(const inv_parameters *parameters, inv_canvas canvas,
                inv_box *box);
} inv_transform_class;

/* ---- the catalog -------------------------------------------------------- */

/* All of them, geometric ones first; ended by NULL. */
extern const inv_transform_class *const INV_TRANSFORM_CLASSES[];

extern const inv_transform_class INV_NONE, INV_SCALE, INV_TRANSLATE, INV_V_FLIP,
    INV_H_FLIP, INV_ROTATE, INV_SHEAR, INV_HUE, INV_BRIGHTNESS, INV_GRAYSCALE,
    INV_POSTERIZE, INV_INVERT, INV_SHARPEN, INV_BLUR, INV_NOISE, INV_PIXELATE,
    INV_ELASTIC, INV_ERASING, INV_CONTRAST;

/* NULL where there is none of that name. */
const inv_transform_class *inv_transform_class_of(const char *name);

/* ---- the instances ------------------------------------------------------ */

/* `options`: two values for each option, in the order of the class; the
 * caller has checked them. NULL: the published ones. */
inv_status inv_transform_new(inv_transform **out,
                             const inv_transform_class *class,
                             double (*options)[2]);

/* The class; NULL for sequences and defined ones. */
const inv_transform_class *inv_transform_get_class(const inv_transform *t);

/* Values per pixel of the random field on an image of so many channels:
 * noise has one for gray images. */
int inv_transform_field_depth(const inv_transform_class *class, int channels);

/* The two values of option i. */
const double *inv_transform_option_values(const inv_transform *t, int i);

void inv_transform_sample(const inv_transform *transform, inv_rng *rng,
                          inv_canvas canvas, const inv_box *box,
                          inv_parameters *parameters);
/* Applies drawn or stored parameters in place; the box follows. */
inv_status inv_transform_apply(const inv_transform *transform,
                               const inv_parameters *parameters,
                               inv_image *image, inv_box *box);
void inv_transform_track(const inv_transform *transform,
                         const inv_parameters *parameters, inv_canvas canvas,
                         inv_box *box);

#endif

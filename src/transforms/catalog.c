/* The list of the built-in transformations. */
#include <string.h>

#include "transforms/class.h"

static inv_status leave(const inv_transform *t, const inv_parameters *p,
                        inv_image *image) {
  (void)t, (void)p, (void)image;
  return INV_OK;
}

const inv_transform_class INV_NONE = {
    .name = "none", .category = "none", .apply = leave};

const inv_transform_class *const INV_TRANSFORM_CLASSES[] = {
    &INV_SCALE,     &INV_TRANSLATE, &INV_V_FLIP,   &INV_H_FLIP,
    &INV_ROTATE,    &INV_SHEAR,     &INV_HUE,      &INV_BRIGHTNESS,
    &INV_GRAYSCALE, &INV_POSTERIZE, &INV_INVERT,   &INV_SHARPEN,
    &INV_BLUR,      &INV_NOISE,     &INV_PIXELATE, &INV_ELASTIC,
    &INV_ERASING,   &INV_CONTRAST,  &INV_NONE,     NULL,
};

const inv_transform_class *inv_transform_class_of(const char *name) {
  for (int i = 0; INV_TRANSFORM_CLASSES[i]; i++)
    if (strcmp(name, INV_TRANSFORM_CLASSES[i]->name) == 0)
      return INV_TRANSFORM_CLASSES[i];
  return NULL;
}

/* The user's own pictures: pixels in memory, or files. */
#include "base/memory.h"
#include "data/source.h"
#include "image/decode.h"
#include "image/resize.h"

/* ---- fitting ------------------------------------------------------------ */

/* A copy with 3 or 4 channels: gray is repeated, missing alpha is opaque,
 * alpha that is not wanted is dropped. */
static inv_status with_channels(inv_image *out, const inv_image *from,
                                int channels) {
  INV_TRY(inv_image_new(out, from->height, from->width, channels));
  const uint8_t *in = from->pixels;
  uint8_t *to = out->pixels;
  size_t have = (size_t)from->channels, want = (size_t)channels;
  for (size_t p = 0; p < inv_image_count(from); p++) {
    for (size_t c = 0; c < 3; c++)
      to[want * p + c] = in[have * p + (have == 1 ? 0 : c)];
    if (want == 4)
      to[want * p + 3] = have == 4 ? in[have * p + 3] : 255;
  }
  return INV_OK;
}

inv_status inv_source_fit(const inv_image *picture, int size, int channels,
                          uint8_t *pixels) {
  inv_image changed = {0}, square = {0}, out = {size, size, channels, pixels};
  inv_status status = INV_OK;
  if (picture->channels != channels) {
    status = with_channels(&changed, picture, channels);
    picture = &changed;
  }
  if (status == INV_OK && channels == INV_BACKGROUND_CHANNELS &&
      picture->height != picture->width) {
    int side =
        picture->height < picture->width ? picture->height : picture->width;
    status = inv_image_crop(&square, picture, 0, 0, side, side);
    picture = &square;
  }
  if (status == INV_OK)
    status = inv_image_resize_into(&out, picture, INV_BILINEAR);
  inv_image_free(&changed);
  inv_image_free(&square);
  return status;
}

/* ---- a list of pictures ------------------------------------------------- */

typedef struct {
  inv_source base;
  inv_picture *pictures;
} picture_source;

static inv_status list_picture(const inv_source *base, int64_t index, int size,
                               uint8_t *pixels) {
  const inv_picture *picture = ((const picture_source *)base)->pictures + index;
  if (!picture->path)
    return inv_source_fit(&picture->image, size, base->channels, pixels);
  inv_image image;
  INV_TRY(inv_image_load(&image, picture->path));
  inv_status status = inv_source_fit(&image, size, base->channels, pixels);
  inv_image_free(&image);
  return status;
}

void inv_pictures_free(inv_picture *pictures, int64_t count) {
  for (int64_t i = 0; pictures && i < count; i++) {
    inv_free(pictures[i].path);
    inv_image_free(&pictures[i].image);
  }
  inv_free(pictures);
}

static void list_destroy(inv_source *base) {
  inv_pictures_free(((picture_source *)base)->pictures, base->count);
}

static const char *list_path(const inv_source *base, int64_t index) {
  return ((const picture_source *)base)->pictures[index].path;
}

static const inv_source_class LIST = {list_picture, list_destroy, list_path};

/* Every class of an object source has a picture. */
static inv_status check_labels(int channels, const int32_t *labels,
                               int64_t count, int classes) {
  unsigned char *seen = inv_alloc_zero((size_t)classes, 1);
  if (!seen)
    return inv_fail_memory((unsigned long long)classes);
  inv_status status = INV_OK;
  for (int64_t i = 0; i < count && status == INV_OK; i++) {
    if (labels[i] < 0 || labels[i] >= classes)
      status = inv_fail(INV_ERR_ARGUMENT,
                        "class %lld of picture %lld is not in 1 .. %d",
                        (long long)labels[i] + 1, (long long)i + 1, classes);
    else
      seen[labels[i]] = 1;
  }
  for (int i = 0; i < classes && status == INV_OK; i++)
    if (!seen[i] && channels == INV_OBJECT_CHANNELS)
      status = inv_fail(INV_ERR_ARGUMENT, "class %d has no picture", i + 1);
  inv_free(seen);
  return status;
}

inv_status inv_source_pictures(inv_source **out, int channels,
                               inv_picture *pictures, int64_t count,
                               const int32_t *labels, int classes) {
  if (!labels)
    classes = channels == INV_OBJECT_CHANNELS ? (int)count : 0;
  inv_status status = count < 1
                          ? inv_fail(INV_ERR_ARGUMENT, "there are no pictures")
                      : labels ? check_labels(channels, labels, count, classes)
                               : INV_OK;
  picture_source *source = NULL;
  if (status == INV_OK)
    status = inv_source_new(&source, sizeof *source, &LIST, channels, count,
                            classes ? 1 : 0);
  if (status != INV_OK) {
    inv_pictures_free(pictures, count);
    return status;
  }
  source->base.classes = classes;
  for (int64_t i = 0; classes && i < count; i++)
    source->base.labels[i] = labels ? labels[i] : (int32_t)i;
  source->pictures = pictures;
  *out = &source->base;
  return INV_OK;
}

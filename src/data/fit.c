#include "data/fit.h"

#include <string.h>

#include "base/parallel.h"
#include "image/resize.h"

enum { CHUNK = 64 };

typedef struct {
  const uint8_t *from;
  uint8_t *to;
  inv_image picture, resized, framed; /* the sizes, without pixels */
  int pad;
} fit_job;

/* Copies gray or equal channels of `from` into the frame of `to`. */
static void place(const inv_image *to, const inv_image *from, int pad) {
  memset(to->pixels, 0, inv_image_bytes(to));
  size_t repeat = (size_t)(to->channels / from->channels);
  size_t values = (size_t)from->width * (size_t)from->channels;
  for (int y = 0; y < from->height; y++) {
    const uint8_t *in = from->pixels + (size_t)y * values;
    uint8_t *out = inv_image_at(to, y + pad, pad);
    if (repeat == 1)
      memcpy(out, in, values);
    else
      for (size_t i = 0; i < values; i++)
        memset(out + i * repeat, in[i], repeat);
  }
}

static inv_status fit_chunk(void *context, size_t begin, size_t end) {
  const fit_job *job = context;
  inv_image picture = job->picture, framed = job->framed, resized;
  INV_TRY(inv_image_new(&resized, job->resized.height, job->resized.width,
                        job->resized.channels));
  bool resize = job->resized.height != picture.height ||
                job->resized.width != picture.width;
  inv_status status = INV_OK;
  for (size_t i = begin; i < end && status == INV_OK; i++) {
    /* Only read. */
    picture.pixels = (uint8_t *)job->from + i * inv_image_bytes(&picture);
    framed.pixels = job->to + i * inv_image_bytes(&framed);
    if (resize)
      status = inv_image_resize_into(&resized, &picture, INV_BILINEAR);
    if (status == INV_OK)
      place(&framed, resize ? &resized : &picture, job->pad);
  }
  inv_image_free(&resized);
  return status;
}

static inv_status check_pictures(const inv_tensor *t, int channels) {
  char text[96];
  const int64_t *shape = t->shape;
  bool sized = t->dims == 4;
  for (int d = 1; sized && d < 3; d++)
    sized = shape[d] >= 1 && shape[d] <= INV_IMAGE_SIDE;
  if (t->dtype != INV_UINT8 || !sized ||
      (shape[3] != 1 && shape[3] != 3 && shape[3] != 4))
    return inv_fail(INV_ERR_ARGUMENT,
                    "%s %s are no pictures: uint8 N x H x W x 1, 3 or 4 is "
                    "wanted",
                    inv_dtype_name(t->dtype),
                    inv_shape_text(text, t->dims, shape));
  if (channels != 0 && channels != shape[3] && shape[3] != 1)
    return inv_fail(INV_ERR_ARGUMENT,
                    "pictures with %lld channels cannot have %d",
                    (long long)shape[3], channels);
  return INV_OK;
}

inv_status inv_pictures_fit(inv_tensor *out, const inv_tensor *pictures,
                            int size, int pad, int channels) {
  INV_TRY(check_pictures(pictures, channels));
  const int64_t *shape = pictures->shape;
  int own = (int)shape[3];
  fit_job job = {.from = inv_u8(pictures),
                 .picture = {(int)shape[1], (int)shape[2], own, NULL},
                 .pad = pad};
  job.resized = job.picture;
  if (size > 0)
    job.resized.height = job.resized.width = size;
  job.framed =
      (inv_image){job.resized.height + 2 * pad, job.resized.width + 2 * pad,
                  channels == 0 ? own : channels, NULL};
  int64_t wanted[] = {shape[0], job.framed.height, job.framed.width,
                      job.framed.channels};
  INV_TRY(inv_tensor_new(out, INV_UINT8, 4, wanted));
  job.to = inv_u8(out);
  inv_status status = inv_parallel((size_t)shape[0], CHUNK, fit_chunk, &job);
  if (status != INV_OK)
    inv_tensor_release(out);
  return status;
}

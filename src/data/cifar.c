#include "data/cifar.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/parallel.h"

enum { SIDE = 32, PLANE = SIDE * SIDE, PICTURE = 3 * PLANE, CHUNK = 64 };

/* What a record looks like, and how many classes its label counts. */
typedef struct {
  size_t labels; /* bytes before the picture */
  size_t at;     /* which of them is the label */
  int classes;
} layout;

static layout layout_of(inv_cifar_kind kind) {
  switch (kind) {
  case INV_CIFAR100_COARSE: return (layout){2, 0, 20};
  case INV_CIFAR100_FINE: return (layout){2, 1, 100};
  default: return (layout){1, 0, 10};
  }
}

typedef struct {
  const uint8_t *bytes;
  layout layout;
  uint8_t *pictures;
  int32_t *labels;
} decode_job;

/* Planes become pixels. */
static void interleave(const uint8_t *planes, uint8_t *pixels) {
  for (size_t i = 0; i < PLANE; i++)
    for (size_t c = 0; c < 3; c++)
      pixels[3 * i + c] = planes[c * PLANE + i];
}

static inv_status decode_chunk(void *context, size_t begin, size_t end) {
  const decode_job *job = context;
  for (size_t i = begin; i < end; i++) {
    const uint8_t *record = job->bytes + i * (job->layout.labels + PICTURE);
    int label = record[job->layout.at];
    if (label >= job->layout.classes)
      return inv_fail(INV_ERR_FORMAT,
                      "record %zu has the label %d, there are %d classes",
                      i + 1, label, job->layout.classes);
    job->labels[i] = label;
    interleave(record + job->layout.labels, job->pictures + i * PICTURE);
  }
  return INV_OK;
}

inv_status inv_cifar_decode(inv_tensor *x, inv_tensor *y, const uint8_t *bytes,
                            size_t size, inv_cifar_kind kind) {
  layout of = layout_of(kind);
  size_t record = of.labels + PICTURE, count = size / record;
  if (size == 0 || size % record != 0)
    return inv_fail(INV_ERR_FORMAT,
                    "%zu bytes are no whole number of records of %zu bytes",
                    size, record);
  int64_t shape[] = {(int64_t)count, SIDE, SIDE, 3};
  INV_TRY(inv_tensor_new(x, INV_UINT8, 4, shape));
  inv_status status = inv_tensor_new(y, INV_INT32, 1, shape);
  if (status == INV_OK) {
    decode_job job = {bytes, of, inv_u8(x), inv_i32(y)};
    status = inv_parallel(count, CHUNK, decode_chunk, &job);
    if (status == INV_OK)
      return INV_OK;
    inv_tensor_release(y);
  }
  inv_tensor_release(x);
  return status;
}

inv_status inv_cifar_read(inv_tensor *x, inv_tensor *y, const char *path,
                          inv_cifar_kind kind) {
  uint8_t *bytes;
  size_t size;
  INV_TRY(inv_file_read(path, SIZE_MAX, &bytes, &size));
  inv_status status = inv_cifar_decode(x, y, bytes, size, kind);
  inv_free(bytes);
  if (status == INV_ERR_FORMAT)
    inv_fail(status, "%s: %s", path, inv_message());
  return status;
}

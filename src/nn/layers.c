/* What the layers share. */
#include "nn/layers.h"

#include <string.h>

#include "base/bfloat16.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "tensor/stream.h"

static inv_status check_dims(const inv_tensor *t, const char *what, int dims) {
  char text[96];
  if (dims < 0 || t->dims == dims)
    return INV_OK;
  return inv_fail(INV_ERR_ARGUMENT, "%s has shape %s, %d dimensions expected",
                  what, inv_shape_text(text, t->dims, t->shape), dims);
}

inv_status inv_layer_activations(inv_tensor *out, const inv_tensor *t,
                                 const char *what, int dims) {
  if (t->dtype != INV_FLOAT32 && t->dtype != INV_BFLOAT16)
    return inv_fail(INV_ERR_ARGUMENT, "%s is %s, float32 or bfloat16 expected",
                    what, inv_dtype_name(t->dtype));
  INV_TRY(check_dims(t, what, dims));
  return inv_tensor_to_contiguous(out, t);
}

inv_status inv_layer_widened(inv_tensor *out, const inv_tensor *t,
                             const char *what, int dims) {
  inv_tensor activations;
  INV_TRY(inv_layer_activations(&activations, t, what, dims));
  inv_status status = inv_tensor_convert(out, &activations, INV_FLOAT32);
  inv_tensor_release(&activations);
  return status;
}

const float *inv_layer_read(const inv_tensor *t, size_t at, size_t n,
                            float *room) {
  if (t->dtype == INV_FLOAT32)
    return inv_f32(t) + at;
  inv_convert(INV_FLOAT32, room, 1, INV_BFLOAT16, (uint16_t *)t->data + at, 1,
              (int64_t)n);
  return room;
}

float *inv_layer_target(const inv_tensor *t, size_t at, float *room) {
  return t->dtype == INV_FLOAT32 ? inv_f32(t) + at : room;
}

void inv_layer_write(const inv_tensor *t, size_t at, size_t n,
                     const float *values) {
  if (t->dtype == INV_BFLOAT16)
    inv_convert(INV_BFLOAT16, (uint16_t *)t->data + at, 1, INV_FLOAT32, values,
                1, (int64_t)n);
}

inv_status inv_layer_input(inv_tensor *out, const inv_tensor *t,
                           const char *what, int dims) {
  if (t->dtype != INV_FLOAT32)
    return inv_fail(INV_ERR_ARGUMENT, "%s is %s, float32 expected", what,
                    inv_dtype_name(t->dtype));
  INV_TRY(check_dims(t, what, dims));
  return inv_tensor_to_contiguous(out, t);
}

inv_status inv_layer_check_vector(const inv_tensor *t, const char *what,
                                  int64_t size) {
  char text[96];
  if (t->dtype == INV_FLOAT32 && t->dims == 1 && t->shape[0] == size)
    return INV_OK;
  return inv_fail(INV_ERR_ARGUMENT, "%s is %s %s, float32 %lld expected", what,
                  inv_dtype_name(t->dtype),
                  inv_shape_text(text, t->dims, t->shape), (long long)size);
}

inv_status inv_layer_scale(inv_tensor *out, int64_t size,
                           const inv_variable *weight,
                           const inv_variable *bias) {
  if (weight)
    INV_TRY(inv_layer_check_vector(&weight->value, "weight", size));
  if (bias)
    INV_TRY(inv_layer_check_vector(&bias->value, "bias", size));
  INV_TRY(inv_tensor_new(out, INV_FLOAT32, 2, (int64_t[]){2, size}));
  float *table = inv_f32(out);
  for (int64_t c = 0; c < size; c++) {
    const inv_tensor *w = weight ? &weight->value : NULL;
    const inv_tensor *b = bias ? &bias->value : NULL;
    table[c] = w ? inv_f32(w)[c * w->strides[0]] : 1;
    table[size + c] = b ? inv_f32(b)[c * b->strides[0]] : 0;
  }
  return INV_OK;
}

void inv_layer_add_parts(const float *parts, size_t chunks, size_t stride,
                         size_t channels, float *sums) {
  for (size_t c = 0; c < channels; c++) {
    double sum = 0;
    for (size_t i = 0; i < chunks; i++)
      sum += parts[i * stride + c];
    sums[c] = (float)sum;
  }
}

/* ---- column sums -------------------------------------------------------- */

enum { CHUNK_FLOATS = 1 << 14 };

typedef struct {
  const void *x;
  bool half; /* x is bfloat16 */
  size_t channels, chunk;
  float *parts; /* (chunks, channels) */
} column_job;

/* Four rows at a time: the sums are read and written less often. HALF is a
 * constant where this is used. */
INV_INLINE void add_rows(bool HALF, const void *restrict x, size_t at,
                         size_t rows, size_t n, float *restrict sums) {
  for (; rows >= 4; rows -= 4, at += 4 * n)
    for (size_t c = 0; c < n; c++) {
      size_t i = at + c;
      sums[c] += (inv_load(HALF, x, i) + inv_load(HALF, x, i + n)) +
                 (inv_load(HALF, x, i + 2 * n) + inv_load(HALF, x, i + 3 * n));
    }
  for (; rows > 0; rows--, at += n)
    for (size_t c = 0; c < n; c++)
      sums[c] += inv_load(HALF, x, at + c);
}

INV_VECTOR static void add_any(bool half, const void *x, size_t at, size_t rows,
                               size_t n, float *sums) {
  if (half)
    add_rows(true, x, at, rows, n, sums);
  else
    add_rows(false, x, at, rows, n, sums);
}

static inv_status sum_chunk(void *context, size_t begin, size_t end) {
  const column_job *job = context;
  float *sums = job->parts + begin / job->chunk * job->channels;
  memset(sums, 0, job->channels * sizeof *sums);
  add_any(job->half, job->x, begin * job->channels, end - begin, job->channels,
          sums);
  return INV_OK;
}

inv_status inv_layer_column_sums(const inv_tensor *x, float *sums) {
  size_t channels = (size_t)x->shape[x->dims - 1];
  size_t rows = channels ? (size_t)inv_tensor_count(x) / channels : 0;
  size_t chunk = channels ? CHUNK_FLOATS / channels + 1 : 1;
  size_t chunks = rows / chunk + (rows % chunk != 0);
  column_job job = {x->data, x->dtype == INV_BFLOAT16, channels, chunk, NULL};
  job.parts = inv_alloc_array(chunks * channels, sizeof *job.parts);
  if (!job.parts)
    return inv_fail_memory(chunks * channels * sizeof *job.parts);
  inv_status status = inv_parallel(rows, chunk, sum_chunk, &job);
  if (status == INV_OK)
    inv_layer_add_parts(job.parts, chunks, channels, channels, sums);
  inv_free(job.parts);
  return status;
}

inv_status inv_layer_record(inv_variable *out, inv_tensor *y,
                            const inv_operation *operation,
                            const inv_variable *const inputs[3],
                            const inv_tensor *input, const inv_tensor *weight,
                            const void *attributes, size_t attribute_bytes) {
  const inv_tensor *saved[] = {inv_wants_gradient(inputs[1]) ? input : NULL,
                               weight};
  return inv_tape_record(out, y,
                         &(inv_entry){.operation = operation,
                                      .inputs = inputs,
                                      .n_inputs = inputs[2] ? 3 : 2,
                                      .saved = saved,
                                      .n_saved = 2,
                                      .attributes = attributes,
                                      .attribute_bytes = attribute_bytes});
}

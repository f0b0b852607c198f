/* Batches: many samples at once, converted to what networks take. */
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/vector.h"
#include "data/dataset.h"

/* Samples per parallel chunk: some tens of microseconds of work, so that a
 * batch of 512 can be shared by 16 threads. */
enum { CHUNK = 32 };

inv_dataset *inv_dataset_retain(inv_dataset *set) {
  set->owners++;
  return set;
}

void inv_dataset_release(inv_dataset *set) {
  if (set && --set->owners == 0)
    set->class->destroy(set);
}

const inv_dataset *inv_dataset_origin(const inv_dataset *set, int64_t *index) {
  while (set->class->origin)
    set = set->class->origin(set, index);
  return set;
}

int64_t inv_dataset_values(const inv_dataset *set) {
  int64_t values = 1;
  for (int d = 0; d < set->dims; d++)
    values *= set->shape[d];
  return values;
}

/* out = scale * (v / 255) + offset for (scale, offset) = (1, 0) or (2, -1).
 * The division is two multiplications: 1 / 255 as a sum of 0x1.01p-8, whose
 * product with v is exact, and a rest. For all 256 values this is the float32
 * nearest to v / 255, and doubling it and subtracting 1 rounds as
 * (v / 255 - 0.5) / 0.5 does. */
INV_INLINE void to_float_strip(const uint8_t *restrict from, float *restrict to,
                               int64_t count, float scale, float offset) {
  float high = scale * 0x1.01p-8f, low = scale * 0x1.010102p-24f;
  for (int64_t i = 0; i < count; i++)
    to[i] = ((float)from[i] * high + (float)from[i] * low) + offset;
}

/* A batch is larger than the caches near the processor: the lines to be
 * written are asked for 2 KB ahead (8 % of a sample without transformations,
 * measured). */
enum { STRIP = 64, LINE = 16, AHEAD = 512 };

INV_VECTOR static void to_float(const uint8_t *from, float *to, int64_t count,
                                float scale, float offset) {
  int64_t i = 0;
  for (; i + STRIP <= count; i += STRIP) {
    for (int line = 0; line < STRIP; line += LINE)
      __builtin_prefetch(to + i + AHEAD + line, 1);
    to_float_strip(from + i, to + i, STRIP, scale, offset);
  }
  to_float_strip(from + i, to + i, count - i, scale, offset);
}

typedef struct {
  const inv_dataset *set;
  const int64_t *indices;
  int64_t first;
  bool convert; /* uint8 values become float32 */
  size_t bytes; /* of one sample in the batch */
  unsigned char *values;
  int32_t *labels;
} batch_job;

static size_t round_up(size_t bytes) {
  return (bytes + 63) / 64 * 64;
}

static inv_status run_chunk(void *context, size_t begin, size_t end) {
  const batch_job *job = context;
  const inv_dataset *set = job->set;
  int64_t values = inv_dataset_values(set);
  size_t scratch = round_up(set->scratch);
  unsigned char *block =
      inv_alloc(scratch + (job->convert ? (size_t)values : 0));
  if (!block)
    return inv_fail_memory(scratch + (size_t)values);
  inv_status status = INV_OK;
  for (size_t i = begin; i < end && status == INV_OK; i++) {
    int64_t index = job->indices ? job->indices[i] : job->first + (int64_t)i;
    unsigned char *out = job->values + i * job->bytes;
    void *made = job->convert ? block + scratch : out;
    status = set->class->sample(set, index, made, &job->labels[i], block);
    if (status == INV_OK && job->convert)
      to_float(made, (float *)(void *)out, values, set->normalize ? 2 : 1,
               set->normalize ? -1 : 0);
  }
  inv_free(block);
  return status;
}

/* The loop of inv_parallel for callbacks that need the main thread. */
static inv_status run_here(size_t count, batch_job *job) {
  inv_parallel_serial(true);
  inv_status status = inv_parallel(count, CHUNK, run_chunk, job);
  inv_parallel_serial(false);
  return status;
}

inv_status inv_dataset_batch(const inv_dataset *set, const int64_t *indices,
                             int64_t first, int64_t count, inv_dtype dtype,
                             void *values, int32_t *labels) {
  if (dtype != INV_FLOAT32 && dtype != set->dtype)
    return inv_fail(INV_ERR_ARGUMENT,
                    "batches of this dataset are float32 or %s, not %s",
                    inv_dtype_name(set->dtype), inv_dtype_name(dtype));
  batch_job job = {.set = set,
                   .indices = indices,
                   .first = first,
                   .convert = dtype != set->dtype,
                   .bytes =
                       (size_t)inv_dataset_values(set) * inv_dtype_size(dtype),
                   .values = values,
                   .labels = labels};
  if (set->main_thread_only)
    return run_here((size_t)count, &job);
  return inv_parallel((size_t)count, CHUNK, run_chunk, &job);
}

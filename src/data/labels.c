/* Labels without values, and the order in which samples are chosen. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/random.h"
#include "data/dataset.h"

/* Samples per parallel chunk: a label that is looked up or drawn takes about
 * 0.1 microseconds; one whose sample must be made a hundred times that. */
enum { CHUNK = 1024 };

static size_t scratch_bytes(const inv_dataset *set) {
  return (set->scratch + 63) / 64 * 64;
}

size_t inv_dataset_work(const inv_dataset *set) {
  return scratch_bytes(set) +
         (size_t)inv_dataset_values(set) * inv_dtype_size(set->dtype);
}

inv_status inv_dataset_label(const inv_dataset *set, int64_t index,
                             int32_t *label, void *work) {
  if (set->class->label)
    return set->class->label(set, index, label, work);
  unsigned char *values = (unsigned char *)work + scratch_bytes(set);
  return set->class->sample(set, index, values, label, work);
}

typedef struct {
  const inv_dataset *set;
  int32_t *labels;
} label_job;

static inv_status label_chunk(void *context, size_t begin, size_t end) {
  const label_job *job = context;
  size_t bytes = inv_dataset_work(job->set);
  void *work = inv_alloc(bytes);
  if (!work)
    return inv_fail_memory(bytes);
  inv_status status = INV_OK;
  for (size_t i = begin; i < end && status == INV_OK; i++)
    status = inv_dataset_label(job->set, (int64_t)i, &job->labels[i], work);
  inv_free(work);
  return status;
}

inv_status inv_dataset_labels(const inv_dataset *set, int32_t *labels) {
  label_job job = {set, labels};
  size_t count = (size_t)set->size;
  if (!set->main_thread_only)
    return inv_parallel(count, CHUNK, label_chunk, &job);
  inv_parallel_serial(true);
  inv_status status = inv_parallel(count, CHUNK, label_chunk, &job);
  inv_parallel_serial(false);
  return status;
}

/* ---- order -------------------------------------------------------------- */

typedef struct {
  uint64_t key;
  int64_t position;
} place;

static int compare_places(const void *a, const void *b) {
  const place *first = a, *second = b;
  if (first->key != second->key)
    return first->key < second->key ? -1 : 1;
  return first->position < second->position ? -1 : 1;
}

inv_status inv_dataset_order(const inv_dataset *set, uint64_t seed,
                             const char *name, int64_t *out) {
  place *places = inv_alloc_array((size_t)set->size, sizeof *places);
  if (!places)
    return inv_fail_memory((unsigned long long)set->size * sizeof *places);
  inv_rng root = inv_rng_new(seed), stream = inv_rng_at(&root, name, 0);
  for (int64_t i = 0; i < set->size; i++) {
    int64_t original = i;
    inv_dataset_origin(set, &original);
    inv_rng rng = stream;
    rng.index = (uint64_t)original;
    places[i] = (place){inv_rng_u64(&rng), i};
  }
  qsort(places, (size_t)set->size, sizeof *places, compare_places);
  for (int64_t i = 0; i < set->size; i++)
    out[i] = places[i].position;
  inv_free(places);
  return INV_OK;
}

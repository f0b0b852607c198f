/* What every dataset offers: labelled samples by index. Batches, prefetching,
 * caching, subsets and models know only this interface. A sample is a pure
 * function of its index: the same bits alone, in any batch, on any thread. */
#ifndef INV_DATA_DATASET_H
#define INV_DATA_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "tensor/tensor.h"

typedef struct inv_dataset inv_dataset;

typedef struct {
  /* Writes sample `index` (from 0): its values in the set's dtype, and its
   * label (from 0). `scratch` are the set's `scratch` bytes, aligned to 64,
   * for use during the call. Callable from several threads at once unless
   * the set is `main_thread_only`. */
  inv_status (*sample)(const inv_dataset *set, int64_t index, void *values,
                       int32_t *label, void *scratch);
  void (*destroy)(inv_dataset *set); /* frees the set and all it owns */
  /* The set that this one's samples come from, and the sample's index there;
   * NULL where they are its own. */
  const inv_dataset *(*origin)(const inv_dataset *set, int64_t *index);
  /* The label alone, without the values; NULL: `sample` is the only way.
   * `work` are inv_dataset_work bytes, aligned to 64. */
  inv_status (*label)(const inv_dataset *set, int64_t index, int32_t *label,
                      void *work);
  /* The same made of `base` instead of the set that this one was made of: a
   * twin of it, with as many samples and the same labels. NULL where there is
   * no such set. */
  inv_status (*again)(inv_dataset **out, const inv_dataset *set,
                      inv_dataset *base);
} inv_dataset_class;

enum { INV_SAMPLE_DIMS = INV_MAX_DIMS - 1 };

/* The head of every dataset struct; nothing in it changes once made, but for
 * the number of owners. */
struct inv_dataset {
  const inv_dataset_class *class;
  int owners; /* see inv_dataset_retain */
  int64_t size;
  int classes;
  inv_dtype dtype;                /* uint8 (pictures) or float32 */
  int dims;                       /* of one sample: 3 for pictures */
  int64_t shape[INV_SAMPLE_DIMS]; /* height, width, channels for pictures */
  size_t scratch;                 /* bytes that `sample` works in */
  bool normalize;        /* batches of uint8 values: to -1 .. 1, not 0 .. 1 */
  bool main_thread_only; /* a Lua callback takes part */
  bool stored;           /* samples lie in memory: asking for one copies it */
};

/* Counting owners happens on the main thread only. */
inv_dataset *inv_dataset_retain(inv_dataset *set);
void inv_dataset_release(inv_dataset *set); /* NULL is allowed */

/* Where sample *index comes from in the end: through subsets and caches. */
const inv_dataset *inv_dataset_origin(const inv_dataset *set, int64_t *index);

/* Values per sample. */
int64_t inv_dataset_values(const inv_dataset *set);

/* The samples `indices` (all inside the set), or, where it is NULL, `count`
 * samples from `first` on. `values`: count x shape in `dtype`, which is
 * float32 (uint8 values become x / 255, normalised (x / 255 - 0.5) / 0.5) or
 * the set's own dtype (as they are). In parallel over fixed chunks. */
inv_status inv_dataset_batch(const inv_dataset *set, const int64_t *indices,
                             int64_t first, int64_t count, inv_dtype dtype,
                             void *values, int32_t *labels);

/* ---- labels ------------------------------------------------------------- */

/* Bytes that inv_dataset_label works in: room for a sample and for what makes
 * it. A set made of others has the same or more. */
size_t inv_dataset_work(const inv_dataset *set);

/* The label (from 0) of sample `index`. */
inv_status inv_dataset_label(const inv_dataset *set, int64_t index,
                             int32_t *label, void *work);

/* The labels of all samples. In parallel over fixed chunks. */
inv_status inv_dataset_labels(const inv_dataset *set, int32_t *labels);

/* All positions 0 .. size-1 in a random order: by the draw that each sample
 * has in the stream `name` of `seed` under the index where it originally comes
 * from. So the first of few are among the first of many, and choosing by this
 * order and taking a subset may change places. */
inv_status inv_dataset_order(const inv_dataset *set, uint64_t seed,
                             const char *name, int64_t *out);

/* ---- datasets made of others, or of tensors ----------------------------- */

/* Every sample of `set` made once and kept (uint8 sets as 8 bits). */
inv_status inv_dataset_cached(inv_dataset **out, inv_dataset *set);

/* Samples `indices` of `set`, in that order (copied). */
inv_status inv_dataset_subset(inv_dataset **out, inv_dataset *set,
                              const int64_t *indices, int64_t count);

/* The same, or all samples where `indices` is NULL, with `labels` (count of
 * them, from 0 and below `classes`, copied) instead of their own. */
inv_status inv_dataset_relabelled(inv_dataset **out, inv_dataset *set,
                                  const int64_t *indices, int64_t count,
                                  const int32_t *labels, int classes);

/* The samples of `first`, then those of `second`: the same shape, dtype,
 * number of classes and normalisation. */
inv_status inv_dataset_concat(inv_dataset **out, inv_dataset *first,
                              inv_dataset *second);

/* What `set` is of the set it was made of, made of `base`. */
inv_status inv_dataset_again(inv_dataset **out, const inv_dataset *set,
                             inv_dataset *base);

/* Sample i is x[i], of any shape, uint8 or float32; its label is y[i], from 0
 * and below `classes`. Both tensors are row-major and owned from now on, also
 * when this fails. */
inv_status inv_dataset_tensors(inv_dataset **out, inv_tensor x, inv_tensor y,
                               int classes, bool normalize);

#endif

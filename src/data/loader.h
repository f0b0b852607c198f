/* Batches of a dataset in a fixed or shuffled order, made ahead on a thread of
 * their own while the caller works. Order and bits of the batches are a pure
 * function of (dataset, seed, epoch), whatever the number of batches ahead. */
#ifndef INV_DATA_LOADER_H
#define INV_DATA_LOADER_H

#include "data/dataset.h"

typedef struct inv_loader inv_loader;

typedef struct {
  int64_t size; /* samples per batch, >= 1 */
  bool shuffle; /* a new order for each (seed, epoch) */
  uint64_t seed;
  int64_t epoch;
  int64_t first; /* the batch to begin with, 0 .. : those before are left out */
  bool drop_last;  /* leave out a last batch that is not full */
  int prefetch;    /* batches made ahead; 0: made when asked for */
  inv_dtype dtype; /* as inv_dataset_batch has it */
} inv_loader_options;

/* Retains `set` until it is freed. Sets that need the main thread are read
 * when asked, without a thread. */
inv_status inv_loader_new(inv_loader **out, inv_dataset *set,
                          const inv_loader_options *options);

/* The next batch: tensors that the caller owns, and the number of its samples
 * in *count (0: there are no more, and no tensors). A failure on the thread,
 * an interruption included, is returned here in its place; it is the end. */
inv_status inv_loader_next(inv_loader *loader, inv_tensor *x, inv_tensor *y,
                           int64_t *count);

/* The number of batches that it gives. */
int64_t inv_loader_batches(const inv_loader *loader);

/* Stops the thread, waits for its end and frees everything; NULL is allowed.
 * Waits at most for the samples in work, never for whole batches. */
void inv_loader_free(inv_loader *loader);

#endif

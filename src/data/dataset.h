/* What every dataset offers: labelled images by index. Batches, prefetching,
 * caching, splits and models know only this interface. */
#ifndef INV_DATA_DATASET_H
#define INV_DATA_DATASET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

typedef struct inv_dataset inv_dataset;

typedef struct {
  /* Writes sample `index` (from 0): height * width * channels bytes, and its
   * label (from 0). Must be callable from several threads at once unless the
   * dataset is `main_thread_only`. */
  inv_status (*sample)(const inv_dataset *set, int64_t index, uint8_t *pixels,
                       int32_t *label);
  void (*destroy)(inv_dataset *set); /* frees the set and all it owns */
} inv_dataset_class;

/* The head of every dataset struct. */
struct inv_dataset {
  const inv_dataset_class *class;
  int owners; /* see inv_dataset_retain; changed on the main thread only */
  int64_t size;
  int classes;
  int height, width, channels;
  bool main_thread_only; /* a Lua callback takes part */
};

#endif

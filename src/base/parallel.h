/* Parallel loops over fixed chunks. The chunk size is chosen by the caller
 * from the problem alone, so the number of threads decides only who runs a
 * chunk, never what a chunk is: results that are combined in chunk order have
 * the same bits for every thread count. */
#ifndef INV_BASE_PARALLEL_H
#define INV_BASE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Handles items begin .. end-1; begin / chunk is the number of the chunk. */
typedef inv_status (*inv_chunk_fn)(void *context, size_t begin, size_t end);

/* Runs `fn` over 0 .. count-1 in chunks of `chunk` items (the last one may be
 * shorter). Stops early, with INV_ERR_INTERRUPTED, when the user presses
 * Ctrl-C, and with the failure of the first chunk among those that failed.
 * Loops inside a chunk, and on threads marked serial, run on their thread. */
inv_status inv_parallel(size_t count, size_t chunk, inv_chunk_fn fn,
                        void *context);

/* The number of threads that loops may use: 1 .. 1024. The default is the
 * number of processors this process may run on (or OMP_NUM_THREADS). */
int inv_threads(void);
inv_status inv_set_threads(int threads);

/* Marks the calling thread: its loops run serially. For helper threads that
 * work beside the main one, such as the one that makes batches. */
void inv_parallel_serial(bool serial);

#endif

#include "data/loader.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/random.h"

/* Samples between two looks at whether the loader is to stop. */
enum { PIECE = 64 };

typedef struct {
  inv_tensor x, y;
  int64_t count;
  inv_status status;
  char message[1024]; /* of a failure: messages belong to their thread */
} slot;

struct inv_loader {
  inv_dataset *set;
  inv_loader_options options;
  int64_t *order; /* NULL: as they come */
  int64_t batches;
  int64_t taken; /* the next batch to hand out */
  /* Batch b goes through slot b % prefetch. The thread fills while fewer than
   * `prefetch` batches wait; `made` and `stop` are guarded by the lock. */
  bool threaded;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int64_t made;
  bool stop;
  slot *slots;
};

static bool must_stop(inv_loader *loader) {
  if (!loader->threaded)
    return false;
  pthread_mutex_lock(&loader->lock);
  bool stop = loader->stop;
  pthread_mutex_unlock(&loader->lock);
  return stop;
}

static int64_t batch_count(const inv_loader *loader, int64_t batch) {
  int64_t left = loader->set->size - batch * loader->options.size;
  return left < loader->options.size ? left : loader->options.size;
}

/* Fills tensors that are there. */
static inv_status fill(inv_loader *loader, int64_t batch, slot *into) {
  inv_dtype dtype = loader->options.dtype;
  int64_t first = batch * loader->options.size;
  size_t bytes =
      (size_t)inv_dataset_values(loader->set) * inv_dtype_size(dtype);
  /* Serial work in pieces, so that a stop is seen soon; else all at once. */
  int64_t piece = loader->threaded ? PIECE : into->count;
  for (int64_t i = 0; i < into->count; i += piece) {
    if (must_stop(loader))
      return inv_fail(INV_ERR_INTERRUPTED, "the loader was closed");
    int64_t n = into->count - i < piece ? into->count - i : piece;
    const int64_t *order = loader->order ? loader->order + first + i : NULL;
    INV_TRY(inv_dataset_batch(loader->set, order, first + i, n, dtype,
                              inv_u8(&into->x) + (size_t)i * bytes,
                              inv_i32(&into->y) + i));
  }
  return INV_OK;
}

static inv_status make_batch(inv_loader *loader, int64_t batch, slot *into) {
  const inv_dataset *set = loader->set;
  into->count = batch_count(loader, batch);
  int64_t shape[INV_MAX_DIMS] = {into->count};
  memcpy(shape + 1, set->shape, (size_t)set->dims * sizeof *shape);
  INV_TRY(
      inv_tensor_new(&into->x, loader->options.dtype, set->dims + 1, shape));
  inv_status status = inv_tensor_new(&into->y, INV_INT32, 1, shape);
  if (status == INV_OK)
    status = fill(loader, batch, into);
  if (status != INV_OK) {
    inv_tensor_release(&into->x);
    inv_tensor_release(&into->y);
  }
  return status;
}

/* ---- the thread --------------------------------------------------------- */

/* Waits until there is room for batch `batch`; false when it is time to end. */
static bool wait_for_room(inv_loader *loader, int64_t batch) {
  pthread_mutex_lock(&loader->lock);
  while (!loader->stop && batch - loader->taken >= loader->options.prefetch)
    pthread_cond_wait(&loader->changed, &loader->lock);
  bool go_on = !loader->stop;
  pthread_mutex_unlock(&loader->lock);
  return go_on;
}

static void *work(void *context) {
  inv_loader *loader = context;
  inv_parallel_serial(true); /* the other processors are the caller's */
  inv_status status = INV_OK;
  for (int64_t b = loader->options.first;
       b < loader->batches && status == INV_OK; b++) {
    if (!wait_for_room(loader, b))
      break;
    slot *into = &loader->slots[b % loader->options.prefetch];
    status = make_batch(loader, b, into);
    into->status = status;
    if (status != INV_OK)
      snprintf(into->message, sizeof into->message, "%s", inv_message());
    pthread_mutex_lock(&loader->lock);
    loader->made = b + 1;
    pthread_cond_broadcast(&loader->changed);
    pthread_mutex_unlock(&loader->lock);
  }
  return NULL;
}

/* Starts the thread, with all signals blocked: Ctrl-C is for the main one.
 * Without a thread to be had, batches are made when asked for. */
static void start(inv_loader *loader) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  loader->threaded = true; /* before the thread can look at it */
  if (pthread_create(&loader->thread, NULL, work, loader) != 0)
    loader->threaded = false;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* Takes the next batch from its slot, waiting for the thread to fill it. */
static inv_status take(inv_loader *loader, slot *out) {
  slot *from = &loader->slots[loader->taken % loader->options.prefetch];
  pthread_mutex_lock(&loader->lock);
  while (loader->made <= loader->taken)
    pthread_cond_wait(&loader->changed, &loader->lock);
  *out = *from;
  from->x = from->y = (inv_tensor){0};
  loader->taken++;
  pthread_cond_broadcast(&loader->changed);
  pthread_mutex_unlock(&loader->lock);
  return out->status == INV_OK ? INV_OK
                               : inv_fail(out->status, "%s", out->message);
}

/* ---- the interface ------------------------------------------------------ */

static inv_status make_order(inv_loader *loader) {
  size_t n = (size_t)loader->set->size;
  loader->order = inv_alloc_array(n, sizeof *loader->order);
  if (!loader->order)
    return inv_fail_memory(n * sizeof *loader->order);
  inv_rng seed = inv_rng_new(loader->options.seed);
  inv_rng rng = inv_rng_at(&seed, "order", (uint64_t)loader->options.epoch);
  inv_rng_permutation(&rng, loader->order, n);
  return INV_OK;
}

inv_status inv_loader_new(inv_loader **out, inv_dataset *set,
                          const inv_loader_options *options) {
  inv_loader *loader = inv_alloc_zero(1, sizeof *loader);
  if (!loader)
    return inv_fail_memory(sizeof *loader);
  loader->set = inv_dataset_retain(set);
  loader->options = *options;
  loader->batches = set->size / options->size;
  if (!options->drop_last && set->size % options->size != 0)
    loader->batches++;
  if (loader->options.first > loader->batches)
    loader->options.first = loader->batches;
  loader->taken = loader->made = loader->options.first;
  if (set->main_thread_only || loader->taken == loader->batches)
    loader->options.prefetch = 0;
  pthread_mutex_init(&loader->lock, NULL);
  pthread_cond_init(&loader->changed, NULL);
  inv_status status = options->shuffle ? make_order(loader) : INV_OK;
  if (status == INV_OK && loader->options.prefetch > 0) {
    size_t slots = (size_t)loader->options.prefetch;
    loader->slots = inv_alloc_zero(slots, sizeof *loader->slots);
    if (loader->slots)
      start(loader);
    else
      status = inv_fail_memory(slots * sizeof *loader->slots);
  }
  if (status != INV_OK) {
    inv_loader_free(loader);
    return status;
  }
  *out = loader;
  return INV_OK;
}

inv_status inv_loader_next(inv_loader *loader, inv_tensor *x, inv_tensor *y,
                           int64_t *count) {
  *count = 0;
  if (loader->taken >= loader->batches)
    return INV_OK;
  slot batch = {.status = INV_OK};
  inv_status status;
  if (loader->threaded) {
    status = take(loader, &batch);
  } else {
    status = make_batch(loader, loader->taken, &batch);
    loader->taken++;
  }
  if (status != INV_OK) {
    loader->taken = loader->batches;
    return status;
  }
  *x = batch.x;
  *y = batch.y;
  *count = batch.count;
  return INV_OK;
}

int64_t inv_loader_batches(const inv_loader *loader) {
  return loader->batches - loader->options.first;
}

static void stop_thread(inv_loader *loader) {
  pthread_mutex_lock(&loader->lock);
  loader->stop = true;
  pthread_cond_broadcast(&loader->changed);
  pthread_mutex_unlock(&loader->lock);
  pthread_join(loader->thread, NULL);
}

void inv_loader_free(inv_loader *loader) {
  if (!loader)
    return;
  if (loader->threaded)
    stop_thread(loader);
  for (int i = 0; loader->slots && i < loader->options.prefetch; i++) {
    inv_tensor_release(&loader->slots[i].x);
    inv_tensor_release(&loader->slots[i].y);
  }
  inv_free(loader->slots);
  inv_free(loader->order);
  pthread_cond_destroy(&loader->changed);
  pthread_mutex_destroy(&loader->lock);
  inv_dataset_release(loader->set);
  inv_free(loader);
}

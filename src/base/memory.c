#include "base/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* In front of each block, as long as the alignment so that the block itself
 * stays aligned. */
typedef struct {
  _Alignas(64) size_t bytes; /* what the caller asked for */
  size_t capacity;           /* what the block can hold */
} header;

enum { ALIGNMENT = 64, HUGE_PAGE = 2 << 20 };
enum { LARGE = 256 << 10, KEPT_BLOCKS = 256 };

/* Blocks kept for reuse may weigh as much as the live ones, but at least this
 * much. */
static const size_t KEPT_FLOOR = (size_t)64 << 20;

static atomic_size_t live, peak;
static atomic_uint_fast64_t count, fail_at;
static atomic_bool fail_later;

static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static header *kept[KEPT_BLOCKS];
static size_t kept_count, kept_bytes;

#if defined(__SANITIZE_ADDRESS__)
#define KEEP_BLOCKS 0 /* AddressSanitizer must see every free */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEP_BLOCKS 0
#endif
#endif
#ifndef KEEP_BLOCKS
#define KEEP_BLOCKS 1
#endif

static bool must_fail(void) {
  uint64_t number = atomic_fetch_add(&count, 1) + 1;
  uint64_t nth = atomic_load(&fail_at);
  return nth && (number == nth || (number > nth && fail_later));
}

/* The smallest kept block that holds `capacity` without wasting more than an
 * eighth, or NULL. */
static header *take_kept(size_t capacity) {
  header *best = NULL;
  size_t place = 0;
  pthread_mutex_lock(&kept_lock);
  for (size_t i = 0; i < kept_count; i++) {
    size_t have = kept[i]->capacity;
    if (have >= capacity && have - capacity <= have / 8 &&
        (!best || have < best->capacity)) {
      best = kept[i];
      place = i;
    }
  }
  if (best) {
    kept[place] = kept[--kept_count];
    kept_bytes -= best->capacity;
  }
  pthread_mutex_unlock(&kept_lock);
  return best;
}

static bool keep(header *block) {
  size_t limit =
      atomic_load(&live) > KEPT_FLOOR ? atomic_load(&live) : KEPT_FLOOR;
  bool kept_it = false;
  pthread_mutex_lock(&kept_lock);
  if (kept_count < KEPT_BLOCKS && kept_bytes + block->capacity <= limit) {
    kept[kept_count++] = block;
    kept_bytes += block->capacity;
    kept_it = true;
  }
  pthread_mutex_unlock(&kept_lock);
  return kept_it;
}

/* Returns the blocks kept for reuse to the system. */
static void trim(void) {
  pthread_mutex_lock(&kept_lock);
  while (kept_count)
    free(kept[--kept_count]);
  kept_bytes = 0;
  pthread_mutex_unlock(&kept_lock);
}

static size_t alignment_of(size_t bytes) {
  return bytes >= HUGE_PAGE ? HUGE_PAGE : ALIGNMENT;
}

/* What a fresh block for `bytes` (at most PTRDIFF_MAX) can hold: it ends where
 * a page or line does. */
static size_t capacity_for(size_t bytes) {
  size_t alignment = alignment_of(bytes), total = sizeof(header) + bytes;
  return (total + alignment - 1) / alignment * alignment - sizeof(header);
}

static header *fresh(size_t bytes) {
  size_t capacity = capacity_for(bytes), alignment = alignment_of(bytes);
  size_t total = sizeof(header) + capacity;
  header *block = aligned_alloc(alignment, total);
  if (!block)
    return NULL;
  if (alignment == HUGE_PAGE)
    madvise(block, total, MADV_HUGEPAGE);
  block->capacity = capacity;
  return block;
}

void *inv_alloc(size_t bytes) {
  if (must_fail() || bytes > PTRDIFF_MAX)
    return NULL;
  header *block = NULL;
  if (KEEP_BLOCKS && bytes >= LARGE)
    block = take_kept(capacity_for(bytes));
  if (!block)
    block = fresh(bytes);
  if (!block && kept_count) {
    trim();
    block = fresh(bytes);
  }
  if (!block)
    return NULL;
  block->bytes = bytes;
  size_t now = atomic_fetch_add(&live, bytes) + bytes;
  size_t highest = atomic_load(&peak);
  while (now > highest && !atomic_compare_exchange_weak(&peak, &highest, now)) {
  }
  return block + 1;
}

void *inv_alloc_array(size_t n, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(n, size, &bytes))
    return NULL;
  return inv_alloc(bytes);
}

void *inv_alloc_zero(size_t n, size_t size) {
  void *block = inv_alloc_array(n, size);
  return block ? memset(block, 0, n * size) : NULL;
}

void *inv_realloc(void *old, size_t bytes) {
  void *block = inv_alloc(bytes);
  if (block && old) {
    size_t have = ((header *)old - 1)->bytes;
    memcpy(block, old, have < bytes ? have : bytes);
    inv_free(old);
  }
  return block;
}

char *inv_strdup(const char *text) {
  size_t bytes = strlen(text) + 1;
  char *copy = inv_alloc(bytes);
  return copy ? memcpy(copy, text, bytes) : NULL;
}

void inv_free(void *pointer) {
  if (!pointer)
    return;
  header *block = (header *)pointer - 1;
  atomic_fetch_sub(&live, block->bytes);
  if (KEEP_BLOCKS && block->capacity >= LARGE && keep(block))
    return;
  free(block);
}

size_t inv_memory_live(void) {
  return atomic_load(&live);
}
size_t inv_memory_peak(void) {
  return atomic_load(&peak);
}
uint64_t inv_memory_count(void) {
  return atomic_load(&count);
}

void inv_memory_fail_at(uint64_t nth, bool and_later) {
  fail_later = and_later;
  fail_at = nth ? atomic_load(&count) + nth : 0;
}

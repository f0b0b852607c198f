#include "base/memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* In front of each block. */
typedef struct {
  void *raw;    /* what malloc gave */
  size_t bytes; /* what the caller asked for */
} header;

enum { ALIGNMENT = 64 };

static atomic_size_t live, peak;
static atomic_uint_fast64_t count, fail_at;
static atomic_bool fail_later;

/* Before main: large blocks come from the heap, too, which keeps what is freed
 * and merges neighbours. Training frees and asks for the same sizes at each
 * step, and fresh pages from the kernel cost more than the work done on them.
 * One heap for all threads. */
__attribute__((constructor)) static void keep_freed_memory(void) {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 16 << 20);
  mallopt(M_ARENA_MAX, 1);
}

static bool must_fail(void) {
  uint64_t number = atomic_fetch_add(&count, 1) + 1;
  uint64_t nth = atomic_load(&fail_at);
  return nth && (number == nth || (number > nth && fail_later));
}

static header *header_of(void *block) {
  return (header *)block - 1;
}

void *inv_alloc(size_t bytes) {
  if (must_fail() || bytes > PTRDIFF_MAX - ALIGNMENT)
    return NULL;
  /* malloc aligns to the header's size. */
  char *raw = malloc(bytes + ALIGNMENT);
  if (!raw)
    return NULL;
  size_t past = (uintptr_t)(raw + sizeof(header)) % ALIGNMENT;
  char *block = raw + sizeof(header) + (past ? ALIGNMENT - past : 0);
  *header_of(block) = (header){raw, bytes};
  size_t now = atomic_fetch_add(&live, bytes) + bytes;
  size_t highest = atomic_load(&peak);
  while (now > highest && !atomic_compare_exchange_weak(&peak, &highest, now)) {
  }
  return block;
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
    size_t have = header_of(old)->bytes;
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

void inv_free(void *block) {
  if (!block)
    return;
  atomic_fetch_sub(&live, header_of(block)->bytes);
  free(header_of(block)->raw);
}

void inv_memory_trim(void) {
  malloc_trim(0);
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

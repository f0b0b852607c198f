/* The one allocator of the core. Every block is aligned to 64 bytes (a cache
 * line, the widest vector), counted, and can be made to fail by tests. Freed
 * memory stays with the program for its next blocks until it is trimmed. */
#ifndef INV_BASE_MEMORY_H
#define INV_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `bytes` uninitialised bytes, or NULL. Zero bytes give a valid pointer. */
void *inv_alloc(size_t bytes);

/* `count` objects of `size` bytes, zeroed; NULL also where count * size
 * overflows. */
void *inv_alloc_zero(size_t count, size_t size);

/* `count` objects of `size` bytes, uninitialised; NULL also on overflow. */
void *inv_alloc_array(size_t count, size_t size);

/* As realloc: keeps the first min(old, new) bytes; NULL leaves the old block
 * as it was. */
void *inv_realloc(void *block, size_t bytes);

/* A copy of a NUL-terminated string. */
char *inv_strdup(const char *text);

/* Gives a block back; NULL is allowed. */
void inv_free(void *block);

/* Returns freed memory to the system. */
void inv_memory_trim(void);

/* Bytes handed out and not yet freed. */
size_t inv_memory_live(void);

/* The largest value inv_memory_live() ever had. */
size_t inv_memory_peak(void);

/* For tests: the `nth` allocation from now on fails (1 = the next one; 0
 * switches this off), only that one or also all later ones. */
void inv_memory_fail_at(uint64_t nth, bool and_later);

/* For tests: how many allocations were asked for since the program began. */
uint64_t inv_memory_count(void);

#endif

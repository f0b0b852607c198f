/* Jansson, with our allocator behind it. Objects keep the order in which they
 * were written; text is at most 2048 levels deep (Jansson's own limit). */
#ifndef INV_STORE_JSON_H
#define INV_STORE_JSON_H

#include <jansson.h>

#include "base/memory.h"

/* To be called before anything is made with Jansson. */
static inline void inv_json_begin(void) {
  json_set_alloc_funcs(inv_alloc, inv_free);
}

#endif

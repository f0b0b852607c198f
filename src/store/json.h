/* Jansson, with our allocator behind it. Objects keep the order in which they
 * were written; text is at most 2048 levels deep (Jansson's own limit). */
#ifndef INV_STORE_JSON_H
#define INV_STORE_JSON_H

#include <jansson.h>
#include <stdbool.h>

/* To be called before anything is made with Jansson. */
void inv_json_begin(void);

/* Whether an allocation has failed on this thread since inv_json_begin:
 * Jansson reports that as it reports a fault of the text. */
bool inv_json_out_of_memory(void);

#endif

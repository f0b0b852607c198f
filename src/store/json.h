/* cJSON, with our allocator behind it. Its numbers are doubles, integers exact
 * below 2^53; text may be 1000 levels deep. It reports a failed allocation as
 * it reports a fault of the text, so who failed must be asked for. */
#ifndef INV_STORE_JSON_H
#define INV_STORE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>

/* To be called before anything is made with cJSON. */
void inv_json_begin(void);

/* Whether an allocation has failed on this thread since inv_json_begin. */
bool inv_json_out_of_memory(void);

#endif
